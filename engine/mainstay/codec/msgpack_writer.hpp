// msgpack_writer.hpp - MessagePack from events; each value in its shortest form.
//
// Appends to a buffer as JsonWriter does. Arrays and maps are opened with their count; what needs
// more than 32 bits for a length is for the caller to refuse (kMaxLength).
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "mainstay/codec/text.hpp"

namespace mainstay::codec {

inline constexpr std::uint64_t kMaxLength = 0xFFFF'FFFF;

template <class Buffer>
class MsgpackWriter {
 public:
  explicit MsgpackWriter(Buffer& out) noexcept : out_(out) {}

  [[nodiscard]] Buffer& buffer() noexcept { return out_; }

  void null() { byte(0xC0); }
  void boolean(bool value) { byte(value ? 0xC3 : 0xC2); }
  void integer(std::int64_t value) {
    if (value >= 0) return integer(static_cast<std::uint64_t>(value));
    if (value >= -32) return byte(static_cast<std::uint8_t>(value));
    if (value >= -0x80) return coded<1>(0xD0, static_cast<std::uint64_t>(value));
    if (value >= -0x8000) return coded<2>(0xD1, static_cast<std::uint64_t>(value));
    if (value >= -0x8000'0000LL) return coded<4>(0xD2, static_cast<std::uint64_t>(value));
    coded<8>(0xD3, static_cast<std::uint64_t>(value));
  }
  void integer(std::uint64_t value) {
    if (value < 0x80) return byte(static_cast<std::uint8_t>(value));
    if (value <= 0xFF) return coded<1>(0xCC, value);
    if (value <= 0xFFFF) return coded<2>(0xCD, value);
    if (value <= 0xFFFF'FFFF) return coded<4>(0xCE, value);
    coded<8>(0xCF, value);
  }
  void real(double value) { coded<8>(0xCB, std::bit_cast<std::uint64_t>(value)); }
  void text(std::string_view value) {
    if (value.size() < 32) {
      char* at = out_.reserve(value.size() + 1);
      *at = static_cast<char>(0xA0U | value.size());
      copy_bytes(at + 1, value.data(), value.size());
      return out_.advance(value.size() + 1);
    }
    length(value.size(), 0xD9, 0xDA, 0xDB);
    raw(value);
  }
  void plain_text(std::string_view value) { text(value); }
  void bytes(std::string_view value) {
    length(value.size(), 0xC4, 0xC5, 0xC6);
    raw(value);
  }
  void extension(std::int8_t code, std::string_view data) {
    switch (data.size()) {
      case 1: byte(0xD4); break;
      case 2: byte(0xD5); break;
      case 4: byte(0xD6); break;
      case 8: byte(0xD7); break;
      case 16: byte(0xD8); break;
      default: length(data.size(), 0xC7, 0xC8, 0xC9); break;
    }
    byte(static_cast<std::uint8_t>(code));
    raw(data);
  }
  // A moment since 1970 in UTC, as extension -1. `nanoseconds` are added to the seconds.
  void timestamp(std::int64_t seconds, std::uint32_t nanoseconds) {
    char data[12];
    if (seconds >> 34 != 0) {
      store<4>(data, nanoseconds);
      store<8>(data + 4, static_cast<std::uint64_t>(seconds));
      return extension(-1, {data, 12});
    }
    const std::uint64_t both =
        std::uint64_t{nanoseconds} << 34U | static_cast<std::uint64_t>(seconds);
    if (both <= 0xFFFF'FFFF) {
      store<4>(data, both);
      return extension(-1, {data, 4});
    }
    store<8>(data, both);
    extension(-1, {data, 8});
  }
  void raw(std::string_view value) {
    copy_bytes(out_.reserve(value.size()), value.data(), value.size());
    out_.advance(value.size());
  }
  void begin_array(std::size_t count) {
    if (count < 16) return byte(static_cast<std::uint8_t>(0x90U | count));
    if (count <= 0xFFFF) return coded<2>(0xDC, count);
    coded<4>(0xDD, count);
  }
  void begin_map(std::size_t count) {
    if (count < 16) return byte(static_cast<std::uint8_t>(0x80U | count));
    if (count <= 0xFFFF) return coded<2>(0xDE, count);
    coded<4>(0xDF, count);
  }

 private:
  [[gnu::always_inline]] void byte(std::uint8_t value) {
    *out_.reserve(1) = static_cast<char>(value);
    out_.advance(1);
  }
  template <std::size_t width>
  static void store(char* at, std::uint64_t value) noexcept {
    for (std::size_t i = 0; i < width; ++i) {
      at[i] = static_cast<char>(value >> 8 * (width - 1 - i) & 0xFFU);
    }
  }
  template <std::size_t width>
  void coded(std::uint8_t code, std::uint64_t value) {
    char* at = out_.reserve(width + 1);
    *at = static_cast<char>(code);
    store<width>(at + 1, value);
    out_.advance(width + 1);
  }
  void length(std::uint64_t size, std::uint8_t one, std::uint8_t two, std::uint8_t four) {
    if (size <= 0xFF) return coded<1>(one, size);
    if (size <= 0xFFFF) return coded<2>(two, size);
    coded<4>(four, size);
  }

  Buffer& out_;
};

}  // namespace mainstay::codec
