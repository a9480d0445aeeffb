// state.hpp - the RetryCallState: one call as strategies, hooks and programs see it.
//
// Its fields are Python objects, whatever a program puts there, and look like an ordinary dict;
// they become one when a program asks for `__dict__`. The outcome is kept as the bare
// value or exception until somebody looks at it: then it becomes a Future, the same one for every
// look. Not shared between threads, except as the program itself hands it on.
#pragma once

#include "binding/retry/controller.hpp"

namespace mainstay::binding::retry {

struct StateObject {
  PyObject_HEAD PyObject* extras;  // attributes a program added
  PyObject* start_time;
  PyObject* retry_object;
  PyObject* fn;
  PyObject* args;
  PyObject* kwargs;  // null, with `bare`: an empty dict nobody has looked at
  PyObject* attempt_number;
  PyObject* outcome_timestamp;
  PyObject* idle_for;
  PyObject* next_action;
  PyObject* upcoming_sleep;
  PyObject* outcome;        // the Future, or what a program put in its place; null: see below
  PyObject* settled_value;  // what the attempt came to, not yet looked at; both null: nothing yet
  PyObject* settled_error;
  PyObject* settled_number;  // of which attempt
  PyObject* tally;           // how the running loop counts
  bool exposed;              // the fields live in the dict, which a program holds
  bool bare;                 // see kwargs
};

[[nodiscard]] inline StateObject& as_state(PyObject* self) noexcept {
  return *reinterpret_cast<StateObject*>(self);
}

// Whether `object` is a state of a door's own class.
[[nodiscard]] inline bool is_door_state(const ModuleState& state, PyObject* object) noexcept {
  const auto* type = reinterpret_cast<PyObject*>(Py_TYPE(object));
  for (const Ref& each : state.state_classes) {
    if (each.get() == type) return true;
  }
  return false;
}

// Whether `object` is a state of a door's own class whose fields may be read where they are.
[[nodiscard]] inline bool is_own_state(const ModuleState& state, PyObject* object) noexcept {
  return is_door_state(state, object) && !as_state(object).exposed;
}

// Exchanges a field's object for a new reference; takes null as "no memory" and answers false.
[[nodiscard]] bool put(PyObject*& field, Ref value) noexcept;

// A new state of the door's class, as its constructor would make it at the time `start`. No
// `kwargs` are an empty dict. Empty with an exception set.
[[nodiscard]] Ref make_state(const ControllerKind& kind, Ref start, PyObject* controller,
                             PyObject* fn, PyObject* args, PyObject* kwargs) noexcept;

// A field of any state, the doors' own quickly: by the member where that is where the field lives,
// by name otherwise. Empty, or false, with an exception set.
[[nodiscard]] Ref get_field(const ModuleState& state, PyObject* retry_state,
                            PyObject* StateObject::* field, const Ref& name) noexcept;
[[nodiscard]] bool set_field(const ModuleState& state, PyObject* retry_state,
                             PyObject* StateObject::* field, const Ref& name, Ref value) noexcept;

// What `prepare_for_next_attempt()` does; false with an exception set.
[[nodiscard]] bool prepare_for_next(const ModuleState& state, PyObject* retry_state) noexcept;

// The time by the `time` in the namespace, as a program would read it: native when untouched.
[[nodiscard]] Ref clock_now(ModuleState& state, PyObject* names) noexcept;

// Says what the attempt came to: one of the two is set, or none for "nothing yet". False with an
// exception set.
[[nodiscard]] bool settle(PyObject* state, Ref value, Ref error) noexcept;

// The same, known now by the clock of the state's class; false with an exception set.
[[nodiscard]] bool settle_now(PyObject* state, Ref value, Ref error) noexcept;

// What the attempt came to, when nobody has looked at it yet.
[[nodiscard]] OutcomeView settled(PyObject* state) noexcept;

// Whether a block may have another attempt, as far as the door asks: one whose `with` was left out
// never comes to anything. False with an exception set.
[[nodiscard]] bool was_entered(const ModuleState& state, const ControllerKind& kind,
                               PyObject* retry_state) noexcept;

// A finished Future of class `type`, built field by field: its constructor makes a lock nobody will
// wait for (Future._condition makes it should anybody ask).
[[nodiscard]] Ref finished_future(const ModuleState& state, PyTypeObject* type, PyObject* number,
                                  OutcomeView outcome) noexcept;

// `adopt_state(cls)`: says that cls is one of the doors' own state classes.
[[nodiscard]] PyObject* adopt_state(PyObject* module, PyObject* type) noexcept;

}  // namespace mainstay::binding::retry
