// reach.cpp - what paths and shapes cost, beside nlohmann::json's pointers where Debian's package
// is installed.
#include "mainstay/reach/reach.hpp"

#include <benchmark/benchmark.h>

#include <string>

#include "mainstay/base/value.hpp"

#if __has_include(<nlohmann/json.hpp>)
#include <nlohmann/json.hpp>
#endif

namespace {

using mainstay::Array;
using mainstay::Object;
using mainstay::Value;
namespace reach = mainstay::reach;

Value rows() {
  Array made;
  for (int i = 0; i < 1000; ++i) {
    made.push_back(Object{{"id", i}, {"user", Object{{"login", "name " + std::to_string(i)}}}});
  }
  return Value(Object{{"data", Object{{"items", std::move(made)}}}});
}

void path_of_four(benchmark::State& state) {
  const Value target = rows();
  const reach::Spec spec = reach::path("data.items.500.id");
  for (auto _ : state) benchmark::DoNotOptimize(reach::get(target, spec));
}
BENCHMARK(path_of_four);

void thousand_rows(benchmark::State& state) {
  const Value target = rows();
  const reach::Spec spec = reach::chain(reach::list_of(
      reach::path("data.items"),
      reach::each(reach::object_of(reach::field("n", reach::path("id")),
                                   reach::field("who", reach::path("user.login"))))));
  for (auto _ : state) benchmark::DoNotOptimize(reach::get(target, spec));
}
BENCHMARK(thousand_rows);

#if __has_include(<nlohmann/json.hpp>)
nlohmann::json their_rows() {
  nlohmann::json made = nlohmann::json::array();
  for (int i = 0; i < 1000; ++i) {
    made.push_back({{"id", i}, {"user", {{"login", "name " + std::to_string(i)}}}});
  }
  return {{"data", {{"items", std::move(made)}}}};
}

void path_of_four_nlohmann(benchmark::State& state) {
  const nlohmann::json target = their_rows();
  const nlohmann::json::json_pointer pointer("/data/items/500/id");
  for (auto _ : state) benchmark::DoNotOptimize(nlohmann::json(target.at(pointer)));
}
BENCHMARK(path_of_four_nlohmann);

void thousand_rows_nlohmann(benchmark::State& state) {
  const nlohmann::json target = their_rows();
  const nlohmann::json::json_pointer items("/data/items");
  const nlohmann::json::json_pointer id("/id");
  const nlohmann::json::json_pointer login("/user/login");
  for (auto _ : state) {
    nlohmann::json made = nlohmann::json::array();
    for (const auto& row : target.at(items)) {
      made.push_back({{"n", row.at(id)}, {"who", row.at(login)}});
    }
    benchmark::DoNotOptimize(made);
  }
}
BENCHMARK(thousand_rows_nlohmann);
#endif

}  // namespace

BENCHMARK_MAIN();
