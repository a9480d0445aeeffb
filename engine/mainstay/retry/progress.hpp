// progress.hpp - what a strategy may look at when it decides. Knows no clock and no outcome.
#pragma once

#include <cstdint>

#include "mainstay/base/time.hpp"

namespace mainstay::retry {

struct Progress {
  std::uint64_t attempt = 1;  // the attempt that just ended, counted from 1
  Seconds since_start{};      // from the start of the call to the end of that attempt
  Seconds upcoming_sleep{};   // what the wait strategy just answered; before that, its last answer
  Seconds idle{};             // all sleeps so far

  friend bool operator==(const Progress&, const Progress&) = default;
};

}  // namespace mainstay::retry
