// arithmetic.hpp - the formulas behind the strategies, without strategies: numbers in, numbers out.
//
// The C++ strategies and the Python ones are both evaluated by exactly these functions, so both
// doors agree to the last bit. They check nothing: whatever the caller gives, infinities and NaN
// included, they answer what the same expression answers in Python. Refusing impossible numbers
// is the business of stop.hpp and wait.hpp.
//
// Pure functions: no errors, no shared state.
#pragma once

#include <cstdint>

#include "mainstay/base/time.hpp"

namespace mainstay::retry {

// Half of the largest signed 64-bit number: the cap of every wait that names none.
inline constexpr Seconds kMaxWait{9223372036854775807.0 / 2.0};

// Python's max() and min(): the first argument unless the second is really beyond it, so a NaN
// stays where it was and max(0, -0.0) is 0.
[[nodiscard]] constexpr double larger(double a, double b) noexcept { return b > a ? b : a; }
[[nodiscard]] constexpr double smaller(double a, double b) noexcept { return b < a ? b : a; }

// --- stop ---------------------------------------------------------------------------------------

[[nodiscard]] constexpr bool after_attempt(std::uint64_t attempt, std::uint64_t most) noexcept {
  return attempt >= most;
}

[[nodiscard]] constexpr bool after_delay(Seconds since_start, Seconds limit) noexcept {
  return since_start >= limit;
}

[[nodiscard]] constexpr bool before_delay(Seconds since_start, Seconds upcoming_sleep,
                                          Seconds limit) noexcept {
  return since_start + upcoming_sleep >= limit;
}

// --- wait ---------------------------------------------------------------------------------------

// Grows by the same step each time: start, start + increment, ... up to max.
struct Incrementing {
  Seconds start{0};
  Seconds increment{100};
  Seconds max = kMaxWait;

  friend bool operator==(const Incrementing&, const Incrementing&) = default;
};

// multiplier, multiplier * exp_base, multiplier * exp_base^2, ... kept within min and max.
struct Exponential {
  double multiplier = 1;
  Seconds max = kMaxWait;
  double exp_base = 2;
  Seconds min{0};

  friend bool operator==(const Exponential&, const Exponential&) = default;
};

// The same with up to `jitter` added to each wait before it is kept within min and max.
struct ExponentialJitter {
  double multiplier = 1;
  Seconds max = kMaxWait;
  double exp_base = 2;
  Seconds jitter{1};
  Seconds min{0};

  friend bool operator==(const ExponentialJitter&, const ExponentialJitter&) = default;
};

[[nodiscard]] Seconds incrementing(const Incrementing& shape, std::uint64_t attempt) noexcept;

[[nodiscard]] Seconds exponential(const Exponential& shape, std::uint64_t attempt) noexcept;

// The same, and whether a bound took the place of the formula: where the formula's numbers are
// ints, Python's answer is one too unless it is a bound.
enum class Bound : std::uint8_t { none, min, max };

struct Bounded {
  Seconds sleep;
  Bound bound = Bound::none;
};

// The number of attempts made beyond which the power is past the cap for certain, whatever its
// size; infinite where there is no such number. Depends on the shape alone: two logarithms that a
// caller who asks often takes once.
[[nodiscard]] double past_cap(const Exponential& shape) noexcept;

[[nodiscard]] Bounded bounded_exponential(const Exponential& shape, std::uint64_t attempt,
                                          double past_cap) noexcept;

// `drawn` is what was drawn from [0, shape.jitter] for this attempt.
[[nodiscard]] Seconds exponential_jitter(const ExponentialJitter& shape, std::uint64_t attempt,
                                         Seconds drawn) noexcept;

// The point of [low, high] that `unit` from [0, 1) stands for.
[[nodiscard]] Seconds between(Seconds low, Seconds high, double unit) noexcept;

}  // namespace mainstay::retry
