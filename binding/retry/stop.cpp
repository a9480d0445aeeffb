// stop.cpp - the stop strategies as base types: the verdict is the engine's arithmetic.
//
// Comparisons of anything but plain floats and counts are Python's own, result object included.
#include "binding/retry/strategy.hpp"
#include "binding/support/number.hpp"
#include "mainstay/retry/arithmetic.hpp"

namespace mainstay::binding::retry {
namespace {

using mainstay::Seconds;

PyObject* after_attempt(ModuleState& state, PyObject* self, PyObject* retry_state) noexcept {
  const Ref attempt = attribute(retry_state, state.names.attempt_number);
  if (!attempt) return nullptr;
  const Ref limit = attribute(self, state.names.max_attempt_number);
  if (!limit) return nullptr;
  const auto plain_attempt = plain_count(attempt.get());
  const auto plain_limit = plain_count(limit.get());
  if (plain_attempt && plain_limit) {
    return PyBool_FromLong(mainstay::retry::after_attempt(*plain_attempt, *plain_limit));
  }
  return PyObject_RichCompare(attempt.get(), limit.get(), Py_GE);
}

// Seconds since the first attempt began; empty with an exception set when no outcome is there yet.
Ref elapsed(ModuleState& state, PyObject* retry_state) noexcept {
  Ref seconds = attribute(retry_state, state.names.seconds_since_start);
  if (seconds && seconds.get() == Py_None) {
    PyErr_SetString(PyExc_RuntimeError, "__call__() called but seconds_since_start is not set");
    return Ref{};
  }
  return seconds;
}

PyObject* after_delay(ModuleState& state, PyObject* self, PyObject* retry_state) noexcept {
  const Ref seconds = elapsed(state, retry_state);
  if (!seconds) return nullptr;
  const Ref limit = attribute(self, state.names.max_delay);
  if (!limit) return nullptr;
  const auto plain_seconds = plain_float(seconds.get());
  const auto plain_limit = plain_float(limit.get());
  if (plain_seconds && plain_limit) {
    return PyBool_FromLong(
        mainstay::retry::after_delay(Seconds{*plain_seconds}, Seconds{*plain_limit}));
  }
  return PyObject_RichCompare(seconds.get(), limit.get(), Py_GE);
}

PyObject* before_delay(ModuleState& state, PyObject* self, PyObject* retry_state) noexcept {
  const Ref seconds = elapsed(state, retry_state);
  if (!seconds) return nullptr;
  const Ref upcoming = attribute(retry_state, state.names.upcoming_sleep);
  if (!upcoming) return nullptr;
  const Ref limit = attribute(self, state.names.max_delay);
  if (!limit) return nullptr;
  const auto plain_seconds = plain_float(seconds.get());
  const auto plain_upcoming = plain_float(upcoming.get());
  const auto plain_limit = plain_float(limit.get());
  if (plain_seconds && plain_upcoming && plain_limit) {
    return PyBool_FromLong(mainstay::retry::before_delay(
        Seconds{*plain_seconds}, Seconds{*plain_upcoming}, Seconds{*plain_limit}));
  }
  const Ref total = Ref::steal(PyNumber_Add(seconds.get(), upcoming.get()));
  if (!total) return nullptr;
  return PyObject_RichCompare(total.get(), limit.get(), Py_GE);
}

PyObject* never(ModuleState&, PyObject*, PyObject*) noexcept { Py_RETURN_FALSE; }

PyObject* when_event_set(ModuleState& state, PyObject* self, PyObject*) noexcept {
  const Ref event = attribute(self, state.names.event);
  if (!event) return nullptr;
  return PyObject_CallMethodNoArgs(event.get(), state.names.is_set.get());
}

// any() and all() over `stops`, left to right, stopping at the first verdict that decides.
template <bool kDecides>
PyObject* combined(ModuleState& state, PyObject* self, PyObject* retry_state) noexcept {
  return ask_each(attribute(self, state.names.stops), retry_state, kDecides);
}

}  // namespace

bool add_stop_types(PyObject* module) noexcept {
  static constexpr StrategyKind kKinds[] = {
      strategy_kind<after_attempt>(Kind::stop_after_attempt,
                                   "mainstay.retry._native.StopAfterAttempt",
                                   "True once attempt_number reaches self.max_attempt_number."),
      strategy_kind<after_delay>(Kind::stop_after_delay, "mainstay.retry._native.StopAfterDelay",
                                 "True once self.max_delay seconds have passed since the start."),
      strategy_kind<before_delay>(
          Kind::stop_before_delay, "mainstay.retry._native.StopBeforeDelay",
          "True when the coming sleep would end after self.max_delay seconds."),
      strategy_kind<never>(Kind::stop_never, "mainstay.retry._native.StopNever", "Always False."),
      strategy_kind<when_event_set>(Kind::stop_when_event_set,
                                    "mainstay.retry._native.StopWhenEventSet",
                                    "What self.event.is_set() says."),
      strategy_kind<combined<true>>(Kind::stop_any, "mainstay.retry._native.StopAny",
                                    "True when one of self.stops says so; the rest is not asked."),
      strategy_kind<combined<false>>(
          Kind::stop_all, "mainstay.retry._native.StopAll",
          "False when one of self.stops says so; the rest is not asked."),
  };
  return add_strategies(module, kKinds);
}

}  // namespace mainstay::binding::retry
