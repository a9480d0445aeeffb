// rank_of_something_without_traits.cpp - an order of entries that do not say what they ask for.
// expect: no matching function|constraints not satisfied
#include <vector>

#include "mainstay/plugins/rank.hpp"

namespace plugins = mainstay::plugins;

int main() {
#ifdef MUST_NOT_COMPILE
  const std::vector<int> list{1, 2};
#else
  const std::vector<plugins::Traits> list{{}, {}};
#endif
  return plugins::place(list, {.trylast = true}) == 0 ? 0 : 1;
}
