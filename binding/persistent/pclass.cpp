// pclass.cpp - PClassBase, what the face's PClass derives from: making objects, and set().
//
// Values lie in slots, as `__slots__` makes them, so that reading one costs what it costs in any
// object. A class that has a `__new__` or `__init__` of its own is called for set().
#include <cstddef>

#include "binding/persistent/field.hpp"

namespace mainstay::binding::persistent {
namespace {

// What an object begins with. It has more than any object has, so that a class that derives from
// another class first and from PClass second is made by PClass all the same.
struct Head {
  PyObject object;
  PyObject* weakrefs;
  PyObject* unused;
};

[[nodiscard]] PyObject*& slot_of(PyObject* object, const Field& field) noexcept {
  return *reinterpret_cast<PyObject**>(reinterpret_cast<char*>(object) + field.offset);
}

// Names that are no fields, in the words of the peer.
[[noreturn]] void throw_strangers(State& state, FieldTable& table, PyTypeObject* cls,
                                  PyObject* names) {
  const Ref strangers = checked(PyList_New(0));
  const Ref iterator = checked(PyObject_GetIter(names));
  while (const Ref name = Ref::steal(PyIter_Next(iterator.get()))) {
    if (table.find(name.get()) != nullptr || name.get() == state.name(k__factory_fields) ||
        name.get() == state.name(k_ignore_extra)) {
      continue;
    }
    if (PyList_Append(strangers.get(), name.get()) < 0) throw Raised{};
  }
  if (PyErr_Occurred() != nullptr) throw Raised{};
  const Ref comma = checked(PyUnicode_FromString(", "));
  const Ref text = checked(PyUnicode_Join(comma.get(), strangers.get()));
  PyErr_Format(PyExc_AttributeError, "'%U' are not among the specified fields for %s", text.get(),
               cls->tp_name);
  throw Raised{};
}

void put(PyObject* object, const Field& field, Ref value) {
  Py_XDECREF(std::exchange(slot_of(object, field), value.release()));
}

// An option of a construction that is no field; counted as used. Empty: not given, None or False.
[[nodiscard]] Ref option_from(PyObject* kwargs, PyObject* name, Py_ssize_t& used) {
  PyObject* found = kwargs == nullptr ? nullptr : PyDict_GetItemWithError(kwargs, name);
  if (found == nullptr) {
    if (PyErr_Occurred() != nullptr) throw Raised{};
    return {};
  }
  ++used;
  return Ref::share(found == Py_None || found == Py_False ? nullptr : found);
}

// An object of the fields in `values`, a dict or null. Those in `made_of`, or all if that is empty,
// are made by their factories. `used` counts the fields that are given.
[[nodiscard]] Ref make(State& state, FieldTable& table, PyTypeObject* cls, PyObject* values,
                       const Ref& made_of, const Ref& ignore_extra, Py_ssize_t& used,
                       Problems& problems) {
  Ref object = checked(cls->tp_alloc(cls, 0));
  for (const Field& field : table.fields) {
    PyObject* given =
        values == nullptr ? nullptr : PyDict_GetItemWithError(values, field.name.get());
    if (given == nullptr && PyErr_Occurred() != nullptr) throw Raised{};
    Ref held = Ref::share(given);
    bool by_factory = false;
    if (held) {
      ++used;
      const int contained = made_of ? PySequence_Contains(made_of.get(), field.name.get()) : 1;
      if (contained < 0) throw Raised{};
      by_factory = contained == 1;
    } else {
      held = initial_of(field);
      if (!held) {
        if (field.mandatory) problems.add_missing(cls, field);
        continue;
      }
    }
    put(object.get(), field,
        value_for(state, cls, field, held.get(), by_factory, ignore_extra.get(), false, problems));
  }
  return object;
}

Ref construct(PyTypeObject* cls, PyObject* args, PyObject* kwargs) {
  if (PyTuple_GET_SIZE(args) != 0) {
    PyErr_Format(PyExc_TypeError, "%s() takes fields by name, got %zd positional argument%s",
                 cls->tp_name, PyTuple_GET_SIZE(args), PyTuple_GET_SIZE(args) == 1 ? "" : "s");
    throw Raised{};
  }
  State& state = module_state(module_of(cls, &definition));
  FieldTable& table = table_of(state, cls);
  Py_ssize_t used = 0;
  const Ref made_of = option_from(kwargs, state.name(k__factory_fields), used);
  const Ref ignore_extra = option_from(kwargs, state.name(k_ignore_extra), used);
  Problems problems;
  Ref object = make(state, table, cls, kwargs, made_of, ignore_extra, used, problems);
  problems.throw_if_any(state);
  if (kwargs != nullptr && used != PyDict_GET_SIZE(kwargs)) {
    throw_strangers(state, table, cls, kwargs);
  }
  check_whole(state, table, object.get());
  return object;
}

// _unchecked(values, factory_fields): an object whose invariants are asked later, by transform().
Ref unchecked(PyObject* type, PyObject* values, PyObject* factory_fields) {
  auto* cls = reinterpret_cast<PyTypeObject*>(type);
  State& state = module_state(module_of(cls, &definition));
  if (!PyDict_Check(values)) {
    PyErr_SetString(PyExc_TypeError, "_unchecked() takes a dict of values");
    throw Raised{};
  }
  FieldTable& table = table_of(state, cls);
  Py_ssize_t used = 0;
  Problems later;
  Ref object = make(state, table, cls, values, Ref::share(factory_fields), Ref{}, used, later);
  if (used != PyDict_GET_SIZE(values)) throw_strangers(state, table, cls, values);
  return object;
}

PyObject* create(PyTypeObject* cls, PyObject* args, PyObject* kwargs) {
  return safe<&construct>(cls, args, kwargs).release();
}

// set(name, value) or set(name=value, ...), for a class that is made by construct() alone.
[[nodiscard]] Ref with_values(State& state, PyObject* self, PyObject* const* arguments,
                              Py_ssize_t positional, PyObject* names) {
  PyTypeObject* cls = Py_TYPE(self);
  FieldTable& table = table_of(state, cls);
  const Py_ssize_t named = names == nullptr ? 0 : PyTuple_GET_SIZE(names);
  const auto given_for = [&](const Field& field) -> PyObject* {
    const auto is = [&](PyObject* name) {
      return name == field.name.get() ||
             (PyUnicode_Check(name) && PyUnicode_Compare(name, field.name.get()) == 0);
    };
    // By position it wins, as the later of two.
    if (positional == 2 && is(arguments[0])) return arguments[1];
    for (Py_ssize_t i = 0; i < named; ++i) {
      if (is(PyTuple_GET_ITEM(names, i))) return arguments[positional + i];
    }
    return nullptr;
  };
  Ref object = checked(cls->tp_alloc(cls, 0));
  Problems problems;
  for (const Field& field : table.fields) {
    PyObject* old = slot_of(self, field);
    if (PyObject* given = given_for(field)) {
      put(object.get(), field, value_for(state, cls, field, given, true, nullptr, false, problems));
    } else if (old != nullptr) {
      check_again(state, field, old, problems);
      put(object.get(), field, Ref::share(old));
    } else if (const Ref initial = initial_of(field)) {
      put(object.get(), field,
          value_for(state, cls, field, initial.get(), false, nullptr, false, problems));
    } else if (field.mandatory) {
      problems.add_missing(cls, field);
    }
  }
  problems.throw_if_any(state);
  const bool known = positional != 2 || table.find(arguments[0]) != nullptr;
  bool all_known = known;
  for (Py_ssize_t i = 0; i < named && all_known; ++i) {
    all_known = table.find(PyTuple_GET_ITEM(names, i)) != nullptr;
  }
  if (!all_known) {
    const Ref all = checked(named > 0 ? PySequence_List(names) : PyList_New(0));
    if (!known && PyList_Append(all.get(), arguments[0]) < 0) throw Raised{};
    throw_strangers(state, table, cls, all.get());
  }
  check_whole(state, table, object.get());
  return object;
}

Ref set(PyObject* self, PyObject* const* arguments, Py_ssize_t count, PyObject* names) {
  State& state = state_of_object(self);
  if (count != 0 && count != 2) {
    PyErr_Format(PyExc_TypeError,
                 "set() takes a name and a value, or values by name; got %zd positional argument%s",
                 count, count == 1 ? "" : "s");
    throw Raised{};
  }
  PyTypeObject* cls = Py_TYPE(self);
  if (cls->tp_new == &create && cls->tp_init == PyBaseObject_Type.tp_init) {
    return with_values(state, self, arguments, count, names);
  }
  Ref values = checked(PyDict_New());
  const Py_ssize_t named = names == nullptr ? 0 : PyTuple_GET_SIZE(names);
  for (Py_ssize_t i = 0; i < named; ++i) {
    if (PyDict_SetItem(values.get(), PyTuple_GET_ITEM(names, i), arguments[count + i]) < 0) {
      throw Raised{};
    }
  }
  if (count == 2 && PyDict_SetItem(values.get(), arguments[0], arguments[1]) < 0) throw Raised{};
  return call(state.part(p_set_by_call), self, values.get());
}

PyObject* set_method(PyObject* self, PyObject* const* arguments, Py_ssize_t count,
                     PyObject* names) {
  return safe<&set>(self, arguments, count, names).release();
}

int refuse_change(PyObject*, PyObject* name, PyObject* value) {
  if (value == nullptr) {
    PyErr_Format(PyExc_AttributeError, "Can't delete attribute, key=%S, use remove()", name);
  } else {
    PyErr_Format(PyExc_AttributeError, "Can't set attribute, key=%S, value=%S", name, value);
  }
  return -1;
}

constexpr const char* kValuesFields[] = {"values", "factory_fields"};
constexpr Signature kUnchecked{"_unchecked", nullptr, kValuesFields, 2};

PyMethodDef kMethods[] = {
    class_method(method<kUnchecked, safe<unchecked>, kShared>(
        "_unchecked", "An object whose invariants are asked later, by transform().")),
    {"set", as_method(&set_method), METH_FASTCALL | METH_KEYWORDS,
     "set($self, /, *args, **kwargs)\n--\n\nset(name, value) or set(name=value, ...): an object "
     "with other values."},
    {},
};

PyMemberDef kMembers[] = {
    {"__weaklistoffset__", T_PYSSIZET, offsetof(Head, weakrefs), READONLY, nullptr},
    {nullptr, 0, 0, 0, nullptr},
};

PyType_Slot kSlots[] = {
    {Py_tp_members, kMembers},
    {Py_tp_new, reinterpret_cast<void*>(&create)},
    {Py_tp_setattro, reinterpret_cast<void*>(&refuse_change)},
    {Py_tp_methods, kMethods},
    {Py_tp_doc, const_cast<char*>("What PClass derives from.")},
    {0, nullptr},
};

}  // namespace

bool add_class_types(PyObject* module, State&) {
  PyType_Spec spec{"mainstay.persistent._native.PClassBase", sizeof(Head), 0,
                   Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE, kSlots};
  return static_cast<bool>(add_type(module, spec));
}

}  // namespace mainstay::binding::persistent
