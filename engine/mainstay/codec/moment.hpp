// moment.hpp - dates, times of day, instants and durations, and their texts.
//
// RFC 3339 for dates and times, where a space may stand for the T and the colon of the offset may
// be missing; durations of ISO 8601 in days, hours, minutes and seconds. Microseconds are the
// finest unit, further digits are rounded. Years are 1 to 9999. Values; no clock, no zones.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace mainstay::codec {

struct Date {
  int year = 1;
  int month = 1;
  int day = 1;
};

struct TimeOfDay {
  int hour = 0;
  int minute = 0;
  int second = 0;
  int microsecond = 0;
  std::optional<int> offset;  // minutes east of UTC; none: a time without a zone
};

// Whole seconds, which may be negative, and microseconds that are added to them.
struct Duration {
  std::int64_t seconds = 0;
  int microseconds = 0;
};

inline constexpr std::int64_t kMaxDurationSeconds = 86'399'999'999'999;
inline constexpr std::int64_t kMinDurationSeconds = -86'399'999'913'600;
inline constexpr std::int64_t kMinEpochSeconds = -62'135'596'800;
inline constexpr std::int64_t kMaxEpochSeconds = 253'402'300'799;

[[nodiscard]] bool read_date(std::string_view text, Date& date) noexcept;
[[nodiscard]] bool read_time(std::string_view text, TimeOfDay& time) noexcept;
[[nodiscard]] bool read_datetime(std::string_view text, Date& date, TimeOfDay& time) noexcept;

enum class DurationText : std::uint8_t { good, malformed, out_of_range, unsupported_unit };
[[nodiscard]] DurationText read_duration(std::string_view text, Duration& duration) noexcept;

inline constexpr std::size_t kMaxDateText = 10;
inline constexpr std::size_t kMaxTimeText = 21;
inline constexpr std::size_t kMaxDurationText = 26;

// Write at `out` and return how many bytes. An offset of zero is written as Z.
std::size_t write_date(const Date& date, char* out) noexcept;
std::size_t write_time(const TimeOfDay& time, char* out) noexcept;
// `days` may be negative; `seconds` and `microseconds` are added to them, and are below a day and a
// second.
std::size_t write_duration(std::int64_t days, int seconds, int microseconds, char* out) noexcept;

// An offset from UTC in seconds, below a day, as minutes: rounded to the nearest, at most 23:59.
[[nodiscard]] int offset_minutes(int seconds) noexcept;

// Seconds since 1970-01-01T00:00Z of a date and time in UTC, and back. Precondition of the latter:
// kMinEpochSeconds <= seconds <= kMaxEpochSeconds.
[[nodiscard]] std::int64_t to_epoch(const Date& date, const TimeOfDay& time) noexcept;
void from_epoch(std::int64_t seconds, Date& date, TimeOfDay& time) noexcept;

// Rounds a time with more than microseconds up by one; false when the date would leave the range.
[[nodiscard]] bool add_microsecond(Date& date, TimeOfDay& time) noexcept;

}  // namespace mainstay::codec
