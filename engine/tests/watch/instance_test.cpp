// instance_test.cpp - what events amount to, on a real file system and without a thread.
//
// Nothing is read from the kernel's queue until `work` is called. So a test decides how much has
// happened by the time an event is handled.
#include "mainstay/watch/instance.hpp"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/inotify.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <random>
#include <thread>
#include <utility>

#include "playground.hpp"

namespace {

std::function<void(std::string_view path)> before_watching;

}  // namespace

// Stands before the one of the C library, so that a test can act between two looks at the disk.
extern "C" int inotify_add_watch(int fd, const char* path, std::uint32_t mask) noexcept {
  if (before_watching) before_watching(path);
  return static_cast<int>(::syscall(SYS_inotify_add_watch, fd, path, mask));
}

namespace mainstay::watch {
namespace {

namespace fs = std::filesystem;

using testing::Mirror;
using testing::name_of;
using testing::Playground;
using Texts = std::vector<std::string>;

constexpr Kinds kStructure = only(Kind::file_created) | only(Kind::dir_created) |
                             only(Kind::file_deleted) | only(Kind::dir_deleted) |
                             only(Kind::file_moved) | only(Kind::dir_moved);

class InstanceTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto opened = Instance::open();
    ASSERT_TRUE(opened);
    instance_ = std::move(*opened);
  }

  WatchOptions options(Kinds kinds = kStructure) {
    WatchOptions options;
    options.path = ground_.root();
    options.recursive = true;
    options.kinds = kinds;
    return options;
  }
  std::uint32_t add(WatchOptions options) {
    auto added = instance_->add(std::move(options), inbox_);
    EXPECT_TRUE(added) << added.error().message;
    return added ? *added : 0;
  }

  // Handles what happened so far; `later`: as if so much time had passed.
  Texts events(std::chrono::seconds later = std::chrono::seconds(0)) {
    const Moment now = std::chrono::steady_clock::now();
    instance_->work(now);
    if (later.count() != 0) instance_->work(now + later);
    Texts found;
    const std::string root = ground_.root();
    const auto shown = [&](std::string_view path) {
      if (path == root) return std::string(".");
      return std::string(path.substr(std::min(path.size(), root.size() + 1)));
    };
    for (;;) {
      Batch batch;
      inbox_->take(batch);
      if (batch.empty()) return found;
      Batch::Reader reader(batch);
      while (const auto event = reader.next()) {
        if (mirror_) mirror_->apply(*event);
        found.push_back(name_of(event->kind) + (" " + shown(event->source)) +
                        (event->target.empty() ? "" : " " + shown(event->target)) +
                        (event->synthetic ? " *" : ""));
      }
    }
  }

  void fill_the_queue() const {
    const std::string path = ground_.at("f");
    for (int i = 0; i < 17'000; ++i) {
      ::close(::open(path.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
      ::unlink(path.c_str());
    }
  }

  Playground ground_;
  std::shared_ptr<Inbox> inbox_ = std::make_shared<Inbox>(std::size_t{1} << 30U);
  std::unique_ptr<Instance> instance_;
  std::optional<Mirror> mirror_;
};

TEST_F(InstanceTest, ReportsTheLifeOfAFile) {
  add(options(kEverything));
  ground_.file("a");
  EXPECT_EQ(events(), (Texts{"created a", "modified/ .", "opened a", "modified a", "closed a",
                             "modified/ ."}));
  ground_.rename("a", "b");
  EXPECT_EQ(events(), (Texts{"moved a b", "modified/ .", "modified/ ."}));
  ground_.remove("b");
  EXPECT_EQ(events(), (Texts{"deleted b", "modified/ ."}));
}

TEST_F(InstanceTest, AsksTheKernelOnlyForWhatIsWanted) {
  add(options(only(Kind::file_created)));
  for (int i = 0; i < 100; ++i) ground_.file("f" + std::to_string(i));
  EXPECT_EQ(events().size(), 100U);
  EXPECT_EQ(instance_->counters().events, 100U);
}

TEST_F(InstanceTest, AddsWhatIsWantedLater) {
  ground_.folder("d");
  const std::uint32_t id = add(options(only(Kind::file_created)));
  instance_->set_kinds(id, only(Kind::file_closed));
  ground_.file("d/a");
  EXPECT_EQ(events(), (Texts{"closed d/a"}));
}

TEST_F(InstanceTest, EntersNewDirectoriesAndTellsOfEachThingOnce) {
  add(options());
  ground_.folder("a/b");
  ground_.file("a/b/f");
  EXPECT_EQ(events(), (Texts{"created/ a", "created/ a/b", "created a/b/f"}));
  ground_.file("a/b/g");
  EXPECT_EQ(events(), (Texts{"created a/b/g"}));
}

TEST_F(InstanceTest, MovesADirectoryWithAllThatIsBelow) {
  ground_.folder("a/b");
  ground_.file("a/b/f");
  add(options());
  ground_.rename("a", "c");
  EXPECT_EQ(events(), (Texts{"moved/ a c", "moved/ a/b c/b *", "moved a/b/f c/b/f *"}));
  ground_.file("c/b/g");
  EXPECT_EQ(events(), (Texts{"created c/b/g"}));
}

TEST_F(InstanceTest, WaitsForTheOtherHalfOfAMoveAndThenCallsItDeleted) {
  Playground elsewhere;
  ground_.folder("a/b");
  add(options());
  fs::rename(ground_.at("a"), elsewhere.at("a"));
  EXPECT_EQ(events(), Texts{});
  EXPECT_EQ(events(std::chrono::seconds(1)), (Texts{"deleted/ a"}));
  std::ofstream(elsewhere.at("a/b/new")) << "x";
  EXPECT_EQ(events(), Texts{}) << "what has left is not watched any longer";
  EXPECT_EQ(instance_->counters_now().watches, 1U);
}

TEST_F(InstanceTest, EntersWhatIsMovedIn) {
  Playground elsewhere;
  elsewhere.folder("a/b");
  elsewhere.file("a/b/f");
  add(options());
  fs::rename(elsewhere.at("a"), ground_.at("a"));
  EXPECT_EQ(events(), (Texts{"created/ a", "created/ a/b *", "created a/b/f *"}));
}

TEST_F(InstanceTest, ReportsMovesOverTheBorderInFullWhereAsked) {
  Playground elsewhere;
  elsewhere.file("in");
  ground_.file("out");
  WatchOptions full = options();
  full.full_moves = true;
  add(full);
  fs::rename(elsewhere.at("in"), ground_.at("in"));
  EXPECT_EQ(events(), (Texts{"moved  in"}));
  fs::rename(ground_.at("out"), elsewhere.at("out"));
  EXPECT_EQ(events(std::chrono::seconds(1)), (Texts{"moved out"}));
}

TEST_F(InstanceTest, EndsWhenTheRootIsGone) {
  ground_.folder("r");
  WatchOptions inner = options();
  inner.path = ground_.at("r");
  add(inner);
  ground_.remove("r");
  EXPECT_EQ(events(), (Texts{"deleted/ r", "ended r"}));
  EXPECT_EQ(instance_->counters_now().watches, 0U);
}

TEST_F(InstanceTest, EndsWhenTheRootIsRenamed) {
  ground_.folder("r");
  WatchOptions inner = options();
  inner.path = ground_.at("r");
  add(inner);
  ground_.rename("r", "s");
  ground_.folder("r");
  ground_.file("s/f");
  EXPECT_EQ(events(), (Texts{"deleted/ r", "ended r"}));
}

TEST_F(InstanceTest, LetsSubscriptionsOfOneDirectoryBe) {
  add(options(only(Kind::file_created)));
  WatchOptions narrow = options(only(Kind::file_deleted));
  narrow.recursive = false;
  const std::uint32_t second = add(narrow);
  ground_.file("a");
  ground_.remove("a");
  EXPECT_EQ(events(), (Texts{"created a", "deleted a"}));
  instance_->remove(second);
  ground_.file("b");
  ground_.remove("b");
  EXPECT_EQ(events(), (Texts{"created b"}));
}

TEST_F(InstanceTest, StaysOutOfWhatIsExcluded) {
  ground_.folder("node_modules/x");
  ground_.folder("src/build");
  ground_.folder("src/kept");
  WatchOptions some = options();
  some.exclude = {"node_modules/", "build/", "*.log"};
  add(some);
  EXPECT_EQ(instance_->counters_now().watches, 3U);
  ground_.file("node_modules/x/a");
  ground_.file("src/build/a");
  ground_.file("src/a.log");
  ground_.file("src/kept/a");
  ground_.folder("src/kept/build/deep");
  EXPECT_EQ(events(), (Texts{"created src/kept/a"}));
}

TEST_F(InstanceTest, TakesAMoveOverTheBorderOfTheExcludedForOneOverThatOfTheTree) {
  ground_.folder("build");
  ground_.file("build/a");
  ground_.file("b");
  WatchOptions some = options();
  some.exclude = {"*.tmp", "build/"};
  add(some);
  ground_.rename("b", "b.tmp");
  EXPECT_EQ(events(), (Texts{"deleted b"}));
  ground_.rename("b.tmp", "c");
  EXPECT_EQ(events(), (Texts{"created c"}));
  ground_.rename("build", "out");
  EXPECT_EQ(events(), (Texts{"created/ out", "created out/a *"}));
}

TEST_F(InstanceTest, HeedsGitignoreFilesOfEachFolder) {
  ground_.folder("sub");
  ground_.folder(".git/objects");
  std::ofstream(ground_.at(".gitignore")) << "*.log\n/only-top\n";
  std::ofstream(ground_.at("sub/.gitignore")) << "!kept.log\n";
  WatchOptions some = options();
  some.gitignore = true;
  add(some);
  ground_.file("a.log");
  ground_.file("sub/a.log");
  ground_.file("sub/kept.log");
  ground_.file("sub/only-top");
  ground_.file("only-top");
  ground_.file(".git/objects/x");
  EXPECT_EQ(events(), (Texts{"created sub/kept.log", "created sub/only-top"}));
}

TEST_F(InstanceTest, ReportsOneFileOfItsFolderWhereAsked) {
  WatchOptions one = options(kEverything);
  one.recursive = false;
  one.only = ground_.at("a");
  add(one);
  ground_.file("a");
  ground_.file("b");
  ground_.rename("b", "a");
  EXPECT_EQ(events(), (Texts{"created a", "opened a", "modified a", "closed a", "moved b a"}));
}

TEST_F(InstanceTest, FollowsLinksOnlyWhereAskedAndNeverInACircle) {
  ground_.folder("real");
  fs::create_directory_symlink(ground_.at("real"), ground_.at("link"));
  fs::create_directory_symlink(ground_.root(), ground_.at("real/up"));
  add(options());
  EXPECT_EQ(instance_->counters_now().watches, 2U);
  Playground watching;
  fs::create_directory_symlink(ground_.root(), watching.at("l"));
  WatchOptions follow = options();
  follow.follow_links = true;
  const std::uint32_t id = add(follow);
  ground_.file("real/f");
  const Texts found = events();
  EXPECT_NE(std::find(found.begin(), found.end(), "created link/f"), found.end());
  instance_->remove(id);
}

TEST_F(InstanceTest, TakesLinksToDirectoriesForFilesUnlessTheyAreFollowed) {
  ground_.folder("real");
  fs::create_directory_symlink(ground_.at("real"), ground_.at("link"));
  add(options());
  EXPECT_EQ(events(), Texts{});
  ground_.remove("link");
  fs::create_directory_symlink(ground_.at("real"), ground_.at("other"));
  EXPECT_EQ(events(), (Texts{"deleted link", "created other"}));
}

TEST_F(InstanceTest, WatchesThroughALinkThatIsTheRoot) {
  Playground other;
  fs::create_directory_symlink(other.root(), ground_.at("l"));
  WatchOptions linked = options();
  linked.path = ground_.at("l");
  add(linked);
  other.file("f");
  EXPECT_EQ(events(), (Texts{"created l/f"}));
}

TEST_F(InstanceTest, SaysWhyARootCannotBeWatched) {
  WatchOptions bad = options();
  bad.path = ground_.at("absent");
  auto added = instance_->add(bad, inbox_);
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().system_number, ENOENT);
  EXPECT_NE(added.error().message.find("absent"), std::string::npos);
  ground_.file("f");
  bad.path = ground_.at("f");
  added = instance_->add(bad, inbox_);
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().system_number, ENOTDIR);
}

TEST_F(InstanceTest, TakesNamesThatAreNoText) {
  add(options());
  ground_.file("\xFF\xFE");
  EXPECT_EQ(events(), (Texts{"created \xFF\xFE"}));
}

// The queue of the kernel is left unread until it is full.
TEST_F(InstanceTest, FindsOutWhatAFullQueueLost) {
  ground_.folder("d");
  ground_.file("d/gone");
  ground_.file("d/changed");
  ground_.folder("e/old");
  add(options(kStructure | only(Kind::file_modified)));
  mirror_.emplace(ground_);
  fill_the_queue();
  ground_.remove("d/gone");
  ground_.file("d/changed");
  ground_.folder("new/deep");
  ground_.file("new/deep/f");
  ground_.rename("e/old", "renamed");
  const Texts found = events();
  const auto has = [&](const char* text) {
    return std::find(found.begin(), found.end(), text) != found.end();
  };
  EXPECT_TRUE(has("overflow ."));
  EXPECT_TRUE(has("deleted d/gone *"));
  EXPECT_TRUE(has("modified d/changed *"));
  EXPECT_TRUE(has("created new/deep/f *"));
  EXPECT_EQ(instance_->counters().overflows, 1U);
  EXPECT_EQ(instance_->counters().rescans, 1U);
  EXPECT_EQ(mirror_->content(), ground_.content());
  ground_.file("renamed/works");
  ground_.file("new/deep/works");
  const Texts after = events();
  EXPECT_EQ(after.size(), 4U) << "each is created and modified";
}

TEST_F(InstanceTest, LooksIntoDirectoriesThatMovedWhileEventsWereLost) {
  // Crosswise, so that one is found at its new place before it is missed at the old one.
  for (const char* each : {"a/one/deep", "b/other/deep"}) {
    ground_.folder(each);
    ground_.file(each + std::string("/gone"));
  }
  add(options());
  mirror_.emplace(ground_);
  fill_the_queue();
  ground_.remove("a/one/deep/gone");
  ground_.remove("b/other/deep/gone");
  ground_.rename("a/one", "b/from-a");
  ground_.rename("b/other", "a/from-b");
  ground_.file("b/from-a/deep/new");
  ground_.file("a/from-b/deep/new");
  (void)events();
  EXPECT_EQ(mirror_->content(), ground_.content());
  ground_.file("b/from-a/deep/works");
  ground_.file("a/from-b/deep/works");
  EXPECT_EQ(events().size(), 2U);
}

TEST_F(InstanceTest, ReturnsHoweverFastOthersWrite) {
  add(options(kEverything));
  std::atomic<bool> ended{false};
  std::vector<std::thread> writers;
  for (const char* name : {"f", "g"}) {
    writers.emplace_back([&, path = ground_.at(name)] {
      while (!ended.load()) {
        ::close(::open(path.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
        ::unlink(path.c_str());
      }
    });
  }
  while (inbox_->empty()) instance_->work(std::chrono::steady_clock::now());
  ended.store(true);
  for (std::thread& each : writers) each.join();
}

TEST_F(InstanceTest, RepairsWhatAProgramThatIsBehindHasLost) {
  inbox_ = std::make_shared<Inbox>(1);
  WatchOptions small = options();
  small.most_waiting_bytes = 10'000;
  add(small);
  mirror_.emplace(ground_);
  ground_.file("first");
  instance_->work(std::chrono::steady_clock::now());
  // The inbox is full now. More than fits into what may wait is found out by looking.
  for (int i = 0; i < 1000; ++i) ground_.file("f" + std::to_string(i));
  instance_->work(std::chrono::steady_clock::now());
  ground_.file("last");
  Texts all;
  for (Texts some = events(); !some.empty(); some = events()) {
    all.insert(all.end(), some.begin(), some.end());
  }
  EXPECT_NE(std::find(all.begin(), all.end(), "overflow ."), all.end());
  EXPECT_NE(std::find(all.begin(), all.end(), "created last *"), all.end());
  EXPECT_EQ(mirror_->content(), ground_.content());
}

TEST_F(InstanceTest, KnowsBothNamesAfterTheyWereExchanged) {
  ground_.file("a");
  ground_.file("b");
  ground_.folder("c/in-c");
  ground_.folder("d/in-d");
  add(options());
  mirror_.emplace(ground_);
  const auto exchange = [&](const char* one, const char* other) {
    return ::syscall(SYS_renameat2, AT_FDCWD, ground_.at(one).c_str(), AT_FDCWD,
                     ground_.at(other).c_str(), RENAME_EXCHANGE);
  };
  if (exchange("a", "b") != 0) GTEST_SKIP() << "this file system cannot exchange names";
  ASSERT_EQ(exchange("c", "d"), 0);
  (void)events();
  EXPECT_EQ(mirror_->content(), ground_.content());
  ground_.file("c/in-d/f");
  ground_.file("d/in-c/f");
  (void)events();
  EXPECT_EQ(mirror_->content(), ground_.content());
}

TEST_F(InstanceTest, TakesAFileToWhereItsFolderWasByAnEventThatIsOutOfDate) {
  ground_.folder("t/s");
  ground_.folder("u");
  ground_.file("t/s/f");
  add(options());
  mirror_.emplace(ground_);
  ground_.folder("z");  // entering it looks at the disk: what follows has happened by then
  ground_.rename("t", "u");
  ground_.rename("u/s/f", "t");
  (void)events();
  EXPECT_EQ(mirror_->content(), ground_.content());
}

TEST_F(InstanceTest, KnowsADirectoryThatIsExchangedWhileItIsLookedInto) {
  const Playground elsewhere;
  for (const char* each : {"new/one", "new/two", "other"}) {
    elsewhere.folder(each);
    elsewhere.file(each + std::string("/in-") + fs::path(each).filename().string());
  }
  add(options());
  mirror_.emplace(ground_);
  // The first of both is watched when the second is about to be, and is not listed yet.
  std::string first;
  before_watching = [&](std::string_view path) {
    const fs::path name = fs::path(path).filename();
    if (name != "one" && name != "two") return;
    if (first.empty()) {
      first = name;
      return;
    }
    const auto done = std::exchange(before_watching, nullptr);
    ground_.rename("new/" + first, "new/kept");
    fs::rename(elsewhere.at("other"), ground_.at("new/" + first));
  };
  fs::rename(elsewhere.at("new"), ground_.at("new"));
  (void)events();
  ASSERT_FALSE(before_watching);
  EXPECT_EQ(mirror_->content(), ground_.content());
}

TEST_F(InstanceTest, FindsADirectoryThatLinksStoodBefore) {
  ground_.folder("a");
  add(options());
  mirror_.emplace(ground_);
  ground_.folder("a/new/deep");
  ground_.rename("a", "b");
  fs::create_symlink("a", ground_.at("a"));  // leads to itself
  (void)events();
  EXPECT_EQ(mirror_->content(), ground_.content());
}

// Random changes, handled after random delays: the mirror that events build equals the disk.
class RandomChanges : public InstanceTest, public ::testing::WithParamInterface<unsigned> {};

TEST_P(RandomChanges, LeaveAMirrorThatEqualsTheDisk) {
  std::mt19937 random(GetParam());
  const auto below = [&](unsigned n) { return static_cast<unsigned>(random()) % n; };
  Playground elsewhere;
  const auto any = [&](const Playground& ground, bool folder) {
    Texts found{folder ? "" : "none"};
    for (const std::string& each : ground.content()) {
      if ((each.back() == '/') == folder) found.push_back(each);
    }
    return found[below(static_cast<unsigned>(found.size()))];
  };
  const auto name = [&] { return std::string(1, static_cast<char>('a' + below(4))); };
  for (int i = 0; i < 10; ++i) ground_.folder(any(ground_, true) + name());
  add(options());
  mirror_.emplace(ground_);
  const unsigned often = 1 + below(30);
  for (int i = 0; i < 300; ++i) {
    std::error_code failed;
    const std::string to = any(ground_, true) + name();
    switch (below(9)) {
      case 0:
      case 1: fs::create_directory(ground_.at(to), failed); break;
      case 2:
      case 3:
        if (!fs::is_directory(ground_.at(to))) ground_.file(to);
        break;
      case 4: fs::rename(ground_.at(any(ground_, true)), ground_.at(to), failed); break;
      case 5: fs::rename(ground_.at(any(ground_, false)), ground_.at(to), failed); break;
      case 6:
        if (below(3) == 0) fs::remove_all(ground_.at(any(ground_, below(2) == 0) + "."), failed);
        fs::remove(ground_.at(any(ground_, false)), failed);
        break;
      case 7: {
        const std::string from = any(ground_, below(2) == 0);
        if (!from.empty()) fs::rename(ground_.at(from), elsewhere.at(std::to_string(i)), failed);
        break;
      }
      case 8: {
        const std::string from = any(elsewhere, below(2) == 0);
        if (!from.empty()) fs::rename(elsewhere.at(from), ground_.at(to), failed);
        break;
      }
      default: break;
    }
    if (below(often) == 0) (void)events(std::chrono::seconds(below(2)));
  }
  (void)events(std::chrono::seconds(1));
  (void)events(std::chrono::seconds(1));
  EXPECT_EQ(mirror_->content(), ground_.content());
  // And what is there is watched, each directory once.
  const Texts content = ground_.content();
  const auto folders = std::count_if(content.begin(), content.end(),
                                     [](const std::string& each) { return each.back() == '/'; });
  EXPECT_EQ(instance_->counters_now().watches, static_cast<std::uint64_t>(folders) + 1);
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomChanges, ::testing::Range(0U, 40U));

}  // namespace
}  // namespace mainstay::watch
