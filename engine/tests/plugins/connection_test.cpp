// connection_test.cpp - how long a registration lives, and what calls in progress see of it.
#include "mainstay/plugins/connection.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "mainstay/plugins/hook.hpp"

namespace mainstay::plugins {
namespace {

using Numbers = std::vector<int>;

auto answering(int n) {
  return [n] { return n; };
}

TEST(Connection, EndsTheRegistrationWithItself) {
  Hook<int()> hook;
  {
    const Connection one = hook.add(answering(1));
    EXPECT_TRUE(one.connected());
    EXPECT_EQ(hook(), (Numbers{1}));
  }
  EXPECT_EQ(hook(), Numbers());
}

TEST(Connection, IsDisconnectedOnce) {
  Hook<int()> hook;
  Connection one = hook.add(answering(1));
  EXPECT_TRUE(one.disconnect());
  EXPECT_FALSE(one.disconnect());
  EXPECT_FALSE(one.connected());
  EXPECT_FALSE(Connection().disconnect());
}

TEST(Connection, MovesTheRegistrationAlong) {
  Hook<int()> hook;
  Connection one = hook.add(answering(1));
  Connection two = std::move(one);
  EXPECT_TRUE(two.connected());
  two = hook.add(answering(3));  // ends the first registration
  EXPECT_EQ(hook(), (Numbers{3}));
  Connection& same = two;
  two = std::move(same);
  EXPECT_EQ(hook(), (Numbers{3}));
}

TEST(Connection, MayOutliveItsHook) {
  Connection left;
  {
    Hook<int()> hook;
    left = hook.add(answering(1));
  }
  EXPECT_FALSE(left.connected());
  EXPECT_FALSE(left.disconnect());
}

TEST(Connection, LetsGoOfTheCallableWhenItEnds) {
  auto token = std::make_shared<int>(1);
  Hook<int()> hook;
  Connection one = hook.add([token] { return *token; });
  EXPECT_EQ(token.use_count(), 2);
  one.disconnect();
  EXPECT_EQ(token.use_count(), 1);
  hook.add([token] { return *token; }).keep();
  EXPECT_EQ(token.use_count(), 2);
}

TEST(Connection, LeavesARunningCallItsCallable) {
  Hook<int()> hook;
  auto token = std::make_shared<int>(41);
  Connection self = hook.add([token, &self] {
    EXPECT_TRUE(self.disconnect());
    return ++*token;  // its own capture, which must still be there
  });
  EXPECT_EQ(hook(), (Numbers{42}));
  EXPECT_EQ(token.use_count(), 1);
  EXPECT_EQ(hook(), Numbers());
}

TEST(Connection, IsNotSeenByTheCallThatMadeIt) {
  Hook<int()> hook;
  std::vector<Connection> added;
  hook.add([&] {
        added.push_back(hook.add(answering(9)));
        return 1;
      })
      .keep();
  EXPECT_EQ(hook(), (Numbers{1}));
  EXPECT_EQ(hook(), (Numbers{9, 1}));
}

TEST(Connection, ToAnImplementationThatIsToComeMayEndInTheSameCall) {
  Hook<int()> hook;
  Connection later = hook.add(answering(2));
  hook.add([&] { return later.disconnect(), 1; }).keep();
  EXPECT_EQ(hook(), (Numbers{1, 2}));  // the call had begun
  EXPECT_EQ(hook(), (Numbers{1}));
}

TEST(Connection, MayEndInTheDestructorOfAnotherCallable) {
  Hook<int()> hook;
  Connection inner = hook.add(answering(1));
  struct Ends {
    explicit Ends(Connection& other) : connection(other) {}
    Ends(const Ends&) = delete;
    ~Ends() { connection.disconnect(); }
    Connection& connection;
  };
  Connection outer = hook.add([ends = std::make_shared<Ends>(inner)] { return 2; });
  EXPECT_EQ(hook(), (Numbers{2, 1}));
  outer.disconnect();
  EXPECT_EQ(hook(), Numbers());
}

TEST(Connection, SurvivesARecursionFarDeeperThanTheCountOfReadersInTheWord) {
  Hook<int(int)> hook;
  hook.add([&](int depth) { return depth == 0 ? 0 : hook(depth - 1).at(0) + 1; }).keep();
  EXPECT_EQ(hook(1000), (Numbers{1000}));
  EXPECT_EQ(hook.size(), 1u);
}

TEST(Connection, SurvivesRegistrationAtEveryDepthOfARecursion) {
  Hook<int(int)> hook;
  auto token = std::make_shared<int>(0);
  std::vector<Connection> added;
  hook.add([&](int depth) {
        added.push_back(hook.add([token](int) { return 0; }));
        if (depth > 0) hook(depth - 1);
        added.clear();
        return 1;
      })
      .keep();
  hook(300);
  EXPECT_EQ(token.use_count(), 1);
  EXPECT_EQ(hook.size(), 1u);
}

TEST(Connection, ByTheThousandLeavesNothingBehind) {
  Hook<int()> hook;
  auto token = std::make_shared<int>(0);
  for (int round = 0; round < 3; ++round) {
    std::vector<Connection> all;
    for (int i = 0; i < 1000; ++i) all.push_back(hook.add([token] { return 1; }));
    EXPECT_EQ(hook().size(), 1000u);
  }
  EXPECT_EQ(hook.size(), 0u);
  EXPECT_EQ(token.use_count(), 1);
}

}  // namespace
}  // namespace mainstay::plugins
