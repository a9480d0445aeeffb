// arithmetic_test.cpp - the formulas give the doubles that the same expressions give in Python.
#include "mainstay/retry/arithmetic.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace mainstay::retry {
namespace {

using namespace std::chrono_literals;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

static_assert(kMaxWait.count() == 4611686018427387904.0);
static_assert(after_attempt(3, 3) && !after_attempt(2, 3));
static_assert(before_delay(Seconds{1}, Seconds{1}, Seconds{2}));
static_assert(larger(0.0, 1.0) == 1.0 && smaller(0.0, 1.0) == 0.0);

TEST(Larger, KeepsTheFirstUnlessTheSecondIsBeyondIt) {
  EXPECT_FALSE(std::signbit(larger(0.0, -0.0)));
  EXPECT_EQ(larger(1.0, kNan), 1.0);
  EXPECT_TRUE(std::isnan(larger(kNan, 1.0)));
  EXPECT_TRUE(std::isnan(smaller(kNan, 1.0)));
}

TEST(Incrementing, GrowsByTheIncrementUpToMax) {
  const Incrementing shape{.start = 1s, .increment = 500ms, .max = 2s};
  EXPECT_EQ(incrementing(shape, 1), Seconds{1});
  EXPECT_EQ(incrementing(shape, 2), Seconds{1.5});
  EXPECT_EQ(incrementing(shape, 9), Seconds{2});
}

TEST(Incrementing, NeverFallsBelowZero) {
  EXPECT_EQ(incrementing({.start = 1s, .increment = -1s}, 5), Seconds{0});
}

TEST(Exponential, DoublesFromTheMultiplier) {
  const Exponential shape{.multiplier = 0.5, .max = 10s};
  EXPECT_EQ(exponential(shape, 1), Seconds{0.5});
  EXPECT_EQ(exponential(shape, 4), Seconds{4});
  EXPECT_EQ(exponential(shape, 6), Seconds{10});
}

TEST(Exponential, IsHeldByMinAndMaxHoweverLateTheAttempt) {
  EXPECT_EQ(exponential({.max = 10s, .min = 3s}, 1), Seconds{3});
  EXPECT_EQ(exponential({.max = 10s}, std::numeric_limits<std::uint64_t>::max()), Seconds{10});
  EXPECT_EQ(exponential({}, 5000), kMaxWait);
}

TEST(Exponential, BecomesMaxWhenThePowerOverflows) {
  EXPECT_EQ(exponential({.multiplier = 0, .max = 7s}, 5000), Seconds{7});
  EXPECT_EQ(exponential({.multiplier = -1, .max = 7s}, 5000), Seconds{7});
}

TEST(Exponential, WithoutACapGrowsToInfinity) {
  EXPECT_EQ(exponential({.max = Seconds{kInfinity}}, 5000), Seconds{kInfinity});
}

TEST(Exponential, KeepsABaseOfOneConstant) {
  EXPECT_EQ(exponential({.multiplier = 3, .exp_base = 1}, 1000), Seconds{3});
}

TEST(ExponentialJitter, AddsWhatWasDrawnBeforeItIsCapped) {
  EXPECT_EQ(exponential_jitter({.max = 10s}, 3, Seconds{0.25}), Seconds{4.25});
  EXPECT_EQ(exponential_jitter({.max = 4s}, 3, Seconds{0.25}), Seconds{4});
  EXPECT_EQ(exponential_jitter({.max = 4s}, 5000, Seconds{0.25}), Seconds{4});
}

TEST(Between, StartsAtLowAndReachesTowardsHigh) {
  EXPECT_EQ(between(1s, 3s, 0.0), Seconds{1});
  EXPECT_EQ(between(1s, 3s, 0.25), Seconds{1.5});
}

}  // namespace
}  // namespace mainstay::retry
