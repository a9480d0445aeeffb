// arithmetic.cpp - see arithmetic.hpp. Out of line so that one compilation, without fused
// multiply-add, decides the bits for everybody who links it.
#include "mainstay/retry/arithmetic.hpp"

#include <cmath>
#include <limits>
#include <optional>

namespace mainstay::retry {
namespace {

double steps_before(std::uint64_t attempt) noexcept { return static_cast<double>(attempt) - 1.0; }

double log_to_base(double number, double base) noexcept {
  return std::log(number) / std::log(base);
}

// nullopt where Python raises OverflowError: finite operands, infinite power.
std::optional<double> power(double base, double exponent) noexcept {
  const double result = std::pow(base, exponent);
  if (std::isinf(result) && std::isfinite(base) && std::isfinite(exponent)) return std::nullopt;
  return result;
}

double within(double low, double number, double high) noexcept {
  return larger(larger(0.0, low), smaller(number, high));
}

}  // namespace

Seconds incrementing(const Incrementing& shape, std::uint64_t attempt) noexcept {
  const double grown = shape.start.count() + shape.increment.count() * steps_before(attempt);
  return Seconds{larger(0.0, smaller(grown, shape.max.count()))};
}

double past_cap(const Exponential& shape) noexcept {
  const double max = shape.max.count();
  if (shape.multiplier > 0 && max > 0 && shape.exp_base > 1 && std::isfinite(max)) {
    return log_to_base(max, shape.exp_base) - log_to_base(shape.multiplier, shape.exp_base);
  }
  return std::numeric_limits<double>::infinity();
}

Bounded bounded_exponential(const Exponential& shape, std::uint64_t attempt,
                            double past_cap) noexcept {
  const double max = shape.max.count();
  const double floor = larger(0.0, shape.min.count());
  const double exponent = steps_before(attempt);
  if (exponent > past_cap) {
    return {Seconds{larger(floor, max)}, max > floor ? Bound::max : Bound::min};
  }
  const auto grown = power(shape.exp_base, exponent);
  if (!grown) return {shape.max, Bound::max};
  const double wanted = shape.multiplier * *grown;
  const double capped = smaller(wanted, max);
  if (!(capped > floor)) return {Seconds{floor}, Bound::min};
  return {Seconds{capped}, max < wanted ? Bound::max : Bound::none};
}

Seconds exponential(const Exponential& shape, std::uint64_t attempt) noexcept {
  return bounded_exponential(shape, attempt, past_cap(shape)).sleep;
}

Seconds exponential_jitter(const ExponentialJitter& shape, std::uint64_t attempt,
                           Seconds drawn) noexcept {
  const auto grown = power(shape.exp_base, steps_before(attempt));
  const double wanted = grown ? shape.multiplier * *grown + drawn.count() : shape.max.count();
  return Seconds{within(shape.min.count(), wanted, shape.max.count())};
}

Seconds between(Seconds low, Seconds high, double unit) noexcept {
  return Seconds{low.count() + (high.count() - low.count()) * unit};
}

}  // namespace mainstay::retry
