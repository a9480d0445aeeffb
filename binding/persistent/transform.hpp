// transform.hpp - structure.transform(path, command, ...).
//
// Exact PMaps and PVectors are walked and changed here; every other structure on the way - records,
// checked collections, what a program made itself - is changed through its evolver, by the face,
// which comes back here for what lies below. Of several steps invariants are checked once, at the
// end: until then the face keeps evolvers in a dict, `pending`.
#pragma once

#include "binding/persistent/module.hpp"

namespace mainstay::binding::persistent {

// `structure`, changed along each of the paths. Throws Raised.
[[nodiscard]] Ref transform(PyObject* structure, PyObject* const* steps, Py_ssize_t count);

// One step: `structure` changed by `command` along `path`, a tuple, from its item `at` on.
// `pending` is a dict or None. Throws Raised.
[[nodiscard]] Ref transform_step(State& state, PyObject* structure, PyObject* path, Py_ssize_t at,
                                 PyObject* command, PyObject* pending);

}  // namespace mainstay::binding::persistent
