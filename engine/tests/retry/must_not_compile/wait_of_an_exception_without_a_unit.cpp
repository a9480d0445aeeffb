// wait_of_an_exception_without_a_unit.cpp - what an exception says of a wait has a unit, too.
// expect: the predicate of wait_exception must be callable
#include "mainstay/retry/retry.hpp"

namespace retry = mainstay::retry;

int main() {
#ifdef MUST_NOT_COMPILE
  const auto wait = retry::wait_exception([](const std::exception&) { return 5; });
#else
  const auto wait =
      retry::wait_exception([](const std::exception&) { return std::chrono::seconds(5); });
#endif
  retry::call(retry::policy(retry::stop_after_attempt(1), wait), [] {});
}
