// patch_test.cpp - patches are applied as RFC 6902 says, and those we write make one value the
// other.
#include "mainstay/diff/patch.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "mainstay/base/json.hpp"
#include "mainstay/diff/diff.hpp"

namespace mainstay::diff {
namespace {

Value json(std::string_view text) { return *read_json(text); }

std::string applied(std::string_view document, std::string_view patch) {
  const auto result = apply_patch(json(document), json(patch));
  return result ? *write_json(*result) : result.error().message;
}

TEST(ApplyPatch, DoesEachOperation) {
  EXPECT_EQ(applied(R"({"a": [1, 2]})", R"([{"op": "add", "path": "/a/1", "value": 9},
                     {"op": "add", "path": "/a/-", "value": 8}])"),
            R"({"a": [1, 9, 2, 8]})");
  EXPECT_EQ(applied(R"({"a": [1, 2], "b": 3})", R"([{"op": "remove", "path": "/a/0"},
                     {"op": "replace", "path": "/b", "value": {}}])"),
            R"({"a": [2], "b": {}})");
  EXPECT_EQ(applied(R"({"a~/": {"": 1}})", R"([{"op": "move", "from": "/a~0~1/", "path": "/b"},
                     {"op": "copy", "from": "/b", "path": "/c"},
                     {"op": "test", "path": "/c", "value": 1.0}])"),
            R"({"a~/": {}, "b": 1, "c": 1})");
  EXPECT_EQ(applied("[1]", R"([{"op": "add", "path": "", "value": 5}])"), "5");
}

TEST(ApplyPatch, SaysWhichOperationFailedAndWhy) {
  EXPECT_EQ(applied("[1]", R"([{"op": "test", "path": "/0", "value": 1},
                               {"op": "remove", "path": "/1"}])"),
            "operation 1 of the patch: there is nothing at \"/1\"");
}

TEST(ApplyPatch, RefusesWhatIsNoPatchOrDoesNotFit) {
  for (const char* patch :
       {"{}", "[1]", "[{}]", R"([{"op": "add", "path": "/a"}])",
        R"([{"op": "jump", "path": "/a"}])", R"([{"op": "add", "path": "a", "value": 1}])",
        R"([{"op": "add", "path": "/~2", "value": 1}])",
        R"([{"op": "add", "path": "/l/01", "value": 1}])",
        R"([{"op": "add", "path": "/l/4", "value": 1}])",
        R"([{"op": "add", "path": "/l/0/x", "value": 1}])",
        R"([{"op": "replace", "path": "/x", "value": 1}])",
        R"([{"op": "test", "path": "/l", "value": []}])",
        R"([{"op": "move", "path": "/l/0", "from": "/l"}])",
        R"([{"op": "copy", "path": "/l/0"}])"}) {
    EXPECT_FALSE(apply_patch(json(R"({"l": [1]})"), json(patch))) << patch;
  }
}

TEST(ApplyPatch, CopiesNoMoreThanIsAllowed) {
  Array patch;
  for (int i = 0; i < 60; ++i) {
    patch.push_back(Object{{"op", "copy"}, {"from", ""}, {"path", "/a"}});
    patch.push_back(Object{{"op", "copy"}, {"from", ""}, {"path", "/b"}});
  }
  const auto result = apply_patch(Object{}, patch, {.copied_nodes = 1000});
  ASSERT_FALSE(result);
  EXPECT_NE(result.error().message.find("copied_nodes"), std::string::npos);
}

class Trees {
 public:
  explicit Trees(unsigned seed) : random_(seed) {}

  Value tree(int depth) {
    switch (random_() % (depth > 0 ? 7 : 4)) {
      case 0: return static_cast<int>(random_() % 4);
      case 1: return std::string(1, static_cast<char>('a' + random_() % 3));
      case 2: return random_() % 2 == 0;
      case 3: return {};
      case 4: {
        Object members;
        for (auto n = random_() % 5; n > 0; --n) {
          members[std::string(1, static_cast<char>('a' + random_() % 6))] = tree(depth - 1);
        }
        return members;
      }
      default: {
        Array items;
        for (auto n = random_() % 6; n > 0; --n) items.push_back(tree(depth - 1));
        return items;
      }
    }
  }

  // The same tree with something changed here and there.
  Value changed(const Value& value, int depth) {
    if (random_() % 8 == 0) return tree(depth);
    if (const Array* items = value.array()) {
      Array made;
      for (const Value& item : *items) {
        if (random_() % 8 == 0) made.push_back(tree(depth - 1));
        if (random_() % 8 != 0) made.push_back(changed(item, depth - 1));
      }
      return made;
    }
    if (const Object* members = value.object()) {
      Object made;
      for (const Member& member : *members) {
        if (random_() % 8 != 0) made[member.name] = changed(member.value, depth - 1);
      }
      if (random_() % 4 == 0) made["z"] = tree(depth - 1);
      return made;
    }
    return value;
  }

 private:
  std::mt19937 random_;
};

TEST(ToPatch, MakesOneValueTheOther) {
  Trees trees(11);
  for (int round = 0; round < 3000; ++round) {
    const Value before = trees.tree(4);
    const Value after = trees.changed(before, 4);
    const auto report = diff(before, after);
    const auto result = apply_patch(before, to_patch(report->differences));
    ASSERT_TRUE(result) << *write_json(before) << " " << *write_json(after) << ": "
                        << result.error().message;
    ASSERT_TRUE(*result == after) << *write_json(before) << " " << *write_json(after) << " "
                                  << *write_json(to_patch(report->differences));
    EXPECT_EQ(report->differences.empty(), before == after);
  }
}

// Whether a list somewhere has two items that are alike: those are not told apart.
bool repeats(const Value& value, const ValueOptions& options) {
  if (const Object* members = value.object()) {
    for (const Member& member : *members) {
      if (repeats(member.value, options)) return true;
    }
  } else if (const Array* items = value.array()) {
    for (std::size_t i = 0; i < items->size(); ++i) {
      if (repeats((*items)[i], options)) return true;
      for (std::size_t j = 0; j < i; ++j) {
        if (diff((*items)[i], (*items)[j], options)->differences.empty()) return true;
      }
    }
  }
  return false;
}

TEST(ToPatch, MakesOneValueTheOtherUpToOrder) {
  Trees trees(12);
  ValueOptions options;
  options.ignore_order = true;
  for (int round = 0; round < 3000; ++round) {
    const Value before = trees.tree(4);
    const Value after = trees.changed(before, 4);
    if (repeats(before, options) || repeats(after, options)) continue;
    const auto report = diff(before, after, options);
    const Value patch = to_patch(report->differences);
    const auto result = apply_patch(before, patch);
    ASSERT_TRUE(result) << *write_json(before) << " " << *write_json(after) << ": "
                        << result.error().message;
    EXPECT_TRUE(diff(*result, after, options)->differences.empty())
        << *write_json(before) << " " << *write_json(after) << " " << *write_json(patch);
  }
}

}  // namespace
}  // namespace mainstay::diff
