// open.hpp - calls that a program looks on at, natively.
//
// With a hook, a callable among the strategies, a patched clock or an override of `iter()`,
// somebody sees the call's state and its controller while it runs. Both are real objects then, the
// only place where the call's numbers are, so that whatever a program writes to them counts. The
// controller is the call's own copy. Neither is made before somebody can look: a call that succeeds
// at once under a policy that only logs failures makes none.
#pragma once

#include "binding/retry/call.hpp"
#include "binding/retry/decision.hpp"
#include "binding/retry/gate.hpp"
#include "binding/retry/pass.hpp"

namespace mainstay::binding::retry {

// A call as far as programs see it.
struct Opened {
  ModuleState* state = nullptr;
  Gate gate;
  Ref controller, retry_state;
};

// What is known of a state that somebody handed to a method of the controller.
[[nodiscard]] Opened opened_by(PyObject* controller, PyObject* retry_state) noexcept;

// Makes the objects a program may look at, as they are at the beginning of a decorated call; false
// with an exception set.
[[nodiscard]] bool open(Opened& opened, PyObject* controller, PyObject* function, PyObject* args,
                        PyObject* kwargs, const Running& running) noexcept;

// The same as they are when nobody could look so far, and an outcome was known at the time `now`.
[[nodiscard]] bool open_from(Opened& opened, PyObject* controller, PyObject* function,
                             PyObject* args, PyObject* kwargs, const Running& running, Ref value,
                             Ref error, double now) noexcept;

// Whether a pass over the objects runs natively; otherwise it is the class's own iter() that
// decides, which `call_iter` calls, and `want_of` says what its answer means.
[[nodiscard]] bool decides_natively(const Opened& call) noexcept;
[[nodiscard]] Ref call_iter(const Opened& call) noexcept;
[[nodiscard]] Want want_of(const ModuleState& state, const Ref& what) noexcept;

// One pass, either way.
[[nodiscard]] Want decide_openly(const Opened& call, Ref& what) noexcept;

// Says what the attempt came to; by the state's own methods when its class is the program's. False
// with an exception set.
[[nodiscard]] bool settle_openly(const ModuleState& state, PyObject* retry_state, Ref value,
                                 Ref error) noexcept;

// Makes the state ready for the next attempt, and sleeps; false with an exception set.
[[nodiscard]] bool sleep_openly(const Opened& call, const Ref& length) noexcept;

// The arguments of one call as they came. Borrowed from the caller for as long as the call runs.
struct Arguments {
  PyObject* const* values;
  std::size_t nargsf;
  PyObject* kwnames;

  [[nodiscard]] Ref positional() const noexcept;
  [[nodiscard]] Ref keywords() const noexcept;
  [[nodiscard]] PyObject* call(PyObject* function) const noexcept {
    return PyObject_Vectorcall(function, values, nargsf, kwnames);
  }
};

// Runs the call to its end, from the beginning. New reference, null with an exception set.
[[nodiscard]] PyObject* run_open(const CallObject& call, const Arguments& arguments,
                                 const Running& running) noexcept;

// The rest of a call that nobody could look at so far, from an outcome on: something was patched
// or replaced meanwhile.
[[nodiscard]] PyObject* go_on_open(const CallObject& call, const Arguments& arguments,
                                   const Running& running, Ref value, Ref error,
                                   double now) noexcept;

// What a call or a block under that controller counts as that was not compiled: "native", or what
// keeps it from that, in part or, where `in_python`, altogether.
[[nodiscard]] Obstacle way_of(ModuleState& state, PyObject* controller, const Gate& gate,
                              bool& in_python) noexcept;

// `controller._run(retry_state, fn, args, kwargs)`, `controller._new_call(fn, args, kwargs)`; from
// here null as `kwargs` says that there are none. New references.
[[nodiscard]] PyObject* run_method(PyObject* controller, PyObject* const* args,
                                   Py_ssize_t count) noexcept;
[[nodiscard]] PyObject* new_call(PyObject* controller, PyObject* const* args,
                                 Py_ssize_t count) noexcept;

}  // namespace mainstay::binding::retry
