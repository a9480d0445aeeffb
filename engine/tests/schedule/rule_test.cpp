// Next runs: intervals, times, windows, and what clock changes do to them.
#include "mainstay/schedule/rule.hpp"

#include <gtest/gtest.h>

#include "clocks.hpp"
#include "mainstay/schedule/clock_text.hpp"

namespace mainstay::schedule {
namespace {

using namespace testing;
using namespace std::chrono_literals;

// The next run after a wall time (when it is shown first) as a wall time.
Wall after(Wall now, std::int64_t interval, const Rule& rule) {
  const auto zone = berlin();
  const Instant instant = instant_of(zone, now);
  const auto next = next_run(rule, zone, length_of(rule.unit) * interval, instant, instant);
  EXPECT_TRUE(next);
  return wall_at(zone, next.value_or(Instant{}));
}

TEST(NextRun, IntervalsCountFromNow) {
  EXPECT_EQ(after(wall(2024, 6, 28, 12), 90, {Unit::minutes}), wall(2024, 6, 28, 13, 30));
  EXPECT_EQ(after(wall(2024, 6, 28, 12), 2, {Unit::weeks}), wall(2024, 7, 12, 12));
}

TEST(NextRun, ATimeOfTodayCountsOnlyWithoutAnInterval) {
  const Rule rule{Unit::days, {}, 11h + 30min};
  EXPECT_EQ(after(wall(2010, 1, 6, 11, 29), 1, rule), wall(2010, 1, 6, 11, 30));
  EXPECT_EQ(after(wall(2010, 1, 6, 11, 30), 1, rule), wall(2010, 1, 7, 11, 30));
  EXPECT_EQ(after(wall(2010, 1, 6, 11, 29), 2, rule), wall(2010, 1, 8, 11, 30));
}

TEST(NextRun, AWeekdayIsTodayWhileItsTimeIsToCome) {
  const Rule rule{Unit::weeks, std::chrono::Wednesday, 14h + 12min};
  EXPECT_EQ(after(wall(2010, 1, 6, 13), 1, rule), wall(2010, 1, 6, 14, 12));
  EXPECT_EQ(after(wall(2010, 1, 6, 15), 1, rule), wall(2010, 1, 13, 14, 12));
}

TEST(NextRun, ShortIntervalsRunInTheRepeatedHour) {
  const auto zone = berlin();
  for (const Rule& rule : {Rule{Unit::minutes}, Rule{Unit::hours, {}, 30min}}) {
    Instant at = utc(2023, 10, 28, 22, 30);
    for (int runs = 0; runs < 8; ++runs) {
      const auto next = next_run(rule, zone, 1h, at, at);
      ASSERT_EQ(next, at + 1h);
      at = *next;
    }
  }
}

TEST(NextRun, LongIntervalsKeepTheTimeOnTheWall) {
  EXPECT_EQ(after(wall(2022, 10, 30, 0), 4, {Unit::hours}), wall(2022, 10, 30, 4));
  EXPECT_EQ(after(wall(2022, 3, 27, 0), 4, {Unit::hours}), wall(2022, 3, 27, 4));
}

TEST(NextRun, ATimeOfDayBesideAClockChangeRunsOncePerDay) {
  const Rule rule{Unit::days, {}, 2h + 30min};
  EXPECT_EQ(after(wall(2023, 3, 26, 1), 1, rule), wall(2023, 3, 26, 3, 30));
  EXPECT_EQ(after(wall(2023, 3, 26, 3, 30), 1, rule), wall(2023, 3, 27, 2, 30));
  const auto zone = berlin();
  const Instant first = utc(2023, 10, 29, 0, 30);
  for (const Instant now : {first, first + 40min, first + 1h}) {
    EXPECT_EQ(next_run(rule, zone, 24h, now, now), utc(2023, 10, 30, 1, 30));
  }
}

TEST(NextRun, AnHourlyMinuteIsKeptWhereClocksChangeByHalfAnHour) {
  const auto zone = lord_howe();
  const Rule rule{Unit::hours, {}, 45min};
  Instant at = utc(2024, 4, 6, 12, 45);
  for (int runs = 0; runs < 6; ++runs) {
    const auto next = next_run(rule, zone, 1h, at, at);
    ASSERT_TRUE(next && *next > at);
    const Wall shown = wall_at(zone, *next);
    ASSERT_EQ((shown - std::chrono::floor<std::chrono::hours>(shown)), 45min);
    at = *next;
  }
}

TEST(NextRun, FromAnOldBaseTheGridIsKept) {
  const Instant base = utc(2000, 1, 1);
  const Instant now = utc(2024, 6, 28, 12, 0, 5);
  EXPECT_EQ(next_run({Unit::seconds}, FixedZone{}, 7s, now, base), now + (7s - (now - base) % 7s));
  EXPECT_EQ(next_run({Unit::days}, FixedZone{}, 72h, now, base), utc(2024, 6, 29));
}

TEST(NextRun, IntervalsBeyondTheCalendarHaveNone) {
  const Instant now = utc(2024, 1, 1);
  for (const Micros period : {Micros{24h} * 3'000'000, Micros::max()}) {
    EXPECT_EQ(next_run({Unit::weeks}, FixedZone{}, period, now, now), std::nullopt);
  }
}

Window office_hours() {
  Window window;
  window.days.weekdays = 0b11111;
  window.opens = 8h;
  window.closes = 18h;
  return window;
}

TEST(NextRun, OutsideOfTheWindowTheNextOpeningCounts) {
  const Window window = office_hours();
  Rule rule{Unit::minutes};
  rule.window = &window;
  EXPECT_EQ(after(wall(2024, 6, 27, 17, 30), 20, rule), wall(2024, 6, 27, 17, 50));
  EXPECT_EQ(after(wall(2024, 6, 27, 17, 50), 20, rule), wall(2024, 6, 28, 8));
  EXPECT_EQ(after(wall(2024, 6, 28, 17, 50), 20, rule), wall(2024, 7, 1, 8));
  rule = {Unit::hours, {}, 15min};
  rule.window = &window;
  EXPECT_EQ(after(wall(2024, 6, 28, 17, 50), 1, rule), wall(2024, 7, 1, 8, 15));
}

TEST(NextRun, ATimeOfDayMovesToADayOfTheWindow) {
  Window window;
  window.days.month_days = 0;
  window.days.last_days = 1;
  Rule rule{Unit::days, {}, 9h};
  rule.window = &window;
  EXPECT_EQ(after(wall(2024, 2, 10), 1, rule), wall(2024, 2, 29, 9));
  window.opens = 10h;  // never at nine
  const Instant now = utc(2024, 2, 10);
  EXPECT_EQ(next_run(rule, FixedZone{}, 24h, now, now), std::nullopt);
}

TEST(NextRun, AWindowOverMidnightBelongsToTheDayItOpensOn) {
  Window window;
  window.days.weekdays = 0b10000;  // Friday
  window.opens = 22h;
  window.closes = 4h;
  Rule rule{Unit::hours};
  rule.window = &window;
  EXPECT_EQ(after(wall(2024, 6, 28, 12), 1, rule), wall(2024, 6, 28, 22));
  EXPECT_EQ(after(wall(2024, 6, 29, 2, 30), 1, rule), wall(2024, 6, 29, 3, 30));
  EXPECT_EQ(after(wall(2024, 6, 29, 3, 30), 1, rule), wall(2024, 7, 5, 22));
  rule = {Unit::days, {}, 2h};
  rule.window = &window;
  EXPECT_EQ(after(wall(2024, 6, 26), 1, rule), wall(2024, 6, 29, 2));
}

TEST(ReadAt, TheFormDependsOnTheUnit) {
  EXPECT_EQ(read_at("10:30", Unit::days), 10h + 30min);
  EXPECT_EQ(read_at("10:30:50", Unit::weeks), 10h + 30min + 50s);
  EXPECT_EQ(read_at("29:00", Unit::days), 29h);
  EXPECT_EQ(read_at("30:05", Unit::hours), 30min + 5s);
  EXPECT_EQ(read_at(":30", Unit::hours), 30min);
  EXPECT_EQ(read_at(":30", Unit::minutes), 30s);
  for (const char* text : {"", ":", "2", ".2", ":2", "::2", " 2:30:00", "59:59", "2:30:000001",
                           "10:30:", "10:60", "10:30\n"}) {
    EXPECT_EQ(read_at(text, Unit::days), std::nullopt) << text;
  }
  for (const char* text : {"61:00", "00:61", "2:30", "00:00:00", ":3"}) {
    EXPECT_EQ(read_at(text, Unit::hours), std::nullopt) << text;
  }
  EXPECT_EQ(read_at("10:30", Unit::minutes), std::nullopt);
  EXPECT_EQ(read_at(":30", Unit::seconds), std::nullopt);
}

}  // namespace
}  // namespace mainstay::schedule
