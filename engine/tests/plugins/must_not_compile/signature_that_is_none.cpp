// signature_that_is_none.cpp - a hook is told what it is called with.
// expect: a hook's signature is a function type
#include "mainstay/plugins/hook.hpp"

namespace plugins = mainstay::plugins;

int main() {
#ifdef MUST_NOT_COMPILE
  plugins::Hook<int> hook;
#else
  plugins::Hook<int()> hook;
#endif
  return static_cast<int>(sizeof hook == 0);
}
