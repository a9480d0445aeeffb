// hostile.hpp - a value that counts its living copies and throws when copied at a chosen moment.
#pragma once

#include <cstddef>
#include <functional>
#include <stdexcept>

struct Hostile {
  static inline long alive = 0;
  static inline long copies_left = -1;  // throws when it reaches 0; negative: never

  explicit Hostile(long value = 0) noexcept : number(value) { ++alive; }
  Hostile(const Hostile& other) : number(other.number) {
    if (copies_left >= 0 && copies_left-- == 0) throw std::runtime_error("copied too often");
    ++alive;
  }
  Hostile(Hostile&& other) noexcept : number(other.number) { ++alive; }
  ~Hostile() { --alive; }
  Hostile& operator=(const Hostile&) = default;
  Hostile& operator=(Hostile&&) noexcept = default;
  friend bool operator==(const Hostile&, const Hostile&) = default;

  long number;
};

// Only 40 hashes, which differ in the lowest and in the highest bits: deep trees, long lists.
struct PoorHash {
  std::size_t operator()(const Hostile& value) const noexcept {
    const auto number = static_cast<std::size_t>(value.number);
    return (number % 8) << 61 | number % 5;
  }
};

// Runs `operation` with the first copy failing, then the second, and so on until it succeeds.
template <class Operation, class Check>
void fail_at_every_copy(Operation&& operation, Check&& unchanged) {
  for (long copies = 0;; ++copies) {
    Hostile::copies_left = copies;
    try {
      operation();
      Hostile::copies_left = -1;
      return;
    } catch (const std::runtime_error&) {
      Hostile::copies_left = -1;
      unchanged();
    }
  }
}
