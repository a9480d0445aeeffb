// transform.hpp - structure.transform(path, command, ...).
#pragma once

#include "binding/persistent/module.hpp"

namespace mainstay::binding::persistent {

// `structure`, a persistent collection, changed along each of the paths. Throws Raised.
[[nodiscard]] Ref transform(PyObject* structure, PyObject* const* steps, Py_ssize_t count);

}  // namespace mainstay::binding::persistent
