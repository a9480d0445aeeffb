// key_test.cpp - numbers as keys.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "mainstay/cache/item.hpp"

namespace mainstay::cache {
namespace {

std::string bytes(const Key& key) { return std::string(key.bytes); }

TEST(NumberKey, OfAnIntegerAndAFloatOfOneValueAreEqual) {
  EXPECT_EQ(bytes(NumberKey(std::int64_t{1})), bytes(NumberKey(1.0)));
  EXPECT_EQ(bytes(NumberKey(0.0)), bytes(NumberKey(-0.0)));
  EXPECT_NE(Key(NumberKey(std::int64_t{1})).form, Key(NumberKey(1.0)).form);
}

TEST(NumberKey, SortsAsTheNumbersDo) {
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  const std::vector<NumberKey> rising{NumberKey(-HUGE_VAL),
                                      NumberKey(-1e300),
                                      NumberKey(-kMost - 1),
                                      NumberKey(-kMost),
                                      NumberKey(std::int64_t{-1} << 53),
                                      NumberKey(std::int64_t{-2}),
                                      NumberKey(-1.5),
                                      NumberKey(std::int64_t{0}),
                                      NumberKey(5e-324),
                                      NumberKey(std::int64_t{1}),
                                      NumberKey(1.5),
                                      NumberKey(std::int64_t{1} << 53),
                                      NumberKey((std::int64_t{1} << 53) + 1),
                                      NumberKey(kMost - 1),
                                      NumberKey(kMost),
                                      NumberKey(9223372036854775808.0),
                                      NumberKey(HUGE_VAL)};
  for (std::size_t i = 1; i < rising.size(); ++i) {
    EXPECT_LT(bytes(rising[i - 1]), bytes(rising[i])) << i;
  }
}

TEST(NumberKey, GivesItsNumberBack) {
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  for (const std::int64_t number :
       {std::int64_t{0}, std::int64_t{-1}, std::int64_t{500000000000000},
        (std::int64_t{1} << 53) + 1, kMost, -kMost - 1, -kMost}) {
    EXPECT_EQ(integer_of(bytes(NumberKey(number))), number);
  }
  for (const double number : {0.1, -2.5e-300, 1e300, HUGE_VAL}) {
    EXPECT_EQ(float_of(bytes(NumberKey(number))), number);
  }
}

}  // namespace
}  // namespace mainstay::cache
