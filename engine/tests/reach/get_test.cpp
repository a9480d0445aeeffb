// Paths and shapes read what they say, and refuse with the part that is not there.
#include <gtest/gtest.h>

#include "mainstay/base/json.hpp"
#include "mainstay/reach/reach.hpp"

namespace mainstay::reach {
namespace {

Value document() {
  return Value(Object{
      {"a", Object{{"b", Array{1, 2, Object{{"c", "deep"}}}}}},
      {"rows", Array{Object{{"id", 1}, {"tags", Array{"x"}}}, Object{{"id", 2}}}},
  });
}

TEST(Get, ReadsKeysAndPositions) {
  EXPECT_EQ(*get(document(), "a.b.2.c"), Value("deep"));
  EXPECT_EQ(*get(document(), "a.b.-2"), Value(2));
  EXPECT_EQ(*get(document(), ""), document());
}

TEST(Get, NamesThePartThatIsNotThere) {
  const auto found = get(document(), "a.x.c");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, ErrorCode::not_found);
  EXPECT_EQ(found.error().message, "could not access 'x', part 1 of 'a.x.c': there is no such key");
  EXPECT_FALSE(get(document(), "a.b.3"));
  EXPECT_FALSE(get(document(), "a.b.first"));
  EXPECT_FALSE(get(document(), "rows.0.id.more"));
}

TEST(Get, WildcardsLeaveOutWhatLacksTheRest) {
  EXPECT_EQ(*get(document(), "rows.*.tags"), Value(Array{Value(Array{"x"})}));
  EXPECT_EQ(*get(document(), "**.id"), Value(Array{1, 2}));
}

TEST(Get, BuildsTheShapeOfTheSpec) {
  const Spec spec = chain(
      list_of(path("rows"), each(object_of(field("n", path("id")),
                                           field("tag", path("tags.0").or_else(Value("none")))))));
  EXPECT_EQ(*get(document(), spec),
            Value(Array{Object{{"n", 1}, {"tag", "x"}}, Object{{"n", 2}, {"tag", "none"}}}));
}

TEST(Get, FunctionsMayLeaveOut) {
  const Spec odd = each(call([](const Value& value) -> std::optional<Value> {
    if (*value.integer() % 2 == 0) return std::nullopt;
    return value;
  }));
  EXPECT_EQ(*get(Value(Array{1, 2, 3}), odd), Value(Array{1, 3}));
}

TEST(Get, TheFirstAlternativeThatHasAValueCounts) {
  EXPECT_EQ(*get(document(), first_of(list_of(path("x"), path("a.b.0"), constant(0)))), Value(1));
  EXPECT_EQ(get(document(), first_of(list_of(path("x"), path("y")))).error().code,
            ErrorCode::not_found);
}

TEST(Match, GivesWhatMatchedAndRefusesTheRest) {
  const Spec pattern = items(list_of(
      fields_of(field("id", is(Value::Kind::integer)),
                optional_field("tags", items(list_of(is(Value::Kind::text), equals(nullptr)))))));
  const Value rows = *get(document(), "rows");
  EXPECT_EQ(*get(rows, pattern), rows);
  EXPECT_EQ(get(Value(Array{Object{}}), pattern).error().message, "the object lacks 'id'; add it");
  EXPECT_EQ(get(Value(Array{Object{{"id", "1"}}}), pattern).error().message,
            "an integer is wanted, got a text");
  EXPECT_FALSE(get(Value(Array{Object{{"id", 1}, {"more", 2}}}), pattern));
}

TEST(Match, CombinesPatterns) {
  const Spec small = all_of(list_of(is(Value::Kind::integer),
                                    satisfies([](const Value& v) { return *v.integer() < 10; })));
  EXPECT_TRUE(get(Value(3), small));
  EXPECT_FALSE(get(Value(30), small));
  EXPECT_FALSE(get(Value("3"), small));
  EXPECT_TRUE(get(Value(nullptr), any_of(list_of(equals(1), equals(nullptr)))));
}

TEST(Match, OfNothingIsTheTargetForAllAndNoneForAny) {
  EXPECT_EQ(*get(Value(3), all_of({})), Value(3));
  EXPECT_FALSE(get(Value(3), any_of({})));
}

TEST(Match, PatternsMayHaveManyFields) {
  std::vector<FieldSpec> wanted;
  Object members;
  for (int i = 0; i < 100; ++i) {
    wanted.push_back(field(std::to_string(i), is(Value::Kind::integer)));
    if (i != 80) members[std::to_string(i)] = i;
  }
  EXPECT_EQ(get(Value(members), fields(std::move(wanted))).error().message,
            "the object lacks '80'; add it");
}

TEST(Limits, WildcardsAreBounded) {
  std::string path = "**";
  for (int i = 0; i < 100'000; ++i) path += ".**";
  EXPECT_EQ(get(Value(1), path).error().code, ErrorCode::limit_exceeded);
}

TEST(Limits, NestedSpecsAreRefusedAndNotFollowedForEver) {
  Spec deep = path("a");
  for (int i = 0; i < 300; ++i) deep = std::move(deep).or_else(Value(0));
  EXPECT_EQ(get(document(), deep).error().code, ErrorCode::limit_exceeded);
}

}  // namespace
}  // namespace mainstay::reach
