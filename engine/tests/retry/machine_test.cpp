// machine_test.cpp - one call as a pure state machine: order, statistics, ends, refusals.
#include "mainstay/retry/machine.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "fakes.hpp"

namespace mainstay::retry {
namespace {

using namespace std::chrono_literals;

const auto kFailed = Outcome<int>::failed(std::make_exception_ptr(NetworkError()));
const auto kGave = Outcome<int>::of([] { return 1; });

TEST(Machine, AsksForASleepUntilThePolicyHasHadEnough) {
  const auto plan = policy(stop_after_attempt(3), wait_exponential());
  Machine machine(plan, 10s);
  EXPECT_EQ(machine.step(kFailed, 11s), (Verdict{Next::retry, 1s}));
  EXPECT_EQ(machine.step(kFailed, 13s), (Verdict{Next::retry, 2s}));
  EXPECT_EQ(machine.step(kFailed, 16s), (Verdict{Next::stop, 0s}));
}

TEST(Machine, KeepsTheStatisticsOfTheCall) {
  const auto plan = policy(stop_never(), wait_fixed(2s));
  Machine machine(plan, 10s);
  EXPECT_EQ(machine.statistics(), (Statistics{1, 0s, 10s, 0s}));
  machine.step(kFailed, 11s);
  EXPECT_EQ(machine.statistics(), (Statistics{2, 2s, 10s, 1s}));
  machine.step(kGave, 15s);
  EXPECT_EQ(machine.statistics(), (Statistics{2, 2s, 10s, 5s}));
}

TEST(Machine, RepeatsItsLastVerdictForEver) {
  int asked = 0;
  const auto plan = policy(stop_when([&] { return ++asked > 0; }));
  Machine machine(plan, 0s);
  EXPECT_EQ(machine.step(kFailed, 1s).next, Next::stop);
  EXPECT_EQ(machine.step(kGave, 2s).next, Next::stop);
  EXPECT_EQ(machine.step(kFailed, 3s).next, Next::stop);
  EXPECT_EQ(asked, 1);
}

TEST(Machine, RunsEverythingInTheOrderOfATurn) {
  std::vector<std::string> order;
  const auto note = [&](const char* what) {
    return [&order, what](const Moment& moment) {
      order.push_back(std::string(what) + " " + std::to_string(moment.progress.attempt));
    };
  };
  const auto plan = policy(
      stop_when([&](const Progress& p) {
        order.push_back("stop " + std::to_string(p.upcoming_sleep.count()).substr(0, 1));
        return p.attempt >= 2;
      }),
      Wait([&] {
        order.emplace_back("wait");
        return 3s;
      }),
      [&](const Outcome<int>&) {
        order.emplace_back("retry");
        return true;
      },
      {.before = note("before"), .after = note("after"), .before_sleep = note("before_sleep")});
  Machine machine(plan, 0s);
  machine.before();
  machine.step(kFailed, 1s);
  machine.before();
  machine.step(kGave, 5s);
  EXPECT_EQ(order, (std::vector<std::string>{"before 1", "retry", "after 1", "wait", "stop 3",
                                             "before_sleep 1", "before 2", "retry", "after 2",
                                             "wait", "stop 3"}));
}

TEST(Machine, ShowsHooksTheOutcomeAndTheProgress) {
  const auto look = [](const Moment& moment) {
    EXPECT_EQ(moment.outcome, OutcomeKind::error);
    EXPECT_TRUE(is_a<NetworkError>(moment.error));
    EXPECT_EQ(moment.progress, (Progress{1, 1s, 2s, 2s}));
  };
  const auto plan = policy(stop_never(), wait_fixed(2s), retry_always(), {.before_sleep = look});
  Machine machine(plan, 0s);
  machine.step(kFailed, 1s);
}

TEST(Machine, ShowsAHookBeforeAnAttemptNoOutcome) {
  int runs = 0;
  const auto plan =
      policy(stop_never(), wait_none(), retry_always(), {.before = [&](const Moment& m) {
               ++runs;
               EXPECT_EQ(m.outcome, OutcomeKind::none);
               EXPECT_EQ(m.error, nullptr);
             }});
  const Machine machine(plan, 0s);
  machine.before();
  EXPECT_EQ(runs, 1);
}

TEST(Machine, NeverRetriesByARefusedPolicy) {
  for (const auto& plan : {policy(stop_after_attempt(0)), policy(stop_never(), wait_fixed(-1s))}) {
    Machine machine(plan, 0s);
    ASSERT_NE(machine.refusal(), nullptr);
    EXPECT_EQ(machine.step(kFailed, 1s).next, Next::stop);
  }
}

TEST(Machine, EndsTheCallWhenAWaitAnswersNonsense) {
  for (const double answer :
       {-1.0, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    const auto plan = policy(stop_never(), Wait([answer] { return Seconds{answer}; }));
    Machine machine(plan, 0s);
    EXPECT_EQ(machine.step(kFailed, 1s), (Verdict{Next::stop, 0s}));
    ASSERT_NE(machine.refusal(), nullptr);
    EXPECT_EQ(machine.refusal()->code, ErrorCode::invalid_answer);
    EXPECT_EQ(machine.statistics().idle_for, Seconds{0});
  }
}

TEST(Machine, SaysWhatAWaitAnsweredAndWhatToDo) {
  const auto plan =
      policy(stop_never(), wait_exponential({.multiplier = 1e308, .max = Seconds(1) / 0.0}));
  Machine machine(plan, 0s);
  machine.step(kFailed, 1s);
  machine.step(kFailed, 2s);
  ASSERT_NE(machine.refusal(), nullptr);
  EXPECT_EQ(machine.refusal()->message,
            "a wait must answer a finite number of seconds, 0 or more, got inf; the call ended "
            "with the last outcome: correct the callable in the wait, or give an endless formula "
            "a finite max");
}

TEST(Machine, HasNothingToDecideBeforeAnAttempt) {
  const auto plan = policy(stop_after_attempt(1));
  Machine machine(plan, 0s);
  EXPECT_EQ(machine.step(Outcome<int>(), 1s), Verdict{});
  EXPECT_EQ(machine.step(kFailed, 1s).next, Next::stop);
}

TEST(Machine, StaysUsableWhenAPredicateThrows) {
  int asked = 0;
  const auto plan = policy(stop_never(), wait_none(), [&](const Outcome<int>&) -> bool {
    if (++asked == 1) throw DiskError();
    return true;
  });
  Machine machine(plan, 0s);
  EXPECT_THROW(machine.step(kFailed, 1s), DiskError);
  EXPECT_EQ(machine.step(kFailed, 2s).next, Next::retry);
}

TEST(Policy, ChecksItsParts) {
  EXPECT_TRUE(policy(stop_after_attempt(1), wait_fixed(1s)).check());
  const auto refused = policy(stop_after_attempt(-5)).check();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message,
            "stop_after_attempt must allow at least 1 attempt, got -5; to try once without "
            "retrying use 1");
}

TEST(Machine, AsksTheWaitAboutTheErrorOfTheAttempt) {
  const auto plan = policy(
      stop_never(), wait_exception<int>([](int code) { return Seconds(code); }), retry_always());
  Machine machine(plan, 0s);
  const auto thrown = Outcome<int>::failed(std::make_exception_ptr(4));
  EXPECT_EQ(machine.step(thrown, 1s), (Verdict{Next::retry, 4s}));
  EXPECT_EQ(machine.step(Outcome<int>::of([] { return 1; }), 2s), (Verdict{Next::retry, 0s}));
}

}  // namespace
}  // namespace mainstay::retry
