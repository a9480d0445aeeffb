// special.hpp - calls that want more of their hook than a list: waterfalls, errors that are
// collected, answers that are kept with their plugin.
//
// They run by the plan as any other, with a host that looks at each result on its way to the Flow.
// Everything here is of the strict door alone.
#pragma once

#include "binding/plugins/plan.hpp"

namespace mainstay::binding::plugins {

// What stands in the place of a hook's `_hookexec` when its specification asks for more. Calls go
// by it, in Python, whenever they cannot go by the plan.
struct SpecialObject {
  PyObject_HEAD PyObject* manager;
  PyObject* opts;
  PyObject* waterfall;  // the argument that goes from one to the next; null when there is none
  bool collects;        // errors, until everybody was asked
  bool by_plan;         // whether calls may be made here; otherwise all are the Python one's
};

[[nodiscard]] inline const SpecialObject& as_special(PyObject* self) noexcept {
  return *reinterpret_cast<const SpecialObject*>(self);
}

// The object, when it is a SpecialObject whose calls may go by the plan; null otherwise. Borrowed.
[[nodiscard]] PyObject* native_special(const ModuleState& state, PyObject* hookexec) noexcept;

// What one call wants.
struct Wishes {
  PyObject* waterfall = nullptr;  // as above
  bool collects = false;          // as above
  bool report = false;            // a Report instead of the result
};

// run_plan() with wishes.
[[nodiscard]] PyObject* run_special(const ModuleState& state, DoorObject& door, PyObject* hook_name,
                                    const Held<Plan>& plan, const Held<Layout>& layout,
                                    PyObject* const* values, bool first_result,
                                    const Wishes& wishes) noexcept;

}  // namespace mainstay::binding::plugins
