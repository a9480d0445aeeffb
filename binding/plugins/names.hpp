// names.hpp - which arguments a function asks for by name, read from its code object.
#pragma once

#include "binding/plugins/module.hpp"

namespace mainstay::binding::plugins {

struct ArgumentNames {
  Ref required;  // tuple of str: positional parameters without a default
  Ref optional;  // tuple of str: those with one
};

// The parameters of `function`, without the one a method is bound to; keyword-only ones are not
// among them. Of a class those of its __init__, of an object with __call__ those of that; wrapped
// functions are followed. Both empty for what has no code to read. False with an exception set when
// reading raised.
//
// `specification`: a method that does not begin with self or cls is not cut, and warned about; with
// a `door` the warning points where that says, otherwise at the line that runs.
[[nodiscard]] bool read_names(const ModuleState& state, PyObject* function, bool specification,
                              ArgumentNames& names, DoorObject* door = nullptr) noexcept;

// Whether it is a function of Python that wraps no other: its fields say all there is to know.
[[nodiscard]] bool is_plain_function(const ModuleState& state, PyObject* function) noexcept;

// The innermost function behind `__wrapped__`. Empty with ValueError set for a loop.
[[nodiscard]] Ref unwrap(const ModuleState& state, PyObject* function) noexcept;

// `varnames(func, *, legacy_noself=False)`.
[[nodiscard]] PyObject* varnames(PyObject* module, PyObject* args, PyObject* kwargs) noexcept;

}  // namespace mainstay::binding::plugins
