// caller_call.cpp - calling a hook: by its plan when nobody looks, with a dict when somebody does.
#include <algorithm>
#include <array>
#include <cstddef>
#include <new>

#include "binding/plugins/caller.hpp"
#include "binding/plugins/impl.hpp"
#include "binding/plugins/manager.hpp"
#include "binding/plugins/multicall.hpp"
#include "binding/plugins/spec.hpp"
#include "binding/plugins/special.hpp"
#include "binding/plugins/steps.hpp"
#include "binding/plugins/strict.hpp"
#include "binding/support/call.hpp"

namespace mainstay::binding::plugins {
namespace {

constexpr char kHistoricCall[] =
    "Cannot directly call a historic hook - use call_historic instead.";

// Warns about missing arguments. `level`: how many frames of Python the line that called the hook
// is away, 1 for the innermost one.
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

// --- what a call with a dict does, step by step
// ----------------------------------------------------

// {**defaults, **kwargs}; `kwargs` itself when there are no defaults.
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
  if (!merged || PyDict_Update(merged.get(), defaults.get()) < 0 ||
      PyDict_Update(merged.get(), kwargs) < 0) {
    return Ref{};
  }
  return merged;
}

bool verify(PyObject* self, PyObject* kwargs, Py_ssize_t level) noexcept {
  const Ref spec = spec_of(self);
  bool any = false;
  if (!spec || !is_true(spec.get(), any)) return false;
  if (!any) return true;
  const CallerObject& caller = as_caller(self);
  if (caller.door != nullptr && as_door(caller.door).strict) {
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

// `self.spec.opts.get("firstresult", False) if self.spec else False`
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

// What keeps a call from the plan when nothing about the hook does: who looks on, or who executes.
Way watched_way(const CallerObject& caller, PyObject* manager) noexcept {
  return manager != nullptr && is_monitor(*caller.state, as_manager(manager).inner)
             ? Way::monitored
             : Way::overridden;
}

// Hands a call over to what executes it. `impls` is the call's own list.
Ref execute(PyObject* self, Way way, PyObject* impls, PyObject* kwargs, PyObject* first) noexcept {
  const CallerObject& caller = as_caller(self);
  const Ref name = name_of(self);
  const Ref hookexec = name ? hookexec_of(self) : Ref{};
  if (!hookexec) return Ref{};
  PyObject* given[] = {nullptr, name.get(), impls, kwargs, first};
  PyObject* manager = native_manager(hookexec.get());
  if (manager == nullptr || as_manager(manager).inner == nullptr) {
    caller.state->count(way == Way::native ? watched_way(caller, caller.manager) : way);
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
  if (caller.door != nullptr && as_door(caller.door).strict && caller.name != nullptr) {
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

// Defaults and the warning, by the methods a subclass may have overridden.
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

Ref as_dict(PyObject* const* values, PyObject* kwnames) noexcept {
  Ref dict = Ref::steal(PyDict_New());
  const Py_ssize_t size = kwnames == nullptr ? 0 : PyTuple_GET_SIZE(kwnames);
  for (Py_ssize_t i = 0; dict && i < size; ++i) {
    if (PyDict_SetItem(dict.get(), PyTuple_GET_ITEM(kwnames, i), values[i]) < 0) return Ref{};
  }
  return dict;
}

PyObject* call_with_values(PyObject* self, PyObject* const* values, PyObject* kwnames,
                           Way way) noexcept {
  const Ref dict = as_dict(values, kwnames);
  return dict ? call_with_dict(self, dict.get(), way) : nullptr;
}

// --- calling by the plan
// ----------------------------------------------------------------------------

// Whether two objects of the type are equal only when they are one, so that what was found out
// about a set of them stays true.
bool has_identity(PyObject* object) noexcept {
  const PyTypeObject* type = Py_TYPE(object);
  return type->tp_hash == PyBaseObject_Type.tp_hash &&
         type->tp_richcompare == PyBaseObject_Type.tp_richcompare;
}

// Whether the subset may be kept filtered: it leaves out plugins, and there are plugins, that are
// compared by what they are. Other plugins are asked anew at every call.
bool can_filter_once(const ModuleState& state, PyObject* list, PyObject* removed) noexcept {
  if (!PyAnySet_CheckExact(removed)) return false;
  for (Py_ssize_t i = 0; i < PyList_GET_SIZE(list); ++i) {
    PyObject* impl = PyList_GET_ITEM(list, i);
    if (!is_plain_impl(state, impl) || !has_identity(as_impl(impl).plugin)) return false;
  }
  const Ref members = Ref::steal(PySequence_List(removed));
  if (!members) {
    PyErr_Clear();
    return false;
  }
  for (Py_ssize_t i = 0; i < PyList_GET_SIZE(members.get()); ++i) {
    if (!has_identity(PyList_GET_ITEM(members.get(), i))) return false;
  }
  return true;
}

// The plan of the hook as it is now; empty when there is none for it (then without an exception).
Held<Plan> current_plan(CallerObject& caller, const CallerObject& data) noexcept {
  ModuleState& state = *caller.state;
  if (caller.plan && fits(*caller.plan, state, data.hookimpls, data.spec) &&
      (caller.removed == nullptr || caller.plan->removed == PySet_GET_SIZE(caller.removed))) {
    return caller.plan;
  }
  if (caller.removed != nullptr) {
    if (!can_filter_once(state, data.hookimpls, caller.removed)) return {};
    state.count(Event::subset);
  }
  Held<Plan> made = make_plan(state, data.hookimpls, data.spec, caller.removed);
  // The old plan is given back last: that may run Python that calls this hook.
  Held<Plan> old = std::exchange(caller.plan, made);
  return made;
}

// Whose list, specification and history the call reads; null when they are not where they may be
// read without asking.
const CallerObject* data_of(PyObject* self) noexcept {
  const CallerObject& caller = as_caller(self);
  if (!is_own_caller(self)) return nullptr;
  const CallerObject* data = &caller;
  if (caller.original != nullptr) {
    // Any object may stand there; a hook of this module shares its base type.
    auto* native = reinterpret_cast<PyTypeObject*>(caller.state->caller_type.get());
    if (!PyObject_TypeCheck(caller.original, native) || !is_own_caller(caller.original)) {
      return nullptr;
    }
    data = &as_caller(caller.original);
    if (data->original != nullptr) return nullptr;
  }
  const bool readable = data->hookimpls != nullptr && PyList_CheckExact(data->hookimpls) &&
                        data->spec != nullptr && data->history != nullptr && caller.name != nullptr;
  return readable ? data : nullptr;
}

// Which way a call has to go, apart from what its plan says.
Way way_of(PyObject* self, const CallerObject* data) noexcept {
  const CallerObject& caller = as_caller(self);
  if (data == nullptr) return Way::subclass;
  if (caller.state->without_gil) return Way::without_gil;
  if (caller.manager == nullptr) return Way::overridden;
  if (as_manager(caller.manager).inner != as_door(caller.door).multicall) return Way::overridden;
  return Way::native;
}

PyObject* refuse_positional(PyObject* self, Py_ssize_t given) noexcept {
  const CallerObject& caller = as_caller(self);
  if (caller.door != nullptr && as_door(caller.door).strict) {
    const Ref name = name_of(self);
    const Ref spec = name ? spec_of(self) : Ref{};
    if (spec) refuse_unnamed(*caller.state, name.get(), spec.get(), given);
    return nullptr;
  }
  return PyErr_Format(PyExc_TypeError,
                      "HookCaller.__call__() takes 1 positional argument but %zd were given",
                      given + 1);
}

// 1 or 0; -1 with an exception set.
int first_result_of(const ModuleState& state, PyObject* spec) noexcept {
  if (spec == Py_None) return 0;
  PyObject* value = PyDict_GetItemWithError(as_spec(spec).opts, state.names.firstresult.get());
  if (value == nullptr) return PyErr_Occurred() ? -1 : 0;
  return PyObject_IsTrue(value);
}

// What a call is to give back.
enum class Wanted : std::uint8_t { result, report, steps, steps_of_report, steps_together };

// A call that does not go by the plan.
template <Wanted wanted>
PyObject* call_generally(PyObject* self, PyObject* const* values, PyObject* kwnames,
                         Way way) noexcept {
  if constexpr (wanted == Wanted::result) return call_with_values(self, values, kwnames, way);
  if constexpr (wanted > Wanted::report) Py_RETURN_NONE;
  const CallerObject& caller = as_caller(self);
  caller.state->count(way == Way::native ? watched_way(caller, caller.manager) : way);
  const Ref dict = as_dict(values, kwnames);
  if (!dict) return nullptr;
  return PyObject_CallMethodOneArg(self, caller.state->names.reported.get(), dict.get());
}

template <Wanted wanted>
PyObject* call(PyObject* self, PyObject* const* values, PyObject* kwnames) noexcept {
  CallerObject& caller = as_caller(self);
  const CallerObject* data = data_of(self);
  const Way way = way_of(self, data);
  if (way != Way::native) {
    // `execute` finds out whether the one who overrode it only watches.
    return call_generally<wanted>(self, values, kwnames,
                                  way == Way::overridden ? Way::native : way);
  }
  if (data->history != Py_None) {
    if (wanted != Wanted::result)
      return call_generally<wanted>(self, values, kwnames, Way::history);
    say_historic(self);
    return nullptr;
  }
  const Held<Plan> plan = current_plan(caller, *data);
  if (!plan || !plan->usable) {
    if (PyErr_Occurred()) return nullptr;
    return call_generally<wanted>(self, values, kwnames, Way::foreign);
  }
  const Held<Layout> layout = layout_for(*caller.state, *plan, kwnames);
  if (!layout) return nullptr;
  caller.state->count(Way::native);
  // Warnings may run Python: the hook's name is the caller's no longer.
  const Ref name = Ref::share(caller.name);
  const Ref door = Ref::share(caller.door);
  if ((layout->missing || layout->unknown) && as_door(door.get()).strict) {
    const Ref given = kwnames == nullptr ? Ref::steal(PyTuple_New(0)) : Ref::share(kwnames);
    const Ref spec = Ref::share(data->spec);
    if (!given ||
        !check_arguments(*caller.state, as_door(door.get()), name.get(), spec.get(), given.get())) {
      return nullptr;
    }
  }
  const int first = first_result_of(*caller.state, data->spec);
  if (first < 0 || (layout->missing && !warn_missing(layout->missing.get(), 1))) return nullptr;
  if (wanted != Wanted::result || caller.special != nullptr) {
    // It holds the name of the argument; the call may exchange it for another.
    const Ref special = Ref::share(caller.special);
    Wishes wishes{.report = wanted == Wanted::report || wanted == Wanted::steps_of_report};
    if (special) {
      wishes.waterfall = as_special(special.get()).waterfall;
      wishes.collects = as_special(special.get()).collects;
    }
    if constexpr (wanted > Wanted::report) {
      return new_steps(*caller.state, as_door(door.get()), name.get(), plan, layout, values,
                       first == 1, special.get(), wishes, wanted == Wanted::steps_together)
          .release();
    }
    return run_special(*caller.state, as_door(door.get()), name.get(), plan, layout, values,
                       first == 1, wishes);
  }
  return run_plan(*caller.state, as_door(door.get()), name.get(), plan, layout, values, first == 1);
}

}  // namespace

PyObject* call_hook(PyObject* self, PyObject* const* args, std::size_t nargsf,
                    PyObject* kwnames) noexcept {
  if (Py_TYPE(self)->tp_call != &call_hook_with_dict) {
    // Somebody replaced `__call__` of the class.
    const Ref dict = as_dict(args + PyVectorcall_NARGS(nargsf), kwnames);
    const Ref tuple = Ref::steal(PyTuple_New(PyVectorcall_NARGS(nargsf)));
    if (!dict || !tuple) return nullptr;
    for (Py_ssize_t i = 0; i < PyVectorcall_NARGS(nargsf); ++i) {
      PyTuple_SET_ITEM(tuple.get(), i, Ref::share(args[i]).release());
    }
    return Py_TYPE(self)->tp_call(self, tuple.get(), dict.get());
  }
  if (PyVectorcall_NARGS(nargsf) != 0) return refuse_positional(self, PyVectorcall_NARGS(nargsf));
  return call<Wanted::result>(self, args, kwnames);
}

PyObject* call_hook_with_dict(PyObject* self, PyObject* args, PyObject* kwargs) noexcept {
  if (PyTuple_GET_SIZE(args) != 0) return refuse_positional(self, PyTuple_GET_SIZE(args));
  if (kwargs == nullptr || PyDict_GET_SIZE(kwargs) == 0)
    return call<Wanted::result>(self, nullptr, nullptr);
  const Py_ssize_t size = PyDict_GET_SIZE(kwargs);
  const Ref kwnames = Ref::steal(PyTuple_New(size));
  const Ref values = kwnames ? Ref::steal(PyTuple_New(size)) : Ref{};
  if (!values) return nullptr;
  PyObject *key = nullptr, *value = nullptr;
  Py_ssize_t position = 0;
  for (Py_ssize_t i = 0; PyDict_Next(kwargs, &position, &key, &value) != 0; ++i) {
    if (!PyUnicode_Check(key)) {
      return PyErr_Format(PyExc_TypeError, "keywords must be strings");
    }
    PyTuple_SET_ITEM(kwnames.get(), i, Ref::share(key).release());
    PyTuple_SET_ITEM(values.get(), i, Ref::share(value).release());
  }
  return call<Wanted::result>(self, &PyTuple_GET_ITEM(values.get(), 0), kwnames.get());
}

PyObject* report_hook(PyObject* self, PyObject* const* args, Py_ssize_t nargs,
                      PyObject* kwnames) noexcept {
  if (nargs != 0) return refuse_positional(self, nargs);
  return call<Wanted::report>(self, args, kwnames);
}

PyObject* steps_of_hook(PyObject* self, PyObject* const* args, Py_ssize_t nargs,
                        PyObject* kwnames) noexcept {
  if (nargs != 1) {
    return PyErr_Format(PyExc_TypeError, "_steps() takes one positional argument, got %zd", nargs);
  }
  PyObject* way = PyUnicode_Check(args[0]) ? args[0] : Py_None;
  const auto is = [way](const char* text) noexcept {
    return way != Py_None && PyUnicode_CompareWithASCIIString(way, text) == 0;
  };
  if (is("in order")) return call<Wanted::steps>(self, args + 1, kwnames);
  if (is("report")) return call<Wanted::steps_of_report>(self, args + 1, kwnames);
  if (is("together")) return call<Wanted::steps_together>(self, args + 1, kwnames);
  return PyErr_Format(PyExc_ValueError,
                      "_steps() goes \"in order\", to a \"report\" or \"together\", got %R",
                      args[0]);
}

// --- methods
// ----------------------------------------------------------------------------------------

PyObject* apply_defaults(PyObject* self, PyObject* kwargs) noexcept {
  return with_defaults(self, kwargs).release();
}

PyObject* verify_arguments(PyObject* self, PyObject* kwargs) noexcept {
  // Called by a program's own `__call__`: the line that called the hook is one frame further out.
  if (!verify(self, kwargs, 2)) return nullptr;
  Py_RETURN_NONE;
}

PyObject* call_historic(PyObject* self, PyObject* args, PyObject* kwargs) noexcept {
  static const char* const keywords[] = {"result_callback", "kwargs", nullptr};
  PyObject *callback = Py_None, *given = Py_None;
  if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|OO:call_historic", const_cast<char**>(keywords),
                                   &callback, &given)) {
    return nullptr;
  }
  const Ref history = history_of(self);
  if (!history) return nullptr;
  if (history.get() == Py_None) {
    const CallerObject& caller = as_caller(self);
    if (caller.door != nullptr && as_door(caller.door).strict && caller.name != nullptr) {
      refuse_keeping(caller.name);
    } else {
      PyErr_SetNone(PyExc_AssertionError);
    }
    return nullptr;
  }
  bool any = false;
  if (!is_true(given, any)) return nullptr;
  const Ref arguments = any ? Ref::share(given) : Ref::steal(PyDict_New());
  const Ref complete = arguments ? prepare(self, arguments.get()) : Ref{};
  if (!complete) return nullptr;
  const Ref entry = Ref::steal(PyTuple_Pack(2, complete.get(), callback));
  if (!entry || !Ref::steal(PyObject_CallMethod(history.get(), "append", "(O)", entry.get()))) {
    return nullptr;
  }
  const Ref impls = copy_of_hookimpls(self);
  if (!impls) return nullptr;
  const Ref results = execute(self, Way::history, impls.get(), complete.get(), Py_False);
  if (!results) return nullptr;
  if (callback == Py_None || !PyList_Check(results.get())) Py_RETURN_NONE;
  for (Py_ssize_t i = 0; i < PyList_GET_SIZE(results.get()); ++i) {
    const Ref result = Ref::share(PyList_GET_ITEM(results.get(), i));
    if (!Ref::steal(PyObject_CallOneArg(callback, result.get()))) return nullptr;
  }
  Py_RETURN_NONE;
}

namespace {

Ref replayed(PyObject* self, PyObject* impl, PyObject* kwargs) noexcept {
  const Ref impls = Ref::steal(PyList_New(1));
  if (!impls) return Ref{};
  PyList_SET_ITEM(impls.get(), 0, Ref::share(impl).release());
  return execute(self, Way::history, impls.get(), kwargs, Py_False);
}

bool replay(PyObject* self, PyObject* impl, PyObject* entry) noexcept {
  PyObject *kwargs = nullptr, *callback = nullptr;
  if (!PyTuple_Check(entry) || !PyArg_ParseTuple(entry, "OO", &kwargs, &callback)) {
    if (!PyErr_Occurred()) {
      PyErr_Format(PyExc_TypeError, "an entry of _call_history must be a tuple, got %R", entry);
    }
    return false;
  }
  const Ref results = replayed(self, impl, kwargs);
  bool any = false;
  if (!results || !is_true(results.get(), any)) return false;
  if (!any || callback == Py_None) return true;
  if (!PyList_Check(results.get())) {
    PyErr_SetNone(PyExc_AssertionError);
    return false;
  }
  const Ref first = Ref::share(PyList_GET_ITEM(results.get(), 0));
  return static_cast<bool>(Ref::steal(PyObject_CallOneArg(callback, first.get())));
}

// The options of the functions of one call_extra: they ask for nothing.
Ref no_options(const Names& names) noexcept {
  Ref opts = Ref::steal(PyDict_New());
  for (const Ref* name :
       {&names.wrapper, &names.hookwrapper, &names.optionalhook, &names.trylast, &names.tryfirst}) {
    if (!opts || PyDict_SetItem(opts.get(), name->get(), Py_False) < 0) return Ref{};
  }
  if (!opts || PyDict_SetItem(opts.get(), names.specname.get(), Py_None) < 0) return Ref{};
  return opts;
}

// Puts an extra implementation before the last one that is neither a wrapper nor wants to be first.
bool insert_extra(const ModuleState& state, PyObject* impls, PyObject* impl) noexcept {
  Py_ssize_t at = PyList_GET_SIZE(impls);
  for (; at > 0; --at) {
    const Ref before = Ref::share(PyList_GET_ITEM(impls, at - 1));
    mainstay::plugins::Traits traits;
    if (!read_traits(state, before.get(), traits)) return false;
    if (!traits.wrapper && !traits.tryfirst) break;
  }
  return PyList_Insert(impls, at, impl) == 0;
}

}  // namespace

PyObject* maybe_apply_history(PyObject* self, PyObject* impl) noexcept {
  const Ref history = history_of(self);
  if (!history) return nullptr;
  if (history.get() == Py_None) Py_RETURN_NONE;
  const Ref entries = Ref::steal(PyObject_GetIter(history.get()));
  if (!entries) return nullptr;
  for (;;) {
    const Ref entry = Ref::steal(PyIter_Next(entries.get()));
    if (!entry) break;
    if (!replay(self, impl, entry.get())) return nullptr;
  }
  if (PyErr_Occurred()) return nullptr;
  Py_RETURN_NONE;
}

PyObject* call_extra(PyObject* self, PyObject* args, PyObject* kwargs) noexcept {
  static const char* const keywords[] = {"methods", "kwargs", nullptr};
  PyObject *methods = nullptr, *given = nullptr;
  if (!PyArg_ParseTupleAndKeywords(args, kwargs, "OO:call_extra", const_cast<char**>(keywords),
                                   &methods, &given)) {
    return nullptr;
  }
  if (!refuse_historic(self)) return nullptr;
  const CallerObject& caller = as_caller(self);
  const Ref door = Ref::share(caller.door);
  const Ref complete = prepare(self, given);
  const Ref opts = complete ? no_options(caller.state->names) : Ref{};
  const Ref impls = opts ? copy_of_hookimpls(self) : Ref{};
  const Ref extra = impls ? Ref::steal(PySequence_List(methods)) : Ref{};
  const Ref nobody = extra ? Ref::steal(PyUnicode_FromString("<temp>")) : Ref{};
  if (!nobody) return nullptr;
  for (Py_ssize_t i = 0; i < PyList_GET_SIZE(extra.get()); ++i) {
    const Ref impl = new_impl(as_door(door.get()), Py_None, nobody.get(),
                              PyList_GET_ITEM(extra.get(), i), opts.get());
    if (!impl || !insert_extra(*caller.state, impls.get(), impl.get())) return nullptr;
  }
  Ref first;
  if (!read_first_result(self, first)) return nullptr;
  return execute(self, Way::extra, impls.get(), complete.get(), first.get()).release();
}

}  // namespace mainstay::binding::plugins
