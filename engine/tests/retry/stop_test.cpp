// stop_test.cpp - when it is enough: every leaf, every combination, every impossible number.
#include "mainstay/retry/stop.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <stdexcept>
#include <type_traits>
#include <utility>

namespace mainstay::retry {
namespace {

using namespace std::chrono_literals;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

Progress at_attempt(std::uint64_t attempt) { return {.attempt = attempt}; }

const auto kYes = [] { return true; };
const auto kNo = [] { return false; };

TEST(Stop, NeverStopsByDefault) {
  EXPECT_FALSE(Stop()(at_attempt(std::numeric_limits<std::uint64_t>::max())));
  EXPECT_FALSE(stop_never()(at_attempt(1)));
}

TEST(StopAfterAttempt, StopsAtTheNumberedAttemptAndLater) {
  const Stop stop = stop_after_attempt(3);
  EXPECT_FALSE(stop(at_attempt(2)));
  EXPECT_TRUE(stop(at_attempt(3)));
  EXPECT_TRUE(stop(at_attempt(4)));
}

TEST(StopAfterAttempt, RefusesLessThanOneAttemptAndSaysWhatToDo) {
  for (const int most : {0, -1, std::numeric_limits<int>::min()}) {
    const Stop stop = stop_after_attempt(most);
    ASSERT_NE(stop.refusal(), nullptr);
    EXPECT_EQ(stop.refusal()->code, ErrorCode::invalid_argument);
    EXPECT_EQ(stop.refusal()->message, "stop_after_attempt must allow at least 1 attempt, got " +
                                           std::to_string(most) +
                                           "; to try once without retrying use 1");
  }
}

TEST(StopAfterAttempt, TakesTheLargestNumberThereIs) {
  const Stop stop = stop_after_attempt(std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(stop.refusal(), nullptr);
  EXPECT_FALSE(stop(at_attempt(std::numeric_limits<std::uint64_t>::max() - 1)));
}

TEST(StopAfterDelay, StopsOnceTheDelayHasPassed) {
  const Stop stop = stop_after_delay(1s);
  EXPECT_FALSE(stop({.since_start = 999ms}));
  EXPECT_TRUE(stop({.since_start = 1s}));
}

TEST(StopBeforeDelay, CountsTheUpcomingSleep) {
  const Stop stop = stop_before_delay(1s);
  EXPECT_FALSE(stop({.since_start = 500ms, .upcoming_sleep = 250ms}));
  EXPECT_TRUE(stop({.since_start = 500ms, .upcoming_sleep = 500ms}));
}

TEST(StopDelays, RefuseNegativeAndUndefinedLimits) {
  for (const double limit : {-1.0, -kInfinity, kNan}) {
    EXPECT_NE(stop_after_delay(Seconds{limit}).refusal(), nullptr);
    EXPECT_NE(stop_before_delay(Seconds{limit}).refusal(), nullptr);
  }
  EXPECT_EQ(stop_after_delay(Seconds{-1}).refusal()->message,
            "stop_after_delay must be 0 seconds or more, got -1; to go on for ever use "
            "stop_never()");
  EXPECT_EQ(stop_after_delay(Seconds{kInfinity}).refusal(), nullptr);
}

TEST(StopWhen, AsksACallableWithOrWithoutTheProgress) {
  EXPECT_TRUE(stop_when(kYes)(at_attempt(1)));
  const Stop even = stop_when([](const Progress& p) { return p.attempt % 2 == 0; });
  EXPECT_FALSE(even(at_attempt(1)));
  EXPECT_TRUE(even(at_attempt(2)));
}

TEST(StopWhen, LetsWhatTheCallableThrowsThrough) {
  const Stop stop = stop_when([]() -> bool { throw std::runtime_error("asked"); });
  EXPECT_THROW(static_cast<void>(stop(at_attempt(1))), std::runtime_error);
}

TEST(StopWhen, RefusesAnEmptyFunction) {
  EXPECT_NE(stop_when(std::function<bool()>()).refusal(), nullptr);
  EXPECT_NE(stop_when(static_cast<bool (*)()>(nullptr)).refusal(), nullptr);
}

TEST(StopAny, StopsWhenEitherSideDoes) {
  EXPECT_TRUE((stop_after_attempt(1) | kNo)(at_attempt(1)));
  EXPECT_TRUE((stop_after_attempt(2) | kYes)(at_attempt(1)));
  EXPECT_FALSE((stop_after_attempt(2) | kNo)(at_attempt(1)));
  EXPECT_TRUE((kYes | stop_never())(at_attempt(1)));
  EXPECT_FALSE((stop_never() | Stop())(at_attempt(1)));
}

TEST(StopAll, StopsWhenBothSidesDo) {
  EXPECT_TRUE((stop_after_attempt(1) & kYes)(at_attempt(1)));
  EXPECT_FALSE((stop_after_attempt(1) & kNo)(at_attempt(1)));
  EXPECT_FALSE((stop_after_attempt(1) & Stop())(at_attempt(1)));
  EXPECT_FALSE((Stop() & kYes)(at_attempt(1)));
}

TEST(StopCombined, AsksFromLeftToRightAndNoFurtherThanNeeded) {
  int asked = 0;
  const auto count = [&] { return ++asked > 0; };
  static_cast<void>((stop_after_attempt(1) | count)(at_attempt(1)));
  EXPECT_EQ(asked, 0);
  static_cast<void>((stop_after_attempt(2) & count)(at_attempt(1)));
  EXPECT_EQ(asked, 0);
  static_cast<void>((stop_after_attempt(2) | count)(at_attempt(1)));
  EXPECT_EQ(asked, 1);
}

TEST(StopCombined, AgreesWithTheLanguageOnEveryTruthTable) {
  for (int bits = 0; bits < 16; ++bits) {
    const bool a = bits & 1;
    const bool b = bits & 2;
    const bool c = bits & 4;
    const bool d = bits & 8;
    const auto leaf = [](bool value) { return Stop([value] { return value; }); };
    const Progress now = at_attempt(1);
    EXPECT_EQ((leaf(a) | (leaf(b) & leaf(c)) | leaf(d))(now), a || (b && c) || d);
    EXPECT_EQ(((leaf(a) | leaf(b)) & (leaf(c) | leaf(d)))(now), (a || b) && (c || d));
    EXPECT_EQ((leaf(a) & (leaf(b) | (leaf(c) & leaf(d))))(now), a && (b || (c && d)));
  }
}

TEST(StopCombined, IsTheSameWhenSpelledAsAFunction) {
  const Stop a = stop_after_attempt(5);
  const Stop b = stop_after_delay(30s);
  EXPECT_EQ(stop_any(a, b, a), a | b | a);
  EXPECT_EQ(stop_all(a, b, a), a & b & a);
  EXPECT_EQ(stop_any(a), a);
  EXPECT_TRUE(stop_any(kNo, kYes)(at_attempt(1)));
  EXPECT_FALSE(stop_all(kNo, kYes)(at_attempt(1)));
}

TEST(StopCombined, KeepsTheFirstRefusalAndThenAlwaysStops) {
  const Stop stop = stop_never() & (stop_after_attempt(0) | stop_after_delay(-1s));
  ASSERT_NE(stop.refusal(), nullptr);
  EXPECT_NE(stop.refusal()->message.find("stop_after_attempt"), std::string::npos);
  EXPECT_TRUE(stop(at_attempt(1)));
}

TEST(StopCombined, SurvivesAHundredThousandParts) {
  Stop stop = stop_never();
  for (int i = 0; i < 100'000; ++i) {
    stop = (i % 2 == 0) ? std::move(stop) | stop_after_attempt(7) : std::move(stop) & kYes;
  }
  EXPECT_FALSE(stop(at_attempt(6)));
  EXPECT_TRUE(stop(at_attempt(7)));
}

TEST(StopCombined, CostsTheSameHoweverMuchWasComposedBefore) {
  Stop left = stop_after_attempt(2);
  Stop right = stop_after_attempt(2);
  for (int i = 0; i < 200'000; ++i) {  // copying what is there each time would take hours
    left = left & stop_after_attempt(2);
    right = stop_after_attempt(2) & right;
  }
  EXPECT_FALSE(left(at_attempt(1)));
  EXPECT_TRUE(left(at_attempt(2)));
  EXPECT_TRUE(right(at_attempt(2)));
  EXPECT_NE(left, right);
}

TEST(StopCombined, FreesWhatNobodyComposedWithAnyMore) {
  const auto flag = std::make_shared<bool>(false);
  const Stop kept = stop_after_attempt(5);
  {
    Stop local = kept | [flag] { return *flag; };
    local = local & kept;
    EXPECT_GT(flag.use_count(), 1);
  }
  EXPECT_EQ(flag.use_count(), 1);
}

TEST(Stop, StaysWhatItWasWhenItIsMovedFrom) {
  Stop stop = stop_after_attempt(2);
  const Stop moved = std::move(stop);
  EXPECT_EQ(stop, moved);  // NOLINT: the use after the move is the point
  Stop assigned;
  assigned = std::move(stop);
  EXPECT_TRUE(stop(at_attempt(2)));  // NOLINT: likewise
  static_assert(std::is_nothrow_copy_constructible_v<Stop>);
}

TEST(Stop, IsAValueThatComparesByHowItWasBuilt) {
  const Stop stop = stop_after_attempt(5) | stop_after_delay(30s);
  const Stop copy = stop;  // NOLINT: the copy is the point
  EXPECT_EQ(stop, copy);
  EXPECT_EQ(stop, stop_after_attempt(5) | stop_after_delay(30s));
  EXPECT_NE(stop, stop_after_attempt(5) & stop_after_delay(30s));
  EXPECT_NE(stop_when(kYes), stop_when(kYes));
  EXPECT_NE(stop, stop | stop_never());
  EXPECT_NE((stop | kYes) | kNo, stop | (Stop(kYes) | kNo));
  EXPECT_NE(Stop(), stop);
}

}  // namespace
}  // namespace mainstay::retry
