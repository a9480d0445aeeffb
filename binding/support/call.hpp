// call.hpp - taking the one argument of a strategy's `__call__`, and calling strategies back.
#pragma once

#include "binding/support/python.hpp"
#include "binding/support/ref.hpp"

namespace mainstay::binding {

// The single argument of `self(argument)`, given by position or as `name=argument`. Borrowed from
// the caller's tuple or dict. Null with TypeError set when the call does not fit, in the words
// Python itself uses for a method with that signature.
[[nodiscard]] PyObject* single_argument(PyObject* self, PyObject* args, PyObject* kwargs,
                                        PyObject* name) noexcept;

// Counts one level of native recursion for as long as it lives. Trees of strategies may be built
// to any depth by a program, and decorated functions may call themselves; a RecursionError must
// come before the C stack ends, also when the program raised the recursion limit. Python 3.14 looks
// at the stack by itself. Before, it counts calls, and before 3.12 by that limit alone; there, and
// in threads with small stacks, this looks as well.
class RecursionGuard {
 public:
  // `where` ends the sentence "maximum recursion depth exceeded": " while ...".
  explicit RecursionGuard(const char* where) noexcept : entered_(enter(where)) {}
  RecursionGuard(const RecursionGuard&) = delete;
  RecursionGuard& operator=(const RecursionGuard&) = delete;
  ~RecursionGuard() {
    if (entered_) Py_LeaveRecursiveCall();
  }
  [[nodiscard]] explicit operator bool() const noexcept { return entered_; }

 private:
  static bool enter(const char* where) noexcept;

  bool entered_;
};

}  // namespace mainstay::binding
