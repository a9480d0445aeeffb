// freeze.hpp - freeze() and thaw().
#pragma once

#include "binding/persistent/module.hpp"

namespace mainstay::binding::persistent {

// `object` with its dicts, lists and sets made persistent; with `strict` also those that persistent
// collections hold. Throws Raised.
[[nodiscard]] Ref freeze(State& state, PyObject* object, bool strict);

// `object` with its persistent collections made dicts, lists and sets; with `strict` also those
// that dicts and lists hold. Throws Raised.
[[nodiscard]] Ref thaw(State& state, PyObject* object, bool strict);

}  // namespace mainstay::binding::persistent
