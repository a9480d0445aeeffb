// result_predicate_of_nothing.cpp - a function without a result has none to look at.
// expect: the retry condition does not fit this function
#include "mainstay/retry/retry.hpp"

using namespace std::chrono_literals;
namespace retry = mainstay::retry;

int main() {
  const auto plan = retry::policy(
      retry::stop_after_attempt(1), retry::wait_none(),
      retry::retry_if_exception_type() | retry::retry_if_result([](int n) { return n < 0; }));
#ifdef MUST_NOT_COMPILE
  retry::call(plan, [] {});
#else
  retry::call(plan, [] { return 1; });
#endif
}
