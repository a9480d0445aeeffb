// view_of_a_text_that_is_gone.cpp - a view cannot refer to what an implementation returned by
// value.
// expect: returns a text of its own, and the hook's result is a view
#include <optional>
#include <string>
#include <string_view>

#include "mainstay/plugins/hook.hpp"

namespace plugins = mainstay::plugins;

int main() {
  plugins::Hook<std::optional<std::string_view>()> hook;
#ifdef MUST_NOT_COMPILE
  auto added = hook.add([] { return std::string("gone"); });
#else
  auto added = hook.add([] { return std::string_view("there"); });
#endif
  return static_cast<int>(hook().size());
}
