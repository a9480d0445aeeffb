// threads_test.cpp - readers beside writers in one process, and processes that fork, hold and die.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <functional>
#include <thread>
#include <vector>

#include "cache/support.hpp"

namespace mainstay::cache {
namespace {

using testing::Folder;
using testing::get;
using testing::items;
using testing::must;
using testing::open;
using testing::put;
using testing::value;
using testing::wrong;

using Texts = std::vector<std::string>;

// The value of a key in its n-th version, such that a torn one cannot look right.
std::string version(int key, int n) {
  return std::to_string(key) + ":" + std::to_string(n) + ":" +
         std::string(static_cast<std::size_t>(n * 7 + key) % 200, static_cast<char>('a' + n % 26));
}

int version_of(const std::string& bytes) { return std::stoi(bytes.substr(bytes.find(':') + 1)); }

TEST(Threads, ReadersSeeWholeValuesWhoseVersionsNeverFall) {
  const Folder folder;
  Store store = open(folder);
  constexpr int kKeys = 40;
  constexpr int kVersions = 150;
  std::atomic<bool> done = false;
  std::atomic<int> wrongs = 0;
  std::vector<std::thread> threads;
  for (int writer = 0; writer < 2; ++writer) {
    threads.emplace_back([&, writer] {
      for (int n = 1; n <= kVersions; ++n) {
        for (int key = writer; key < kKeys; key += 2) {
          Hold hold = must(store.hold());
          if (n % 10 == 0) {
            must(hold.begin());
            must(hold.erase(NumberKey(std::int64_t{key})));
          }
          must(hold.put(NumberKey(std::int64_t{key}), value(version(key, n), n)));
          if (n % 10 == 0) must(hold.commit());
          if (n % 15 == 0) {
            must(hold.begin());
            must(hold.put(NumberKey(std::int64_t{key}), value("rolled back")));
            hold.roll_back();
          }
          hold.release();
          must(store.settle(0));
        }
      }
      done = true;
    });
  }
  for (int reader = 0; reader < 2; ++reader) {
    threads.emplace_back([&] {
      std::vector<int> seen(kKeys, 0);
      Reading reading;
      for (int round = 0; round < 100 || !done; ++round) {
        for (int key = 0; key < kKeys; ++key) {
          const auto there = store.read(NumberKey(std::int64_t{key}), reading,
                                        Policy::least_recently_used, 1.0 * round);
          if (!there || (!*there && seen[static_cast<std::size_t>(key)] > 0)) {
            ++wrongs;
            continue;
          }
          if (!*there) continue;
          const std::string bytes(reading->value.bytes);
          const int n = version_of(bytes);
          if (bytes != version(key, n) || n < seen[static_cast<std::size_t>(key)]) ++wrongs;
          seen[static_cast<std::size_t>(key)] = n;
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrongs, 0);
  EXPECT_EQ(wrong(store), Texts{});
  for (int key = 0; key < kKeys; ++key) {
    EXPECT_EQ(get(store, NumberKey(std::int64_t{key})), version(key, kVersions));
  }
}

TEST(Threads, AHoldOfAnotherThreadTimesOutAndIsWaitedFor) {
  const Folder folder;
  Store store = open(folder);
  Hold hold = must(store.hold());
  ErrorCode code{};
  std::thread([&] { code = store.hold(0.001).error().code; }).join();
  EXPECT_EQ(code, ErrorCode::timed_out);
  std::thread([&] { EXPECT_FALSE(must(store.try_hold())); }).join();
  std::thread waiting([&] { put(store, "late", "x"); });
  must(hold.put(text_key("early"), value("x")));
  hold.release();
  waiting.join();
  EXPECT_EQ(store.stats().items, 2u);
}

TEST(Threads, WakeWhenAKeyChanges) {
  const Folder folder;
  Store store = open(folder);
  const std::uint32_t ticket = store.ticket(text_key("key"));
  std::thread setter([&] { put(store, "key", "x"); });
  while (!store.wait(text_key("key"), ticket, 10)) {
  }
  setter.join();
  EXPECT_EQ(get(store, "key"), "x");
  EXPECT_FALSE(store.wait(text_key("key"), store.ticket(text_key("key")), 0.001));
}

// Runs in a forked child; its result is the child's exit code.
int in_child(const std::function<int()>& run) {
  const pid_t child = fork();
  if (child == 0) _exit(run());
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

TEST(Fork, ChildAndParentGoOnUsingTheStore) {
  const Folder folder;
  Store store = open(folder);
  put(store, "before", "x");
  EXPECT_EQ(in_child([&] {
              put(store, "child", "x");
              return get(store, "before") == "x" ? 0 : 1;
            }),
            0);
  put(store, "parent", "x");
  EXPECT_EQ(get(store, "child"), "x");
  EXPECT_EQ(wrong(store), Texts{});
}

TEST(Fork, TheChildOfAHolderHoldsNothing) {
  const Folder folder;
  Store store = open(folder);
  put(store, "a", "old");
  Hold hold = must(store.hold());
  must(hold.begin());
  must(hold.put(text_key("a"), value("new")));
  EXPECT_EQ(in_child([&] {
              if (hold.is_valid() || hold.put(text_key("b"), value("x"))) return 1;
              hold.release();
              if (get(store, "a") != "old") return 2;
              return store.hold(0.001).error().code == ErrorCode::timed_out ? 0 : 3;
            }),
            0);
  must(hold.commit());
  EXPECT_EQ(get(store, "a"), "new");
}

TEST(Fork, AStoreClosedByTheParentIsGoodInTheChildAndForNewcomers) {
  const Folder folder;
  auto store = std::make_unique<Store>(open(folder));
  put(*store, "a", "1");
  int go[2];
  ASSERT_EQ(pipe(go), 0);
  const pid_t child = fork();
  if (child == 0) {
    char byte = 0;
    const bool told = read(go[0], &byte, 1) == 1;
    put(*store, "b", "2");
    _exit(told && get(*store, "a") == "1" ? 0 : 1);
  }
  store.reset();
  ASSERT_EQ(write(go[1], "x", 1), 1);
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  Store again = open(folder);
  EXPECT_EQ(get(again, "b"), "2");
  EXPECT_EQ(wrong(again), Texts{});
}

TEST(Death, OfAHolderLeavesTheStoreToTheNext) {
  const Folder folder;
  Store store = open(folder);
  put(store, "a", "old");
  EXPECT_EQ(in_child([&] {
              Hold hold = must(store.hold());
              must(hold.put(text_key("committed"), value("x")));
              must(hold.begin());
              must(hold.put(text_key("a"), value("new")));
              must(hold.erase(text_key("committed")));
              kill(getpid(), SIGKILL);
              return 0;
            }),
            -SIGKILL);
  EXPECT_EQ(get(store, "a"), "old");
  put(store, "b", "x");
  EXPECT_EQ(get(store, "a"), "old");
  EXPECT_EQ(get(store, "committed"), "x");
  EXPECT_EQ(wrong(store), Texts{});
}

TEST(Death, OfTheLastUserIsRepairedAtTheNextOpening) {
  const Folder folder;
  EXPECT_EQ(in_child([&] {
              Store store = open(folder);
              put(store, "a", "1");
              Hold hold = must(store.hold());
              must(hold.begin());
              must(hold.put(text_key("a"), value("2")));
              kill(getpid(), SIGKILL);
              return 0;
            }),
            -SIGKILL);
  Store store = open(folder);
  EXPECT_EQ(get(store, "a"), "1");
  EXPECT_EQ(wrong(store), Texts{});
}

}  // namespace
}  // namespace mainstay::cache
