// width.cpp - see width.hpp.
#include "mainstay/progress/width.hpp"

#include <algorithm>
#include <cstdint>
#include <iterator>

namespace mainstay::progress {

namespace {

constexpr std::string_view kReset = "\x1b[0m";

struct Range {
  std::uint32_t first, last;
};

// What the Unicode database (15.1) calls wide (W) or full-width (F).
constexpr Range kWide[] = {
    {0x1100, 0x115F},   {0x231A, 0x231B},   {0x2329, 0x232A},   {0x23E9, 0x23EC},
    {0x23F0, 0x23F0},   {0x23F3, 0x23F3},   {0x25FD, 0x25FE},   {0x2614, 0x2615},
    {0x2648, 0x2653},   {0x267F, 0x267F},   {0x2693, 0x2693},   {0x26A1, 0x26A1},
    {0x26AA, 0x26AB},   {0x26BD, 0x26BE},   {0x26C4, 0x26C5},   {0x26CE, 0x26CE},
    {0x26D4, 0x26D4},   {0x26EA, 0x26EA},   {0x26F2, 0x26F3},   {0x26F5, 0x26F5},
    {0x26FA, 0x26FA},   {0x26FD, 0x26FD},   {0x2705, 0x2705},   {0x270A, 0x270B},
    {0x2728, 0x2728},   {0x274C, 0x274C},   {0x274E, 0x274E},   {0x2753, 0x2755},
    {0x2757, 0x2757},   {0x2795, 0x2797},   {0x27B0, 0x27B0},   {0x27BF, 0x27BF},
    {0x2B1B, 0x2B1C},   {0x2B50, 0x2B50},   {0x2B55, 0x2B55},   {0x2E80, 0x2E99},
    {0x2E9B, 0x2EF3},   {0x2F00, 0x2FD5},   {0x2FF0, 0x303E},   {0x3041, 0x3096},
    {0x3099, 0x30FF},   {0x3105, 0x312F},   {0x3131, 0x318E},   {0x3190, 0x31E3},
    {0x31EF, 0x321E},   {0x3220, 0x3247},   {0x3250, 0x4DBF},   {0x4E00, 0xA48C},
    {0xA490, 0xA4C6},   {0xA960, 0xA97C},   {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},
    {0xFE10, 0xFE19},   {0xFE30, 0xFE52},   {0xFE54, 0xFE66},   {0xFE68, 0xFE6B},
    {0xFF01, 0xFF60},   {0xFFE0, 0xFFE6},   {0x16FE0, 0x16FE4}, {0x16FF0, 0x16FF1},
    {0x17000, 0x187F7}, {0x18800, 0x18CD5}, {0x18D00, 0x18D08}, {0x1AFF0, 0x1AFF3},
    {0x1AFF5, 0x1AFFB}, {0x1AFFD, 0x1AFFE}, {0x1B000, 0x1B122}, {0x1B132, 0x1B132},
    {0x1B150, 0x1B152}, {0x1B155, 0x1B155}, {0x1B164, 0x1B167}, {0x1B170, 0x1B2FB},
    {0x1F004, 0x1F004}, {0x1F0CF, 0x1F0CF}, {0x1F18E, 0x1F18E}, {0x1F191, 0x1F19A},
    {0x1F200, 0x1F202}, {0x1F210, 0x1F23B}, {0x1F240, 0x1F248}, {0x1F250, 0x1F251},
    {0x1F260, 0x1F265}, {0x1F300, 0x1F320}, {0x1F32D, 0x1F335}, {0x1F337, 0x1F37C},
    {0x1F37E, 0x1F393}, {0x1F3A0, 0x1F3CA}, {0x1F3CF, 0x1F3D3}, {0x1F3E0, 0x1F3F0},
    {0x1F3F4, 0x1F3F4}, {0x1F3F8, 0x1F43E}, {0x1F440, 0x1F440}, {0x1F442, 0x1F4FC},
    {0x1F4FF, 0x1F53D}, {0x1F54B, 0x1F54E}, {0x1F550, 0x1F567}, {0x1F57A, 0x1F57A},
    {0x1F595, 0x1F596}, {0x1F5A4, 0x1F5A4}, {0x1F5FB, 0x1F64F}, {0x1F680, 0x1F6C5},
    {0x1F6CC, 0x1F6CC}, {0x1F6D0, 0x1F6D2}, {0x1F6D5, 0x1F6D7}, {0x1F6DC, 0x1F6DF},
    {0x1F6EB, 0x1F6EC}, {0x1F6F4, 0x1F6FC}, {0x1F7E0, 0x1F7EB}, {0x1F7F0, 0x1F7F0},
    {0x1F90C, 0x1F93A}, {0x1F93C, 0x1F945}, {0x1F947, 0x1F9FF}, {0x1FA70, 0x1FA7C},
    {0x1FA80, 0x1FA88}, {0x1FA90, 0x1FABD}, {0x1FABF, 0x1FAC5}, {0x1FACE, 0x1FADB},
    {0x1FAE0, 0x1FAE8}, {0x1FAF0, 0x1FAF8}, {0x20000, 0x2FFFD}, {0x30000, 0x3FFFD},
};

bool is_wide(std::uint32_t point) noexcept {
  if (point < kWide[0].first) return false;
  const auto* after =
      std::upper_bound(std::begin(kWide), std::end(kWide), point,
                       [](std::uint32_t value, const Range& range) { return value < range.first; });
  return point <= std::prev(after)->last;
}

// The length of the escape sequence `text` begins with, ESC [ digits and semicolons, letter; or 0.
std::size_t escape_length(std::string_view text) noexcept {
  if (text.size() < 3 || text[0] != '\x1b' || text[1] != '[') return 0;
  const std::size_t end = text.find_first_not_of("0123456789;", 2);
  if (end == std::string_view::npos) return 0;
  const char last = text[end];
  const bool is_letter = (last >= 'A' && last <= 'Z') || (last >= 'a' && last <= 'z');
  return is_letter ? end + 1 : 0;
}

struct Character {
  std::size_t length;  // in bytes
  std::size_t columns;
};

// The first character. Bytes that are no UTF-8 count one each.
Character first_of(std::string_view text) noexcept {
  const auto byte = [&](std::size_t at) {
    return at < text.size() ? static_cast<std::uint32_t>(static_cast<unsigned char>(text[at])) : 0U;
  };
  const std::uint32_t first = byte(0);
  if (first < 0xC0) return {1, 1};
  const std::size_t length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  if (length > text.size()) return {1, 1};
  std::uint32_t point = first & (0xFFU >> (length + 1));
  for (std::size_t at = 1; at < length; ++at) point = point << 6U | (byte(at) & 0x3FU);
  return {length, is_wide(point) ? 2U : 1U};
}

struct Measured {
  std::size_t columns = 0;
  std::size_t characters = 0;
  bool has_escapes = false;
};

Measured measure(std::string_view text) noexcept {
  Measured found;
  for (std::size_t at = 0; at < text.size();) {
    if (const std::size_t escape = escape_length(text.substr(at))) {
      found.has_escapes = true;
      found.characters += escape;
      at += escape;
      continue;
    }
    const Character next = first_of(text.substr(at));
    found.columns += next.columns;
    ++found.characters;
    at += next.length;
  }
  return found;
}

}  // namespace

std::size_t display_width(std::string_view text) noexcept {
  const bool is_plain =
      std::all_of(text.begin(), text.end(), [](char each) { return each > '\x1b'; });
  return is_plain ? text.size() : measure(text).columns;
}

void trim_to_width(std::string& text, std::size_t columns) {
  const Measured all = measure(text);
  if (all.columns <= columns && !all.has_escapes) return;
  const bool by_characters = all.columns == all.characters;  // then escapes are characters too
  std::size_t used = 0;
  std::size_t kept = 0;  // bytes of the longest beginning that fits
  for (std::size_t at = 0; at < text.size() && used <= columns;) {
    const std::string_view rest = std::string_view(text).substr(at);
    const std::size_t escape = by_characters ? 0 : escape_length(rest);
    if (escape != 0) {
      at += escape;
    } else {
      const Character next = first_of(rest);
      used += by_characters ? 1 : next.columns;
      at += next.length;
    }
    if (used <= columns) kept = at;
  }
  text.resize(kept);
  if (!by_characters && all.has_escapes && measure(text).has_escapes && !text.ends_with(kReset)) {
    text += kReset;
  }
}

}  // namespace mainstay::progress
