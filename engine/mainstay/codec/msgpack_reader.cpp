// msgpack_reader.cpp - reading MessagePack.
#include "mainstay/codec/msgpack_reader.hpp"

#include <bit>
#include <vector>

namespace mainstay::codec {
namespace {

template <std::size_t width>
std::uint64_t load(const char* at) noexcept {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < width; ++i) {
    value = value << 8U | static_cast<unsigned char>(at[i]);
  }
  return value;
}

void set_unsigned(Token& token, std::uint64_t value) noexcept {
  token.kind = Kind::integer;
  token.negative = false;
  token.magnitude = value;
}

void set_signed(Token& token, std::int64_t value) noexcept {
  token.kind = Kind::integer;
  token.negative = value < 0;
  token.magnitude =
      value < 0 ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
}

}  // namespace

bool MsgpackReader::fail(const char* what, std::size_t at) noexcept {
  fault_ = {what, at, false};
  return false;
}

bool MsgpackReader::fail_truncated() noexcept {
  fault_ = {"Input data was truncated", position(), true};
  return false;
}

bool MsgpackReader::finish() noexcept {
  if (at_ == end_) return true;
  return fail("trailing characters", position());
}

template <std::size_t width>
bool MsgpackReader::number(std::uint64_t& value) noexcept {
  if (left() < width) return fail_truncated();
  value = load<width>(at_);
  at_ += width;
  return true;
}

bool MsgpackReader::fail_text() noexcept {
  fault_ = {"Invalid UTF-8 encoded string", position(), true};
  return false;
}

bool MsgpackReader::extension(std::size_t size, Token& token) noexcept {
  token.kind = Kind::extension;
  std::uint64_t code = 0;
  if (!number<1>(code)) return false;
  token.code = static_cast<std::int8_t>(code);
  return take(size, token.text);
}

bool MsgpackReader::coded(std::uint8_t code, Token& token) noexcept {
  if (code >= 0xE0) {
    set_signed(token, static_cast<std::int8_t>(code));
    return true;
  }
  std::uint64_t value = 0;
  switch (code) {
    case 0xC4:
    case 0xC5:
    case 0xC6:
      token.kind = Kind::bytes;
      if (!(code == 0xC4 ? number<1>(value) : code == 0xC5 ? number<2>(value) : number<4>(value))) {
        return false;
      }
      return take(value, token.text);
    case 0xC7: return number<1>(value) && extension(value, token);
    case 0xC8: return number<2>(value) && extension(value, token);
    case 0xC9: return number<4>(value) && extension(value, token);
    case 0xCA:
      if (!number<4>(value)) return false;
      token.kind = Kind::real;
      token.real = static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(value)));
      return true;
    case 0xCB:
      if (!number<8>(value)) return false;
      token.kind = Kind::real;
      token.real = std::bit_cast<double>(value);
      return true;
    case 0xCC:
      if (!number<1>(value)) return false;
      set_unsigned(token, value);
      return true;
    case 0xCD:
      if (!number<2>(value)) return false;
      set_unsigned(token, value);
      return true;
    case 0xCE:
      if (!number<4>(value)) return false;
      set_unsigned(token, value);
      return true;
    case 0xCF:
      if (!number<8>(value)) return false;
      set_unsigned(token, value);
      return true;
    case 0xD0:
      if (!number<1>(value)) return false;
      set_signed(token, static_cast<std::int8_t>(value));
      return true;
    case 0xD1:
      if (!number<2>(value)) return false;
      set_signed(token, static_cast<std::int16_t>(value));
      return true;
    case 0xD2:
      if (!number<4>(value)) return false;
      set_signed(token, static_cast<std::int32_t>(value));
      return true;
    case 0xD3:
      if (!number<8>(value)) return false;
      set_signed(token, static_cast<std::int64_t>(value));
      return true;
    case 0xD4: return extension(1, token);
    case 0xD5: return extension(2, token);
    case 0xD6: return extension(4, token);
    case 0xD7: return extension(8, token);
    case 0xD8: return extension(16, token);
    case 0xD9: return number<1>(value) && text(value, token);
    case 0xDA: return number<2>(value) && text(value, token);
    case 0xDB: return number<4>(value) && text(value, token);
    case 0xDC:
    case 0xDD:
      token.kind = Kind::array;
      if (!(code == 0xDC ? number<2>(value) : number<4>(value))) return false;
      token.count = value;
      return true;
    case 0xDE:
    case 0xDF:
      token.kind = Kind::map;
      if (!(code == 0xDE ? number<2>(value) : number<4>(value))) return false;
      token.count = value;
      return true;
    default: --at_; return fail("invalid opcode", position());
  }
}

bool MsgpackReader::skip(std::size_t depth) {
  std::vector<std::size_t> left;  // values that are to come, on each level
  Token token;
  for (;;) {
    if (!next(token)) return false;
    if (token.kind == Kind::array || token.kind == Kind::map) {
      if (left.size() >= depth) return fail("nested too deeply", position());
      left.push_back(token.kind == Kind::map ? 2 * token.count : token.count);
    }
    while (!left.empty() && left.back() == 0) left.pop_back();
    if (left.empty()) return true;
    --left.back();
  }
}

bool read_timestamp(std::string_view data, std::int64_t& seconds,
                    std::uint64_t& nanoseconds) noexcept {
  switch (data.size()) {
    case 4:
      seconds = static_cast<std::int64_t>(load<4>(data.data()));
      nanoseconds = 0;
      return true;
    case 8: {
      const std::uint64_t both = load<8>(data.data());
      seconds = static_cast<std::int64_t>(both & 0x3'FFFF'FFFFU);
      nanoseconds = both >> 34U;
      return true;
    }
    case 12:
      nanoseconds = load<4>(data.data());
      seconds = static_cast<std::int64_t>(load<8>(data.data() + 4));
      return true;
    default: return false;
  }
}

}  // namespace mainstay::codec
