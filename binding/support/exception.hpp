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

// The attributes `raise error from cause` sets inside `except ... as cause`. After
// raise_statement(), which sets the context anew.
void set_cause(PyObject* error, PyObject* cause) noexcept;

// Makes an exception the one that is being handled for as long as this lives, as the body of an
// `except` clause does: it becomes the context of whatever is raised meanwhile. The exception is
// kept alive by the caller.
class Handling {
 public:
  explicit Handling(PyObject* error) noexcept;
  Handling(const Handling&) = delete;
  Handling& operator=(const Handling&) = delete;
  ~Handling();

 private:
  PyThreadState* thread_;
  // An entry of the interpreter's stack of handled exceptions, as a running generator has one.
  _PyErr_StackItem entry_;
};

}  // namespace mainstay::binding
