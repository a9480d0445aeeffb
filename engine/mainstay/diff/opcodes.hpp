// opcodes.hpp - how one sequence becomes another, as Python's difflib.SequenceMatcher says it.
//
// The same blocks in the same order as difflib's with autojunk off, since reports and deltas of
// others depend on them. Sequences are given as numbers: equal items have equal numbers. Time is
// quadratic when items repeat, linear when they do not. Pure functions; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace mainstay::diff {

enum class Tag : std::uint8_t { equal, replace, erase, insert };

// What happens to a[a_from:a_to], which becomes b[b_from:b_to].
struct Opcode {
  Tag tag;
  std::uint32_t a_from, a_to, b_from, b_to;

  friend bool operator==(const Opcode&, const Opcode&) = default;
};

// Numbers count from 0 and are less than `distinct`. `go_on` is asked now and then where that takes
// long; when it answers false, so does this with nothing.
[[nodiscard]] std::optional<std::vector<Opcode>> opcodes(std::span<const std::uint32_t> a,
                                                         std::span<const std::uint32_t> b,
                                                         std::size_t distinct,
                                                         const std::function<bool()>& go_on = {});

}  // namespace mainstay::diff
