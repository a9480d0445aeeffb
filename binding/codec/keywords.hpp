// keywords.hpp - arguments by name of functions whose other arguments are positional only.
#pragma once

#include <cstring>
#include <span>

#include "binding/codec/struct_methods.hpp"

namespace mainstay::binding::codec {

struct Keyword {
  const char* name;
  PyObject** value;
};

// Takes arguments of a vectorcall: exactly `positional` by position, those of `keywords` by name.
// False with TypeError set.
[[nodiscard]] inline bool take_keywords(PyObject* const* args, Py_ssize_t nargs, PyObject* names,
                                        Py_ssize_t least, Py_ssize_t most,
                                        std::span<const Keyword> keywords) noexcept {
  if (!check_positional(nargs, least, most)) return false;
  const Py_ssize_t named = names == nullptr ? 0 : PyTuple_GET_SIZE(names);
  for (Py_ssize_t i = 0; i < named; ++i) {
    bool found = false;
    for (const Keyword& each : keywords) {
      if (PyUnicode_CompareWithASCIIString(PyTuple_GET_ITEM(names, i), each.name) != 0) continue;
      *each.value = args[nargs + i];
      found = true;
    }
    if (!found) {
      PyErr_SetString(PyExc_TypeError, "Extra keyword arguments provided");
      return false;
    }
  }
  return true;
}

// Whether an object is initialised for the first time: a call that is under way, and from whose
// hook a second __init__ may come, uses what the first was given. False: TypeError is set.
[[nodiscard]] inline bool is_first_init(const Ref& module, const char* type) noexcept {
  if (!module) return true;
  PyErr_Format(PyExc_TypeError, "%s.__init__() was called before; make another %s", type, type);
  return false;
}

// None means that none is given. False with TypeError set when it cannot be called.
[[nodiscard]] inline bool take_hook(PyObject*& hook, const char* name) noexcept {
  if (hook == Py_None) hook = nullptr;
  if (hook == nullptr || PyCallable_Check(hook) != 0) return true;
  PyErr_Format(PyExc_TypeError, "%s must be callable", name);
  return false;
}

// Calls a function that may throw std::bad_alloc.
template <class Function>
PyObject* guarded(Function function) noexcept {
  try {
    return function().release();
  } catch (const std::bad_alloc&) {
    return PyErr_NoMemory();
  }
}

}  // namespace mainstay::binding::codec
