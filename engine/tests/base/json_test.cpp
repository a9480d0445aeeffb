// json_test.cpp - what is read, what is refused and where, and that what was written reads back.
#include "mainstay/base/json.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace mainstay {
namespace {

Value read(std::string_view text) {
  auto value = read_json(text);
  EXPECT_TRUE(value) << text << ": " << (value ? "" : value.error().message);
  return value.value_or(Value("not read"));
}

std::string refusal(std::string_view text, const JsonLimits& limits = {}) {
  const auto value = read_json(text, limits);
  EXPECT_FALSE(value) << text;
  return value ? "" : value.error().message;
}

TEST(ReadJson, ReadsEveryKind) {
  const Value expected(Object{{"a", Array{Value(), true, false, -12, 0.5, "x"}}, {"b", Object{}}});
  EXPECT_EQ(read(" {\"a\": [null, true, false, -12, 5e-1, \"x\"] , \"b\":{}}\n"), expected);
}

TEST(ReadJson, TellsIntegersFromReals) {
  EXPECT_EQ(read("1"), Value(1));
  EXPECT_EQ(read("1.0"), Value(1.0));
  EXPECT_EQ(read("1e2"), Value(100.0));
  EXPECT_EQ(read("-9223372036854775808"), Value(std::numeric_limits<std::int64_t>::min()));
  EXPECT_EQ(read("1e-400"), Value(0.0));
  EXPECT_EQ(read("0." + std::string(400, '0') + "1"), Value(0.0));
}

TEST(ReadJson, OfTwoMembersOfOneNameTheLastCounts) {
  EXPECT_EQ(read(R"({"a": 1, "a": 2})"), Value(Object{{"a", 2}}));
}

TEST(ReadJson, ReadsEscapes) {
  EXPECT_EQ(read(R"("\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00")"),
            Value("\"\\/\b\f\n\r\t\xC3\xA9\xF0\x9F\x98\x80"));
}

TEST(ReadJson, SaysWhereAndWhatWasWanted) {
  EXPECT_EQ(refusal(""), "line 1, column 1: wanted a value, got the end of the text");
  EXPECT_EQ(refusal("[1,\n 2 3]"), "line 2, column 4: wanted ',' or ']', got '3'");
  EXPECT_EQ(refusal("{1: 2}"),
            "line 1, column 2: wanted the name of a member in quotation marks, got '1'");
  EXPECT_EQ(refusal("1 2"),
            "line 1, column 3: the value ended, and then came '2'; one text holds one value");
}

TEST(ReadJson, RefusesWhatIsNotJson) {
  for (const char* text : {"[1,]",
                           "{\"a\":1,}",
                           "{\"a\"}",
                           "[",
                           "{",
                           "\"",
                           "\"\n\"",
                           "\"\\x\"",
                           "\"\\u12\"",
                           "01",
                           "-",
                           "1.",
                           "1e",
                           ".5",
                           "+1",
                           "nul",
                           "NaN",
                           "Infinity",
                           "'a'",
                           "//",
                           "\xEF\xBB\xBF"
                           "1",
                           "\"\xFF\"",
                           "\"\xC0\x80\"",
                           "\"\xED\xA0\x80\"",
                           "\"\\ud800\"",
                           "\"\\ud800\\u0041\"",
                           "\"\\udc00\"",
                           "9223372036854775808",
                           "1e400",
                           "[1}",
                           "{\"a\":1]"}) {
    EXPECT_FALSE(read_json(text)) << text;
  }
}

TEST(ReadJson, KeepsToItsLimits) {
  EXPECT_TRUE(read_json("[[1]]", {.depth = 2}));
  EXPECT_EQ(refusal("[[[1]]]", {.depth = 2}),
            "line 1, column 3: arrays and objects are nested more than 2 deep; raise "
            "JsonLimits::depth if they may be");
  EXPECT_NE(refusal("[1, 2]", {.bytes = 5}).find("5 are the most"), std::string::npos);
}

TEST(ReadJson, ReadsAnyDepthItIsAllowed) {
  const std::string text = std::string(100000, '[') + std::string(100000, ']');
  EXPECT_TRUE(read_json(text, {.depth = 100000}));
}

TEST(WriteJson, WritesWhatReadsBackEqual) {
  const Value value(Object{{"a", Array{Value(), true, -12, 5.0, 1e300, "\x01\"\xC3\xA9", Array{}}},
                           {"", Object{{"b", Object{}}}}});
  for (const std::size_t indent : {0U, 2U}) {
    const auto text = write_json(value, {.indent = indent});
    ASSERT_TRUE(text);
    EXPECT_EQ(read(*text), value) << *text;
  }
}

TEST(WriteJson, HasOneLineOrOneMemberALine) {
  const Value value(Object{{"a", Array{1, 2.0}}, {"b", Object{}}});
  EXPECT_EQ(*write_json(value), R"({"a": [1, 2.0], "b": {}})");
  EXPECT_EQ(*write_json(value, {.indent = 2}),
            "{\n  \"a\": [\n    1,\n    2.0\n  ],\n  \"b\": {}\n}");
}

TEST(WriteJson, RefusesWhatJsonCannotSay) {
  EXPECT_FALSE(write_json(Value(std::numeric_limits<double>::infinity())));
  EXPECT_FALSE(write_json(Value(Array{"\xFF"})));
  EXPECT_FALSE(write_json(Value(Object{{"\xFF", 1}})));
}

}  // namespace
}  // namespace mainstay
