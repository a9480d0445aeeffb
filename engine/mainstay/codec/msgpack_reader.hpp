// msgpack_reader.hpp - MessagePack as tokens. The same calls as JsonReader has.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "mainstay/codec/text.hpp"
#include "mainstay/codec/token.hpp"

namespace mainstay::codec {

class MsgpackReader {
 public:
  struct Items {
    std::size_t left = 0;
  };

  explicit MsgpackReader(std::string_view input) noexcept
      : begin_(input.data()), at_(begin_), end_(begin_ + input.size()) {}

  // Texts are checked to be UTF-8, and are parts of the input. False: fault() says why.
  [[nodiscard]] bool next(Token& token) noexcept;

  // Instead of key(), where a certain name is likely: reads it if it stands there just as
  // `spelled`, a text of less than 32 bytes with its head.
  [[nodiscard]] bool expected_key(Items& items, std::string_view spelled) noexcept;

  [[nodiscard]] static Items enter(const Token& token) noexcept { return {token.count}; }
  [[nodiscard]] static Step item(Items& items) noexcept {
    if (items.left == 0) return Step::end;
    --items.left;
    return Step::item;
  }
  // Before each pair of a map. Keys may be of any kind: a name that is an array or a map is read by
  // the caller.
  [[nodiscard]] Step key(Items& items, Token& name) noexcept {
    if (items.left == 0) return Step::end;
    --items.left;
    return next(name) ? Step::item : Step::fault;
  }

  [[nodiscard]] bool skip(std::size_t depth);
  [[nodiscard]] bool finish() noexcept;

  [[nodiscard]] const Fault& fault() const noexcept { return fault_; }
  [[nodiscard]] std::size_t position() const noexcept {
    return static_cast<std::size_t>(at_ - begin_);
  }
  void rewind(std::size_t position) noexcept { at_ = begin_ + position; }
  [[nodiscard]] std::size_t left() const noexcept { return static_cast<std::size_t>(end_ - at_); }
  [[nodiscard]] std::string_view slice(std::size_t from) const noexcept {
    return {begin_ + from, position() - from};
  }

 private:
  bool fail(const char* what, std::size_t at) noexcept;
  bool fail_truncated() noexcept;
  bool fail_text() noexcept;
  template <std::size_t width>
  [[nodiscard]] bool number(std::uint64_t& value) noexcept;
  [[nodiscard]] bool take(std::size_t size, std::string_view& data) noexcept;
  [[nodiscard]] bool text(std::size_t size, Token& token) noexcept;
  [[nodiscard]] bool extension(std::size_t size, Token& token) noexcept;
  [[nodiscard]] bool coded(std::uint8_t code, Token& token) noexcept;

  const char* begin_;
  const char* at_;
  const char* end_;
  Fault fault_;
};

inline bool MsgpackReader::take(std::size_t size, std::string_view& data) noexcept {
  if (left() < size) return fail_truncated();
  data = {at_, size};
  at_ += size;
  return true;
}

inline bool MsgpackReader::text(std::size_t size, Token& token) noexcept {
  token.kind = Kind::text;
  if (!take(size, token.text)) return false;
  token.ascii = is_ascii(token.text);
  return token.ascii || is_utf8(token.text) || fail_text();
}

inline bool MsgpackReader::next(Token& token) noexcept {
  if (at_ == end_) return fail_truncated();
  const auto code = static_cast<std::uint8_t>(*at_++);
  if (code < 0x80) {
    token.kind = Kind::integer;
    token.negative = false;
    token.magnitude = code;
    return true;
  }
  if (code == 0xC0) {
    token.kind = Kind::null;
    return true;
  }
  if ((code & 0xFEU) == 0xC2) {
    token.kind = Kind::boolean;
    token.boolean = code == 0xC3;
    return true;
  }
  if (code >= 0xC0) return coded(code, token);
  if (code >= 0xA0) return text(code & 0x1FU, token);
  token.kind = code >= 0x90 ? Kind::array : Kind::map;
  token.count = code & 0x0FU;
  return true;
}

inline bool MsgpackReader::expected_key(Items& items, std::string_view name) noexcept {
  if (items.left == 0 || left() <= name.size() || name.size() >= 32 ||
      static_cast<std::uint8_t>(*at_) != (0xA0U | name.size()) ||
      !same_bytes(at_ + 1, name.data(), name.size())) {
    return false;
  }
  --items.left;
  at_ += name.size() + 1;
  return true;
}

// The moment that the data of extension -1 says: seconds since 1970 and nanoseconds. False when the
// data has another length; the nanoseconds may be out of range.
[[nodiscard]] bool read_timestamp(std::string_view data, std::int64_t& seconds,
                                  std::uint64_t& nanoseconds) noexcept;

}  // namespace mainstay::codec
