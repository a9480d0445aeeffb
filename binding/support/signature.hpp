// signature.hpp - arguments by position or by name, refused in Python's words for its own
// functions.
//
// For native functions that stand where programs know one of Python: PyArg_ParseTupleAndKeywords()
// has words of its own.
#pragma once

#include <cstddef>
#include <span>

#include "binding/support/python.hpp"

namespace mainstay::binding {

struct Signature {
  const char* name;   // as messages spell it, such as "HookCaller.call_extra"
  const char* bound;  // what the function is bound to, "self"; null when to nothing, or unseen
  std::span<const char* const> parameters;
  std::size_t required;  // so many of them have no default
};

// Puts the arguments where they belong: `given` has room for all parameters, null where nothing was
// given. Borrowed from the caller's. False with TypeError set.
[[nodiscard]] bool take_arguments(const Signature& signature, PyObject* args, PyObject* kwargs,
                                  PyObject** given) noexcept;

// The same for a vectorcall without flags.
[[nodiscard]] bool take_arguments(const Signature& signature, PyObject* const* args,
                                  Py_ssize_t nargs, PyObject* kwnames, PyObject** given) noexcept;

}  // namespace mainstay::binding
