// links.cpp - the processors that are functions: merge_contextvars, add_log_level, set_exc_info.
#include "binding/log/module.hpp"

namespace mainstay::binding::log {
namespace {

constexpr const char* kParameters[] = {"logger", "method_name", "event_dict"};

// Whether the event has a key: 1 or 0; -1 with an exception set.
int has_key(PyObject* event, PyObject* key) noexcept {
  return PyDict_CheckExact(event) ? PyDict_Contains(event, key) : PySequence_Contains(event, key);
}

bool set_default(State& state, PyObject* event, PyObject* key, PyObject* value) noexcept {
  if (!PyDict_CheckExact(event)) {
    return bool(Ref::steal(
        PyObject_CallMethodObjArgs(event, state.names.setdefault.get(), key, value, nullptr)));
  }
#if PY_VERSION_HEX >= 0x030D0000
  return PyDict_SetDefaultRef(event, key, value, nullptr) >= 0;
#else
  return PyDict_SetDefault(event, key, value) != nullptr;
#endif
}

constexpr Signature kMerge{"merge_contextvars", nullptr, kParameters, 3};
PyObject* merge_contextvars(PyObject* module, PyObject*, PyObject*, PyObject* event) noexcept {
  State& state = state_of<State>(module);
  const bool merged = each_context_value(
      state, [&](PyObject* key, PyObject* value) { return set_default(state, event, key, value); });
  return merged ? Ref::share(event).release() : nullptr;
}

constexpr Signature kLevel{"add_log_level", nullptr, kParameters, 3};
PyObject* add_log_level(PyObject* module, PyObject*, PyObject* name, PyObject* event) noexcept {
  State& state = state_of<State>(module);
  PyObject* level = level_of_method(state, name);
  if (!set_item(event, state.names.level.get(), level)) return nullptr;
  return Ref::share(event).release();
}

constexpr Signature kExcInfo{"set_exc_info", nullptr, kParameters, 3};
PyObject* set_exc_info(PyObject* module, PyObject*, PyObject* name, PyObject* event) noexcept {
  State& state = state_of<State>(module);
  if (PyUnicode_Check(name) && PyUnicode_CompareWithASCIIString(name, "exception") == 0) {
    const int has = has_key(event, state.names.exc_info.get());
    if (has < 0) return nullptr;
    if (has == 0 && !set_item(event, state.names.exc_info.get(), Py_True)) return nullptr;
  }
  return Ref::share(event).release();
}

#define MAINSTAY_LOG_TEXT(name) #name "(logger, method_name, event_dict)\n--\n\n"

PyMethodDef kLinks[] = {
    {"merge_contextvars", as_signed_method<kMerge, &merge_contextvars>(),
     METH_FASTCALL | METH_KEYWORDS,
     MAINSTAY_LOG_TEXT(merge_contextvars) "A processor that adds what is bound in this context; "
                                          "keys that are there already win."},
    {"add_log_level", as_signed_method<kLevel, &add_log_level>(), METH_FASTCALL | METH_KEYWORDS,
     MAINSTAY_LOG_TEXT(add_log_level) "A processor that adds the level's name under the key "
                                      "`level`."},
    {"set_exc_info", as_signed_method<kExcInfo, &set_exc_info>(), METH_FASTCALL | METH_KEYWORDS,
     MAINSTAY_LOG_TEXT(set_exc_info) "A processor that sets `exc_info` to True for the method "
                                     "`exception`, unless it is set."},
    {},
};

}  // namespace

// Ours are remembered: they live as long as the process, and to make a key of a name each time
// would take longer than all the rest.
Ref key_of_var(State& state, PyObject* var) noexcept {
  PyObject* known = state.keys_of_vars.get();
#if PY_VERSION_HEX >= 0x030D0000
  PyObject* found = nullptr;
  if (PyDict_GetItemRef(known, var, &found) < 0) return Ref{};
  if (found != nullptr) return Ref::steal(found);
#else
  PyObject* found = PyDict_GetItemWithError(known, var);
  if (found != nullptr) return Ref::share(found);
  if (PyErr_Occurred() != nullptr) return Ref{};
#endif
  const Ref name = Ref::steal(PyObject_GetAttr(var, state.names.name.get()));
  if (!name) return Ref{};
  PyObject* prefix = state.structlog_prefix.get();
  const Py_ssize_t ours = PyUnicode_Tailmatch(name.get(), prefix, 0, PY_SSIZE_T_MAX, -1);
  if (ours <= 0) return ours < 0 ? Ref{} : Ref::share(Py_None);
  PyObject* key = PyUnicode_Substring(name.get(), PyUnicode_GET_LENGTH(prefix), PY_SSIZE_T_MAX);
  if (key == nullptr) return Ref{};
  PyUnicode_InternInPlace(&key);
  Ref made = Ref::steal(key);
  // Programs that make variables without end would make this grow without end as well.
  constexpr Py_ssize_t kMost = 1000;
  if (PyDict_Size(known) < kMost && PyDict_SetItem(known, var, key) < 0) return Ref{};
  return made;
}

PyObject* level_of_method(State& state, PyObject* method_name) noexcept {
  if (!PyUnicode_Check(method_name)) return method_name;
  if (PyUnicode_CompareWithASCIIString(method_name, "warn") == 0) return state.names.warning.get();
  if (PyUnicode_CompareWithASCIIString(method_name, "exception") == 0) {
    return state.names.error.get();
  }
  return method_name;
}

bool add_link_functions(PyObject* module, State& state) noexcept {
  if (PyModule_AddFunctions(module, kLinks) < 0) return false;
  state.add_log_level = Ref::steal(PyObject_GetAttrString(module, "add_log_level"));
  state.merge_contextvars = Ref::steal(PyObject_GetAttrString(module, "merge_contextvars"));
  state.set_exc_info = Ref::steal(PyObject_GetAttrString(module, "set_exc_info"));
  return state.add_log_level && state.merge_contextvars && state.set_exc_info;
}

}  // namespace mainstay::binding::log
