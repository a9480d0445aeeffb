// rank.hpp - where an implementation that is registered now enters its hook's list.
//
// A hook keeps its implementations in *reverse calling order*: the call goes from the last to the
// first. From front to back the list is
//
//   plain:     trylast, normal, tryfirst
//   wrappers:  trylast, normal, tryfirst
//
// so wrappers are opened before anything plain is called. In the middle of its half a later
// registration stands behind the earlier ones and so runs before them; tryfirst goes to the very
// back of its half, trylast to its very front. With both set trylast decides on the place; those
// that come later see a tryfirst.
//
// Knows positions only: the list is the caller's, of any entry type, seen through a projection to
// Traits. A pure function without state. Errors: only what the projection throws.
#pragma once

#include <concepts>
#include <cstddef>
#include <functional>
#include <type_traits>

namespace mainstay::plugins {

// What an implementation asks for. Three answers of its author, fixed once it is registered.
struct Traits {
  bool wrapper = false;   // runs around the plain ones instead of among them
  bool tryfirst = false;  // wants to be called before the others of its half
  bool trylast = false;   // wants to be called after them

  friend constexpr bool operator==(const Traits&, const Traits&) = default;
};

// What place() reads of a list: how long it is, and each entry's traits through the projection.
template <class List, class Projection>
concept Ranked = requires(const List& list, Projection& projection, std::size_t at) {
  { list.size() } -> std::convertible_to<std::size_t>;
  { std::invoke(projection, list[at]) } -> std::convertible_to<Traits>;
};

// Returns the index, from 0 to list.size(), before which an implementation with the traits `added`
// is inserted. Looks at each entry at most twice. A list that is not in the order above (a program
// may have rearranged it) still gets an index in range: its first wrapper begins the second half.
template <class List, class Projection = std::identity>
  requires Ranked<List, Projection>
[[nodiscard]] constexpr std::size_t
place(const List& list, Traits added, Projection projection = {}) noexcept(
    std::is_nothrow_invocable_r_v<Traits, Projection&, decltype(list[std::size_t{}])>) {
  const auto traits = [&](std::size_t at) -> Traits { return std::invoke(projection, list[at]); };
  const std::size_t size = list.size();
  std::size_t split = 0;
  while (split < size && !traits(split).wrapper) ++split;

  const std::size_t front = added.wrapper ? split : 0;
  const std::size_t back = added.wrapper ? size : split;
  if (added.trylast) return front;
  if (added.tryfirst) return back;
  std::size_t at = back;
  while (at > front && traits(at - 1).tryfirst) --at;
  return at;
}

}  // namespace mainstay::plugins
