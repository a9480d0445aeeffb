// random_wait_without_a_unit.cpp - the bounds of a random wait have a unit, too.
// expect: wait_random takes lengths with their units
#include "mainstay/retry/retry.hpp"

namespace retry = mainstay::retry;
using namespace std::chrono_literals;

int main() {
#ifdef MUST_NOT_COMPILE
  const auto wait = retry::wait_random(1, 5);
#else
  const auto wait = retry::wait_random(1s, 5s);
#endif
  return wait.refusal() == nullptr ? 0 : 1;
}
