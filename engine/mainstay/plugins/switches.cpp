// switches.cpp - the grammar of switches.hpp.
#include "mainstay/plugins/switches.hpp"

#include <utility>

namespace mainstay::plugins {
namespace {

constexpr std::string_view kBlanks = " \t\r\n\v\f";
constexpr std::size_t kTold = 60;  // bytes of an item that an error repeats

std::string_view trimmed(std::string_view text) noexcept {
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

Error unreadable(std::size_t number, std::string_view item, std::string_view why) {
  std::string text = "item " + std::to_string(number) + " of the plugin switches, \"" +
                     std::string(item.substr(0, kTold)) + (item.size() > kTold ? "..." : "") +
                     "\", " + std::string(why);
  return {ErrorCode::invalid_argument,
          std::move(text) + "; wanted items like -name, +name, name, * or -*, between commas"};
}

}  // namespace

Result<Switches> Switches::parse(std::string_view line) {
  Switches switches;
  for (std::size_t number = 1;; ++number) {
    const std::size_t comma = line.find(',');
    const std::string_view item = trimmed(line.substr(0, comma));
    if (!item.empty()) {
      const bool off = item.front() == '-';
      const std::string_view name = trimmed(off || item.front() == '+' ? item.substr(1) : item);
      if (name.empty()) return unreadable(number, item, "has a sign but no name");
      if (name != "*" && name.find('*') != std::string_view::npos) {
        return unreadable(number, item, "has a * in a name, but a * stands alone, for all names");
      }
      if (name.find_first_of(kBlanks) != std::string_view::npos) {
        return unreadable(number, item, "has a blank in a name, where a comma may be missing");
      }
      switches.items_.push_back({std::string(name), !off});
    }
    if (comma == std::string_view::npos) return switches;
    line.remove_prefix(comma + 1);
  }
}

Switch Switches::of(std::string_view name) const noexcept {
  for (auto item = items_.rbegin(); item != items_.rend(); ++item) {
    if (item->name == "*" || item->name == name) return item->on ? Switch::on : Switch::off;
  }
  return Switch::unmentioned;
}

bool Switches::wants(std::string_view name, bool otherwise) const noexcept {
  switch (of(name)) {
    case Switch::on: return true;
    case Switch::off: return false;
    case Switch::unmentioned: break;
  }
  return otherwise;
}

}  // namespace mainstay::plugins
