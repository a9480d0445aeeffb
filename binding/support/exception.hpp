// exception.hpp - an exception as an object: taken from the interpreter, raised again, chained.
//
// What Python's own statements do around a raise, for code that has no frame of its own. The
// interpreter is held by the caller throughout.
#pragma once

#include "binding/support/python.hpp"
#include "binding/support/ref.hpp"

namespace mainstay::binding {

// The exception that is set, with its traceback, as `except BaseException as error` has it. None is
// set afterwards. Empty when none was set.
[[nodiscard]] Ref take_exception() noexcept;

// `raise error`, the statement: what the caller is handling becomes its context.
void raise_statement(PyObject* error) noexcept;

// The attributes `raise error from cause` sets inside `except ... as cause`.
void set_cause(PyObject* error, PyObject* cause) noexcept;

// Says that `error` came up while `handled` was being handled, as a raise inside of an `except`
// does: `handled` goes to the end of what `error` has as its context already.
void set_context(PyObject* error, PyObject* handled) noexcept;

}  // namespace mainstay::binding
