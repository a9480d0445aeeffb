// pairing.cpp - see pairing.hpp.
#include "mainstay/diff/pairing.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>
#include <unordered_map>

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

std::vector<std::pair<std::uint32_t, std::uint32_t>> pair_by_parts(
    std::span<const std::vector<Fingerprint>> added,
    std::span<const std::vector<Fingerprint>> removed) {
  constexpr std::size_t kMostHolders = 64;
  std::unordered_map<Fingerprint, std::vector<std::uint32_t>, HashOfFingerprint> holders(
      8 * removed.size());
  for (std::uint32_t j = 0; j < removed.size(); ++j) {
    for (const Fingerprint& part : removed[j]) holders[part].push_back(j);
  }
  struct Offer {
    double likeness;
    std::uint32_t added, removed;
  };
  std::vector<Offer> offers;
  std::vector<std::uint32_t> shared(removed.size());
  std::vector<std::uint32_t> touched;
  for (std::uint32_t i = 0; i < added.size(); ++i) {
    for (const Fingerprint& part : added[i]) {
      const auto found = holders.find(part);
      if (found == holders.end() || found->second.size() > kMostHolders) continue;
      for (const std::uint32_t j : found->second) {
        if (shared[j]++ == 0) touched.push_back(j);
      }
    }
    for (const std::uint32_t j : touched) {
      const auto both = static_cast<double>(added[i].size() + removed[j].size());
      offers.push_back({2.0 * shared[j] / both, i, j});
      shared[j] = 0;
    }
    touched.clear();
  }
  std::sort(offers.begin(), offers.end(), [](const Offer& x, const Offer& y) {
    return std::tuple(-x.likeness, x.added, x.removed) <
           std::tuple(-y.likeness, y.added, y.removed);
  });
  std::vector<bool> added_taken(added.size());
  std::vector<bool> removed_taken(removed.size());
  std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs;
  for (const Offer& offer : offers) {
    if (added_taken[offer.added] || removed_taken[offer.removed]) continue;
    added_taken[offer.added] = removed_taken[offer.removed] = true;
    pairs.emplace_back(offer.added, offer.removed);
  }
  return pairs;
}

}  // namespace mainstay::diff
