// hash.cpp - see hash.hpp.
#include "mainstay/watch/hash.hpp"

#include <sys/random.h>
#include <time.h>

namespace mainstay::watch {
namespace {

std::uint64_t fold(std::uint64_t a, std::uint64_t b) noexcept {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
}

std::uint64_t make_seed() noexcept {
  std::uint64_t seed = 0;
  if (getrandom(&seed, sizeof seed, GRND_NONBLOCK) != static_cast<ssize_t>(sizeof seed)) {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    seed = static_cast<std::uint64_t>(now.tv_nsec) * 0x9E3779B97F4A7C15U;
  }
  return seed | 1U;
}

}  // namespace

std::uint64_t hash_of(std::string_view name, std::uint64_t start) noexcept {
  static const std::uint64_t seed = make_seed();
  constexpr std::uint64_t kFactor = 0xA0761D6478BD642FU;
  std::uint64_t hash = start ^ seed ^ (name.size() * kFactor);
  while (name.size() >= 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, name.data(), 8);
    hash = fold(hash ^ word, kFactor);
    name.remove_prefix(8);
  }
  std::uint64_t tail = 0;
  std::memcpy(&tail, name.data(), name.size());
  return fold(hash ^ tail, kFactor ^ seed);
}

}  // namespace mainstay::watch
