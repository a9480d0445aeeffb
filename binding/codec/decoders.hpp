// decoders.hpp - decoding a whole message, for the types and functions of the module.
#pragma once

#include "binding/codec/scalars.hpp"

namespace mainstay::binding::codec {

// convert(): `object` as what the plan wants. Empty with an exception set.
Ref convert_object(const Context& context, const Plan& plan, PyObject* object);

// A whole message: bytes-like, or a str. Empty with an exception set.
Ref decode_json(const Context& context, const Plan& plan, PyObject* message);
Ref decode_json_lines(const Context& context, const Plan& plan, PyObject* message);
Ref decode_msgpack(const Context& context, const Plan& plan, PyObject* message);

// Functions of the module; docs in _native.pyi.
PyObject* json_decode(PyObject* module, PyObject* const* args, Py_ssize_t nargs,
                      PyObject* names) noexcept;
PyObject* msgpack_decode(PyObject* module, PyObject* const* args, Py_ssize_t nargs,
                         PyObject* names) noexcept;
PyObject* json_format(PyObject* module, PyObject* const* args, Py_ssize_t nargs,
                      PyObject* names) noexcept;
PyObject* convert(PyObject* module, PyObject* const* args, Py_ssize_t nargs,
                  PyObject* names) noexcept;

}  // namespace mainstay::binding::codec
