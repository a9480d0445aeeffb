// plain.cpp - both capabilities, compiled by hand with what pkg-config says.
#include <mainstay/plugins/plugins.hpp>
#include <mainstay/retry/retry.hpp>

#include <stdexcept>

namespace plugins = mainstay::plugins;
namespace retry = mainstay::retry;

int main() {
  plugins::Hook<int()> hook;
  plugins::Manager manager;
  manager.add("two", [&](plugins::Joining& plugin) { plugin.add(hook, [] { return 2; }); });
  int calls = 0;
  const int sum = retry::call(retry::policy(retry::stop_after_attempt(3)), [&] {
    if (++calls < 2) throw std::runtime_error("not yet");
    return hook().at(0) + calls;
  });
  return sum == 4 ? 0 : 1;
}
