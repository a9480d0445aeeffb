// NOUN.cpp - add up what came in, and be told when it is too much.
//
// prints: 42.*the total must fit 64 bits
#include <array>
#include <cstdint>
#include <cstdio>
#include <limits>

#include <mainstay/NOUN/NOUN.hpp>

int main() {
  const std::array<std::int64_t, 3> fine{10, 20, 12};
  std::printf("%lld\n", static_cast<long long>(mainstay::NOUN::total(fine).value_or(0)));

  const std::array<std::int64_t, 2> too_much{std::numeric_limits<std::int64_t>::max(), 1};
  std::printf("%s\n", mainstay::NOUN::total(too_much).error().message.c_str());
}
