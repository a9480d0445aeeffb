// item.hpp - keys, values and what is said about them. Plain values; the views they hold must live
// as long as the call they are given to.
//
// Times are seconds since 1970 as a double; an expiry is optional, and whatever was given comes
// back. The store orders keys by kind, then by bytes; it does not look into values.
#pragma once

#include <cstdint>
#include <string_view>

namespace mainstay::cache {

// Kinds order keys before their bytes do. 1 to 3 are the ones made below; up to 0x7f are the
// caller's; items of kinds from 0x80 on are settings: they are not counted, listed or evicted.
enum KeyKind : std::uint8_t { kNumberKey = 1, kTextKey = 2, kBytesKey = 3, kSettingKey = 0x80 };

// `form` goes with the key and is no part of what it is: its low four bits stay as they were first
// set, its high four are those of the last set.
struct Key {
  std::uint8_t kind = kTextKey;
  std::uint8_t form = 0;
  std::string_view bytes;
};

inline Key text_key(std::string_view text) noexcept { return {kTextKey, 0, text}; }
inline Key bytes_key(std::string_view bytes) noexcept { return {kBytesKey, 0, bytes}; }

// Numbers in ten bytes whose order is that of the numbers; 1 and 1.0 are one key. NaN is none: ask
// is_nan before. Forms: 0 integer, 1 float.
class NumberKey {
 public:
  explicit NumberKey(std::int64_t number) noexcept;
  explicit NumberKey(double number) noexcept;
  operator Key() const noexcept {  // NOLINT: implicit, it is a key
    return {kNumberKey, form_, {bytes_, sizeof bytes_}};
  }

  static constexpr std::size_t kSize = 10;

 private:
  char bytes_[kSize];
  std::uint8_t form_;
};

// The number of a key of kNumberKey. Precondition: ten bytes.
[[nodiscard]] double float_of(std::string_view number_key) noexcept;
[[nodiscard]] std::int64_t integer_of(std::string_view number_key) noexcept;

// A file that holds a value. Own files are made and removed by the store, and named by their id.
struct FileRef {
  std::uint64_t id = 0;    // 0: not a file of the store
  std::uint64_t size = 0;  // bytes
  std::uint32_t crc = 0;   // CRC32C of the content
  std::uint32_t reserved = 0;
};

// `kind` is the caller's. The bytes of a value with a file of its own are what is kept beside it.
struct Value {
  std::uint8_t kind = 0;
  std::string_view bytes;
};

// Kind 0 with no bytes is no tag.
struct Tag {
  std::uint8_t kind = 0;
  std::string_view bytes;

  friend bool operator==(const Tag&, const Tag&) = default;
};

}  // namespace mainstay::cache
