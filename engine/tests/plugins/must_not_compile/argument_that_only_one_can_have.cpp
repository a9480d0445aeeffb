// argument_that_only_one_can_have.cpp - an rvalue cannot be given to each of several.
// expect: several implementations cannot all be given the same rvalue
#include <string>

#include "mainstay/plugins/hook.hpp"

namespace plugins = mainstay::plugins;

int main() {
#ifdef MUST_NOT_COMPILE
  plugins::Hook<int(std::string&&)> hook;
#else
  plugins::Hook<int(std::string)> hook;
#endif
  return static_cast<int>(hook("text").size());
}
