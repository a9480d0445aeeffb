// The bar for C++ programs, drawn into a string under a clock that stands.
#include "mainstay/progress/bar.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <list>
#include <vector>

namespace mainstay::progress {
namespace {

struct Screen {
  std::string bytes;
  double now = 100;

  [[nodiscard]] Sink sink() {
    return [this](std::string_view more) { bytes += more; };
  }
  [[nodiscard]] Bar::Clock clock() {
    return [this] { return now; };
  }
};

TEST(Bar, IsDrawnAtMostOnceAnInterval) {
  Screen screen;
  Bar bar({.description = "copy", .total = Count(std::int64_t{4})}, screen.sink(), screen.clock());
  EXPECT_EQ(screen.bytes, "\rcopy:   0%|          | 0/4 [00:00<?, ?it/s]");
  screen.bytes.clear();
  EXPECT_FALSE(bar.add());
  screen.now += 1;
  EXPECT_TRUE(bar.add());
  EXPECT_EQ(screen.bytes, "\rcopy:  50%|█████     | 2/4 [00:01<00:01,  2.00it/s]");
  EXPECT_EQ(bar.count().whole(), 2);
}

TEST(Bar, KeepsItsLastLineOrClearsIt) {
  Screen kept;
  {
    Bar bar({.total = Count(std::int64_t{2})}, kept.sink(), kept.clock());
  }
  EXPECT_TRUE(kept.bytes.ends_with("?it/s]\n"));
  Screen cleared;
  Bar bar({.leave = false}, cleared.sink(), cleared.clock());
  bar.set_postfix("x");
  bar.draw();
  bar.close();
  bar.close();
  EXPECT_TRUE(cleared.bytes.ends_with(std::string(21, ' ') + "\r")) << cleared.bytes;
  cleared.bytes.clear();
  EXPECT_FALSE(bar.add());
  EXPECT_EQ(cleared.bytes, "");
}

TEST(Track, CountsTheItemsOfARange) {
  Screen screen;
  std::vector<int> numbers{1, 2, 3};
  int total = 0;
  {
    auto tracked = track(numbers, {.unit = "n"}, screen.sink());
    for (const int each : tracked) total += each;
    EXPECT_EQ(tracked.bar().count().whole(), 3);
  }
  EXPECT_EQ(total, 6);
  EXPECT_NE(screen.bytes.find("3/3"), std::string::npos);

  std::list<int> empty;
  for (const int each : track(empty, {}, screen.sink())) total += each;
  EXPECT_EQ(total, 6);
}

TEST(Sink, WritesToADescriptorAndLosesWhatItCannotWrite) {
  std::array<int, 2> ends{};
  ASSERT_EQ(pipe(ends.data()), 0);
  to_descriptor(ends[1])("bytes");
  std::array<char, 8> read{};
  EXPECT_EQ(::read(ends[0], read.data(), read.size()), 5);
  EXPECT_STREQ(read.data(), "bytes");
  close(ends[0]);
  close(ends[1]);
  to_descriptor(-1)("lost");
}

}  // namespace
}  // namespace mainstay::progress
