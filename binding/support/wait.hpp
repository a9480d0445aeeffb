// wait.hpp - waiting without the interpreter, and hearing Ctrl-C within 50 milliseconds.
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>

#include "binding/support/gil.hpp"
#include "binding/support/python.hpp"

namespace mainstay::binding {

enum class Waited { kReady, kTimedOut, kRaised };

// Signal handlers run in Python's main thread, between two slices of at most this length.
inline constexpr std::chrono::milliseconds kLongestSlice{40};

// Calls `wait_slice(milliseconds)`, which waits at most so long and returns whether what is waited
// for has come, without the interpreter, until it has, until `limit` has passed (none: for ever),
// or until a signal handler raised. `wait_slice` may also return early, on EINTR for one, and must
// touch no Python object. kRaised: an exception is set.
template <class WaitSlice>
[[nodiscard]] Waited wait_interruptibly(WaitSlice wait_slice,
                                        std::optional<std::chrono::nanoseconds> limit) {
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  for (;;) {
    auto slice = kLongestSlice;
    if (limit) {
      const auto left = *limit - (Clock::now() - start);
      if (left <= std::chrono::nanoseconds::zero()) slice = std::chrono::milliseconds::zero();
      // Rounded up: a slice of zero would be a busy loop during the last millisecond.
      slice = std::clamp(std::chrono::ceil<std::chrono::milliseconds>(left),
                         std::chrono::milliseconds::zero(), slice);
    }
    bool ready = false;
    {
      const Unlocked gil;
      ready = wait_slice(slice);
    }
    if (ready) return Waited::kReady;
    if (PyErr_CheckSignals() != 0) return Waited::kRaised;
    if (limit && Clock::now() - start >= *limit) return Waited::kTimedOut;
  }
}

}  // namespace mainstay::binding
