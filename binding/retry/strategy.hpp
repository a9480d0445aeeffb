// strategy.hpp - how a strategy becomes a Python type: attributes by name, one verdict function.
//
// A strategy reads its attributes by name, so that subclasses, properties and later assignments
// behave as on any Python object. It is evaluated by the engine when its numbers are plain floats
// and counts, and by Python's own operators otherwise (a Fraction put into a state by a test, say):
// same order, same result object.
//
// Attributes live in an ordinary dict that is handed out as `__dict__`. Those that a plan reads are
// fields (field.hpp), so a compiled policy (plan.hpp) knows when what it read is no longer true:
// `watched` says that some plan read this object, `exposed` that a program holds the dict itself
// and may write unseen.
#pragma once

#include <cstdint>
#include <span>

#include "binding/retry/module.hpp"
#include "binding/support/call.hpp"

namespace mainstay::binding::retry {

// What a strategy's call does, for the compiler of plans; `opaque` is anything it does not know.
enum class Kind : std::uint8_t {
  opaque,
  stop_never,
  stop_after_attempt,
  stop_after_delay,
  stop_before_delay,
  stop_when_event_set,
  stop_any,
  stop_all,
  wait_fixed,
  wait_random,
  wait_incrementing,
  wait_exponential,
  wait_random_exponential,
  wait_exponential_jitter,
  wait_chain,
  wait_combine,
  wait_exception,
  retry_never,
  retry_always,
  retry_if_exception,
  retry_if_exception_type,
  retry_if_not_exception_type,
  retry_unless_exception,
  retry_unless_exception_type,
  retry_if_exception_cause_type,
  retry_if_result,
  retry_if_not_result,
  retry_any,
  retry_all,
};

// What `strategy(retry_state)` answers: a new reference, or null with an exception set.
using Verdict = PyObject* (*)(ModuleState& state, PyObject* self, PyObject* retry_state) noexcept;

struct Answer;

struct StrategyObject {
  PyObject_HEAD vectorcallfunc vectorcall;
  ModuleState* state;  // lives as long as the type of this object, which refers to its module
  PyObject* attributes;
  Verdict verdict;        // what the native type answers; null when Python overrides the call
  ternaryfunc call;       // the native type's tp_call, to notice when Python patches it
  Answer* answer;         // owned; see plan.hpp
  PyTypeObject* adopted;  // borrowed: the type of this object, if it is one of a door's own
  Kind kind;
  bool watched;
  bool exposed;
  bool answerless;  // there can be none as long as the attributes are what they are
};

[[nodiscard]] inline StrategyObject& as_strategy(PyObject* self) noexcept {
  return *reinterpret_cast<StrategyObject*>(self);
}

// Fills in what the type knows about a new object.
StrategyObject& introduce(PyObject* self) noexcept;

// What programs and the interpreter call when nothing stands in between: no tuple, no dict.
[[nodiscard]] PyObject* quick_call(PyObject* self, PyObject* const* args, std::size_t nargsf,
                                   PyObject* kwnames) noexcept;

// The object with its own part filled in. Done when first needed and not by a constructor: old
// pickles make their objects by object.__new__(), which refuses types that have one.
[[nodiscard]] inline StrategyObject& known(PyObject* self) noexcept {
  StrategyObject& strategy = as_strategy(self);
  return strategy.state == nullptr ? introduce(self) : strategy;
}

[[nodiscard]] inline Ref attribute(PyObject* object, const Ref& name) noexcept {
  return Ref::steal(PyObject_GetAttr(object, name.get()));
}

// A strategy type as the module makes it.
struct StrategyKind {
  Kind kind;
  const char* name;
  const char* doc;
  Verdict verdict;
  ternaryfunc call;
  PyMethodDef* methods;
};

template <Verdict verdict>
PyObject* call_strategy(PyObject* self, PyObject* args, PyObject* kwargs) noexcept {
  ModuleState& state = *known(self).state;
  PyObject* retry_state = single_argument(self, args, kwargs, state.names.retry_state.get());
  if (retry_state == nullptr) return nullptr;
  return verdict(state, self, retry_state);
}

// One call function per verdict: `super().__call__()` reaches the base's, whatever the object is.
template <Verdict verdict>
[[nodiscard]] constexpr StrategyKind strategy_kind(Kind kind, const char* name, const char* doc,
                                                   PyMethodDef* methods = nullptr) noexcept {
  return {kind, name, doc, verdict, &call_strategy<verdict>, methods};
}

// `adopt(cls)`: says that cls is one of the doors' own strategy classes. New reference to it.
[[nodiscard]] PyObject* adopt(PyObject* module, PyObject* type) noexcept;

// `to_seconds(unit)`: a number of seconds, or the length of a timedelta, as a float. New reference.
[[nodiscard]] PyObject* to_seconds(PyObject* module, PyObject* unit) noexcept;

// Makes the types of these kinds, for all to see; false with an exception set on failure.
[[nodiscard]] bool add_strategies(PyObject* module, std::span<const StrategyKind> kinds) noexcept;

// any() (`decides` true) or all() (false) over strategies called with the state, left to right and
// no further than needed. New reference to a bool, null with an exception set; takes an empty
// `strategies` as an exception that is set already.
[[nodiscard]] PyObject* ask_each(const Ref& strategies, PyObject* retry_state,
                                 bool decides) noexcept;

// Whether a cause of `exception`, however far down, is an instance of `types`: 1, 0 or -1 with an
// exception set.
[[nodiscard]] int has_cause(PyObject* exception, PyObject* types) noexcept;

// The C function behind `_check` of the strategies that want (or do not want) certain types.
[[nodiscard]] PyCFunction type_check(bool wanted) noexcept;

// Whether `object` is an instance of one of the doors' own strategy classes whose call is still
// the native one: what a plan may read. If it is `exposed`, its attributes may change unseen.
[[nodiscard]] bool is_transparent(ModuleState& state, PyObject* object) noexcept;

// The attribute as it stands in the strategy's own dict. Borrowed; null without an exception when
// it is not there.
[[nodiscard]] PyObject* own_attribute(PyObject* strategy, const Ref& name) noexcept;

}  // namespace mainstay::binding::retry
