// caller_dict.hpp - what a call of a hook does whose arguments are in a dict, step by step.
//
// For calls that somebody sees: monitored, kept, with extra implementations, or of classes that
// override a step. Each step of a class of a program's own is a call of the method of that name.
#pragma once

#include "binding/plugins/caller.hpp"

namespace mainstay::binding::plugins {

// `bool(object)`; false with an exception set.
[[nodiscard]] bool is_true(PyObject* object, bool& truth) noexcept;

// Warns about missing arguments. `level`: how many frames of Python the line that called the hook
// is away, 1 for the innermost one.
[[nodiscard]] bool warn_missing(PyObject* names, Py_ssize_t level) noexcept;

// {**defaults, **kwargs}; `kwargs` itself when there are no defaults. Empty with an exception set.
[[nodiscard]] Ref with_defaults(PyObject* self, PyObject* kwargs) noexcept;

// Warns about arguments that are missing, or refuses them, as the door has it. False with an
// exception set.
[[nodiscard]] bool verify(PyObject* self, PyObject* kwargs, Py_ssize_t level) noexcept;

// Both of these, by the methods a subclass may have overridden. Empty with an exception set.
[[nodiscard]] Ref prepare(PyObject* self, PyObject* kwargs) noexcept;

// `self.spec.opts.get("firstresult", False) if self.spec else False`; false with an exception set.
[[nodiscard]] bool read_first_result(PyObject* self, Ref& first) noexcept;

// The implementations as a list of the call's own. Empty with an exception set.
[[nodiscard]] Ref copy_of_hookimpls(PyObject* self) noexcept;

// Sets what a direct call of a historic hook is refused with; the second one only when it is one,
// and is false then, or with another exception set.
void say_historic(PyObject* self) noexcept;
[[nodiscard]] bool refuse_historic(PyObject* self) noexcept;

// What keeps a call from the plan when nothing about the hook does: who looks on, or who executes.
// `manager`: when it is known already.
[[nodiscard]] Way watched_way(const CallerObject& caller, PyObject* manager = nullptr) noexcept;

// Hands a call over to what executes it. `impls` is the call's own list. Empty with an exception
// set.
[[nodiscard]] Ref execute(PyObject* self, Way way, PyObject* impls, PyObject* kwargs,
                          PyObject* first) noexcept;

// Values and their names as a dict. Empty with an exception set.
[[nodiscard]] Ref as_dict(PyObject* const* values, PyObject* kwnames) noexcept;

// All of these, one after the other. Null with an exception set.
[[nodiscard]] PyObject* call_with_values(PyObject* self, PyObject* const* values, PyObject* kwnames,
                                         Way way) noexcept;

}  // namespace mainstay::binding::plugins
