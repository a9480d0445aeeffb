#include "mainstay/log/log.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace mlog = mainstay::log;
using mainstay::Array;
using mainstay::Object;
using mainstay::Value;

namespace {

constexpr std::int64_t kMoment = 1'700'000'000'123'456;

struct Lines {
  std::vector<std::string> all;
  std::vector<mainstay::Error> errors;
  mlog::Logger logger(mlog::Format format, mlog::Level minimum = mlog::Level::info) {
    return mlog::Logger({.minimum = minimum,
                         .format = format,
                         .output =
                             [this](std::string_view line) {
                               all.emplace_back(line);
                               return mainstay::Result<void>{};
                             },
                         .clock = [] { return kMoment; },
                         .on_error = [this](const auto& error) { errors.push_back(error); }});
  }
};

std::string real(double number) {
  mlog::Line line;
  mlog::append_real(line, number);
  return std::string(line.view());
}

}  // namespace

TEST(Logger, WritesAnEventWithItsContextAsJson) {
  Lines lines;
  const auto logger = lines.logger(mlog::Format::json).bind({{"user", "ada"}, {"tries", 1}});
  ASSERT_TRUE(logger.info("logged in", {{"tries", 2}, {"tags", Array{1.5, nullptr, true}}}));
  EXPECT_EQ(lines.all.at(0),
            "{\"user\": \"ada\", \"tries\": 2, \"tags\": [1.5, null, true], \"event\": \"logged "
            "in\", \"level\": \"info\", \"timestamp\": \"2023-11-14T22:13:20.123456Z\"}\n");
}

TEST(Logger, WritesAnEventAsLogfmt) {
  Lines lines;
  const auto logger = lines.logger(mlog::Format::logfmt);
  ASSERT_TRUE(
      logger.error("lost", {{"ok", false}, {"hot", true}, {"none", nullptr}, {"q", "a\"b"}}));
  EXPECT_EQ(lines.all.at(0),
            "ok=false hot none= q=\"a\\\"b\" event=lost level=error "
            "timestamp=2023-11-14T22:13:20.123456Z\n");
}

TEST(Logger, WritesNothingBelowItsLevel) {
  Lines lines;
  ASSERT_TRUE(lines.logger(mlog::Format::json, mlog::Level::warning).info("quiet"));
  EXPECT_TRUE(lines.all.empty());
}

TEST(Logger, RefusesAKeyThatLogfmtCannotHave) {
  Lines lines;
  EXPECT_FALSE(lines.logger(mlog::Format::logfmt).info("x", {{"a key", 1}}));
  EXPECT_NE(lines.errors.at(0).message.find("\"a key\""), std::string::npos);
}

TEST(Logger, RefusesAValueThatIsNestedTooDeep) {
  Value deep(1);
  for (int i = 0; i < 600; ++i) deep = Value(Array{std::move(deep)});
  Lines lines;
  EXPECT_FALSE(lines.logger(mlog::Format::json).info("x", {{"deep", deep}}));
  EXPECT_EQ(lines.errors.at(0).code, mainstay::ErrorCode::limit_exceeded);
}

TEST(Logger, SaysWhatTheSystemSaidOfAWrite) {
  int number = 0;
  const mlog::Logger logger({.output = mlog::to_descriptor(-1),
                             .on_error = [&](const auto& error) { number = error.system_number; }});
  EXPECT_FALSE(logger.info("x"));
  EXPECT_EQ(number, EBADF);
}

TEST(Logger, WritesALineToADescriptor) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  ASSERT_TRUE(mlog::write_all(ends[1], "a line\n"));
  char read_back[16] = {};
  EXPECT_EQ(read(ends[0], read_back, sizeof read_back), 7);
  EXPECT_STREQ(read_back, "a line\n");
  close(ends[0]);
  close(ends[1]);
}

TEST(Json, EscapesAsPythonDoes) {
  mlog::Line line;
  mlog::append_json_text(line, "\"\\\n\r\t\f\b\x01\x7F \xC3\xA9 \xF0\x9F\x98\x80 \xFF");
  EXPECT_EQ(line.view(),
            "\"\\\"\\\\\\n\\r\\t\\f\\b\\u0001\\u007f \\u00e9 \\ud83d\\ude00 \\ufffd\"");
}

TEST(Json, LooksAtEveryByteOfLongTexts) {
  for (int special = 0; special < 256; ++special) {
    for (std::size_t at = 0; at < 24; ++at) {
      std::vector<std::uint8_t> units(24, 'x');
      units[at] = static_cast<std::uint8_t>(special);
      const std::vector<std::uint32_t> wide(units.begin(), units.end());
      mlog::Line fast;
      mlog::Line slow;
      mlog::append_json_text(fast, std::span<const std::uint8_t>(units));
      mlog::append_json_text(slow, std::span<const std::uint32_t>(wide));
      ASSERT_EQ(fast.view(), slow.view()) << special << " at " << at;
    }
  }
}

TEST(Json, WritesSurrogatesOfWideTextAsTheyAre) {
  const std::vector<std::uint16_t> units{0xD83D, 'a'};
  mlog::Line line;
  mlog::append_json_text(line, std::span<const std::uint16_t>(units));
  EXPECT_EQ(line.view(), "\"\\ud83da\"");
}

TEST(Json, NamesNumbersThatAreNotFinite) {
  mlog::Line line;
  mlog::append_json_real(line, std::numeric_limits<double>::quiet_NaN());
  mlog::append_json_real(line, -std::numeric_limits<double>::infinity());
  EXPECT_EQ(line.view(), "NaN-Infinity");
}

TEST(Line, WritesRealsAsPythonsRepr) {
  EXPECT_EQ(real(0.0), "0.0");
  EXPECT_EQ(real(-0.0), "-0.0");
  EXPECT_EQ(real(12.5), "12.5");
  EXPECT_EQ(real(1e15), "1000000000000000.0");
  EXPECT_EQ(real(1e16), "1e+16");
  EXPECT_EQ(real(1.5e300), "1.5e+300");
  EXPECT_EQ(real(0.0001), "0.0001");
  EXPECT_EQ(real(0.00001), "1e-05");
  EXPECT_EQ(real(5e-324), "5e-324");
  EXPECT_EQ(real(123456.789), "123456.789");
}

TEST(Line, GrowsBeyondItsFirstKilobyte) {
  mlog::Line line;
  for (int i = 0; i < 3000; ++i) line.append(static_cast<char>('a' + i % 26));
  line.append(std::string(5000, 'x'));
  EXPECT_EQ(line.size(), 8000u);
  EXPECT_EQ(line.view().substr(2998, 4), std::string("ijxx"));
}

TEST(Timestamp, LeavesOutAFractionOfZero) {
  mlog::Line line;
  mlog::append_iso(line, mlog::utc_time(-1'000'000));
  EXPECT_EQ(line.view(), "1969-12-31T23:59:59");
}

TEST(Timestamp, KnowsThePlainDirectives) {
  EXPECT_TRUE(mlog::is_plain_format("%Y-%m-%d %H:%M:%S.%f %%"));
  EXPECT_FALSE(mlog::is_plain_format("%A"));
  EXPECT_FALSE(mlog::is_plain_format("%"));
  mlog::Line line;
  mlog::append_formatted(line, "%d.%m.%Y %H:%M:%S.%f %%", mlog::utc_time(kMoment));
  EXPECT_EQ(line.view(), "14.11.2023 22:13:20.123456 %");
}
