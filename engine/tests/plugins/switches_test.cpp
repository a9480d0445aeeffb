// switches_test.cpp - what a line turns on and off, and what it is told when it cannot be read.
#include "mainstay/plugins/switches.hpp"

#include <gtest/gtest.h>

#include <string>

namespace mainstay::plugins {
namespace {

Switch said(std::string_view line, std::string_view name) {
  const auto switches = Switches::parse(line);
  EXPECT_TRUE(switches) << line;
  return switches ? switches->of(name) : Switch::unmentioned;
}

std::string refused(std::string_view line) {
  const auto switches = Switches::parse(line);
  EXPECT_FALSE(switches) << line;
  return switches ? "" : switches.error().message;
}

TEST(Switches, TurnOffAndOnByName) {
  EXPECT_EQ(said("-slow,+audit", "slow"), Switch::off);
  EXPECT_EQ(said("-slow,+audit", "audit"), Switch::on);
  EXPECT_EQ(said("-slow,+audit", "other"), Switch::unmentioned);
  EXPECT_EQ(said("audit", "audit"), Switch::on);
}

TEST(Switches, LeaveTheUnmentionedToTheProgram) {
  const auto switches = *Switches::parse("-slow,+audit");
  EXPECT_TRUE(switches.wants("other"));
  EXPECT_FALSE(switches.wants("other", false));
  EXPECT_FALSE(switches.wants("slow", true));
  EXPECT_TRUE(switches.wants("audit", false));
  EXPECT_TRUE(Switches().wants("anything"));
}

TEST(Switches, LetTheLastWordCount) {
  EXPECT_EQ(said("-a,+a", "a"), Switch::on);
  EXPECT_EQ(said("+a,-a", "a"), Switch::off);
  EXPECT_EQ(said("-a,*", "a"), Switch::on);
}

TEST(Switches, MakeAnAllowList) {
  EXPECT_EQ(said("-*,+audit", "audit"), Switch::on);
  EXPECT_EQ(said("-*,+audit", "slow"), Switch::off);
  EXPECT_EQ(said("+audit,-*", "audit"), Switch::off);
}

TEST(Switches, PassOverBlanksAndNothing) {
  EXPECT_EQ(Switches::parse("")->items().size(), 0u);
  EXPECT_EQ(Switches::parse(" , ,\n,")->items().size(), 0u);
  EXPECT_EQ(*Switches::parse(",  - slow\t,, +audit ,"), *Switches::parse("-slow,audit"));
}

TEST(Switches, TakeOddNamesAsTheyAre) {
  using namespace std::string_view_literals;
  EXPECT_EQ(said("--x", "-x"), Switch::off);
  EXPECT_EQ(said("+-x", "-x"), Switch::on);
  EXPECT_EQ(said("-a\0b"sv, "a\0b"sv), Switch::off);
  EXPECT_EQ(said("-\xff\xfe", "\xff\xfe"), Switch::off);
  EXPECT_EQ(said("-Slow", "slow"), Switch::unmentioned);
}

TEST(Switches, SayWhichItemHasNoName) {
  EXPECT_EQ(
      refused("-slow, - ,x"),
      "item 2 of the plugin switches, \"-\", has a sign but no name; wanted items like -name, "
      "+name, name, * or -*, between commas");
  EXPECT_NE(refused("+").find("item 1"), std::string::npos);
}

TEST(Switches, RefusePatterns) {
  EXPECT_NE(refused("a,-foo*").find("item 2 of the plugin switches, \"-foo*\", has a * in a name"),
            std::string::npos);
  EXPECT_NE(refused("**").find("stands alone"), std::string::npos);
}

TEST(Switches, RefuseBlanksWhereCommasBelong) {
  for (const char* line : {"-a +b", "-a b", "-a\t-b", "- a b", "x,-a +b"}) {
    EXPECT_NE(refused(line).find("has a blank in a name, where a comma may be missing"),
              std::string::npos);
  }
}

TEST(Switches, RepeatALongItemByItsBeginning) {
  EXPECT_LT(refused("*" + std::string(100000, 'x')).size(), 300u);
}

}  // namespace
}  // namespace mainstay::plugins
