// condition.cpp - the retry strategies as base types: what an outcome says about another attempt.
//
// Outcomes are looked at as programs see them: anything with `failed`, `exception()` and
// `result()`. The plan (plan.cpp) asks the same questions of an outcome that no object holds yet.
#include "binding/retry/state.hpp"
#include "binding/retry/strategy.hpp"

namespace mainstay::binding::retry {
namespace {

// The outcome of the attempt; RuntimeError in the peer's words while there is none.
Ref known_outcome(ModuleState& state, PyObject* retry_state, const char* where) noexcept {
  Ref outcome = attribute(retry_state, state.names.outcome);
  if (outcome && outcome.get() == Py_None) {
    PyErr_Format(PyExc_RuntimeError, "%s called before outcome was set", where);
    return Ref{};
  }
  return outcome;
}

// Whether the attempt raised: 1, 0, or -1 with an exception set.
int failed(ModuleState& state, const Ref& outcome) noexcept {
  const Ref answer = attribute(outcome.get(), state.names.failed);
  return answer ? PyObject_IsTrue(answer.get()) : -1;
}

Ref exception_of(ModuleState& state, const Ref& outcome) noexcept {
  return Ref::steal(PyObject_CallMethodNoArgs(outcome.get(), state.names.exception.get()));
}

PyObject* ask_predicate(ModuleState& state, PyObject* self, PyObject* about) noexcept {
  const Ref predicate = attribute(self, state.names.predicate);
  return predicate ? PyObject_CallOneArg(predicate.get(), about) : nullptr;
}

PyObject* ask_about_exception(ModuleState& state, PyObject* self, const Ref& outcome) noexcept {
  const Ref exception = exception_of(state, outcome);
  if (!exception) return nullptr;
  if (exception.get() == Py_None) {
    PyErr_SetString(PyExc_RuntimeError, "outcome failed but the exception is None");
    return nullptr;
  }
  return ask_predicate(state, self, exception.get());
}

// An outcome as a door's own state keeps it, whether or not a Future was made of it. Both are empty
// when there is none, or when a program put another one there.
struct Bare {
  Bare(const ModuleState& state, PyObject* retry_state) noexcept {
    if (!is_own_state(state, retry_state)) return;
    const OutcomeView outcome = settled(retry_state);
    value = Ref::share(outcome.value);
    error = Ref::share(outcome.error);
  }
  Ref value, error;
};

PyObject* never(ModuleState&, PyObject*, PyObject*) noexcept { Py_RETURN_FALSE; }

PyObject* always(ModuleState&, PyObject*, PyObject*) noexcept { Py_RETURN_TRUE; }

// After an exception the predicate decides; a result is answered by `kOnResult`. The template has
// one instance per strategy although several agree: a type is known by its call function.
template <Kind kKind, bool kOnResult>
PyObject* if_exception(ModuleState& state, PyObject* self, PyObject* retry_state) noexcept {
  const Bare bare(state, retry_state);
  if (bare.error) return ask_predicate(state, self, bare.error.get());
  if (bare.value) return PyBool_FromLong(kOnResult);
  const Ref outcome = known_outcome(state, retry_state, "__call__()");
  if (!outcome) return nullptr;
  const int raised = failed(state, outcome);
  if (raised < 0) return nullptr;
  if (raised == 0) return PyBool_FromLong(kOnResult);
  return ask_about_exception(state, self, outcome);
}

PyObject* ask_about_cause(ModuleState& state, PyObject* self, PyObject* exception) noexcept {
  const Ref types = attribute(self, state.names.exception_cause_types);
  if (!types) return nullptr;
  const int found = has_cause(exception, types.get());
  return found < 0 ? nullptr : PyBool_FromLong(found);
}

PyObject* if_cause_type(ModuleState& state, PyObject* self, PyObject* retry_state) noexcept {
  const Bare bare(state, retry_state);
  if (bare.error) return ask_about_cause(state, self, bare.error.get());
  if (bare.value) Py_RETURN_FALSE;
  const Ref outcome = known_outcome(state, retry_state, "__call__");
  if (!outcome) return nullptr;
  const int raised = failed(state, outcome);
  if (raised < 0) return nullptr;
  if (raised == 0) Py_RETURN_FALSE;
  const Ref exception = exception_of(state, outcome);
  return exception ? ask_about_cause(state, self, exception.get()) : nullptr;
}

template <bool kWanted>
PyObject* ask_about_result(ModuleState& state, PyObject* self, PyObject* result) noexcept {
  Ref answer = Ref::steal(ask_predicate(state, self, result));
  if (!answer || kWanted) return answer.release();
  const int truth = PyObject_IsTrue(answer.get());
  return truth < 0 ? nullptr : PyBool_FromLong(truth == 0);
}

template <bool kWanted>
PyObject* if_result(ModuleState& state, PyObject* self, PyObject* retry_state) noexcept {
  const Bare bare(state, retry_state);
  if (bare.error) Py_RETURN_FALSE;
  if (bare.value) return ask_about_result<kWanted>(state, self, bare.value.get());
  const Ref outcome = known_outcome(state, retry_state, "__call__()");
  if (!outcome) return nullptr;
  const int raised = failed(state, outcome);
  if (raised < 0) return nullptr;
  if (raised == 1) Py_RETURN_FALSE;
  const Ref result = Ref::steal(PyObject_CallMethodNoArgs(outcome.get(), state.names.result.get()));
  return result ? ask_about_result<kWanted>(state, self, result.get()) : nullptr;
}

// any() and all() over `retries`, left to right, stopping at the first verdict that decides.
template <bool kDecides>
PyObject* combined(ModuleState& state, PyObject* self, PyObject* retry_state) noexcept {
  return ask_each(attribute(self, state.names.retries), retry_state, kDecides);
}

// `_check` of the strategies that look at the type: what their predicate is unless overridden.
template <bool kWanted>
PyObject* check_type(PyObject* self, PyObject* exception) noexcept {
  const Ref types = attribute(self, known(self).state->names.exception_types);
  if (!types) return nullptr;
  const int found = PyObject_IsInstance(exception, types.get());
  return found < 0 ? nullptr : PyBool_FromLong((found == 1) == kWanted);
}

PyMethodDef kCheckType[] = {
    {"_check", check_type<true>, METH_O, "Whether the exception is of one of the types."},
    {nullptr, nullptr, 0, nullptr},
};

PyMethodDef kCheckNotType[] = {
    {"_check", check_type<false>, METH_O, "Whether the exception is of none of the types."},
    {nullptr, nullptr, 0, nullptr},
};

}  // namespace

PyObject* ask_each(const Ref& strategies, PyObject* retry_state, bool decides) noexcept {
  if (!strategies) return nullptr;
  const RecursionGuard guard(" while combining strategies");
  if (!guard) return nullptr;
  const Ref each = Ref::steal(PyObject_GetIter(strategies.get()));
  if (!each) return nullptr;
  while (const Ref strategy = Ref::steal(PyIter_Next(each.get()))) {
    const Ref verdict = Ref::steal(PyObject_CallOneArg(strategy.get(), retry_state));
    if (!verdict) return nullptr;
    const int truth = PyObject_IsTrue(verdict.get());
    if (truth < 0) return nullptr;
    if ((truth == 1) == decides) return PyBool_FromLong(decides);
  }
  if (PyErr_Occurred()) return nullptr;
  return PyBool_FromLong(!decides);
}

int has_cause(PyObject* exception, PyObject* types) noexcept {
  // A chain of causes may be a circle (`raise error from error`): the fast pointer meets the slow.
  Ref slow = Ref::share(exception);
  Ref cause = Ref::steal(PyException_GetCause(exception));
  for (bool odd = true; cause; odd = !odd) {
    const int found = PyObject_IsInstance(cause.get(), types);
    if (found != 0) return found;
    if (cause.get() == slow.get()) return 0;
    cause = Ref::steal(PyException_GetCause(cause.get()));
    if (!odd) {
      slow = Ref::steal(PyException_GetCause(slow.get()));
      if (!slow) return 0;
    }
  }
  return 0;
}

PyCFunction type_check(bool wanted) noexcept {
  return wanted ? &check_type<true> : &check_type<false>;
}

bool add_conditions(PyObject* module) noexcept {
  static constexpr StrategyKind kKinds[] = {
      strategy_kind<never>(Kind::retry_never, "mainstay.retry._native.RetryNever", "False."),
      strategy_kind<always>(Kind::retry_always, "mainstay.retry._native.RetryAlways", "True."),
      strategy_kind<if_exception<Kind::retry_if_exception, false>>(
          Kind::retry_if_exception, "mainstay.retry._native.RetryIfException",
          "self.predicate(exception); False after a result."),
      strategy_kind<if_exception<Kind::retry_if_exception_type, false>>(
          Kind::retry_if_exception_type, "mainstay.retry._native.RetryIfExceptionType",
          "Whether the exception is of self.exception_types.", kCheckType),
      strategy_kind<if_exception<Kind::retry_if_not_exception_type, false>>(
          Kind::retry_if_not_exception_type, "mainstay.retry._native.RetryIfNotExceptionType",
          "Whether the exception is of no type of self.exception_types.", kCheckNotType),
      strategy_kind<if_exception<Kind::retry_unless_exception_type, true>>(
          Kind::retry_unless_exception_type, "mainstay.retry._native.RetryUnlessExceptionType",
          "The same, and True after a result.", kCheckNotType),
      strategy_kind<if_exception<Kind::retry_unless_exception, true>>(
          Kind::retry_unless_exception, "mainstay.retry._native.RetryUnlessException",
          "self.predicate(exception); True after a result."),
      strategy_kind<if_cause_type>(
          Kind::retry_if_exception_cause_type, "mainstay.retry._native.RetryIfExceptionCauseType",
          "Whether a cause of the exception is of self.exception_cause_types."),
      strategy_kind<if_result<true>>(Kind::retry_if_result, "mainstay.retry._native.RetryIfResult",
                                     "self.predicate(result); False after an exception."),
      strategy_kind<if_result<false>>(Kind::retry_if_not_result,
                                      "mainstay.retry._native.RetryIfNotResult",
                                      "not self.predicate(result); False after an exception."),
      strategy_kind<combined<true>>(Kind::retry_any, "mainstay.retry._native.RetryAny",
                                    "True when one of self.retries says so."),
      strategy_kind<combined<false>>(Kind::retry_all, "mainstay.retry._native.RetryAll",
                                     "False when one of self.retries says so."),
  };
  return add_strategies(module, kKinds);
}

}  // namespace mainstay::binding::retry
