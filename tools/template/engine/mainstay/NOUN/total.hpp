// total.hpp - adding up 64-bit numbers without ever wrapping around.
#pragma once

#include <cstdint>
#include <span>

#include "mainstay/base/result.hpp"

namespace mainstay::NOUN {

// The sum of `numbers`, 0 when there are none. ErrorCode::invalid_argument when a partial sum does
// not fit 64 bits; the message names the number at which that happened, counted from 1.
// Thread safety: a pure function. Cost: one addition per number.
[[nodiscard]] Result<std::int64_t> total(std::span<const std::int64_t> numbers);

}  // namespace mainstay::NOUN
