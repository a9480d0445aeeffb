// codec_test.cpp - Values survive both formats; what is malformed is refused and placed.
#include "mainstay/codec/codec.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <string>

#include "mainstay/codec/base64.hpp"
#include "mainstay/codec/json_reader.hpp"
#include "mainstay/codec/moment.hpp"
#include "mainstay/codec/msgpack_reader.hpp"
#include "mainstay/codec/number.hpp"
#include "mainstay/codec/text.hpp"
#include "mainstay/codec/uuid.hpp"

namespace mainstay::codec {
namespace {

std::string text_of(double number) {
  char out[kMaxDoubleText];
  return {out, write_double(number, out)};
}

Value sample() {
  return Value(Object{{"name", "line\n\"quoted\" \x01 \xC3\xA9"},
                      {"numbers", Array{0, -1, 1 << 20, 0.1, 1e300, INT64_MIN}},
                      {"empty", Array{Value(Array{}), Value(Object{}), Value(), true, false}}});
}

TEST(Codec, reads_back_what_it_wrote_in_both_formats) {
  const auto json = encode_json(sample());
  ASSERT_TRUE(json);
  EXPECT_EQ(*decode_json(*json), sample());
  const auto msgpack = encode_msgpack(sample());
  ASSERT_TRUE(msgpack);
  EXPECT_EQ(*decode_msgpack(*msgpack), sample());
}

TEST(Codec, writes_json_without_spaces) {
  EXPECT_EQ(*encode_json(Value(Object{{"a", Array{1, "x"}}})), R"({"a":[1,"x"]})");
}

TEST(Codec, says_where_json_is_malformed) {
  const auto refused = [](std::string_view text) { return decode_json(text).error().message; };
  EXPECT_EQ(refused("[1,]"), "JSON is malformed: trailing comma in array (byte 3)");
  EXPECT_EQ(refused("{\"a\" 1}"), "JSON is malformed: expected ':' (byte 5)");
  EXPECT_EQ(refused("[1"), "Input data was truncated");
  EXPECT_EQ(refused("01"), "JSON is malformed: invalid number (byte 1)");
  EXPECT_EQ(refused("1 x"), "JSON is malformed: trailing characters (byte 3)");
}

TEST(Codec, refuses_every_prefix_of_a_message) {
  const auto json = *encode_json(sample());
  const auto msgpack = *encode_msgpack(sample());
  for (std::size_t size = 0; size < json.size(); ++size) {
    EXPECT_FALSE(decode_json(json.substr(0, size))) << size;
  }
  for (std::size_t size = 0; size < msgpack.size(); ++size) {
    EXPECT_FALSE(decode_msgpack(msgpack.substr(0, size))) << size;
  }
}

TEST(Codec, keeps_the_limits_of_depth_and_size) {
  const std::string deep = std::string(1001, '[') + std::string(1001, ']');
  EXPECT_EQ(decode_json(deep).error().code, ErrorCode::limit_exceeded);
  EXPECT_TRUE(decode_json(deep, {.depth = 1001}));
  EXPECT_EQ(decode_json("[1]", {.bytes = 2}).error().code, ErrorCode::limit_exceeded);
}

TEST(Codec, refuses_text_that_is_not_utf8) {
  EXPECT_FALSE(decode_json("\"\xFF\""));
  EXPECT_FALSE(decode_msgpack("\xA1\xFF"));
  EXPECT_FALSE(encode_json(Value("\xFF")));
}

TEST(Codec, doubles_have_one_style) {
  EXPECT_EQ(text_of(1), "1.0");
  EXPECT_EQ(text_of(-0.0), "-0.0");
  EXPECT_EQ(text_of(123.456), "123.456");
  EXPECT_EQ(text_of(1e15), "1000000000000000.0");
  EXPECT_EQ(text_of(1e16), "1e16");
  EXPECT_EQ(text_of(0.0001), "0.0001");
  EXPECT_EQ(text_of(0.00001), "0.00001");
  EXPECT_EQ(text_of(0.000001), "1e-6");
  EXPECT_EQ(text_of(-1.5e-300), "-1.5e-300");
  EXPECT_EQ(text_of(0.28), "0.28");
  EXPECT_EQ(text_of(622948154.83), "622948154.83");
  EXPECT_EQ(text_of(-7.007), "-7.007");
  EXPECT_EQ(text_of(5e-324), "5e-324");
  EXPECT_EQ(text_of(1.7976931348623157e308), "1.7976931348623157e308");
}

TEST(Codec, a_number_that_was_scanned_is_the_double_that_its_spelling_says) {
  std::uint64_t random = 1;
  const auto next = [&] { return random = random * 6364136223846793005U + 1442695040888963407U; };
  const auto check = [](const std::string& spelling) {
    const Number number = scan_number(spelling);
    ASSERT_EQ(number.length, spelling.size()) << spelling;
    double scaled = 0;
    if (number.kind != NumberKind::real || !number.exact ||
        !scale(number.magnitude, number.exponent, scaled)) {
      return;
    }
    EXPECT_EQ(scaled, std::strtod(spelling.c_str(), nullptr)) << spelling;
  };
  for (std::uint64_t i = 0; i < 20'000; ++i) {
    check(std::to_string(next() >> (next() >> 58U)) + "e-" + std::to_string(next() >> 59U));
    // In the middle of two doubles, and next to it.
    const std::uint64_t middle = (next() >> 11U | std::uint64_t{1} << 52U) * 2 + 1;
    check("0." + std::to_string(middle + i % 3 - 1));
    check(std::to_string(middle >> 9U) + ".001953125");
    check(std::to_string(next() >> 40U) + "." + std::to_string(next() >> 34U));
  }
  check("0e-26");
  check("0.0000000000000000000000000");
}

TEST(Codec, texts_of_any_length_are_scanned_to_the_byte_that_is_special) {
  for (std::size_t size = 0; size < 70; ++size) {
    const std::string plain(size, 'x');
    std::string copy(size, '.');
    EXPECT_EQ(plain_length(plain), size);
    EXPECT_TRUE(copy_plain(plain, copy.data()));
    EXPECT_EQ(copy, plain);
    copy.assign(size, '.');
    copy_bytes(copy.data(), plain.data(), size);
    EXPECT_EQ(copy, plain);
    for (std::size_t at = 0; at < size; ++at) {
      for (const char special : {'"', '\\', '\n', '\x1f', '\0', '\x80', '\xff', '\x7f', ' '}) {
        std::string text = plain;
        text[at] = special;
        const bool high = static_cast<unsigned char>(special) > 127;
        const bool escaped = !high && special != '\x7f' && special != ' ';
        EXPECT_EQ(plain_length(text), escaped ? at : size);
        EXPECT_EQ(plain_ascii_length(text), escaped || high ? at : size);
        EXPECT_EQ(copy_plain(text, copy.data()), !escaped);
        EXPECT_EQ(is_ascii(text), !high);
        EXPECT_FALSE(same_bytes(text.data(), plain.data(), size));
      }
    }
  }
}

TEST(Codec, a_name_that_is_expected_is_read_only_where_it_stands) {
  const auto read = [](const char* input, std::string_view name) {
    JsonReader reader(input);
    JsonReader::Items items{false};
    return reader.expected_key(items, name) ? static_cast<int>(reader.position()) : -1;
  };
  EXPECT_EQ(read(R"(,"id":1})", "id"), 6);
  EXPECT_EQ(read(R"(, "id":1})", "id"), 7);
  EXPECT_EQ(read(R"(,"id" :1})", "id"), -1);
  EXPECT_EQ(read(R"(,"ie":1})", "id"), -1);
  EXPECT_EQ(read(R"(,"id")", "id"), -1);
  EXPECT_EQ(read(R"("id":1})", "id"), -1);
  MsgpackReader packed("\xA2id\x01");
  MsgpackReader::Items pairs{1};
  EXPECT_FALSE(packed.expected_key(pairs, "if"));
  EXPECT_TRUE(packed.expected_key(pairs, "id"));
  EXPECT_EQ(pairs.left, 0U);
}

TEST(Codec, numbers_out_of_range_become_infinite_or_zero) {
  EXPECT_EQ(to_double("1e400"), HUGE_VAL);
  EXPECT_EQ(to_double("-1e400"), -HUGE_VAL);
  EXPECT_EQ(to_double("1e-400"), 0.0);
  EXPECT_EQ(to_double("0.000001e300"), 1e294);
  EXPECT_TRUE(std::signbit(to_double("-1e-400")));
}

TEST(Codec, durations_read_back) {
  char out[kMaxDurationText];
  const auto shown = [&](int days, int seconds, int microseconds) {
    return std::string(out, write_duration(days, seconds, microseconds, out));
  };
  EXPECT_EQ(shown(0, 0, 0), "P0D");
  EXPECT_EQ(shown(1, 30, 500'000), "P1DT30.5S");
  EXPECT_EQ(shown(-1, 86'399, 999'999), "-PT0.000001S");
  Duration read;
  ASSERT_EQ(read_duration("-PT0.000001S", read), DurationText::good);
  EXPECT_EQ(read.seconds, -1);
  EXPECT_EQ(read.microseconds, 999'999);
  EXPECT_EQ(read_duration("P1M", read), DurationText::unsupported_unit);
  EXPECT_EQ(read_duration("P1DT", read), DurationText::malformed);
}

TEST(Codec, instants_convert_to_seconds_and_back) {
  for (const std::int64_t seconds : {kMinEpochSeconds, std::int64_t{-1}, std::int64_t{0},
                                     std::int64_t{951'782'400}, kMaxEpochSeconds}) {
    Date date;
    TimeOfDay time;
    from_epoch(seconds, date, time);
    EXPECT_EQ(to_epoch(date, time), seconds);
  }
}

TEST(Codec, datetimes_round_to_microseconds) {
  Date date;
  TimeOfDay time;
  ASSERT_TRUE(read_datetime("1999-12-31T23:59:59.9999999-01:30", date, time));
  EXPECT_EQ(date.year, 2000);
  EXPECT_EQ(time.hour, 0);
  EXPECT_EQ(time.offset, -90);
  EXPECT_FALSE(read_datetime("2021-02-29T00:00:00", date, time));
  EXPECT_FALSE(read_datetime("9999-12-31T23:59:59.9999999", date, time));
}

TEST(Codec, base64_and_uuids_read_back) {
  for (const std::string bytes : {"", "a", "ab", "abc", "\xFF\xFE"}) {
    std::string text(base64_text_size(bytes.size()), '\0');
    write_base64(bytes, text.data());
    ASSERT_EQ(base64_byte_size(text), bytes.size());
    std::string read(bytes.size(), '\0');
    ASSERT_TRUE(read_base64(text, read.data()));
    EXPECT_EQ(read, bytes);
  }
  UuidBytes uuid;
  const std::string_view text = "12345678-90ab-cdef-1234-567890abcdef";
  ASSERT_TRUE(read_uuid(text, uuid));
  char out[kUuidText];
  EXPECT_EQ(std::string_view(out, write_uuid(uuid, true, out)), text);
  EXPECT_FALSE(read_uuid("1234567890abcdef1234567890abcdeg", uuid));
}

}  // namespace
}  // namespace mainstay::codec
