// zone.hpp - Zone: the offsets of a place through the years, read from a TZif file (RFC 9636).
//
// Parses bytes from outside within limits and refuses what it does not understand; `load_zone`
// finds the file of a name in the system's folders. A Zone is an immutable value and may be shared
// by threads.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mainstay/base/result.hpp"
#include "mainstay/schedule/calendar.hpp"

namespace mainstay::schedule {

// The rule by which a place changes its clocks every year, as POSIX writes it in TZ:
// "CET-1CEST,M3.5.0,M10.5.0/3".
class YearlyRule {
 public:
  [[nodiscard]] static Result<YearlyRule> parse(std::string_view text);

  [[nodiscard]] std::chrono::seconds offset_at(Instant instant) const noexcept;

 private:
  // When within a year: the n-th weekday of a month (5: the last), a day counted without the 29th
  // of February from 1, or counted with it from 0.
  struct Change {
    enum class Kind : std::uint8_t { month, julian, day } kind = Kind::month;
    int month = 1;
    int week = 1;
    int day = 0;
    std::chrono::seconds time{7200};

    [[nodiscard]] std::chrono::local_seconds in(std::chrono::year year) const noexcept;
  };
  friend struct RuleReader;

  std::chrono::seconds standard_{0};
  std::chrono::seconds summer_{0};
  bool changes_ = false;
  std::array<Change, 2> change_;  // to summer time, and back
};

class Zone {
 public:
  Zone() = default;  // UTC

  // Refuses what is no TZif file, is cut short or is larger than 256 KiB.
  [[nodiscard]] static Result<Zone> parse(std::span<const std::byte> tzif);

  [[nodiscard]] static Zone fixed(std::chrono::seconds offset);

  [[nodiscard]] std::chrono::seconds offset_at(Instant instant) const noexcept;

 private:
  std::chrono::seconds first_{0};               // before the first change
  std::vector<std::chrono::sys_seconds> when_;  // ascending
  std::vector<std::chrono::seconds> offset_;    // from each of them on
  std::optional<YearlyRule> rule_;              // after the last
};

// The folders systems keep their zones in.
[[nodiscard]] std::span<const std::string> zone_folders();

// The zone of a name such as "Europe/Berlin": the first file with that name below one of the
// folders. Refuses names that lead out of them.
[[nodiscard]] Result<Zone> load_zone(std::string_view name,
                                     std::span<const std::string> folders = zone_folders());

}  // namespace mainstay::schedule
