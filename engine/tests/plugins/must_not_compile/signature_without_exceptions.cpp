// signature_without_exceptions.cpp - implementations may throw: a noexcept signature is refused.
// expect: implementations of a hook may throw; drop the noexcept
#include "mainstay/plugins/hook.hpp"

namespace plugins = mainstay::plugins;

int main() {
#ifdef MUST_NOT_COMPILE
  plugins::Hook<void(int) noexcept> hook;
#else
  plugins::Hook<void(int)> hook;
#endif
  return static_cast<int>(sizeof hook == 0);
}
