// arrange.hpp - before and after: an order among named plugins, on top of their rank.
//
// A list in rank order (rank.hpp) is rearranged so that every wish holds: whoever wants to be
// before b is called before every entry of b, whoever wants to be after b, after all of them. Of
// all orders that keep the wishes it is the one closest to the rank in this sense: called first is
// the first by rank that may be, then the first by rank of the others that may be, and so on. So
// the same input gives the same order, and a list without wishes stays as it is.
//
// Wrappers are always opened before plain ones are called; wishes count among the wrappers and
// among the plain ones, and say nothing across. They are stronger than tryfirst and trylast.
//
// Errors: wishes that contradict each other, with the circle they form; by option also names that
// nobody in the list has. Nothing is thrown but bad_alloc. n entries with w wishes take
// O((n + w) log n) time. A pure function without state.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "mainstay/base/result.hpp"

namespace mainstay::plugins {

// One entry of a hook's list with what it wishes. Views: the names are the caller's and are looked
// at during the call only. Several entries may have the same plugin.
struct Wishes {
  std::string_view plugin;
  bool wrapper = false;
  std::span<const std::string_view> before = {};  // plugins that are called after this entry
  std::span<const std::string_view> after = {};   // plugins that are called before this entry
};

// What becomes of a wish about a plugin that has no entry in the list.
enum class Unknown : std::uint8_t {
  ignore,  // it may come later, or has nothing to say to this hook
  refuse,  // it is a mistake
};

// Returns the indexes of the entries in their new reverse calling order: the entry to be called
// last comes first. `reverse_calling_order` is in rank order, wrappers behind all plain ones.
[[nodiscard]] Result<std::vector<std::size_t>> arrange(
    std::span<const Wishes> reverse_calling_order, Unknown unknown = Unknown::ignore);

}  // namespace mainstay::plugins
