// uuid.cpp - the texts of UUIDs.
#include "mainstay/codec/uuid.hpp"

namespace mainstay::codec {
namespace {

constexpr bool hyphen_before(std::size_t byte) noexcept {
  return byte == 4 || byte == 6 || byte == 8 || byte == 10;
}

constexpr int hex_value(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::size_t write_uuid(const UuidBytes& uuid, bool hyphens, char* out) noexcept {
  constexpr std::string_view kHex = "0123456789abcdef";
  char* at = out;
  for (std::size_t i = 0; i < uuid.size(); ++i) {
    if (hyphens && hyphen_before(i)) *at++ = '-';
    *at++ = kHex[uuid[i] >> 4U];
    *at++ = kHex[uuid[i] & 15U];
  }
  return static_cast<std::size_t>(at - out);
}

bool read_uuid(std::string_view text, UuidBytes& uuid) noexcept {
  if (text.size() != kUuidText && text.size() != kUuidHexText) return false;
  const bool hyphens = text.size() == kUuidText;
  const char* at = text.data();
  for (std::size_t i = 0; i < uuid.size(); ++i) {
    if (hyphens && hyphen_before(i) && *at++ != '-') return false;
    const int high = hex_value(*at++);
    const int low = hex_value(*at++);
    if (high < 0 || low < 0) return false;
    uuid[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  return true;
}

}  // namespace mainstay::codec
