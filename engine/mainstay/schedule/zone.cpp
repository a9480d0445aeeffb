#include "mainstay/schedule/zone.hpp"

#include <cstdint>
#include <cstdio>
#include <memory>
#include <utility>

#include "mainstay/schedule/detail/reader.hpp"

namespace mainstay::schedule {

namespace chrono = std::chrono;
using chrono::seconds;

namespace {

// RFC 9636 keeps offsets below 26 hours; real files stay below 16.
constexpr seconds kWidest{26 * 3600};
constexpr std::size_t kLargestFile = 256 * 1024;

Error refused(std::string why) {
  return Error{ErrorCode::corrupt_data,
               std::move(why) + "; wanted a time zone file of the system or of the package tzdata"};
}

// Big-endian numbers from bytes, each read checked by the caller through `left()`.
class Bytes {
 public:
  explicit Bytes(std::span<const std::byte> bytes) : bytes_(bytes) {}

  [[nodiscard]] std::size_t left() const { return bytes_.size(); }

  std::span<const std::byte> take(std::size_t count) {
    const auto taken = bytes_.first(count);
    bytes_ = bytes_.subspan(count);
    return taken;
  }

  std::uint64_t number(std::size_t size) {
    std::uint64_t number = 0;
    for (const std::byte byte : take(size)) number = number << 8 | std::to_integer<unsigned>(byte);
    return number;
  }

  // A time of that many bytes, as a signed number.
  std::int64_t time(std::size_t size) {
    const auto number = this->number(size);
    return size == 8 ? static_cast<std::int64_t>(number) : static_cast<std::int32_t>(number);
  }

 private:
  std::span<const std::byte> bytes_;
};

struct Header {
  std::uint64_t version, ut_flags, standard_flags, leaps, times, types, letters;

  [[nodiscard]] std::uint64_t size(std::size_t time_size) const {
    return times * (time_size + 1) + types * 6 + letters + leaps * (time_size + 4) +
           standard_flags + ut_flags;
  }
};

constexpr std::size_t kHeaderSize = 44;

std::optional<Header> read_header(Bytes& bytes) {
  if (bytes.left() < kHeaderSize || bytes.number(4) != 0x545a6966) return std::nullopt;  // "TZif"
  Header header{};
  header.version = bytes.number(1);
  bytes.take(15);
  for (auto* count : {&header.ut_flags, &header.standard_flags, &header.leaps, &header.times,
                      &header.types, &header.letters}) {
    *count = bytes.number(4);
  }
  return header;
}

}  // namespace

Result<Zone> Zone::parse(std::span<const std::byte> tzif) {
  if (tzif.size() > kLargestFile) {
    return refused("a time zone file of " + std::to_string(tzif.size()) + " bytes is too large");
  }
  Bytes bytes{tzif};
  auto header = read_header(bytes);
  if (!header) return refused("the bytes are no time zone file: they do not begin with TZif");
  std::size_t time_size = 4;
  if (header->version != 0) {  // the block for old readers comes first
    const auto old = header->size(4);
    if (bytes.left() < old) return refused("the time zone file ends too early");
    bytes.take(static_cast<std::size_t>(old));
    header = read_header(bytes);
    if (!header) return refused("the time zone file has no second header");
    time_size = 8;
  }
  if (bytes.left() < header->size(time_size)) return refused("the time zone file ends too early");
  if (header->types == 0 || header->types > 256) {
    return refused("a time zone file with " + std::to_string(header->types) + " kinds of time");
  }

  Zone zone;
  const auto times = static_cast<std::size_t>(header->times);
  zone.when_.reserve(times);
  for (std::size_t i = 0; i < times; ++i) {
    // Limits far outside the calendar keep later sums from overflowing.
    constexpr std::int64_t kFar = std::int64_t{1} << 40;
    const auto time = std::clamp(bytes.time(time_size), -kFar, kFar);
    zone.when_.emplace_back(seconds{time});
    if (i > 0 && zone.when_[i] < zone.when_[i - 1]) return refused("its changes are not in order");
  }
  const auto kinds = bytes.take(times);
  std::vector<seconds> offsets;
  for (std::uint64_t i = 0; i < header->types; ++i) {
    offsets.emplace_back(bytes.time(4));
    bytes.take(2);
    if (chrono::abs(offsets.back()) > kWidest) return refused("an offset of more than 26 hours");
  }
  zone.first_ = offsets.front();
  zone.offset_.reserve(times);
  for (const std::byte kind : kinds) {
    const auto index = std::to_integer<std::size_t>(kind);
    if (index >= offsets.size()) return refused("a change to a kind of time that it does not list");
    zone.offset_.push_back(offsets[index]);
  }
  if (time_size == 8) {
    bytes.take(static_cast<std::size_t>(header->size(8) - times * 9 - header->types * 6));
    const auto footer = bytes.take(bytes.left());
    const std::string_view text{reinterpret_cast<const char*>(footer.data()), footer.size()};
    const auto end = text.find('\n', 1);
    if (text.empty() || text.front() != '\n' || end == std::string_view::npos) {
      return refused("the time zone file ends without its rule for later years");
    }
    if (end > 1) {
      auto rule = YearlyRule::parse(text.substr(1, end - 1));
      if (!rule) return std::move(rule).error();
      zone.rule_ = *rule;
    }
  }
  return zone;
}

Zone Zone::fixed(seconds offset) {
  Zone zone;
  zone.first_ = std::clamp(offset, -kWidest, kWidest);
  return zone;
}

seconds Zone::offset_at(Instant instant) const noexcept {
  // Most questions are about times after the last change, or close to it.
  if (when_.empty() || instant >= when_.back()) {
    if (rule_) return rule_->offset_at(instant);
    return when_.empty() ? first_ : offset_.back();
  }
  const auto after = std::upper_bound(when_.begin(), when_.end(), instant);
  if (after == when_.begin()) return first_;
  return offset_[static_cast<std::size_t>(after - when_.begin()) - 1];
}

// --- the rule of a year ---

chrono::local_seconds YearlyRule::Change::in(chrono::year year) const noexcept {
  const Day new_year{year / 1 / 1};
  Day date = new_year;
  switch (kind) {
    case Kind::month: {
      const auto first = year / month / 1;
      const chrono::weekday wanted{static_cast<unsigned>(day)};
      const Day start{first};
      date = start + (wanted - chrono::weekday{start}) + chrono::weeks{week - 1};
      const Day last{year / month / chrono::last};
      while (date > last) date -= chrono::weeks{1};
      break;
    }
    case Kind::julian: {
      const bool past_february = day >= 60;
      date = new_year + chrono::days{day - 1 + (past_february && year.is_leap() ? 1 : 0)};
      break;
    }
    case Kind::day: date = new_year + chrono::days{day}; break;
  }
  return date + time;
}

seconds YearlyRule::offset_at(Instant instant) const noexcept {
  if (!changes_) return standard_;
  // The year by standard time; the changes are days away from its ends, or the rule has none.
  const Wall wall{instant.time_since_epoch() + standard_};
  const auto year = chrono::year_month_day{day_of(wall)}.year();
  const Wall to_summer{change_[0].in(year)};
  const Wall back{change_[1].in(year).time_since_epoch() - (summer_ - standard_)};
  const bool summer =
      to_summer < back ? to_summer <= wall && wall < back : wall < back || to_summer <= wall;
  return summer ? summer_ : standard_;
}

struct RuleReader : detail::Reader {
  using Reader::Reader;

  // A name of a kind of time, which we have no use for.
  bool name() {
    if (take('<')) {
      while (!done() && peek() != '>') skip();
      return take('>');
    }
    const auto start = left();
    while (!done() && (detail::is_letter(peek()))) skip();
    return start - left() >= 3;
  }

  // [+-]hh[:mm[:ss]], up to a week of hours as RFC 9636 allows.
  std::optional<seconds> time() {
    const bool negative = take('-');
    if (!negative) take('+');
    const auto hours = number(167);
    if (!hours) return std::nullopt;
    std::int64_t sum = *hours * 3600;
    for (const int unit : {60, 1}) {
      if (!take(':')) break;
      const auto part = number(59);
      if (!part) return std::nullopt;
      sum += *part * unit;
    }
    return seconds{negative ? -sum : sum};
  }

  std::optional<YearlyRule::Change> change() {
    using Change = YearlyRule::Change;
    Change change;
    std::optional<std::int64_t> month, week, day;
    if (take('M')) {
      month = number(12);
      if (!month || *month < 1 || !take('.')) return std::nullopt;
      week = number(5);
      if (!week || *week < 1 || !take('.')) return std::nullopt;
      day = number(6);
      change.month = static_cast<int>(*month);
      change.week = static_cast<int>(*week);
    } else if (take('J')) {
      change.kind = Change::Kind::julian;
      day = number(365);
      if (day && *day < 1) return std::nullopt;
    } else {
      change.kind = Change::Kind::day;
      day = number(365);
    }
    if (!day) return std::nullopt;
    change.day = static_cast<int>(*day);
    if (take('/')) {
      const auto at = time();
      if (!at) return std::nullopt;
      change.time = *at;
    }
    return change;
  }

  std::optional<YearlyRule> rule() {
    YearlyRule rule;
    if (!name()) return std::nullopt;
    const auto standard = time();
    if (!standard || chrono::abs(*standard) > kWidest) return std::nullopt;
    rule.standard_ = -*standard;  // POSIX counts westwards
    if (done()) return rule;
    if (!name()) return std::nullopt;
    rule.summer_ = rule.standard_ + chrono::hours{1};
    if (!done() && peek() != ',') {
      const auto summer = time();
      if (!summer) return std::nullopt;
      rule.summer_ = -*summer;
    }
    if (chrono::abs(rule.summer_) > kWidest) return std::nullopt;  // an hour more than the widest
    rule.changes_ = true;
    for (auto& each : rule.change_) {
      if (!take(',')) return std::nullopt;
      const auto read = change();
      if (!read) return std::nullopt;
      each = *read;
    }
    if (!done()) return std::nullopt;
    return rule;
  }
};

Result<YearlyRule> YearlyRule::parse(std::string_view text) {
  if (text.size() <= 100) {
    if (const auto rule = RuleReader{text}.rule()) return *rule;
  }
  return Error{ErrorCode::invalid_argument,
               "'" + std::string(text.substr(0, 100)) +
                   "' is no rule for a year; wanted one as in TZ: CET-1CEST,M3.5.0,M10.5.0/3"};
}

// --- files ---

std::span<const std::string> zone_folders() {
  static const std::array<std::string, 4> folders{"/usr/share/zoneinfo", "/usr/lib/zoneinfo",
                                                  "/usr/share/lib/zoneinfo", "/etc/zoneinfo"};
  return folders;
}

namespace {

// Parts of letters, digits and a few signs; none that begins with a dot, so none leads upwards.
bool is_zone_name(std::string_view name) {
  if (name.empty() || name.size() > 100) return false;
  char before = '/';
  for (const char c : name) {
    const bool sign = c == '_' || c == '-' || c == '+' || c == '.';
    if (!(detail::is_letter(c) || detail::is_digit(c) || sign || c == '/')) return false;
    if (before == '/' && (c == '/' || c == '.')) return false;
    before = c;
  }
  return before != '/';
}

std::optional<std::vector<std::byte>> read_file(const std::string& path) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file{std::fopen(path.c_str(), "rb"),
                                                             &std::fclose};
  if (!file) return std::nullopt;
  std::vector<std::byte> bytes(kLargestFile + 1);
  bytes.resize(std::fread(bytes.data(), 1, bytes.size(), file.get()));
  if (bytes.empty()) return std::nullopt;  // a folder, for one
  return bytes;
}

}  // namespace

Result<Zone> load_zone(std::string_view name, std::span<const std::string> folders) {
  const std::string shown = "'" + std::string(name.substr(0, 100)) + "'";
  if (!is_zone_name(name)) {
    return Error{ErrorCode::invalid_argument,
                 shown + " is no name of a time zone; write one such as 'Europe/Berlin'"};
  }
  for (const std::string& folder : folders) {
    const auto bytes = read_file(folder + "/" + std::string(name));
    if (bytes) return Zone::parse(*bytes);
  }
  return Error{ErrorCode::not_found,
               "no time zone " + shown +
                   " is known here; write one such as 'Europe/Berlin', or install the system's "
                   "package tzdata or the Python package of that name"};
}

}  // namespace mainstay::schedule
