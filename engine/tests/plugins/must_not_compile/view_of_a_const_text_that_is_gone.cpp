// view_of_a_const_text_that_is_gone.cpp - a const result is gone as soon as any other.
// expect: returns a text of its own, and the hook's result is a view
#include <string>
#include <string_view>

#include "mainstay/plugins/hook.hpp"

namespace plugins = mainstay::plugins;

int main() {
  plugins::Hook<std::string_view()> hook;
#ifdef MUST_NOT_COMPILE
  auto added = hook.add([]() -> const std::string { return "gone"; });
#else
  auto added = hook.add([]() -> const std::string_view { return "there"; });
#endif
  return static_cast<int>(hook().size());
}
