// stop_as_condition.cpp - a stop and a retry condition are different questions and do not mix.
// expect: no match for .*operator|invalid operands
#include "mainstay/retry/retry.hpp"

using namespace std::chrono_literals;
namespace retry = mainstay::retry;

int main() {
#ifdef MUST_NOT_COMPILE
  const auto mixed = retry::stop_after_attempt(2) | retry::retry_always();
#else
  const auto mixed = retry::stop_after_attempt(2) | retry::stop_after_delay(1s);
#endif
  static_cast<void>(mixed);
}
