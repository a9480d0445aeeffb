// progress.cpp - a loop with a bar, and the text of a bar without one.
//
// prints: sum 499500.*copy:  25%.*1.00M/4.00M
#include <cstdint>
#include <cstdio>
#include <numeric>
#include <vector>

#include <mainstay/progress/progress.hpp>

namespace progress = mainstay::progress;

int main() {
  std::vector<int> numbers(1000);
  std::iota(numbers.begin(), numbers.end(), 0);
  long long sum = 0;
  for (const int each : progress::track(numbers, {.description = "add", .leave = false})) {
    sum += each;
  }
  std::printf("sum %lld\n", sum);

  progress::Meter meter;
  meter.n = progress::Count(std::int64_t{1'000'000});
  meter.total = progress::Count(std::int64_t{4'000'000});
  meter.elapsed = 10;
  meter.prefix = "copy";
  meter.unit = "B";
  meter.scaled = true;
  const auto line = progress::meter_text(meter, nullptr);
  std::printf("%s\n", line ? line->c_str() : "no bar has such values");
}
