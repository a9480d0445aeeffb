// text.hpp - texts inside JSON: what has to be escaped, and whether bytes are UTF-8.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace mainstay::codec {

// Whether bytes are UTF-8 (RFC 3629: no surrogates, no longer form than needed).
[[nodiscard]] bool is_utf8(std::string_view text) noexcept;
[[nodiscard]] bool is_ascii(std::string_view text) noexcept;

// How many bytes from the front need no escape: all but quotation marks, backslashes and control
// characters.
[[nodiscard]] std::size_t plain_length(std::string_view text) noexcept;

// How many bytes from the front are ASCII and need no escape.
[[nodiscard]] std::size_t plain_ascii_length(std::string_view text) noexcept;

// Copies a text of which nothing needs an escape to `out`, which has room for it. False: something
// does; what was written until then does not count.
[[nodiscard]] bool copy_plain(std::string_view text, char* out) noexcept;

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

inline std::uint32_t load_half(const char* at) noexcept {
  std::uint32_t word = 0;
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

namespace detail {

// The bytes that are looked at together.
#if defined(__SSE2__)  // all machines with x86-64 have it
class Block {
 public:
  static constexpr std::size_t kSize = 16;
  static constexpr bool kExact = true;
  explicit Block(const char* at) noexcept
      : bytes_(_mm_loadu_si128(reinterpret_cast<const __m128i*>(at))) {}
  void store(char* at) const noexcept { _mm_storeu_si128(reinterpret_cast<__m128i*>(at), bytes_); }
  // Not zero: some need an escape, are not ASCII, or either.
  [[nodiscard]] unsigned special() const noexcept { return mask(escaped()); }
  [[nodiscard]] unsigned high() const noexcept { return mask(bytes_); }
  [[nodiscard]] unsigned special_or_high() const noexcept {
    return mask(_mm_or_si128(escaped(), bytes_));
  }
  // The first of them.
  [[nodiscard]] static std::size_t first(unsigned found) noexcept {
    return static_cast<std::size_t>(std::countr_zero(found));
  }

 private:
  [[nodiscard]] __m128i escaped() const noexcept {
    const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(bytes_, _mm_set1_epi8(0x1F)), bytes_);
    const __m128i quote = _mm_cmpeq_epi8(bytes_, _mm_set1_epi8('"'));
    const __m128i backslash = _mm_cmpeq_epi8(bytes_, _mm_set1_epi8('\\'));
    return _mm_or_si128(control, _mm_or_si128(quote, backslash));
  }
  static unsigned mask(__m128i bytes) noexcept {
    return static_cast<unsigned>(_mm_movemask_epi8(bytes));
  }
  __m128i bytes_;
};
#else
class Block {
 public:
  static constexpr std::size_t kSize = 8;
  // Where the first byte is the highest, its mark may be wrong: then first() is where to look from.
  static constexpr bool kExact = std::endian::native == std::endian::little;
  explicit Block(const char* at) noexcept : bytes_(load(at)) {}
  void store(char* at) const noexcept { std::memcpy(at, &bytes_, sizeof bytes_); }
  [[nodiscard]] std::uint64_t special() const noexcept { return detail::special(bytes_); }
  [[nodiscard]] std::uint64_t high() const noexcept { return bytes_ & kHighs; }
  [[nodiscard]] std::uint64_t special_or_high() const noexcept { return special() | high(); }
  [[nodiscard]] static std::size_t first(std::uint64_t found) noexcept {
    return kExact ? static_cast<std::size_t>(std::countr_zero(found)) / 8 : 0;
  }

 private:
  std::uint64_t bytes_;
};
#endif

template <bool ascii>
std::size_t plain_prefix(std::string_view text) noexcept {
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  const char* at = begin;
  while (static_cast<std::size_t>(end - at) >= Block::kSize) {
    const Block block(at);
    const auto found = ascii ? block.special_or_high() : block.special();
    if (found != 0) {
      at += Block::first(found);
      if (Block::kExact) return static_cast<std::size_t>(at - begin);
      break;
    }
    at += Block::kSize;
  }
  while (at != end && !needs_escape(*at) && !(ascii && static_cast<unsigned char>(*at) > 127)) {
    ++at;
  }
  return static_cast<std::size_t>(at - begin);
}

}  // namespace detail

inline std::size_t plain_length(std::string_view text) noexcept {
  return detail::plain_prefix<false>(text);
}

inline std::size_t plain_ascii_length(std::string_view text) noexcept {
  return detail::plain_prefix<true>(text);
}

// Copies a text, which mostly is short.
inline void copy_bytes(char* to, const char* from, std::size_t size) noexcept {
  // Two parts that overlap are a text of any length between one of them and both.
  const auto twice = [&]<std::size_t part>(std::integral_constant<std::size_t, part>) {
    char first[part];
    char last[part];
    std::memcpy(first, from, part);
    std::memcpy(last, from + size - part, part);
    std::memcpy(to, first, part);
    std::memcpy(to + size - part, last, part);
  };
  if (size > 32) {
    std::memcpy(to, from, size);
  } else if (size >= 16) {
    twice(std::integral_constant<std::size_t, 16>());
  } else if (size >= 8) {
    twice(std::integral_constant<std::size_t, 8>());
  } else if (size >= 4) {
    twice(std::integral_constant<std::size_t, 4>());
  } else {
    for (std::size_t at = 0; at < size; ++at) to[at] = from[at];
  }
}

// Whether short texts are the same: names, mostly.
inline bool same_bytes(const char* one, const char* other, std::size_t size) noexcept {
  if (size >= 8) {
    for (std::size_t at = 0; at + 8 < size; at += 8) {
      if (detail::load(one + at) != detail::load(other + at)) return false;
    }
    return detail::load(one + size - 8) == detail::load(other + size - 8);
  }
  if (size >= 4) {
    return detail::load_half(one) == detail::load_half(other) &&
           detail::load_half(one + size - 4) == detail::load_half(other + size - 4);
  }
  for (std::size_t at = 0; at < size; ++at) {
    if (one[at] != other[at]) return false;
  }
  return true;
}

inline bool is_ascii(std::string_view text) noexcept {
  std::size_t at = 0;
  for (; text.size() - at >= detail::Block::kSize; at += detail::Block::kSize) {
    if (detail::Block(text.data() + at).high() != 0) return false;
  }
  unsigned char all = 0;
  for (; at < text.size(); ++at) all |= static_cast<unsigned char>(text[at]);
  return all < 128;
}

inline bool copy_plain(std::string_view text, char* out) noexcept {
  const char* const from = text.data();
  const std::size_t size = text.size();
  if (size >= detail::Block::kSize) {
    const auto copied = [&](std::size_t at) {
      const detail::Block block(from + at);
      block.store(out + at);
      return block.special() == 0;
    };
    for (std::size_t at = 0; at + detail::Block::kSize <= size; at += detail::Block::kSize) {
      if (!copied(at)) return false;
    }
    return copied(size - detail::Block::kSize);
  }
  if (size >= 8) {
    const std::uint64_t first = detail::load(from);
    const std::uint64_t last = detail::load(from + size - 8);
    std::memcpy(out, &first, 8);
    std::memcpy(out + size - 8, &last, 8);
    return (detail::special(first) | detail::special(last)) == 0;
  }
  if (size >= 4) {
    const std::uint32_t first = detail::load_half(from);
    const std::uint32_t last = detail::load_half(from + size - 4);
    std::memcpy(out, &first, 4);
    std::memcpy(out + size - 4, &last, 4);
    return detail::special(std::uint64_t{first} << 32U | last) == 0;
  }
  for (std::size_t at = 0; at < size; ++at) {
    if (detail::needs_escape(from[at])) return false;
    out[at] = from[at];
  }
  return true;
}

}  // namespace mainstay::codec
