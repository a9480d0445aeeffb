// module.hpp - what the files of `mainstay.retry._native` share: the module's state and its types.
#pragma once

#include "binding/support/python.hpp"
#include "binding/support/ref.hpp"

namespace mainstay::binding::retry {

// Attribute names looked up in every call, interned once per module.
struct Names {
  Ref retry_state, attempt_number, seconds_since_start, upcoming_sleep, outcome, exception;
  Ref max_attempt_number, max_delay, event, is_set, stops;
  Ref wait_fixed, wait_random_min, wait_random_max, start, increment, max, min, multiplier,
      exp_base, jitter, wait_funcs, strategies, predicate;
  Ref namespace_, random, uniform;
};

struct ModuleState {
  Names names;
  // `mainstay.retry._arithmetic`: the same formulas over any Python number. Imported when first
  // needed; null until then.
  Ref arithmetic;
};

extern PyModuleDef module_definition;

// The state behind a bound strategy; null with an exception set when there is none.
[[nodiscard]] ModuleState* state_of(PyObject* self) noexcept;

// `mainstay.retry._arithmetic.<function>(*arguments)`: the general path of a strategy whose numbers
// are not plain floats. New reference.
[[nodiscard]] PyObject* general(ModuleState& state, const char* function, PyObject* first,
                                PyObject* second = nullptr, PyObject* third = nullptr) noexcept;

// Each adds its types to the module; false with an exception set on failure.
[[nodiscard]] bool add_turn(PyObject* module) noexcept;
[[nodiscard]] bool add_stop_types(PyObject* module) noexcept;
[[nodiscard]] bool add_wait_types(PyObject* module) noexcept;

// Creates a heap type from `spec` (deriving from `base` when given) and adds it under its own name.
[[nodiscard]] Ref add_type(PyObject* module, PyType_Spec& spec, PyObject* base = nullptr) noexcept;

}  // namespace mainstay::binding::retry
