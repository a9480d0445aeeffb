// threads_test.cpp - calls and registrations from many threads; most of its claims are
// ThreadSanitizer's.
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "mainstay/plugins/detail/published.hpp"
#include "mainstay/plugins/hook.hpp"

namespace mainstay::plugins {
namespace {

constexpr int kThreads = 8;
constexpr int kRounds = 500;

void in_threads(int count, const std::function<void(int)>& run) {
  std::vector<std::thread> threads;
  for (int i = 0; i < count; ++i) threads.emplace_back(run, i);
  for (std::thread& thread : threads) thread.join();
}

TEST(Threads, CallWhileOthersRegisterAndLeave) {
  Hook<int(int)> hook;
  hook.add([](int n) { return n; }).keep();
  auto token = std::make_shared<int>(1);
  std::atomic<int> wrong = 0;
  in_threads(kThreads, [&](int thread) {
    for (int round = 0; round < kRounds; ++round) {
      if (thread % 2 == 0) {
        const Connection mine = hook.add([token](int n) { return n * *token; });
        if (hook(round).empty()) ++wrong;
      } else {
        for (const int answer : hook(round)) wrong += answer != round;
      }
    }
  });
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(hook.size(), 1u);
  EXPECT_EQ(token.use_count(), 1);
}

TEST(Threads, RegisterWithWishesAtTheSameTime) {
  Hook<std::string()> hook;
  in_threads(kThreads, [&](int thread) {
    const std::string name = std::to_string(thread);
    std::vector<std::string> lower;
    for (int other = 0; other < thread; ++other) lower.push_back(std::to_string(other));
    for (int round = 0; round < kRounds / 5; ++round) {
      auto mine = hook.add([name] { return name; }, {.plugin = name, .after = lower});
      ASSERT_TRUE(mine);
      std::string before;
      for (const std::string& called : hook()) {
        EXPECT_GT(called, before);
        before = called;
      }
    }
  });
  EXPECT_EQ(hook.size(), 0u);
}

// A value that knows when it is gone, and is big enough for a torn one to show.
struct Checked {
  Checked(int n, std::atomic<int>* count) : values(8, n), alive(count) { ++*alive; }
  Checked(Checked&& other) noexcept : values(std::move(other.values)), alive(other.alive) {
    other.alive = nullptr;
  }
  Checked(const Checked&) = delete;
  ~Checked() {
    if (alive) --*alive;
  }
  std::vector<int> values;
  std::atomic<int>* alive;
};

TEST(Published, DestroysEachReplacedValueOnceAndNoneInUse) {
  std::atomic<int> alive = 0;
  std::atomic<int> torn = 0;
  {
    detail::Published<Checked> published(Checked(0, &alive));
    in_threads(kThreads, [&](int thread) {
      for (int round = 0; round < kRounds * 4; ++round) {
        const auto seen = published.read();
        if (thread < 2) published.publish(Checked(round, &alive));
        for (const int value : seen->values) torn += value != seen->values.front();
      }
    });
    EXPECT_EQ(alive, 1);
  }
  EXPECT_EQ(alive, 0);
  EXPECT_EQ(torn, 0);
}

TEST(Published, HoldsMoreReadersThanTheWordHasRoomFor) {
  std::atomic<int> alive = 0;
  detail::Published<Checked> published(Checked(0, &alive));
  using Reading = decltype(published.read());
  struct Held {
    explicit Held(const detail::Published<Checked>& from) : reading(from.read()) {}
    Reading reading;
  };
  std::vector<std::unique_ptr<Held>> first;
  for (int i = 0; i < 1000; ++i) first.push_back(std::make_unique<Held>(published));
  published.publish(Checked(1, &alive));
  EXPECT_EQ(alive, 2);
  std::vector<std::unique_ptr<Held>> second;
  for (int i = 0; i < 100; ++i) second.push_back(std::make_unique<Held>(published));
  EXPECT_EQ(second.back()->reading->values.front(), 1);
  for (std::size_t i = 0; i < 999; ++i) first[i].reset();
  EXPECT_EQ(first.back()->reading->values.front(), 0);
  EXPECT_EQ(alive, 2);
  first.clear();
  EXPECT_EQ(alive, 1);
  second.clear();
  EXPECT_EQ(alive, 1);
}

TEST(Published, CountsACrowdThatComesAndGoesWhileTheValueChanges) {
  std::atomic<int> alive = 0;
  {
    detail::Published<Checked> published(Checked(0, &alive));
    in_threads(kThreads, [&](int thread) {
      struct Held {
        explicit Held(const detail::Published<Checked>& from) : reading(from.read()) {}
        decltype(published.read()) reading;
      };
      for (int round = 0; round < 20; ++round) {
        std::vector<std::unique_ptr<Held>> held;
        for (int i = 0; i < 90; ++i) held.push_back(std::make_unique<Held>(published));
        if (thread == 0) published.publish(Checked(round, &alive));
      }
    });
    EXPECT_EQ(alive, 1);
  }
  EXPECT_EQ(alive, 0);
}

}  // namespace
}  // namespace mainstay::plugins
