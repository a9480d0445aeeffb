// progress.cpp - what counting and a line cost.
#include "mainstay/progress/progress.hpp"

#include <benchmark/benchmark.h>

#include <numeric>
#include <vector>

namespace {

namespace progress = mainstay::progress;

void add(benchmark::State& state) {
  progress::Bar bar({}, [](std::string_view) {});
  for (auto _ : state) benchmark::DoNotOptimize(bar.add());
}
BENCHMARK(add);

void track(benchmark::State& state) {
  std::vector<int> numbers(1000);
  for (auto _ : state) {
    long long sum = 0;
    for (const int each : progress::track(numbers, {}, [](std::string_view) {})) sum += each;
    benchmark::DoNotOptimize(sum);
  }
}
BENCHMARK(track);

void line(benchmark::State& state) {
  progress::Meter meter;
  meter.n = progress::Count(std::int64_t{231});
  meter.total = progress::Count(std::int64_t{1000});
  meter.elapsed = 392;
  meter.columns = 80;
  for (auto _ : state) benchmark::DoNotOptimize(meter_text(meter, nullptr));
}
BENCHMARK(line);

}  // namespace
