// scan.hpp - finding marked functions on a plugin or a namespace without running any of its code.
#pragma once

#include "binding/plugins/module.hpp"

namespace mainstay::binding::plugins {

// `find_hookable(owner, name)`: who carries the marker and what to call, as a tuple; None when the
// attribute is nothing that can be a hook.
[[nodiscard]] PyObject* find_hookable(PyObject* module, PyObject* const* args,
                                      Py_ssize_t nargs) noexcept;

// `marker_options(holder, attribute)`: the dict a marker left, or None.
[[nodiscard]] PyObject* marker_options(PyObject* module, PyObject* const* args,
                                       Py_ssize_t nargs) noexcept;

// `scan(owner, attribute)`: (name, function, options) of each marked attribute, in dir()'s order.
[[nodiscard]] PyObject* scan(PyObject* module, PyObject* const* args, Py_ssize_t nargs) noexcept;

}  // namespace mainstay::binding::plugins
