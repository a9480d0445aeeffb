// rule.hpp - Rule: "every so many of a unit, at a time, within a window", and its next run.
//
// Arithmetic on values; the caller has the clock and the zone. Intervals of at most an hour follow
// elapsed time, so that they also run in the hour that clocks repeat. Longer ones and those of days
// and weeks follow the clock on the wall: a time in a gap is moved behind it, of a time that is
// shown twice the first counts.
#pragma once

#include <optional>

#include "mainstay/schedule/calendar.hpp"

namespace mainstay::schedule {

enum class Unit : std::uint8_t { seconds, minutes, hours, days, weeks };

[[nodiscard]] constexpr Micros length_of(Unit unit) noexcept {
  switch (unit) {
    case Unit::seconds: return std::chrono::seconds{1};
    case Unit::minutes: return std::chrono::minutes{1};
    case Unit::hours: return std::chrono::hours{1};
    case Unit::days: return std::chrono::days{1};
    case Unit::weeks: break;
  }
  return std::chrono::weeks{1};
}

// The days and the time of day in which runs may begin; unchanged, always. `closes` is excluded;
// when it is not after `opens`, the window goes over midnight and belongs to the day it opens on.
struct Window {
  Days days;
  Micros opens{0};
  Micros closes = std::chrono::days{1};

  [[nodiscard]] bool contains(Wall wall) const noexcept;

  // The first wall time from `from` on that is inside; none when there is none.
  [[nodiscard]] std::optional<Wall> next(Wall from) const noexcept;
};

struct Rule {
  Unit unit = Unit::seconds;
  std::optional<std::chrono::weekday> weekday{};  // with Unit::weeks
  // Of days and weeks the time of day, of hours minutes and seconds, of minutes seconds.
  std::optional<std::chrono::seconds> at{};
  const Window* window = nullptr;  // the caller keeps it
};

namespace detail {

// The wall time that `at` makes of this one: only the parts below the unit are set.
[[nodiscard]] Wall set_time(Wall wall, const Rule& rule) noexcept;

// How often `period` must be added to `start` to come past `now`; at least 0.
[[nodiscard]] constexpr std::int64_t periods_past(Micros start, Micros now,
                                                  Micros period) noexcept {
  return start > now ? 0 : (now - start) / period + 1;
}

// The wall time from `wall` on that lies in the window, of a rule that has one: later on that day
// or on another, with the rule's time where it has one.
[[nodiscard]] std::optional<Wall> move_into_window(Wall wall, const Rule& rule) noexcept;

}  // namespace detail

// The next run after `now`, one period after `base`: the end of the last run, or, for a job that
// does not drift, the time it should have begun (not after `now`). A period of one unit may be cut
// short by `at` and `weekday`: every day at ten is today while ten is to come. None when the run
// lies beyond the year 9999, or the window never opens. Precondition: period > 0.
template <ZoneLike Z>
[[nodiscard]] std::optional<Instant> next_run(const Rule& rule, const Z& zone, Micros period,
                                              Instant now, Instant base) {
  using std::chrono::hours;
  if (period > kLastDay - kFirstDay) return std::nullopt;
  const bool elapsed = period <= hours{1};
  const bool one = period == length_of(rule.unit);

  std::optional<Instant> found;
  if (elapsed) {
    Instant next = base;
    if (rule.at) {
      const Wall wall = wall_at(zone, base);
      next += detail::set_time(wall, rule) - wall;
    }
    if (!one || !rule.at) next += period;
    next += period * detail::periods_past(next.time_since_epoch(), now.time_since_epoch(), period);
    if (rule.at && rule.unit == Unit::hours) {
      // Where clocks change by half an hour, the minute is no longer the one that was asked for.
      const Wall wall = wall_at(zone, next);
      next += detail::set_time(wall, rule) - wall;
      if (next <= now) next += period;
    }
    found = next;
  } else {
    Wall wall = wall_at(zone, base);
    if (rule.weekday) wall += *rule.weekday - std::chrono::weekday{day_of(wall)};
    if (rule.at) wall = detail::set_time(wall, rule);
    if (!one) wall += period;
    // Nearly there in one step, for a base long ago; then as clocks change.
    const auto steps = detail::periods_past(
        wall.time_since_epoch(), wall_at(zone, now).time_since_epoch() - hours{48}, period);
    wall += period * steps;
    while (in_range(wall) && instant_of(zone, wall) <= now) wall += period;
    if (in_range(wall)) found = instant_of(zone, wall);
  }
  if (!found || !in_range(wall_at(zone, *found))) return std::nullopt;
  if (rule.window == nullptr) return found;

  for (std::optional<Wall> wall = wall_at(zone, *found); wall;) {
    if (rule.window->contains(*wall)) {
      // Moved into an hour that is repeated, it can have been there already.
      const Instant instant = *wall == wall_at(zone, *found) ? *found : instant_of(zone, *wall);
      if (instant > now) return instant;
      if (rule.unit < Unit::days) *wall += std::chrono::minutes{1};
    }
    wall = detail::move_into_window(*wall, rule);
  }
  return std::nullopt;
}

}  // namespace mainstay::schedule
