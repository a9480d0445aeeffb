// sha256.cpp - see sha256.hpp.
#include "mainstay/base/sha256.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#endif

namespace mainstay {

namespace detail {

void sha256_blocks_portable(std::array<std::uint32_t, 8>& state, const unsigned char* blocks,
                            std::size_t count) noexcept {
  for (; count > 0; --count, blocks += 64) {
    std::array<std::uint32_t, 64> w{};
    for (std::size_t i = 0; i < 16; ++i) {
      w[i] = std::uint32_t{blocks[4 * i]} << 24U | std::uint32_t{blocks[4 * i + 1]} << 16U |
             std::uint32_t{blocks[4 * i + 2]} << 8U | std::uint32_t{blocks[4 * i + 3]};
    }
    for (std::size_t i = 16; i < 64; ++i) {
      const std::uint32_t x = w[i - 15];
      const std::uint32_t y = w[i - 2];
      w[i] = w[i - 16] + (std::rotr(x, 7) ^ std::rotr(x, 18) ^ x >> 3U) + w[i - 7] +
             (std::rotr(y, 17) ^ std::rotr(y, 19) ^ y >> 10U);
    }
    auto [a, b, c, d, e, f, g, h] = state;
    for (std::size_t i = 0; i < 64; ++i) {
      const std::uint32_t first = h + (std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25)) +
                                  ((e & f) ^ (~e & g)) + kSha256Constants[i] + w[i];
      const std::uint32_t second =
          (std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
      h = g;
      g = f;
      f = e;
      e = d + first;
      d = c;
      c = b;
      b = a;
      a = first + second;
    }
    const std::array<std::uint32_t, 8> more{a, b, c, d, e, f, g, h};
    for (std::size_t i = 0; i < 8; ++i) state[i] += more[i];
  }
}

#if defined(__x86_64__)

bool has_sha256_instructions() noexcept {
  static const bool has = [] {
    unsigned a = 0;
    unsigned b = 0;
    unsigned c = 0;
    unsigned d = 0;
    if (__get_cpuid(1, &a, &b, &c, &d) == 0 || (c & bit_SSE4_1) == 0 || (c & bit_SSSE3) == 0) {
      return false;
    }
    return __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (b & bit_SHA) != 0;
  }();
  return has;
}

// The state as the instructions want it: two halves of the words a b e f and c d g h. Each step of
// the loop does four rounds and makes four words of the schedule.
__attribute__((target("sha,sse4.1,ssse3"))) void sha256_blocks_native(
    std::array<std::uint32_t, 8>& state, const unsigned char* blocks, std::size_t count) noexcept {
  const auto load = [](const void* from) {
    return _mm_loadu_si128(static_cast<const __m128i*>(from));
  };
  const __m128i order = _mm_set_epi64x(0x0C0D0E0F08090A0BLL, 0x0405060700010203LL);
  const __m128i dcba = _mm_shuffle_epi32(load(state.data()), 0xB1);
  const __m128i hgfe = _mm_shuffle_epi32(load(state.data() + 4), 0x1B);
  __m128i abef = _mm_alignr_epi8(dcba, hgfe, 8);
  __m128i cdgh = _mm_blend_epi16(hgfe, dcba, 0xF0);
  for (; count > 0; --count, blocks += 64) {
    const __m128i abef_before = abef;
    const __m128i cdgh_before = cdgh;
    __m128i words[4];
    for (int i = 0; i < 4; ++i) {
      words[i] = _mm_shuffle_epi8(load(blocks + 16 * i), order);
    }
    for (int step = 0; step < 16; ++step) {
      __m128i& now = words[step % 4];
      if (step >= 4) {
        // w[i] from w[i-16], w[i-15], w[i-7] and w[i-2].
        const __m128i last = words[(step + 3) % 4];
        now = _mm_sha256msg1_epu32(now, words[(step + 1) % 4]);
        now = _mm_add_epi32(now, _mm_alignr_epi8(last, words[(step + 2) % 4], 4));
        now = _mm_sha256msg2_epu32(now, last);
      }
      const __m128i sum = _mm_add_epi32(now, load(kSha256Constants.data() + 4 * step));
      cdgh = _mm_sha256rnds2_epu32(cdgh, abef, sum);
      abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(sum, 0x0E));
    }
    abef = _mm_add_epi32(abef, abef_before);
    cdgh = _mm_add_epi32(cdgh, cdgh_before);
  }
  const __m128i feba = _mm_shuffle_epi32(abef, 0x1B);
  const __m128i dchg = _mm_shuffle_epi32(cdgh, 0xB1);
  auto* into = reinterpret_cast<__m128i*>(state.data());
  _mm_storeu_si128(into, _mm_blend_epi16(feba, dchg, 0xF0));
  _mm_storeu_si128(into + 1, _mm_alignr_epi8(dchg, feba, 8));
}

#else

bool has_sha256_instructions() noexcept { return false; }

void sha256_blocks_native(std::array<std::uint32_t, 8>& state, const unsigned char* blocks,
                          std::size_t count) noexcept {
  sha256_blocks_portable(state, blocks, count);
}

#endif

}  // namespace detail

namespace {

void take(std::array<std::uint32_t, 8>& state, const unsigned char* blocks,
          std::size_t count) noexcept {
  if (detail::has_sha256_instructions()) {
    detail::sha256_blocks_native(state, blocks, count);
  } else {
    detail::sha256_blocks_portable(state, blocks, count);
  }
}

}  // namespace

void Sha256::add(std::string_view bytes) noexcept {
  const std::size_t used = size_ % 64;
  size_ += bytes.size();
  if (used > 0) {
    const std::size_t part = std::min(bytes.size(), 64 - used);
    std::memcpy(block_.data() + used, bytes.data(), part);
    if (used + part < 64) return;
    take(state_, block_.data(), 1);
    bytes.remove_prefix(part);
  }
  const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
  take(state_, data, bytes.size() / 64);
  const std::size_t rest = bytes.size() % 64;
  if (rest > 0) std::memcpy(block_.data(), data + bytes.size() - rest, rest);
}

std::array<char, 64> Sha256::hex() noexcept {
  const std::uint64_t bits = 8 * size_;
  std::size_t used = size_ % 64;
  block_[used++] = 0x80;
  if (used > 56) {
    std::memset(block_.data() + used, 0, 64 - used);
    take(state_, block_.data(), 1);
    used = 0;
  }
  std::memset(block_.data() + used, 0, 56 - used);
  for (std::size_t i = 0; i < 8; ++i) {
    block_[56 + i] = static_cast<unsigned char>(bits >> (8 * (7 - i)));
  }
  take(state_, block_.data(), 1);
  std::array<char, 64> hex{};
  for (std::size_t i = 0; i < 64; ++i) {
    hex[i] = "0123456789abcdef"[state_[i / 8] >> (28 - 4 * (i % 8)) & 15U];
  }
  return hex;
}

}  // namespace mainstay
