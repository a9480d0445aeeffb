#include "mainstay/schedule/rule.hpp"

namespace mainstay::schedule {

namespace chrono = std::chrono;

bool Window::contains(Wall wall) const noexcept {
  const Day day = day_of(wall);
  const Micros time = wall - day;
  if (opens < closes) return opens <= time && time < closes && days.matches(day);
  if (time >= opens) return days.matches(day);
  return time < closes && days.matches(day - chrono::days{1});
}

std::optional<Wall> Window::next(Wall from) const noexcept {
  if (contains(from)) return from;
  const Day today = day_of(from);
  const bool over_for_today = from - today > opens;
  const auto day = days.next(over_for_today ? today + chrono::days{1} : today);
  if (!day) return std::nullopt;
  return *day + opens;
}

namespace detail {

Wall set_time(Wall wall, const Rule& rule) noexcept {
  switch (rule.unit) {
    case Unit::seconds: return wall;
    case Unit::minutes: return chrono::floor<chrono::minutes>(wall) + *rule.at % chrono::minutes{1};
    case Unit::hours: return chrono::floor<chrono::hours>(wall) + *rule.at % chrono::hours{1};
    case Unit::days:
    case Unit::weeks: break;
  }
  return day_of(wall) + *rule.at;
}

std::optional<Wall> move_into_window(Wall wall, const Rule& rule) noexcept {
  const Window& window = *rule.window;
  if (rule.unit == Unit::days || rule.unit == Unit::weeks) {
    // The time of day stays. When it lies outside the window it never comes.
    const Micros time = wall - day_of(wall);
    Day from = day_of(wall) + chrono::days{1};
    const Days& days = window.days;
    const bool after_midnight = window.opens >= window.closes && time < window.closes;
    if (after_midnight) from -= chrono::days{1};  // its window opened on the day before
    auto day = days.next(from);
    while (day && rule.weekday && !after_midnight && chrono::weekday{*day} != *rule.weekday) {
      day = days.next(*day + chrono::days{1});
    }
    if (!day) return std::nullopt;
    const Wall moved = *day + time + chrono::days{after_midnight ? 1 : 0};
    return window.contains(moved) ? std::optional{moved} : std::nullopt;
  }
  auto next = window.next(wall);
  for (int tries = 0; next && rule.at && tries < 3; ++tries) {
    Wall set = set_time(*next, rule);
    if (set < *next) set += length_of(rule.unit);
    if (window.contains(set)) return set;
    next = window.next(set);
  }
  return rule.at ? std::nullopt : next;
}

}  // namespace detail

}  // namespace mainstay::schedule
