// retry.cpp - what the machinery costs per call, beside the loop one would write by hand.
#include "mainstay/retry/retry.hpp"

#include <benchmark/benchmark.h>

#include <stdexcept>

namespace {

using namespace mainstay::retry;
using namespace std::chrono_literals;

struct Failed : std::runtime_error {
  Failed() : std::runtime_error("failed") {}
};

// Time that costs nothing to read, so that the loop itself is measured.
struct FreeTime {
  mainstay::Seconds clock{};

  mainstay::Seconds now() { return clock += mainstay::Seconds{1e-6}; }
  void sleep(mainstay::Seconds length) { clock += length; }
  double random() { return 0.5; }
};

const auto kPlan =
    policy(stop_after_attempt(5) | stop_after_delay(1e9s),
           wait_exponential({.max = 10s}) + wait_random(0s, 2s), retry_if_exception_type<Failed>());

int succeed(int& calls) {
  benchmark::DoNotOptimize(++calls);
  return calls;
}

int fail_twice(int& calls) {
  if (++calls % 3 != 0) throw Failed();
  return calls;
}

void CallSuccess(benchmark::State& state) {
  FreeTime time;
  int calls = 0;
  for (auto _ : state) benchmark::DoNotOptimize(call(kPlan, time, succeed, calls));
}
BENCHMARK(CallSuccess);

void CallSuccessOnTheRealClock(benchmark::State& state) {
  int calls = 0;
  for (auto _ : state) benchmark::DoNotOptimize(call(kPlan, succeed, calls));
}
BENCHMARK(CallSuccessOnTheRealClock);

void HandWrittenSuccess(benchmark::State& state) {
  int calls = 0;
  for (auto _ : state) {
    for (int attempt = 1;; ++attempt) {
      try {
        benchmark::DoNotOptimize(succeed(calls));
        break;
      } catch (const Failed&) {
        if (attempt == 5) throw;
      }
    }
  }
}
BENCHMARK(HandWrittenSuccess);

void CallFailingTwice(benchmark::State& state) {
  FreeTime time;
  int calls = 0;
  for (auto _ : state) benchmark::DoNotOptimize(call(kPlan, time, fail_twice, calls));
}
BENCHMARK(CallFailingTwice);

void HandWrittenFailingTwice(benchmark::State& state) {
  FreeTime time;
  int calls = 0;
  for (auto _ : state) {
    double wait = 1;
    for (int attempt = 1;; ++attempt) {
      try {
        benchmark::DoNotOptimize(fail_twice(calls));
        break;
      } catch (const Failed&) {
        if (attempt == 5) throw;
        time.sleep(mainstay::Seconds{wait});
        wait *= 2;
      }
    }
  }
}
BENCHMARK(HandWrittenFailingTwice);

void Step(benchmark::State& state) {
  const auto plan = policy(stop_after_delay(1e18s), wait_exponential({.max = 10s}), retry_always());
  const auto outcome = Outcome<int>::of([] { return 1; });
  FreeTime random;
  Machine machine(plan, mainstay::Seconds{0});
  for (auto _ : state) {
    benchmark::DoNotOptimize(machine.step(outcome, mainstay::Seconds{1}, random));
  }
}
BENCHMARK(Step);

}  // namespace
