// timestamp.hpp - moments as text: ISO 8601, and the plain directives of strftime.
//
// Reads no clock but where it says so. Local time is the system's, by localtime_r.
#pragma once

#include <cstdint>
#include <string_view>

#include "mainstay/log/line.hpp"

namespace mainstay::log {

// A moment as a calendar and a clock show it.
struct DateTime {
  std::int64_t year;
  int month, day, hour, minute, second, microsecond;
};

// Microseconds since 1970 on the system's clock.
[[nodiscard]] std::int64_t now_microseconds() noexcept;

[[nodiscard]] DateTime utc_time(std::int64_t microseconds) noexcept;
[[nodiscard]] DateTime local_time(std::int64_t microseconds) noexcept;

// 2026-11-30T07:00:00.123456, without a fraction where that is 0, as Python's isoformat().
void append_iso(Line& line, const DateTime& time);

// Whether `append_formatted` knows all of a format: %Y %m %d %H %M %S %f %% and ASCII text.
[[nodiscard]] bool is_plain_format(std::string_view format) noexcept;
// Precondition: is_plain_format(format), and the year has four digits.
void append_formatted(Line& line, std::string_view format, const DateTime& time);

}  // namespace mainstay::log
