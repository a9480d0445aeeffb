// counter.hpp - what a bar counted, and when it has to look at the clock.
//
// Reading a clock costs more than counting, so it is read when `miniters` were counted since the
// last drawing, and the bar is drawn when `mininterval` seconds passed as well. Values; the caller
// reads the clock, keeps threads apart and draws. `Glance` is for the innermost loop: one addition
// and two comparisons per item.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include "mainstay/progress/count.hpp"

namespace mainstay::progress {

struct Counter {
  Count n;
  Count printed_n;               // `n` when it was drawn
  Count miniters;                // counts between two looks at the clock
  Count printed_t = Count(0.0);  // when it was drawn, in seconds of the caller's clock
  Count start_t = Count(0.0);
  Count mininterval = Count(0.1);
  Count delay = Count(0.0);  // nothing is drawn so many seconds after the start

  // Counts `step` more, or less when below 0. False when the numbers get too large; nothing is
  // changed then.
  [[nodiscard]] bool add(Count step) noexcept {
    const auto now = sum(n, step);
    if (!now) return false;
    if (step.number() < 0) {  // what was taken back has to be counted again
      const auto printed = sum(printed_n, step);
      if (!printed) return false;
      printed_n = *printed;
    }
    n = *now;
    return true;
  }

  [[nodiscard]] bool wants_clock() const noexcept {
    const auto since = difference(n, printed_n);
    return since && since->number() >= miniters.number();
  }

  [[nodiscard]] bool is_due(double now) const noexcept {
    return now - printed_t.number() >= mininterval.number() &&
           now >= start_t.number() + delay.number();
  }
};

// The whole number of items from which on `since >= miniters` holds.
[[nodiscard]] inline std::int64_t first_of(double miniters) noexcept {
  constexpr auto kNever = std::numeric_limits<std::int64_t>::max();
  if (!(miniters < static_cast<double>(Count::kLargest))) return kNever;  // infinite, or no number
  if (miniters < -static_cast<double>(Count::kLargest)) return -Count::kLargest;
  return static_cast<std::int64_t>(std::ceil(miniters));
}

// Items since the last drawing, counted by a loop.
class Glance {
 public:
  // Counts an item; whether to look at the clock. `limit` is first_of(miniters).
  [[nodiscard]] bool count(std::int64_t limit) noexcept {
    ++since_;
    return since_ >= next_ && since_ >= limit;
  }

  // The clock was looked at, and it was too early. Where `miniters` follow the rate, they are going
  // to be about what is counted in an interval; looking at every 32nd part of it, and at every
  // eighth item at least, is no later than that will be.
  void too_early(bool follows_rate) noexcept {
    next_ = follows_rate ? since_ + std::min<std::int64_t>(since_ / 32, 8) : 0;
  }

  void begin(std::int64_t since) noexcept {
    since_ = since;
    next_ = 0;
  }

  [[nodiscard]] std::int64_t since() const noexcept { return since_; }

 private:
  std::int64_t since_ = 0;
  std::int64_t next_ = 0;
};

}  // namespace mainstay::progress
