// Cron expressions: what they mean, what they refuse, and how they live with clock changes.
#include "mainstay/schedule/cron.hpp"

#include <gtest/gtest.h>

#include "clocks.hpp"

namespace mainstay::schedule {
namespace {

using namespace testing;
using namespace std::chrono_literals;

Cron cron(std::string_view text) {
  auto parsed = Cron::parse(text);
  EXPECT_TRUE(parsed) << text << ": " << parsed.error().message;
  return *std::move(parsed);
}

TEST(Cron, FieldsHoldNumbersNamesRangesStepsAndLists) {
  EXPECT_EQ(cron("*/15 0-23 * JAN-mar,12 Sun"), cron("0,15,30,45 * * 1,2,3,12 7"));
  EXPECT_EQ(cron("0 22-2/2 * * fri-mon"), cron("0 22,0,2 * * 5,6,0,1"));
  EXPECT_EQ(cron("5/20 8 1 1 *"), cron("0 5,25,45 8 1 1 *"));
  EXPECT_EQ(cron("@weekly"), cron("0 0 * * 0"));
  EXPECT_EQ(cron("  @Daily").text(), "  @Daily");
}

TEST(Cron, SixFieldsBeginWithTheSecond) {
  EXPECT_EQ(cron("*/20 * * * * *").next_wall(wall(2024, 1, 1, 0, 0, 21)),
            wall(2024, 1, 1, 0, 0, 40));
}

TEST(Cron, RefusesWhatItDoesNotUnderstandOrWhatNeverComes) {
  for (const char* text : {"",
                           "* * * *",
                           "* * * * * * *",
                           "60 * * * *",
                           "* 24 * * *",
                           "* * 0 * *",
                           "* * * 13 *",
                           "* * * * 8",
                           "*/0 * * * *",
                           "1- * * * *",
                           ",1 * * * *",
                           "1,, * * * *",
                           "* * * januar *",
                           "@never",
                           "0 0 30 2 *",
                           "0 0 31 feb,apr,jun *",
                           "-1 * * * *",
                           "1.5 * * * *",
                           "0 0 * * mo",
                           "99999999999999999999 * * * *"}) {
    const auto parsed = Cron::parse(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_NE(parsed.error().message.find(";"), std::string::npos);
  }
  EXPECT_FALSE(Cron::parse(std::string(500, '*')));
}

TEST(Cron, DayOfMonthAndDayOfWeekAreAlternativesWhenBothAreRestricted) {
  const auto either = cron("0 0 13 * fri");
  EXPECT_EQ(either.next_wall(wall(2024, 9, 7)), wall(2024, 9, 13));
  EXPECT_EQ(either.next_wall(wall(2024, 9, 14)), wall(2024, 9, 20));
  const auto both = cron("0 0 */2 * fri");
  EXPECT_EQ(both.next_wall(wall(2024, 9, 7)), wall(2024, 9, 13));
  EXPECT_EQ(both.next_wall(wall(2024, 9, 14)), wall(2024, 9, 27));
  EXPECT_EQ(cron("0 0 30 2 mon").next_wall(wall(2024, 2, 27)), wall(2025, 2, 3));
}

TEST(Cron, The29thOfFebruaryComesAlsoAfterACentury) {
  EXPECT_EQ(cron("0 0 29 2 *").next_wall(wall(2096, 3, 1)), wall(2104, 2, 29));
}

TEST(Cron, NextIsTheFirstWallTimeThatMatches) {
  for (const char* text : {"* * * * *", "7 3 * * *", "*/7 */5 1,15 * mon", "59 23 31 12 *"}) {
    const auto each = cron(text);
    Wall at = wall(2024, 2, 28, 23, 30);
    for (int i = 0; i < 50; ++i) {
      const auto next = each.next_wall(at);
      ASSERT_TRUE(next && each.matches(*next));
      Wall steps = std::max(at, *next - 24h);
      for (; steps < *next; steps += 1min) ASSERT_FALSE(each.matches(steps));
      at = *next + 1min;
    }
  }
}

// The times of a day, as UTC minutes after midnight.
std::vector<int> minutes(const Cron& each, Wall from, Wall to) {
  std::vector<int> found;
  const auto zone = berlin();
  for (auto at = each.next(zone, instant_of(zone, from) - 1s); at && wall_at(zone, *at) < to;
       at = each.next(zone, *at)) {
    found.push_back(static_cast<int>((*at - std::chrono::floor<std::chrono::days>(*at)) / 1min));
  }
  return found;
}

TEST(Cron, ATimeOfDayInAGapRunsOneGapLater) {
  EXPECT_EQ(minutes(cron("30 2 * * *"), wall(2023, 3, 26), wall(2023, 3, 27)), (std::vector{90}));
  // Also where later times of the expression lie before it, and one instant counts once.
  EXPECT_EQ(minutes(cron("0,45 2,3 * * *"), wall(2023, 3, 26), wall(2023, 3, 27)),
            (std::vector{60, 105}));
  EXPECT_EQ(minutes(cron("0,40 1,2 * * *"), wall(2023, 3, 26), wall(2023, 3, 27)),
            (std::vector{0, 40, 60, 100}));
}

TEST(Cron, ATimeOfDayInTheRepeatedHourRunsOnce) {
  EXPECT_EQ(minutes(cron("30 2 * * *"), wall(2023, 10, 29), wall(2023, 10, 30)), (std::vector{30}));
}

TEST(Cron, WhatFollowsTheClockRunsInTheRepeatedHourAndNotInAGap) {
  EXPECT_EQ(minutes(cron("*/30 2 * * *"), wall(2023, 10, 29), wall(2023, 10, 30)),
            (std::vector{0, 30, 60, 90}));
  EXPECT_EQ(minutes(cron("*/30 2 * * *"), wall(2023, 3, 26), wall(2023, 3, 27)),
            std::vector<int>{});
  EXPECT_EQ(minutes(cron("30 * * * *"), wall(2023, 3, 26, 1), wall(2023, 3, 26, 4)),
            (std::vector{30, 90}));
}

TEST(Cron, InstantsAscendInZonesThatChange) {
  for (const auto& zone : {berlin(), lord_howe()}) {
    for (const char* text : {"*/15 * * * *", "5,50 1-3 * * *", "30 2 * * *", "0 */2 * * *"}) {
      const auto each = cron(text);
      for (Instant at = utc(2024, 3, 30); at < utc(2024, 4, 9);) {
        const auto next = each.next(zone, at);
        ASSERT_TRUE(next);
        ASSERT_GT(*next, at);
        at = *next;
      }
    }
  }
}

TEST(Cron, NothingComesAfterTheLastYear) {
  EXPECT_EQ(cron("@yearly").next(FixedZone{}, utc(9999, 6, 1)), std::nullopt);
}

}  // namespace
}  // namespace mainstay::schedule
