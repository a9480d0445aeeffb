// field.cpp - see field.hpp.
#include "binding/persistent/field.hpp"

#include "binding/support/exception.hpp"

namespace mainstay::binding::persistent {

void Problems::add(Ref& list, PyObject* item) {
  if (!list) list = checked(PyList_New(0));
  if (PyList_Append(list.get(), item) < 0) throw Raised{};
}

void Problems::add_missing(PyTypeObject* cls, const Field& field) {
  const Ref text = checked(PyUnicode_FromFormat("%s.%U", cls->tp_name, field.name.get()));
  add(missing, text.get());
}

void Problems::add_nested(State& state, PyObject* error) {
  for (const auto& [name, list] :
       {std::pair{k_invariant_errors, &errors}, std::pair{k_missing_fields, &missing}}) {
    const Ref found = checked(PyObject_GetAttr(error, state.name(name)));
    const Ref iterator = checked(PyObject_GetIter(found.get()));
    while (const Ref each = Ref::steal(PyIter_Next(iterator.get()))) add(*list, each.get());
    if (PyErr_Occurred() != nullptr) throw Raised{};
  }
}

namespace {

[[noreturn]] void throw_invariant(State& state, const Ref& errors, const Ref& missing,
                                  const char* text) {
  const Ref codes = checked(errors ? PyList_AsTuple(errors.get()) : PyTuple_New(0));
  const Ref names = checked(missing ? PyList_AsTuple(missing.get()) : PyTuple_New(0));
  const Ref message = checked(PyUnicode_FromString(text));
  const Ref error = call(state.part(p_InvariantException), codes.get(), names.get(), message.get());
  PyErr_SetObject(state.part(p_InvariantException), error.get());
  throw Raised{};
}

// What an invariant says against `value`; empty if it holds.
[[nodiscard]] Ref objection(State& state, PyObject* invariant, PyObject* value) {
  Ref verdict = call(invariant, value);
  const auto is_plain = [](PyObject* object) {
    return PyTuple_CheckExact(object) && PyTuple_GET_SIZE(object) == 2 &&
           PyBool_Check(PyTuple_GET_ITEM(object, 0));
  };
  // Else it may be several verdicts, which the face makes one of.
  if (!is_plain(verdict.get())) verdict = call(state.part(p_verdict), verdict.get());
  const int holds = PyObject_IsTrue(PyTuple_GET_ITEM(verdict.get(), 0));
  if (holds < 0) throw Raised{};
  return holds == 1 ? Ref{} : Ref::share(PyTuple_GET_ITEM(verdict.get(), 1));
}

[[nodiscard]] bool is_of_type(const Field& field, PyObject* value) {
  if (!field.types) return true;
  auto* type = reinterpret_cast<PyObject*>(Py_TYPE(value));
  const Py_ssize_t count = PyTuple_GET_SIZE(field.types.get());
  for (Py_ssize_t i = 0; i < count; ++i) {
    if (PyTuple_GET_ITEM(field.types.get(), i) == type) return true;
  }
  const int answer = PyObject_IsInstance(value, field.types.get());
  if (answer < 0) throw Raised{};
  return answer == 1;
}

}  // namespace

void Problems::throw_if_any(State& state) const {
  if (any()) throw_invariant(state, errors, missing, "Field invariant failed");
}

int FieldTable::traverse(visitproc visit, void* arg) noexcept {
  for (const Field& field : fields) {
    for (const Ref* each : {&field.name, &field.declared, &field.types, &field.factory,
                            &field.invariant, &field.initial}) {
      Py_VISIT(each->get());
    }
  }
  Py_VISIT(places.get());
  Py_VISIT(invariants.get());
  return 0;
}

void FieldTable::clear() noexcept {
  const std::vector<Field> old = std::move(fields);
  fields.clear();
  places = Ref{};
  invariants = Ref{};
}

void FieldTable::resolve(State& state, PyObject* table) {
  if (resolved_.load(std::memory_order_acquire)) return;
  const CriticalSection section(table);
  for (Field& field : fields) {
    const Ref declared = checked(PyObject_GetAttr(field.declared.get(), state.name(k_type)));
    const Ref types = call(state.part(p_get_types), declared.get());
    Ref factory = checked(PyObject_GetAttr(field.declared.get(), state.name(k_factory)));
    if (PyList_GET_SIZE(types.get()) != 0) field.types = checked(PyList_AsTuple(types.get()));
    if (factory.get() != state.part(p_no_factory)) field.factory = std::move(factory);
  }
  resolved_.store(true, std::memory_order_release);
}

Field* FieldTable::find(PyObject* name) {
  // Names are interned nearly always.
  for (Field& field : fields) {
    if (field.name.get() == name) return &field;
  }
  PyObject* place = PyDict_GetItemWithError(places.get(), name);
  if (place == nullptr) {
    if (PyErr_Occurred() != nullptr) throw Raised{};
    return nullptr;
  }
  return &fields[PyLong_AsSize_t(place)];
}

FieldTable& table_of(State& state, PyTypeObject* cls) {
  PyObject* table = _PyType_Lookup(cls, state.name(k__field_table));
  if (table == nullptr || !is_exactly(table, state.field_table_type)) {
    PyErr_Format(PyExc_TypeError, "%s has no table of fields; its metaclass must make one",
                 cls->tp_name);
    throw Raised{};
  }
  auto& value = value_of<FieldTable>(table);
  value.resolve(state, table);
  return value;
}

Ref value_for(State& state, PyTypeObject* cls, const Field& field, PyObject* given, bool make,
              PyObject* ignore_extra, bool nested, Problems& problems) {
  Ref value = Ref::share(given);
  if (make && field.factory) {
    try {
      value = ignore_extra == nullptr
                  ? call(field.factory.get(), given)
                  : call(state.part(p_make_value), field.declared.get(), given, ignore_extra);
    } catch (const Raised&) {
      if (!nested || PyErr_ExceptionMatches(state.part(p_InvariantException)) == 0) throw;
      const Ref error = take_exception();
      problems.add_nested(state, error.get());
      return {};
    }
  }
  if (!is_of_type(field, value.get())) {
    // Raises PTypeError.
    (void)call(state.part(p_check_type), reinterpret_cast<PyObject*>(cls), field.declared.get(),
               field.name.get(), value.get());
  }
  check_again(state, field, value.get(), problems);
  return value;
}

void check_again(State& state, const Field& field, PyObject* value, Problems& problems) {
  if (!field.invariant) return;
  const Ref error = objection(state, field.invariant.get(), value);
  if (error) problems.add_error(error.get());
}

Ref initial_of(const Field& field) {
  if (!field.initial) return {};
  return field.makes_initial ? call(field.initial.get()) : Ref::share(field.initial.get());
}

void check_whole(State& state, const FieldTable& table, PyObject* object) {
  Problems problems;
  const Py_ssize_t count = PyTuple_GET_SIZE(table.invariants.get());
  for (Py_ssize_t i = 0; i < count; ++i) {
    const Ref error = objection(state, PyTuple_GET_ITEM(table.invariants.get(), i), object);
    if (error) problems.add_error(error.get());
  }
  if (problems.any()) throw_invariant(state, problems.errors, {}, "Global invariant failed");
}

namespace {

[[nodiscard]] Ref attribute(State& state, PyObject* object, Name name) {
  return checked(PyObject_GetAttr(object, state.name(name)));
}

// The function that wrap_invariant() was given: its verdict is looked at here.
[[nodiscard]] Ref unwrapped(State& state, PyObject* invariant) {
  Ref inner = Ref::steal(PyObject_GetAttr(invariant, state.name(k___wrapped__)));
  if (inner) return inner;
  PyErr_Clear();
  return Ref::share(invariant);
}

[[nodiscard]] Field compile(State& state, PyTypeObject* cls, PyObject* name, PyObject* declared,
                            bool slots) {
  Field field;
  field.name = Ref::share(name);
  field.declared = Ref::share(declared);
  const Ref invariant = attribute(state, declared, k_invariant);
  if (invariant.get() != state.part(p_no_invariant)) {
    field.invariant = unwrapped(state, invariant.get());
  }
  Ref initial = attribute(state, declared, k_initial);
  if (initial.get() != state.part(p_no_initial)) {
    field.makes_initial = PyCallable_Check(initial.get()) != 0;
    field.initial = std::move(initial);
  }
  const int mandatory = PyObject_IsTrue(attribute(state, declared, k_mandatory).get());
  if (mandatory < 0) throw Raised{};
  field.mandatory = mandatory == 1;
  if (!slots) return field;
  PyObject* slot = _PyType_Lookup(cls, name);
  if (slot == nullptr || Py_TYPE(slot) != &PyMemberDescr_Type) {
    PyErr_Format(PyExc_TypeError,
                 "%s.%U is a field and something else too; give one of them another name",
                 cls->tp_name, name);
    throw Raised{};
  }
  field.offset = reinterpret_cast<PyMemberDescrObject*>(slot)->d_member->offset;
  return field;
}

// How many types are given by name.
[[nodiscard]] std::size_t count_names(State& state, const FieldTable& table) {
  std::size_t count = 0;
  for (const Field& field : table.fields) {
    const Ref types = attribute(state, field.declared.get(), k_type);
    const Ref iterator = checked(PyObject_GetIter(types.get()));
    while (const Ref each = Ref::steal(PyIter_Next(iterator.get()))) {
      count += PyUnicode_Check(each.get()) ? 1 : 0;
    }
    if (PyErr_Occurred() != nullptr) throw Raised{};
  }
  return count;
}

// _FieldTable(cls, fields, invariants, slots)
Ref make_table(PyObject* type, PyObject* cls, PyObject* fields, PyObject* invariants,
               PyObject* slots) {
  State& state = module_state(module_of(reinterpret_cast<PyTypeObject*>(type), &definition));
  FieldTable table;
  table.places = checked(PyDict_New());
  PyObject *name = nullptr, *declared = nullptr;
  Py_ssize_t position = 0;
  while (PyDict_Next(fields, &position, &name, &declared) != 0) {
    const Ref place = checked(PyLong_FromSize_t(table.fields.size()));
    if (PyDict_SetItem(table.places.get(), name, place.get()) < 0) throw Raised{};
    table.fields.push_back(
        compile(state, reinterpret_cast<PyTypeObject*>(cls), name, declared, slots == Py_True));
  }
  const Py_ssize_t count = PyTuple_GET_SIZE(invariants);
  table.invariants = checked(PyTuple_New(count));
  for (Py_ssize_t i = 0; i < count; ++i) {
    PyTuple_SET_ITEM(table.invariants.get(), i,
                     unwrapped(state, PyTuple_GET_ITEM(invariants, i)).release());
  }
  Ref made = checked(PyType_GenericAlloc(reinterpret_cast<PyTypeObject*>(type), 0));
  auto* value = new (&value_of<FieldTable>(made.get())) FieldTable;
  value->fields = std::move(table.fields);
  value->places = std::move(table.places);
  value->invariants = std::move(table.invariants);
  // Only names of types have to wait for the first object.
  if (count_names(state, *value) == 0) value->resolve(state, made.get());
  return made;
}

PyObject* create(PyTypeObject* type, PyObject* args, PyObject*) {
  PyObject *cls = nullptr, *fields = nullptr, *invariants = nullptr, *slots = nullptr;
  if (PyArg_ParseTuple(args, "O!O!O!O!:_FieldTable", &PyType_Type, &cls, &PyDict_Type, &fields,
                       &PyTuple_Type, &invariants, &PyBool_Type, &slots) == 0) {
    return nullptr;
  }
  return safe<&make_table>(reinterpret_cast<PyObject*>(type), cls, fields, invariants, slots)
      .release();
}

const PyType_Slot kSlots[] = {{Py_tp_new, reinterpret_cast<void*>(&create)}};

constexpr TypeTable kTable{
    .name = "mainstay.persistent._native._FieldTable",
    .doc = "The fields of a class, for native code. Made by the metaclasses.",
    .slots = kSlots,
};

}  // namespace

bool add_field_types(PyObject* module, State& state) {
  state.field_table_type = add_mutable_type<FieldTable>(module, kTable);
  return static_cast<bool>(state.field_table_type);
}

}  // namespace mainstay::binding::persistent
