// inbox_test.cpp - events arrive once and in order, whoever waits for them.
#include "mainstay/watch/inbox.hpp"

#include <gtest/gtest.h>
#include <poll.h>

#include <string>
#include <thread>

namespace mainstay::watch {
namespace {

using namespace std::chrono_literals;

std::vector<std::string> texts(const Batch& batch) {
  std::vector<std::string> found;
  Batch::Reader reader(batch);
  while (const auto event = reader.next()) {
    found.push_back(std::string(event->source) + ">" + std::string(event->target));
  }
  return found;
}

Batch of(const char* source) {
  Batch batch;
  batch.add({Kind::file_created, false, 1, source});
  return batch;
}

TEST(Batch, LeavesOutWhatRepeatsTheLast) {
  Batch batch;
  batch.add_unless_repeated({Kind::dir_modified, false, 1, "a"});
  batch.add_unless_repeated({Kind::dir_modified, false, 1, "a"});
  batch.add_unless_repeated({Kind::dir_modified, false, 2, "a"});
  batch.add_unless_repeated({Kind::file_moved, false, 2, "a", "b"});
  batch.add_unless_repeated({Kind::file_moved, false, 2, "ab", ""});
  EXPECT_EQ(texts(batch), (std::vector<std::string>{"a>", "a>", "a>b", "ab>"}));
}

TEST(Inbox, GivesWhatWasPutInItsOrder) {
  Inbox inbox(1000);
  Batch first = of("a");
  Batch second = of("b");
  inbox.put(first);
  inbox.put(second);
  EXPECT_TRUE(first.empty());
  ASSERT_EQ(inbox.wait(std::nullopt), Inbox::Waited::ready);
  Batch taken;
  inbox.take(taken);
  EXPECT_EQ(texts(taken), (std::vector<std::string>{"a>", "b>"}));
  EXPECT_EQ(inbox.wait(0ms), Inbox::Waited::timed_out);
}

TEST(Inbox, IsFullUntilItIsEmptied) {
  Inbox inbox(10);
  Batch batch = of("a");
  inbox.put(batch);
  EXPECT_TRUE(inbox.full());
  Batch taken;
  inbox.take(taken);
  EXPECT_FALSE(inbox.full());
}

TEST(Inbox, EndsWaitsWhenItIsWokenOrClosed) {
  Inbox inbox(1000);
  inbox.wake();
  EXPECT_EQ(inbox.wait(std::nullopt), Inbox::Waited::woken);
  Batch batch = of("a");
  inbox.put(batch);
  inbox.close();
  EXPECT_EQ(inbox.wait(std::nullopt, {10h, 10h}), Inbox::Waited::ready);
  Batch taken;
  inbox.take(taken);
  EXPECT_EQ(inbox.wait(std::nullopt), Inbox::Waited::closed);
}

TEST(Inbox, WaitsUntilEventsStopComing) {
  Inbox inbox(1000);
  std::thread writer([&] {
    for (int i = 0; i < 5; ++i) {
      Batch batch = of("a");
      inbox.put(batch);
      std::this_thread::sleep_for(1ms);
    }
  });
  EXPECT_EQ(inbox.wait(std::nullopt, {200ms, 10s}), Inbox::Waited::ready);
  writer.join();
  Batch taken;
  inbox.take(taken);
  EXPECT_EQ(taken.size(), 5U);
}

TEST(Inbox, HasADescriptorThatTellsOfEvents) {
  Inbox inbox(1000);
  const auto fd = inbox.descriptor();
  ASSERT_TRUE(fd);
  pollfd entry{*fd, POLLIN, 0};
  EXPECT_EQ(::poll(&entry, 1, 0), 0);
  Batch batch = of("a");
  inbox.put(batch);
  EXPECT_EQ(::poll(&entry, 1, 0), 1);
  Batch taken;
  inbox.take(taken);
  EXPECT_EQ(::poll(&entry, 1, 0), 0);
}

}  // namespace
}  // namespace mainstay::watch
