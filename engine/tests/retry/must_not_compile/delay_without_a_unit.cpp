// delay_without_a_unit.cpp - a delay has a unit; a bare number could mean anything.
// expect: stop_after_delay takes a time with its unit
#include "mainstay/retry/retry.hpp"

namespace retry = mainstay::retry;
using namespace std::chrono_literals;

int main() {
#ifdef MUST_NOT_COMPILE
  const auto stop = retry::stop_after_delay(30);
#else
  const auto stop = retry::stop_after_delay(30s);
#endif
  return stop.refusal() == nullptr ? 0 : 1;
}
