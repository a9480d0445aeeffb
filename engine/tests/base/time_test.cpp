// time_test.cpp - the machine's clock moves forward and never sleeps on nonsense.
#include "mainstay/base/time.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace mainstay {
namespace {

static_assert(TimeSource<SteadyTime>);
static_assert(!TimeSource<int>);

TEST(SteadyTime, NeverGoesBack) {
  const SteadyTime time;
  Seconds last = time.now();
  for (int i = 0; i < 1000; ++i) {
    const Seconds now = time.now();
    ASSERT_GE(now, last);
    last = now;
  }
}

TEST(SteadyTime, SleepsAtLeastAsLongAsAsked) {
  const SteadyTime time;
  const Seconds before = time.now();
  time.sleep(Seconds{1e-4});
  EXPECT_GE((time.now() - before).count(), 0.99e-4);  // doubles, so a hair of rounding is fair
}

TEST(SteadyTime, DoesNotSleepForLengthsThatAreNone) {
  const SteadyTime time;
  for (const double length : {0.0, -0.0, -1.0, -std::numeric_limits<double>::infinity(),
                              std::numeric_limits<double>::quiet_NaN()}) {
    time.sleep(Seconds{length});  // the claim is that this returns
  }
}

}  // namespace
}  // namespace mainstay
