// encoders.hpp - functions of the module that encode; docs in _native.pyi.
#pragma once

#include "binding/codec/module.hpp"

namespace mainstay::binding::codec {

PyObject* json_encode(PyObject* module, PyObject* const* args, Py_ssize_t nargs,
                      PyObject* names) noexcept;
PyObject* msgpack_encode(PyObject* module, PyObject* const* args, Py_ssize_t nargs,
                         PyObject* names) noexcept;
PyObject* to_builtins(PyObject* module, PyObject* const* args, Py_ssize_t nargs,
                      PyObject* names) noexcept;

}  // namespace mainstay::binding::codec
