// bolts.hpp - running totals of whole numbers that are right or refused.
//
// Knows no Python, no clock and no thread. A Total is a value; the caller owns it and keeps two
// threads from changing one at the same time.
#pragma once

#include <cstdint>

#include "mainstay/base/result.hpp"

namespace mainstay::bolts {

class Total {
 public:
  // Adds `number`. ErrorCode::limit_exceeded when the total would not fit 64 bits; it is unchanged
  // then.
  Result<void> add(std::int64_t number);

  [[nodiscard]] std::int64_t value() const noexcept { return value_; }

 private:
  std::int64_t value_ = 0;
};

}  // namespace mainstay::bolts
