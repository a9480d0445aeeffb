// crc32c.cpp - by the processor's instruction where there is one, by tables elsewhere.
#include "mainstay/cache/detail/crc32c.hpp"

#include <array>
#include <cstring>

#if defined(__x86_64__)
#include <nmmintrin.h>
#elif defined(__ARM_FEATURE_CRC32)
#include <arm_acle.h>
#endif

namespace mainstay::cache::detail {
namespace {

using Tables = std::array<std::array<std::uint32_t, 256>, 8>;

constexpr Tables make_tables() {
  Tables tables{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t sum = byte;
    for (int bit = 0; bit < 8; ++bit) sum = (sum >> 1) ^ ((sum & 1) != 0 ? 0x82f63b78u : 0u);
    tables[0][byte] = sum;
  }
  for (std::size_t n = 1; n < 8; ++n) {
    for (std::size_t byte = 0; byte < 256; ++byte) {
      const std::uint32_t before = tables[n - 1][byte];
      tables[n][byte] = (before >> 8) ^ tables[0][before & 0xff];
    }
  }
  return tables;
}

constexpr Tables kTables = make_tables();

std::uint32_t by_tables(const unsigned char* at, std::size_t size, std::uint32_t sum) noexcept {
  while (size >= 8) {
    std::uint64_t eight;
    std::memcpy(&eight, at, 8);
    eight ^= sum;
    sum = 0;
    for (std::size_t n = 0; n < 8; ++n) sum ^= kTables[7 - n][(eight >> (8 * n)) & 0xff];
    at += 8;
    size -= 8;
  }
  for (; size > 0; --size) sum = (sum >> 8) ^ kTables[0][(sum ^ *at++) & 0xff];
  return sum;
}

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) std::uint32_t by_instruction(const unsigned char* at,
                                                               std::size_t size,
                                                               std::uint32_t start) noexcept {
  std::uint64_t sum = start;
  for (; size >= 8; at += 8, size -= 8) {
    std::uint64_t eight;
    std::memcpy(&eight, at, 8);
    sum = _mm_crc32_u64(sum, eight);
  }
  auto narrow = static_cast<std::uint32_t>(sum);
  for (; size > 0; --size) narrow = _mm_crc32_u8(narrow, *at++);
  return narrow;
}
#elif defined(__ARM_FEATURE_CRC32)
std::uint32_t by_instruction(const unsigned char* at, std::size_t size,
                             std::uint32_t sum) noexcept {
  for (; size >= 8; at += 8, size -= 8) {
    std::uint64_t eight;
    std::memcpy(&eight, at, 8);
    sum = __crc32cd(sum, eight);
  }
  for (; size > 0; --size) sum = __crc32cb(sum, *at++);
  return sum;
}
#endif

}  // namespace

std::uint32_t crc32c(const void* data, std::size_t size, std::uint32_t start) noexcept {
  const auto* at = static_cast<const unsigned char*>(data);
#if defined(__x86_64__)
  static const bool has_instruction = __builtin_cpu_supports("sse4.2") != 0;
  if (has_instruction) return ~by_instruction(at, size, ~start);
#elif defined(__ARM_FEATURE_CRC32)
  return ~by_instruction(at, size, ~start);
#endif
  return ~by_tables(at, size, ~start);
}

}  // namespace mainstay::cache::detail
