// profile_test.cpp - totals are right, or refused and unchanged.
#include "mainstay/profile/profile.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace mainstay::profile {
namespace {

TEST(Total, AddsUp) {
  Total total;
  for (const std::int64_t number : {1, -2, 40}) ASSERT_TRUE(total.add(number));
  EXPECT_EQ(total.value(), 39);
}

TEST(Total, IsRefusedPastTheBorderAndUnchanged) {
  Total total;
  ASSERT_TRUE(total.add(std::numeric_limits<std::int64_t>::max()));
  const auto added = total.add(1);
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().code, ErrorCode::limit_exceeded);
  EXPECT_EQ(total.value(), std::numeric_limits<std::int64_t>::max());
}

}  // namespace
}  // namespace mainstay::profile
