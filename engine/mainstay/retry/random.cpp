// random.cpp - see random.hpp.
#include "mainstay/retry/random.hpp"

#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <random>

namespace mainstay::retry {
namespace {

std::uint64_t fresh_seed(const void* where) noexcept {
  // The system's randomness may be out of reach (a sandbox, no descriptors left); jitter is then
  // still better spread by time, process and stack than not at all.
  auto seed =
      static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
  seed ^= static_cast<std::uint64_t>(getpid()) << 40U;
  seed ^= static_cast<std::uint64_t>(reinterpret_cast<std::uintptr_t>(where));
  try {
    std::random_device system;
    seed ^= static_cast<std::uint64_t>(system()) << 32U | system();
  } catch (...) {  // NOLINT: the seed above is the answer
  }
  return seed;
}

// SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014): eight
// bytes of state per thread and every seed is a good one.
struct Generator {
  pid_t owner = 0;
  std::uint64_t state = 0;

  std::uint64_t next() noexcept {
    if (owner != getpid()) {
      owner = getpid();
      state = fresh_seed(this);
    }
    std::uint64_t z = (state += 0x9e3779b97f4a7c15U);
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31U);
  }
};

}  // namespace

double ThreadRandom::random() const noexcept {
  thread_local Generator generator;
  // 53 bits are all a double can hold below 1.
  return static_cast<double>(generator.next() >> 11U) * 0x1p-53;
}

}  // namespace mainstay::retry
