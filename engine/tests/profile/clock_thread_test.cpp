// The thread that keeps the time: it moves while there are subscribers.
#include "mainstay/profile/clock_thread.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmath>
#include <vector>

namespace mainstay::profile {
namespace {

// Waits until the time is another; false after a minute.
bool moves(double from) {
  const double end = monotonic_seconds() + 60;
  while (ClockThread::shared().now() == from) {
    if (monotonic_seconds() > end) return false;
  }
  return true;
}

TEST(ClockThread, MovesWhileThereIsASubscriber) {
  ClockThread& clock = ClockThread::shared();
  EXPECT_EQ(clock.interval(), -1);
  const auto id = clock.subscribe(0.001);
  ASSERT_TRUE(id);
  EXPECT_EQ(clock.interval(), 0.001);
  const double first = clock.now();
  ASSERT_TRUE(moves(first));
  const double second = clock.now();
  EXPECT_GT(second, first);
  EXPECT_LE(second, monotonic_seconds());
  EXPECT_TRUE(clock.unsubscribe(*id));
  EXPECT_EQ(clock.interval(), -1);
  EXPECT_EQ(clock.unsubscribe(*id).error().code, ErrorCode::not_found);
}

TEST(ClockThread, GoesByTheShortestInterval) {
  ClockThread& clock = ClockThread::shared();
  const auto slow = clock.subscribe(100);
  ASSERT_TRUE(slow);
  const double before = clock.now();
  const auto fast = clock.subscribe(0.001);
  ASSERT_TRUE(fast);
  EXPECT_EQ(clock.interval(), 0.001);
  EXPECT_TRUE(moves(before));
  EXPECT_TRUE(clock.unsubscribe(*fast));
  EXPECT_EQ(clock.interval(), 100);
  EXPECT_TRUE(clock.unsubscribe(*slow));
}

TEST(ClockThread, HasRoomForAThousandSubscribers) {
  ClockThread& clock = ClockThread::shared();
  std::vector<int> ids;
  for (int count = 0; count < ClockThread::kMostSubscribers; ++count) {
    ids.push_back(clock.subscribe(0.01).value_or(-1));
  }
  EXPECT_EQ(clock.subscribe(0.01).error().code, ErrorCode::limit_exceeded);
  for (const int id : ids) EXPECT_TRUE(clock.unsubscribe(id));
  EXPECT_EQ(clock.subscribe(0).error().code, ErrorCode::invalid_argument);
  EXPECT_EQ(clock.interval(), -1);
}

#if defined(__SANITIZE_THREAD__)
#define MAINSTAY_UNDER_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define MAINSTAY_UNDER_TSAN 1
#endif
#endif

#if !defined(MAINSTAY_UNDER_TSAN)  // which does not let the child of a fork start threads
TEST(ClockThread, IsGoneInTheChildOfAForkUntilItIsAskedForAgain) {
  ClockThread& clock = ClockThread::shared();
  const auto id = clock.subscribe(0.001);
  ASSERT_TRUE(id);
  const pid_t child = fork();
  if (child == 0) {
    alarm(60);
    const bool gone = std::isinf(clock.now());
    const auto again = clock.subscribe(0.001);
    const double from = clock.now();
    _exit(gone && again && moves(from) ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_TRUE(clock.unsubscribe(*id));
}
#endif

TEST(Clocks, AreInSeconds) {
  EXPECT_LE(coarse_seconds(), monotonic_seconds());
  EXPECT_LT(coarse_resolution(), 1);
}

}  // namespace
}  // namespace mainstay::profile
