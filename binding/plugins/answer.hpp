// answer.hpp - who said what in a call: the answer of one implementation, and the report of all.
//
// Native so that a report costs little; the classes programs see derive from these and come with
// the door (see DoorObject::answer).
#pragma once

#include "binding/plugins/module.hpp"

namespace mainstay::binding::plugins {

// An Answer of the door's class. `value` and `error`: null for None. Empty with an exception set.
[[nodiscard]] Ref new_answer(const DoorObject& door, PyObject* impl, PyObject* value,
                             PyObject* error) noexcept;

// A Report of the door's class. Empty with an exception set.
[[nodiscard]] Ref new_report(const DoorObject& door, PyObject* result, PyObject* answers) noexcept;

// Loads what the door needs for answers, once: its classes, and what makes one error of several.
// False with an exception set.
[[nodiscard]] bool load_answers(const ModuleState& state, DoorObject& door) noexcept;

}  // namespace mainstay::binding::plugins
