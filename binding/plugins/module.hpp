// module.hpp - what the files of `mainstay.plugins._native` share: the module's state and its
// doors.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "binding/support/python.hpp"
#include "binding/support/ref.hpp"
#include "binding/support/type.hpp"

namespace mainstay::binding::plugins {

// Which way a hook call went; see paths.cpp for the words.
enum class Way : std::uint8_t {
  native,       // by the plan, arguments from the caller's stack
  monitored,    // somebody watches the calls: they see a dict
  history,      // the call is kept, or replayed
  extra,        // call_extra
  overridden,   // the manager's _hookexec or _inner_hookexec is not the native one
  subclass,     // the caller's class is not a door's own
  foreign,      // an implementation or the specification is not made of native parts
  multicall,    // the call loop was called directly, with a dict
  without_gil,  // the interpreter runs without its lock
  awaited,      // an awaited call that is not made step by step
  count_,
};

// What happened beside the way itself.
enum class Event : std::uint8_t {
  plan,      // a call plan was built
  keywords,  // a set of keywords was met for the first time
  subset,    // a subset was filtered anew
  count_,
};

// Attribute and key names looked up in every call, interned once per module.
struct Names {
  Ref firstresult, historic, specname, warn_on_impl, warn_on_impl_args;
  Ref wrapper, hookwrapper, optionalhook, tryfirst, trylast;
  Ref function, argnames, kwargnames, plugin, plugin_name, opts;
  Ref name, spec, hookexec, hookimpls, call_history, kwargdefaults, inner_hookexec;
  Ref apply_defaults, verify, is_historic;
  Ref send, throw_, close, value, gi_code, self;
  Ref init, call, func, code, defaults, qualname, wrapped, get, set, delete_;
  Ref waterfall, collect_errors, reported, await;
};

// One of the two faces over these types: which of its classes native code makes and raises.
struct DoorObject {
  PyObject_HEAD PyObject* hook_impl;
  PyObject* hook_caller;
  PyObject* subset_hook_caller;
  PyObject* hook_spec;
  PyObject* result;
  PyObject* call_error;
  PyObject* teardown_warning;
  PyObject* teardown_advice;  // the last sentence of that warning, a str
  PyObject* multicall;        // the native call loop for this door: a built-in function
  PyObject* answers;          // loads the three that follow, which are null until they are needed
  PyObject* answer;
  PyObject* report;
  PyObject* errors;     // errors(hook_name, answers): one error of several
  PyObject* spec_file;  // where warnings about specifications point; None: at the line that runs
  PyObject* warned;     // which ones were given; null before the first
  bool strict;          // whether calls are refused that the peer warns of or lets pass
};

[[nodiscard]] inline DoorObject& as_door(PyObject* self) noexcept {
  return *reinterpret_cast<DoorObject*>(self);
}

struct ModuleState {
  Names names;
  Ref door_type, impl_type, spec_type, result_type, caller_type, manager_type, monitor_type;
  Ref answer_type, report_type, special_type, steps_type;
  Ref native_function_type, native_error;  // see native_table.hpp
  std::vector<Ref> doors;                  // in order of creation
  // Counts assignments to HookImpl and HookSpec fields: a plan made before one is not trusted.
  std::uint64_t epoch = 0;
  bool without_gil = false;
  std::array<std::uint64_t, static_cast<std::size_t>(Way::count_)> ways{};
  std::array<std::uint64_t, static_cast<std::size_t>(Event::count_)> events{};

  void count(Way way) noexcept { ++ways[static_cast<std::size_t>(way)]; }
  void count(Event event) noexcept { ++events[static_cast<std::size_t>(event)]; }
};

extern PyModuleDef module_definition;

[[nodiscard]] inline ModuleState& state_in(PyObject* module) noexcept {
  return *static_cast<ModuleState*>(PyModule_GetState(module));
}

// The state of the module that the object's type, or a base of it, was created for. Never null for
// objects of bound types; null with SystemError set otherwise.
[[nodiscard]] ModuleState* state_of(PyObject* self) noexcept;

// The door whose `kind` class is `type` or a base of it; null without an exception when none is.
[[nodiscard]] DoorObject* door_of(const ModuleState& state, PyTypeObject* type,
                                  PyObject* DoorObject::* kind) noexcept;

// Each adds its types to the module; false with an exception set on failure.
[[nodiscard]] bool add_door_type(PyObject* module) noexcept;
[[nodiscard]] bool add_impl_type(PyObject* module) noexcept;
[[nodiscard]] bool add_spec_type(PyObject* module) noexcept;
[[nodiscard]] bool add_result_type(PyObject* module) noexcept;
[[nodiscard]] bool add_caller_type(PyObject* module) noexcept;
[[nodiscard]] bool add_manager_type(PyObject* module) noexcept;
[[nodiscard]] bool add_switches_type(PyObject* module) noexcept;
[[nodiscard]] bool add_answer_types(PyObject* module) noexcept;
[[nodiscard]] bool add_special_type(PyObject* module) noexcept;
[[nodiscard]] bool add_steps_type(PyObject* module) noexcept;

// `paths()`: from the way calls went to how many did. See paths.cpp.
[[nodiscard]] PyObject* paths(PyObject* module, PyObject*) noexcept;

// `awaited()`: counts Way::awaited.
[[nodiscard]] PyObject* awaited(PyObject* module, PyObject*) noexcept;

// `plans()`: how many plans were made, and for what.
[[nodiscard]] PyObject* plans(PyObject* module, PyObject*) noexcept;

// `arrange(entries)`: the order that keeps all wishes. See arrange.cpp.
[[nodiscard]] PyObject* arrange_entries(PyObject* module, PyObject* entries) noexcept;

// Looks up an attribute the way hasattr() does: 1 found, 0 not there, -1 with an exception set.
[[nodiscard]] int look_up(PyObject* object, PyObject* name, Ref& found) noexcept;

}  // namespace mainstay::binding::plugins
