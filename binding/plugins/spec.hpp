// spec.hpp - the specification of a hook: its arguments, their defaults, its options.
#pragma once

#include "binding/plugins/module.hpp"

namespace mainstay::binding::plugins {

struct SpecObject {
  PyObject_HEAD PyObject* space;  // the module or class it stands in
  PyObject* name;
  PyObject* function;
  PyObject* argnames;
  PyObject* kwargnames;
  PyObject* kwargdefaults;
  PyObject* opts;
  PyObject* warn_on_impl;
  PyObject* warn_on_impl_args;
};

[[nodiscard]] inline SpecObject& as_spec(PyObject* self) noexcept {
  return *reinterpret_cast<SpecObject*>(self);
}

// Whether `object` is of a door's own class, complete, and its fields are of the kinds the
// constructor gives them.
[[nodiscard]] bool is_plain_spec(const ModuleState& state, PyObject* object) noexcept;

}  // namespace mainstay::binding::plugins
