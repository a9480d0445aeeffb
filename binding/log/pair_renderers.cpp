// pair_renderers.cpp - `KeyValueRenderer` and `LogfmtRenderer`: an event as `key=value` pairs.
#include <atomic>
#include <cmath>

#include "binding/log/module.hpp"
#include "mainstay/log/logfmt.hpp"

namespace mainstay::binding::log {
namespace {

using mainstay::log::append_logfmt_value;
using mainstay::log::append_pair_key;

struct Pairs {
  State* state = nullptr;
  Ref key_order;
  bool sort = false;
  bool drop = false;
  // KeyValueRenderer: repr_native_str; LogfmtRenderer: bool_as_flag, which may be set while it is
  // in use.
  std::atomic<bool> flag = true;
  void each_reference(auto visit) { visit(key_order); }
};

bool initialize(Self<Pairs> self, const Signature& signature, PyObject* args, PyObject* kwargs) {
  PyObject* given[4] = {};
  if (!take_arguments(signature, args, kwargs, given)) return false;
  self->state = state_of_type(Py_TYPE(self.object));
  const int sort = given[0] != nullptr ? PyObject_IsTrue(given[0]) : 0;
  const int ordered = given[1] != nullptr ? PyObject_IsTrue(given[1]) : 0;
  const int drop = given[2] != nullptr ? PyObject_IsTrue(given[2]) : 0;
  const int flag = given[3] != nullptr ? PyObject_IsTrue(given[3]) : 1;
  if (self->state == nullptr || sort < 0 || ordered < 0 || drop < 0 || flag < 0) return false;
  self->sort = sort == 1;
  self->drop = drop == 1;
  self->key_order = ordered == 1 ? Ref::share(given[1]) : Ref{};
  self->flag = flag == 1;
  return true;
}

// The pairs of an event in their order, as a list or an iterable of tuples. Those of `key_order`
// are taken out of it.
Ref ordered_items(State& state, Pairs& self, PyObject* event) {
  Ref list = Ref::steal(PyList_New(0));
  if (!list) return Ref{};
  if (self.key_order) {
    const Ref keys = Ref::steal(PyObject_GetIter(self.key_order.get()));
    if (!keys) return Ref{};
    while (const Ref key = Ref::steal(PyIter_Next(keys.get()))) {
      const Ref value = Ref::steal(
          PyObject_CallMethodObjArgs(event, state.names.pop.get(), key.get(), Py_None, nullptr));
      if (!value) return Ref{};
      if (value.get() == Py_None && self.drop) continue;
      const Ref pair = Ref::steal(PyTuple_Pack(2, key.get(), value.get()));
      if (!pair || PyList_Append(list.get(), pair.get()) < 0) return Ref{};
    }
    if (PyErr_Occurred() != nullptr) return Ref{};
  }
  const Ref items = Ref::steal(PyObject_CallMethodNoArgs(event, state.names.items.get()));
  Ref rest = items ? Ref::steal(PySequence_List(items.get())) : Ref{};
  if (!rest || (self.sort && PyList_Sort(rest.get()) < 0)) return Ref{};
  if (!self.key_order) return rest;
  const Ref all = Ref::steal(PySequence_InPlaceConcat(list.get(), rest.get()));
  return all ? std::move(list) : Ref{};
}

// A value as str() or repr() writes it, appended by `append`. False: an exception is set.
template <class Append>
bool append_text(Ref text, Append append) {
  if (!text) return false;
  const Utf8 utf8(text.get());
  if (utf8.data == nullptr) return false;
  append(utf8.view());
  return true;
}

bool append_pair(Pairs& self, Line& line, PyObject* key, PyObject* value) {
  return append_text(Ref::share(key),
                     [&](std::string_view text) {
                       append_pair_key(line, text);
                       line.append('=');
                     }) &&
         append_text(PyUnicode_Check(value) && !self.flag ? Ref::share(value)
                                                          : Ref::steal(PyObject_Repr(value)),
                     [&](std::string_view text) { line.append(text); });
}

bool append_logfmt(Pairs& self, Line& line, PyObject* key, PyObject* value) {
  const Utf8 name(key);
  if (name.data == nullptr) return false;
  if (!mainstay::log::is_logfmt_key(name.view())) {
    PyErr_Format(PyExc_ValueError, "Invalid key: \"%U\"", key);
    return false;
  }
  append_pair_key(line, name.view());
  if (value == Py_True) {
    if (!self.flag) line.append("=true");
    return true;
  }
  line.append('=');
  if (value == Py_None) return true;
  if (value == Py_False) {
    line.append("false");
    return true;
  }
  if (PyFloat_CheckExact(value) && std::isfinite(PyFloat_AS_DOUBLE(value))) {
    mainstay::log::append_real(line, PyFloat_AS_DOUBLE(value));
    return true;
  }
  return append_text(
      PyUnicode_CheckExact(value) ? Ref::share(value) : Ref::steal(PyObject_Str(value)),
      [&](std::string_view text) { append_logfmt_value(line, text); });
}

template <auto append>
Ref render(Self<Pairs> self, PyObject* args, PyObject* kwargs) {
  PyObject* event = event_of_call(Py_TYPE(self.object)->tp_name, args, kwargs);
  if (event == nullptr) return Ref{};
  if (self->state == nullptr) {
    PyErr_Format(PyExc_AttributeError, "the %s is not initialised", Py_TYPE(self.object)->tp_name);
    return Ref{};
  }
  const Ref items = ordered_items(*self->state, *self, event);
  if (!items) return Ref{};
  Line line;
  for (Py_ssize_t i = 0; i < PyList_GET_SIZE(items.get()); ++i) {
    const Ref pair = Ref::share(PyList_GET_ITEM(items.get(), i));
    if (!PyTuple_Check(pair.get()) || PyTuple_GET_SIZE(pair.get()) != 2) {
      PyErr_SetString(PyExc_ValueError, "items() must give pairs");
      return Ref{};
    }
    PyObject* key = PyTuple_GET_ITEM(pair.get(), 0);
    if (!PyUnicode_Check(key)) {
      PyErr_Format(PyExc_TypeError, "keys of an event must be str, got %.100s %R",
                   Py_TYPE(key)->tp_name, key);
      return Ref{};
    }
    if (!append(*self, line, key, PyTuple_GET_ITEM(pair.get(), 1))) return Ref{};
  }
  return Ref::steal(PyUnicode_DecodeUTF8(line.view().data(), static_cast<Py_ssize_t>(line.size()),
                                         "surrogatepass"));
}

constexpr const char* kPairParameters[] = {"sort_keys", "key_order", "drop_missing",
                                           "repr_native_str"};
constexpr const char* kLogfmtParameters[] = {"sort_keys", "key_order", "drop_missing",
                                             "bool_as_flag"};
constexpr Signature kPairInit{"__init__", "self", kPairParameters, 0};
constexpr Signature kLogfmtInit{"__init__", "self", kLogfmtParameters, 0};

bool initialize_pairs(Self<Pairs> self, PyObject* args, PyObject* kwargs) {
  return initialize(self, kPairInit, args, kwargs);
}
bool initialize_logfmt(Self<Pairs> self, PyObject* args, PyObject* kwargs) {
  return initialize(self, kLogfmtInit, args, kwargs);
}

Ref reduce(Self<Pairs> self) {
  PyObject* order = self->key_order ? self->key_order.get() : Py_None;
  return Ref::steal(Py_BuildValue("O(NONN)", Py_TYPE(self.object), PyBool_FromLong(self->sort),
                                  order, PyBool_FromLong(self->drop), PyBool_FromLong(self->flag)));
}
Ref get_flag(Pairs& self) { return Ref::steal(PyBool_FromLong(self.flag)); }
bool set_flag(Pairs& self, PyObject* value) {
  const int flag = value != nullptr ? PyObject_IsTrue(value) : 1;
  if (flag >= 0) self.flag = flag == 1;
  return flag >= 0;
}

// What the peer's pickles hold; of its renderers only those with the order of the event pickle.
Ref set_state(Self<Pairs> self, PyObject* state) {
  const Ref nothing = Ref::steal(PyTuple_New(0));
  if (!nothing || !initialize_pairs(self, nothing.get(), nullptr)) return Ref{};
  PyObject* flag = PyDict_Check(state) ? PyDict_GetItemString(state, "bool_as_flag") : nullptr;
  if (flag != nullptr && !set_flag(*self, flag)) return Ref{};
  return Ref::share(Py_None);
}

PyMethodDef kMethods[] = {
    method<reduce>("__reduce__", "Pickles as a call."),
    method<set_state>("__setstate__", "Takes the state that structlog pickles."),
    {},
};
PyGetSetDef kLogfmtAttributes[] = {
    attribute<get_flag, set_flag>("bool_as_flag", "Whether True is written as the key alone."), {}};

const PyType_Slot kPairSlots[] = {
    {Py_tp_init, as_slot<initialize_pairs>()},
    {Py_tp_call, as_slot<render<append_pair>, kShared>()},
};
const PyType_Slot kLogfmtSlots[] = {
    {Py_tp_init, as_slot<initialize_logfmt>()},
    {Py_tp_call, as_slot<render<append_logfmt>, kShared>()},
};
constexpr TypeTable kPairs{
    .name = "mainstay.log.processors.KeyValueRenderer",
    .doc =
        "KeyValueRenderer(sort_keys=False, key_order=None, drop_missing=False, "
        "repr_native_str=True)\n--\n\nRenders an event as `key=value` pairs, values as `repr` "
        "writes them.\n\nKeys of `key_order` come first, as None where they are missing, or "
        "left out with `drop_missing`; the others follow, sorted with `sort_keys`. Without "
        "`repr_native_str` a str is written as it is.",
    .methods = kMethods,
    .slots = kPairSlots,
    .subclassable = true,
};
constexpr TypeTable kLogfmt{
    .name = "mainstay.log.processors.LogfmtRenderer",
    .doc =
        "LogfmtRenderer(sort_keys=False, key_order=None, drop_missing=False, "
        "bool_as_flag=True)\n--\n\nRenders an event as logfmt: `key=value` pairs, values quoted "
        "where they need it.\n\nOrder as in KeyValueRenderer; what is missing or None is "
        "written as `key=`. True is written as `key` with `bool_as_flag`, else as `key=true`; "
        "False as `key=false`. Raises ValueError for a key with blanks or control characters.",
    .methods = kMethods,
    .attributes = kLogfmtAttributes,
    .slots = kLogfmtSlots,
    .subclassable = true,
};

}  // namespace

bool add_pair_types(PyObject* module, State& state) noexcept {
  state.pairs_type = add_native_type<Pairs>(module, kPairs);
  state.logfmt_type = add_native_type<Pairs>(module, kLogfmt);
  return state.pairs_type && state.logfmt_type;
}

}  // namespace mainstay::binding::log
