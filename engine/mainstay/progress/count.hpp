// count.hpp - a number that is whole or not: what is counted, and its arithmetic.
//
// Whole numbers stay exact; one that would not fit 2^53, where doubles begin to skip, is refused:
// callers then need other arithmetic. Values; nothing is allocated.
#pragma once

#include <cmath>
#include <cstdint>
#include <optional>

namespace mainstay::progress {

class Count {
 public:
  // What can be told from its neighbours as a double too.
  static constexpr std::int64_t kLargest = std::int64_t{1} << 53;

  constexpr Count() noexcept = default;
  // Precondition: |whole| <= kLargest.
  constexpr explicit Count(std::int64_t whole) noexcept : whole_(whole) {}
  constexpr explicit Count(double number) noexcept : number_(number), is_whole_(false) {}

  [[nodiscard]] constexpr bool is_whole() const noexcept { return is_whole_; }
  // Precondition: is_whole().
  [[nodiscard]] constexpr std::int64_t whole() const noexcept { return whole_; }
  [[nodiscard]] constexpr double number() const noexcept {
    return is_whole_ ? static_cast<double>(whole_) : number_;
  }
  [[nodiscard]] constexpr bool is_zero() const noexcept { return number() == 0; }

  // Empty when a whole result would be too large.
  [[nodiscard]] friend constexpr std::optional<Count> sum(Count a, Count b) noexcept {
    if (a.is_whole_ && b.is_whole_) return fitting(a.whole_ + b.whole_);
    return Count(a.number() + b.number());
  }
  [[nodiscard]] friend constexpr std::optional<Count> difference(Count a, Count b) noexcept {
    if (a.is_whole_ && b.is_whole_) return fitting(a.whole_ - b.whole_);
    return Count(a.number() - b.number());
  }
  [[nodiscard]] friend constexpr std::optional<Count> product(Count a, Count b) noexcept {
    if (!a.is_whole_ || !b.is_whole_) return Count(a.number() * b.number());
    std::int64_t result = 0;
    if (__builtin_mul_overflow(a.whole_, b.whole_, &result)) return std::nullopt;
    return fitting(result);
  }

 private:
  [[nodiscard]] static constexpr std::optional<Count> fitting(std::int64_t whole) noexcept {
    if (whole > kLargest || whole < -kLargest) return std::nullopt;
    return Count(whole);
  }

  std::int64_t whole_ = 0;
  double number_ = 0;
  bool is_whole_ = true;
};

}  // namespace mainstay::progress
