// offer.hpp - what a plugin's table (abi.h) offers, checked and copied: values of ours.
//
// check() looks at a table, set_up() lets the plugin hand over its implementations. What to do with
// them is the caller's business: manager.hpp connects them to typed hooks, the Python binding to
// hooks of a Python manager. Tables may be anything that somebody exported under the right name:
// no field is used before those that say whether it is there.
//
// Errors: what came, what was wanted, with the `origin` the caller names (a path, as a rule).
// Thread safety: values; set_up() runs the plugin's own code.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mainstay/base/result.hpp"
#include "mainstay/plugins/abi.h"
#include "mainstay/plugins/position.hpp"

namespace mainstay::plugins {

// One implementation of one hook.
struct Offer {
  std::string hook;
  std::vector<std::string> arguments;  // by name, in the order in which `call` wants them
  Position position;                   // with the plugin's name
  bool optional = false;               // no error when there is no such hook
  mainstay_plugins_function call = nullptr;
  void* self = nullptr;
};

struct Offers {
  std::string plugin;
  std::string version;  // empty when the plugin does not say
  std::vector<Offer> offers;
  // Whoever calls an offer holds this. Letting go of the last one tears the plugin down and unloads
  // its library.
  std::shared_ptr<const void> keeps;
};

// A table that can be used; the fields this version knows.
struct CheckedTable {
  std::string plugin;
  std::string version;
  std::string origin;
  std::int32_t (*setup)(const mainstay_plugins_host*) = nullptr;
  void (*teardown)() = nullptr;
};

// Reads a table out of the bytes that are known to be there, which need not be aligned.
[[nodiscard]] Result<CheckedTable> check(std::span<const std::byte> bytes, std::string_view origin);

// Runs the plugin's setup and returns what it offers. `library` is let go after the teardown.
[[nodiscard]] Result<Offers> set_up(const CheckedTable& table, std::shared_ptr<const void> library);

}  // namespace mainstay::plugins
