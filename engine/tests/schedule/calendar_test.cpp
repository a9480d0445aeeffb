// Wall times beside clock changes, and days that conditions name.
#include "mainstay/schedule/calendar.hpp"

#include <gtest/gtest.h>

#include "clocks.hpp"

namespace mainstay::schedule {
namespace {

using namespace testing;
using namespace std::chrono_literals;

TEST(Calendar, AWallTimeInTheRepeatedHourIsShownTwice) {
  const Shown shown = shown_at(berlin(), wall(2023, 10, 29, 2, 30));
  EXPECT_EQ(shown.first, utc(2023, 10, 29, 0, 30));
  EXPECT_EQ(shown.second, utc(2023, 10, 29, 1, 30));
  EXPECT_FALSE(shown.in_gap);
}

TEST(Calendar, AWallTimeInAGapIsOneGapLater) {
  const Shown shown = shown_at(berlin(), wall(2023, 3, 26, 2, 30));
  EXPECT_TRUE(shown.in_gap);
  EXPECT_EQ(wall_at(berlin(), shown.first), wall(2023, 3, 26, 3, 30));
}

TEST(Calendar, EveryInstantIsAmongTheInstantsOfItsWallTime) {
  for (const auto& zone : {berlin(), lord_howe()}) {
    for (Instant at = utc(2024, 1, 1); at < utc(2025, 1, 1); at += 15min) {
      const Shown shown = shown_at(zone, wall_at(zone, at));
      ASSERT_FALSE(shown.in_gap);
      ASSERT_TRUE(shown.first == at || shown.second == at);
      ASSERT_LE(shown.first, shown.second);
    }
  }
}

TEST(Days, AllConditionsMustHold) {
  Days days;
  days.weekdays = 0b1;  // Monday
  days.months = 0b10;   // February
  const auto first = days.next(day_of(wall(2024, 2, 6)));
  EXPECT_EQ(first, day_of(wall(2024, 2, 12)));
  EXPECT_EQ(days.next(day_of(wall(2024, 2, 27))), day_of(wall(2025, 2, 3)));
}

TEST(Days, LastDaysAreCountedFromTheEndOfEachMonth) {
  Days days;
  days.month_days = 0;
  days.last_days = 0b1;
  EXPECT_EQ(days.next(day_of(wall(2024, 2, 1))), day_of(wall(2024, 2, 29)));
  EXPECT_EQ(days.next(day_of(wall(2023, 2, 1))), day_of(wall(2023, 2, 28)));
}

TEST(Days, ADayThatNoMonthHasIsNotFound) {
  Days days;
  days.months = 0b10;
  days.month_days = 1U << 29;  // 30 February
  EXPECT_EQ(days.next(day_of(wall(2024, 1, 1))), std::nullopt);
}

TEST(Days, DatesAreTakenInOrderAndThenNoMore) {
  Days days;
  days.dates = {day_of(wall(2024, 12, 24)), day_of(wall(2024, 12, 31))};
  EXPECT_EQ(days.next(day_of(wall(2024, 12, 25))), day_of(wall(2024, 12, 31)));
  EXPECT_EQ(days.next(day_of(wall(2025, 1, 1))), std::nullopt);
}

}  // namespace
}  // namespace mainstay::schedule
