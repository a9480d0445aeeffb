// diff_test.cpp - what is found between two values.
#include "mainstay/diff/diff.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "mainstay/base/json.hpp"

namespace mainstay::diff {
namespace {

Value json(std::string_view text) { return *read_json(text); }

// One line for each difference: what happened, where, and what was and is there.
std::vector<std::string> found(std::string_view before, std::string_view after,
                               const ValueOptions& options = {}) {
  static constexpr const char* kNames[] = {"type",    "value",    "entry+", "entry-",
                                           "item+",   "item-",    "moved",  "member+",
                                           "member-", "repeated", "foreign"};
  std::vector<std::string> lines;
  const auto report = diff(json(before), json(after), options);
  EXPECT_TRUE(report) << (report ? "" : report.error().message);
  if (!report) return lines;
  for (const Difference& each : report->differences) {
    lines.push_back(std::string(kNames[static_cast<int>(each.change)]) + " " + each.path + " " +
                    *write_json(each.before) + " " + *write_json(each.after));
  }
  return lines;
}

using Lines = std::vector<std::string>;

TEST(Diff, FindsNothingInEqualValues) {
  EXPECT_EQ(found("[1, {\"a\": [null, true]}]", "[1, {\"a\": [null, true]}]"), Lines{});
}

TEST(Diff, TellsChangesOfValueFromChangesOfType) {
  EXPECT_EQ(found("[{}, 1, 2]", "[{}, 1.0, 3]"), (Lines{"type /1 1 1.0", "value /2 2 3"}));
}

TEST(Diff, NamesEntriesByPointersAndKeepsTheirOrder) {
  EXPECT_EQ(found(R"({"a": 1, "x": 2, "b/~": {"c": 1}, "y": 3})",
                  R"({"b/~": {"c": 2}, "x": 2, "y": 3, "z": 4})"),
            (Lines{"entry+ /z null 4", "entry- /a 1 null", "value /b~1~0/c 1 2"}));
}

TEST(Diff, MappingsWithLittleInCommonAreOneChange) {
  EXPECT_EQ(found(R"({"m": {"a": 1, "b": 2, "c": 3}})", R"({"m": {"c": 3, "d": 1, "e": 2}})"),
            Lines{R"(value /m {"a": 1, "b": 2, "c": 3} {"c": 3, "d": 1, "e": 2})"});
}

TEST(Diff, ListsOfScalarsAreAlignedWhereThatSaysLess) {
  EXPECT_EQ(found("[1, 2, 3, 4]", "[2, 3, 4]"), Lines{"item- /0 1 null"});
  EXPECT_EQ(found("[1, 2, 3]", "[0, 1, 2, 3, 4]"), (Lines{"item+ /0 null 0", "item+ /4 null 4"}));
  // By position there is one change, and by alignment there are two.
  EXPECT_EQ(found("[1, 2]", "[2, 2]"), Lines{"value /0 1 2"});
  ValueOptions by_position;
  by_position.by_position = true;
  EXPECT_EQ(found("[1, 2, 3]", "[2, 3]", by_position),
            (Lines{"value /0 1 2", "value /1 2 3", "item- /2 3 null"}));
}

TEST(Diff, ListsOfObjectsGoPositionByPosition) {
  EXPECT_EQ(found(R"([{"a": 1}, {"a": 2}])", R"([{"a": 1}, {"a": 3}, {"a": 4}])"),
            (Lines{"value /1/a 2 3", R"(item+ /2 null {"a": 4})"}));
}

TEST(Diff, IgnoresOrderWhenAsked) {
  ValueOptions options;
  options.ignore_order = true;
  EXPECT_EQ(found("[1, [2, 3], 1]", "[[3, 2, 2], 1]", options), Lines{});
  EXPECT_EQ(found(R"([{"a": 1, "b": [1, 2, 3]}, {"a": 2, "b": [4, 5, 6]}, 7, 8])",
                  R"([8, {"b": [6, 5, 9], "a": 2}, {"b": [1, 3, 2], "a": 1}])", options),
            (Lines{"value /1/b/0 4 9", "item- /2 7 null"}));
  options.report_repetition = true;
  EXPECT_EQ(found("[1, 2, 1]", "[2, 1]", options), Lines{"repeated /0 1 1"});
}

TEST(Diff, PairsByCommonPartsWhenAsked) {
  ValueOptions options;
  options.ignore_order = true;
  options.pair_by_parts = true;
  options.cutoff_intersection_for_pairs = 1;
  EXPECT_EQ(found(R"([{"a": 1, "b": 2, "c": 3}, "one two three", 7])",
                  R"(["two three four", 8, {"a": 1, "b": 2, "c": 4}])", options),
            (Lines{R"(value /1 "one two three" "two three four")", "item+ /1 null 8",
                   "value /0/c 3 4", "item- /2 7 null"}));
}

TEST(Diff, ComparesItemsWithKeysWhereverTheyStand) {
  ValueOptions options;
  options.keys = {"id"};
  EXPECT_EQ(found(R"([{"id": 1, "n": 1}, {"id": 2, "n": 1}, {"id": 2, "n": 2}, 5])",
                  R"([{"id": 2, "n": 9}, 6, {"id": 3}, {"id": 1, "n": 1}])", options),
            (Lines{"value /1/n 1 9", R"(item- /2 {"id": 2, "n": 2} null)", "value /3 5 6",
                   R"(item+ /2 null {"id": 3})"}));
  // Where no item has a key, order counts.
  EXPECT_EQ(found("[1, 2, 3]", "[2, 3]", options), Lines{"item- /0 1 null"});
}

TEST(Diff, LeavesOutNamedMembers) {
  ValueOptions options;
  options.leave_out = {"time"};
  EXPECT_EQ(found(R"([{"time": 1, "a": 1}])", R"([{"time": 2, "a": 1}])", options), Lines{});
}

TEST(Diff, StopsAtItsLimits) {
  ValueOptions options;
  options.max_diffs = 3;
  const auto report = diff(json("[{}, 1, 2, 3, 4]"), json("[{}, 2, 3, 4, 5]"), options);
  EXPECT_LT(report->differences.size(), 4U);
  EXPECT_TRUE(report->statistics.max_diffs_reached);
  options = {};
  options.max_depth = 2;
  EXPECT_EQ(found("[[1], [[1, 2]]]", "[[2], [[1, 3]]]", options),
            (Lines{"value /0/0 1 2", "value /1/0 [1, 2] [1, 3]"}));
}

TEST(Diff, GoesToAnyDepth) {
  Value before(1);
  Value after(2);
  for (int i = 0; i < 100000; ++i) {
    for (Value* value : {&before, &after}) {
      Array around;
      around.push_back(std::move(*value));
      *value = Value(std::move(around));
    }
  }
  const auto report = diff(before, after);
  ASSERT_EQ(report->differences.size(), 1U);
  EXPECT_EQ(report->differences[0].path.size(), 200000U);
}

TEST(Diff, MeasuresListsInListsOnceWhereOrderIsIgnored) {
  Value before = Array{1, 0};
  Value after = Array{2, 0};
  for (int i = 0; i < 200; ++i) {  // twice the work in each level would never end
    for (Value* value : {&before, &after}) *value = Array{std::move(*value)};
  }
  ValueOptions options;
  options.ignore_order = true;
  options.cutoff_intersection_for_pairs = 1;
  options.cutoff_distance_for_pairs = 1;
  EXPECT_EQ(diff(before, after, options)->statistics.passes, options.max_passes);
}

struct Point {
  int x, y;
};
Value to_value(const Point& point) { return Object{{"x", point.x}, {"y", point.y}}; }

TEST(Diff, TakesTypesThatBecomeValues) {
  const auto report = diff(Point{1, 2}, Point{1, 3});
  ASSERT_EQ(report->differences.size(), 1U);
  EXPECT_EQ(report->differences[0].path, "/y");
}

}  // namespace
}  // namespace mainstay::diff
