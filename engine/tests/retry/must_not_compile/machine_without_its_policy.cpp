// machine_without_its_policy.cpp - a machine refers to its policy, which must outlive it.
// expect: deleted
#include "mainstay/retry/retry.hpp"

using namespace std::chrono_literals;
namespace retry = mainstay::retry;

int main() {
  const auto plan = retry::policy(retry::stop_after_attempt(2));
#ifdef MUST_NOT_COMPILE
  const retry::Machine machine(retry::policy(retry::stop_after_attempt(2)), 0s);
#else
  const retry::Machine machine(plan, 0s);
#endif
  return machine.refusal() == nullptr ? 0 : 1;
}
