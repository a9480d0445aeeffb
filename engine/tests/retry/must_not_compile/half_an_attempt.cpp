// half_an_attempt.cpp - attempts are counted in whole numbers.
// expect: stop_after_attempt takes a whole number
#include "mainstay/retry/retry.hpp"

using namespace std::chrono_literals;
namespace retry = mainstay::retry;

int main() {
#ifdef MUST_NOT_COMPILE
  const auto stop = retry::stop_after_attempt(2.5);
#else
  const auto stop = retry::stop_after_attempt(2);
#endif
  return stop.refusal() == nullptr ? 0 : 1;
}
