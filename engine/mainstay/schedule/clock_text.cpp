#include "mainstay/schedule/clock_text.hpp"

#include "mainstay/schedule/detail/reader.hpp"

namespace mainstay::schedule {

using std::chrono::seconds;

namespace {

// Two digits, the first at most `tens`; takes nothing when they are not there.
std::optional<seconds> two_digits(detail::Reader& reader, char tens) {
  detail::Reader ahead = reader;
  const char first = ahead.peek();
  if (!detail::is_digit(first) || first > tens) return std::nullopt;
  ahead.skip();
  const char second = ahead.peek();
  if (!detail::is_digit(second)) return std::nullopt;
  ahead.skip();
  reader = ahead;
  return seconds{(first - '0') * 10 + (second - '0')};
}

}  // namespace

std::optional<seconds> read_at(std::string_view text, Unit unit) noexcept {
  detail::Reader reader{text};
  seconds sum{0};
  if (unit == Unit::seconds) return std::nullopt;
  const bool daily = unit == Unit::days || unit == Unit::weeks;
  bool front = false;  // something stands before the first colon
  if (unit != Unit::minutes) {
    if (const auto number = two_digits(reader, daily ? '2' : '5')) {
      front = true;
      sum += *number * (daily ? 3600 : 60);
    } else if (daily) {
      return std::nullopt;
    }
  }
  if (!reader.take(':')) return std::nullopt;
  const auto number = two_digits(reader, '5');
  if (!number) return std::nullopt;
  // ":30" of an hour is its minute, of a minute its second.
  sum += *number * (daily || (unit == Unit::hours && !front) ? 60 : 1);
  if (daily && reader.take(':')) {
    const auto last = two_digits(reader, '5');
    if (!last) return std::nullopt;
    sum += *last;
  }
  if (!reader.done()) return std::nullopt;
  return sum;
}

}  // namespace mainstay::schedule
