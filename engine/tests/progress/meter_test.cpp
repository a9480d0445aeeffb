// Lines of bars, and the texts they are made of.
#include "mainstay/progress/meter.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "mainstay/progress/texts.hpp"
#include "mainstay/progress/width.hpp"

namespace mainstay::progress {
namespace {

Count whole(std::int64_t number) { return Count(number); }

std::string shown(const Meter& meter) { return meter_text(meter, nullptr).value_or("(none)"); }

std::string shown(const Meter& meter, std::string_view format) {
  const auto layout = Layout::parse(format);
  return layout ? meter_text(meter, &*layout).value_or("(none)") : "(not known)";
}

Meter meter(std::int64_t n, std::optional<std::int64_t> total, double elapsed) {
  Meter made;
  made.n = whole(n);
  if (total) made.total = whole(*total);
  made.elapsed = elapsed;
  return made;
}

template <class Append, class... Arguments>
std::string text(Append append, Arguments... arguments) {
  std::string out;
  append(out, arguments...);
  return out;
}

TEST(Texts, OfDoublesReadBackAsTheSame) {
  EXPECT_EQ(text(append_double, 5.0), "5.0");
  EXPECT_EQ(text(append_double, 0.1), "0.1");
  EXPECT_EQ(text(append_double, -0.0), "-0.0");
  EXPECT_EQ(text(append_double, 123456.75), "123456.75");
  EXPECT_EQ(text(append_double, 1e15), "1000000000000000.0");
  EXPECT_EQ(text(append_double, 1e16), "1e+16");
  EXPECT_EQ(text(append_double, 1.5e-7), "1.5e-07");
  EXPECT_EQ(text(append_double, 0.0001), "0.0001");
  EXPECT_EQ(text(append_double, std::numeric_limits<double>::infinity()), "inf");
  EXPECT_EQ(text(append_double, std::numeric_limits<double>::quiet_NaN()), "nan");
}

TEST(Texts, OfSizesHaveThreeDigits) {
  const auto size = [](double number) { return text(append_size, number, 1000.0); };
  EXPECT_EQ(size(9), "9.00");
  EXPECT_EQ(size(9.995), "10.0");
  EXPECT_EQ(size(999), "999");
  EXPECT_EQ(size(9994), "9.99k");
  EXPECT_EQ(size(999999), "1.00M");
  EXPECT_EQ(size(1e27), "1000.0Y");
  EXPECT_EQ(text(append_size, 2048.0, 1024.0), "2.00k");
}

TEST(Texts, OfIntervalsAreClocks) {
  EXPECT_EQ(text(append_interval, 60.9), "01:00");
  EXPECT_EQ(text(append_interval, 6160.0), "1:42:40");
  EXPECT_EQ(text(append_interval, -100000.0), "-27:46:40");
}

TEST(Texts, ThatAreShortHaveThreeDigitsOrTheNumber) {
  const auto brief = [](Count count) { return text(append_short, count); };
  EXPECT_EQ(brief(whole(1337)), "1337");
  EXPECT_EQ(brief(whole(1'000'000)), "1e+6");
  EXPECT_EQ(brief(Count(0.00001234)), "1.23e-5");
  EXPECT_EQ(brief(Count(-0.1234)), "-0.123");
}

TEST(Width, CountsWideCharactersTwiceAndEscapesNotAtAll) {
  EXPECT_EQ(display_width("abc"), 3U);
  EXPECT_EQ(display_width("日本"), 4U);
  EXPECT_EQ(display_width("ﾆｯﾎﾟﾝ"), 5U);
  EXPECT_EQ(display_width("\x1b[31mred\x1b[0m"), 3U);
  EXPECT_EQ(display_width("\x1b[31"), 4U);  // not an escape sequence yet
  EXPECT_EQ(display_width("\xff\xfe"), 2U);
  EXPECT_EQ(display_width("\xe6\x97"), 2U);  // the beginning of one
}

TEST(Width, IsCutBetweenCharactersAndColoursEnd) {
  const auto cut = [](std::string text, std::size_t columns) {
    trim_to_width(text, columns);
    return text;
  };
  EXPECT_EQ(cut("abcdef", 4), "abcd");
  EXPECT_EQ(cut("日本語", 5), "日本");
  EXPECT_EQ(cut("\x1b[31mred\x1b[0m", 2), "\x1b[31mre\x1b[0m");
  EXPECT_EQ(cut("\x1b[31mred", 9), "\x1b[31mred\x1b[0m");
  EXPECT_EQ(cut("", 0), "");
}

TEST(Meter, ShowsCountsTimesAndRates) {
  EXPECT_EQ(shown(meter(0, 1000, 13)), "  0%|          | 0/1000 [00:13<?, ?it/s]");
  EXPECT_EQ(shown(meter(231, 1000, 392)), " 23%|██▎       | 231/1000 [06:32<21:44,  1.70s/it]");
  EXPECT_EQ(shown(meter(10000, 1000, 13)), "10000it [00:13, 769.23it/s]");
  auto bytes = meter(100000, std::nullopt, 13);
  bytes.unit = "iB";
  bytes.scaled = true;
  bytes.prefix = "copy";
  bytes.postfix = "x=1";
  EXPECT_EQ(shown(bytes), "copy: 100kiB [00:13, 7.69kiB/s, x=1]");
}

TEST(Meter, FillsTheColumnsThereAre) {
  auto line = meter(231, 1000, 392);
  line.columns = 56;
  line.symbols = kAscii;
  EXPECT_EQ(shown(line), " 23%|###6            | 231/1000 [06:32<21:44,  1.70s/it]");
  line.columns = 0;
  EXPECT_EQ(shown(line), " 23% 231/1000 [06:32<21:44,  1.70s/it]");
  line.columns = 4;
  EXPECT_EQ(shown(line), " 23%");
}

TEST(Meter, HasALayoutOfItsOwn) {
  auto line = meter(1, 4, 2);
  line.postfix = "p";
  EXPECT_EQ(shown(line, "{n}/{total} {elapsed}<{remaining} {unit}{postfix} {rate_noinv_fmt}"),
            "1/4 00:02<00:06 it, p  0.50it/s");
  EXPECT_EQ(shown(line, "{desc}: {percentage:5.1f}{{}}"), " 25.0{}");
  EXPECT_EQ(shown(line, "{bar:4a}|{bar:-6a}|{bar:2b}"), "#   |#   |  ");
  line.prefix = "d";
  EXPECT_EQ(shown(line, "{desc}: {l_bar}{rate_inv_fmt}{n_fmt}{total_fmt}"),
            "d: d:  25%| 2.00s/it14");
  EXPECT_EQ(shown(meter(3, std::nullopt, 1), "{total}{bar}{r_bar}"),
            "None          | 3/? [00:01<00:00,  3.00it/s]");
}

TEST(Meter, HasColours) {
  EXPECT_EQ(colour_sequence("Green"), "\x1b[32m");
  EXPECT_EQ(colour_sequence("#beefed"), "\x1b[38;2;190;239;237m");
  EXPECT_EQ(colour_sequence("#beefeg"), "");
  EXPECT_EQ(colour_sequence("charm"), "");
  auto line = meter(1, 2, 0);
  const std::string green = colour_sequence("green");
  line.colour = green;
  EXPECT_EQ(shown(line, "{bar:2a}"), "\x1b[32m# \x1b[0m");
}

TEST(Meter, MultipliesByAFactor) {
  auto line = meter(9, 9, 9);
  line.factor = whole(9);
  EXPECT_EQ(shown(line, "{n_fmt}/{total_fmt} {rate_noinv_fmt}"), "81/81  9.00it/s");
}

TEST(Meter, RefusesWhatNoBarHas) {
  EXPECT_EQ(shown(meter(-1, 10, 1)), "(none)");
  auto large = meter(Count::kLargest, std::nullopt, 1);
  large.factor = whole(2);
  EXPECT_EQ(shown(large), "(none)");
  EXPECT_EQ(shown(meter(1, 2, std::numeric_limits<double>::infinity())), "(none)");
  auto symbols = meter(1, 2, 1);
  symbols.symbols = "#";
  EXPECT_EQ(shown(symbols), "(none)");
}

TEST(Layout, KnowsNoMoreThanItSays) {
  for (const char* format :
       {"{eta}", "{n:5}", "{bar:x}", "{bar:99999999999}", "{percentage}", "{percentage:05.1f}",
        "{percentage:.}f", "{percentage:.1e}", "{", "}", "{n", "{n!r}", "{}", "{bar:--3}"}) {
    EXPECT_FALSE(Layout::parse(format)) << format;
  }
  EXPECT_TRUE(Layout::parse(""));
  EXPECT_TRUE(Layout::parse("{percentage:f}"));
}

}  // namespace
}  // namespace mainstay::progress
