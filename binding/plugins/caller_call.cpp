// caller_call.cpp - calling a hook: by its plan when nobody looks, with a dict when somebody does.
#include <cstddef>
#include <cstdint>
#include <utility>

#include "binding/plugins/caller.hpp"
#include "binding/plugins/caller_dict.hpp"
#include "binding/plugins/impl.hpp"
#include "binding/plugins/manager.hpp"
#include "binding/plugins/spec.hpp"
#include "binding/plugins/special.hpp"
#include "binding/plugins/steps.hpp"
#include "binding/plugins/strict.hpp"
#include "binding/support/dict_version.hpp"

namespace mainstay::binding::plugins {
namespace {

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

Held<Plan> renew_plan(CallerObject& caller, const CallerObject& data) noexcept {
  ModuleState& state = *caller.state;
  if (caller.removed != nullptr) {
    if (!can_filter_once(state, data.hookimpls, caller.removed)) return {};
    state.count(Event::subset);
  }
  Held<Plan> made = make_plan(state, data.hookimpls, data.spec, caller.removed);
  // The old plan is given back last: that may run Python that calls this hook.
  Held<Plan> old = std::exchange(caller.plan, made);
  return made;
}

// The plan of the hook as it is now; empty when there is none for it (then without an exception).
inline Held<Plan> current_plan(CallerObject& caller, const CallerObject& data) noexcept {
  if (caller.plan && fits(*caller.plan, *caller.state, data.hookimpls, data.spec) &&
      (caller.removed == nullptr || caller.plan->removed == PySet_GET_SIZE(caller.removed))) {
    return caller.plan;
  }
  return renew_plan(caller, data);
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
  PyObject* const manager = executing(caller).manager;
  if (manager == nullptr) return Way::overridden;
  if (as_manager(manager).inner != as_door(caller.door).multicall) return Way::overridden;
  return Way::native;
}

PyObject* refuse_positional(PyObject* self, Py_ssize_t given) noexcept {
  const CallerObject& caller = as_caller(self);
  if (is_strict(caller)) {
    const Ref name = name_of(self);
    const Ref spec = name ? spec_of(self) : Ref{};
    if (spec) refuse_unnamed(*caller.state, name.get(), spec.get(), given);
    return nullptr;
  }
  return PyErr_Format(PyExc_TypeError,
                      "HookCaller.__call__() takes 1 positional argument but %zd were given",
                      given + 1);
}

// Whether the plan's specification wants the first result: 1 or 0; -1 with an exception set.
// Programs may change its options at any time, so they are asked again when they are not what they
// were.
int first_result_of(const ModuleState& state, Plan& plan) noexcept {
  if (!plan.spec) return 0;
  PyObject* opts = as_spec(plan.spec.get()).opts;
  const std::uint64_t version = version_of(opts);
  if (version != 0 && plan.opts_version == version) return plan.first_result ? 1 : 0;
  PyObject* value = PyDict_GetItemWithError(opts, state.names.firstresult.get());
  if (value == nullptr && PyErr_Occurred()) return -1;
  if (value != nullptr && !PyBool_Check(value)) return PyObject_IsTrue(value);
  plan.opts_version = version;
  plan.first_result = value == Py_True;
  return plan.first_result ? 1 : 0;
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
  caller.state->count(way == Way::native ? watched_way(caller) : way);
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
  const int first = first_result_of(*caller.state, *plan);
  if (first < 0 || (layout->missing && !warn_missing(layout->missing.get(), 1))) return nullptr;
  PyObject* const asked = executing(caller).special;
  if (wanted != Wanted::result || asked != nullptr) {
    // It holds the name of the argument; the call may exchange it for another.
    const Ref special = Ref::share(asked);
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
  if (nargs == 0) {
    return PyErr_Format(PyExc_TypeError, "_mainstay_steps() has to be told which way to go");
  }
  if (nargs > 1) return refuse_positional(self, nargs - 1);
  PyObject* way = PyUnicode_Check(args[0]) ? args[0] : Py_None;
  const auto is = [way](const char* text) noexcept {
    return way != Py_None && PyUnicode_CompareWithASCIIString(way, text) == 0;
  };
  if (is("in order")) return call<Wanted::steps>(self, args + 1, kwnames);
  if (is("report")) return call<Wanted::steps_of_report>(self, args + 1, kwnames);
  if (is("together")) return call<Wanted::steps_together>(self, args + 1, kwnames);
  return PyErr_Format(
      PyExc_ValueError,
      "_mainstay_steps() goes \"in order\", to a \"report\" or \"together\", got %R", args[0]);
}

PyObject* apply_defaults(PyObject* self, PyObject* kwargs) noexcept {
  return with_defaults(self, kwargs).release();
}

PyObject* verify_arguments(PyObject* self, PyObject* kwargs) noexcept {
  // Called by a program's own `__call__`: the line that called the hook is one frame further out.
  if (!verify(self, kwargs, 2)) return nullptr;
  Py_RETURN_NONE;
}

}  // namespace mainstay::binding::plugins
