// pass.hpp - one pass of `iter()`: from what a call's state says to what comes next.
//
// The same machine as everywhere, over the objects a program sees: strategies and hooks are called
// with the real state, numbers are whatever Python numbers they answer, and each field is read when
// it is needed, so that what a hook writes counts. A pass says what is to be called and takes what
// the call returned; whether the call is made, awaited or yielded is its host's business.
#pragma once

#include "binding/retry/controller.hpp"
#include "mainstay/retry/turn.hpp"

namespace mainstay::binding::retry {

enum class Want : std::uint8_t {
  call,     // call `what` with the state, then take() its answer
  attempt,  // the function is to be called
  sleep,    // `what` is the length of the sleep that is to come
  done,     // `what` is what the call returns
  raised,   // an exception is set, with which the call ends
};

class Pass {
 public:
  // Borrows the controller and the state: they must outlive the pass.
  Pass(ControllerKind& kind, PyObject* controller, PyObject* retry_state) noexcept
      : kind_(&kind), controller_(controller), retry_state_(retry_state), turn_(Kind::none) {}

  // Looks at the outcome; false with an exception set.
  [[nodiscard]] bool begin() noexcept;

  // What is to be done now.
  [[nodiscard]] Want next(Ref& what) noexcept;

  // Takes what the call returned that next() asked for; false with an exception set.
  [[nodiscard]] bool take(Ref answer) noexcept;

 private:
  using Kind = mainstay::retry::OutcomeKind;

  [[nodiscard]] ModuleState& state() const noexcept { return *as_controller(controller_).state; }
  [[nodiscard]] Ref part(const Ref& name) const noexcept;
  // Whether the door takes that answer of a strategy for yes or no; false with an exception set.
  [[nodiscard]] bool is_answer(const Ref& name, const Ref& answer) const noexcept;
  [[nodiscard]] bool record() noexcept;
  [[nodiscard]] bool count_delay() noexcept;
  [[nodiscard]] Want give_back(Ref& what) noexcept;
  [[nodiscard]] Want give_up(Ref& what) noexcept;
  void fail() noexcept;

  ControllerKind* kind_;
  PyObject* controller_;
  PyObject* retry_state_;
  mainstay::retry::Turn turn_;
  bool asked_ = false;  // next() named a callable whose answer has not been taken yet
  bool over_ = false;   // the last callable has spoken: `result_` ends the call
  Ref result_;
};

// A whole pass that awaits nothing.
[[nodiscard]] Want run_pass(ControllerKind& kind, PyObject* controller, PyObject* retry_state,
                            Ref& what) noexcept;

// `controller.iter(retry_state)`. New reference.
[[nodiscard]] PyObject* iterate(PyObject* controller, PyObject* const* args, Py_ssize_t count,
                                PyObject* kwnames) noexcept;

}  // namespace mainstay::binding::retry
