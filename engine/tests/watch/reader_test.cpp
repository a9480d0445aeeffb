// reader_test.cpp - one thread reads for all, and can be left at any moment.
#include "mainstay/watch/reader.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <thread>

#include "playground.hpp"

namespace mainstay::watch {
namespace {

using testing::Mirror;
using testing::Playground;

WatchOptions everything_in(const Playground& ground) {
  WatchOptions options;
  options.path = ground.root();
  options.recursive = true;
  return options;
}

// Applies what comes until the mirror equals the disk, which takes as long as it takes.
bool becomes_equal(Inbox& inbox, Mirror& mirror, const Playground& ground) {
  for (int i = 0; i < 600; ++i) {
    if (mirror.content() == ground.content()) return true;
    (void)inbox.wait(std::chrono::milliseconds(100));
    Batch batch;
    inbox.take(batch);
    Batch::Reader reader(batch);
    while (const auto event = reader.next()) mirror.apply(*event);
  }
  return false;
}

TEST(Reader, DeliversToSeveralInboxes) {
  auto reader = Reader::start();
  ASSERT_TRUE(reader);
  Playground one;
  Playground two;
  std::vector<std::shared_ptr<Source>> sources;
  for (const Playground* each : {&one, &two}) {
    auto source = (*reader)->open();
    ASSERT_TRUE(source);
    sources.push_back(*source);
    auto inbox = std::make_shared<Inbox>(1 << 20);
    ASSERT_TRUE(sources.back()->add(everything_in(*each), inbox).get());
    Mirror mirror(*each);
    each->folder("a/b");
    each->file("a/b/f");
    EXPECT_TRUE(becomes_equal(*inbox, mirror, *each));
  }
  EXPECT_EQ(sources[0]->counters().get().watches, 3U);
}

TEST(Reader, LosesNothingToSeveralWritersWhileNothingIsTaken) {
  auto reader = Reader::start();
  ASSERT_TRUE(reader);
  auto source = (*reader)->open();
  ASSERT_TRUE(source);
  Playground ground;
  auto inbox = std::make_shared<Inbox>(std::size_t{1} << 28U);
  ASSERT_TRUE((*source)->add(everything_in(ground), inbox).get());
  Mirror mirror(ground);
  std::vector<std::thread> writers;
  for (int writer = 0; writer < 3; ++writer) {
    writers.emplace_back([&ground, writer] {
      const std::string own = "w" + std::to_string(writer);
      ground.folder(own);
      for (int i = 0; i < 300; ++i) {
        const std::string name = own + "/" + std::to_string(i);
        ground.folder(name);
        ground.file(name + "/f");
        if (i % 3 == 0) ground.rename(name, name + "-moved");
        if (i % 5 == 1) ground.remove(name);
      }
    });
  }
  for (auto& each : writers) each.join();
  EXPECT_TRUE(becomes_equal(*inbox, mirror, ground));
}

TEST(Reader, RepairsAnOverflowOfTheKernelsQueue) {
  auto reader = Reader::start();
  ASSERT_TRUE(reader);
  auto source = (*reader)->open();
  ASSERT_TRUE(source);
  Playground ground;
  auto inbox = std::make_shared<Inbox>(std::size_t{1} << 28U);
  ASSERT_TRUE((*source)->add(everything_in(ground), inbox).get());
  Mirror mirror(ground);
  ASSERT_TRUE((*source)->pause(true).get());
  for (int i = 0; i < 6'000; ++i) ground.file(std::to_string(i));
  ASSERT_TRUE((*source)->pause(false).get());
  EXPECT_TRUE(becomes_equal(*inbox, mirror, ground));
  EXPECT_EQ((*source)->counters().get().overflows, 1U);
}

TEST(Reader, MayBeClosedWhileOthersAsk) {
  auto reader = Reader::start();
  ASSERT_TRUE(reader);
  auto source = (*reader)->open();
  ASSERT_TRUE(source);
  Playground ground;
  ground.folder("a/b/c");
  auto inbox = std::make_shared<Inbox>(1 << 20);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 50; ++n) {
        const auto added = (*source)->add(everything_in(ground), inbox).get();
        if (added) (void)(*source)->remove(*added).get();
      }
    });
  }
  (*source)->close();
  for (auto& each : threads) each.join();
  EXPECT_EQ((*source)->add(everything_in(ground), inbox).get().error().code, ErrorCode::closed);
}

TEST(Reader, RemovesWhatIsNotWaitedFor) {
  auto reader = Reader::start();
  ASSERT_TRUE(reader);
  auto source = (*reader)->open();
  ASSERT_TRUE(source);
  Playground ground;
  (*source)->discard((*source)->add(everything_in(ground), std::make_shared<Inbox>(1 << 20)));
  EXPECT_EQ((*source)->counters().get().watches, 0U);
}

}  // namespace
}  // namespace mainstay::watch
