// check.hpp - everything derived compared with the log, and the log with its check sums.
#pragma once

#include <string>
#include <vector>

#include "mainstay/cache/detail/core.hpp"

namespace mainstay::cache::detail {

struct Findings {
  std::vector<std::string> words;      // one sentence each
  std::vector<Word> damaged;           // slots of items that cannot be read
  std::vector<std::uint64_t> orphans;  // value files that no item names
  bool is_derived_wrong = false;
};

// With the lock held and no batch open.
[[nodiscard]] Findings inspect(const Core& core);

}  // namespace mainstay::cache::detail
