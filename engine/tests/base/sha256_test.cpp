// sha256_test.cpp - the digests of the standard, however the text comes and whoever computes them.
#include "mainstay/base/sha256.hpp"

#include <gtest/gtest.h>

#include <string>

namespace mainstay {
namespace {

std::string digest(std::string_view text, std::size_t piece) {
  Sha256 sha;
  while (!text.empty()) {
    sha.add(text.substr(0, piece));
    text.remove_prefix(std::min(piece, text.size()));
  }
  const auto hex = sha.hex();
  return {hex.data(), hex.size()};
}

TEST(Sha256, DigestsAreThoseOfTheStandard) {
  EXPECT_EQ(digest("", 1), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(digest("abc", 3), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(digest("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(digest(std::string(1000000, 'a'), 1000),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, PiecesMakeNoDifference) {
  const std::string text(300, 'x');
  for (const std::size_t piece : {1U, 7U, 63U, 64U, 65U, 128U}) {
    EXPECT_EQ(digest(text, piece), digest(text, 300));
  }
}

TEST(Sha256, InstructionsComputeWhatTheSpecificationDoes) {
  if (!detail::has_sha256_instructions()) GTEST_SKIP() << "this processor has none";
  std::string blocks;
  for (int i = 0; i < 640; ++i) blocks.push_back(static_cast<char>(i * 37));
  const auto* data = reinterpret_cast<const unsigned char*>(blocks.data());
  std::array<std::uint32_t, 8> portable{1, 2, 3, 4, 5, 6, 7, 8};
  auto native = portable;
  detail::sha256_blocks_portable(portable, data, 10);
  detail::sha256_blocks_native(native, data, 10);
  EXPECT_EQ(portable, native);
}

}  // namespace
}  // namespace mainstay
