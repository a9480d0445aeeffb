// struct_methods.hpp - what instances of structs do: construction, comparison, copies, text.
#pragma once

#include "binding/codec/struct.hpp"

namespace mainstay::binding::codec {

PyObject* construct_struct(PyTypeObject* type, PyObject* const* args, std::size_t nargsf,
                           PyObject* names) noexcept;
PyObject* repr_struct(PyObject* self) noexcept;
Py_hash_t hash_struct(PyObject* self) noexcept;
PyObject* compare_structs(PyObject* self, PyObject* other, int operation) noexcept;

extern PyMethodDef kStructMethods[];
extern PyGetSetDef kStructAttributes[];

// Functions of the module; docs in _native.pyi.
PyObject* finish_struct(PyObject* module, PyObject* args) noexcept;
PyObject* struct_config(PyObject* module, PyObject* type) noexcept;
PyObject* struct_info(PyObject* module, PyObject* args) noexcept;
PyObject* struct_replace(PyObject* module, PyObject* const* args, Py_ssize_t nargs,
                         PyObject* names) noexcept;
PyObject* struct_asdict(PyObject* module, PyObject* const* args, Py_ssize_t nargs) noexcept;
PyObject* struct_astuple(PyObject* module, PyObject* const* args, Py_ssize_t nargs) noexcept;
PyObject* force_setattr(PyObject* module, PyObject* const* args, Py_ssize_t nargs) noexcept;

// Refuses a call with another number of arguments by position. False: TypeError is set.
[[nodiscard]] bool check_positional(Py_ssize_t given, Py_ssize_t least, Py_ssize_t most) noexcept;

}  // namespace mainstay::binding::codec
