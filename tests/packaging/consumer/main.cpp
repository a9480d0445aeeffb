// main.cpp - uses what an installed engine offers: headers, archives, exceptions across them.
#include <cstdio>
#include <mainstay/plugins/plugins.hpp>
#include <mainstay/retry/retry.hpp>
#include <stdexcept>
#include <string>

namespace plugins = mainstay::plugins;
namespace retry = mainstay::retry;
using namespace std::chrono_literals;

static bool retries() {
  int calls = 0;
  const auto policy = retry::policy(retry::stop_after_attempt(5) | retry::stop_after_delay(30s),
                                    retry::wait_random(0s, 1ms) + retry::wait_none(),
                                    retry::retry_if_exception_type<std::runtime_error>());
  const int answer = retry::call(policy, [&] {
    if (++calls < 3) throw std::runtime_error("not yet");
    return 42;
  });
  std::printf("%d after %d attempts\n", answer, calls);
  return answer == 42 && calls == 3 && retry::stop_after_attempt(0).refusal();
}

static bool calls_plugins() {
  plugins::Hook<std::string(const std::string&)> greet("greet", {"name"});
  plugins::Manager manager;
  if (!manager.declare(greet)) return false;
  const auto added = manager.load(GREETING);
  if (!added) std::printf("%s\n", added.error().message.c_str());
  const auto answers = greet("you");
  for (const std::string& answer : answers) std::printf("%s\n", answer.c_str());
  return answers.size() == 1 && answers[0] == "hello you" && manager.remove("greeting");
}

int main() { return retries() && calls_plugins() ? 0 : 1; }
