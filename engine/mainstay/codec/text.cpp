// text.cpp - scanning texts, a block of bytes at a time.
#include "mainstay/codec/text.hpp"

#include <cstring>

#include "mainstay/base/utf8.hpp"

namespace mainstay::codec {

bool is_utf8(std::string_view text) noexcept {
  std::size_t at = 0;
  while (at < text.size()) {
    if (text.size() - at >= detail::Block::kSize && detail::Block(text.data() + at).high() == 0) {
      at += detail::Block::kSize;
      continue;
    }
    // Most that are not ASCII have two bytes.
    const auto first = static_cast<unsigned char>(text[at]);
    if (first < 0x80) {
      ++at;
    } else if (first >= 0xC2 && first < 0xE0 && text.size() - at >= 2 &&
               static_cast<signed char>(text[at + 1]) < -0x40) {
      at += 2;
    } else {
      const std::size_t length = utf8_length(text.substr(at));
      if (length == 0) return false;
      at += length;
    }
  }
  return true;
}

std::size_t write_escape(char character, char* out) noexcept {
  out[0] = '\\';
  switch (character) {
    case '"': out[1] = '"'; return 2;
    case '\\': out[1] = '\\'; return 2;
    case '\b': out[1] = 'b'; return 2;
    case '\f': out[1] = 'f'; return 2;
    case '\n': out[1] = 'n'; return 2;
    case '\r': out[1] = 'r'; return 2;
    case '\t': out[1] = 't'; return 2;
    default: break;
  }
  constexpr std::string_view kHex = "0123456789abcdef";
  const auto code = static_cast<unsigned char>(character);
  std::memcpy(out + 1, "u00", 3);
  out[4] = kHex[code >> 4U];
  out[5] = kHex[code & 15U];
  return 6;
}

}  // namespace mainstay::codec
