// wait_without_a_unit.cpp - a wait has a unit; a bare number could mean anything.
// expect: wait_fixed takes a length with its unit
#include "mainstay/retry/retry.hpp"

using namespace std::chrono_literals;
namespace retry = mainstay::retry;

int main() {
#ifdef MUST_NOT_COMPILE
  const auto wait = retry::wait_fixed(5);
#else
  const auto wait = retry::wait_fixed(5s);
#endif
  return wait.refusal() == nullptr ? 0 : 1;
}
