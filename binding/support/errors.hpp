// errors.hpp - the one table from the engine's errors to Python's exceptions.
#pragma once

#include "binding/support/python.hpp"
#include "binding/support/ref.hpp"
#include "mainstay/base/result.hpp"

namespace mainstay::binding {

// The built-in exception that stands for a code. Borrowed, never null.
[[nodiscard]] PyObject* exception_for(ErrorCode code) noexcept;

// Raises what stands for the error, with its message: an OSError has its number too. Always null,
// so that a function can end with `return raise_error(error);`.
PyObject* raise_error(const Error& error) noexcept;

// The same with an exception class of the capability's own.
PyObject* raise_error(PyObject* exception, const Error& error) noexcept;

}  // namespace mainstay::binding
