// clock_text.hpp - times of day as people write them, and the at-times of a unit.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "mainstay/schedule/rule.hpp"

namespace mainstay::schedule {

// The part of a day, an hour or a minute that a text names: HH:MM or HH:MM:SS for days and weeks,
// MM:SS or :MM for hours, :SS for minutes. None when it is not of that form; hours from 24 to 29
// are of that form, and for the caller to refuse.
[[nodiscard]] std::optional<std::chrono::seconds> read_at(std::string_view text,
                                                          Unit unit) noexcept;

}  // namespace mainstay::schedule
