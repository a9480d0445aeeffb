// signature.hpp - arguments by position or by name, refused in Python's words for its own
// functions.
//
// For native functions that stand where programs know one of Python: PyArg_ParseTupleAndKeywords()
// has words of its own.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <utility>

#include "binding/support/python.hpp"
#include "binding/support/type.hpp"

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

// `kFunction(self, parameter...)` called with arguments as the signature takes them. METH_NOARGS
// and METH_O would take no names, and have the words of the interpreter's own native functions.
template <const Signature& kSignature, auto kFunction>
PyObject* call_as_signed(PyObject* self, PyObject* const* args, Py_ssize_t nargs,
                         PyObject* kwnames) noexcept {
  constexpr std::size_t kCount = kSignature.parameters.size();
  std::array<PyObject*, kCount + 1> given;  // one more: no array is empty
  if (!take_arguments(kSignature, args, nargs, kwnames, given.data())) return nullptr;
  return [&]<std::size_t... at>(std::index_sequence<at...>) {
    return kFunction(self, given[at]...);
  }(std::make_index_sequence<kCount>{});
}

// The same for PyMethodDef, with METH_FASTCALL | METH_KEYWORDS.
template <const Signature& kSignature, auto kFunction>
[[nodiscard]] PyCFunction as_signed_method() noexcept {
  return as_method(&call_as_signed<kSignature, kFunction>);
}

}  // namespace mainstay::binding
