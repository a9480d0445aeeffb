// profile.cpp - add up what came in, and be told when it is too much.
//
// prints: 42.*the total must fit 64 bits
#include <cstdio>
#include <limits>

#include <mainstay/profile/profile.hpp>

int main() {
  mainstay::profile::Total total;
  for (const int number : {10, 20, 12}) {
    if (!total.add(number)) return 1;
  }
  std::printf("%lld\n", static_cast<long long>(total.value()));

  const auto more = total.add(std::numeric_limits<std::int64_t>::max());
  std::printf("%s\n", more ? "fits" : more.error().message.c_str());
}
