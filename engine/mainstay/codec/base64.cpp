// base64.cpp - to text and back.
#include "mainstay/codec/base64.hpp"

#include <array>
#include <cstdint>

namespace mainstay::codec {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr auto kValues = [] {
  std::array<std::uint8_t, 256> values{};
  values.fill(0xFF);
  for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
    values[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::uint8_t>(i);
  }
  return values;
}();

std::size_t padding_of(std::string_view text) noexcept {
  if (!text.ends_with('=')) return 0;
  return text.ends_with("==") ? 2 : 1;
}

}  // namespace

void write_base64(std::string_view bytes, char* out) noexcept {
  const auto byte = [&](std::size_t at) -> unsigned {
    return at < bytes.size() ? static_cast<unsigned char>(bytes[at]) : 0U;
  };
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const unsigned group = byte(at) << 16U | byte(at + 1) << 8U | byte(at + 2);
    *out++ = kAlphabet[group >> 18U];
    *out++ = kAlphabet[group >> 12U & 63U];
    *out++ = at + 1 < bytes.size() ? kAlphabet[group >> 6U & 63U] : '=';
    *out++ = at + 2 < bytes.size() ? kAlphabet[group & 63U] : '=';
  }
}

std::optional<std::size_t> base64_byte_size(std::string_view text) noexcept {
  if (text.size() % 4 != 0) return std::nullopt;
  return text.size() / 4 * 3 - padding_of(text);
}

bool read_base64(std::string_view text, char* out) noexcept {
  text.remove_suffix(padding_of(text));
  unsigned bits = 0;
  unsigned held = 0;
  for (const char each : text) {
    const unsigned value = kValues[static_cast<unsigned char>(each)];
    if (value == 0xFF) return false;
    held = (held << 6U | value) & 0xFFFFU;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      *out++ = static_cast<char>(held >> bits & 0xFFU);
    }
  }
  return true;
}

}  // namespace mainstay::codec
