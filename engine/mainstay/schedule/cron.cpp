#include "mainstay/schedule/cron.hpp"

#include <array>
#include <span>
#include <utility>

#include "mainstay/schedule/detail/reader.hpp"

namespace mainstay::schedule {

namespace chrono = std::chrono;

namespace {

struct Field {
  const char* name;
  std::int64_t least;
  std::int64_t most;
  std::span<const std::string_view> names;  // of the values from `least` on
};

constexpr std::array<std::string_view, 12> kMonths{"jan", "feb", "mar", "apr", "may", "jun",
                                                   "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::array<std::string_view, 7> kWeekdays{"sun", "mon", "tue", "wed",
                                                    "thu", "fri", "sat"};

const std::array<Field, 6> kFields{{{"second", 0, 59, {}},
                                    {"minute", 0, 59, {}},
                                    {"hour", 0, 23, {}},
                                    {"day of month", 1, 31, {}},
                                    {"month", 1, 12, kMonths},
                                    {"day of week", 0, 7, kWeekdays}}};

constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kMacros{
    {{"@hourly", "0 * * * *"},
     {"@daily", "0 0 * * *"},
     {"@midnight", "0 0 * * *"},
     {"@weekly", "0 0 * * 0"},
     {"@monthly", "0 0 1 * *"},
     {"@yearly", "0 0 1 1 *"},
     {"@annually", "0 0 1 1 *"}}};

constexpr std::size_t kLongest = 400;

std::string quoted(std::string_view text) { return "'" + std::string(text.substr(0, 80)) + "'"; }

// A number or a name of the field.
std::optional<std::int64_t> value(detail::Reader& reader, const Field& field) {
  if (detail::is_digit(reader.peek())) {
    const auto number = reader.number(field.most);
    if (!number || *number < field.least) return std::nullopt;
    return number;
  }
  const std::string_view word = reader.word();
  if (word.size() != 3) return std::nullopt;
  for (std::size_t i = 0; i < field.names.size(); ++i) {
    const std::string_view name = field.names[i];
    if (std::equal(word.begin(), word.end(), name.begin(),
                   [](char a, char b) { return detail::lower(a) == b; })) {
      return field.least + static_cast<std::int64_t>(i);
    }
  }
  return std::nullopt;
}

// One part of a list, such as 5, 8-18, */15 or mon-fri/2, as bits; none when it is not understood.
std::optional<std::uint64_t> part(std::string_view text, const Field& field) {
  detail::Reader reader{text};
  const std::int64_t days = field.most == 7 ? 7 : field.most - field.least + 1;
  std::int64_t first = field.least;
  std::int64_t count = days;
  bool one = false;
  if (!reader.take('*')) {
    const auto from = value(reader, field);
    if (!from) return std::nullopt;
    first = *from;
    one = true;
    count = 1;
    if (reader.take('-')) {
      const auto to = value(reader, field);
      if (!to) return std::nullopt;
      one = false;
      count = *to - first + 1;
      if (count <= 0) count += days;  // around the end
    }
  }
  std::int64_t step = 1;
  if (reader.take('/')) {
    const auto number = reader.number(days);
    if (!number || *number < 1) return std::nullopt;
    step = *number;
    if (one) count = field.most - first + 1;  // 5/15 means from 5 on
  }
  if (!reader.done()) return std::nullopt;
  std::uint64_t bits = 0;
  for (std::int64_t i = 0; i < count; i += step) {
    bits |= std::uint64_t{1} << (field.least + (first - field.least + i) % days);
  }
  return bits;
}

Result<std::uint64_t> field_bits(std::string_view text, const Field& field) {
  std::uint64_t bits = 0;
  for (std::string_view rest = text;;) {
    const auto comma = rest.find(',');
    const auto some = part(rest.substr(0, comma), field);
    if (!some) {
      std::string names;
      if (!field.names.empty()) {
        names =
            " or " + std::string(field.names.front()) + " to " + std::string(field.names.back());
      }
      return Error{ErrorCode::invalid_argument,
                   quoted(text) + " is no " + field.name + " of a cron expression; wanted " +
                       std::to_string(field.least) + " to " + std::to_string(field.most) + names +
                       ", as *, 1, 1-3, */2 or a list of those"};
    }
    bits |= *some;
    if (comma == std::string_view::npos) return bits;
    rest.remove_prefix(comma + 1);
  }
}

}  // namespace

Result<Cron> Cron::parse(std::string_view text) {
  if (text.size() > kLongest) {
    return Error{
        ErrorCode::invalid_argument,
        "a cron expression of " + std::to_string(text.size()) + " characters; wanted at most 400"};
  }
  Cron cron;
  cron.text_ = text;
  std::string lower{text};
  for (char& c : lower) c = detail::lower(c);
  std::string_view meaning = lower;
  const auto blanks = meaning.find_first_not_of(" \t");
  meaning.remove_prefix(std::min(blanks, meaning.size()));
  meaning = meaning.substr(0, meaning.find_last_not_of(" \t") + 1);
  for (const auto& [macro, fields] : kMacros) {
    if (meaning == macro) meaning = fields;
  }

  std::vector<std::string_view> parts;
  while (true) {
    const auto start = meaning.find_first_not_of(" \t");
    if (start == std::string_view::npos) break;
    const auto end = std::min(meaning.find_first_of(" \t", start), meaning.size());
    parts.push_back(meaning.substr(start, end - start));
    meaning.remove_prefix(end);
  }
  if (parts.size() == 5) parts.insert(parts.begin(), "0");
  if (parts.size() != 6) {
    return Error{ErrorCode::invalid_argument,
                 quoted(text) + " has " + std::to_string(parts.size()) +
                     " fields; wanted minute, hour, day of month, month, day of week, with or "
                     "without a second in front, or a macro such as @daily"};
  }
  std::array<std::uint64_t, 6> bits{};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    auto read = field_bits(parts[i], kFields[i]);
    if (!read) return std::move(read).error();
    bits[i] = *read;
  }
  cron.seconds_ = bits[0];
  cron.minutes_ = bits[1];
  cron.hours_ = bits[2];
  cron.days_.month_days = static_cast<std::uint32_t>(bits[3] >> 1);
  cron.days_.months = static_cast<std::uint16_t>(bits[4] >> 1);
  // From Sunday first to Monday first.
  cron.days_.weekdays = static_cast<std::uint8_t>((bits[5] >> 1 | bits[5] << 6) & 0x7f);
  cron.days_.either = parts[3].front() != '*' && parts[5].front() != '*';
  cron.follows_clock_ = parts[1].front() == '*' || parts[2].front() == '*';
  if (!cron.days_.next(Day{chrono::year{2000} / 1 / 1})) {
    return Error{ErrorCode::invalid_argument,
                 quoted(text) +
                     " never comes: no month it names has such a day; correct the day "
                     "of the month or the month"};
  }
  return cron;
}

bool Cron::matches(Wall wall) const noexcept {
  const Day day = day_of(wall);
  const chrono::hh_mm_ss time{wall - day};
  return (seconds_ >> time.seconds().count() & 1U) != 0 &&
         (minutes_ >> time.minutes().count() & 1U) != 0 &&
         (hours_ >> time.hours().count() & 1U) != 0 && days_.matches(day);
}

namespace {

// The first value from `from` on whose bit is set; 64 when there is none.
int next_bit(std::uint64_t bits, std::int64_t from) {
  return from > 63 ? 64 : std::countr_zero(bits >> from << from);
}

}  // namespace

std::optional<Wall> Cron::next_wall(Wall from) const noexcept {
  if (from < kFirstDay) from = Wall{kFirstDay};
  const auto up = chrono::ceil<chrono::seconds>(from);
  Day day = chrono::floor<chrono::days>(up);
  const chrono::hh_mm_ss time{up - day};
  int hour = next_bit(hours_, time.hours().count());
  int minute = 0;
  int second = 0;
  if (hour == time.hours().count()) {
    minute = next_bit(minutes_, time.minutes().count());
    if (minute == time.minutes().count()) {
      second = next_bit(seconds_, time.seconds().count());
      if (second == 64) minute = next_bit(minutes_, minute + 1);
    }
    if (minute == 64) hour = next_bit(hours_, hour + 1);
  }
  const auto found = days_.next(hour == 64 ? day + chrono::days{1} : day);
  if (!found) return std::nullopt;
  const bool today = *found == day && hour != 64;
  const bool this_hour = today && hour == time.hours().count();
  const bool this_minute = this_hour && minute == time.minutes().count();
  if (!today) hour = next_bit(hours_, 0);
  if (!this_hour) minute = next_bit(minutes_, 0);
  if (!this_minute) second = next_bit(seconds_, 0);
  return *found + chrono::hours{hour} + chrono::minutes{minute} + chrono::seconds{second};
}

}  // namespace mainstay::schedule
