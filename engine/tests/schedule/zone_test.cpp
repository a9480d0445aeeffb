// TZif bytes, yearly rules and names of files: what is read, and what is refused.
#include "mainstay/schedule/zone.hpp"

#include <gtest/gtest.h>

#include <string>

#include "clocks.hpp"

namespace mainstay::schedule {
namespace {

using namespace testing;
using namespace std::chrono_literals;

// A file of version 2 with an empty first block: one change, from -1 h to +2 h, then a rule.
std::string tzif(std::string_view rule = "CET-1CEST,M3.5.0,M10.5.0/3", char kind = 1) {
  const auto number = [](std::int64_t value, int size) {
    std::string bytes;
    for (int i = size; i-- > 0;) bytes += static_cast<char>(value >> 8 * i & 0xff);
    return bytes;
  };
  const auto header = [&](int times, int types, int letters) {
    return "TZif2" + std::string(15, '\0') + number(0, 4) + number(0, 4) + number(0, 4) +
           number(times, 4) + number(types, 4) + number(letters, 4);
  };
  return header(0, 0, 0) + header(1, 2, 4) + number(1'000'000, 8) + kind + number(-3600, 4) +
         std::string(2, '\0') + number(7200, 4) + std::string(2, '\0') + std::string("ABC\0", 4) +
         "\n" + std::string(rule) + "\n";
}

Result<Zone> parsed(std::string_view bytes) {
  return Zone::parse(std::as_bytes(std::span(bytes.data(), bytes.size())));
}

TEST(Zone, ReadsChangesAndTheRuleAfterThem) {
  const auto zone = parsed(tzif());
  ASSERT_TRUE(zone) << zone.error().message;
  EXPECT_EQ(zone->offset_at(Instant{999'999s}), -1h);
  EXPECT_EQ(zone->offset_at(utc(2023, 1, 1)), 1h);
  EXPECT_EQ(zone->offset_at(utc(2023, 3, 26, 0, 59, 59)), 1h);
  EXPECT_EQ(zone->offset_at(utc(2023, 3, 26, 1)), 2h);
  EXPECT_EQ(zone->offset_at(utc(2023, 10, 29, 1)), 1h);
  EXPECT_EQ(parsed(tzif(""))->offset_at(utc(2023, 1, 1)), 2h);
}

TEST(Zone, RefusesFilesThatAreCutAnywhere) {
  const std::string whole = tzif();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(parsed(whole.substr(0, size))) << size;
  }
}

TEST(Zone, RefusesWhatItDoesNotUnderstand) {
  EXPECT_FALSE(parsed(tzif("no rule")));
  EXPECT_FALSE(parsed(tzif("CET-1CEST,M3.5.0,M10.5.0/3", 2)));
  EXPECT_FALSE(parsed(std::string(300'000, 'x')));
}

TEST(Zone, NamesThatLeadElsewhereAreRefused) {
  for (const char* name : {"", "../etc/passwd", "/etc/passwd", "Europe/../x", "Europe/", "a//b",
                           "Europe", "No/Such", "UTC\n"}) {
    const auto zone = load_zone(name);
    ASSERT_FALSE(zone) << name;
    EXPECT_NE(zone.error().message.find("Europe/Berlin"), std::string::npos);
  }
}

TEST(YearlyRule, UnderstandsTheFormsOfPosix) {
  EXPECT_EQ(rule("UTC0").offset_at(utc(2024, 7, 1)), 0s);
  EXPECT_EQ(rule("<+0545>-5:45").offset_at(utc(2024, 7, 1)), 5h + 45min);
  // South of the equator the year begins in summer.
  const auto auckland = rule("NZST-12NZDT,M9.5.0,M4.1.0/3");
  EXPECT_EQ(auckland.offset_at(utc(2024, 1, 1)), 13h);
  EXPECT_EQ(auckland.offset_at(utc(2024, 7, 1)), 12h);
  // Days of the year, with and without the 29th of February, and times of other days.
  const auto counted = rule("AAA1BBB,J60/0,300/26");
  EXPECT_EQ(counted.offset_at(utc(2024, 3, 1, 0, 59)), -1h);
  EXPECT_EQ(counted.offset_at(utc(2024, 3, 1, 1)), 0h);
  EXPECT_EQ(counted.offset_at(utc(2024, 10, 28, 1, 59)), 0h);
  EXPECT_EQ(counted.offset_at(utc(2024, 10, 28, 2)), -1h);
}

TEST(YearlyRule, RefusesOtherTexts) {
  for (const char* text :
       {"", "X", "CET", "CET-1CEST", "CET-1CEST,M3.5.0", "CET-1CEST,M3.5.0,M13.5.0",
        "CET-1CEST,M3.6.0,M10.5.0", "CET-1CEST,M3.5.7,M10.5.0", "CET-1CEST,J0,J366", "CET-99",
        "<CET-1", "CET-1CEST,M3.5.0,M10.5.0/3x", "CET-1CEST,M3.5.0/200,M10.5.0",
        "CET-26CEST,M3.5.0,M10.5.0"}) {
    EXPECT_FALSE(YearlyRule::parse(text)) << text;
  }
}

}  // namespace
}  // namespace mainstay::schedule
