// multicall.hpp - the call loop for callers that pass dicts: `multicall(name, impls, kwargs,
// first)`.
//
// What everything uses that has looked at the arguments, or that programs call themselves. Calls
// nobody looks at go by a plan instead; see plan.hpp.
#pragma once

#include "binding/plugins/module.hpp"

namespace mainstay::binding::plugins {

// Calls the implementations, from the last to the first, with what each asks for out of `kwargs`.
// `impls` is any sequence, of any objects that have a HookImpl's attributes. Null with what the
// call raises; the door's call_error when an argument is missing.
[[nodiscard]] PyObject* multicall(const ModuleState& state, const DoorObject& door,
                                  PyObject* hook_name, PyObject* impls, PyObject* kwargs,
                                  bool first_result) noexcept;

// Sets the door's call_error from the KeyError that is set.
void raise_call_error(const DoorObject& door) noexcept;

// The same as a built-in function bound to a Door.
extern PyMethodDef multicall_definition;

}  // namespace mainstay::binding::plugins
