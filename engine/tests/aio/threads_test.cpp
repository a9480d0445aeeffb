// Threads that wait in scopes, and values between them.
#include "mainstay/aio/threads.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <numeric>
#include <string>
#include <thread>
#include <vector>

namespace mainstay::aio {
namespace {

TEST(ThreadChannel, CarriesEachValueOnce) {
  constexpr int kSenders = 3, kValues = 500;
  const ScopeTree tree;
  CancelScope scope(tree);
  ThreadChannel<int> channel(tree, 4);
  std::atomic<long long> sum{0};
  std::vector<std::thread> receivers;
  for (int i = 0; i < 2; ++i) {
    receivers.emplace_back([&] {
      CancelScope own(scope);
      while (auto value = channel.receive(own)) sum += *value;
    });
  }
  std::vector<std::thread> senders;
  for (int i = 0; i < kSenders; ++i) {
    senders.emplace_back([&] {
      CancelScope own(scope);
      for (int value = 1; value <= kValues; ++value) ASSERT_TRUE(channel.send(value, own));
    });
  }
  for (std::thread& each : senders) each.join();
  channel.close_sending();
  for (std::thread& each : receivers) each.join();
  EXPECT_EQ(sum, kSenders * kValues * (kValues + 1) / 2);
}

TEST(ThreadChannel, WithoutRoomHandsAValueFromThreadToThread) {
  const ScopeTree tree;
  CancelScope scope(tree);
  ThreadChannel<std::string> channel(tree);
  std::thread sender([&] {
    CancelScope own(scope);
    EXPECT_TRUE(channel.send("hello", own));
  });
  const auto got = channel.receive(scope);
  sender.join();
  ASSERT_TRUE(got);
  EXPECT_EQ(*got, "hello");
}

TEST(ThreadChannel, TellsSendersThatTheReceiversLeft) {
  const ScopeTree tree;
  CancelScope scope(tree);
  ThreadChannel<int> channel(tree);
  channel.close_receiving();
  EXPECT_EQ(channel.send(1, scope).error().code, ErrorCode::closed);
  channel.close_sending();
  EXPECT_EQ(channel.receive(scope).error().code, ErrorCode::closed);
}

TEST(CancelScope, EndsWaitsInsideOfIt) {
  const ScopeTree tree;
  CancelScope scope(tree);
  ThreadChannel<int> channel(tree);
  std::atomic<int> ended{0};
  std::vector<std::thread> waiting;
  for (int i = 0; i < 3; ++i) {
    waiting.emplace_back([&] {
      CancelScope own(scope);
      const auto got = channel.receive(own);
      if (!got && got.error().code == ErrorCode::closed) ++ended;
    });
  }
  scope.cancel();  // before, while or after they begin to wait: each way ends them
  for (std::thread& each : waiting) each.join();
  EXPECT_EQ(ended, 3);
  EXPECT_TRUE(scope.is_cancelled());
}

TEST(CancelScope, HasADeadline) {
  const ScopeTree tree;
  CancelScope outer(tree);
  ThreadChannel<int> channel(tree);
  {
    CancelScope short_one(outer, 0.001);
    EXPECT_EQ(channel.receive(short_one).error().code, ErrorCode::timed_out);
    EXPECT_EQ(short_one.check().error().code, ErrorCode::timed_out);
  }
  EXPECT_TRUE(outer.check());
}

TEST(CancelScope, KeepsOutsideAwayBehindAShield) {
  const ScopeTree tree;
  CancelScope outer(tree);
  ThreadChannel<int> channel(tree, 1);
  CancelScope shielded(outer, kNever, true);
  outer.cancel();
  EXPECT_TRUE(shielded.check());
  EXPECT_TRUE(channel.send(1, shielded));
  EXPECT_FALSE(channel.send(1, outer));
}

}  // namespace
}  // namespace mainstay::aio
