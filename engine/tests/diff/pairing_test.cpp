// pairing_test.cpp - the nearest are paired first, and ties go as they go elsewhere.
#include "mainstay/diff/pairing.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace mainstay::diff {
namespace {

using Pairs = std::vector<std::pair<std::uint32_t, std::uint32_t>>;

TEST(PairUp, TakesTheNearestFirst) {
  const std::vector<Candidate> candidates{{0, 0, 0.2}, {0, 1, 0.1}, {1, 0, 0.05}, {1, 1, 0.1}};
  EXPECT_EQ(pair_up(candidates), (Pairs{{1, 0}, {0, 1}}));
}

TEST(PairUp, OfEqualOnesTheLastAddedChoosesAndUsesUpAllItIsEquallyFarFrom) {
  const std::vector<Candidate> candidates{{0, 0, 0.1}, {0, 1, 0.1}, {1, 0, 0.1}, {1, 1, 0.1}};
  EXPECT_EQ(pair_up(candidates), (Pairs{{1, 0}}));
}

TEST(PairUp, LeavesAloneWhatHasNoCandidate) { EXPECT_EQ(pair_up({}), Pairs{}); }

}  // namespace
}  // namespace mainstay::diff
