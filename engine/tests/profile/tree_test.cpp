// Trees of samples, what processors leave of them, and reports.
#include "mainstay/profile/tree.hpp"

#include <gtest/gtest.h>

#include <string>

#include "mainstay/base/json.hpp"
#include "mainstay/profile/processors.hpp"
#include "mainstay/profile/reports.hpp"

namespace mainstay::profile {
namespace {

using namespace std::string_literals;

std::string frame(const std::string& function, const std::string& file, int line = 1) {
  return function + '\0' + file + '\0' + std::to_string(line);
}

class TreeOf : public testing::Test {
 protected:
  void add(const std::vector<std::string>& stack, double seconds) {
    recording.add(std::vector<std::string_view>(stack.begin(), stack.end()), seconds);
  }
  // The shape of a tree: `name seconds(children)`.
  static std::string shape(const Tree& tree, NodeId id) {
    std::string text(tree.identifier(id).function);
    text += ' ' + std::to_string(static_cast<int>(tree.node(id).time));
    if (tree.node(id).children.empty()) return text;
    text += '(';
    for (const NodeId child : tree.node(id).children) {
      if (text.back() != '(') text += ", ";
      text += shape(tree, child);
    }
    return text + ')';
  }
  static std::string shape(const Tree& tree) { return shape(tree, tree.root()); }
  static void name_files(Tree& tree) {
    for (const FileId file : tree.files()) {
      tree.facts(file).short_name = tree.names().file(file);
    }
  }

  const std::string main = frame("main", "m.py"), work = frame("work", "w.py");
  Recording recording;
};

TEST_F(TreeOf, NoSamplesIsEmpty) {
  Tree tree(recording);
  EXPECT_TRUE(tree.empty());
  EXPECT_EQ(text_report(tree), "");
  EXPECT_EQ(json_report(tree), "null");
  EXPECT_TRUE(function_totals(tree).empty());
  aggregate_repeated_calls(tree);
  remove_irrelevant(tree);
  remove_command_line(tree);
  group_library_frames(tree);
  EXPECT_TRUE(tree.empty());
}

TEST_F(TreeOf, StacksThatFollowEachOtherSharesFrames) {
  add({main, work}, 1);
  add({main, work}, 2);
  add({main}, 4);
  add({main, work, "[await]"}, 8);
  EXPECT_EQ(shape(Tree(recording)),
            "main 15(work 3([self] 1, [self] 2), [self] 4, work 8([await] 8))");
}

TEST_F(TreeOf, StacksWithNothingInCommonHasARootOfItsOwn) {
  add({"a"}, 1);
  add({"b"}, 2);
  EXPECT_EQ(shape(Tree(recording)), "[root] 3(a 1([self] 1), b 2([self] 2))");
}

TEST_F(TreeOf, AStartBeginsThereUnlessSomethingBranchesOffBefore) {
  add({"thread", main, work}, 1);
  const std::string_view all[] = {"thread", main, work, "more"};
  EXPECT_EQ(shape(Tree(recording, all)), "work 1([self] 1)");
  const std::string_view other[] = {"thread", "elsewhere"};
  EXPECT_EQ(shape(Tree(recording, other)), "thread 1(main 1(work 1([self] 1)))");
  add({"thread", main}, 1);
  EXPECT_EQ(shape(Tree(recording, all)), "main 2(work 1([self] 1), [self] 1)");
}

TEST_F(TreeOf, RepeatedCallsAreSummedUpLongestFirst) {
  add({main, work}, 1);
  add({main, "other"}, 5);
  add({main, work, "inner"}, 2);
  Tree tree(recording);
  aggregate_repeated_calls(tree);
  EXPECT_EQ(shape(tree), "main 8(other 5([self] 5), work 3(inner 2([self] 2), [self] 1))");
  remove_irrelevant(tree, 0.4);
  remove_unnecessary_self_time(tree);
  EXPECT_EQ(shape(tree), "main 8(other 5)");
  EXPECT_EQ(tree.node(tree.root()).absorbed, 3);
}

TEST_F(TreeOf, SelfTimeInARowIsMerged) {
  add({main}, 1);
  add({main}, 2);
  add({main, work}, 4);
  add({main}, 8);
  Tree tree(recording);
  merge_consecutive_self_time(tree);
  EXPECT_EQ(shape(tree), "main 15([self] 3, work 4([self] 4), [self] 8)");
}

TEST_F(TreeOf, HiddenFramesGoAndWhatTheyCallStays) {
  add({main, work + "\x01h1", "inner"}, 1);
  add({main, frame("_load", "<frozen importlib._bootstrap>"), "module"}, 2);
  Tree tree(recording);
  remove_hidden(tree);
  remove_importlib(tree);
  EXPECT_EQ(shape(tree), "main 3(inner 1([self] 1), module 2([self] 2))");
}

TEST_F(TreeOf, AProgramOfTheCommandLineBecomesTheRoot) {
  const std::string command = frame("main", "/x/mainstay/profile/__main__.py");
  const std::string text = frame("<module>", "<string>"), runs = frame("run", "<frozen runpy>");
  add({command, text, runs, runs, main}, 1);
  Tree tree(recording);
  remove_command_line(tree);
  EXPECT_EQ(shape(tree), "main 1([self] 1)");
}

TEST_F(TreeOf, AttributesCountByTheTimeTheyWereSeen) {
  add({work + "\x01"
              "cBox"},
      1);
  add({work + "\x01"
              "cTin"},
      2);
  add({work + "\x01"
              "cBox"},
      3);
  Tree tree(recording);
  EXPECT_EQ(tree.attribute(tree.root(), 'c'), "Box");
  EXPECT_EQ(tree.attribute(tree.root(), 'h'), std::nullopt);
}

TEST_F(TreeOf, LibrariesAreOneLineOfText) {
  std::vector<std::string> stack{main};
  for (int line = 1; line <= 5; ++line) stack.push_back(frame("step", "/lib/tool/s.py", line));
  stack.push_back(work);
  add(stack, 1);
  Tree tree(recording);
  name_files(tree);
  for (const FileId file : tree.files()) {
    tree.facts(file).is_library = tree.names().file(file).starts_with("/lib");
    if (tree.facts(file).is_library) tree.facts(file).short_name = "tool/s.py";
  }
  group_library_frames(tree);
  remove_unnecessary_self_time(tree);
  EXPECT_EQ(text_report(tree), R"(1.000 main  m.py:1
`- 1.000 step  tool/s.py:1
      [3 frames hidden]  tool
         1.000 step  tool/s.py:5
         `- 1.000 work  w.py:1
)");
}

TEST_F(TreeOf, JsonAndPageDataAreJson) {
  add({main, "odd \"\\\n\x02 <name>", "[await]"}, 1.5);
  Tree tree(recording);
  name_files(tree);
  ASSERT_TRUE(read_json(json_report(tree)));
  ASSERT_TRUE(read_json(speedscope_report(tree, "a \"name\"", 1.5)));
  ASSERT_TRUE(read_json(samples_json(recording)));
  const std::string page = page_data(tree);
  ASSERT_TRUE(read_json(page));
  EXPECT_EQ(page.find('<'), std::string::npos);
}

TEST_F(TreeOf, FoldedStacksAreLinesOfOneStack) {
  add({main, work}, 0.5);
  add({main, "a;b"}, 0.25);
  EXPECT_EQ(folded_report(Tree(recording)), "main;work 500000\nmain;a:b 250000\n");
}

TEST_F(TreeOf, FunctionsAreSummedUpOverTheirCallers) {
  add({main, "a", work}, 1);
  add({main, "b", work}, 2);
  Tree tree(recording);
  const std::vector<FunctionTotals> totals = function_totals(tree);
  ASSERT_EQ(totals.size(), 4U);
  const FunctionTotals& both = totals[2];
  EXPECT_EQ(tree.names().identifier(both.identifier).function, "work");
  EXPECT_EQ(both.self, 3);
  ASSERT_EQ(both.callers.size(), 2U);
  EXPECT_EQ(both.callers[1].total, 2);
}

TEST_F(TreeOf, AnyDepthIsBuiltAndWritten) {
  std::vector<std::string> stack;
  for (int depth = 0; depth < 3000; ++depth) stack.push_back("f" + std::to_string(depth));
  add(stack, 1);
  Tree tree(recording);
  name_files(tree);
  EXPECT_EQ(tree.walk().size(), 3001U);
  EXPECT_FALSE(text_report(tree, {.unicode = true}).empty());
  EXPECT_FALSE(json_report(tree).empty());
}

}  // namespace
}  // namespace mainstay::profile
