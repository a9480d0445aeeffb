// wait.cpp - the wait strategies as base types: the length of a sleep is the engine's arithmetic.
//
// The peer's formulas begin with the int 0, so a sleep clamped to nothing is the int 0 here too:
// programs print it. Randomness comes from the `random` in the namespace of the module that defines
// the class, looked up at each call: a program may patch or seed it.
#include "binding/retry/strategy.hpp"
#include "binding/support/number.hpp"
#include "mainstay/retry/arithmetic.hpp"

namespace mainstay::binding::retry {
namespace {

using mainstay::Seconds;

// A sleep that was clamped from below: max(0, x) is the int 0 unless x is above it.
PyObject* clamped(Seconds sleep, Seconds floor) noexcept {
  if (sleep.count() == 0.0 && !(floor.count() > 0.0)) return PyLong_FromLong(0);
  return PyFloat_FromDouble(sleep.count());
}

// The attempt's number when the engine may compute with it: the first attempt is number 1.
std::optional<std::uint64_t> plain_attempt(PyObject* attempt) noexcept {
  const auto count = plain_count(attempt);
  return count && *count >= 1 ? count : std::nullopt;
}

// `random.<function>` as the strategy's own module sees `random` now.
Ref random_function(ModuleState& state, PyObject* self, const Ref& function) noexcept {
  const Ref names = attribute(self, state.names.namespace_);
  if (!names) return Ref{};
  if (!PyDict_Check(names.get())) {
    PyErr_SetString(PyExc_TypeError, "_namespace must be a dict");
    return Ref{};
  }
  Ref random = Ref::share(PyDict_GetItemWithError(names.get(), state.names.random.get()));
  if (!random && !PyErr_Occurred()) random = Ref::share(state.originals.random.get());
  if (!random) return Ref{};
  return attribute(random.get(), function);
}

Ref uniform(ModuleState& state, PyObject* self, PyObject* low, PyObject* high) noexcept {
  const Ref draw = random_function(state, self, state.names.uniform);
  if (!draw) return Ref{};
  return Ref::steal(PyObject_CallFunctionObjArgs(draw.get(), low, high, nullptr));
}

PyObject* fixed(ModuleState& state, PyObject* self, PyObject*) noexcept {
  return PyObject_GetAttr(self, state.names.wait_fixed.get());
}

PyObject* random_between(ModuleState& state, PyObject* self, PyObject*) noexcept {
  const Ref low = attribute(self, state.names.wait_random_min);
  if (!low) return nullptr;
  const Ref draw = random_function(state, self, state.names.random);
  if (!draw) return nullptr;
  const Ref unit = Ref::steal(PyObject_CallNoArgs(draw.get()));
  if (!unit) return nullptr;
  const Ref high = attribute(self, state.names.wait_random_max);
  if (!high) return nullptr;
  const auto plain_low = plain_float(low.get());
  const auto plain_high = plain_float(high.get());
  const auto plain_unit = plain_float(unit.get());
  if (plain_low && plain_high && plain_unit) {
    return PyFloat_FromDouble(
        mainstay::retry::between(Seconds{*plain_low}, Seconds{*plain_high}, *plain_unit).count());
  }
  const Ref span = Ref::steal(PyNumber_Subtract(high.get(), low.get()));
  if (!span) return nullptr;
  const Ref part = Ref::steal(PyNumber_Multiply(unit.get(), span.get()));
  if (!part) return nullptr;
  return PyNumber_Add(low.get(), part.get());
}

PyObject* incrementing(ModuleState& state, PyObject* self, PyObject* retry_state) noexcept {
  const Ref start = attribute(self, state.names.start);
  if (!start) return nullptr;
  const Ref increment = attribute(self, state.names.increment);
  if (!increment) return nullptr;
  const Ref most = attribute(self, state.names.max);
  if (!most) return nullptr;
  const Ref attempt = attribute(retry_state, state.names.attempt_number);
  if (!attempt) return nullptr;
  const auto plain_start = plain_float(start.get());
  const auto plain_increment = plain_float(increment.get());
  const auto plain_most = plain_float(most.get());
  const auto count = plain_attempt(attempt.get());
  if (plain_start && plain_increment && plain_most && count) {
    const mainstay::retry::Incrementing shape{.start = Seconds{*plain_start},
                                              .increment = Seconds{*plain_increment},
                                              .max = Seconds{*plain_most}};
    return clamped(mainstay::retry::incrementing(shape, *count), Seconds{0});
  }
  return general(state, "incrementing", self, retry_state);
}

// The four numbers an exponential strategy is made of, when all are plain.
struct Shape {
  double multiplier, max, exp_base, min;
  std::uint64_t attempt;
};

// True when `shape` was filled; false when the general path is to be taken or, with an exception
// set, when an attribute could not be had. An upside-down range (min above max) and a max of 0 are
// left to the general path, whose answer (or its type) depends on where the power overflows.
bool plain_shape(ModuleState& state, PyObject* self, PyObject* retry_state, Shape& shape) noexcept {
  const Ref multiplier = attribute(self, state.names.multiplier);
  if (!multiplier) return false;
  const Ref most = attribute(self, state.names.max);
  if (!most) return false;
  const Ref base = attribute(self, state.names.exp_base);
  if (!base) return false;
  const Ref least = attribute(self, state.names.min);
  if (!least) return false;
  const Ref attempt = attribute(retry_state, state.names.attempt_number);
  if (!attempt) return false;
  const auto plain_multiplier = plain_float(multiplier.get());
  const auto plain_most = plain_float(most.get());
  const auto plain_base = plain_float(base.get());
  const auto plain_least = plain_float(least.get());
  const auto count = plain_attempt(attempt.get());
  if (!plain_multiplier || !plain_most || !plain_base || !plain_least || !count) return false;
  if (!(*plain_least <= *plain_most) || !(*plain_most > 0)) return false;
  shape = {*plain_multiplier, *plain_most, *plain_base, *plain_least, *count};
  return true;
}

PyObject* exponential(ModuleState& state, PyObject* self, PyObject* retry_state) noexcept {
  Shape plain{};
  if (plain_shape(state, self, retry_state, plain)) {
    const mainstay::retry::Exponential shape{.multiplier = plain.multiplier,
                                             .max = Seconds{plain.max},
                                             .exp_base = plain.exp_base,
                                             .min = Seconds{plain.min}};
    return clamped(mainstay::retry::exponential(shape, plain.attempt), shape.min);
  }
  if (PyErr_Occurred()) return nullptr;
  return general(state, "exponential", self, retry_state);
}

PyObject* random_exponential(ModuleState& state, PyObject* self, PyObject* retry_state) noexcept {
  const Ref high = Ref::steal(exponential(state, self, retry_state));
  if (!high) return nullptr;
  const Ref low = attribute(self, state.names.min);
  if (!low) return nullptr;
  return uniform(state, self, low.get(), high.get()).release();
}

PyObject* exponential_jitter(ModuleState& state, PyObject* self, PyObject* retry_state) noexcept {
  // Drawn before anything is computed, as the peer does: a seeded program counts the draws.
  const Ref most = attribute(self, state.names.jitter);
  if (!most) return nullptr;
  const Ref zero = Ref::steal(PyLong_FromLong(0));
  if (!zero) return nullptr;
  const Ref drawn = uniform(state, self, zero.get(), most.get());
  if (!drawn) return nullptr;
  Shape plain{};
  const auto plain_drawn = plain_float(drawn.get());
  if (plain_shape(state, self, retry_state, plain) && plain_drawn) {
    const mainstay::retry::ExponentialJitter shape{.multiplier = plain.multiplier,
                                                   .max = Seconds{plain.max},
                                                   .exp_base = plain.exp_base,
                                                   .min = Seconds{plain.min}};
    return clamped(mainstay::retry::exponential_jitter(shape, plain.attempt, Seconds{*plain_drawn}),
                   shape.min);
  }
  if (PyErr_Occurred()) return nullptr;
  return general(state, "exponential_jitter", self, retry_state, drawn.get());
}

PyObject* chain(ModuleState& state, PyObject* self, PyObject* retry_state) noexcept {
  const RecursionGuard guard(" while chaining wait strategies");
  if (!guard) return nullptr;
  const Ref attempt = attribute(retry_state, state.names.attempt_number);
  if (!attempt) return nullptr;
  const auto count = plain_attempt(attempt.get());
  if (!count) return general(state, "chain", self, retry_state);
  const Ref strategies = attribute(self, state.names.strategies);
  if (!strategies) return nullptr;
  const Py_ssize_t size = PySequence_Size(strategies.get());
  if (size < 0) return nullptr;
  const auto last = static_cast<std::uint64_t>(size);
  const auto turn = static_cast<Py_ssize_t>(*count < last ? *count : last);
  const Ref strategy = Ref::steal(PySequence_GetItem(strategies.get(), turn - 1));
  if (!strategy) return nullptr;
  PyObject* arguments[] = {retry_state};
  const Ref keywords = Ref::steal(PyTuple_Pack(1, state.names.retry_state.get()));
  if (!keywords) return nullptr;
  return PyObject_Vectorcall(strategy.get(), arguments, 0, keywords.get());
}

PyObject* combine(ModuleState& state, PyObject* self, PyObject* retry_state) noexcept {
  const RecursionGuard guard(" while combining wait strategies");
  if (!guard) return nullptr;
  const Ref functions = attribute(self, state.names.wait_funcs);
  if (!functions) return nullptr;
  const Ref each = Ref::steal(PyObject_GetIter(functions.get()));
  if (!each) return nullptr;
  const Ref sleeps = Ref::steal(PyList_New(0));
  if (!sleeps) return nullptr;
  while (const Ref function = Ref::steal(PyIter_Next(each.get()))) {
    const Ref sleep = Ref::steal(PyObject_CallOneArg(function.get(), retry_state));
    if (!sleep || PyList_Append(sleeps.get(), sleep.get()) < 0) return nullptr;
  }
  if (PyErr_Occurred()) return nullptr;
  // Python's own sum(): since 3.12 it compensates rounding, and the total must be the one it gives.
  return general(state, "total", sleeps.get(), self);
}

PyObject* from_exception(ModuleState& state, PyObject* self, PyObject* retry_state) noexcept {
  const Ref outcome = attribute(retry_state, state.names.outcome);
  if (!outcome) return nullptr;
  if (outcome.get() == Py_None) {
    PyErr_SetString(PyExc_RuntimeError, "__call__() called before outcome was set");
    return nullptr;
  }
  const Ref exception =
      Ref::steal(PyObject_CallMethodNoArgs(outcome.get(), state.names.exception.get()));
  if (!exception) return nullptr;
  if (exception.get() == Py_None) {
    PyErr_SetString(PyExc_RuntimeError, "outcome failed but the exception is None");
    return nullptr;
  }
  const Ref predicate = attribute(self, state.names.predicate);
  if (!predicate) return nullptr;
  return PyObject_CallOneArg(predicate.get(), exception.get());
}

}  // namespace

// A number of seconds, or the length of a timedelta, as a float: what the lenient door keeps.
PyObject* to_seconds(PyObject*, PyObject* unit) noexcept {
  if (!PyFloat_CheckExact(unit) && !PyLong_CheckExact(unit)) {
    // Without that module there is no timedelta.
    const Ref name = Ref::steal(PyUnicode_FromString("datetime"));
    const Ref module = name ? Ref::steal(PyImport_GetModule(name.get())) : Ref{};
    if (PyErr_Occurred()) return nullptr;
    const Ref timedelta =
        module ? Ref::steal(PyObject_GetAttrString(module.get(), "timedelta")) : Ref{};
    if (module && !timedelta) return nullptr;
    const int is_length = timedelta ? PyObject_IsInstance(unit, timedelta.get()) : 0;
    if (is_length < 0) return nullptr;
    if (is_length == 1) {
      const Ref length = Ref::steal(PyObject_CallMethod(unit, "total_seconds", nullptr));
      return length ? PyNumber_Float(length.get()) : nullptr;
    }
  }
  return PyNumber_Float(unit);
}

bool add_wait_types(PyObject* module) noexcept {
  static constexpr StrategyKind kKinds[] = {
      strategy_kind<fixed>(Kind::wait_fixed, "mainstay.retry._native.WaitFixed",
                           "self.wait_fixed."),
      strategy_kind<random_between>(Kind::wait_random, "mainstay.retry._native.WaitRandom",
                                    "Somewhere in self.wait_random_min to wait_random_max."),
      strategy_kind<incrementing>(Kind::wait_incrementing,
                                  "mainstay.retry._native.WaitIncrementing",
                                  "self.start, growing by self.increment, up to self.max."),
      strategy_kind<exponential>(Kind::wait_exponential, "mainstay.retry._native.WaitExponential",
                                 "self.multiplier * self.exp_base**n within min and max."),
      strategy_kind<random_exponential>(Kind::wait_random_exponential,
                                        "mainstay.retry._native.WaitRandomExponential",
                                        "Somewhere between self.min and WaitExponential."),
      strategy_kind<exponential_jitter>(Kind::wait_exponential_jitter,
                                        "mainstay.retry._native.WaitExponentialJitter",
                                        "WaitExponential plus up to self.jitter."),
      strategy_kind<chain>(Kind::wait_chain, "mainstay.retry._native.WaitChain",
                           "One of self.strategies after the other, the last one for ever."),
      strategy_kind<combine>(Kind::wait_combine, "mainstay.retry._native.WaitCombine",
                             "The sum of self.wait_funcs."),
      strategy_kind<from_exception>(Kind::wait_exception, "mainstay.retry._native.WaitException",
                                    "self.predicate(exception of the outcome)."),
  };
  return add_strategies(module, kKinds);
}

}  // namespace mainstay::binding::retry
