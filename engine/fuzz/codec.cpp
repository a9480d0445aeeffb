// codec.cpp - reads bytes in either format; what was read and written again is the same value.
#include "mainstay/codec/codec.hpp"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "mainstay/codec/json_reader.hpp"
#include "mainstay/codec/moment.hpp"
#include "mainstay/codec/msgpack_reader.hpp"

namespace {

namespace codec = mainstay::codec;

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "%s\n", what);
  std::abort();
}

// MessagePack says each double; a NaN differs from itself, so texts are compared.
void check(const mainstay::Result<mainstay::Value>& value) {
  if (!value) return;
  const auto packed = codec::encode_msgpack(*value);
  require(packed.has_value(), "what was read cannot be written");
  const auto again = codec::decode_msgpack(*packed);
  require(again.has_value(), "what was written cannot be read");
  require(*codec::encode_msgpack(*again) == *packed, "read and written, it is not what it was");
  require(codec::decode_json(*codec::encode_json(*value)).has_value(), "no JSON was written");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  check(codec::decode_json(input, {.depth = 64}));
  check(codec::decode_msgpack(input, {.depth = 64}));
  // What is skipped and what is read are the same bytes.
  codec::JsonReader json(input);
  static_cast<void>(json.skip(64));
  codec::MsgpackReader msgpack(input);
  static_cast<void>(msgpack.skip(64));
  codec::Date date;
  codec::TimeOfDay time;
  codec::Duration duration;
  static_cast<void>(codec::read_datetime(input, date, time));
  static_cast<void>(codec::read_time(input, time));
  static_cast<void>(codec::read_duration(input, duration));
  return 0;
}
