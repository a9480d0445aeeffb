// hash.hpp - the hash of a name, for tables in this process only.
//
// Names come from all that can make files, so tables that grow with them must not be addressed by a
// hash that is easy to aim at: the seed differs in each process.
#pragma once

#include <sys/random.h>

#include <cstdint>
#include <cstring>
#include <string_view>

namespace mainstay::watch {

inline std::uint64_t hash_seed() noexcept {
  static const std::uint64_t seed = [] {
    std::uint64_t random = 0;
    (void)!getrandom(&random, sizeof random, GRND_NONBLOCK);
    // Without entropy, early in the life of a machine, the place of this code will do.
    return (random ^ reinterpret_cast<std::uintptr_t>(&hash_seed)) | 1U;
  }();
  return seed;
}

// Multiplies and folds eight bytes at a time.
[[nodiscard]] inline std::uint64_t hash_of(std::string_view name,
                                           std::uint64_t start = 0) noexcept {
  constexpr std::uint64_t kFactor = 0xA0761D6478BD642FU;
  const auto fold = [](std::uint64_t a, std::uint64_t b) {
    __extension__ using Wide = unsigned __int128;
    const Wide product = static_cast<Wide>(a) * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
  };
  const std::uint64_t seed = hash_seed();
  std::uint64_t hash = start ^ seed ^ (name.size() * kFactor);
  for (; name.size() >= 8; name.remove_prefix(8)) {
    std::uint64_t word = 0;
    std::memcpy(&word, name.data(), 8);
    hash = fold(hash ^ word, kFactor);
  }
  std::uint64_t tail = 0;
  std::memcpy(&tail, name.data(), name.size());
  return fold(hash ^ tail, kFactor ^ seed);
}

}  // namespace mainstay::watch
