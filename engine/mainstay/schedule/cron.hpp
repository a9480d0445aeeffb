// cron.hpp - Cron: an expression of five or six fields, or a macro, and the times it stands for.
//
//   minute hour day-of-month month day-of-week      30 9 * * mon-fri
//   second minute hour day-of-month month day-of-week
//   @hourly @daily @midnight @weekly @monthly @yearly @annually
//
// Fields hold *, numbers, names, ranges (also around the end: fri-mon), steps and lists of those;
// Sunday is 0 or 7. As in the cron of Vixie and Debian, day of month and day of week are
// alternatives when neither begins with *. Expressions that no calendar day meets are refused.
//
// When clocks change: an expression whose hour or minute begins with * follows the clock, so that
// it also runs in the hour that is repeated and has no times in a gap. Others run once for each of
// their wall times: the first time it is shown, or one gap later when it is not shown at all.
//
// An immutable value; may be shared by threads.
#pragma once

#include <bit>
#include <string>
#include <string_view>

#include "mainstay/base/result.hpp"
#include "mainstay/schedule/calendar.hpp"

namespace mainstay::schedule {

class Cron {
 public:
  [[nodiscard]] static Result<Cron> parse(std::string_view text);

  // As it was given.
  [[nodiscard]] const std::string& text() const noexcept { return text_; }

  // Whether a clock that shows this is at one of the times; parts of a second do not count.
  [[nodiscard]] bool matches(Wall wall) const noexcept;

  // The first of its wall times from `from` on; none after the year 9999.
  [[nodiscard]] std::optional<Wall> next_wall(Wall from) const noexcept;

  // The first of its instants after `after`.
  template <ZoneLike Z>
  [[nodiscard]] std::optional<Instant> next(const Z& zone, Instant after) const {
    const Wall wall = wall_at(zone, after);
    // Walls before this one can have instants after it in two cases: it is shown a second time, or
    // it follows a gap, from which times were moved behind it.
    const Instant second = shown_at(zone, wall).second;
    const auto shift = zone.offset_at(after) - zone.offset_at(after - std::chrono::days{1});
    Micros slack = std::max(Micros{0}, second - after);
    if (shift.count() > 0 && zone.offset_at(after - shift) != zone.offset_at(after)) {
      slack = std::max(slack, Micros{shift});
    }
    std::optional<Instant> best;
    for (auto next = next_wall(wall - slack); next; next = next_wall(*next + Micros{1})) {
      const Shown shown = shown_at(zone, *next);
      // Beyond here instants come in the order of their walls, but for a gap still to come.
      const bool settled = *next > wall && !shown.in_gap;
      if (!(follows_clock_ && shown.in_gap)) {
        if (shown.first > after) {
          best = best ? std::min(*best, shown.first) : shown.first;
        } else if (follows_clock_ && shown.second > after) {
          best = best ? std::min(*best, shown.second) : shown.second;
        }
      }
      if (best && settled) break;
    }
    return best;
  }

  friend bool operator==(const Cron& a, const Cron& b) {
    return a.seconds_ == b.seconds_ && a.minutes_ == b.minutes_ && a.hours_ == b.hours_ &&
           a.days_ == b.days_ && a.follows_clock_ == b.follows_clock_;
  }

 private:
  std::string text_;
  std::uint64_t seconds_ = 1;
  std::uint64_t minutes_ = 0;
  std::uint64_t hours_ = 0;
  Days days_;
  bool follows_clock_ = false;
};

}  // namespace mainstay::schedule
