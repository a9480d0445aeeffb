// sha256.hpp - SHA-256 (FIPS 180-4), for digests of short texts.
//
// Uses the processor's instructions for it where there are some. Values; any thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace mainstay {

class Sha256 {
 public:
  void add(std::string_view bytes) noexcept;

  // The digest of all that was added, in hexadecimal. Adding more afterwards is an error.
  [[nodiscard]] std::array<char, 64> hex() noexcept;

 private:
  std::array<std::uint32_t, 8> state_{0x6A09E667U, 0xBB67AE85U, 0x3C6EF372U, 0xA54FF53AU,
                                      0x510E527FU, 0x9B05688CU, 0x1F83D9ABU, 0x5BE0CD19U};
  std::array<unsigned char, 64> block_{};
  std::uint64_t size_ = 0;
};

namespace detail {

inline constexpr std::array<std::uint32_t, 64> kSha256Constants{
    0x428A2F98U, 0x71374491U, 0xB5C0FBCFU, 0xE9B5DBA5U, 0x3956C25BU, 0x59F111F1U, 0x923F82A4U,
    0xAB1C5ED5U, 0xD807AA98U, 0x12835B01U, 0x243185BEU, 0x550C7DC3U, 0x72BE5D74U, 0x80DEB1FEU,
    0x9BDC06A7U, 0xC19BF174U, 0xE49B69C1U, 0xEFBE4786U, 0x0FC19DC6U, 0x240CA1CCU, 0x2DE92C6FU,
    0x4A7484AAU, 0x5CB0A9DCU, 0x76F988DAU, 0x983E5152U, 0xA831C66DU, 0xB00327C8U, 0xBF597FC7U,
    0xC6E00BF3U, 0xD5A79147U, 0x06CA6351U, 0x14292967U, 0x27B70A85U, 0x2E1B2138U, 0x4D2C6DFCU,
    0x53380D13U, 0x650A7354U, 0x766A0ABBU, 0x81C2C92EU, 0x92722C85U, 0xA2BFE8A1U, 0xA81A664BU,
    0xC24B8B70U, 0xC76C51A3U, 0xD192E819U, 0xD6990624U, 0xF40E3585U, 0x106AA070U, 0x19A4C116U,
    0x1E376C08U, 0x2748774CU, 0x34B0BCB5U, 0x391C0CB3U, 0x4ED8AA4AU, 0x5B9CCA4FU, 0x682E6FF3U,
    0x748F82EEU, 0x78A5636FU, 0x84C87814U, 0x8CC70208U, 0x90BEFFFAU, 0xA4506CEBU, 0xBEF9A3F7U,
    0xC67178F2U};

// The specification: any processor.
void sha256_blocks_portable(std::array<std::uint32_t, 8>& state, const unsigned char* blocks,
                            std::size_t count) noexcept;
// Precondition: has_sha256_instructions().
void sha256_blocks_native(std::array<std::uint32_t, 8>& state, const unsigned char* blocks,
                          std::size_t count) noexcept;
[[nodiscard]] bool has_sha256_instructions() noexcept;

}  // namespace detail

}  // namespace mainstay
