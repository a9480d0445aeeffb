// golden.hpp - reads golden traces (golden/README.md) into policies, outcomes and expectations.
//
// Hostile to malformed input: whatever the text, parse() answers with traces or with an error that
// names the line. Replaying is the business of golden_test.cpp.
#pragma once

#include <cstddef>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "mainstay/base/result.hpp"
#include "mainstay/retry/retry.hpp"

namespace mainstay::retry::golden {

// What `error "io"` in a trace throws.
struct NamedError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

using Result = Outcome<std::string>;
using When = std::function<bool(const Result&)>;

struct Step {
  std::size_t line = 0;
  Result outcome;
  Seconds at{};
  Verdict expected;
};

struct Trace {
  std::string name;
  std::size_t line = 0;
  Policy<When> policy;
  std::vector<double> random;
  std::vector<Step> steps;
  std::uint64_t attempts = 0;
  Seconds idle{};
  Seconds since_start{};
};

[[nodiscard]] mainstay::Result<std::vector<Trace>> parse(std::string_view text);

}  // namespace mainstay::retry::golden
