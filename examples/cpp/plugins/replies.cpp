// replies.cpp - a plugin in a shared object: tags mails that answer others.
//
// It serves every program that has a hook `tag` with an argument `title`: the C++ program beside
// this folder loads it with manager.load(path), a Python program with
// mainstay.plugins.load_native(path, manager). It needs mainstay's headers and links nothing of it:
//
//   g++ -std=c++20 -shared -fPIC -fvisibility=hidden -I<prefix>/include replies.cpp -o replies.so
#include <mainstay/plugins/native.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace native = mainstay::plugins::native;

static std::int32_t set_up(const mainstay_plugins_host* host) {
  return native::implement(host, {.hook = "tag", .arguments = {"title"}, .tryfirst = true},
                           [](std::string_view title) -> std::optional<std::string> {
                             if (title.substr(0, 3) != "Re:") return std::nullopt;
                             return "reply";
                           });
}

const mainstay_plugins_table mainstay_plugin = native::table<set_up>("replies");
