// policy_with_two_stops.cpp - two stops are combined by one of two operators.
// expect: a policy has one stop
#include "mainstay/retry/retry.hpp"

namespace retry = mainstay::retry;
using namespace std::chrono_literals;

int main() {
#ifdef MUST_NOT_COMPILE
  const auto plan = retry::policy(retry::stop_after_attempt(3), retry::stop_after_delay(1s));
#else
  const auto plan = retry::policy(retry::stop_after_attempt(3) | retry::stop_after_delay(1s));
#endif
  static_cast<void>(plan);
}
