// result.hpp - what an old-style wrapper is handed: the outcome of the calls inside it.
#pragma once

#include "binding/plugins/module.hpp"

namespace mainstay::binding::plugins {

// A value or an exception, and the traceback that exception had when it got here. Any of them null
// until the constructor has run.
struct ResultObject {
  PyObject_HEAD PyObject* value;
  PyObject* error;      // None when there is none
  PyObject* traceback;  // None when there is none
};

[[nodiscard]] inline ResultObject& as_result(PyObject* self) noexcept {
  return *reinterpret_cast<ResultObject*>(self);
}

// A Result of the door's class; null stands for "none". Empty with an exception set.
[[nodiscard]] Ref new_result(const DoorObject& door, PyObject* value, PyObject* error) noexcept;

// What get_result() returns, or null with the exception it raises.
[[nodiscard]] PyObject* get_result(PyObject* result) noexcept;

}  // namespace mainstay::binding::plugins
