// tree.hpp - a call tree as a Python object.
#pragma once

#include "binding/profile/module.hpp"
#include "binding/support/native_type.hpp"
#include "mainstay/profile/tree.hpp"

namespace mainstay::binding::profile {

// The tree of a recording; `start` is a list of str, or None. Empty with an exception set.
[[nodiscard]] Ref make_tree(State& state, const mainstay::profile::Recording& recording,
                            PyObject* start);

}  // namespace mainstay::binding::profile
