// codec.cpp - Values from the readers, and to the writers.
#include "mainstay/codec/codec.hpp"

#include <cstdint>
#include <limits>
#include <type_traits>
#include <utility>
#include <vector>

#include "mainstay/codec/buffer.hpp"
#include "mainstay/codec/json_reader.hpp"
#include "mainstay/codec/json_writer.hpp"
#include "mainstay/codec/msgpack_reader.hpp"
#include "mainstay/codec/msgpack_writer.hpp"
#include "mainstay/codec/number.hpp"

namespace mainstay::codec {
namespace {

Error corrupt(const char* format, const char* what, std::size_t at) {
  return {ErrorCode::corrupt_data,
          std::string(format) + " is malformed: " + what + " (byte " + std::to_string(at) + ")"};
}

template <class Source>
constexpr const char* kFormat = std::is_same_v<Source, JsonReader> ? "JSON" : "MessagePack data";

template <class Source>
Error error_of(const Source& source) {
  const Fault& fault = source.fault();
  if (fault.bare) return {ErrorCode::corrupt_data, fault.what};
  return corrupt(kFormat<Source>, fault.what, fault.at);
}

template <class Source>
Result<Value> scalar(const Source& source, const Token& token) {
  switch (token.kind) {
    case Kind::null: return Value();
    case Kind::boolean: return Value(token.boolean);
    case Kind::integer: {
      constexpr auto kMost = std::uint64_t{std::numeric_limits<std::int64_t>::max()};
      if (token.magnitude <= kMost + (token.negative ? 1 : 0)) {
        return Value(
            static_cast<std::int64_t>(token.negative ? 0 - token.magnitude : token.magnitude));
      }
      break;
    }
    case Kind::real:
      return Value(std::is_same_v<Source, JsonReader> ? to_double(token.text) : token.real);
    case Kind::text: return Value(token.text);
    case Kind::bytes:
    case Kind::extension:
      return corrupt(kFormat<Source>, "bytes and extensions have no place in a Value",
                     source.position());
    case Kind::big_integer:
    case Kind::array:
    case Kind::map: break;
  }
  return corrupt(kFormat<Source>, "an integer does not fit 64 bits", source.position());
}

template <class Source>
Result<Value> decode(std::string_view input, const Limits& limits) {
  if (input.size() > limits.bytes) {
    return Error{ErrorCode::limit_exceeded, "the input has " + std::to_string(input.size()) +
                                                " bytes, at most " + std::to_string(limits.bytes) +
                                                " are read"};
  }
  struct Level {
    Value value;
    typename Source::Items items;
    std::string name;
  };
  Source source(input);
  std::vector<Level> levels;
  Token token;
  for (;;) {
    if (!source.next(token)) return error_of(source);
    Value value;
    if (token.kind == Kind::array || token.kind == Kind::map) {
      if (levels.size() >= limits.depth) {
        return Error{ErrorCode::limit_exceeded, "arrays and maps are nested more than " +
                                                    std::to_string(limits.depth) + " deep"};
      }
      Value container = token.kind == Kind::array ? Value(Array{}) : Value(Object{});
      levels.push_back({std::move(container), Source::enter(token), {}});
    } else {
      auto read = scalar(source, token);
      if (!read) return std::move(read).error();
      value = *std::move(read);
      if (levels.empty()) {
        if (!source.finish()) return error_of(source);
        return value;
      }
    }
    // Here a value is complete, or a level was just opened.
    bool complete = token.kind != Kind::array && token.kind != Kind::map;
    for (;;) {
      Level& top = levels.back();
      Array* const items = top.value.array();
      if (complete) {
        if (items != nullptr) {
          items->push_back(std::move(value));
        } else {
          (*top.value.object())[top.name] = std::move(value);
        }
      }
      Step step = Step::end;
      if (items != nullptr) {
        step = source.item(top.items);
      } else {
        step = source.key(top.items, token);
        if (step == Step::item) {
          if (token.kind != Kind::text) {
            return corrupt(kFormat<Source>, "keys of maps must be texts", source.position());
          }
          top.name = token.text;
        }
      }
      if (step == Step::fault) return error_of(source);
      if (step == Step::item) break;
      value = std::move(top.value);
      levels.pop_back();
      complete = true;
      if (levels.empty()) {
        if (!source.finish()) return error_of(source);
        return value;
      }
    }
  }
}

using JsonSink = JsonWriter<TextBuffer>;

template <class Sink>
constexpr bool kIsJson = std::is_same_v<Sink, JsonSink>;

template <class Sink>
Result<void> put_text(Sink& sink, std::string_view text) {
  if (!is_utf8(text)) return Error{ErrorCode::invalid_argument, "a text is not UTF-8"};
  if (text.size() > kMaxLength) {
    return Error{ErrorCode::limit_exceeded, "a text is longer than 2**32 - 1 bytes"};
  }
  sink.text(text);
  return {};
}

// An array or object whose parts are being written.
struct Open {
  const Value* value;
  std::size_t next;
};

template <class Sink>
Result<std::string> encode(const Value& value) {
  TextBuffer buffer;
  Sink sink(buffer);
  std::vector<Open> open;
  const Value* each = &value;
  for (;;) {
    switch (each->kind()) {
      case Value::Kind::null: sink.null(); break;
      case Value::Kind::boolean: sink.boolean(*each->boolean()); break;
      case Value::Kind::integer: sink.integer(*each->integer()); break;
      case Value::Kind::real: sink.real(*each->real()); break;
      case Value::Kind::text:
        if (auto written = put_text(sink, *each->text()); !written) return written.error();
        break;
      case Value::Kind::array:
        if constexpr (kIsJson<Sink>) {
          sink.begin_array();
        } else {
          sink.begin_array(each->array()->size());
        }
        open.push_back({each, 0});
        break;
      case Value::Kind::object:
        if constexpr (kIsJson<Sink>) {
          sink.begin_map();
        } else {
          sink.begin_map(each->object()->size());
        }
        open.push_back({each, 0});
        break;
    }
    for (;;) {
      if (open.empty()) return buffer.take();
      Open& top = open.back();
      const Array* const items = top.value->array();
      const std::size_t size = items != nullptr ? items->size() : top.value->object()->size();
      if (top.next < size) {
        if (kIsJson<Sink> && top.next > 0) {
          if constexpr (kIsJson<Sink>) sink.separate();
        }
        if (items != nullptr) {
          each = &(*items)[top.next++];
        } else {
          const Member& member = top.value->object()->at(top.next++);
          if (auto written = put_text(sink, member.name); !written) return written.error();
          if constexpr (kIsJson<Sink>) sink.colon();
          each = &member.value;
        }
        break;
      }
      if constexpr (kIsJson<Sink>) {
        if (items != nullptr) {
          sink.end_array();
        } else {
          sink.end_map();
        }
      }
      open.pop_back();
    }
  }
}

}  // namespace

Result<Value> decode_json(std::string_view input, const Limits& limits) {
  return decode<JsonReader>(input, limits);
}

Result<Value> decode_msgpack(std::string_view input, const Limits& limits) {
  return decode<MsgpackReader>(input, limits);
}

Result<std::string> encode_json(const Value& value) { return encode<JsonSink>(value); }

Result<std::string> encode_msgpack(const Value& value) {
  return encode<MsgpackWriter<TextBuffer>>(value);
}

}  // namespace mainstay::codec
