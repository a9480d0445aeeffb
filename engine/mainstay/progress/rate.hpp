// rate.hpp - how fast it goes: a smoothed average, and from it when to look at the clock again.
//
// Values; time is seconds that the caller measured.
#pragma once

#include <cmath>
#include <cstdint>

namespace mainstay::progress {

// An exponential moving average without the bias of its beginning: the first value is the average,
// however small its weight.
class Ema {
 public:
  explicit Ema(double smoothing = 0.3) noexcept : smoothing_(smoothing) {}

  // Takes `value` in and returns the average.
  double add(double value) noexcept {
    last_ = smoothing_ * value + (1 - smoothing_) * last_;
    ++calls_;
    return average();
  }

  // 0 before the first value.
  [[nodiscard]] double average() const noexcept {
    if (calls_ == 0) return last_;
    return last_ / (1 - std::pow(1 - smoothing_, static_cast<double>(calls_)));
  }

  [[nodiscard]] double smoothing() const noexcept { return smoothing_; }
  [[nodiscard]] double last() const noexcept { return last_; }
  [[nodiscard]] std::int64_t calls() const noexcept { return calls_; }

 private:
  double smoothing_;
  double last_ = 0;
  std::int64_t calls_ = 0;
};

// How a bar finds how many counts apart it looks at the clock.
struct Pace {
  double mininterval = 0.1;  // seconds between two drawings at least
  double maxinterval = 10;   // seconds a drawing may be late; 0: any
  double smoothing = 0.3;    // 0: the most that were counted between two drawings

  // After a drawing: `counted` in `spent` seconds. `average` is the bar's own for this; `before` is
  // what held until now.
  [[nodiscard]] double next(double counted, double spent, Ema& average,
                            double before) const noexcept {
    if (maxinterval != 0 && spent >= maxinterval) {
      return counted * (mininterval != 0 ? mininterval : maxinterval) / spent;
    }
    if (smoothing != 0) {
      return average.add(counted * (mininterval != 0 && spent != 0 ? mininterval / spent : 1));
    }
    return before > counted ? before : counted;
  }
};

}  // namespace mainstay::progress
