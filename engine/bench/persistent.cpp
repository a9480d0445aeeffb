// persistent.cpp - the engine alone: maps and vectors beside copies of the standard containers.
//
// A copy of a std container is what a program pays that keeps versions without this. Beside immer,
// the library to compare with, where its headers are found (docs/internals/persistent.md says how).
#include <benchmark/benchmark.h>

#include <cstdint>
#include <map>
#include <unordered_map>
#include <vector>

#include "mainstay/persistent/persistent.hpp"

#if __has_include(<immer/map.hpp>)
#include <immer/flex_vector.hpp>
#include <immer/flex_vector_transient.hpp>
#include <immer/map.hpp>
#include <immer/map_transient.hpp>
#define MAINSTAY_BESIDE_IMMER 1
#else
#define MAINSTAY_BESIDE_IMMER 0
#endif

namespace {

namespace persistent = mainstay::persistent;
using Map = persistent::map<std::int64_t, std::int64_t>;
using Vector = persistent::vector<std::int64_t>;

Map map_of(std::int64_t size) {
  auto made = Map().transient();
  for (std::int64_t i = 0; i < size; ++i) made.set(i * 7919, i);
  return made.persistent();
}

template <class Std>
Std std_map_of(std::int64_t size) {
  Std made;
  for (std::int64_t i = 0; i < size; ++i) made.emplace(i * 7919, i);
  return made;
}

Vector vector_of(std::int64_t size) {
  auto made = Vector().transient();
  for (std::int64_t i = 0; i < size; ++i) made.push_back(i);
  return made.persistent();
}

void map_find(benchmark::State& state) {
  const Map map = map_of(state.range(0));
  std::int64_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(map.find((i++ % state.range(0)) * 7919));
}

void map_set(benchmark::State& state) {
  const Map map = map_of(state.range(0));
  std::int64_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(map.set((i++ % state.range(0)) * 7919, -1));
}

template <class Std>
void copy_and_set(benchmark::State& state) {
  const Std map = std_map_of<Std>(state.range(0));
  std::int64_t i = 0;
  for (auto _ : state) {
    Std changed(map);
    changed[(i++ % state.range(0)) * 7919] = -1;
    benchmark::DoNotOptimize(changed);
  }
}

void map_build(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(map_of(state.range(0)));
}

template <class Std>
void std_build(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(std_map_of<Std>(state.range(0)));
}

void vector_set(benchmark::State& state) {
  const Vector vector = vector_of(state.range(0));
  std::size_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(vector.set(i++ % vector.size(), -1));
}

void copy_and_set_vector(benchmark::State& state) {
  const std::vector<std::int64_t> vector(static_cast<std::size_t>(state.range(0)), 1);
  std::size_t i = 0;
  for (auto _ : state) {
    auto changed = vector;
    changed[i++ % vector.size()] = -1;
    benchmark::DoNotOptimize(changed);
  }
}

void vector_concatenate(benchmark::State& state) {
  const Vector vector = vector_of(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(vector + vector);
}

void vector_erase(benchmark::State& state) {
  const Vector vector = vector_of(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(vector.erase(vector.size() / 2));
}

void vector_push_back(benchmark::State& state) {
  for (auto _ : state) {
    Vector vector;
    for (std::int64_t i = 0; i < state.range(0); ++i) vector = vector.push_back(i);
    benchmark::DoNotOptimize(vector);
  }
}

using Tree = std::map<std::int64_t, std::int64_t>;
using Table = std::unordered_map<std::int64_t, std::int64_t>;

#if MAINSTAY_BESIDE_IMMER

using ImmerMap = immer::map<std::int64_t, std::int64_t>;
using ImmerVector = immer::flex_vector<std::int64_t>;

ImmerMap immer_map_of(std::int64_t size) {
  auto made = ImmerMap().transient();
  for (std::int64_t i = 0; i < size; ++i) made.set(i * 7919, i);
  return made.persistent();
}

ImmerVector immer_vector_of(std::int64_t size) {
  auto made = ImmerVector().transient();
  for (std::int64_t i = 0; i < size; ++i) made.push_back(i);
  return made.persistent();
}

void immer_map_find(benchmark::State& state) {
  const ImmerMap map = immer_map_of(state.range(0));
  std::int64_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(map.find((i++ % state.range(0)) * 7919));
}

void immer_map_set(benchmark::State& state) {
  const ImmerMap map = immer_map_of(state.range(0));
  std::int64_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(map.set((i++ % state.range(0)) * 7919, -1));
}

void immer_map_build(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(immer_map_of(state.range(0)));
}

void immer_vector_set(benchmark::State& state) {
  const ImmerVector vector = immer_vector_of(state.range(0));
  std::size_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(vector.set(i++ % vector.size(), -1));
}

void immer_vector_concatenate(benchmark::State& state) {
  const ImmerVector vector = immer_vector_of(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(vector + vector);
}

void immer_vector_erase(benchmark::State& state) {
  const ImmerVector vector = immer_vector_of(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(vector.erase(vector.size() / 2));
}

void immer_vector_push_back(benchmark::State& state) {
  for (auto _ : state) {
    ImmerVector vector;
    for (std::int64_t i = 0; i < state.range(0); ++i) vector = vector.push_back(i);
    benchmark::DoNotOptimize(vector);
  }
}

BENCHMARK(immer_map_find)->Arg(8)->Arg(1000)->Arg(100'000);
BENCHMARK(immer_map_set)->Arg(8)->Arg(1000)->Arg(100'000);
BENCHMARK(immer_map_build)->Arg(1000);
BENCHMARK(immer_vector_set)->Arg(100'000);
BENCHMARK(immer_vector_concatenate)->Arg(100'000);
BENCHMARK(immer_vector_erase)->Arg(100'000);
BENCHMARK(immer_vector_push_back)->Arg(1000);

#endif

BENCHMARK(map_find)->Arg(8)->Arg(1000)->Arg(100'000);
BENCHMARK(map_set)->Arg(8)->Arg(1000)->Arg(100'000);
BENCHMARK(copy_and_set<Tree>)->Arg(8)->Arg(1000);
BENCHMARK(copy_and_set<Table>)->Arg(8)->Arg(1000);
BENCHMARK(map_build)->Arg(1000);
BENCHMARK(std_build<Tree>)->Arg(1000);
BENCHMARK(std_build<Table>)->Arg(1000);
BENCHMARK(vector_set)->Arg(100'000);
BENCHMARK(copy_and_set_vector)->Arg(100'000);
BENCHMARK(vector_concatenate)->Arg(100'000);
BENCHMARK(vector_erase)->Arg(100'000);
BENCHMARK(vector_push_back)->Arg(1000);

}  // namespace
