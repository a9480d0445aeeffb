// waterfall_that_turns_uphill.cpp - what a waterfall returns is what the next one takes.
// expect: a Waterfall hook takes first what it returns
#include <string>

#include "mainstay/plugins/hook.hpp"

namespace plugins = mainstay::plugins;

int main() {
#ifdef MUST_NOT_COMPILE
  plugins::Hook<std::string(int), plugins::Waterfall> hook;
#else
  plugins::Hook<int(int), plugins::Waterfall> hook;
#endif
  return hook(0);
}
