// decision.hpp - one native call between its attempts: what came of the last one, and what is next.
//
// Shared by the loop of decorated functions (call.cpp) and the awaitable of coroutine functions
// (awaiting.cpp). The order is the engine's Turn, the answers are the plan's; here they meet the
// statistics a program sees and the exceptions it gets.
#pragma once

#include <memory>

#include "binding/retry/controller.hpp"

namespace mainstay::binding::retry {

// What a call knows about itself.
struct Numbers : CallNumbers {
  double start = 0;
  Sleep idle{0, true};  // the statistics begin with the int 0
};

struct Running {
  ModuleState* state = nullptr;
  ControllerKind* kind = nullptr;
  unsigned overrides = 0;  // what the controller's class does by itself: see gate.hpp
  std::shared_ptr<const Plan> plan;
  Ref statistics;          // the decorated function's dict
  Ref start;               // when it began, as an object
  bool odd_clock = false;  // by a clock that is not Python's own
  bool unplanned = false;  // a block that began without a plan: one is made when it needs one
  Numbers numbers;
  std::uint64_t published = 0;  // the version of `statistics` when this call wrote to it last
  Sleep published_idle;

  // Whether somebody can look at the call while it runs, and whether from its beginning.
  [[nodiscard]] bool is_open() const noexcept {
    return opens_at_once() || plan->open != Obstacle::none;
  }
  [[nodiscard]] bool opens_at_once() const noexcept {
    return overrides != 0 || odd_clock || plan->before;
  }
};

enum class Step : std::uint8_t {
  give_back,  // the outcome stands: return the value or raise the error
  raised,     // the call ends with the exception that is set
  sleep,      // sleep, then make another attempt
  in_python,  // something was patched or replaced: the Python loop takes over
};

// Begins a call of the decorated function `shell` (or None) under `controller`: statistics and all.
// Returns why it cannot be native, or `none`; with an exception set, it cannot be begun at all.
[[nodiscard]] Obstacle begin_call(Running& call, PyObject* controller, PyObject* shell) noexcept;

// Begins a block under `controller`, whose statistics are the thread's. Returns why somebody will
// look at its objects, and then nothing is begun; without a plan, and not `unplanned`, it is for
// Python.
[[nodiscard]] Obstacle begin_block(Running& call, PyObject* controller) noexcept;

// `iter(controller)`: what `for` goes over. New reference.
[[nodiscard]] PyObject* start_block(PyObject* controller) noexcept;

// Begins the statistics of a call: the four numbers and nothing else. False with an exception set.
[[nodiscard]] bool begin_statistics(const ModuleState& state, PyObject* statistics,
                                    const Ref& start) noexcept;

// The same by a controller whose last call may have left them as they were when it began: `begun`
// is the version they had then, where dicts have one.
[[nodiscard]] bool begin_statistics(ControllerObject& controller, PyObject* statistics,
                                    const Ref& start) noexcept;

// RetryError(future), without the Python frame of a constructor that only stores its argument; as
// long as that is the constructor. Empty with an exception set.
[[nodiscard]] Ref error_about(const ModuleState& state, const ControllerKind& kind,
                              PyObject* future) noexcept;

// Decides about an outcome, of which exactly one reference is filled and which was known at the
// time `now`. With `in_python`, `why` is set and the outcome untouched.
[[nodiscard]] Step decide(Running& call, Ref& value, Ref& error, double now,
                          Obstacle& why) noexcept;

// Sleeps as long as was decided; false with an exception set.
[[nodiscard]] bool sleep_between(Running& call) noexcept;

// The same without the plan: of `seconds`, a float, by the `sleep` that the controller has now.
// False with an exception set.
[[nodiscard]] bool sleep_by(ControllerKind& kind, PyObject* controller, PyObject* seconds) noexcept;

// Whether a call of `function` may come to `value`. Under the strict door's loop that awaits
// nothing a coroutine may not: nobody has awaited it, so nothing was retried. False with an
// exception set.
[[nodiscard]] bool is_result(const ControllerKind* kind, PyObject* function,
                             PyObject* value) noexcept;

// A DoSleep of that many seconds, a float. Empty with an exception set.
[[nodiscard]] Ref do_sleep(const ControllerKind& kind, const Ref& seconds) noexcept;

// A DoSleep of the upcoming length: the spare one when nobody kept it, so that sleeping costs no
// object. Give it back when done.
[[nodiscard]] Ref borrow_do_sleep(Running& call) noexcept;
void give_back_do_sleep(Running& call, Ref length) noexcept;

// The exception that is set, taken out of the interpreter with its traceback in place.
[[nodiscard]] Ref take_exception() noexcept;

// What `raise exception` does: what is being handled becomes its context.
void raise_again(Ref exception) noexcept;

// A StopIteration that a program raised is not the end of the iterator it comes out of: when one is
// set it becomes the cause of a RuntimeError, as in generators and coroutines, in these words.
void replace_stop_iteration(const char* words) noexcept;

void count(ModuleState& state, Obstacle way) noexcept;

// What a call or a block that runs natively for all to see counts as.
[[nodiscard]] Obstacle way_of(const Running& call) noexcept;
[[nodiscard]] Obstacle way_of(Obstacle why) noexcept;

// A manager for the next attempt of a block. New reference, null with an exception set.
[[nodiscard]] PyObject* new_manager(ModuleState& state, ControllerKind& kind,
                                    PyObject* retry_state) noexcept;

}  // namespace mainstay::binding::retry
