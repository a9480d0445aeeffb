// native_table.hpp - plugins that were written in another language, as Python objects.
//
// A NativeTable keeps what a plugin's table (engine/mainstay/plugins/abi.h) offers; a
// NativeFunction calls one implementation of it. The Python face makes a plugin of them that any
// PluginManager takes, for a NativeFunction bound to its table looks to a manager like a method of
// Python's.
#pragma once

#include "binding/plugins/module.hpp"

namespace mainstay::binding::plugins {

// Adds NativeTable, NativeFunction and NativePluginError to the module; false with an exception
// set.
[[nodiscard]] bool add_native_table_types(PyObject* module) noexcept;

}  // namespace mainstay::binding::plugins
