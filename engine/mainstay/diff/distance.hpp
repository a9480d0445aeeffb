// distance.hpp - how far two numbers are from one another: 0 for equal ones, at most `most`.
//
// As others compute it, bit by bit, since which items are paired depends on it. Pure.
#pragma once

#include <algorithm>
#include <cmath>

namespace mainstay::diff {

[[nodiscard]] inline double distance_of_numbers(double x, double y, double most) noexcept {
  if (x == y) return 0;
  const double divisor = (x + y) / most;
  if (divisor == 0) return most;
  const double far = std::abs((x - y) / divisor);
  return far < most ? far : most;  // not a number is as far as can be
}

// The same where many are computed at once, as arrays: numbers whose difference equals the divisor
// come out as equal.
[[nodiscard]] inline double distance_of_numbers_at_once(double x, double y, double most) noexcept {
  const double divisor = (x + y) / most;
  if (x - y == divisor) return 0;
  if (divisor == 0) return most;
  const double far = std::abs((x - y) / divisor);
  return far > most ? most : far;
}

}  // namespace mainstay::diff
