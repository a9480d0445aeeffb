// module.hpp - what the files of `mainstay.retry._native` share: the module's state and its types.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "binding/support/python.hpp"
#include "binding/support/ref.hpp"
#include "binding/support/type.hpp"

namespace mainstay::binding::retry {

// Attribute names looked up in every call, interned once per module.
struct Names {
  Ref retry_state, attempt_number, seconds_since_start, upcoming_sleep, outcome, exception;
  Ref max_attempt_number, max_delay, event, is_set, stops;
  Ref wait_fixed, wait_random_min, wait_random_max, start, increment, max, min, multiplier,
      exp_base, jitter, wait_funcs, strategies, predicate;
  Ref namespace_, random, uniform;
  Ref failed, result, retries, exception_types, exception_cause_types;
  Ref time, monotonic, sleep, statistics, start_time, idle_for, delay_since_first_attempt;
  Ref stop, wait, retry, before, after, before_sleep, reraise, enabled, retry_error_cls,
      retry_error_callback, local, keep_exceptions, attempt_timeout;
  Ref future_result, future_exception, future_class;
  Ref init, last_attempt, wrapped, retry_with;
  Ref next_action, outcome_timestamp, tally, iter, iter_by_queue, iter_state, begin, prepare, door,
      name, running, newest_loop, state_class, manager_class, attempt, future_state, finished,
      enough, pause, update;
};

// Versions of a namespace and of a module's dict, for each door the newest; see untouched.hpp.
using SeenVersions = std::array<std::pair<std::uint64_t, std::uint64_t>, 2>;

// What the functions were when the module was loaded. Empty references mean "never native".
struct Originals {
  Ref time, monotonic, sleep;  // the module and two of its functions
  PyCFunction monotonic_call = nullptr, sleep_call = nullptr;
  Ref random, uniform, random_random;  // the module, the bound method, the built-in method
  // The dicts in which they were found untouched.
  SeenVersions clock_seen{}, sleep_seen{}, random_seen{};
  // Those in which another sleep was found, and that; borrowed from the dict as it was then.
  SeenVersions::value_type patched_seen{};
  PyObject* patched_sleep = nullptr;
};

struct ControllerKind;
struct StrategyKind;

// What gate.cpp found out about a controller class, for as long as it has this version.
struct KnownClass {
  unsigned int version = 0;
  ControllerKind* kind = nullptr;
  unsigned overrides = 0;
};

struct ModuleState {
  Names names;
  ModuleState();
  ~ModuleState();

  // The base type of all strategies, and the kinds made from it, in order of creation.
  Ref counters_type;  // the record of Counts
  Ref strategy_type, controller_type, call_type, state_type, awaiting_type, block_type, tally_type,
      async_block_type, outcome_type, field_type;
  std::vector<StrategyKind> kinds;
  // The classes of the doors, whose instances hold nothing but what their kind reads.
  std::vector<Ref> adopted;
  // Counts assignments to strategies that some plan has read; see strategy.hpp.
  std::uint64_t epoch = 0;
  // The doors' own controller classes.
  std::vector<std::unique_ptr<ControllerKind>> controllers;
  std::vector<Ref> state_classes;  // the doors' own RetryCallState classes
  Ref try_again;               // the class whose instances ask for another attempt, in either door
  std::array<Ref, 3> samples;  // functions more of which are made; see decorate.hpp
  Ref do_attempt, do_sleep;    // what iter() returns, the classes both doors' derive from
  std::array<KnownClass, 64> known_classes{};
  Originals originals;
  // The switch of mainstay.retry.testing. Every native loop looks at it before it starts and after
  // each outcome it is about to judge; while it is on, the Python loops decide.
  std::atomic<bool> testing{false};
  // Whether the interpreter runs without its lock although this module asks for it (PYTHON_GIL=0):
  // plans and answers kept between calls are not made for that, so calls go through Python.
  bool without_gil = false;
  // How many calls went which way; see paths.cpp. The first is the native path.
  std::array<std::uint64_t, 16> paths{};
  // `mainstay.retry._names.is_coroutine_callable`, for callables out of the ordinary. As below.
  Ref is_coroutine_callable;
  // `mainstay.retry._arithmetic`: the same formulas over any Python number. Imported when first
  // needed; null until then.
  Ref arithmetic;
};

extern PyModuleDef module_definition;

[[nodiscard]] inline ModuleState& state_in(PyObject* module) noexcept {
  return *static_cast<ModuleState*>(PyModule_GetState(module));
}

// `mainstay.retry._arithmetic.<function>(*arguments)`: the general path of a strategy whose numbers
// are not plain floats. New reference.
[[nodiscard]] PyObject* general(ModuleState& state, const char* function, PyObject* first,
                                PyObject* second = nullptr, PyObject* third = nullptr) noexcept;

// Each adds its types to the module; false with an exception set on failure.
[[nodiscard]] bool add_field_type(PyObject* module) noexcept;
[[nodiscard]] bool add_turn(PyObject* module) noexcept;
[[nodiscard]] bool add_conditions(PyObject* module) noexcept;
[[nodiscard]] bool add_strategy_base(PyObject* module) noexcept;
[[nodiscard]] bool add_stop_types(PyObject* module) noexcept;
[[nodiscard]] bool add_wait_types(PyObject* module) noexcept;
[[nodiscard]] bool add_controller_base(PyObject* module) noexcept;
[[nodiscard]] bool add_state_base(PyObject* module) noexcept;
[[nodiscard]] bool add_counters_type(PyObject* module) noexcept;
[[nodiscard]] bool add_call_type(PyObject* module) noexcept;
[[nodiscard]] bool add_awaiting_type(PyObject* module) noexcept;
[[nodiscard]] bool add_block_types(PyObject* module) noexcept;
[[nodiscard]] bool add_tally_type(PyObject* module) noexcept;
[[nodiscard]] bool add_async_block_type(PyObject* module) noexcept;
[[nodiscard]] bool add_outcome_type(PyObject* module) noexcept;

}  // namespace mainstay::binding::retry
