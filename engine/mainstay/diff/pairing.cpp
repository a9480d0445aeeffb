// pairing.cpp - see pairing.hpp.
#include "mainstay/diff/pairing.hpp"

#include <algorithm>
#include <numeric>

namespace mainstay::diff {

std::vector<std::pair<std::uint32_t, std::uint32_t>> pair_up(
    std::span<const Candidate> candidates) {
  std::uint32_t added = 0;
  std::uint32_t removed = 0;
  for (const Candidate& candidate : candidates) {
    added = std::max(added, candidate.added + 1);
    removed = std::max(removed, candidate.removed + 1);
  }
  // Nearest first. Among equals, what was added last comes first, and so does what was removed.
  std::vector<std::uint32_t> order(candidates.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(), [&](std::uint32_t x, std::uint32_t y) {
    const double left = candidates[x].distance;
    const double right = candidates[y].distance;
    return left < right || (!(right < left) && x > y);
  });
  std::vector<bool> added_taken(added);
  std::vector<bool> removed_taken(removed);
  std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs;
  for (std::size_t i = 0; i < order.size();) {
    const std::uint32_t from = candidates[order[i]].added;
    const double distance = candidates[order[i]].distance;
    const bool offered = !added_taken[from];
    bool paired = false;
    // All that are equally far from this one: each that is free is used up, the last is the pair.
    for (; i < order.size() && candidates[order[i]].added == from &&
           !(distance < candidates[order[i]].distance);
         ++i) {
      const std::uint32_t to = candidates[order[i]].removed;
      if (!offered || removed_taken[to]) continue;
      removed_taken[to] = true;
      added_taken[from] = true;
      if (!paired) pairs.emplace_back();
      paired = true;
      pairs.back() = {from, to};
    }
  }
  return pairs;
}

}  // namespace mainstay::diff
