// hash.hpp - the 64-bit hash of a key, part of the format.
//
// Multiply-and-fold over 16 bytes at a time, keyed by the store's own random seed, so that a
// program outside cannot choose keys that collide. Equal bytes of another kind hash differently.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace mainstay::cache::detail {

inline std::uint64_t fold(std::uint64_t a, std::uint64_t b) noexcept {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

inline std::uint64_t hash_key(std::uint64_t seed, std::uint8_t kind,
                              std::string_view bytes) noexcept {
  constexpr std::uint64_t kFirst = 0x9e3779b97f4a7c15u;
  constexpr std::uint64_t kSecond = 0xd6e8feb86659fd93u;
  std::uint64_t state = fold(seed ^ kFirst, (std::uint64_t{kind} << 56 | bytes.size()) ^ kSecond);
  const char* at = bytes.data();
  std::size_t left = bytes.size();
  std::uint64_t halves[2];
  while (left > 16) {
    std::memcpy(halves, at, 16);
    state = fold(halves[0] ^ kFirst ^ state, halves[1] ^ kSecond ^ (state >> 32));
    at += 16;
    left -= 16;
  }
  halves[0] = halves[1] = 0;
  if (left > 0) std::memcpy(halves, at, left);
  state = fold(halves[0] ^ kFirst ^ state, halves[1] ^ kSecond ^ (state >> 32));
  return fold(state ^ kSecond, kFirst);
}

}  // namespace mainstay::cache::detail
