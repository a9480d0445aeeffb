// diff.hpp - what differs between two values, and how to make one out of the other.
//
//   auto found = diff(before, after);
//   auto patch = to_patch(found->differences);  // JSON Patch, RFC 6902
//   auto result = apply_patch(before, patch);   // equal to after
//
// Pure functions on values; any thread. Values are not changed and not kept.
#pragma once

#include <concepts>
#include <string>
#include <vector>

#include "mainstay/base/result.hpp"
#include "mainstay/base/value.hpp"
#include "mainstay/diff/options.hpp"
#include "mainstay/diff/patch.hpp"

namespace mainstay::diff {

// Options of a comparison of values.
struct ValueOptions : Options {
  // Members of these names are as if they were not there.
  std::vector<std::string> leave_out{};
  // Lists whose items are objects with a member of this name are compared by it: {"id"}. The first
  // that an item has counts. Such lists keep no order.
  std::vector<std::string> keys{};
};

struct Report {
  std::vector<Difference> differences;
  Statistics statistics;
};

// Refuses only lists whose order is ignored that are nested hundreds deep.
[[nodiscard]] Result<Report> diff(const Value& before, const Value& after,
                                  const ValueOptions& options = {});

// For types of one's own: `Value to_value(const T&)`, found by argument-dependent lookup.
template <class T>
  requires requires(const T& object) {
    { to_value(object) } -> std::convertible_to<Value>;
  }
[[nodiscard]] Result<Report> diff(const T& before, const T& after,
                                  const ValueOptions& options = {}) {
  return diff(Value(to_value(before)), Value(to_value(after)), options);
}

}  // namespace mainstay::diff
