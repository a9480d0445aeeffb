// clocks.hpp - zones and times of the tests, as short as people write them.
#pragma once

#include <string_view>

#include "mainstay/schedule/cron.hpp"
#include "mainstay/schedule/zone.hpp"

namespace mainstay::schedule::testing {

inline YearlyRule rule(std::string_view text) { return *YearlyRule::parse(text); }

// 2023: forward on 26 March at 2:00, back on 29 October at 3:00.
inline YearlyRule berlin() { return rule("CET-1CEST,M3.5.0,M10.5.0/3"); }

// Half an hour: 2024 back on 7 April at 2:00, forward on 6 October at 2:00.
inline YearlyRule lord_howe() { return rule("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0"); }

inline Wall wall(int year, unsigned month, unsigned day, int hour = 0, int minute = 0,
                 int second = 0) {
  using namespace std::chrono;
  const local_days date{std::chrono::year{year} / std::chrono::month{month} /
                        std::chrono::day{day}};
  return date + hours{hour} + minutes{minute} + seconds{second};
}

inline Instant utc(int year, unsigned month, unsigned day, int hour = 0, int minute = 0,
                   int second = 0) {
  return Instant{wall(year, month, day, hour, minute, second).time_since_epoch()};
}

}  // namespace mainstay::schedule::testing
