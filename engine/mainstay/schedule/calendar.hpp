// calendar.hpp - instants, wall times and time zones as values, on the calendar types of <chrono>.
//
// An Instant is a moment in the world, a Wall is what a clock in some place shows. A zone answers
// one question, its offset at an instant; the rest of this header follows from that. Reads no clock
// and no file, keeps nothing: safe from any thread.
#pragma once

#include <algorithm>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <optional>
#include <vector>

namespace mainstay::schedule {

using Micros = std::chrono::microseconds;
using Instant = std::chrono::sys_time<Micros>;
using Wall = std::chrono::local_time<Micros>;
using Day = std::chrono::local_days;

// The years the arithmetic stays in; those of Python's datetime.
inline constexpr Day kFirstDay{std::chrono::year{1} / 1 / 1};
inline constexpr Day kLastDay{std::chrono::year{9999} / 12 / 31};

template <class Z>
concept ZoneLike = requires(const Z& zone, Instant instant) {
  { zone.offset_at(instant) } -> std::convertible_to<std::chrono::seconds>;
};

// A place whose clocks are always this far ahead of UTC.
struct FixedZone {
  std::chrono::seconds offset{0};

  [[nodiscard]] constexpr std::chrono::seconds offset_at(Instant) const noexcept { return offset; }
};

template <ZoneLike Z>
[[nodiscard]] Wall wall_at(const Z& zone, Instant instant) {
  return Wall{instant.time_since_epoch() + zone.offset_at(instant)};
}

// The instants at which clocks show a wall time. In the hour that is repeated when clocks go back
// there are two; in a gap there is none, and both members are the time that clocks would show had
// they not been moved yet: one gap later.
struct Shown {
  Instant first;
  Instant second;
  bool in_gap = false;

  [[nodiscard]] constexpr bool twice() const noexcept { return first != second; }
};

// Right for zones that change at most once within two days, as all do.
template <ZoneLike Z>
[[nodiscard]] Shown shown_at(const Z& zone, Wall wall) {
  const Instant as_utc{wall.time_since_epoch()};
  const auto before = zone.offset_at(as_utc - std::chrono::days{1});
  const auto after = zone.offset_at(as_utc + std::chrono::days{1});
  const Instant early = as_utc - before;
  if (before == after) return {early, early};
  const Instant late = as_utc - after;
  const bool early_is_right = zone.offset_at(early) == before;
  const bool late_is_right = zone.offset_at(late) == after;
  if (early_is_right && late_is_right) return {early, late};
  if (late_is_right) return {late, late};
  return {early, early, !early_is_right};
}

// The instant of a wall time: the first one where there are two, one gap later where there is none.
template <ZoneLike Z>
[[nodiscard]] Instant instant_of(const Z& zone, Wall wall) {
  return shown_at(zone, wall).first;
}

[[nodiscard]] constexpr Day day_of(Wall wall) noexcept {
  return std::chrono::floor<std::chrono::days>(wall);
}

[[nodiscard]] constexpr bool in_range(Wall wall) noexcept {
  return wall >= kFirstDay && wall < kLastDay + std::chrono::days{1};
}

// Which days: all conditions must hold, or, where `either` says so as cron does, one of the two
// about the day of the month and the day of the week. Unchanged, every day matches.
struct Days {
  std::uint8_t weekdays = 0x7f;           // bit 0 is Monday
  std::uint16_t months = 0xfff;           // bit 0 is January
  std::uint32_t month_days = 0x7fffffff;  // bit 0 is the 1st
  std::uint32_t last_days = 0;            // bit 0 is the last day of a month, bit 1 the one before
  bool either = false;
  std::vector<Day> dates;  // sorted; empty stands for any

  [[nodiscard]] bool matches(Day day) const noexcept;

  // The first such day from `from` on; none when there is none in 41 years, which is as long as the
  // 29th of February can stay away from a day of the week.
  [[nodiscard]] std::optional<Day> next(Day from) const noexcept;

  friend bool operator==(const Days&, const Days&) = default;
};

}  // namespace mainstay::schedule
