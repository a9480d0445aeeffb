// lookup.hpp - finding an attribute without running anything: no descriptors, no __getattr__.
#pragma once

#include "binding/plugins/module.hpp"

namespace mainstay::binding::plugins {

// What `inspect.getattr_static(object, name, None)` finds: the value as it is stored on the object,
// on its class, or for a class on its metaclass. A new reference; empty without an exception when
// there is nothing, empty with one set when looking failed.
[[nodiscard]] Ref static_attribute(const ModuleState& state, PyObject* object,
                                   PyObject* name) noexcept;

// A value stored on the object itself; empty as above. Not for classes and modules.
[[nodiscard]] Ref stored_attribute(PyObject* object, PyObject* name) noexcept;

}  // namespace mainstay::binding::plugins
