// Assigning and erasing change what a path names, and nothing when they refuse.
#include <gtest/gtest.h>

#include "mainstay/reach/reach.hpp"

namespace mainstay::reach {
namespace {

TEST(Assign, SetsKeysAndPositions) {
  Value target(Object{{"a", Array{1, Object{{"b", 2}}}}});
  ASSERT_TRUE(assign(target, "a.1.b", "new"));
  ASSERT_TRUE(assign(target, "a.0", nullptr));
  EXPECT_EQ(target, Value(Object{{"a", Array{nullptr, Object{{"b", "new"}}}}}));
}

TEST(Assign, SetsEachPlaceThatWildcardsFind) {
  Value target(Object{{"rows", Array{Object{{"x", 1}}, Object{}}}});
  ASSERT_TRUE(assign(target, "rows.*.x", 0));
  EXPECT_EQ(target, Value(Object{{"rows", Array{Object{{"x", 0}}, Object{{"x", 0}}}}}));
}

TEST(Assign, CreatesObjectsAndArraysWhenAsked) {
  Value target{Object{}};
  EXPECT_EQ(assign(target, "a.0.b", 1).error().code, ErrorCode::not_found);
  EXPECT_EQ(target, Value(Object{}));
  ASSERT_TRUE(assign(target, "a.0.b", 1, true));
  EXPECT_EQ(target, Value(Object{{"a", Array{Object{{"b", 1}}}}}));
  EXPECT_EQ(assign(target, "a.5", 1, true).error().code, ErrorCode::invalid_argument);
}

TEST(Assign, CreatesAllPartsBelowTheLastThatIsThere) {
  Value target(Object{{"a", Object{}}});
  ASSERT_TRUE(assign(target, "a.b.c.d", 1, true));
  EXPECT_EQ(*get(target, "a.b.c.d"), Value(1));
}

TEST(Assign, ChangesPlacesThatLieInOneAnother) {
  Value target(Object{{"a", Object{{"a", Object{}}, {"b", Object{}}}}});
  ASSERT_TRUE(assign(target, "**.b", 1));
  const Value changed(Object{{"a", Object{{"a", Object{{"b", 1}}}, {"b", 1}}}, {"b", 1}});
  EXPECT_EQ(target, changed);
}

TEST(Assign, RefusesAWildcardAsTheLastPart) {
  Value target(Object{{"a", 1}});
  EXPECT_EQ(assign(target, "*", 1).error().code, ErrorCode::invalid_argument);
  EXPECT_EQ(erase(target, "a.**").error().code, ErrorCode::invalid_argument);
}

TEST(Erase, TakesAwayWhatThePathNames) {
  Value target(Object{{"a", Array{1, 2}}, {"b", 3}});
  ASSERT_TRUE(erase(target, "a.0"));
  ASSERT_TRUE(erase(target, "b"));
  EXPECT_EQ(target, Value(Object{{"a", Array{2}}}));
  EXPECT_FALSE(erase(target, "b"));
  EXPECT_TRUE(erase(target, "b", true));
  EXPECT_TRUE(erase(target, "x.y", true));
  EXPECT_EQ(erase(target, "").error().code, ErrorCode::invalid_argument);
}

}  // namespace
}  // namespace mainstay::reach
