// coroutine.hpp - which callables are awaited, and what awaiting an object means.
#pragma once

#include "binding/retry/module.hpp"

namespace mainstay::binding::retry {

// What `await object` iterates over. Takes an empty `object` as an exception that is set already;
// empty with an exception set, TypeError in Python's words when it cannot be awaited.
[[nodiscard]] Ref awaited(Ref object) noexcept;

// Whether what calling `callable` gives is to be awaited: 1, 0, or -1 with an exception set.
[[nodiscard]] int is_awaited(ModuleState& state, PyObject* callable) noexcept;

}  // namespace mainstay::binding::retry
