// number.hpp - when a Python number may be computed with as a C++ double, and when it may not.
//
// Only exact floats qualify: an int, a Fraction, a Decimal or a subclass keeps Python's own
// arithmetic (and result type), which the callers reach by their general path.
#pragma once

#include <cstdint>
#include <optional>

#include "binding/support/python.hpp"

namespace mainstay::binding {

[[nodiscard]] inline std::optional<double> plain_float(PyObject* object) noexcept {
  if (!PyFloat_CheckExact(object)) return std::nullopt;
  return PyFloat_AS_DOUBLE(object);
}

// An exact int that is a sensible count; anything else (negative, huge, a Fraction) is not.
[[nodiscard]] inline std::optional<std::uint64_t> plain_count(PyObject* object) noexcept {
  if (!PyLong_CheckExact(object)) return std::nullopt;
  // Nearly always of one digit, which is there to be read.
#if PY_VERSION_HEX >= 0x030C0000
  const auto& number = *reinterpret_cast<PyLongObject*>(object);
  if (PyUnstable_Long_IsCompact(&number)) {
    const Py_ssize_t small = PyUnstable_Long_CompactValue(&number);
    if (small < 0) return std::nullopt;
    return static_cast<std::uint64_t>(small);
  }
#else
  if (Py_SIZE(object) == 1) return reinterpret_cast<PyLongObject*>(object)->ob_digit[0];
#endif
  int overflow = 0;
  const long long value = PyLong_AsLongLongAndOverflow(object, &overflow);
  if (overflow != 0 || value < 0) return std::nullopt;
  return static_cast<std::uint64_t>(value);
}

}  // namespace mainstay::binding
