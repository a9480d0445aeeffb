// switches.hpp - which plugins a user turned on and off, out of one line: "-slow,+audit".
//
// Items stand between commas and count from left to right, the last that fits a name decides:
//
//   -name          off                      -*       all off: the beginning of an allow-list
//   +name, name    on                       +*, *    all on
//
// Blanks around an item do not count, empty items are passed over (lines grow by ",-name"). A name
// is bytes, compared exactly; it has no comma, no blank and no *: "-a +b" lacks a comma. What a
// name nobody mentions is, the program decides. Knows no environment variable: the line comes by
// parameter.
//
// Errors: parse() refuses the whole line and says which item it could not read. Values; immutable
// and free to be shared.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mainstay/base/result.hpp"

namespace mainstay::plugins {

// What a user said about a name.
enum class Switch : std::uint8_t { unmentioned, on, off };

class Switches {
 public:
  struct Item {
    std::string name;  // "*" means every name
    bool on = true;

    friend bool operator==(const Item&, const Item&) = default;
  };

  Switches() = default;  // nothing is mentioned

  [[nodiscard]] static Result<Switches> parse(std::string_view line);

  [[nodiscard]] Switch of(std::string_view name) const noexcept;

  // Whether a plugin of this name is wanted; `otherwise` is the answer when nobody mentions it.
  [[nodiscard]] bool wants(std::string_view name, bool otherwise = true) const noexcept;

  // As written, in order: to warn of names that no plugin has.
  [[nodiscard]] std::span<const Item> items() const noexcept { return items_; }

  friend bool operator==(const Switches&, const Switches&) = default;

 private:
  std::vector<Item> items_;
};

}  // namespace mainstay::plugins
