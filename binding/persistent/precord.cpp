// precord.cpp - RecordBase, what the face's PRecord derives from: making records, and set().
//
// A record is a PMap. A class with an evolver of its own is changed through it.
#include "binding/persistent/field.hpp"
#include "binding/persistent/map.hpp"

namespace mainstay::binding::persistent {
namespace {

// A record that is being made or changed.
class Draft {
 public:
  Draft(State& state, PyTypeObject* cls)
      : state_(state), cls_(cls), table_(table_of(state, cls)), change_(state) {}
  Draft(State& state, PyTypeObject* cls, const MapValue& from)
      : state_(state), cls_(cls), table_(table_of(state, cls)), change_(state, from) {}

  [[nodiscard]] FieldTable& table() noexcept { return table_; }

  void set(PyObject* name, PyObject* given, bool make, PyObject* ignore_extra) {
    const Field* field = table_.find(name);
    if (field == nullptr) {
      PyErr_Format(PyExc_AttributeError, "'%S' is not among the specified fields for %s", name,
                   cls_->tp_name);
      throw Raised{};
    }
    const Ref value = value_for(state_, cls_, *field, given, make, ignore_extra, true, problems_);
    if (value) change_.set(name, value.get());
  }

  [[nodiscard]] bool changed() const noexcept { return change_.changed(); }

  // `unchanged`, if given, is the record when nothing was changed.
  [[nodiscard]] Ref finish(PyObject* unchanged) {
    for (const Field& field : table_.fields) {
      if (field.mandatory && change_.find(field.name.get(), hash_of(field.name.get())) == nullptr) {
        problems_.add_missing(cls_, field);
      }
    }
    Ref made;
    if (unchanged != nullptr && !change_.changed()) {
      made = Ref::share(unchanged);
    } else {
      const Ref map = change_.finish(state_);
      const MapValue& value = map_value(map.get());
      made = make_derived(cls_, MapValue{value.root, value.size});
    }
    problems_.throw_if_any(state_);
    check_whole(state_, table_, made.get());
    return made;
  }

 private:
  State& state_;
  PyTypeObject* cls_;
  FieldTable& table_;
  MapChange change_;
  Problems problems_;
};

// Borrowed; null: not given.
[[nodiscard]] PyObject* given_for(PyObject* kwargs, PyObject* name) {
  PyObject* found = kwargs == nullptr ? nullptr : PyDict_GetItemWithError(kwargs, name);
  if (found == nullptr && PyErr_Occurred() != nullptr) throw Raised{};
  return found;
}
// An option of a construction that is no field: null also for None and False.
[[nodiscard]] PyObject* option_from(PyObject* kwargs, PyObject* name) {
  PyObject* found = given_for(kwargs, name);
  return found == Py_None || found == Py_False ? nullptr : found;
}

// R(name=value, ...). Entries are in the order of the initial values, then in that of the call.
Ref construct(PyTypeObject* cls, PyObject* args, PyObject* kwargs) {
  if (PyTuple_GET_SIZE(args) != 0) {
    PyErr_Format(PyExc_TypeError, "%s() takes fields by name, got %zd positional argument%s",
                 cls->tp_name, PyTuple_GET_SIZE(args), PyTuple_GET_SIZE(args) == 1 ? "" : "s");
    throw Raised{};
  }
  State& state = module_state(module_of(cls, &definition));
  const Ref made_of = Ref::share(option_from(kwargs, state.name(k__factory_fields)));
  const Ref ignore_extra = Ref::share(option_from(kwargs, state.name(k__ignore_extra)));
  Draft draft(state, cls);
  const auto set = [&](PyObject* name, PyObject* given, const Field* field) {
    bool make = true;
    if (made_of && field != nullptr) {
      const int contained = PySequence_Contains(made_of.get(), field->declared.get());
      if (contained < 0) throw Raised{};
      make = contained == 1;
    }
    draft.set(name, given, make, ignore_extra.get());
  };
  for (const Field& field : draft.table().fields) {
    if (!field.initial) continue;
    PyObject* given = given_for(kwargs, field.name.get());
    const Ref value = given != nullptr ? Ref::share(given) : initial_of(field);
    set(field.name.get(), value.get(), &field);
  }
  PyObject *name = nullptr, *given = nullptr;
  Py_ssize_t position = 0;
  while (kwargs != nullptr && PyDict_Next(kwargs, &position, &name, &given) != 0) {
    if (name == state.name(k__factory_fields) || name == state.name(k__ignore_extra)) continue;
    const Field* field = draft.table().find(name);
    if (field != nullptr && field->initial) continue;
    const Ref held = Ref::share(given);
    set(name, held.get(), field);
  }
  return draft.finish(nullptr);
}

PyObject* create(PyTypeObject* cls, PyObject* args, PyObject* kwargs) {
  return safe<&construct>(cls, args, kwargs).release();
}

// Whether a class has the method of PRecord or PMap that a part holds.
[[nodiscard]] bool has_own(State& state, PyTypeObject* cls, Name name, Part part) noexcept {
  return _PyType_Lookup(cls, state.name(name)) == state.part(part);
}

// set(name, value) or set(name=value, ...).
[[nodiscard]] Ref set(PyObject* self, PyObject* const* arguments, Py_ssize_t count,
                      PyObject* names) {
  State& state = state_of_object(self);
  PyTypeObject* cls = Py_TYPE(self);
  const Py_ssize_t named = names == nullptr ? 0 : PyTuple_GET_SIZE(names);
  if (count != 0 && count != 2) {
    PyErr_Format(PyExc_TypeError,
                 "set() takes a name and a value, or values by name; got %zd positional argument%s",
                 count, count == 1 ? "" : "s");
    throw Raised{};
  }
  if (!has_own(state, cls, k_evolver, p_record_evolver) ||
      !has_own(state, cls, k_update, p_map_update)) {
    if (count == 2) {
      const Ref evolver = call_method(self, state.name(k_evolver));
      const Ref changed = call_method(evolver.get(), state.name(k_set), arguments[0], arguments[1]);
      return call_method(changed.get(), state.name(k_persistent));
    }
    const Ref values = checked(PyDict_New());
    for (Py_ssize_t i = 0; i < named; ++i) {
      if (PyDict_SetItem(values.get(), PyTuple_GET_ITEM(names, i), arguments[i]) < 0) {
        throw Raised{};
      }
    }
    return call_method(self, state.name(k_update), values.get());
  }
  Draft draft(state, cls, map_value(self));
  if (count == 2) {
    draft.set(arguments[0], arguments[1], true, nullptr);
  } else {
    for (Py_ssize_t i = 0; i < named; ++i) {
      draft.set(PyTuple_GET_ITEM(names, i), arguments[i], true, nullptr);
    }
  }
  return draft.finish(self);
}

PyObject* set_method(PyObject* self, PyObject* const* arguments, Py_ssize_t count,
                     PyObject* names) {
  return safe<&set>(self, arguments, count, names).release();
}

PyMethodDef kMethods[] = {
    {"set", as_method(&set_method), METH_FASTCALL | METH_KEYWORDS,
     "set($self, /, *args, **kwargs)\n--\n\nset(name, value) or set(name=value, ...): a record "
     "with other values."},
    {},
};

PyType_Slot kSlots[] = {
    {Py_tp_new, reinterpret_cast<void*>(&create)},
    {Py_tp_methods, kMethods},
    {Py_tp_doc, const_cast<char*>("What PRecord derives from.")},
    {0, nullptr},
};

}  // namespace

bool add_record_types(PyObject* module, State& state) {
  PyType_Spec spec{"mainstay.persistent._native.PRecordBase", sizeof(Object<MapValue>), 0,
                   Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE, kSlots};
  return static_cast<bool>(add_type(module, spec, state.map_type.get()));
}

}  // namespace mainstay::binding::persistent
