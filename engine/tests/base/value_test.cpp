// value_test.cpp - trees own what is below them, compare by content and may be very deep.
#include "mainstay/base/value.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

namespace mainstay {
namespace {

Value nested(std::size_t depth) {
  Value value(1);
  for (std::size_t i = 0; i < depth; ++i) {
    if (i % 2 == 0) {
      Array around;
      around.push_back(std::move(value));
      value = Value(std::move(around));
    } else {
      Object around;
      around["a"] = std::move(value);
      value = Value(std::move(around));
    }
  }
  return value;
}

TEST(Value, KnowsItsKind) {
  EXPECT_EQ(Value().kind(), Value::Kind::null);
  EXPECT_EQ(Value(true).kind(), Value::Kind::boolean);
  EXPECT_EQ(Value(7).kind(), Value::Kind::integer);
  EXPECT_EQ(Value(0.5).kind(), Value::Kind::real);
  EXPECT_EQ(Value("text").kind(), Value::Kind::text);
  EXPECT_EQ(Value(Array{}).kind(), Value::Kind::array);
  EXPECT_EQ(Value(Object{}).kind(), Value::Kind::object);
  EXPECT_EQ(Value(7).text(), nullptr);
}

TEST(Value, EqualsInKindAndContent) {
  EXPECT_EQ(Value(1), Value(1));
  EXPECT_NE(Value(1), Value(1.0));
  EXPECT_NE(Value(1), Value(true));
  EXPECT_EQ(Value(0.0), Value(-0.0));
  EXPECT_NE(Value(std::nan("")), Value(std::nan("")));
  EXPECT_NE(Value(Array{1, 2}), Value(Array{2, 1}));
  EXPECT_EQ(Value(Object{{"a", 1}, {"b", 2}}), Value(Object{{"b", 2}, {"a", 1}}));
  EXPECT_NE(Value(Object{{"a", 1}}), Value(Object{{"b", 1}}));
}

TEST(Value, CopiesShareNothing) {
  Value first(Object{{"items", Array{1, 2}}});
  const Value copy = first;
  first.object()->find("items")->array()->push_back(3);
  EXPECT_EQ(copy, Value(Object{{"items", Array{1, 2}}}));
}

TEST(Value, WhatWasMovedFromIsNull) {
  Value from("text");
  const Value to = std::move(from);
  EXPECT_TRUE(from.is_null());  // NOLINT: looked at on purpose
  EXPECT_EQ(*to.text(), "text");
}

TEST(Value, IsCopiedComparedAndEndedAtAnyDepth) {
  const Value deep = nested(100000);
  const Value copy = deep;
  EXPECT_TRUE(copy == deep);
}

TEST(Object, KeepsTheOrderOfItsMembersWhetherFewOrMany) {
  Object members;
  for (int i = 0; i < 100; ++i) members["m" + std::to_string(i)] = i;
  int at = 0;
  for (const Member& member : members) EXPECT_EQ(member.name, "m" + std::to_string(at++));
  EXPECT_EQ(*members.find("m99")->integer(), 99);
  EXPECT_EQ(members.find("m100"), nullptr);
}

TEST(Object, FindsWhatIsLeftAfterAnErasure) {
  Object members;
  for (int i = 0; i < 20; ++i) members[std::to_string(i)] = i;
  EXPECT_TRUE(members.erase("3"));
  EXPECT_FALSE(members.erase("3"));
  EXPECT_EQ(members.size(), 19U);
  EXPECT_EQ(*members.find("19")->integer(), 19);
  members["3"] = "again";
  EXPECT_EQ(members.at(19).name, "3");
}

}  // namespace
}  // namespace mainstay
