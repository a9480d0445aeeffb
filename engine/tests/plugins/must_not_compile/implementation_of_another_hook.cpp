// implementation_of_another_hook.cpp - an implementation takes what the hook gives.
// expect: this implementation does not fit the hook
#include <string>

#include "mainstay/plugins/hook.hpp"

namespace plugins = mainstay::plugins;

int main() {
  plugins::Hook<int(const std::string&)> hook;
#ifdef MUST_NOT_COMPILE
  hook.add([](int n) { return n; }).keep();
#else
  hook.add([](const std::string& text) { return static_cast<int>(text.size()); }).keep();
#endif
  return hook("").at(0);
}
