// plugins.cpp - what one call of a hook costs, beside the vector of functions one would write by
// hand, and beside Boost.Signals2 where it is installed.
//
// The three promise different things. A vector of functions may not be touched while it is called.
// Signals2 and Hook may, by any thread: Signals2 locks a mutex per call and one per slot, Hook
// reads a snapshot. The argument is how many implementations are called.
#include "mainstay/plugins/plugins.hpp"

#include <benchmark/benchmark.h>

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#if __has_include(<boost/signals2.hpp>)
#define MAINSTAY_BENCH_SIGNALS2
#include <boost/signals2.hpp>
#endif

namespace {

using namespace mainstay::plugins;

// libstdc++ counts references without atomics as long as a process never had a second thread. Both
// rivals' shared pointers would profit, in programs that need none of what is measured here.
const bool kHasHadThreads = (std::thread([] {}).join(), true);

// What every implementation does, so little that the call itself is measured.
int implementation(int n) {
  benchmark::DoNotOptimize(n);
  return n + 1;
}

void counts(benchmark::internal::Benchmark* bench) {
  bench->Arg(0)->Arg(1)->Arg(5)->Arg(10)->Arg(100);
}

template <class H, class F>
void fill(H& hook, std::int64_t count, F function) {
  benchmark::DoNotOptimize(kHasHadThreads);
  for (std::int64_t i = 0; i < count; ++i) hook.add(function).keep();
}

// --- nobody looks at results -------------------------------------------------------------------

void TellHook(benchmark::State& state) {
  Hook<void(int)> hook;
  fill(hook, state.range(0), &implementation);
  for (auto _ : state) hook(1);
}
BENCHMARK(TellHook)->Apply(counts);

void TellVectorOfFunctions(benchmark::State& state) {
  const std::vector<std::function<void(int)>> all(static_cast<std::size_t>(state.range(0)),
                                                  &implementation);
  for (auto _ : state) {
    for (const auto& one : all) one(1);
  }
}
BENCHMARK(TellVectorOfFunctions)->Apply(counts);

// A vector that may be replaced meanwhile, as one would write it by hand.
void TellSharedVectorOfFunctions(benchmark::State& state) {
  using All = std::vector<std::function<void(int)>>;
  std::mutex mutex;
  auto current =
      std::make_shared<const All>(static_cast<std::size_t>(state.range(0)), &implementation);
  for (auto _ : state) {
    std::unique_lock lock(mutex);
    const auto all = current;
    lock.unlock();
    for (const auto& one : *all) one(1);
  }
}
BENCHMARK(TellSharedVectorOfFunctions)->Apply(counts);

// --- all results in a vector -------------------------------------------------------------------

void CollectHook(benchmark::State& state) {
  Hook<int(int)> hook;
  fill(hook, state.range(0), &implementation);
  for (auto _ : state) benchmark::DoNotOptimize(hook(1));
}
BENCHMARK(CollectHook)->Apply(counts);

void CollectVectorOfFunctions(benchmark::State& state) {
  const std::vector<std::function<int(int)>> all(static_cast<std::size_t>(state.range(0)),
                                                 &implementation);
  for (auto _ : state) {
    std::vector<int> results;
    results.reserve(all.size());
    for (const auto& one : all) results.push_back(one(1));
    benchmark::DoNotOptimize(results);
  }
}
BENCHMARK(CollectVectorOfFunctions)->Apply(counts);

// --- the first result: the last one asked has it -----------------------------------------------

std::optional<int> pass(int n) {
  benchmark::DoNotOptimize(n);
  return std::nullopt;
}

void FirstResultHook(benchmark::State& state) {
  Hook<std::optional<int>(int), FirstResult> hook;
  hook.add(&implementation).keep();
  fill(hook, state.range(0), &pass);
  for (auto _ : state) benchmark::DoNotOptimize(hook(1));
}
BENCHMARK(FirstResultHook)->Apply(counts);

// --- wrappers, around one implementation -------------------------------------------------------

void WrappedHook(benchmark::State& state) {
  Hook<void(int)> hook;
  fill(hook, 1, &implementation);
  for (std::int64_t i = 0; i < state.range(0); ++i) {
    hook.wrap([](auto& rest, int n) { rest(n); }).keep();
  }
  for (auto _ : state) hook(1);
}
BENCHMARK(WrappedHook)->Apply(counts);

// --- registration, with so many there already --------------------------------------------------

void RegisterHook(benchmark::State& state) {
  Hook<void(int)> hook;
  fill(hook, state.range(0), &implementation);
  for (auto _ : state) hook.add(&implementation).disconnect();
}
BENCHMARK(RegisterHook)->Apply(counts);

// --- one hook, called by several threads -------------------------------------------------------

void TellHookFromThreads(benchmark::State& state) {
  static Hook<void(int)> hook;
  static const bool filled = (fill(hook, 5, &implementation), true);
  benchmark::DoNotOptimize(filled);
  for (auto _ : state) hook(1);
}
BENCHMARK(TellHookFromThreads)->Threads(1)->Threads(2);

#if defined(MAINSTAY_BENCH_SIGNALS2)

namespace signals = boost::signals2;

void TellSignals2(benchmark::State& state) {
  signals::signal<void(int)> signal;
  for (std::int64_t i = 0; i < state.range(0); ++i) signal.connect(&implementation);
  for (auto _ : state) signal(1);
}
BENCHMARK(TellSignals2)->Apply(counts);

// Signals2 without locks, for one thread only.
void TellSignals2Unlocked(benchmark::State& state) {
  signals::signal_type<void(int), signals::keywords::mutex_type<signals::dummy_mutex>>::type signal;
  for (std::int64_t i = 0; i < state.range(0); ++i) signal.connect(&implementation);
  for (auto _ : state) signal(1);
}
BENCHMARK(TellSignals2Unlocked)->Apply(counts);

struct All {
  using result_type = std::vector<int>;
  template <class Iterator>
  std::vector<int> operator()(Iterator first, Iterator last) const {
    std::vector<int> results;
    for (; first != last; ++first) results.push_back(*first);
    return results;
  }
};

void CollectSignals2(benchmark::State& state) {
  signals::signal<int(int), All> signal;
  for (std::int64_t i = 0; i < state.range(0); ++i) signal.connect(&implementation);
  for (auto _ : state) benchmark::DoNotOptimize(signal(1));
}
BENCHMARK(CollectSignals2)->Apply(counts);

struct First {
  using result_type = std::optional<int>;
  template <class Iterator>
  std::optional<int> operator()(Iterator first, Iterator last) const {
    for (; first != last; ++first) {
      if (auto result = *first) return result;
    }
    return std::nullopt;
  }
};

void FirstResultSignals2(benchmark::State& state) {
  signals::signal<std::optional<int>(int), First> signal;
  for (std::int64_t i = 0; i < state.range(0); ++i) signal.connect(&pass);
  signal.connect([](int n) { return std::optional(implementation(n)); });
  for (auto _ : state) benchmark::DoNotOptimize(signal(1));
}
BENCHMARK(FirstResultSignals2)->Apply(counts);

void RegisterSignals2(benchmark::State& state) {
  signals::signal<void(int)> signal;
  for (std::int64_t i = 0; i < state.range(0); ++i) signal.connect(&implementation);
  for (auto _ : state) signal.connect(&implementation).disconnect();
}
BENCHMARK(RegisterSignals2)->Apply(counts);

void TellSignals2FromThreads(benchmark::State& state) {
  static signals::signal<void(int)> signal;
  static const bool filled = [] {
    for (int i = 0; i < 5; ++i) signal.connect(&implementation);
    return true;
  }();
  benchmark::DoNotOptimize(filled);
  for (auto _ : state) signal(1);
}
BENCHMARK(TellSignals2FromThreads)->Threads(1)->Threads(2);

#else

void Signals2(benchmark::State& state) {
  state.SkipWithError(
      "no <boost/signals2.hpp> when this was built; on Debian: apt install libboost-dev");
  for (auto _ : state) {
  }
}
BENCHMARK(Signals2);

#endif

}  // namespace
