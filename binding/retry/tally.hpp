// tally.hpp - a call's own numbers, and the dict it shows them in.
//
// A call never counts in the dict a program reads: it keeps its numbers here and shows all of them
// at once, so that what is read always belongs to one call. The native passes and the Python loops
// share the same object, which hangs on the call's state, and may take turns. Numbers are Python
// objects: a program's wait strategy may answer a Fraction.
#pragma once

#include "binding/retry/module.hpp"

namespace mainstay::binding::retry {

struct TallyObject {
  PyObject_HEAD PyObject* weak_references;
  PyObject* published;   // the dict, or whatever a subclass has in its place
  PyObject* start_time;  // null when an override of begin() set none
  PyObject* attempt_number;
  PyObject* idle_for;
  PyObject* delay_since_first_attempt;
  bool over;
};

[[nodiscard]] inline TallyObject& as_tally(PyObject* self) noexcept {
  return *reinterpret_cast<TallyObject*>(self);
}

// The numbers of a call that begins; `start` may be empty. Empty with an exception set on failure.
[[nodiscard]] Ref new_tally(const ModuleState& state, PyObject* published, Ref start) noexcept;

// The tally of the call; made on the spot for a state somebody built by hand, from the statistics
// that `controller` shows. Empty with an exception set on failure.
[[nodiscard]] Ref tally_of(const ModuleState& state, PyObject* retry_state,
                           PyObject* controller) noexcept;

// Shows the numbers; false with an exception set.
[[nodiscard]] bool publish(const ModuleState& state, const TallyObject& tally) noexcept;

}  // namespace mainstay::binding::retry
