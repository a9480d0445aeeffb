// words.cpp - a plugin as its author writes it: lambdas, their names, a table.
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "mainstay/plugins/native.hpp"

namespace native = mainstay::plugins::native;

namespace {

std::optional<std::string> tag(std::string_view title) {
  if (title == "throw") throw std::runtime_error("no such title");
  if (title.substr(0, 3) != "Re:") return std::nullopt;
  return "reply";
}

std::int32_t set_up(const mainstay_plugins_host* host) {
  // The hook's arguments are (text, times): asked for the other way round, and one alone.
  if (const auto no = native::implement(
          host, {.hook = "repeat", .arguments = {"times", "text"}, .tryfirst = true},
          [](std::int64_t times, std::string_view text) {
            std::string all;
            for (; times > 0; --times) all += text;
            return all;
          })) {
    return no;
  }
  if (const auto no =
          native::implement(host, {.hook = "tag", .arguments = {"title"}, .before = {"late"}},
                            [](std::string_view title) { return tag(title); })) {
    return no;
  }
  return native::implement(host, {.hook = "nobody_has_this", .optional = true}, [] {});
}

}  // namespace

const mainstay_plugins_table mainstay_plugin = native::table<set_up>("words", "1.2");
