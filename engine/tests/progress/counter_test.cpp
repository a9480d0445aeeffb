// Counting, and when the clock is looked at.
#include "mainstay/progress/counter.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "mainstay/progress/rate.hpp"

namespace mainstay::progress {
namespace {

Count whole(std::int64_t number) { return Count(number); }

TEST(Counts, AreWholeAsLongAsTheirPartsAre) {
  EXPECT_TRUE(sum(whole(2), whole(3))->is_whole());
  EXPECT_EQ(sum(whole(2), whole(3))->whole(), 5);
  EXPECT_FALSE(sum(whole(2), Count(0.5))->is_whole());
  EXPECT_EQ(difference(Count(2.5), whole(3))->number(), -0.5);
  EXPECT_EQ(product(whole(4), Count(0.5))->number(), 2);
}

TEST(Counts, ThatAreTooLargeAreRefused) {
  EXPECT_FALSE(sum(whole(Count::kLargest), whole(1)));
  EXPECT_FALSE(difference(whole(-Count::kLargest), whole(1)));
  EXPECT_FALSE(product(whole(Count::kLargest), whole(Count::kLargest)));
  EXPECT_TRUE(sum(Count(1e300), whole(1)));
}

TEST(Counter, WantsTheClockWhenSoManyWereCounted) {
  Counter counter;
  counter.miniters = whole(3);
  ASSERT_TRUE(counter.add(whole(2)));
  EXPECT_FALSE(counter.wants_clock());
  ASSERT_TRUE(counter.add(Count(1.5)));
  EXPECT_TRUE(counter.wants_clock());
}

TEST(Counter, IsDueAfterTheIntervalAndTheDelay) {
  Counter counter;
  counter.start_t = counter.printed_t = Count(100.0);
  counter.mininterval = Count(2.0);
  counter.delay = Count(5.0);
  EXPECT_FALSE(counter.is_due(101));
  EXPECT_FALSE(counter.is_due(104));
  EXPECT_TRUE(counter.is_due(105));
}

TEST(Counter, WhatIsTakenBackHasToBeCountedAgain) {
  Counter counter;
  counter.n = counter.printed_n = whole(10);
  counter.miniters = whole(1);
  ASSERT_TRUE(counter.add(whole(-4)));
  EXPECT_EQ(counter.n.whole(), 6);
  EXPECT_EQ(counter.printed_n.whole(), 6);
  EXPECT_FALSE(counter.wants_clock());
}

TEST(Counter, StaysAsItIsWhenItWouldBeTooLarge) {
  Counter counter;
  counter.n = whole(Count::kLargest);
  EXPECT_FALSE(counter.add(whole(1)));
  EXPECT_EQ(counter.n.whole(), Count::kLargest);
}

TEST(FirstOf, IsTheFirstWholeNumberThatIsEnough) {
  EXPECT_EQ(first_of(2.5), 3);
  EXPECT_EQ(first_of(3), 3);
  EXPECT_EQ(first_of(-1e300), -Count::kLargest);
  EXPECT_EQ(first_of(std::numeric_limits<double>::infinity()),
            std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(first_of(std::numeric_limits<double>::quiet_NaN()),
            std::numeric_limits<std::int64_t>::max());
}

TEST(Glance, LooksAtEveryItemFromTheLimitOn) {
  Glance glance;
  glance.begin(0);
  EXPECT_FALSE(glance.count(3));
  EXPECT_FALSE(glance.count(3));
  EXPECT_TRUE(glance.count(3));
  glance.too_early(false);
  EXPECT_TRUE(glance.count(3));
}

TEST(Glance, SkipsAFewWhereTheDistanceFollowsTheRate) {
  Glance glance;
  glance.begin(0);
  int looks = 0;
  for (int i = 0; i < 10'000; ++i) {
    if (!glance.count(0)) continue;
    ++looks;
    glance.too_early(true);
  }
  EXPECT_EQ(glance.since(), 10'000);
  EXPECT_LT(looks, 10'000 / 7);
  EXPECT_GE(looks, 10'000 / 8);
}

TEST(Ema, HasNoBiasFromItsBeginning) {
  Ema average(0.01);
  EXPECT_EQ(average.average(), 0);
  EXPECT_NEAR(average.add(10), 10, 1e-9);
  EXPECT_NEAR(average.add(1), 5.477, 1e-3);
  EXPECT_NEAR(average.average(), 5.477, 1e-3);
}

TEST(Pace, FollowsTheRateAndIsBoundedByTheLongestInterval) {
  const Pace pace{.mininterval = 0.1, .maxinterval = 10, .smoothing = 1};
  Ema average(1);
  EXPECT_NEAR(pace.next(1000, 1, average, 0), 100, 1e-9);
  EXPECT_NEAR(pace.next(1000, 20, average, 0), 5, 1e-9);
  const Pace most{.mininterval = 0.1, .maxinterval = 10, .smoothing = 0};
  EXPECT_EQ(most.next(7, 1, average, 9), 9);
  EXPECT_EQ(most.next(12, 1, average, 9), 12);
  const Pace endless{.mininterval = 0, .maxinterval = 4, .smoothing = 1};
  EXPECT_EQ(endless.next(10, 8, average, 0), 5);
}

}  // namespace
}  // namespace mainstay::progress
