// greeting.cpp - a plugin of somebody else, written with the installed headers.
#include <mainstay/plugins/native.hpp>
#include <string>
#include <string_view>

namespace native = mainstay::plugins::native;

static std::int32_t set_up(const mainstay_plugins_host* host) {
  return native::implement(host, {.hook = "greet", .arguments = {"name"}},
                           [](std::string_view name) { return "hello " + std::string(name); });
}

const mainstay_plugins_table mainstay_plugin = native::table<set_up>("greeting");
