// policy_without_a_stop.cpp - a policy begins with its stop, for without one it goes on for ever.
// expect: a policy begins with its stop
#include "mainstay/retry/retry.hpp"

namespace retry = mainstay::retry;
using namespace std::chrono_literals;

int main() {
#ifdef MUST_NOT_COMPILE
  const auto plan = retry::policy(retry::wait_fixed(1s));
#else
  const auto plan = retry::policy(retry::stop_never(), retry::wait_fixed(1s));
#endif
  static_cast<void>(plan);
}
