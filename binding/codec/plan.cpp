// plan.cpp - Plans, Lookups and Records as Python objects that the face makes.
#include "binding/codec/plan.hpp"

#include <functional>
#include <string>

namespace mainstay::binding::codec {
namespace {

bool take_number(PyObject* from, std::int64_t& number) {
  number = PyLong_AsLongLong(from);
  return number != -1 || PyErr_Occurred() == nullptr;
}
bool take_number(PyObject* from, double& number) {
  number = PyFloat_AsDouble(from);
  return number != -1 || PyErr_Occurred() == nullptr;
}

// Plan(types, details): details is a dict from the name of a member to its object or number.
bool init_plan(Plan& self, PyObject* args, PyObject*) {
  unsigned long long types = 0;
  PyObject* details = nullptr;
  if (!PyArg_ParseTuple(args, "KO!", &types, &PyDict_Type, &details)) return false;
  self.types = types;
  const auto given = [&](const char* name) { return PyDict_GetItemString(details, name); };
  const struct {
    const char* name;
    Ref& member;
  } objects[] = {
      {"custom", self.custom}, {"record", self.record}, {"ints", self.ints},
      {"texts", self.texts},   {"keyed", self.keyed},   {"named", self.named},
      {"regex", self.regex},   {"key", self.key},       {"value", self.value},
      {"item", self.item},     {"items", self.items},
  };
  for (const auto& each : objects) each.member = Ref::share(given(each.name));
  const struct {
    const char* name;
    std::int64_t& member;
  } integers[] = {
      {"int_min", self.int_min}, {"int_max", self.int_max}, {"int_multiple", self.int_multiple}};
  for (const auto& each : integers) {
    PyObject* value = given(each.name);
    if (value != nullptr && !take_number(value, each.member)) return false;
  }
  const struct {
    const char* name;
    double& member;
  } reals[] = {{"float_min", self.float_min},
               {"float_max", self.float_max},
               {"float_multiple", self.float_multiple}};
  for (const auto& each : reals) {
    PyObject* value = given(each.name);
    if (value != nullptr && !take_number(value, each.member)) return false;
  }
  const struct {
    const char* name;
    Py_ssize_t& member;
  } sizes[] = {{"str_min", self.str_min},     {"str_max", self.str_max},
               {"bytes_min", self.bytes_min}, {"bytes_max", self.bytes_max},
               {"array_min", self.array_min}, {"array_max", self.array_max},
               {"map_min", self.map_min},     {"map_max", self.map_max}};
  for (const auto& each : sizes) {
    PyObject* value = given(each.name);
    if (value == nullptr) continue;
    each.member = PyLong_AsSsize_t(value);
    if (each.member == -1 && PyErr_Occurred() != nullptr) return false;
  }
  return true;
}

const PyType_Slot kPlanSlots[] = {{Py_tp_init, as_slot<init_plan>()}};
const TypeTable kPlan{
    .name = "mainstay.codec._native.Plan",
    .doc = "What a type annotation accepts. Does not change; threads may share it.",
    .slots = kPlanSlots,
};

std::size_t slot_of(std::string_view text, std::size_t size) noexcept {
  return std::hash<std::string_view>{}(text) & (size - 1);
}

// Lookup(values, enum_type, tag_field, array_like)
bool init_lookup(Lookup& self, PyObject* args, PyObject*) {
  PyObject* values = nullptr;
  PyObject* enum_type = nullptr;
  PyObject* tag_field = nullptr;
  int array_like = 0;
  if (!PyArg_ParseTuple(args, "O!OOp", &PyDict_Type, &values, &enum_type, &tag_field,
                        &array_like)) {
    return false;
  }
  self.values = Ref::steal(PyDict_Copy(values));
  if (!self.values) return false;
  if (enum_type != Py_None) self.enum_type = Ref::share(enum_type);
  if (tag_field != Py_None) self.tag_field = Ref::share(tag_field);
  self.array_like = array_like != 0;
  std::size_t size = 8;
  while (size < 2 * static_cast<std::size_t>(PyDict_GET_SIZE(self.values.get()))) size *= 2;
  std::vector<Lookup::Entry> table(size);
  PyObject* key = nullptr;
  PyObject* value = nullptr;
  Py_ssize_t position = 0;
  while (PyDict_Next(self.values.get(), &position, &key, &value)) {
    if (!PyUnicode_Check(key)) return true;  // numbers: found in the dict
    std::string_view text;
    if (!utf8_of(key, text)) return false;
    std::size_t at = slot_of(text, size);
    while (table[at].value != nullptr) at = (at + 1) & (size - 1);
    table[at] = {text, value};
    self.is_text = true;
  }
  self.table = std::move(table);
  return true;
}

Ref lookup_values(Lookup& self) { return Ref::share(self.values.get()); }
Ref lookup_array_like(Lookup& self) { return Ref::share(self.array_like ? Py_True : Py_False); }
PyGetSetDef kLookupAttributes[] = {
    attribute<lookup_values>("values", "From text or number to value."),
    attribute<lookup_array_like>("array_like", "Whether its structs are arrays."),
    {}};
const PyType_Slot kLookupSlots[] = {{Py_tp_init, as_slot<init_lookup>()}};
const TypeTable kLookup{
    .name = "mainstay.codec._native.Lookup",
    .doc = "Values by text or by number. Does not change; threads may share it.",
    .attributes = kLookupAttributes,
    .slots = kLookupSlots,
};

// Record(type)
bool init_record(Record& self, PyObject* args, PyObject*) {
  PyObject* type = nullptr;
  if (!PyArg_ParseTuple(args, "O", &type)) return false;
  self.type = Ref::share(type);
  self.defaults = Ref::steal(PyTuple_New(0));
  return static_cast<bool>(self.defaults);
}

// fill(fields, defaults, pre_init, post_init); a field is (name, plan, required, factory).
Ref fill_record(Record& self, PyObject* fields, PyObject* defaults, PyObject* pre_init,
                PyObject* post_init) {
  if (!PyList_Check(fields) || !PyTuple_Check(defaults)) {
    PyErr_SetString(PyExc_TypeError, "fill() takes a list and a tuple");
    return Ref{};
  }
  std::vector<Record::Field> made;
  made.reserve(static_cast<std::size_t>(PyList_GET_SIZE(fields)));
  for (Py_ssize_t i = 0; i < PyList_GET_SIZE(fields); ++i) {
    PyObject* name = nullptr;
    PyObject* plan = nullptr;
    int required = 0;
    int factory = 0;
    if (!PyArg_ParseTuple(PyList_GET_ITEM(fields, i), "UOpp", &name, &plan, &required, &factory)) {
      return Ref{};
    }
    Record::Field field;
    field.name = Ref::share(name);
    field.plan = Ref::share(plan);
    field.required = required != 0;
    field.factory = factory != 0;
    if (!utf8_of(name, field.key)) return Ref{};
    field.plain = mainstay::codec::plain_length(field.key) == field.key.size();
    made.push_back(std::move(field));
  }
  self.fields = std::move(made);
  self.defaults = Ref::share(defaults);
  if (pre_init != Py_None) self.pre_init = Ref::share(pre_init);
  if (post_init != Py_None) self.post_init = Ref::share(post_init);
  self.ready = true;
  return Ref::share(Py_None);
}

constexpr const char* kFillParameters[] = {"fields", "defaults", "pre_init", "post_init"};
constexpr Signature kFill{"Record.fill", "self", kFillParameters, 4};
PyMethodDef kRecordMethods[] = {
    method<kFill, fill_record>("fill", "Gives the record its fields, once."), {}};
Ref record_of_type(Record& self) { return Ref::share(self.type.get()); }
PyGetSetDef kRecordAttributes[] = {attribute<record_of_type>("type", "The class."), {}};
const PyType_Slot kRecordSlots[] = {{Py_tp_init, as_slot<init_record>()}};
const TypeTable kRecord{
    .name = "mainstay.codec._native.Record",
    .doc = "A class with fields. Does not change once it is filled; threads may share it.",
    .methods = kRecordMethods,
    .attributes = kRecordAttributes,
    .slots = kRecordSlots,
};

}  // namespace

PyObject* Lookup::find(std::string_view text) const noexcept {
  if (table.empty()) return nullptr;
  for (std::size_t at = slot_of(text, table.size()); table[at].value != nullptr;
       at = (at + 1) & (table.size() - 1)) {
    if (table[at].text == text) return table[at].value;
  }
  return nullptr;
}

PyObject* Lookup::find(PyObject* number) const noexcept {
  return PyDict_GetItemWithError(values.get(), number);
}

Ref spelling(const Plan& plan) {
  if (plan.has(P_ANY | kCustomTypes)) return Ref::steal(PyUnicode_FromString("any"));
  constexpr std::uint64_t kLimits = ~(P_INT_MIN - 1);
  if ((plan.types & ~kLimits) == 0) return Ref::steal(PyUnicode_FromString("raw"));
  constexpr struct {
    std::uint64_t types;
    const char* name;
  } kNames[] = {
      {P_BOOL | P_TRUE | P_FALSE, "bool"},
      {kIntTypes, "int"},
      {P_FLOAT, "float"},
      {P_STR | P_ENUM | P_STRLITERAL, "str"},
      {kBytesTypes, "bytes"},
      {P_DATETIME, "datetime"},
      {P_DATE, "date"},
      {P_TIME, "time"},
      {P_TIMEDELTA, "duration"},
      {P_UUID, "uuid"},
      {P_DECIMAL, "decimal"},
      {P_EXT, "ext"},
      {P_STRUCT | P_STRUCT_UNION | P_TYPEDDICT | P_DATACLASS | P_DICT, "object"},
      {P_STRUCT_ARRAY | P_STRUCT_ARRAY_UNION | P_LIST | P_SET | P_FROZENSET | P_VARTUPLE |
           P_FIXTUPLE | P_NAMEDTUPLE,
       "array"},
      {P_NONE, "null"},
  };
  std::string text;
  for (const auto& each : kNames) {
    if (!plan.has(each.types)) continue;
    if (!text.empty()) text += " | ";
    text += each.name;
  }
  return Ref::steal(PyUnicode_FromStringAndSize(text.data(), static_cast<Py_ssize_t>(text.size())));
}

bool add_plan_types(PyObject* module, State& state) {
  state.plan_type = add_native_type<Plan>(module, kPlan);
  state.lookup_type = state.plan_type ? add_native_type<Lookup>(module, kLookup) : Ref{};
  state.record_type = state.lookup_type ? add_native_type<Record>(module, kRecord) : Ref{};
  if (!state.record_type) return false;
#define X(name)                                                                          \
  if (PyModule_AddObject(module, "P_" #name, PyLong_FromUnsignedLongLong(P_##name)) < 0) \
    return false;
  MAINSTAY_CODEC_TYPES(X)
#undef X
  state.any_plan = make_object<Plan>(reinterpret_cast<PyTypeObject*>(state.plan_type.get()));
  return static_cast<bool>(state.any_plan);
}

}  // namespace mainstay::binding::codec
