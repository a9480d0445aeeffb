// words.hpp - 64-bit words in memory that other processes read and write at the same time.
//
// Everything in a mapped file is read and written through these, as whole words: so there is no
// data race by the language's rules, a copy made during a change is merely wrong and found out
// later, and the death of a process leaves a prefix of its stores in program order.
#pragma once

#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace mainstay::cache::detail {

static_assert(std::endian::native == std::endian::little, "the format is little-endian");
static_assert(sizeof(void*) == 8, "a store maps more than 32 bits can address");

using Word = std::uint64_t;

inline std::atomic_ref<Word> atomic(const Word& word) noexcept {
  return std::atomic_ref<Word>(const_cast<Word&>(word));
}

inline Word load(const Word& word) noexcept { return atomic(word).load(std::memory_order_relaxed); }
inline Word load_acquire(const Word& word) noexcept {
  return atomic(word).load(std::memory_order_acquire);
}
inline void store(Word& word, Word value) noexcept {
  atomic(word).store(value, std::memory_order_relaxed);
}
inline void store_release(Word& word, Word value) noexcept {
  atomic(word).store(value, std::memory_order_release);
}

inline Word low32(Word word) noexcept { return word & 0xffffffffu; }
inline Word high32(Word word) noexcept { return word >> 32; }
inline Word pair32(Word low, Word high) noexcept { return high << 32 | low; }

// Holds back the compiler only: what a dead process leaves behind is in program order anyway.
inline void barrier() noexcept { std::atomic_signal_fence(std::memory_order_seq_cst); }

// Fences towards other processors. GCC's thread sanitizer refuses fences; there an atomic
// read-modify-write of the word the fence is about takes their place.
#if defined(__SANITIZE_THREAD__)
inline void acquire_fence(const Word& about) noexcept {
  atomic(about).fetch_add(0, std::memory_order_acq_rel);
}
inline void release_fence(const Word& about) noexcept {
  atomic(about).fetch_add(0, std::memory_order_acq_rel);
}
#else
inline void acquire_fence(const Word&) noexcept {
  std::atomic_thread_fence(std::memory_order_acquire);
}
inline void release_fence(const Word&) noexcept {
  std::atomic_thread_fence(std::memory_order_release);
}
#endif

inline constexpr std::size_t padded(std::size_t size) noexcept {
  return (size + 7) & ~std::size_t{7};
}

// Out of shared memory; the copy may be torn.
inline void copy_out(const Word* from, Word* to, std::size_t words) noexcept {
  for (std::size_t i = 0; i < words; ++i) to[i] = load(from[i]);
}

}  // namespace mainstay::cache::detail
