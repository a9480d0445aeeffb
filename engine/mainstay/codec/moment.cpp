// moment.cpp - the texts of dates, times and durations.
#include "mainstay/codec/moment.hpp"

#include <charconv>
#include <cstdlib>

namespace mainstay::codec {
namespace {

constexpr std::int64_t kDaySeconds = 86'400;

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

bool is_leap(int year) noexcept { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

int days_of(int year, int month) noexcept {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap(year) ? 29 : kDays[month - 1];
}

// Reads from the front of a text.
class Cursor {
 public:
  explicit Cursor(std::string_view text) noexcept : text_(text) {}

  [[nodiscard]] bool at_end() const noexcept { return at_ == text_.size(); }
  [[nodiscard]] std::size_t left() const noexcept { return text_.size() - at_; }
  [[nodiscard]] char peek() const noexcept { return at_end() ? '\0' : text_[at_]; }
  void skip() noexcept { ++at_; }

  bool take(char wanted) noexcept {
    if (at_end() || text_[at_] != wanted) return false;
    ++at_;
    return true;
  }
  // Exactly `width` digits.
  bool number(int width, int& value) noexcept {
    value = 0;
    for (int i = 0; i < width; ++i, ++at_) {
      if (!is_digit(peek())) return false;
      value = value * 10 + (text_[at_] - '0');
    }
    return true;
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

bool take_date(Cursor& from, Date& date) noexcept {
  return from.number(4, date.year) && from.take('-') && from.number(2, date.month) &&
         from.take('-') && from.number(2, date.day);
}

bool is_valid(const Date& date) noexcept {
  return date.year >= 1 && date.month >= 1 && date.month <= 12 && date.day >= 1 &&
         date.day <= days_of(date.year, date.month);
}

bool take_offset(Cursor& from, TimeOfDay& time) noexcept {
  if (from.take('Z') || from.take('z')) {
    time.offset = 0;
    return from.at_end();
  }
  const bool west = from.peek() == '-';
  if (!west && from.peek() != '+') return false;
  from.skip();
  int hours = 0;
  int minutes = 0;
  if (from.left() < 3 || !from.number(2, hours)) return false;
  from.take(':');
  if (from.left() != 2 || !from.number(2, minutes)) return false;
  if (hours > 23 || minutes > 59) return false;
  time.offset = (west ? -1 : 1) * (hours * 60 + minutes);
  return true;
}

// The rest of a text is a time; `round_up` says that digits after microseconds begin with 5 or
// more.
bool take_time(Cursor& from, TimeOfDay& time, bool& round_up) noexcept {
  if (!from.number(2, time.hour) || !from.take(':') || !from.number(2, time.minute) ||
      !from.take(':') || !from.number(2, time.second)) {
    return false;
  }
  time.microsecond = 0;
  time.offset.reset();
  round_up = false;
  if (from.take('.')) {
    int digits = 0;
    for (; is_digit(from.peek()); from.skip(), ++digits) {
      if (digits < 6) time.microsecond = time.microsecond * 10 + (from.peek() - '0');
      if (digits == 6) round_up = from.peek() >= '5';
    }
    if (digits == 0) return false;
    for (; digits < 6; ++digits) time.microsecond *= 10;
  }
  if (!from.at_end() && !take_offset(from, time)) return false;
  return time.hour <= 23 && time.minute <= 59 && time.second <= 59;
}

// False when a day was completed.
bool add_microsecond_within_day(TimeOfDay& time) noexcept {
  if (++time.microsecond < 1'000'000) return true;
  time.microsecond = 0;
  if (++time.second < 60) return true;
  time.second = 0;
  if (++time.minute < 60) return true;
  time.minute = 0;
  if (++time.hour < 24) return true;
  time.hour = 0;
  return false;
}

void put_digits(int value, int width, char* out) noexcept {
  for (int i = width - 1; i >= 0; --i) {
    out[i] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
}

}  // namespace

bool read_date(std::string_view text, Date& date) noexcept {
  Cursor from(text);
  return text.size() == kMaxDateText && take_date(from, date) && is_valid(date);
}

bool read_time(std::string_view text, TimeOfDay& time) noexcept {
  Cursor from(text);
  bool round_up = false;
  if (!take_time(from, time, round_up)) return false;
  if (round_up) add_microsecond_within_day(time);
  return true;
}

bool read_datetime(std::string_view text, Date& date, TimeOfDay& time) noexcept {
  Cursor from(text);
  bool round_up = false;
  if (!take_date(from, date)) return false;
  if (!from.take('T') && !from.take('t') && !from.take(' ')) return false;
  if (!take_time(from, time, round_up) || !is_valid(date)) return false;
  return !round_up || add_microsecond(date, time);
}

bool add_microsecond(Date& date, TimeOfDay& time) noexcept {
  if (add_microsecond_within_day(time)) return true;
  if (++date.day <= days_of(date.year, date.month)) return true;
  date.day = 1;
  if (++date.month <= 12) return true;
  date.month = 1;
  return ++date.year <= 9999;
}

DurationText read_duration(std::string_view text, Duration& duration) noexcept {
  using enum DurationText;
  Cursor from(text);
  const bool negative = from.peek() == '-';
  if (negative || from.peek() == '+') from.skip();
  if (!from.take('P') && !from.take('p')) return malformed;
  enum Stage { kStart, kDays, kTime, kHours, kMinutes, kSeconds };
  Stage stage = kStart;
  std::int64_t seconds = 0;
  std::int64_t microseconds = 0;
  bool fraction = false;
  bool complete = false;  // what was read so far may end here
  while (!from.at_end()) {
    if (from.peek() == 'T' || from.peek() == 't') {
      if (stage >= kTime) return malformed;
      stage = kTime;
      complete = false;
      from.skip();
      continue;
    }
    if (fraction || !is_digit(from.peek())) return malformed;
    std::int64_t whole = 0;
    for (; is_digit(from.peek()); from.skip()) {
      whole = whole * 10 + (from.peek() - '0');
      if (whole > kMaxDurationSeconds) return out_of_range;
    }
    std::int64_t numerator = 0;
    std::int64_t denominator = 1;
    if (from.take('.')) {
      fraction = true;
      if (!is_digit(from.peek())) return malformed;
      // Eleven digits of a day are finer than a microsecond.
      for (int i = 0; is_digit(from.peek()); from.skip(), ++i) {
        if (i >= 11) continue;
        numerator = numerator * 10 + (from.peek() - '0');
        denominator *= 10;
      }
    }
    if (from.at_end()) return malformed;
    std::int64_t unit = 1;
    switch (from.peek() | 0x20) {
      case 'd':
        if (stage >= kDays) return malformed;
        stage = kDays;
        unit = kDaySeconds;
        break;
      case 'h':
        if (stage < kTime || stage >= kHours) return malformed;
        stage = kHours;
        unit = 3600;
        break;
      case 'm':
        if (stage < kTime) return unsupported_unit;
        if (stage >= kMinutes) return malformed;
        stage = kMinutes;
        unit = 60;
        break;
      case 's':
        if (stage < kTime || stage >= kSeconds) return malformed;
        stage = kSeconds;
        break;
      case 'w':
      case 'y': return unsupported_unit;
      default: return malformed;
    }
    from.skip();
    complete = true;
    if (unit > 1 && whole > kMaxDurationSeconds / unit) return out_of_range;
    seconds += whole * unit;
    if (fraction) {
      numerator *= unit;
      seconds += numerator / denominator;
      const std::int64_t rest = numerator % denominator;
      microseconds = (rest * 1'000'000 + denominator / 2) / denominator;
      if (microseconds >= 1'000'000) {
        microseconds -= 1'000'000;
        ++seconds;
      }
    }
    if (seconds > kMaxDurationSeconds) return out_of_range;
  }
  if (!complete) return malformed;
  if (negative) {
    seconds = -seconds;
    if (microseconds != 0) {
      microseconds = 1'000'000 - microseconds;
      --seconds;
    }
    if (seconds < kMinDurationSeconds) return out_of_range;
  }
  duration = {seconds, static_cast<int>(microseconds)};
  return good;
}

std::size_t write_date(const Date& date, char* out) noexcept {
  put_digits(date.year, 4, out);
  out[4] = '-';
  put_digits(date.month, 2, out + 5);
  out[7] = '-';
  put_digits(date.day, 2, out + 8);
  return kMaxDateText;
}

std::size_t write_time(const TimeOfDay& time, char* out) noexcept {
  put_digits(time.hour, 2, out);
  out[2] = ':';
  put_digits(time.minute, 2, out + 3);
  out[5] = ':';
  put_digits(time.second, 2, out + 6);
  char* at = out + 8;
  if (time.microsecond != 0) {
    *at++ = '.';
    put_digits(time.microsecond, 6, at);
    at += 6;
  }
  if (time.offset) {
    const int minutes = *time.offset;
    if (minutes == 0) {
      *at++ = 'Z';
    } else {
      *at++ = minutes < 0 ? '-' : '+';
      put_digits(std::abs(minutes) / 60, 2, at);
      at[2] = ':';
      put_digits(std::abs(minutes) % 60, 2, at + 3);
      at += 5;
    }
  }
  return static_cast<std::size_t>(at - out);
}

std::size_t write_duration(std::int64_t days, int seconds, int microseconds, char* out) noexcept {
  char* at = out;
  if (days < 0) {
    *at++ = '-';
    days = -days;
    if (seconds != 0 || microseconds != 0) {
      --days;
      if (microseconds != 0) {
        microseconds = 1'000'000 - microseconds;
        ++seconds;
      }
      seconds = static_cast<int>(kDaySeconds) - seconds;
    }
  }
  *at++ = 'P';
  if (days != 0) {
    at = std::to_chars(at, at + 10, days).ptr;
    *at++ = 'D';
  }
  if (seconds != 0 || microseconds != 0) {
    *at++ = 'T';
    at = std::to_chars(at, at + 6, seconds).ptr;
    if (microseconds != 0) {
      *at++ = '.';
      put_digits(microseconds, 6, at);
      at += 6;
      while (at[-1] == '0') --at;
    }
    *at++ = 'S';
  } else if (days == 0) {
    *at++ = '0';
    *at++ = 'D';
  }
  return static_cast<std::size_t>(at - out);
}

int offset_minutes(int seconds) noexcept {
  const int size = std::abs(seconds);
  int minutes = size / 60;
  if (size % 60 > 30) ++minutes;
  constexpr int kMost = 23 * 60 + 59;
  if (minutes > kMost) minutes = kMost;
  return seconds < 0 ? -minutes : minutes;
}

std::int64_t to_epoch(const Date& date, const TimeOfDay& time) noexcept {
  // Days of a calendar whose years begin in March, so that a leap day ends one.
  const std::int64_t year = date.month <= 2 ? date.year - 1 : date.year;
  const std::int64_t era = year / 400;
  const std::int64_t of_era = year - era * 400;
  const int month = date.month > 2 ? date.month - 3 : date.month + 9;
  const std::int64_t of_year = (153 * month + 2) / 5 + date.day - 1;
  const std::int64_t days =
      era * 146'097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719'468;
  return days * kDaySeconds + time.hour * 3600 + time.minute * 60 + time.second;
}

void from_epoch(std::int64_t seconds, Date& date, TimeOfDay& time) noexcept {
  std::int64_t days = seconds / kDaySeconds;
  std::int64_t rest = seconds % kDaySeconds;
  if (rest < 0) {
    rest += kDaySeconds;
    --days;
  }
  days += 719'468;
  const std::int64_t era = days / 146'097;
  const std::int64_t of_era = days - era * 146'097;
  const std::int64_t year = (of_era - of_era / 1460 + of_era / 36'524 - of_era / 146'096) / 365;
  const std::int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
  const std::int64_t month = (5 * of_year + 2) / 153;
  date.day = static_cast<int>(of_year - (153 * month + 2) / 5 + 1);
  date.month = static_cast<int>(month < 10 ? month + 3 : month - 9);
  date.year = static_cast<int>(year + era * 400 + (date.month <= 2 ? 1 : 0));
  time.hour = static_cast<int>(rest / 3600);
  time.minute = static_cast<int>(rest / 60 % 60);
  time.second = static_cast<int>(rest % 60);
  time.microsecond = 0;
  time.offset = 0;
}

}  // namespace mainstay::codec
