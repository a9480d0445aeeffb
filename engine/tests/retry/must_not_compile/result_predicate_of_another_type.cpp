// result_predicate_of_another_type.cpp - a result predicate must take what the function returns.
// expect: the retry condition does not fit this function
#include "mainstay/retry/retry.hpp"

using namespace std::chrono_literals;
namespace retry = mainstay::retry;

struct Page {};

int main() {
  const auto plan = retry::policy(retry::stop_after_attempt(1), retry::wait_none(),
                                  retry::retry_if_result([](int status) { return status != 200; }));
#ifdef MUST_NOT_COMPILE
  retry::call(plan, [] { return Page(); });
#else
  retry::call(plan, [] { return 200; });
#endif
}
