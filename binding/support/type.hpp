// type.hpp - what the types of every capability need: methods, an end, and a place in their module.
#pragma once

#include "binding/support/python.hpp"
#include "binding/support/ref.hpp"

namespace mainstay::binding {

// For PyMethodDef: any function as the one type it knows.
template <class Function>
[[nodiscard]] PyCFunction as_method(Function function) noexcept {
  return reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(function));
}

// tp_dealloc of a type known to the garbage collector that owns nothing but what its tp_clear lets
// go of.
template <inquiry clear>
void clear_and_free(PyObject* self) noexcept {
  PyTypeObject* type = Py_TYPE(self);
  PyObject_GC_UnTrack(self);
  clear(self);
  type->tp_free(self);
  Py_DECREF(type);
}

// Creates a heap type from `spec` (deriving from `base` when given) and adds it under its own name.
// Empty with an exception set.
[[nodiscard]] Ref add_type(PyObject* module, PyType_Spec& spec, PyObject* base = nullptr) noexcept;

}  // namespace mainstay::binding
