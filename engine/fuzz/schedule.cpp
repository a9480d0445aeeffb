// schedule.cpp - bytes as time zone files, yearly rules, cron expressions and times of day, held to
// their promises. The first byte says which.
#include "mainstay/schedule/schedule.hpp"

#include "target.hpp"

namespace {

using namespace mainstay::schedule;
using namespace std::chrono_literals;

// Offsets stay below 26 hours; wall times lead back to their instants unless zones change oddly.
template <class Z>
void try_zone(const Z& zone) {
  for (Instant at{-1'000'000h}; at < Instant{1'000'000h}; at += 9973h) {
    const auto offset = zone.offset_at(at);
    MAINSTAY_HOLDS(-26h <= offset && offset <= 26h);
    const Shown shown = shown_at(zone, wall_at(zone, at));
    MAINSTAY_HOLDS(shown.second - shown.first <= 52h);
  }
}

void zone(std::span<const std::uint8_t> data) {
  const auto parsed = Zone::parse(std::as_bytes(data));
  if (parsed) try_zone(*parsed);
}

void rule(std::string_view text) {
  const auto parsed = YearlyRule::parse(text);
  if (parsed) try_zone(*parsed);
}

void cron(std::string_view text) {
  const auto parsed = Cron::parse(text);
  if (!parsed) {
    MAINSTAY_HOLDS(parsed.error().message.size() < 400);
    return;
  }
  Instant at{1'700'000'000s};
  for (int i = 0; i < 20; ++i) {
    const auto next = parsed->next(FixedZone{3600s}, at);
    MAINSTAY_HOLDS(next && *next > at);
    MAINSTAY_HOLDS(parsed->matches(wall_at(FixedZone{3600s}, *next)));
    at = *next;
  }
}

void at_time(std::string_view text) {
  for (const Unit unit : {Unit::seconds, Unit::minutes, Unit::hours, Unit::days, Unit::weeks}) {
    const auto at = read_at(text, unit);
    if (at) MAINSTAY_HOLDS(0s <= *at && *at < 30h);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::span<const std::uint8_t> rest{data + 1, size - 1};
  const std::string_view text{reinterpret_cast<const char*>(rest.data()), rest.size()};
  switch (data[0] % 4) {
    case 0: zone(rest); break;
    case 1: rule(text); break;
    case 2: cron(text); break;
    case 3: at_time(text); break;
  }
  return 0;
}
