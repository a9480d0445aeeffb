// exception_predicate_of_another_type.cpp - an exception predicate says which exceptions it takes.
// expect: the predicate of retry_if_exception must be callable
#include "mainstay/retry/retry.hpp"

using namespace std::chrono_literals;
namespace retry = mainstay::retry;

int main() {
  const auto is_503 = [](int status) { return status == 503; };
#ifdef MUST_NOT_COMPILE
  const auto when = retry::retry_if_exception(is_503);
#else
  const auto when = retry::retry_if_exception<int>(is_503);
#endif
  retry::call(retry::policy(retry::stop_after_attempt(1), retry::wait_none(), when), [] {});
}
