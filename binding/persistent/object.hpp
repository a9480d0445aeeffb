// object.hpp - objects over values of the engine: types that never change, and types that do.
//
// A Value has `int traverse(visitproc, void*)`. Types made by add_immutable_type() have no
// tp_clear: what never changes closes no cycle by itself. Their exact instances are tracked by the
// collector only if `value.traced()`. Types made by add_mutable_type() are always tracked and have
// `void clear()`.
#pragma once

#include <utility>

#include "binding/persistent/slot.hpp"
#include "binding/support/native_type.hpp"
#include "binding/support/python.hpp"
#include "binding/support/ref.hpp"

namespace mainstay::binding::persistent {

namespace detail {

template <class Value>
int traverse_value(PyObject* self, visitproc visit, void* arg) noexcept {
  Py_VISIT(Py_TYPE(self));
  return value_of<Value>(self).traverse(visit, arg);
}

template <class Value>
int clear_value(PyObject* self) noexcept {
  value_of<Value>(self).clear();
  return 0;
}

}  // namespace detail

// tp_dealloc of both kinds. Values hold values that hold values: a long chain must not end
// recursively.
template <class Value>
void end_object(PyObject* self) noexcept {
  PyTypeObject* type = Py_TYPE(self);
  PyObject_GC_UnTrack(self);
  Py_TRASHCAN_BEGIN(self, end_object<Value>) if (reinterpret_cast<Object<Value>*>(self)->weakrefs !=
                                                 nullptr) PyObject_ClearWeakRefs(self);
  value_of<Value>(self).~Value();
  type->tp_free(self);
  Py_DECREF(type);
  Py_TRASHCAN_END
}

template <class Value>
[[nodiscard]] Ref add_immutable_type(PyObject* module, const TypeTable& table,
                                     unsigned long flags = 0) noexcept {
  const PyType_Slot slots[] = {
      {Py_tp_dealloc, reinterpret_cast<void*>(&end_object<Value>)},
      {Py_tp_traverse, reinterpret_cast<void*>(&detail::traverse_value<Value>)},
  };
  return binding::detail::make_type(module, table, sizeof(Object<Value>),
                                    Py_TPFLAGS_HAVE_GC | flags, slots);
}

template <class Value>
[[nodiscard]] Ref add_mutable_type(PyObject* module, const TypeTable& table) noexcept {
  const PyType_Slot slots[] = {
      {Py_tp_dealloc, reinterpret_cast<void*>(&end_object<Value>)},
      {Py_tp_traverse, reinterpret_cast<void*>(&detail::traverse_value<Value>)},
      {Py_tp_clear, reinterpret_cast<void*>(&detail::clear_value<Value>)},
  };
  return binding::detail::make_type(module, table, sizeof(Object<Value>), Py_TPFLAGS_HAVE_GC,
                                    slots);
}

// A method of the class: `function` gets the class first.
[[nodiscard]] inline PyMethodDef class_method(PyMethodDef method) noexcept {
  method.ml_flags |= METH_CLASS;
  return method;
}

// A new object of the very type that add_immutable_type() made. Throws Raised.
template <class Value>
[[nodiscard]] Ref make_exact(PyObject* type, Value&& value) {
  auto* object = PyObject_GC_New(Object<Value>, reinterpret_cast<PyTypeObject*>(type));
  if (object == nullptr) throw Raised{};
  object->weakrefs = nullptr;
  new (&object->value) Value(std::move(value));
  if (object->value.traced()) PyObject_GC_Track(object);
  return Ref::steal(&object->head);
}

// A new object of a type that may derive from it. Throws Raised.
template <class Value>
[[nodiscard]] Ref make_derived(PyTypeObject* type, Value&& value) {
  Ref object = checked(type->tp_alloc(type, 0));
  new (&value_of<Value>(object.get())) Value(std::move(value));
  return object;
}

}  // namespace mainstay::binding::persistent
