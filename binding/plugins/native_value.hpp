// native_value.hpp - Python objects as the values of a plugin's table, and back.
#pragma once

#include "binding/support/python.hpp"
#include "binding/support/ref.hpp"
#include "mainstay/plugins/abi.h"

namespace mainstay::binding::plugins {

// None, bool, int, float and str become values of their own kind, anything else an OBJECT. Views:
// `object` must stay alive as long as the value is used. False with an exception set for an int
// beyond 64 bits and a str that is no text.
[[nodiscard]] bool to_value(PyObject* object, mainstay_plugins_value& value) noexcept;

// Empty with an exception set for what is no value, or no UTF-8.
[[nodiscard]] Ref from_value(const mainstay_plugins_value& value) noexcept;

}  // namespace mainstay::binding::plugins
