// timestamp.cpp - see timestamp.hpp.
#include "mainstay/log/timestamp.hpp"

#include <chrono>
#include <ctime>

namespace mainstay::log {
namespace {

constexpr std::int64_t kSecond = 1'000'000;
constexpr std::int64_t kDay = 24 * 60 * 60;

void append_digits(Line& line, std::int64_t number, int count) {
  char* at = line.room(static_cast<std::size_t>(count));
  for (int i = count - 1; i >= 0; --i) {
    at[i] = static_cast<char>('0' + number % 10);
    number /= 10;
  }
  line.took(static_cast<std::size_t>(count));
}

std::int64_t floor_divide(std::int64_t number, std::int64_t by) noexcept {
  return number / by - (number % by < 0 ? 1 : 0);
}

}  // namespace

std::int64_t now_microseconds() noexcept {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  return static_cast<std::int64_t>(now.tv_sec) * kSecond + now.tv_nsec / 1000;
}

DateTime utc_time(std::int64_t microseconds) noexcept {
  const std::int64_t seconds = floor_divide(microseconds, kSecond);
  const std::int64_t days = floor_divide(seconds, kDay);
  const auto in_day = static_cast<int>(seconds - days * kDay);
  const std::chrono::year_month_day date{
      std::chrono::sys_days{std::chrono::days{static_cast<int>(days)}}};
  return {static_cast<int>(date.year()),
          static_cast<int>(static_cast<unsigned>(date.month())),
          static_cast<int>(static_cast<unsigned>(date.day())),
          in_day / 3600,
          in_day / 60 % 60,
          in_day % 60,
          static_cast<int>(microseconds - seconds * kSecond)};
}

DateTime local_time(std::int64_t microseconds) noexcept {
  const std::int64_t seconds = floor_divide(microseconds, kSecond);
  const auto time = static_cast<std::time_t>(seconds);
  std::tm parts{};
  localtime_r(&time, &parts);
  return {std::int64_t{parts.tm_year} + 1900,
          parts.tm_mon + 1,
          parts.tm_mday,
          parts.tm_hour,
          parts.tm_min,
          parts.tm_sec,
          static_cast<int>(microseconds - seconds * kSecond)};
}

void append_iso(Line& line, const DateTime& time) {
  append_formatted(line, "%Y-%m-%dT%H:%M:%S", time);
  if (time.microsecond == 0) return;
  line.append('.');
  append_digits(line, time.microsecond, 6);
}

bool is_plain_format(std::string_view format) noexcept {
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (static_cast<unsigned char>(format[i]) >= 0x80 || format[i] == '\0') return false;
    if (format[i] != '%') continue;
    if (++i == format.size() ||
        std::string_view("YmdHMSf%").find(format[i]) == std::string_view::npos) {
      return false;
    }
  }
  return true;
}

void append_formatted(Line& line, std::string_view format, const DateTime& time) {
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%') {
      line.append(format[i]);
      continue;
    }
    switch (format[++i]) {
      case 'Y': append_digits(line, time.year, 4); break;
      case 'm': append_digits(line, time.month, 2); break;
      case 'd': append_digits(line, time.day, 2); break;
      case 'H': append_digits(line, time.hour, 2); break;
      case 'M': append_digits(line, time.minute, 2); break;
      case 'S': append_digits(line, time.second, 2); break;
      case 'f': append_digits(line, time.microsecond, 6); break;
      default: line.append('%');
    }
  }
}

}  // namespace mainstay::log
