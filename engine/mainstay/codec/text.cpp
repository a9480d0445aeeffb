// text.cpp - scanning texts, eight bytes at a time.
#include "mainstay/codec/text.hpp"

#include <bit>
#include <cstdint>
#include <cstring>

#include "mainstay/base/utf8.hpp"

namespace mainstay::codec {
namespace {

constexpr std::uint64_t kOnes = 0x0101'0101'0101'0101U;
constexpr std::uint64_t kHighs = 0x8080'8080'8080'8080U;

std::uint64_t load(const char* at) noexcept {
  std::uint64_t word = 0;
  std::memcpy(&word, at, sizeof word);
  return word;
}

// The high bit of each byte that is below `limit` (at most 128) and ASCII. A byte behind one that
// is set may be set wrongly; a word without any has none.
constexpr std::uint64_t below(std::uint64_t word, std::uint64_t limit) noexcept {
  return (word - kOnes * limit) & ~word & kHighs;
}

constexpr std::uint64_t equal(std::uint64_t word, char c) noexcept {
  return below(word ^ kOnes * static_cast<unsigned char>(c), 1);
}

constexpr std::uint64_t special(std::uint64_t word) noexcept {
  return below(word, 0x20) | equal(word, '"') | equal(word, '\\');
}

bool needs_escape(char c) noexcept {
  return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\';
}

}  // namespace

bool is_utf8(std::string_view text) noexcept {
  std::size_t at = 0;
  while (at < text.size()) {
    if (text.size() - at >= 8 && (load(text.data() + at) & kHighs) == 0) {
      at += 8;
      continue;
    }
    const std::size_t length = utf8_length(text.substr(at));
    if (length == 0) return false;
    at += length;
  }
  return true;
}

std::size_t plain_length(std::string_view text) noexcept {
  std::size_t at = 0;
  while (text.size() - at >= 8 && special(load(text.data() + at)) == 0) at += 8;
  while (at < text.size() && !needs_escape(text[at])) ++at;
  return at;
}

std::size_t plain_ascii_length(std::string_view text) noexcept {
  std::size_t at = 0;
  while (text.size() - at >= 8) {
    const std::uint64_t word = load(text.data() + at);
    if (((word & kHighs) | special(word)) != 0) break;
    at += 8;
  }
  while (at < text.size() && !needs_escape(text[at]) && static_cast<unsigned char>(text[at]) < 128) {
    ++at;
  }
  return at;
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
