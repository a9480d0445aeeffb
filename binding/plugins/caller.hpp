// caller.hpp - one hook: its implementations, its specification, and calling it.
#pragma once

#include "binding/plugins/plan.hpp"

namespace mainstay::binding::plugins {

// The fields programs see are Python objects, whatever a program puts there. A subset (`original`
// is set) has no list, specification and history of its own: it shows those of the original.
struct CallerObject {
  PyObject_HEAD vectorcallfunc vectorcall;
  ModuleState* state;
  PyObject* door;
  PyObject* name;
  PyObject* hookexec;
  PyObject* manager;  // whose native _hookexec that is; borrowed from it; null when it is another
  PyObject* special;  // that _hookexec, when it is a SpecialObject; borrowed; null when it is not
  PyObject* hookimpls;
  PyObject* history;
  PyObject* spec;
  PyObject* original;
  PyObject* removed;
  Held<Plan> plan;
};

[[nodiscard]] inline CallerObject& as_caller(PyObject* self) noexcept {
  return *reinterpret_cast<CallerObject*>(self);
}

// Whether the object is of a door's own class, so that nothing about it is overridden.
[[nodiscard]] inline bool is_own_caller(PyObject* self) noexcept {
  const auto* type = reinterpret_cast<PyObject*>(Py_TYPE(self));
  const CallerObject& caller = as_caller(self);
  return caller.door != nullptr && (as_door(caller.door).hook_caller == type ||
                                    as_door(caller.door).subset_hook_caller == type);
}

[[nodiscard]] inline bool is_strict(const CallerObject& caller) noexcept {
  return caller.door != nullptr && as_door(caller.door).strict;
}

// Whether the hook, a subset, is executed as its original is at the time of the call: in the strict
// door, where a specification or a wrapper that comes later changes that. The peer's subsets keep
// the `_hookexec` they began with.
[[nodiscard]] inline bool follows_execution(const CallerObject& caller) noexcept {
  return caller.original != nullptr && is_strict(caller);
}

// Whose `_hookexec` that is, its original's or its own.
[[nodiscard]] inline const CallerObject& executing(const CallerObject& caller) noexcept {
  auto* native = reinterpret_cast<PyTypeObject*>(caller.state->caller_type.get());
  const bool follows =
      follows_execution(caller) && PyObject_TypeCheck(caller.original, native) != 0;
  return follows ? as_caller(caller.original) : caller;
}

// `self(**kwargs)`: the entry point of every call, in caller_call.cpp.
[[nodiscard]] PyObject* call_hook(PyObject* self, PyObject* const* args, std::size_t nargsf,
                                  PyObject* kwnames) noexcept;

// The type's tp_call: the same with a dict, and what `__call__` is for subclasses.
[[nodiscard]] PyObject* call_hook_with_dict(PyObject* self, PyObject* args,
                                            PyObject* kwargs) noexcept;

// `hook.report(**kwargs)`: the same call, with who answered what.
[[nodiscard]] PyObject* report_hook(PyObject* self, PyObject* const* args, Py_ssize_t nargs,
                                    PyObject* kwnames) noexcept;

// `hook._mainstay_steps(way, **kwargs)`: the same call made step by step, for somebody who awaits;
// None when it cannot go by the plan.
[[nodiscard]] PyObject* steps_of_hook(PyObject* self, PyObject* const* args, Py_ssize_t nargs,
                                      PyObject* kwnames) noexcept;

// Sets the field, and finds whose it is.
void set_hookexec(CallerObject& caller, PyObject* hookexec) noexcept;

// The rest of the public ways to call a hook: methods of the type.
[[nodiscard]] PyObject* call_historic(PyObject* self, PyObject* args, PyObject* kwargs) noexcept;
[[nodiscard]] PyObject* call_extra(PyObject* self, PyObject* args, PyObject* kwargs) noexcept;
[[nodiscard]] PyObject* maybe_apply_history(PyObject* self, PyObject* impl) noexcept;
[[nodiscard]] PyObject* apply_defaults(PyObject* self, PyObject* kwargs) noexcept;
[[nodiscard]] PyObject* verify_arguments(PyObject* self, PyObject* kwargs) noexcept;

// The fields as programs see them, those of the original for a subset. New references; empty with
// an exception set. hookimpls_of() makes a new list for a subset.
[[nodiscard]] Ref hookimpls_of(PyObject* self) noexcept;
[[nodiscard]] Ref spec_of(PyObject* self) noexcept;
[[nodiscard]] Ref history_of(PyObject* self) noexcept;
[[nodiscard]] Ref name_of(PyObject* self) noexcept;
[[nodiscard]] Ref hookexec_of(PyObject* self) noexcept;

// The implementations of a list that are not of the plugins in `removed`, as a new list.
[[nodiscard]] Ref without(const ModuleState& state, PyObject* list, PyObject* removed) noexcept;

}  // namespace mainstay::binding::plugins
