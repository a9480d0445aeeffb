// call_test.cpp - the loop: what it returns, throws, sleeps and reports, and what it leaves alone.
#include "mainstay/retry/call.hpp"

#include <gtest/gtest.h>
#include <pthread.h>

#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "fakes.hpp"

namespace mainstay::retry {
namespace {

using namespace std::chrono_literals;

TEST(Call, ReturnsTheFirstSuccess) {
  FakeTime time;
  Flaky<NetworkError> flaky{.failures = 2};
  EXPECT_EQ(call(policy(stop_after_attempt(5), wait_exponential()), time, flaky), 3);
  EXPECT_EQ(time.slept, (std::vector<double>{1, 2}));
}

TEST(Call, DoesNotSleepWhenThereIsNothingToWaitFor) {
  FakeTime time;
  Flaky<NetworkError> flaky{.failures = 2};
  EXPECT_EQ(call(policy(), time, flaky), 3);
  EXPECT_TRUE(time.slept.empty());
}

TEST(Call, GivesUpAfterTheLastAttemptWithoutSleepingAgainAndRethrowsTheLastError) {
  FakeTime time;
  int calls = 0;
  try {
    call(policy(stop_after_attempt(3), wait_fixed(1s)), time, [&]() -> int { throw ++calls; });
    FAIL() << "nothing was thrown";
  } catch (int last) {
    EXPECT_EQ(last, 3);
  }
  EXPECT_EQ(time.slept, (std::vector<double>{1, 1}));
}

TEST(Call, RethrowsTheVeryExceptionThatWasThrown) {
  const DiskError* thrown = nullptr;
  const auto plan = policy(stop_after_attempt(2));
  try {
    call(plan, [&] {
      try {
        throw DiskError();
      } catch (const DiskError& error) {
        thrown = &error;
        throw;
      }
    });
    FAIL() << "nothing was thrown";
  } catch (const DiskError& error) {
    EXPECT_EQ(&error, thrown);
  }
}

TEST(Call, LetsErrorsThatAreNotToBeRetriedThroughAtOnce) {
  Flaky<DiskError> flaky{.failures = 9};
  const auto plan = policy(stop_never(), wait_none(), retry_if_exception_type<NetworkError>());
  EXPECT_THROW(call(plan, flaky), DiskError);
  EXPECT_EQ(flaky.calls, 1);
}

TEST(Call, ReturnsTheLastValueWhenNoneWasGoodEnough) {
  FakeTime time;
  Flaky<NetworkError> counter;
  const auto plan =
      policy(stop_after_attempt(4), wait_none(), retry_if_result([](int) { return true; }));
  EXPECT_EQ(call(plan, time, counter), 4);
}

TEST(Call, ObeysTheRequestForAnotherAttempt) {
  FakeTime time;
  Flaky<TryAgain> flaky{.failures = 2};
  EXPECT_EQ(call(policy(stop_never(), wait_fixed(1s), retry_never()), time, flaky), 3);
  EXPECT_EQ(time.slept.size(), 2U);
}

TEST(Call, LetsTryAgainThroughWhenNoAttemptIsLeft) {
  Flaky<TryAgain> flaky{.failures = 9};
  EXPECT_THROW(call(policy(stop_after_attempt(2)), flaky), TryAgain);
}

TEST(Call, StopsByTheClockItIsGiven) {
  FakeTime time;
  Flaky<NetworkError> flaky{.failures = 1000};
  EXPECT_THROW(call(policy(stop_after_delay(30s), wait_fixed(10s)), time, flaky), NetworkError);
  EXPECT_EQ(flaky.calls, 4);
}

TEST(Call, DrawsFromAHostThatHasRandomness) {
  FakeHost host;
  Flaky<NetworkError> flaky{.failures = 2};
  call(policy(stop_never(), wait_random(0s, 4s)), host, flaky);
  EXPECT_EQ(host.slept, (std::vector<double>{2, 2}));
  EXPECT_EQ(host.drawn, 2U);
}

TEST(Call, HandsArgumentsOverAgainOnEachAttempt) {
  std::vector<std::string> seen;
  const auto note = [&](std::string text, const int& number) {
    seen.push_back(text + std::to_string(number));
    if (seen.size() < 3) throw NetworkError();
    return text.size();
  };
  EXPECT_EQ(call(policy(), note, std::string("ab"), 7), 2U);
  EXPECT_EQ(seen, (std::vector<std::string>{"ab7", "ab7", "ab7"}));
}

TEST(Call, CallsMemberFunctions) {
  Flaky<NetworkError> flaky{.failures = 1};
  EXPECT_EQ(call(policy(), &Flaky<NetworkError>::operator(), flaky), 2);
}

TEST(Call, ReturnsReferencesMoveOnlyValuesAndNothing) {
  int number = 5;
  int& reference = call(policy(), [&]() -> int& { return number; });
  EXPECT_EQ(&reference, &number);
  EXPECT_EQ(*call(policy(), [] { return std::make_unique<int>(3); }), 3);
  EXPECT_EQ(call(policy(), [] { return ThrowsWhenCopied(4); }).id, 4);
  static_assert(std::is_void_v<decltype(call(policy(), [] {}))>);
  Flaky<NetworkError> flaky{.failures = 2};
  call(policy(), [&] { flaky(); });
  EXPECT_EQ(flaky.calls, 3);
}

TEST(Call, ReturnsWhatCanBeMovedButNotAssigned) {
  struct Page {
    const int status;
  };
  struct View {
    const int& number;
  };
  const int number = 5;
  auto twice = [failed = false](auto make) mutable {
    if (!std::exchange(failed, true)) throw NetworkError();
    return make();
  };
  EXPECT_EQ(call(policy(), twice, [] { return Page{3}; }).status, 3);
  EXPECT_EQ(&call(policy(), twice, [&] { return View{number}; }).number, &number);
  EXPECT_EQ(call(policy(), twice, [&] { return [&] { return number; }; })(), 5);
  EXPECT_EQ(attempt(policy(), twice, [] { return Page{3}; }).outcome.value().status, 3);
}

TEST(Call, LetsGoOfAValueBeforeItSleeps) {
  std::weak_ptr<int> value;
  struct Host : FakeTime {
    std::weak_ptr<int>* value;
    bool alive = false;
    void sleep(Seconds) { alive = alive || !value->expired(); }
  } host{{}, &value};
  const auto plan = policy(stop_after_attempt(3), wait_fixed(1s), retry_always());
  const auto last = call(plan, host, [&] {
    auto made = std::make_shared<int>(1);
    value = made;
    return made;
  });
  EXPECT_FALSE(host.alive);
  EXPECT_EQ(last.use_count(), 1);
}

TEST(Call, LetsWhatHooksStrategiesAndHostsThrowThrough) {
  const auto boom = [](const auto&...) -> bool { throw DiskError(); };
  Flaky<NetworkError> flaky{.failures = 1000};
  EXPECT_THROW(call(policy(stop_when(boom)), flaky), DiskError);
  EXPECT_THROW(call(policy(stop_never(), Wait([]() -> Seconds { throw DiskError(); })), flaky),
               DiskError);
  EXPECT_THROW(call(policy(stop_never(), wait_none(), boom), flaky), DiskError);
  EXPECT_THROW(call(policy(stop_never(), wait_none(), retry_always(), {.before = boom}), flaky),
               DiskError);
  struct BrokenSleep : FakeTime {
    void sleep(Seconds) { throw DiskError(); }
  } host;
  EXPECT_THROW(call(policy(stop_never(), wait_fixed(1s)), host, flaky), DiskError);
}

TEST(Call, MakesOneAttemptByARefusedPolicy) {
  Flaky<NetworkError> flaky{.failures = 1};
  EXPECT_THROW(call(policy(stop_after_attempt(0)), flaky), NetworkError);
  EXPECT_EQ(call(policy(stop_after_attempt(0)), flaky), 2);
}

TEST(Call, KeepsItsStateToItselfSoThatPoliciesCanBeSharedAndNested) {
  const auto plan = policy(stop_after_attempt(3), wait_none());
  Flaky<NetworkError> inner{.failures = 2};
  Flaky<NetworkError> outer{.failures = 2};
  EXPECT_EQ(call(plan, [&] { return outer() + call(plan, inner); }), 6);
}

TEST(Call, RunsInManyThreadsByOnePolicy) {
  const auto plan = policy(stop_after_attempt(50) | stop_after_delay(1000s),
                           wait_random(0s, 1s) + wait_exponential({.max = 1s}));
  std::vector<int> results(8);
  {
    std::vector<std::jthread> threads;
    for (int& result : results) {
      threads.emplace_back([&plan, &result] {
        FakeTime time;
        for (int round = 0; round < 100; ++round) {
          Flaky<NetworkError> flaky{.failures = 5};
          result += call(plan, time, flaky);
        }
      });
    }
  }
  EXPECT_EQ(results, std::vector<int>(8, 600));
}

// glibc ends the program when a cancellation is caught and not passed on.
TEST(Call, LetsItsThreadBeCancelled) {
  pthread_t thread{};
  const auto body = [](void*) -> void* {
    call(policy(), []() -> int {
      for (;;) pthread_testcancel();
    });
    return nullptr;
  };
  ASSERT_EQ(pthread_create(&thread, nullptr, body, nullptr), 0);
  ASSERT_EQ(pthread_cancel(thread), 0);
  void* result = nullptr;
  ASSERT_EQ(pthread_join(thread, &result), 0);
  EXPECT_EQ(result, PTHREAD_CANCELED);
}

TEST(Attempt, ReportsSuccessWithItsStatistics) {
  FakeTime time;
  Flaky<NetworkError> flaky{.failures = 2};
  auto report = attempt(policy(stop_after_attempt(5), wait_fixed(2s)), time, flaky);
  EXPECT_EQ(report.ended, Ended::gave_back);
  EXPECT_EQ(report.statistics, (Statistics{3, 4s, 100s, 4s}));
  EXPECT_EQ(std::move(report.outcome).take(), 3);
}

TEST(Attempt, ReportsExhaustionWithoutThrowing) {
  FakeTime time;
  Flaky<NetworkError> flaky{.failures = 9};
  const auto report = attempt(policy(stop_after_attempt(2)), time, flaky);
  EXPECT_EQ(report.ended, Ended::gave_up);
  EXPECT_TRUE(is_a<NetworkError>(report.outcome.error()));
  EXPECT_FALSE(report.refusal);
}

TEST(Attempt, ReportsARefusedPolicyWithoutAnyAttempt) {
  Flaky<NetworkError> flaky;
  const auto report = attempt(policy(stop_never(), wait_random(5s, 1s)), flaky);
  EXPECT_EQ(flaky.calls, 0);
  EXPECT_EQ(report.ended, Ended::refused);
  EXPECT_EQ(report.outcome.kind(), OutcomeKind::none);
  EXPECT_EQ(report.statistics.attempt_number, 0U);
  ASSERT_TRUE(report.refusal);
  EXPECT_EQ(report.refusal->message, "min must not be above max, got min=5 max=1; swap them");
}

TEST(Attempt, ReportsAWaitThatAnswersNonsense) {
  Flaky<NetworkError> flaky{.failures = 9};
  const auto report = attempt(policy(stop_never(), Wait([] { return -1s; })), flaky);
  EXPECT_EQ(flaky.calls, 1);
  EXPECT_EQ(report.ended, Ended::refused);
  ASSERT_TRUE(report.refusal);
  EXPECT_EQ(report.refusal->code, ErrorCode::invalid_answer);
  EXPECT_TRUE(is_a<NetworkError>(report.outcome.error()));
}

}  // namespace
}  // namespace mainstay::retry
