// main.cpp - uses what an installed engine offers: headers, archives, exceptions across them.
#include <cstdio>
#include <mainstay/retry/retry.hpp>
#include <stdexcept>

namespace retry = mainstay::retry;
using namespace std::chrono_literals;

int main() {
  int calls = 0;
  const auto policy = retry::policy(retry::stop_after_attempt(5) | retry::stop_after_delay(30s),
                                    retry::wait_random(0s, 1ms) + retry::wait_none(),
                                    retry::retry_if_exception_type<std::runtime_error>());
  const int answer = retry::call(policy, [&] {
    if (++calls < 3) throw std::runtime_error("not yet");
    return 42;
  });
  std::printf("%d after %d attempts\n", answer, calls);
  return answer == 42 && calls == 3 && retry::stop_after_attempt(0).refusal() ? 0 : 1;
}
