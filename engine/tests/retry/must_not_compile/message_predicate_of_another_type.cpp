// message_predicate_of_another_type.cpp - a predicate on messages takes text.
// expect: retry_if_exception_message takes the message as text, or a predicate
#include "mainstay/retry/retry.hpp"

namespace retry = mainstay::retry;

int main() {
#ifdef MUST_NOT_COMPILE
  const auto when = retry::retry_if_exception_message([](int status) { return status == 503; });
#else
  const auto when = retry::retry_if_exception_message("503");
#endif
  retry::call(retry::policy(retry::stop_after_attempt(1), retry::wait_none(), when), [] {});
}
