// codec.hpp - JSON and MessagePack, read and written as a Value.
//
// Input may come from anywhere: depth and size have limits. Nothing is kept between calls; any
// number of threads may call at once, each with values of its own. Readers and writers that work
// token by token: json_reader.hpp, json_writer.hpp, msgpack_reader.hpp, msgpack_writer.hpp.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "mainstay/base/result.hpp"
#include "mainstay/base/value.hpp"

namespace mainstay::codec {

struct Limits {
  std::size_t depth = 1000;                   // arrays and maps inside one another
  std::size_t bytes = std::size_t{1} << 30U;  // of the input
};

// corrupt_data: the input is no JSON, or has integers beyond 64 bits signed; the message says
// where. limit_exceeded: deeper or larger than the limits. Of two members of one name the last
// counts.
[[nodiscard]] Result<Value> decode_json(std::string_view input, const Limits& limits = {});

// The same for MessagePack, whose maps must have texts as keys. What a Value cannot say, bytes and
// extensions, is corrupt_data too.
[[nodiscard]] Result<Value> decode_msgpack(std::string_view input, const Limits& limits = {});

// invalid_argument: a text is not UTF-8. Numbers that are not finite become null in JSON.
[[nodiscard]] Result<std::string> encode_json(const Value& value);
[[nodiscard]] Result<std::string> encode_msgpack(const Value& value);

}  // namespace mainstay::codec
