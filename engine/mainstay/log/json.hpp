// json.hpp - values as JSON on one line, exactly as Python's json.dumps writes them.
//
// Pure ASCII: ", " and ": " between the parts, characters beyond ASCII as \uXXXX (surrogate pairs
// above U+FFFF), NaN and Infinity as these words. A template over a *host* that knows the nodes:
// Python objects in the binding, mainstay::Value in C++. All hosts' functions may fail by false,
// which ends the writing; why is the host's to remember.
#pragma once

#include <array>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>

#include "mainstay/base/utf8.hpp"
#include "mainstay/log/line.hpp"

namespace mainstay::log {

enum class JsonKind : std::uint8_t { null, yes, no, integer, real, text, array, object, other };

// What a host has. `items` and `members` call their argument for each child, and stop at its first
// false. `other` is asked what stands for a node that is none of JSON's, and calls its last
// argument with that. `enter` and `leave` stand around what contains others: there a host counts
// depth and finds cycles. `key` writes the name of a member, in quotation marks.
template <class Host>
concept JsonHost =
    requires(Host& host, typename Host::Node node, Line& line, bool (*each)(typename Host::Node),
             bool (*member)(typename Host::Node, typename Host::Node)) {
      { host.kind(node) } -> std::same_as<JsonKind>;
      { host.integer(node, line) } -> std::same_as<bool>;
      { host.real(node) } -> std::same_as<double>;
      { host.text(node, line) } -> std::same_as<bool>;
      { host.key(node, line) } -> std::same_as<bool>;
      { host.items(node, each) } -> std::same_as<bool>;
      { host.members(node, member) } -> std::same_as<bool>;
      { host.other(node, each) } -> std::same_as<bool>;
      { host.enter(node) } -> std::same_as<bool>;
      host.leave(node);
    };

namespace detail {

inline constexpr char kHex[] = "0123456789abcdef";

// Which bytes stand for themselves inside a JSON text.
inline constexpr auto kPlain = [] {
  std::array<bool, 256> plain{};
  for (std::size_t c = 0x20; c < 0x7F; ++c) plain[c] = c != '"' && c != '\\';
  return plain;
}();

template <class Unit>
[[nodiscard]] constexpr bool is_plain(Unit unit) noexcept {
  if constexpr (sizeof(Unit) == 1) return kPlain[static_cast<unsigned char>(unit)];
  return unit < 0x7F && kPlain[static_cast<std::size_t>(unit)];
}

// Copies bytes that stand for themselves, eight at a time, up to the first eight that do not; says
// how many. A byte's high bit is set in one of the terms when it is below 0x20 or beyond 0x7F, a
// quotation mark, a backslash or 0x7F; borrows make more of them set, never fewer.
inline std::size_t copy_plain(char* to, const void* from, std::size_t count) noexcept {
  constexpr std::uint64_t kOnes = 0x0101010101010101U;
  const auto* bytes = static_cast<const char*>(from);
  std::size_t done = 0;
  for (; count - done >= 8; done += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes + done, 8);
    const auto below = [](std::uint64_t w, std::uint64_t limit) {
      return (w - kOnes * limit) & ~w;
    };
    const std::uint64_t special = word | below(word, 0x20) | below(word ^ (kOnes * '"'), 1) |
                                  below(word ^ (kOnes * '\\'), 1) | below(word ^ (kOnes * 0x7F), 1);
    if ((special & (kOnes * 0x80)) != 0) break;
    std::memcpy(to + done, &word, 8);
  }
  return done;
}

inline char* escape_unit(char* at, std::uint32_t unit) noexcept {
  *at++ = '\\';
  *at++ = 'u';
  for (int shift = 12; shift >= 0; shift -= 4) *at++ = kHex[unit >> shift & 0xFU];
  return at;
}

inline char* escape_point(char* at, std::uint32_t point) noexcept {
  constexpr std::string_view kNamed = "\"\\\n\r\t\f\b";
  constexpr std::string_view kNames = "\"\\nrtfb";
  if (point < 0x80) {
    const std::size_t named = kNamed.find(static_cast<char>(point));
    if (point != 0 && named != std::string_view::npos) {
      *at++ = '\\';
      *at++ = kNames[named];
      return at;
    }
  }
  if (point < 0x10000) return escape_unit(at, point);
  at = escape_unit(at, 0xD7C0U + (point >> 10U));
  return escape_unit(at, 0xDC00U + (point & 0x3FFU));
}

}  // namespace detail

// A text of code points - Latin-1, UCS-2 or UCS-4, as Python keeps them - in quotation marks.
// Surrogates are written as they are.
template <class Unit>
void append_json_text(Line& line, std::span<const Unit> units) {
  constexpr std::size_t kLongest = sizeof(Unit) == 4 ? 12 : 6;
  char* const begin = line.room(units.size() * kLongest + 2);
  char* at = begin;
  *at++ = '"';
  if constexpr (sizeof(Unit) == 1) {
    const std::size_t plain = detail::copy_plain(at, units.data(), units.size());
    at += plain;
    units = units.subspan(plain);
  }
  for (const Unit unit : units) {
    if (detail::is_plain(unit)) [[likely]] {
      *at++ = static_cast<char>(unit);
    } else {
      at = detail::escape_point(at, static_cast<std::uint32_t>(unit));
    }
  }
  *at++ = '"';
  line.took(static_cast<std::size_t>(at - begin));
}

// The same of UTF-8; bytes that are none are written as U+FFFD.
inline void append_json_text(Line& line, std::string_view utf8) {
  line.append('"');
  while (!utf8.empty()) {
    const std::size_t length = utf8_length(utf8);
    if (length == 1 && detail::is_plain(utf8[0])) {
      line.append(utf8[0]);
    } else {
      std::uint32_t point = 0xFFFD;
      if (length == 1) point = static_cast<unsigned char>(utf8[0]);
      if (length > 1) {
        point = static_cast<unsigned char>(utf8[0]) & (0x7FU >> length);
        for (std::size_t i = 1; i < length; ++i) {
          point = point << 6U | (static_cast<unsigned char>(utf8[i]) & 0x3FU);
        }
      }
      char* const at = line.room(12);
      line.took(static_cast<std::size_t>(detail::escape_point(at, point) - at));
    }
    utf8.remove_prefix(length == 0 ? 1 : length);
  }
  line.append('"');
}

inline void append_json_real(Line& line, double number) {
  if (std::isfinite(number)) return append_real(line, number);
  line.append(std::isnan(number) ? "NaN" : number > 0 ? "Infinity" : "-Infinity");
}

// Appends `node` as JSON. False when the host failed; the line then holds a part.
template <class Host>
[[nodiscard]] bool append_json(Host& host, typename Host::Node node, Line& line) {
  using Node = typename Host::Node;
  switch (host.kind(node)) {
    case JsonKind::null: line.append("null"); return true;
    case JsonKind::yes: line.append("true"); return true;
    case JsonKind::no: line.append("false"); return true;
    case JsonKind::integer: return host.integer(node, line);
    case JsonKind::real: append_json_real(line, host.real(node)); return true;
    case JsonKind::text: return host.text(node, line);
    case JsonKind::array: {
      if (!host.enter(node)) return false;
      line.append('[');
      bool first = true;
      const bool written = host.items(node, [&](Node item) {
        if (!first) line.append(", ");
        first = false;
        return append_json(host, item, line);
      });
      line.append(']');
      host.leave(node);
      return written;
    }
    case JsonKind::object: {
      if (!host.enter(node)) return false;
      line.append('{');
      bool first = true;
      const bool written = host.members(node, [&](Node name, Node value) {
        if (!first) line.append(", ");
        first = false;
        if (!host.key(name, line)) return false;
        line.append(": ");
        return append_json(host, value, line);
      });
      line.append('}');
      host.leave(node);
      return written;
    }
    case JsonKind::other: break;
  }
  if (!host.enter(node)) return false;
  const bool written =
      host.other(node, [&](Node instead) { return append_json(host, instead, line); });
  host.leave(node);
  return written;
}

}  // namespace mainstay::log
