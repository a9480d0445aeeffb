// plan.cpp - see plan.hpp: reading strategies once, and evaluating what was read.
#include "binding/retry/plan.hpp"

#include <cmath>
#include <limits>
#include <utility>

#include "binding/retry/untouched.hpp"
#include "binding/support/number.hpp"
#include "mainstay/retry/arithmetic.hpp"

namespace mainstay::binding::retry {
namespace {

// Trees deeper than this run through Python, whose recursion limit then applies.
constexpr int kDeepest = 64;

// Ints up to here are doubles without loss.
constexpr double kExact = 9007199254740992.0;

// Since 3.12 Python's sum() compensates rounding, which shows from three floats on.
#if PY_VERSION_HEX >= 0x030C0000
constexpr std::size_t kSummed = 2;
#else
constexpr std::size_t kSummed = std::numeric_limits<std::size_t>::max();
#endif

bool read(PyObject* strategy, const Ref& name, Sleep& number) noexcept {
  PyObject* value = own_attribute(strategy, name);
  if (value == nullptr) return false;
  if (PyFloat_CheckExact(value)) {
    number = {PyFloat_AS_DOUBLE(value), false};
    return true;
  }
  if (!PyLong_CheckExact(value)) return false;
  int overflow = 0;
  const long long small = PyLong_AsLongLongAndOverflow(value, &overflow);
  const auto wide = static_cast<double>(small);
  if (overflow != 0 || std::fabs(wide) > kExact) return false;
  number = {wide, true};
  return true;
}

bool read(PyObject* strategy, const Ref& name, Ref& object) noexcept {
  object = Ref::share(own_attribute(strategy, name));
  return static_cast<bool>(object);
}

int compile_parts(ModuleState& state, PyObject* strategy, const Ref& name, Node& node, Plan& plan,
                  int depth) noexcept {
  PyObject* parts = own_attribute(strategy, name);
  if (parts == nullptr || !PyTuple_CheckExact(parts)) return 0;
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(parts); ++i) {
    Node part;
    const int done = compile(state, PyTuple_GET_ITEM(parts, i), part, plan, depth + 1);
    if (done != 1) return done;
    node.parts.push_back(std::move(part));
  }
  return 1;
}

// An exponential that grows within a range the right way round. In any other, the answer depends on
// where Python's power overflows, which it does not do in ints: Python finds that out.
bool read_exponential(ModuleState& state, PyObject* strategy, Node& node) noexcept {
  const Names& names = state.names;
  return read(strategy, names.multiplier, node.factor) && read(strategy, names.max, node.high) &&
         read(strategy, names.exp_base, node.base) && read(strategy, names.min, node.low) &&
         node.low.seconds <= node.high.seconds && node.high.seconds > 0 &&
         std::isfinite(node.high.seconds) && node.factor.seconds > 0 && node.base.seconds > 0;
}

mainstay::retry::Exponential shape_of(const Node& node) noexcept {
  return {.multiplier = node.factor.seconds,
          .max = Seconds{node.high.seconds},
          .exp_base = node.base.seconds,
          .min = Seconds{node.low.seconds}};
}

// The predicate of a condition on exceptions. The stock `_check` of the strategies by type is an
// instance check; any other predicate is called.
bool read_predicate(ModuleState& state, PyObject* strategy, Node& node) noexcept {
  const bool on_type =
      node.kind != Kind::retry_if_exception && node.kind != Kind::retry_unless_exception;
  if (!read(strategy, state.names.predicate, node.object)) return false;
  node.flag =
      node.kind == Kind::retry_unless_exception || node.kind == Kind::retry_unless_exception_type;
  if (!on_type || !PyCFunction_CheckExact(node.object.get())) return true;
  if (PyCFunction_GET_SELF(node.object.get()) != strategy) return false;
  const bool wanted = node.kind == Kind::retry_if_exception_type;
  if (PyCFunction_GET_FUNCTION(node.object.get()) != type_check(wanted)) return false;
  node.by_type = true;
  return read(strategy, state.names.exception_types, node.object);
}

bool read_fields(ModuleState& state, PyObject* strategy, Node& node) noexcept {
  const Names& names = state.names;
  switch (node.kind) {
    case Kind::stop_after_attempt: {
      PyObject* limit = own_attribute(strategy, names.max_attempt_number);
      const auto count = limit == nullptr ? std::nullopt : plain_count(limit);
      if (count) node.count = *count;
      return count.has_value();
    }
    case Kind::stop_after_delay:
    case Kind::stop_before_delay: return read(strategy, names.max_delay, node.high);
    case Kind::stop_when_event_set: return read(strategy, names.event, node.object);
    case Kind::wait_fixed: return read(strategy, names.wait_fixed, node.low);
    case Kind::wait_random:
      return read(strategy, names.wait_random_min, node.low) &&
             read(strategy, names.wait_random_max, node.high) && !node.low.integral &&
             !node.high.integral;
    case Kind::wait_incrementing:
      return read(strategy, names.start, node.low) && read(strategy, names.increment, node.extra) &&
             read(strategy, names.max, node.high) && !node.low.integral && !node.extra.integral &&
             !node.high.integral;
    case Kind::wait_exponential:
    case Kind::wait_random_exponential:
      if (!read_exponential(state, strategy, node) || node.low.integral || node.high.integral) {
        return false;
      }
      node.past_cap = mainstay::retry::past_cap(shape_of(node));
      return true;
    case Kind::wait_exponential_jitter:
      return read_exponential(state, strategy, node) && !node.low.integral && !node.high.integral &&
             read(strategy, names.jitter, node.extra) && !node.extra.integral;
    case Kind::retry_if_result:
    case Kind::retry_if_not_result: return read(strategy, names.predicate, node.object);
    case Kind::retry_if_exception:
    case Kind::retry_if_exception_type:
    case Kind::retry_if_not_exception_type:
    case Kind::retry_unless_exception:
    case Kind::retry_unless_exception_type: return read_predicate(state, strategy, node);
    case Kind::retry_if_exception_cause_type:
      return read(strategy, names.exception_cause_types, node.object);
    case Kind::stop_never:
    case Kind::retry_never:
    case Kind::retry_always: return true;
    case Kind::wait_exception:  // may answer any object that adds up like a number
    case Kind::opaque:
    case Kind::stop_any:
    case Kind::stop_all:
    case Kind::wait_chain:
    case Kind::wait_combine:
    case Kind::retry_any:
    case Kind::retry_all: break;
  }
  return false;
}

const Ref* parts_of(ModuleState& state, Kind kind) noexcept {
  switch (kind) {
    case Kind::stop_any:
    case Kind::stop_all: return &state.names.stops;
    case Kind::wait_chain: return &state.names.strategies;
    case Kind::wait_combine: return &state.names.wait_funcs;
    case Kind::retry_any:
    case Kind::retry_all: return &state.names.retries;
    default: return nullptr;
  }
}

// max(0, min(...)) of Python: the int 0 where nothing is above it.
Sleep clamped(double seconds, double floor, bool integral) noexcept {
  if (seconds == 0.0 && !(floor > 0.0)) return {0.0, true};
  return {seconds, integral};
}

// Python's formula is computed in ints when both its numbers are ints, and stays one unless a bound
// took over; bounds are floats. Above 2**53 an int that is no power of two is rounded: such sleeps
// are not slept.
Sleep exponential(const Node& node, std::uint64_t attempt) noexcept {
  const auto shape = shape_of(node);
  const auto bounded = mainstay::retry::bounded_exponential(shape, attempt, node.past_cap);
  const bool integral =
      node.factor.integral && node.base.integral && bounded.bound == mainstay::retry::Bound::none;
  return clamped(bounded.sleep.count(), node.low.seconds, integral);
}

Sleep exponential_jitter(const Node& node, std::uint64_t attempt, double drawn) noexcept {
  const mainstay::retry::ExponentialJitter shape{.multiplier = node.factor.seconds,
                                                 .max = Seconds{node.high.seconds},
                                                 .exp_base = node.base.seconds,
                                                 .min = Seconds{node.low.seconds}};
  return clamped(mainstay::retry::exponential_jitter(shape, attempt, Seconds{drawn}).count(),
                 node.low.seconds, false);
}

int truth_of(Ref answer) noexcept { return answer ? PyObject_IsTrue(answer.get()) : -1; }

int is_instance(PyObject* error, PyObject* types) noexcept {
  // What PyObject_IsInstance asks first, without the tuple and metaclass questions around it.
  if (PyType_CheckExact(types) &&
      PyType_IsSubtype(Py_TYPE(error), reinterpret_cast<PyTypeObject*>(types))) {
    return 1;
  }
  return PyObject_IsInstance(error, types);
}

}  // namespace

int compile(ModuleState& state, PyObject* strategy, Node& node, Plan& plan, int depth) noexcept {
  if (depth > kDeepest || !is_transparent(state, strategy)) return 0;
  StrategyObject& source = as_strategy(strategy);
  node.kind = source.kind;
  if (const Ref* parts = parts_of(state, node.kind)) {
    const int done = compile_parts(state, strategy, *parts, node, plan, depth);
    if (done != 1) return done;
    if (node.kind == Kind::wait_chain && node.parts.empty()) return 0;
    if (node.kind == Kind::wait_combine && node.parts.size() > kSummed) return 0;
  } else if (!read_fields(state, strategy, node)) {
    return PyErr_Occurred() ? -1 : 0;
  }
  const bool draws = node.kind == Kind::wait_random || node.kind == Kind::wait_random_exponential ||
                     node.kind == Kind::wait_exponential_jitter;
  if (draws) {
    plan.random_names = attribute(strategy, state.names.namespace_);
    if (!plan.random_names) return -1;
  }
  plan.looks_at_values |= node.kind == Kind::retry_always || node.kind == Kind::retry_if_result ||
                          node.kind == Kind::retry_if_not_result || node.flag;
  plan.calls_out |= static_cast<bool>(node.object);
  plan.passing |= source.exposed;
  source.watched = true;
  return 1;
}

int ask_retry(const Node& node, OutcomeView outcome) noexcept {
  switch (node.kind) {
    case Kind::retry_always: return 1;
    case Kind::retry_if_exception:
    case Kind::retry_if_exception_type:
    case Kind::retry_if_not_exception_type:
    case Kind::retry_unless_exception:
    case Kind::retry_unless_exception_type: {
      if (outcome.error == nullptr) return node.flag ? 1 : 0;
      if (!node.by_type) {
        return truth_of(Ref::steal(PyObject_CallOneArg(node.object.get(), outcome.error)));
      }
      const int found = is_instance(outcome.error, node.object.get());
      if (found < 0 || node.kind == Kind::retry_if_exception_type) return found;
      return found == 0 ? 1 : 0;
    }
    case Kind::retry_if_exception_cause_type:
      return outcome.error == nullptr ? 0 : has_cause(outcome.error, node.object.get());
    case Kind::retry_if_result:
    case Kind::retry_if_not_result: {
      if (outcome.value == nullptr) return 0;
      const int truth = truth_of(Ref::steal(PyObject_CallOneArg(node.object.get(), outcome.value)));
      if (truth < 0 || node.kind == Kind::retry_if_result) return truth;
      return truth == 0 ? 1 : 0;
    }
    case Kind::retry_any:
    case Kind::retry_all: {
      const int decides = node.kind == Kind::retry_any ? 1 : 0;
      for (const Node& part : node.parts) {
        const int answer = ask_retry(part, outcome);
        if (answer < 0 || answer == decides) return answer;
      }
      return decides == 1 ? 0 : 1;
    }
    default: return 0;  // retry_never
  }
}

int ask_stop(ModuleState& state, const Node& node, const CallNumbers& numbers) noexcept {
  switch (node.kind) {
    case Kind::stop_after_attempt:
      return mainstay::retry::after_attempt(numbers.attempt, node.count) ? 1 : 0;
    case Kind::stop_after_delay:
      return mainstay::retry::after_delay(Seconds{numbers.since_start}, Seconds{node.high.seconds})
                 ? 1
                 : 0;
    case Kind::stop_before_delay:
      return mainstay::retry::before_delay(Seconds{numbers.since_start},
                                           Seconds{numbers.upcoming.seconds},
                                           Seconds{node.high.seconds})
                 ? 1
                 : 0;
    case Kind::stop_when_event_set:
      return truth_of(
          Ref::steal(PyObject_CallMethodNoArgs(node.object.get(), state.names.is_set.get())));
    case Kind::stop_any:
    case Kind::stop_all: {
      const int decides = node.kind == Kind::stop_any ? 1 : 0;
      for (const Node& part : node.parts) {
        const int answer = ask_stop(state, part, numbers);
        if (answer < 0 || answer == decides) return answer;
      }
      return decides == 1 ? 0 : 1;
    }
    default: return 0;  // stop_never
  }
}

bool ask_wait(ModuleState& state, const Node& node, const CallNumbers& numbers,
              Sleep& sleep) noexcept {
  switch (node.kind) {
    case Kind::wait_random: {
      double unit = 0;
      if (!draw(state, unit)) return false;
      sleep = {mainstay::retry::between(Seconds{node.low.seconds}, Seconds{node.high.seconds}, unit)
                   .count(),
               false};
      return true;
    }
    case Kind::wait_incrementing: {
      const mainstay::retry::Incrementing shape{.start = Seconds{node.low.seconds},
                                                .increment = Seconds{node.extra.seconds},
                                                .max = Seconds{node.high.seconds}};
      sleep = clamped(mainstay::retry::incrementing(shape, numbers.attempt).count(), 0.0, false);
      return true;
    }
    case Kind::wait_exponential: sleep = exponential(node, numbers.attempt); return true;
    case Kind::wait_random_exponential: {
      double unit = 0;
      if (!draw(state, unit)) return false;
      const double high = exponential(node, numbers.attempt).seconds;
      sleep = {mainstay::retry::between(Seconds{node.low.seconds}, Seconds{high}, unit).count(),
               false};
      return true;
    }
    case Kind::wait_exponential_jitter: {
      double unit = 0;
      if (!draw(state, unit)) return false;
      const double drawn =
          mainstay::retry::between(Seconds{0}, Seconds{node.extra.seconds}, unit).count();
      sleep = exponential_jitter(node, numbers.attempt, drawn);
      return true;
    }
    case Kind::wait_chain: {
      const std::size_t last = node.parts.size();
      const std::size_t turn = numbers.attempt < last ? numbers.attempt : last;
      return ask_wait(state, node.parts[turn - 1], numbers, sleep);
    }
    case Kind::wait_combine: {
      double total = 0;
      for (const Node& part : node.parts) {
        Sleep one;
        if (!ask_wait(state, part, numbers, one)) return false;
        total += one.seconds;
      }
      sleep = {total, false};
      return true;
    }
    default: sleep = node.low; return true;  // wait_fixed
  }
}

}  // namespace mainstay::binding::retry
