// random_test.cpp - every thread and every process draws numbers of its own.
#include "mainstay/retry/random.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <thread>

namespace mainstay::retry {
namespace {

using Draws = std::array<double, 4>;

Draws some_draws() {
  Draws draws{};
  for (double& draw : draws) draw = ThreadRandom().random();
  return draws;
}

TEST(ThreadRandom, AnswersFromZeroUpToButNotOne) {
  for (int i = 0; i < 100'000; ++i) {
    const double drawn = ThreadRandom().random();
    ASSERT_GE(drawn, 0.0);
    ASSERT_LT(drawn, 1.0);
  }
}

TEST(ThreadRandom, DiffersFromThreadToThread) {
  Draws first{};
  Draws second{};
  std::thread([&] { first = some_draws(); }).join();
  std::thread([&] { second = some_draws(); }).join();
  EXPECT_NE(first, second);
}

TEST(ThreadRandom, DiffersInAForkedChildSoThatProcessesDoNotRetryInStep) {
  static_cast<void>(some_draws());  // the generator exists before the fork
  std::array<int, 2> ends{};
  ASSERT_EQ(pipe(ends.data()), 0);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const Draws draws = some_draws();
    const bool written = write(ends[1], draws.data(), sizeof(draws)) == sizeof(draws);
    _exit(written ? 0 : 1);
  }
  const Draws ours = some_draws();
  Draws theirs{};
  EXPECT_EQ(read(ends[0], theirs.data(), sizeof(theirs)), static_cast<ssize_t>(sizeof(theirs)));
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_NE(ours, theirs);
  close(ends[0]);
  close(ends[1]);
}

TEST(RandomRef, StandsInForUniformWhereASourceHasNone) {
  struct Half {
    double random() { return 0.5; }
  } half;
  const RandomRef random(half);
  EXPECT_EQ(random.random(), 0.5);
  EXPECT_EQ(random.uniform(Seconds{1}, Seconds{3}), Seconds{2});
}

}  // namespace
}  // namespace mainstay::retry
