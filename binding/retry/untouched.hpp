// untouched.hpp - whether the clock, the sleep and the randomness a program would meet are still
// Python's own.
//
// Programs patch `time.monotonic`, `time.sleep`, `random.random`, `random.uniform`, or the name of
// the module where it is used (freezegun, time-machine, mock). The native path asks here, per call,
// by identity; only when nothing was touched does it read the clock or draw by itself.
#pragma once

#include "binding/retry/module.hpp"

namespace mainstay::binding::retry {

// The version of a dict: no other dict ever has it, and this one not again once it was written to.
// 0 where Python keeps none.
[[nodiscard]] inline std::uint64_t version_of(PyObject* dict) noexcept {
#if PY_VERSION_HEX < 0x030C0000
  return reinterpret_cast<PyDictObject*>(dict)->ma_version_tag;
#else
  (void)dict;
  return 0;
#endif
}

// Remembers the clock and the sleep as they are now; false with an exception set on failure.
[[nodiscard]] bool remember_clock(ModuleState& state) noexcept;

// The same for the randomness, when it is what the standard library made it: two methods of one
// hidden generator.
[[nodiscard]] bool remember_random(ModuleState& state) noexcept;

// Whether `time` in the namespace is the time module with its own monotonic().
[[nodiscard]] bool clock_is_untouched(ModuleState& state, PyObject* names) noexcept;

// Whether `time` in the namespace is the time module with its own sleep(). Else `instead` is what
// the module has in its place, borrowed; null when it is not the module, or has none.
[[nodiscard]] bool sleep_is_untouched(ModuleState& state, PyObject* names,
                                      PyObject*& instead) noexcept;

// Whether `random` in the namespace is the random module with its own random() and uniform().
[[nodiscard]] bool random_is_untouched(ModuleState& state, PyObject* names) noexcept;

// What time.monotonic() would return now.
[[nodiscard]] double monotonic_now() noexcept;

// random.random(): a new float. Empty with an exception set.
[[nodiscard]] Ref draw(const ModuleState& state) noexcept;

// The same as a number; false with an exception set.
[[nodiscard]] bool draw(ModuleState& state, double& unit) noexcept;

// A sleep whose end time.sleep() can still count, in nanoseconds of 64 bits. With more the door's
// own sleep() is asked, as each door has its own answer to it.
inline constexpr double kLongestSleep = 4611686018.0;

// time.sleep(seconds), its errors included; false with an exception set.
[[nodiscard]] bool sleep_for(ModuleState& state, double seconds) noexcept;

}  // namespace mainstay::binding::retry
