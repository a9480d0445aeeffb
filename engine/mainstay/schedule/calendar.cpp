#include "mainstay/schedule/calendar.hpp"

namespace mainstay::schedule {

namespace chrono = std::chrono;

namespace {

bool has_bit(std::uint32_t mask, unsigned bit) { return (mask >> bit & 1U) != 0; }

// Days that no month has, whatever the year, are found by looking: 41 years are 15,000 steps at
// most.
constexpr chrono::days kReach{41 * 366};

}  // namespace

bool Days::matches(Day day) const noexcept {
  const chrono::year_month_day date{day};
  if (!has_bit(months, unsigned(date.month()) - 1)) return false;
  const bool on_weekday = has_bit(weekdays, chrono::weekday{day}.iso_encoding() - 1);
  bool on_month_day = has_bit(month_days, unsigned(date.day()) - 1);
  if (!on_month_day && last_days != 0) {
    const chrono::year_month_day_last last{date.year(), chrono::month_day_last{date.month()}};
    on_month_day = has_bit(last_days, unsigned(last.day()) - unsigned(date.day()));
  }
  if (either ? !(on_weekday || on_month_day) : !(on_weekday && on_month_day)) return false;
  return dates.empty() || std::binary_search(dates.begin(), dates.end(), day);
}

std::optional<Day> Days::next(Day from) const noexcept {
  const Day end = std::min(kLastDay, from + kReach);
  if (!dates.empty()) {
    for (auto at = std::lower_bound(dates.begin(), dates.end(), from); at != dates.end(); ++at) {
      if (matches(*at)) return *at;
    }
    return std::nullopt;
  }
  for (Day day = std::max(from, kFirstDay); day <= end;) {
    if (matches(day)) return day;
    const chrono::year_month_day date{day};
    if (has_bit(months, unsigned(date.month()) - 1)) {
      day += chrono::days{1};
    } else {
      day = Day{date.year() / date.month() / chrono::day{1} + chrono::months{1}};
    }
  }
  return std::nullopt;
}

}  // namespace mainstay::schedule
