// diff.cpp - what a comparison costs, beside nlohmann::json's where Debian's package is installed.
//
// The shapes are those of the Python benchmark: a configuration of 10,000 leaves and 5,000 records,
// 1 % changed; and what the other library does not have: aligned lists and ignored order.
#include "mainstay/diff/diff.hpp"

#include <benchmark/benchmark.h>

#include <random>
#include <string>

#include "mainstay/base/json.hpp"

#if __has_include(<nlohmann/json.hpp>)
#include <nlohmann/json.hpp>
#define MAINSTAY_HAS_RIVAL 1
#endif

namespace {

using mainstay::Array;
using mainstay::Object;
using mainstay::Value;

struct Pair {
  Value before, after;
};

Value leaf(std::mt19937& random, std::size_t number) {
  switch (random() % 4) {
    case 0: return static_cast<double>(random()) / 7;
    case 1: return static_cast<std::int64_t>(random() % 1000);
    case 2: return "value " + std::to_string(number);
    default: return random() % 2 == 0;
  }
}

Value section(std::mt19937& random, std::size_t leaves) {
  Object made;
  for (std::size_t i = 0; i < 10; ++i) {
    made["key_" + std::to_string(i)] =
        leaves <= 10 ? leaf(random, i) : section(random, leaves / 10);
  }
  return made;
}

// The same with about one leaf in a hundred changed.
Value changed(std::mt19937& random, const Value& value) {
  if (const Object* members = value.object()) {
    Object made;
    for (const auto& member : *members) made[member.name] = changed(random, member.value);
    return made;
  }
  if (const Array* items = value.array()) {
    Array made;
    for (const Value& item : *items) made.push_back(changed(random, item));
    return made;
  }
  return random() % 100 == 0 ? Value("changed") : value;
}

Pair configuration() {
  std::mt19937 random(1);
  Pair pair{section(random, 10000), {}};
  pair.after = changed(random, pair.before);
  return pair;
}

Pair records(std::size_t count) {
  std::mt19937 random(2);
  Array items;
  for (std::size_t i = 0; i < count; ++i) {
    items.push_back(Object{{"id", static_cast<std::int64_t>(i)},
                           {"name", "name " + std::to_string(i)},
                           {"age", static_cast<std::int64_t>(i % 90)},
                           {"tags", Array{"a", "b"}},
                           {"score", static_cast<double>(i) * 1.5}});
  }
  Pair pair{std::move(items), {}};
  pair.after = changed(random, pair.before);
  return pair;
}

Pair lines(std::size_t count) {
  std::mt19937 random(3);
  Array items;
  for (std::size_t i = 0; i < count; ++i) items.push_back("line " + std::to_string(i));
  Array after = items;
  for (int i = 0; i < 25; ++i) {
    after.insert(after.begin() + static_cast<std::ptrdiff_t>(random() % after.size()), "new");
    after.erase(after.begin() + static_cast<std::ptrdiff_t>(random() % after.size()));
  }
  return {std::move(items), std::move(after)};
}

void compare(benchmark::State& state, const Pair& pair,
             const mainstay::diff::ValueOptions& options = {}) {
  std::size_t found = 0;
  for (auto _ : state) {
    const auto report = mainstay::diff::diff(pair.before, pair.after, options);
    found = report->differences.size();
    benchmark::DoNotOptimize(report);
  }
  state.counters["found"] = static_cast<double>(found);
}

void Configuration(benchmark::State& state) { compare(state, configuration()); }
BENCHMARK(Configuration)->Unit(benchmark::kMicrosecond);

void Records(benchmark::State& state) { compare(state, records(5000)); }
BENCHMARK(Records)->Unit(benchmark::kMicrosecond);

void RecordsIgnoringOrder(benchmark::State& state) {
  mainstay::diff::ValueOptions options;
  options.ignore_order = true;
  compare(state, records(1000), options);
}
BENCHMARK(RecordsIgnoringOrder)->Unit(benchmark::kMicrosecond);

void RecordsByKey(benchmark::State& state) {
  mainstay::diff::ValueOptions options;
  options.keys = {"id"};
  compare(state, records(static_cast<std::size_t>(state.range(0))), options);
}
BENCHMARK(RecordsByKey)->Unit(benchmark::kMicrosecond)->Arg(5000)->Arg(50000);

void AlignedLines(benchmark::State& state) { compare(state, lines(5000)); }
BENCHMARK(AlignedLines)->Unit(benchmark::kMicrosecond);

#ifdef MAINSTAY_HAS_RIVAL

void rival(benchmark::State& state, const Pair& pair) {
  const auto before = nlohmann::json::parse(*mainstay::write_json(pair.before));
  const auto after = nlohmann::json::parse(*mainstay::write_json(pair.after));
  std::size_t found = 0;
  for (auto _ : state) {
    const auto patch = nlohmann::json::diff(before, after);
    found = patch.size();
    benchmark::DoNotOptimize(patch);
  }
  state.counters["found"] = static_cast<double>(found);
}

void NlohmannConfiguration(benchmark::State& state) { rival(state, configuration()); }
BENCHMARK(NlohmannConfiguration)->Unit(benchmark::kMicrosecond);

void NlohmannRecords(benchmark::State& state) { rival(state, records(5000)); }
BENCHMARK(NlohmannRecords)->Unit(benchmark::kMicrosecond);

// Position by position: it finds every line behind the first insertion.
void NlohmannLines(benchmark::State& state) { rival(state, lines(5000)); }
BENCHMARK(NlohmannLines)->Unit(benchmark::kMicrosecond);

#else

void NlohmannIsNotInstalled(benchmark::State& state) {
  state.SkipWithError("nlohmann/json.hpp is not there; on Debian: apt install nlohmann-json3-dev");
}
BENCHMARK(NlohmannIsNotInstalled);

#endif

}  // namespace
