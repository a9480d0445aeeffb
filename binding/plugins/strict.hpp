// strict.hpp - what the strict door refuses of a call, and in which words.
//
// The other door warns of a missing argument, passes over an unknown one and has the peer's texts.
#pragma once

#include "binding/plugins/module.hpp"

namespace mainstay::binding::plugins {

// Whether the names in `given` (a tuple or a dict of str) are those of the specification. False
// with the door's call error set for missing ones, with TypeError for one that is unknown.
[[nodiscard]] bool check_arguments(const ModuleState& state, const DoorObject& door,
                                   PyObject* hook_name, PyObject* spec, PyObject* given) noexcept;

// Sets TypeError for arguments without a name.
void refuse_unnamed(const ModuleState& state, PyObject* hook_name, PyObject* spec,
                    Py_ssize_t given) noexcept;

// Sets TypeError for a direct call of a hook whose calls are kept.
void refuse_direct(PyObject* hook_name) noexcept;

// Sets TypeError for the opposite.
void refuse_keeping(PyObject* hook_name) noexcept;

}  // namespace mainstay::binding::plugins
