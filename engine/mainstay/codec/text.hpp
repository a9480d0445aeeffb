// text.hpp - texts inside JSON: what has to be escaped, and whether bytes are UTF-8.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace mainstay::codec {

// Whether bytes are UTF-8 (RFC 3629: no surrogates, no longer form than needed).
[[nodiscard]] bool is_utf8(std::string_view text) noexcept;

// How many bytes from the front need no escape: all but quotation marks, backslashes and control
// characters.
[[nodiscard]] std::size_t plain_length(std::string_view text) noexcept;

// How many bytes from the front are ASCII and need no escape.
[[nodiscard]] std::size_t plain_ascii_length(std::string_view text) noexcept;

// Writes the escape of a character that needs one at `out`, which has room for 6 bytes.
std::size_t write_escape(char character, char* out) noexcept;

namespace detail {

inline constexpr std::uint64_t kOnes = 0x0101'0101'0101'0101U;
inline constexpr std::uint64_t kHighs = 0x8080'8080'8080'8080U;

inline std::uint64_t load(const char* at) noexcept {
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

inline bool needs_escape(char c) noexcept {
  return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\';
}

}  // namespace detail

inline std::size_t plain_length(std::string_view text) noexcept {
  std::size_t at = 0;
  while (text.size() - at >= 8 && detail::special(detail::load(text.data() + at)) == 0) at += 8;
  while (at < text.size() && !detail::needs_escape(text[at])) ++at;
  return at;
}

inline std::size_t plain_ascii_length(std::string_view text) noexcept {
  std::size_t at = 0;
  while (text.size() - at >= 8) {
    const std::uint64_t word = detail::load(text.data() + at);
    if (((word & detail::kHighs) | detail::special(word)) != 0) break;
    at += 8;
  }
  while (at < text.size() && !detail::needs_escape(text[at]) &&
         static_cast<unsigned char>(text[at]) < 128) {
    ++at;
  }
  return at;
}

}  // namespace mainstay::codec
