// total_test.cpp - sums are right, or refused with the number at fault.
#include "mainstay/NOUN/total.hpp"

#include <gtest/gtest.h>

#include <array>
#include <limits>

namespace mainstay::NOUN {
namespace {

constexpr auto kMost = std::numeric_limits<std::int64_t>::max();

TEST(Total, AddsUp) { EXPECT_EQ(*total(std::array<std::int64_t, 3>{1, -2, 40}), 39); }

TEST(Total, OfNothingIsZero) { EXPECT_EQ(*total({}), 0); }

TEST(Total, ReachesTheBorder) {
  EXPECT_EQ(*total(std::array<std::int64_t, 2>{kMost - 1, 1}), kMost);
}

TEST(Total, IsRefusedPastTheBorder) {
  const auto sum = total(std::array<std::int64_t, 3>{kMost, 1, -1});
  ASSERT_FALSE(sum);
  EXPECT_EQ(sum.error().code, ErrorCode::invalid_argument);
  EXPECT_EQ(sum.error().message,
            "the total must fit 64 bits, and passes them at number 2 (1); add up fewer or smaller "
            "numbers");
}

}  // namespace
}  // namespace mainstay::NOUN
