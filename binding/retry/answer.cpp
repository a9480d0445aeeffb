// answer.cpp - a strategy called by hand, or by the Python loops, answered by its own small plan.
//
// A door's own strategy compiles itself once, and keeps that until one of its attributes is
// assigned. What is not plain - a callable among its parts, an int where a float is usual, a state
// with a Fraction in it - is answered by the verdict functions (stop.cpp, wait.cpp), which read
// everything by name.
#include <algorithm>
#include <memory>
#include <new>
#include <utility>

#include "binding/retry/plan.hpp"
#include "binding/retry/state.hpp"
#include "binding/retry/untouched.hpp"
#include "binding/support/number.hpp"
#include "mainstay/retry/arithmetic.hpp"

namespace mainstay::binding::retry {
namespace {

constexpr Kind kLastStop = Kind::stop_all;

// What of a state the strategy looks at. The peer's do not look at more, and whoever calls one by
// hand may give anything for a state that nobody looks at.
bool looks_at_attempt(const Node& node) noexcept {
  switch (node.kind) {
    case Kind::stop_after_attempt:
    case Kind::wait_incrementing:
    case Kind::wait_exponential:
    case Kind::wait_random_exponential:
    case Kind::wait_exponential_jitter:
    case Kind::wait_chain: return true;
    default: return std::any_of(node.parts.begin(), node.parts.end(), looks_at_attempt);
  }
}

bool looks_at_times(const Node& node) noexcept {
  if (node.kind == Kind::stop_after_delay || node.kind == Kind::stop_before_delay) return true;
  return std::any_of(node.parts.begin(), node.parts.end(), looks_at_times);
}

// The times a stop strategy looks at; false when they are not plain floats.
bool plain_times(const StateObject& call, CallNumbers& numbers) noexcept {
  if (call.start_time == nullptr || call.outcome_timestamp == nullptr ||
      call.upcoming_sleep == nullptr) {
    return false;
  }
  const auto start = plain_float(call.start_time);
  const auto known = plain_float(call.outcome_timestamp);
  const auto upcoming = plain_float(call.upcoming_sleep);
  if (!start || !known || !upcoming) return false;
  numbers.since_start = *known - *start;
  numbers.upcoming = {*upcoming, false};
  return true;
}

// Fills in what the strategy looks at; false when that is not plain, or with an exception set.
bool read_numbers(const ModuleState& state, const Answer& answer, PyObject* retry_state,
                  CallNumbers& numbers) noexcept {
  if (!answer.looks_at_attempt && !answer.looks_at_times) return true;
  const bool own = is_own_state(state, retry_state);
  if (answer.looks_at_times && !(own && plain_times(as_state(retry_state), numbers))) return false;
  if (!answer.looks_at_attempt) return true;
  Ref held;
  PyObject* number = own ? as_state(retry_state).attempt_number : nullptr;
  if (!own) {
    held = attribute(retry_state, state.names.attempt_number);
    number = held.get();
  }
  const auto attempt = number == nullptr ? std::nullopt : plain_count(number);
  if (!attempt || *attempt == 0) return false;
  numbers.attempt = *attempt;
  return true;
}

bool is_plain_call(PyObject* self, std::size_t nargsf, PyObject* kwnames) noexcept {
  return PyVectorcall_NARGS(nargsf) == 1 && kwnames == nullptr &&
         Py_TYPE(self)->tp_call == as_strategy(self).call;
}

// The same answer to everybody: stop_never, a fixed wait.
PyObject* answer_constant(PyObject* self, PyObject* const* args, std::size_t nargsf,
                          PyObject* kwnames) noexcept {
  if (!is_plain_call(self, nargsf, kwnames)) return quick_call(self, args, nargsf, kwnames);
  return Ref::share(as_strategy(self).answer->constant.get()).release();
}

// A count compared with the attempt's number.
PyObject* answer_count(PyObject* self, PyObject* const* args, std::size_t nargsf,
                       PyObject* kwnames) noexcept {
  const StrategyObject& strategy = as_strategy(self);
  if (is_plain_call(self, nargsf, kwnames) && is_own_state(*strategy.state, args[0])) {
    PyObject* number = as_state(args[0]).attempt_number;
    const auto attempt = number == nullptr ? std::nullopt : plain_count(number);
    if (attempt) return PyBool_FromLong(*attempt >= strategy.answer->node.count);
  }
  return quick_call(self, args, nargsf, kwnames);
}

// A length that grows with the attempt's number.
PyObject* answer_growth(PyObject* self, PyObject* const* args, std::size_t nargsf,
                        PyObject* kwnames) noexcept {
  const StrategyObject& strategy = as_strategy(self);
  if (is_plain_call(self, nargsf, kwnames) && is_own_state(*strategy.state, args[0])) {
    PyObject* number = as_state(args[0]).attempt_number;
    const auto attempt = number == nullptr ? std::nullopt : plain_count(number);
    Sleep sleep;
    if (attempt && *attempt != 0 &&
        ask_wait(*strategy.state, strategy.answer->node, {.attempt = *attempt}, sleep)) {
      return sleep.to_python().release();
    }
  }
  return quick_call(self, args, nargsf, kwnames);
}

// A draw from a range. The float that was drawn, which nobody else has, becomes the answer.
PyObject* answer_draw(PyObject* self, PyObject* const* args, std::size_t nargsf,
                      PyObject* kwnames) noexcept {
  ModuleState& state = *as_strategy(self).state;
  const Answer& answer = *as_strategy(self).answer;
  if (!is_plain_call(self, nargsf, kwnames) ||
      !random_is_untouched(state, answer.random_names.get())) {
    return PyErr_Occurred() ? nullptr : quick_call(self, args, nargsf, kwnames);
  }
  const mainstay::Seconds low{answer.node.low.seconds}, high{answer.node.high.seconds};
  Ref drawn = draw(state);
  const double unit = drawn ? PyFloat_AsDouble(drawn.get()) : -1.0;
  if (unit == -1.0 && PyErr_Occurred()) return nullptr;
  const double sleep = mainstay::retry::between(low, high, unit).count();
  if (!PyFloat_CheckExact(drawn.get()) || Py_REFCNT(drawn.get()) != 1) {
    return PyFloat_FromDouble(sleep);
  }
  reinterpret_cast<PyFloatObject*>(drawn.get())->ob_fval = sleep;
  return drawn.release();
}

// What the strategy always answers, if it always answers the same. Empty otherwise.
Ref constant_of(const ModuleState& state, PyObject* strategy, const Node& node) noexcept {
  switch (node.kind) {
    case Kind::stop_never:
    case Kind::retry_never: return Ref::share(Py_False);
    case Kind::retry_always: return Ref::share(Py_True);
    case Kind::wait_fixed: return Ref::share(own_attribute(strategy, state.names.wait_fixed));
    default: return Ref{};
  }
}

// The answer of a strategy that has none yet; null when there can be none, or with an exception
// set.
const Answer* compile_answer(ModuleState& state, PyObject* strategy) noexcept {
  StrategyObject& source = as_strategy(strategy);
  if (source.answerless || state.without_gil) return nullptr;
  try {
    auto answer = std::make_unique<Answer>();
    Plan plan;
    const int done = compile(state, strategy, answer->node, plan);
    if (done < 0) return nullptr;
    source.answerless = done == 0 || plan.calls_out || plan.passing;
    if (source.answerless) return nullptr;
    answer->random_names = std::move(plan.random_names);
    answer->epoch = state.epoch;
    answer->looks_at_attempt = looks_at_attempt(answer->node);
    answer->looks_at_times = looks_at_times(answer->node);
    answer->constant = constant_of(state, strategy, answer->node);
    if (answer->constant) {
      source.vectorcall = &answer_constant;
    } else if (answer->node.kind == Kind::stop_after_attempt) {
      source.vectorcall = &answer_count;
    } else if (answer->node.kind == Kind::wait_incrementing ||
               answer->node.kind == Kind::wait_exponential) {
      source.vectorcall = &answer_growth;
    } else if (answer->node.kind == Kind::wait_random) {
      source.vectorcall = &answer_draw;
    }
    source.answer = answer.release();
    return source.answer;
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}

}  // namespace

void forget_answer(PyObject* strategy) noexcept {
  StrategyObject& source = as_strategy(strategy);
  source.answerless = false;
  source.vectorcall = &quick_call;
  // The last, for what it held may run Python when it goes.
  delete std::exchange(source.answer, nullptr);
}

PyObject* answer_at_once(ModuleState& state, PyObject* strategy, PyObject* retry_state) noexcept {
  StrategyObject& source = as_strategy(strategy);
  const Answer* answer = source.answer;
  if (answer == nullptr) {
    answer = compile_answer(state, strategy);
    if (answer == nullptr) return nullptr;
  }
  // A part of a combination may have been assigned to since.
  if (answer->epoch != state.epoch && !answer->node.parts.empty()) {
    forget_answer(strategy);
    return nullptr;
  }
  if (answer->constant) return Ref::share(answer->constant.get()).release();
  if (answer->random_names && !random_is_untouched(state, answer->random_names.get())) {
    return nullptr;
  }
  CallNumbers numbers;
  if (!read_numbers(state, *answer, retry_state, numbers)) return nullptr;
  // Reading a stranger's state runs Python, which may have assigned to this very strategy.
  if (source.answer != answer) return nullptr;
  if (source.kind <= kLastStop) {
    const int verdict = ask_stop(state, answer->node, numbers);
    return verdict < 0 ? nullptr : PyBool_FromLong(verdict);
  }
  Sleep sleep;
  if (!ask_wait(state, answer->node, numbers, sleep)) return nullptr;
  return sleep.to_python().release();
}

}  // namespace mainstay::binding::retry
