// manager.hpp - the native part of a PluginManager: who executes the calls of its hooks.
#pragma once

#include "binding/plugins/module.hpp"

namespace mainstay::binding::plugins {

struct ManagerObject {
  PyObject_HEAD PyObject*
      inner;  // `_inner_hookexec`: what executes a call; the door's multicall as a rule
};

[[nodiscard]] inline ManagerObject& as_manager(PyObject* self) noexcept {
  return *reinterpret_cast<ManagerObject*>(self);
}

// The manager when `hookexec` is its native `_hookexec`, not one of a subclass; borrowed from it.
[[nodiscard]] PyObject* native_manager(PyObject* hookexec) noexcept;

// Whether the object executes calls for somebody who watches them.
[[nodiscard]] bool is_monitor(const ModuleState& state, PyObject* inner) noexcept;

[[nodiscard]] bool add_monitor_type(PyObject* module) noexcept;

}  // namespace mainstay::binding::plugins
