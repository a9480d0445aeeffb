// fingerprint.hpp - what a tree is like, in 128 bits: equal for equal content.
//
// Children count without their order, and by default without their number, as lists are compared
// when their order is ignored. A seed makes fingerprints of two processes different, so that input
// cannot be made to collide. Not for storing: use digests for that.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace mainstay::diff {

struct Fingerprint {
  std::uint64_t high = 0, low = 0;

  friend auto operator<=>(const Fingerprint&, const Fingerprint&) = default;
};

struct HashOfFingerprint {
  std::size_t operator()(const Fingerprint& of) const noexcept { return of.low; }
};

namespace detail {

__extension__ using Wide = unsigned __int128;

// Both halves of the product, folded: each bit of the result depends on all bits of both.
[[nodiscard]] inline std::uint64_t fold(std::uint64_t left, std::uint64_t right) noexcept {
  const Wide product = static_cast<Wide>(left) * right;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
}

inline constexpr std::uint64_t kMix[] = {0x9E3779B97F4A7C15U, 0xC2B2AE3D27D4EB4FU,
                                         0xD6E8FEB86659FD93U, 0xA0761D6478BD642FU};

}  // namespace detail

// Takes in words one after another.
class Mixer {
 public:
  Mixer(std::uint64_t seed, std::uint64_t kind) noexcept
      : high_(detail::fold(seed ^ detail::kMix[0], kind ^ detail::kMix[1])),
        low_(detail::fold(seed ^ detail::kMix[2], kind ^ detail::kMix[3]) ^ seed) {}

  void add(std::uint64_t word) noexcept {
    high_ = detail::fold(high_ ^ word, detail::kMix[1] ^ low_);
    low_ = detail::fold(low_ ^ word ^ detail::kMix[2], detail::kMix[3]) + high_;
  }
  void add(const Fingerprint& other) noexcept {
    add(other.high);
    add(other.low);
  }
  void add(std::string_view bytes) noexcept {
    add(bytes.size());
    for (std::size_t at = 0; at < bytes.size(); at += 8) {
      std::uint64_t word = 0;
      std::memcpy(&word, bytes.data() + at, std::min<std::size_t>(8, bytes.size() - at));
      add(word);
    }
  }

  [[nodiscard]] Fingerprint end() const noexcept {
    return {detail::fold(high_ ^ detail::kMix[3], detail::kMix[0] ^ low_),
            detail::fold(low_ ^ detail::kMix[1], detail::kMix[2] ^ high_)};
  }

 private:
  std::uint64_t high_, low_;
};

}  // namespace mainstay::diff
