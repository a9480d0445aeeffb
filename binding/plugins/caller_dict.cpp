// caller_dict.cpp - see caller_dict.hpp.
#include "binding/plugins/caller_dict.hpp"

#include <utility>

#include "binding/plugins/impl.hpp"
#include "binding/plugins/manager.hpp"
#include "binding/plugins/multicall.hpp"
#include "binding/plugins/spec.hpp"
#include "binding/plugins/strict.hpp"

namespace mainstay::binding::plugins {
namespace {

constexpr char kHistoricCall[] =
    "Cannot directly call a historic hook - use call_historic instead.";

bool is_among(PyObject* names, PyObject* name) noexcept {
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(names); ++i) {
    if (PyTuple_GET_ITEM(names, i) == name) return true;
  }
  return false;
}

// `{**dict, **mapping}`, with Python's own words for what is no mapping.
bool merge(PyObject* dict, PyObject* mapping) noexcept {
  if (PyDict_Update(dict, mapping) == 0) return true;
  if (PyErr_ExceptionMatches(PyExc_AttributeError)) {
    PyErr_Format(PyExc_TypeError, "'%.200s' object is not a mapping", Py_TYPE(mapping)->tp_name);
  }
  return false;
}

// Whether it can be seen at a glance that a call gives what the specification names, and nothing
// else. Sets no exception.
bool names_fit(const SpecObject& spec, PyObject* given) noexcept {
  if (!PyDict_CheckExact(given) || !PyTuple_CheckExact(spec.kwargnames)) return false;
  PyObject* name = nullptr;
  Py_ssize_t position = 0, required = 0;
  while (PyDict_Next(given, &position, &name, nullptr) != 0) {
    if (is_among(spec.argnames, name)) {
      ++required;
    } else if (!is_among(spec.kwargnames, name)) {
      return false;
    }
  }
  return required == PyTuple_GET_SIZE(spec.argnames);
}

}  // namespace

bool warn_missing(PyObject* names, Py_ssize_t level) noexcept {
  return PyErr_WarnFormat(PyExc_UserWarning, level,
                          "Argument(s) %U which are declared in the hookspec cannot be found in "
                          "this hook call",
                          names) == 0;
}

bool is_true(PyObject* object, bool& truth) noexcept {
  const int answer = PyObject_IsTrue(object);
  truth = answer == 1;
  return answer >= 0;
}

Ref with_defaults(PyObject* self, PyObject* kwargs) noexcept {
  const Ref spec = spec_of(self);
  if (!spec) return Ref{};
  if (spec.get() == Py_None) return Ref::share(kwargs);
  if (is_plain_spec(*as_caller(self).state, spec.get()) &&
      PyDict_GET_SIZE(as_spec(spec.get()).kwargdefaults) == 0) {
    return Ref::share(kwargs);
  }
  const Ref defaults =
      Ref::steal(PyObject_GetAttr(spec.get(), as_caller(self).state->names.kwargdefaults.get()));
  bool any = false;
  if (!defaults || !is_true(defaults.get(), any)) return Ref{};
  if (!any) return Ref::share(kwargs);
  Ref merged = Ref::steal(PyDict_New());
  return merged && merge(merged.get(), defaults.get()) && merge(merged.get(), kwargs)
             ? std::move(merged)
             : Ref{};
}

bool verify(PyObject* self, PyObject* kwargs, Py_ssize_t level) noexcept {
  const Ref spec = spec_of(self);
  bool any = false;
  if (!spec || !is_true(spec.get(), any)) return false;
  if (!any) return true;
  const CallerObject& caller = as_caller(self);
  if (is_strict(caller)) {
    if (is_plain_spec(*caller.state, spec.get()) && names_fit(as_spec(spec.get()), kwargs)) {
      return true;
    }
    const Ref name = name_of(self);
    return name &&
           check_arguments(*caller.state, as_door(caller.door), name.get(), spec.get(), kwargs);
  }
  const Ref argnames =
      is_plain_spec(*as_caller(self).state, spec.get())
          ? Ref::share(as_spec(spec.get()).argnames)
          : Ref::steal(PyObject_GetAttr(spec.get(), as_caller(self).state->names.argnames.get()));
  const Ref names = argnames ? Ref::steal(PySequence_Tuple(argnames.get())) : Ref{};
  if (!names) return false;
  Ref missing;
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(names.get()); ++i) {
    PyObject* name = PyTuple_GET_ITEM(names.get(), i);
    const int given = PyDict_CheckExact(kwargs) ? PyDict_Contains(kwargs, name)
                                                : PySequence_Contains(kwargs, name);
    if (given < 0) return false;
    if (given == 1) continue;
    missing = Ref::steal(missing ? PyUnicode_FromFormat("%U, %R", missing.get(), name)
                                 : PyObject_Repr(name));
    if (!missing) return false;
  }
  return !missing || warn_missing(missing.get(), level);
}

bool read_first_result(PyObject* self, Ref& first) noexcept {
  const Names& names = as_caller(self).state->names;
  const Ref spec = spec_of(self);
  bool any = false;
  if (!spec || !is_true(spec.get(), any)) return false;
  first = Ref::share(Py_False);
  if (!any) return true;
  if (is_plain_spec(*as_caller(self).state, spec.get())) {
    PyObject* value = PyDict_GetItemWithError(as_spec(spec.get()).opts, names.firstresult.get());
    if (value != nullptr) first = Ref::share(value);
    return value != nullptr || !PyErr_Occurred();
  }
  const Ref opts = Ref::steal(PyObject_GetAttr(spec.get(), names.opts.get()));
  if (!opts) return false;
  first =
      Ref::steal(PyObject_CallMethod(opts.get(), "get", "OO", names.firstresult.get(), Py_False));
  return static_cast<bool>(first);
}

Way watched_way(const CallerObject& caller, PyObject* manager) noexcept {
  if (manager == nullptr) manager = executing(caller).manager;
  return manager != nullptr && is_monitor(*caller.state, as_manager(manager).inner)
             ? Way::monitored
             : Way::overridden;
}

Ref execute(PyObject* self, Way way, PyObject* impls, PyObject* kwargs, PyObject* first) noexcept {
  const CallerObject& caller = as_caller(self);
  const Ref name = name_of(self);
  const Ref hookexec = name ? hookexec_of(self) : Ref{};
  if (!hookexec) return Ref{};
  PyObject* given[] = {nullptr, name.get(), impls, kwargs, first};
  PyObject* manager = native_manager(hookexec.get());
  if (manager == nullptr || as_manager(manager).inner == nullptr) {
    caller.state->count(way == Way::native ? watched_way(caller) : way);
    return Ref::steal(PyObject_Vectorcall(hookexec.get(), given + 1,
                                          4 | PY_VECTORCALL_ARGUMENTS_OFFSET, nullptr));
  }
  const Ref inner = Ref::share(as_manager(manager).inner);
  const DoorObject& door = as_door(caller.door);
  if (inner.get() == door.multicall) {
    caller.state->count(way);
    bool first_result = false;
    if (!is_true(first, first_result)) return Ref{};
    return Ref::steal(multicall(*caller.state, door, name.get(), impls, kwargs, first_result));
  }
  caller.state->count(way == Way::native ? watched_way(caller, manager) : way);
  return Ref::steal(
      PyObject_Vectorcall(inner.get(), given + 1, 4 | PY_VECTORCALL_ARGUMENTS_OFFSET, nullptr));
}

Ref copy_of_hookimpls(PyObject* self) noexcept {
  const Ref list = hookimpls_of(self);
  if (!list) return Ref{};
  if (!PyList_CheckExact(list.get())) {
    return Ref::steal(PyObject_CallMethod(list.get(), "copy", nullptr));
  }
  return Ref::steal(PyList_GetSlice(list.get(), 0, PyList_GET_SIZE(list.get())));
}

void say_historic(PyObject* self) noexcept {
  const CallerObject& caller = as_caller(self);
  if (is_strict(caller) && caller.name != nullptr) {
    refuse_direct(caller.name);
  } else {
    PyErr_SetString(PyExc_AssertionError, kHistoricCall);
  }
}

bool refuse_historic(PyObject* self) noexcept {
  const Ref historic = is_own_caller(self)
                           ? history_of(self)
                           : Ref::steal(PyObject_CallMethodNoArgs(
                                 self, as_caller(self).state->names.is_historic.get()));
  bool refused = false;
  if (!historic) return false;
  if (is_own_caller(self)) {
    refused = historic.get() != Py_None;
  } else if (!is_true(historic.get(), refused)) {
    return false;
  }
  if (refused) say_historic(self);
  return !refused;
}

Ref prepare(PyObject* self, PyObject* kwargs) noexcept {
  const Names& names = as_caller(self).state->names;
  if (is_own_caller(self)) {
    Ref complete = with_defaults(self, kwargs);
    if (!complete || !verify(self, complete.get(), 1)) return Ref{};
    return complete;
  }
  Ref complete = Ref::steal(PyObject_CallMethodOneArg(self, names.apply_defaults.get(), kwargs));
  if (!complete) return Ref{};
  const Ref verified =
      Ref::steal(PyObject_CallMethodOneArg(self, names.verify.get(), complete.get()));
  return verified ? std::move(complete) : Ref{};
}

Ref as_dict(PyObject* const* values, PyObject* kwnames) noexcept {
  Ref dict = Ref::steal(PyDict_New());
  const Py_ssize_t size = kwnames == nullptr ? 0 : PyTuple_GET_SIZE(kwnames);
  for (Py_ssize_t i = 0; dict && i < size; ++i) {
    if (PyDict_SetItem(dict.get(), PyTuple_GET_ITEM(kwnames, i), values[i]) < 0) return Ref{};
  }
  return dict;
}

namespace {

// The whole call with its arguments in a dict.
PyObject* call_with_dict(PyObject* self, PyObject* kwargs, Way way) noexcept {
  if (!refuse_historic(self)) return nullptr;
  const Ref complete = prepare(self, kwargs);
  Ref first;
  if (!complete || !read_first_result(self, first)) return nullptr;
  const Ref impls = copy_of_hookimpls(self);
  if (!impls) return nullptr;
  return execute(self, way, impls.get(), complete.get(), first.get()).release();
}

}  // namespace

PyObject* call_with_values(PyObject* self, PyObject* const* values, PyObject* kwnames,
                           Way way) noexcept {
  const Ref dict = as_dict(values, kwnames);
  return dict ? call_with_dict(self, dict.get(), way) : nullptr;
}

}  // namespace mainstay::binding::plugins
