// result_that_cannot_be_moved.cpp - a result is kept while the policy looks at it, and handed on.
// expect: return it in a std::unique_ptr
#include "mainstay/retry/retry.hpp"

#include <atomic>
#include <memory>

namespace retry = mainstay::retry;
using namespace std::chrono_literals;

int main() {
#ifdef MUST_NOT_COMPILE
  retry::call(retry::policy(retry::stop_after_attempt(1)), [] { return std::atomic<int>(1); });
#else
  retry::call(retry::policy(retry::stop_after_attempt(1)),
              [] { return std::make_unique<std::atomic<int>>(1); });
#endif
}
