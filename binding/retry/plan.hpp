// plan.hpp - a policy compiled: what its strategies will answer, without asking Python objects.
//
// A plan is made from a controller's attributes when all of them are what the door itself supplies:
// transparent strategies (strategy.hpp) with plain numbers, no hooks. It is immutable, shared by
// the calls that run under it, and thrown away when an attribute of the controller or of a strategy
// in it is assigned. What cannot be compiled runs through the Python loops; `Obstacle` says why.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "binding/retry/strategy.hpp"

namespace mainstay::binding::retry {

// Why a call went through the Python loops. The texts are in paths.cpp.
enum class Obstacle : std::uint8_t {
  none,
  hook,         // before, after, before_sleep or retry_error_callback is set
  strategy,     // a callable, a subclass, or numbers that are not plain
  error_class,  // retry_error_cls is not the door's own
  flag,         // enabled or reraise is not a bool
  clock,        // time.monotonic or the name `time` is patched
  randomness,   // random.random, random.uniform or the name `random` is patched
  subclass,     // the controller is of a subclass, or a method of its class is patched
  statistics,   // the function's statistics are not a dict
  looked_at,    // the program looked at the state of a block, or wrote to it
  exposed,      // the controller's attributes are being written through its __dict__
  testing,      // the switch of mainstay.retry.testing is on
  keeping,      // keep_exceptions is set
  timeout,      // attempt_timeout is set
  without_gil,  // the interpreter runs without its lock
  count_
};

// Seconds, and whether Python would hold them as an int. Sleeps that nothing forces to be floats
// stay ints, because programs print them.
struct Sleep {
  double seconds = 0;
  bool integral = false;

  [[nodiscard]] Ref to_python() const noexcept {
    return Ref::steal(integral ? PyLong_FromDouble(seconds) : PyFloat_FromDouble(seconds));
  }
};

[[nodiscard]] inline Sleep operator+(Sleep a, Sleep b) noexcept {
  return {a.seconds + b.seconds, a.integral && b.integral};
}

// One outcome; exactly one of the two is set. Borrowed from the loop.
struct OutcomeView {
  PyObject* value = nullptr;
  PyObject* error = nullptr;
};

struct CallNumbers {
  std::uint64_t attempt = 1;
  double since_start = 0;
  Sleep upcoming{0, false};
};

// One strategy of a compiled tree. Which fields mean something depends on the kind.
struct Node {
  Kind kind = Kind::opaque;
  bool flag = false;     // conditions: the answer after a result; type checks: wanted
  bool by_type = false;  // conditions: object holds types, not a predicate
  std::uint64_t count = 0;
  Sleep low, high, base, factor, extra;
  double past_cap = 0;  // exponential: see arithmetic.hpp
  Ref object;           // event, predicate, exception types
  std::vector<Node> parts;
};

class Counts;  // counts.hpp

// The parts of a policy by name, for the copies that calls work on: taken when the controller they
// were read from is about to change while such a call runs. Empty as long as they are its
// attributes.
struct Snapshot {
  Ref fields;
};

struct Plan {
  std::shared_ptr<Counts> counts;  // those of the controller the plan was made for
  Node stop, wait, retry;
  Ref sleep;  // the callable, or empty for the door's own
  Ref error_class;
  bool reraise = false;
  bool enabled = true;
  bool looks_at_values = false;  // whether a result may be worth another attempt
  bool passing = false;          // holds for one call: a program may write to a strategy unseen
  bool has_options = false;      // holds for one call: the strict door's options are no fields
  bool calls_out = false;        // whether evaluating it calls anything of the program's
  bool stop_calls_out = false;   // whether `stop` does
  Ref random_names;              // the namespace of the `random` that is drawn from, if any
  Obstacle obstacle = Obstacle::none;
  // Why the program looks on while a call runs under this policy: a hook, a callable among the
  // strategies, an error class of its own. Such a call needs a real state and a real controller
  // (open.cpp). `none`: nobody can look before the end.
  Obstacle open = Obstacle::none;
  bool judges = false;  // whether `retry` was compiled, whatever the others are
  bool before = false;  // whether a hook wants to see each attempt begin
  std::shared_ptr<Snapshot> parts;
  std::uint64_t epoch = 0;  // of the module when the strategies were read
  // How many attributes the controller had. Its parts are fields, whose assignments are noticed;
  // what is none shows in this.
  Py_ssize_t attributes = 0;
};

// Compiles `strategy` into `node` of `plan`. 1 when done, 0 when it cannot be compiled, -1 with an
// exception set. Marks what it read as watched.
[[nodiscard]] int compile(ModuleState& state, PyObject* strategy, Node& node, Plan& plan,
                          int depth = 0) noexcept;

// What a strategy's call may be answered with at once, without looking at its attributes again:
// its own small plan, kept until one of them is assigned.
struct Answer {
  Node node;
  Ref random_names;
  Ref constant;  // what it answers to everybody; empty when that depends
  std::uint64_t epoch = 0;
  bool looks_at_attempt = false;  // at the state's attempt_number
  bool looks_at_times = false;    // at the seconds since the start, and the coming sleep
};

// Whatever the strategy was compiled to may be wrong from now on.
void forget_answer(PyObject* strategy) noexcept;

// `strategy(retry_state)` by its own plan. New reference; null without an exception when it has
// none or the state holds something out of the ordinary, and the general way is to be taken.
[[nodiscard]] PyObject* answer_at_once(ModuleState& state, PyObject* strategy,
                                       PyObject* retry_state) noexcept;

// Whether to repeat, whether to stop: 1, 0, or -1 with an exception set.
[[nodiscard]] int ask_retry(const Node& node, OutcomeView outcome) noexcept;
[[nodiscard]] int ask_stop(ModuleState& state, const Node& node,
                           const CallNumbers& numbers) noexcept;

// The sleep before the next attempt; false with an exception set.
[[nodiscard]] bool ask_wait(ModuleState& state, const Node& node, const CallNumbers& numbers,
                            Sleep& sleep) noexcept;

}  // namespace mainstay::binding::retry
