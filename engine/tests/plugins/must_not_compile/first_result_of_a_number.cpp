// first_result_of_a_number.cpp - whoever is asked for a first result must be able to pass.
// expect: FirstResult needs a result type that can be empty
#include <optional>

#include "mainstay/plugins/hook.hpp"

namespace plugins = mainstay::plugins;

int main() {
#ifdef MUST_NOT_COMPILE
  plugins::Hook<int(), plugins::FirstResult> hook;
#else
  plugins::Hook<std::optional<int>(), plugins::FirstResult> hook;
#endif
  hook.add([] { return 1; }).keep();
  return hook() == 1 ? 0 : 1;
}
