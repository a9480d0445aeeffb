// struct_methods.cpp - what instances of structs do.
#include "binding/codec/struct_methods.hpp"

#include <cstring>
#include <string>

#include "binding/support/call.hpp"

namespace mainstay::binding::codec {
namespace {

// The index of the field that `name` names; -1 when there is none.
Py_ssize_t field_index(const StructType& type, PyObject* name, Py_ssize_t from) {
  const Py_ssize_t count = type.field_count();
  // Names in calls are interned.
  for (Py_ssize_t i = from; i < count; ++i) {
    if (PyTuple_GET_ITEM(type.fields, i) == name) return i;
  }
  for (Py_ssize_t i = 0; i < count; ++i) {
    if (PyUnicode_Compare(PyTuple_GET_ITEM(type.fields, i), name) == 0) return i;
  }
  return -1;
}

bool refuse_abstract(PyTypeObject* type, const State& state) {
  const Ref names = Ref::steal(
      PyObject_GetAttr(reinterpret_cast<PyObject*>(type), state.s_abstractmethods.get()));
  const Ref sorted = names ? Ref::steal(PySequence_List(names.get())) : Ref{};
  if (!sorted || PyList_Sort(sorted.get()) < 0) return false;
  const Ref between = Ref::steal(PyUnicode_FromString("', '"));
  const Ref joined = between ? Ref::steal(PyUnicode_Join(between.get(), sorted.get())) : Ref{};
  if (!joined) return false;
  PyErr_Format(PyExc_TypeError,
               "Can't instantiate abstract class %s without an implementation for abstract "
               "method%s '%U'",
               type->tp_name, PyList_GET_SIZE(sorted.get()) > 1 ? "s" : "", joined.get());
  return false;
}

// All fields as `each(index, name, value)` until it answers false; those that equal their default
// are left out where the type says so.
template <class Each>
bool each_shown(PyObject* self, const StructType& type, Each each) {
  const Py_ssize_t required = type.required_count();
  for (Py_ssize_t i = 0; i < type.field_count(); ++i) {
    const Ref value = get_field(self, type, i);
    if (!value) return false;
    if (type.repr_omit_defaults == Option::on && i >= required &&
        is_default(*type.state, value.get(), PyTuple_GET_ITEM(type.defaults, i - required))) {
      continue;
    }
    if (!each(PyTuple_GET_ITEM(type.fields, i), value.get())) return false;
  }
  return true;
}

PyObject* repr_fields(PyObject* self, const StructType& type) {
  std::string text = std::string(Py_TYPE(self)->tp_name) + "(";
  bool first = true;
  const bool good = each_shown(self, type, [&](PyObject* name, PyObject* value) {
    std::string_view part;
    if (!first) text += ", ";
    first = false;
    if (!utf8_of(name, part)) return false;
    text.append(part).append("=");
    const Ref shown = Ref::steal(PyObject_Repr(value));
    if (!shown) return false;
    if (!utf8_of(shown.get(), part)) return false;
    text.append(part);
    return true;
  });
  if (!good) return nullptr;
  text += ")";
  return PyUnicode_FromStringAndSize(text.data(), static_cast<Py_ssize_t>(text.size()));
}

PyObject* copy_struct(PyObject* self, PyObject*) noexcept {
  StructType& type = struct_type(Py_TYPE(self));
  Ref copy = new_struct(type);
  if (!copy) return nullptr;
  for (Py_ssize_t i = 0; i < type.field_count(); ++i) {
    Ref value = get_field(self, type, i);
    if (!value) return nullptr;
    set_field(copy.get(), type, i, std::move(value));
  }
  if (PyType_IS_GC(Py_TYPE(self))) settle(copy.get(), type, PyObject_GC_IsTracked(self) != 0);
  return copy.release();
}

// `self` with other values in the fields that are named.
PyObject* replace_fields(PyObject* self, PyObject* const* values, PyObject* names) {
  StructType& type = struct_type(Py_TYPE(self));
  Ref copy = new_struct(type);
  if (!copy) return nullptr;
  const Py_ssize_t given = names == nullptr ? 0 : PyTuple_GET_SIZE(names);
  for (Py_ssize_t i = 0; i < given; ++i) {
    PyObject* name = PyTuple_GET_ITEM(names, i);
    const Py_ssize_t index = field_index(type, name, 0);
    if (index < 0) {
      PyErr_Format(PyExc_TypeError, "`%.200s` has no field '%U'", type.type()->tp_name, name);
      return nullptr;
    }
    set_field(copy.get(), type, index, Ref::share(values[i]));
  }
  for (Py_ssize_t i = 0; i < type.field_count(); ++i) {
    if (field_slot(copy.get(), type, i) != nullptr) continue;
    Ref value = get_field(self, type, i);
    if (!value) return nullptr;
    set_field(copy.get(), type, i, std::move(value));
  }
  Py_ssize_t missing = -1;
  if (!fill_defaults(copy.get(), type, missing)) return nullptr;
  if (!call_post_init(copy.get(), type)) return nullptr;
  return copy.release();
}

PyObject* replace_struct(PyObject* self, PyObject* const* args, Py_ssize_t nargs,
                         PyObject* names) noexcept {
  if (!check_positional(nargs, 0, 0)) return nullptr;
  return replace_fields(self, args, names);
}

PyObject* as_dict(PyObject* self, const StructType& type) {
  Ref dict = Ref::steal(PyDict_New());
  if (!dict) return nullptr;
  for (Py_ssize_t i = 0; i < type.field_count(); ++i) {
    const Ref value = get_field(self, type, i);
    if (!value || PyDict_SetItem(dict.get(), PyTuple_GET_ITEM(type.fields, i), value.get()) < 0) {
      return nullptr;
    }
  }
  return dict.release();
}

PyObject* as_tuple(PyObject* self, const StructType& type) {
  Ref tuple = Ref::steal(PyTuple_New(type.field_count()));
  if (!tuple) return nullptr;
  for (Py_ssize_t i = 0; i < type.field_count(); ++i) {
    Ref value = get_field(self, type, i);
    if (!value) return nullptr;
    PyTuple_SET_ITEM(tuple.get(), i, value.release());
  }
  return tuple.release();
}

PyObject* reduce_struct(PyObject* self, PyObject*) noexcept {
  const StructType& type = struct_type(Py_TYPE(self));
  if (type.keyword_only == 0) {
    const Ref values = Ref::steal(as_tuple(self, type));
    return values ? PyTuple_Pack(2, Py_TYPE(self), values.get()) : nullptr;
  }
  const Ref values = Ref::steal(as_dict(self, type));
  if (!values) return nullptr;
  return Py_BuildValue("O(OO)", type.state->rebuild.get(), Py_TYPE(self), values.get());
}

PyObject* rich_repr(PyObject* self, PyObject*) noexcept {
  Ref parts = Ref::steal(PyList_New(0));
  if (!parts) return nullptr;
  const bool good =
      each_shown(self, struct_type(Py_TYPE(self)), [&](PyObject* name, PyObject* value) {
        const Ref part = Ref::steal(PyTuple_Pack(2, name, value));
        return part && PyList_Append(parts.get(), part.get()) == 0;
      });
  return good ? parts.release() : nullptr;
}

PyObject* type_attribute(PyObject* self, void* closure) noexcept {
  return PyObject_GetAttrString(reinterpret_cast<PyObject*>(Py_TYPE(self)),
                                static_cast<const char*>(closure));
}

constexpr char kFields[] = "__struct_fields__";
constexpr char kEncodeFields[] = "__struct_encode_fields__";
constexpr char kDefaults[] = "__struct_defaults__";
constexpr char kConfig[] = "__struct_config__";

const State* state_of_struct(PyObject* module, PyObject* object) {
  State& state = state_of<State>(module);
  if (is_struct(state, object)) return &state;
  PyErr_SetString(PyExc_TypeError, "`struct` must be a `msgspec.Struct`");
  return nullptr;
}

}  // namespace

bool check_positional(Py_ssize_t given, Py_ssize_t least, Py_ssize_t most) noexcept {
  if (given > most) {
    PyErr_SetString(PyExc_TypeError, "Extra positional arguments provided");
    return false;
  }
  if (given < least) {
    PyErr_Format(PyExc_TypeError, "Missing %zd required arguments", least - given);
    return false;
  }
  return true;
}

PyMethodDef kStructMethods[] = {
    {"__copy__", copy_struct, METH_NOARGS, "copy a struct"},
    {"__replace__", as_method(&replace_struct), METH_FASTCALL | METH_KEYWORDS,
     "create a new struct with replacements"},
    {"__reduce__", reduce_struct, METH_NOARGS, "reduce a struct"},
    {"__rich_repr__", rich_repr, METH_NOARGS, "rich repr"},
    {},
};

PyGetSetDef kStructAttributes[] = {
    {"__struct_fields__", type_attribute, nullptr, "Struct fields", const_cast<char*>(kFields)},
    {"__struct_encode_fields__", type_attribute, nullptr, "Struct encoded field names",
     const_cast<char*>(kEncodeFields)},
    {"__struct_defaults__", type_attribute, nullptr, "Struct defaults",
     const_cast<char*>(kDefaults)},
    {"__struct_config__", type_attribute, nullptr, "Struct configuration",
     const_cast<char*>(kConfig)},
    {},
};

PyObject* construct_struct(PyTypeObject* python, PyObject* const* args, std::size_t nargsf,
                           PyObject* names) noexcept {
  StructType& type = struct_type(python);
  if (PyType_HasFeature(python, Py_TPFLAGS_IS_ABSTRACT)) {
    refuse_abstract(python, *type.state);
    return nullptr;
  }
  const Py_ssize_t positional = PyVectorcall_NARGS(nargsf);
  if (positional > type.field_count() - type.keyword_only) {
    PyErr_SetString(PyExc_TypeError, "Extra positional arguments provided");
    return nullptr;
  }
  Ref self = new_struct(type);
  if (!self) return nullptr;
  for (Py_ssize_t i = 0; i < positional; ++i) {
    field_slot(self.get(), type, i) = Ref::share(args[i]).release();
  }
  const Py_ssize_t named = names == nullptr ? 0 : PyTuple_GET_SIZE(names);
  for (Py_ssize_t i = 0; i < named; ++i) {
    PyObject* name = PyTuple_GET_ITEM(names, i);
    const Py_ssize_t index = field_index(type, name, positional);
    if (index < 0) {
      PyErr_Format(PyExc_TypeError, "Unexpected keyword argument '%U'", name);
      return nullptr;
    }
    if (index < positional) {
      PyErr_Format(PyExc_TypeError, "Argument '%U' given by name and position", name);
      return nullptr;
    }
    set_field(self.get(), type, index, Ref::share(args[positional + i]));
  }
  Py_ssize_t missing = -1;
  if (!fill_defaults(self.get(), type, missing)) {
    if (missing >= 0) {
      PyErr_Format(PyExc_TypeError, "Missing required argument '%U'",
                   PyTuple_GET_ITEM(type.fields, missing));
    }
    return nullptr;
  }
  if (!call_post_init(self.get(), type)) return nullptr;
  return self.release();
}

PyObject* repr_struct(PyObject* self) noexcept {
  const int entered = Py_ReprEnter(self);
  if (entered != 0) return entered < 0 ? nullptr : PyUnicode_FromString("...");
  PyObject* text = nullptr;
  try {
    text = repr_fields(self, struct_type(Py_TYPE(self)));
  } catch (const std::bad_alloc&) {
    PyErr_NoMemory();
  }
  Py_ReprLeave(self);
  return text;
}

Py_hash_t hash_struct(PyObject* self) noexcept {
  const StructType& type = struct_type(Py_TYPE(self));
  if (type.eq == Option::off) return PyBaseObject_Type.tp_hash(self);
  if (type.frozen != Option::on) {
    return PyObject_HashNotImplemented(self);
  }
  PyObject** kept = nullptr;
  if (type.hash_offset != 0) {
    kept = reinterpret_cast<PyObject**>(reinterpret_cast<char*>(self) + type.hash_offset);
    const CriticalSection section(self);
    if (*kept != nullptr) return PyLong_AsSsize_t(*kept);
  }
  const RecursionGuard guard(" while hashing a struct");
  if (!guard) return -1;
  // Mixed as the interpreter mixes the items of a tuple, begun with the type.
  constexpr Py_uhash_t kPrime1 = 11400714785074694791ULL;
  constexpr Py_uhash_t kPrime2 = 14029467366897019727ULL;
  constexpr Py_uhash_t kPrime5 = 2870177450012600261ULL;
  Py_uhash_t mixed = kPrime5;
  const auto mix = [&](Py_uhash_t lane) {
    mixed += lane * kPrime2;
    mixed = (mixed << 31U) | (mixed >> 33U);
    mixed *= kPrime1;
  };
  mix(static_cast<Py_uhash_t>(reinterpret_cast<std::uintptr_t>(Py_TYPE(self)) >> 4U));
  for (Py_ssize_t i = 0; i < type.field_count(); ++i) {
    const Ref value = get_field(self, type, i);
    if (!value) return -1;
    const Py_hash_t lane = PyObject_Hash(value.get());
    if (lane == -1) return -1;
    mix(static_cast<Py_uhash_t>(lane));
  }
  mixed += static_cast<Py_uhash_t>(type.field_count() + 1) ^ (kPrime5 ^ 3527539U);
  const auto hash = static_cast<Py_hash_t>(mixed == static_cast<Py_uhash_t>(-1) ? 1 : mixed);
  if (kept != nullptr) {
    Ref number = Ref::steal(PyLong_FromSsize_t(hash));
    if (!number) return -1;
    const CriticalSection section(self);
    if (*kept == nullptr) *kept = number.release();
  }
  return hash;
}

PyObject* compare_structs(PyObject* self, PyObject* other, int operation) noexcept {
  if (Py_TYPE(self) != Py_TYPE(other)) return Ref::share(Py_NotImplemented).release();
  const StructType& type = struct_type(Py_TYPE(self));
  const bool equality = operation == Py_EQ || operation == Py_NE;
  if (type.eq == Option::off || (!equality && type.order != Option::on)) {
    return Ref::share(Py_NotImplemented).release();
  }
  const auto answer = [](bool value) { return Ref::share(value ? Py_True : Py_False).release(); };
  if (operation == Py_NE && Py_TYPE(self)->tp_richcompare != &compare_structs) {
    // A subclass has its own __eq__.
    Ref equal = Ref::steal(Py_TYPE(self)->tp_richcompare(self, other, Py_EQ));
    if (!equal || equal.get() == Py_NotImplemented) return equal.release();
    const int truth = PyObject_IsTrue(equal.get());
    return truth < 0 ? nullptr : answer(truth == 0);
  }
  if (self != other) {
    for (Py_ssize_t i = 0; i < type.field_count(); ++i) {
      PyObject* const same = field_slot(self, type, i);
      if (same != nullptr && same == field_slot(other, type, i)) continue;
      const Ref left = get_field(self, type, i);
      const Ref right = left ? get_field(other, type, i) : Ref{};
      if (!right) return nullptr;
      const int equal = PyObject_RichCompareBool(left.get(), right.get(), Py_EQ);
      if (equal < 0) return nullptr;
      if (equal != 0) continue;
      if (equality) return answer(operation == Py_NE);
      return PyObject_RichCompare(left.get(), right.get(), operation);
    }
  }
  return answer(operation == Py_EQ || operation == Py_LE || operation == Py_GE);
}

PyObject* struct_replace(PyObject* module, PyObject* const* args, Py_ssize_t nargs,
                         PyObject* names) noexcept {
  if (!check_positional(nargs, 1, 1) || state_of_struct(module, args[0]) == nullptr) {
    return nullptr;
  }
  return replace_fields(args[0], args + 1, names);
}

PyObject* struct_asdict(PyObject* module, PyObject* const* args, Py_ssize_t nargs) noexcept {
  if (!check_positional(nargs, 1, 1) || state_of_struct(module, args[0]) == nullptr) {
    return nullptr;
  }
  return as_dict(args[0], struct_type(Py_TYPE(args[0])));
}

PyObject* struct_astuple(PyObject* module, PyObject* const* args, Py_ssize_t nargs) noexcept {
  if (!check_positional(nargs, 1, 1) || state_of_struct(module, args[0]) == nullptr) {
    return nullptr;
  }
  return as_tuple(args[0], struct_type(Py_TYPE(args[0])));
}

PyObject* force_setattr(PyObject* module, PyObject* const* args, Py_ssize_t nargs) noexcept {
  if (!check_positional(nargs, 3, 3) || state_of_struct(module, args[0]) == nullptr) {
    return nullptr;
  }
  PyObject* self = args[0];
  if (PyObject_GenericSetAttr(self, args[1], args[2]) < 0) return nullptr;
  if (may_be_in_cycle(args[2]) && PyObject_IS_GC(self) && PyObject_GC_IsTracked(self) == 0) {
    PyObject_GC_Track(self);
  }
  return Ref::share(Py_None).release();
}

}  // namespace mainstay::binding::codec
