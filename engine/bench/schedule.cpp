// schedule.cpp - the next run of a cron expression and of a rule, and timers, beside a sorted
// multimap.
#include "mainstay/schedule/schedule.hpp"

#include <benchmark/benchmark.h>

#include <deque>
#include <map>

namespace {

using namespace mainstay::schedule;
using namespace std::chrono_literals;

const Instant kNow{1'700'000'000s};

void CronNext(benchmark::State& state, const char* text) {
  const auto cron = *Cron::parse(text);
  const auto zone = *YearlyRule::parse("CET-1CEST,M3.5.0,M10.5.0/3");
  for (auto _ : state) benchmark::DoNotOptimize(cron.next(zone, kNow));
}
BENCHMARK_CAPTURE(CronNext, quarter_hours, "*/15 9-17 * * mon-fri");
BENCHMARK_CAPTURE(CronNext, leap_days, "0 0 29 2 *");

void CronParse(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(Cron::parse("*/15 9-17 * * mon-fri"));
}
BENCHMARK(CronParse);

void RuleNext(benchmark::State& state) {
  const auto zone = *YearlyRule::parse("CET-1CEST,M3.5.0,M10.5.0/3");
  const Rule rule{Unit::days, {}, 10h + 30min};
  for (auto _ : state) benchmark::DoNotOptimize(next_run(rule, zone, 24h, kNow, kNow));
}
BENCHMARK(RuleNext);

struct Timer {
  std::size_t place = 0;
};

// The earliest of so many timers is moved to the end, as after a run.
void HeapMove(benchmark::State& state) {
  std::deque<Timer> timers(static_cast<std::size_t>(state.range(0)));
  TimerHeap<Timer, &Timer::place> heap;
  Instant last = kNow;
  for (Timer& timer : timers) heap.insert(timer, last += 1s);
  for (auto _ : state) heap.move(*heap.top().item, last += 1s);
}
BENCHMARK(HeapMove)->Arg(1000)->Arg(100000);

void MultimapMove(benchmark::State& state) {
  std::multimap<Instant, int> timers;
  Instant last = kNow;
  for (int i = 0; i < state.range(0); ++i) timers.emplace(last += 1s, i);
  for (auto _ : state) {
    auto node = timers.extract(timers.begin());
    node.key() = last += 1s;
    timers.insert(std::move(node));
  }
}
BENCHMARK(MultimapMove)->Arg(1000)->Arg(100000);

}  // namespace
