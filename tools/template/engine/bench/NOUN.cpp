// NOUN.cpp - a total, beside the sum that may wrap around.
#include "mainstay/NOUN/NOUN.hpp"

#include <benchmark/benchmark.h>

#include <numeric>
#include <vector>

namespace {

const std::vector<std::int64_t> kNumbers(1000, 7);

void Total(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(mainstay::NOUN::total(kNumbers));
}
BENCHMARK(Total);

void ByHand(benchmark::State& state) {
  for (auto _ : state) {
    benchmark::DoNotOptimize(std::accumulate(kNumbers.begin(), kNumbers.end(), std::int64_t{0}));
  }
}
BENCHMARK(ByHand);

}  // namespace
