// ignore_test.cpp - rules as .gitignore files write them.
#include "mainstay/watch/ignore.hpp"

#include <gtest/gtest.h>

namespace mainstay::watch {
namespace {

constexpr Verdict kIgnored = Verdict::ignored;
constexpr Verdict kUnsaid = Verdict::unsaid;

TEST(Ignore, MatchesNamesAtAnyDepth) {
  const Rules rules = Rules::parse("*.log\nnode_modules/\n");
  EXPECT_EQ(rules.ask("a.log", false), kIgnored);
  EXPECT_EQ(rules.ask("deep/er/a.log", false), kIgnored);
  EXPECT_EQ(rules.ask("src/node_modules", true), kIgnored);
  EXPECT_EQ(rules.ask("src/node_modules", false), kUnsaid);
}

TEST(Ignore, AnchorsWhatHasASlash) {
  const Rules rules = Rules::parse("/build\ndoc/*.txt\n");
  EXPECT_EQ(rules.ask("build", true), kIgnored);
  EXPECT_EQ(rules.ask("sub/build", true), kUnsaid);
  EXPECT_EQ(rules.ask("doc/a.txt", false), kIgnored);
  EXPECT_EQ(rules.ask("doc/deep/a.txt", false), kUnsaid);
}

TEST(Ignore, LetsTheLastRuleDecide) {
  const Rules rules = Rules::parse("*.log\n!keep.log\n");
  EXPECT_EQ(rules.ask("keep.log", false), Verdict::kept);
  EXPECT_EQ(rules.ask("a.log", false), kIgnored);
}

TEST(Ignore, KnowsCommentsEscapesAndLineEnds) {
  const Rules rules = Rules::parse("# no\n\\#yes\n\n\\!loud\r\ntrail \nspace\\ \n");
  EXPECT_EQ(rules.ask("# no", false), kUnsaid);
  EXPECT_EQ(rules.ask("#yes", false), kIgnored);
  EXPECT_EQ(rules.ask("!loud", false), kIgnored);
  EXPECT_EQ(rules.ask("trail", false), kIgnored);
  EXPECT_EQ(rules.ask("space ", false), kIgnored);
}

TEST(Ignore, KnowsStarsOverFolders) {
  const Rules rules = Rules::parse("a/**/z\nlogs/**\n");
  EXPECT_EQ(rules.ask("a/z", false), kIgnored);
  EXPECT_EQ(rules.ask("a/b/c/z", false), kIgnored);
  EXPECT_EQ(rules.ask("logs/x/y", false), kIgnored);
  EXPECT_EQ(rules.ask("logs", true), kUnsaid);
}

TEST(Ignore, RefusesARuleThatSaysNothing) {
  Rules rules;
  EXPECT_FALSE(rules.add(""));
  EXPECT_FALSE(rules.add("# comment"));
  EXPECT_FALSE(rules.add("/"));
  EXPECT_TRUE(rules.empty());
}

}  // namespace
}  // namespace mainstay::watch
