// wrapper_that_forgets_the_answer.cpp - a wrapper returns what a call of the hook returns.
// expect: this wrapper does not fit the hook
#include "mainstay/plugins/hook.hpp"

namespace plugins = mainstay::plugins;

int main() {
  plugins::Hook<int()> hook;
#ifdef MUST_NOT_COMPILE
  hook.wrap([](auto& rest) { rest(); }).keep();
#else
  hook.wrap([](auto& rest) { return rest(); }).keep();
#endif
  return static_cast<int>(hook().size());
}
