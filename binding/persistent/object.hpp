// object.hpp - objects over values of the engine: types that never change, and types that do.
//
// A Value has `int traverse(visitproc, void*)`. Types made by add_immutable_type() have no
// tp_clear: what never changes closes no cycle by itself. Their exact instances are tracked by the
// collector only if `value.traced()`. Types made by add_mutable_type() are always tracked and have
// `void clear()`.
#pragma once

#include <type_traits>
#include <utility>

#include "binding/persistent/slot.hpp"
#include "binding/support/native_type.hpp"
#include "binding/support/python.hpp"
#include "binding/support/ref.hpp"

namespace mainstay::binding::persistent {

struct State;

// The state of the module that made a type: the very type, none that derives from it.
[[nodiscard]] State& state_of_made_type(PyTypeObject* type) noexcept;

// Memory of objects of one type, for the next ones: what a change of a small collection costs is
// mostly its allocations. Linked through where weak references would be.
class FreeList {
 public:
  FreeList() = default;
  FreeList(const FreeList&) = delete;
  FreeList& operator=(const FreeList&) = delete;
  ~FreeList() {
    while (PyObject* object = take()) PyObject_GC_Del(object);
  }
  [[nodiscard]] PyObject* take() noexcept {
    PyObject* object = first_;
    if (object != nullptr) {
      first_ = next_of(object);
      --count_;
    }
    return object;
  }
  // False: there are enough.
  [[nodiscard]] bool keep(PyObject* object) noexcept {
#if defined(Py_GIL_DISABLED)
    (void)object;
    return false;  // threads would have to take turns
#else
    if (count_ == kMost) return false;
    next_of(object) = first_;
    first_ = object;
    ++count_;
    return true;
#endif
  }

 private:
  static constexpr int kMost = 100;
  [[nodiscard]] static PyObject*& next_of(PyObject* object) noexcept {
    return reinterpret_cast<Object<char>*>(object)->weakrefs;
  }
  PyObject* first_ = nullptr;
  int count_ = 0;
};

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

template <class Value>
concept Immutable = requires(const Value& value, State& state) {
  value.nodes_live_on();
  Value::free_list(state);
};

template <class Value>
void end_object(PyObject* self) noexcept;

template <class Value>
void finish_object(PyObject* self) noexcept {
  PyTypeObject* type = Py_TYPE(self);
  if (reinterpret_cast<Object<Value>*>(self)->weakrefs != nullptr) PyObject_ClearWeakRefs(self);
  value_of<Value>(self).~Value();
  bool kept = false;
  if constexpr (Immutable<Value>) {
    kept = type->tp_dealloc == &end_object<Value> &&
           Value::free_list(state_of_made_type(type)).keep(self);
  }
  if (!kept) type->tp_free(self);
  Py_DECREF(type);
}

// tp_dealloc of both kinds. Values hold values that hold values: a long chain must not end
// recursively. Where the nodes live on nothing can.
template <class Value>
void end_object(PyObject* self) noexcept {
  PyObject_GC_UnTrack(self);
  if constexpr (Immutable<Value>) {
    if (value_of<Value>(self).nodes_live_on()) {
      finish_object<Value>(self);
      return;
    }
  }
  Py_TRASHCAN_BEGIN(self, end_object<Value>);
  finish_object<Value>(self);
  Py_TRASHCAN_END;
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

// A new object of the very type that add_immutable_type() made, whose value may still be changed,
// until complete(). Throws Raised.
template <class Source, class Value = std::remove_cvref_t<Source>>
[[nodiscard]] Ref make_draft(State& state, const Ref& of, Source&& value) {
  auto* type = reinterpret_cast<PyTypeObject*>(of.get());
  PyObject* memory = Value::free_list(state).take();
  memory = memory != nullptr ? PyObject_Init(memory, type) : PyObject_GC_New(PyObject, type);
  if (memory == nullptr) throw Raised{};
  auto* object = reinterpret_cast<Object<Value>*>(memory);
  object->weakrefs = nullptr;
  new (&object->value) Value(std::forward<Source>(value));
  return Ref::steal(memory);
}
template <class Value>
[[nodiscard]] Ref complete(Ref draft) noexcept {
  if (value_of<Value>(draft.get()).traced()) PyObject_GC_Track(draft.get());
  return draft;
}
template <class Value>
[[nodiscard]] Ref make_exact(State& state, const Ref& of, Value&& value) {
  return complete<Value>(make_draft(state, of, std::move(value)));
}

// A new object of a type that may derive from it. Throws Raised.
template <class Value>
[[nodiscard]] Ref make_derived(PyTypeObject* type, Value&& value) {
  Ref object = checked(type->tp_alloc(type, 0));
  new (&value_of<Value>(object.get())) Value(std::move(value));
  return object;
}

}  // namespace mainstay::binding::persistent
