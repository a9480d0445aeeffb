// native_type.hpp - a Python type over a C++ value, from one table.
//
//   struct Counter { long long n = 0; Ref label; void each_reference(auto visit) { visit(label); }
//   }; Ref increment(Counter& self) { ++self.n; return Ref::steal(PyLong_FromLongLong(self.n)); }
//   PyMethodDef kMethods[] = {method<increment>("increment", "One more."), {}};
//   constexpr TypeTable kCounter{.name = "mainstay.toy.Counter", .doc = "...", .methods =
//   kMethods}; Ref type = add_native_type<Counter>(module, kCounter);
//
// The value is made by its constructor and destroyed by its destructor. A value that owns Python
// objects lists them in `each_reference`, from which traversal and clearing are made: then the
// collector knows the type. Types are heap types that programs can change; their names in error
// texts are short, as those of Python classes are.
//
// Functions take the value, or a Self, first. On a free-threaded build each holds the object's
// critical section unless it is `kShared`; std::bad_alloc becomes MemoryError; they return a Ref
// (empty: an exception is set), or a bool where Python wants a status (false: an exception is set).
#pragma once

#include <cstddef>
#include <new>
#include <span>
#include <type_traits>
#include <utility>

#include "binding/support/gil.hpp"
#include "binding/support/python.hpp"
#include "binding/support/ref.hpp"
#include "binding/support/signature.hpp"
#include "binding/support/type.hpp"

namespace mainstay::binding {

// The object of a value. `weakrefs` comes first after the head, where its offset is plain.
template <class Value>
struct Object {
  PyObject head;
  PyObject* weakrefs;
  Value value;
};

template <class Value>
[[nodiscard]] Value& value_of(PyObject* object) noexcept {
  return reinterpret_cast<Object<Value>*>(object)->value;
}

// An object together with its value, for functions that need both. Borrowed.
template <class Value>
struct Self {
  PyObject* object;
  [[nodiscard]] Value& operator*() const noexcept { return value_of<Value>(object); }
  [[nodiscard]] Value* operator->() const noexcept { return &value_of<Value>(object); }
};

// Whether a function holds the critical section of its object.
enum class Sharing : bool { kExclusive, kShared };
using enum Sharing;

struct TypeTable {
  const char* name;  // module and name as users see them, "mainstay.schedule.Job"; static
  const char* doc;
  PyMethodDef* methods = nullptr;           // made by method(); ends with {}
  PyGetSetDef* attributes = nullptr;        // made by attribute(); ends with {}
  std::span<const PyType_Slot> slots = {};  // everything else: {Py_tp_repr, as_slot<repr>()}
  bool subclassable = false;
  bool constructible = true;  // calling the type makes a default value; then Py_tp_init, if given
};

namespace detail {

template <class Value>
concept OwnsReferences = requires(Value& value) { value.each_reference([](Ref&) {}); };

template <class First>
struct FirstParameter;
template <class Value>
struct FirstParameter<Value&> {
  static Value& of(PyObject* self) noexcept { return value_of<Value>(self); }
};
template <class Value>
struct FirstParameter<Self<Value>> {
  static Self<Value> of(PyObject* self) noexcept { return {self}; }
};
template <>
struct FirstParameter<PyObject*> {
  static PyObject* of(PyObject* self) noexcept { return self; }
};

inline PyObject* to_c(Ref result) noexcept { return result.release(); }
inline PyObject* to_c(PyObject* result) noexcept { return result; }
inline int to_c(bool succeeded) noexcept { return succeeded ? 0 : -1; }
template <class Number>
  requires std::is_integral_v<Number>
Number to_c(Number result) noexcept {
  return result;
}
template <class Result>
constexpr Result kFailed = static_cast<Result>(-1);
template <>
inline constexpr PyObject* kFailed<PyObject*> = nullptr;

// Calls `function` on an object as the interpreter calls a slot.
template <auto function, Sharing sharing, class First, class Result, class... Rest>
auto call(PyObject* self, Rest... rest) noexcept {
  using Returned = decltype(to_c(std::declval<Result>()));
  try {
    if constexpr (sharing == kExclusive) {
      const CriticalSection section(self);
      return to_c(function(FirstParameter<First>::of(self), rest...));
    } else {
      return to_c(function(FirstParameter<First>::of(self), rest...));
    }
  } catch (const std::bad_alloc&) {
    PyErr_NoMemory();
    return kFailed<Returned>;
  }
}

template <class Function>
struct Shape;
template <class R, class First, class... Rest>
struct Shape<R (*)(First, Rest...)> {
  static constexpr std::size_t kRest = sizeof...(Rest);
  template <auto function, Sharing sharing>
  static auto slot(PyObject* self, Rest... rest) noexcept {
    return call<function, sharing, First, R, Rest...>(self, rest...);
  }
  template <auto function, Sharing sharing>
  static PyObject* without_arguments(PyObject* self, PyObject*) noexcept {
    return call<function, sharing, First, R>(self);
  }
  template <auto function, Sharing sharing>
  static auto get(PyObject* self, void*) noexcept {
    return call<function, sharing, First, R>(self);
  }
  template <auto function, Sharing sharing>
  static int set(PyObject* self, PyObject* value, void*) noexcept {
    return call<function, sharing, First, R, PyObject*>(self, value);
  }
};
template <class R, class First, class... Rest>
struct Shape<R (*)(First, Rest...) noexcept> : Shape<R (*)(First, Rest...)> {};

template <auto function>
using ShapeOf = Shape<decltype(+function)>;

}  // namespace detail

// A function as a slot: `{Py_tp_repr, as_slot<repr>()}`. Its parameters after the first are those
// the slot has; a bool it returns becomes the status that Py_tp_init or a setter is to return.
template <auto function, Sharing sharing = kExclusive>
[[nodiscard]] void* as_slot() noexcept {
  return reinterpret_cast<void*>(&detail::ShapeOf<function>::template slot<function, sharing>);
}

// A method without arguments, or of one by position. `doc` may begin with a text signature.
template <auto function, Sharing sharing = kExclusive>
[[nodiscard]] PyMethodDef method(const char* name, const char* doc) noexcept {
  using Shape = detail::ShapeOf<function>;
  static_assert(Shape::kRest <= 1, "more than one argument takes a Signature");
  if constexpr (Shape::kRest == 0) {
    return {name, as_method(&Shape::template without_arguments<function, sharing>), METH_NOARGS,
            doc};
  } else {
    return {name, as_method(&Shape::template slot<function, sharing>), METH_O, doc};
  }
}

// A method whose arguments `kSignature` describes: `function(self, each...)`, null where one was
// not given. Borrowed from the caller's.
template <const Signature& kSignature, auto function, Sharing sharing = kExclusive>
[[nodiscard]] PyMethodDef method(const char* name, const char* doc) noexcept {
  constexpr auto kSlot = &detail::ShapeOf<function>::template slot<function, sharing>;
  return {name, as_signed_method<kSignature, kSlot>(), METH_FASTCALL | METH_KEYWORDS, doc};
}

// An attribute that is read by `get(self)` and, where there is one, written by `set(self, value)`,
// whose value is null when the attribute is deleted.
template <auto get, Sharing sharing = kExclusive>
[[nodiscard]] PyGetSetDef attribute(const char* name, const char* doc) noexcept {
  return {name, &detail::ShapeOf<get>::template get<get, sharing>, nullptr, doc, nullptr};
}
template <auto get, auto set, Sharing sharing = kExclusive>
  requires(!std::is_same_v<decltype(set), Sharing>)
[[nodiscard]] PyGetSetDef attribute(const char* name, const char* doc) noexcept {
  return {name, &detail::ShapeOf<get>::template get<get, sharing>,
          &detail::ShapeOf<set>::template set<set, sharing>, doc, nullptr};
}

// A new object of `type`, which is the type of Value or derives from it, with its value made of
// `arguments`. Empty with an exception set.
template <class Value, class... Arguments>
[[nodiscard]] Ref make_object(PyTypeObject* type, Arguments&&... arguments) {
  Ref object = Ref::steal(type->tp_alloc(type, 0));
  if (object) new (&value_of<Value>(object.get())) Value(std::forward<Arguments>(arguments)...);
  return object;
}

namespace detail {

template <class Value>
PyObject* construct(PyTypeObject* type, PyObject* args, PyObject* kwargs) noexcept {
  const bool given = PyTuple_GET_SIZE(args) != 0 || (kwargs != nullptr && PyDict_GET_SIZE(kwargs));
  if (given && type->tp_init == PyBaseObject_Type.tp_init) {
    PyErr_Format(PyExc_TypeError, "%s() takes no arguments", type->tp_name);
    return nullptr;
  }
  try {
    return make_object<Value>(type).release();
  } catch (const std::bad_alloc&) {
    return PyErr_NoMemory();
  }
}

template <class Value>
int traverse(PyObject* self, visitproc visit, void* arg) noexcept {
  Py_VISIT(Py_TYPE(self));
  int result = 0;
  value_of<Value>(self).each_reference([&](Ref& each) {
    if (result == 0 && each) result = visit(each.get(), arg);
  });
  return result;
}

template <class Value>
int clear(PyObject* self) noexcept {
  // One after the other: letting one go may run Python that looks at this very object.
  value_of<Value>(self).each_reference([](Ref& each) { each = Ref{}; });
  return 0;
}

template <class Value>
void end(PyObject* self) noexcept {
  PyTypeObject* type = Py_TYPE(self);
  if constexpr (OwnsReferences<Value>) PyObject_GC_UnTrack(self);
  if (reinterpret_cast<Object<Value>*>(self)->weakrefs != nullptr) PyObject_ClearWeakRefs(self);
  value_of<Value>(self).~Value();
  type->tp_free(self);
  Py_DECREF(type);
}

// Makes the type and adds it to its module. Empty with an exception set.
[[nodiscard]] Ref make_type(PyObject* module, const TypeTable& table, std::size_t size,
                            unsigned long flags, std::span<const PyType_Slot> first) noexcept;

}  // namespace detail

// Makes the type of `table` and adds it to `module` under its short name. Empty with an exception
// set.
template <class Value>
[[nodiscard]] Ref add_native_type(PyObject* module, const TypeTable& table) noexcept {
  PyType_Slot slots[4];
  std::size_t count = 0;
  unsigned long flags = 0;
  slots[count++] = {Py_tp_dealloc, reinterpret_cast<void*>(&detail::end<Value>)};
  if constexpr (detail::OwnsReferences<Value>) {
    flags |= Py_TPFLAGS_HAVE_GC;
    slots[count++] = {Py_tp_traverse, reinterpret_cast<void*>(&detail::traverse<Value>)};
    slots[count++] = {Py_tp_clear, reinterpret_cast<void*>(&detail::clear<Value>)};
  }
  if constexpr (std::is_default_constructible_v<Value>) {
    if (table.constructible) {
      slots[count++] = {Py_tp_new, reinterpret_cast<void*>(&detail::construct<Value>)};
    }
  }
  return detail::make_type(module, table, sizeof(Object<Value>), flags, {slots, count});
}

}  // namespace mainstay::binding
