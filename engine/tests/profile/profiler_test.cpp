// The profiler for C++ programs, under a clock that the test moves.
#include "mainstay/profile/profiler.hpp"

#include <gtest/gtest.h>

namespace mainstay::profile {
namespace {

TEST(Profiler, CountsTimeForTheInnermostScope) {
  double now = 10;
  Profiler profiler("main", [&] { return now; });
  {
    const auto outer = profiler.enter("load", "load.cpp", 7);
    now += 1;
    {
      const auto inner = profiler.enter("parse");
      now += 3;
    }
    now += 1;
  }
  now += 5;
  EXPECT_EQ(profiler.text(),
            "10.000 main  \n"
            "|- 5.000 load  load.cpp:7\n"
            "|  |- 3.000 parse  \n"
            "|  `- 2.000 [self]  load.cpp\n"
            "`- 5.000 [self]  \n");
}

TEST(Profiler, TakesStacksThatAreKnownFromElsewhere) {
  Profiler profiler("main", [] { return 0.0; });
  profiler.sample({"a", "b"}, 2);
  profiler.sample({"a", "c"}, 1);
  EXPECT_EQ(profiler.text({.percent = true, .flat = true}), "66.7% b  \n33.3% c  \n");
}

TEST(Profiler, LeavesOutWhatTookNextToNoTime) {
  Profiler profiler("main", [] { return 0.0; });
  profiler.sample({"often"}, 1);
  profiler.sample({"seldom"}, 0.001);
  EXPECT_EQ(profiler.text().find("seldom"), std::string::npos);
  const Tree all = profiler.tree(0);
  EXPECT_EQ(all.node(all.root()).children.size(), 2U);
}

}  // namespace
}  // namespace mainstay::profile
