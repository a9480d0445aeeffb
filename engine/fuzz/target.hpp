// target.hpp - what the fuzz targets share: a claim that has to hold, and bytes read one by one.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>

// Ends the process where `claim` does not hold: libFuzzer then keeps the input.
#define MAINSTAY_HOLDS(claim)                                                 \
  do {                                                                        \
    if (!(claim)) {                                                           \
      std::fprintf(stderr, "line %d: does not hold: %s\n", __LINE__, #claim); \
      std::abort();                                                           \
    }                                                                         \
  } while (false)

namespace mainstay::fuzz {

// Reads past the end are zeros, so that every input means something.
class Bytes {
 public:
  Bytes(const std::uint8_t* data, std::size_t size)
      : data_(reinterpret_cast<const char*>(data), size) {}

  [[nodiscard]] bool empty() const { return data_.empty(); }
  [[nodiscard]] std::string_view rest() const { return data_; }

  std::uint8_t byte() {
    if (data_.empty()) return 0;
    const char first = data_.front();
    data_.remove_prefix(1);
    return static_cast<std::uint8_t>(first);
  }

  std::string_view line() {
    const std::size_t end = std::min(data_.find('\n'), data_.size());
    const std::string_view found = data_.substr(0, end);
    data_.remove_prefix(std::min(end + 1, data_.size()));
    return found;
  }

  // A number of type T out of its bits, the highest byte first.
  template <class T>
  T raw() {
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i) bits = bits << 8U | byte();
    T value{};
    std::memcpy(&value, &bits, sizeof(T));
    return value;
  }

 private:
  std::string_view data_;
};

}  // namespace mainstay::fuzz
