// pairing.hpp - which added item is an old one that changed: the closest pairs first.
//
// The choice of others, pair for pair: nearest first, ties from the end, and an item that was once
// taken into account for a partner is not offered to another. Pure; any thread.
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "mainstay/diff/fingerprint.hpp"

namespace mainstay::diff {

// That an added and a removed item are near enough to be one. Both are numbers of a list's items.
struct Candidate {
  std::uint32_t added, removed;
  double distance;
};

// Candidates come grouped by what was added, in the order the items came. The result has each
// added and each removed item at most once.
[[nodiscard]] std::vector<std::pair<std::uint32_t, std::uint32_t>> pair_up(
    std::span<const Candidate> candidates);

// Pairs each added item with the free removed one that shares most parts with it. Parts are
// fingerprints, each once; one that very many removed items have says nothing and is left out.
[[nodiscard]] std::vector<std::pair<std::uint32_t, std::uint32_t>> pair_by_parts(
    std::span<const std::vector<Fingerprint>> added,
    std::span<const std::vector<Fingerprint>> removed);

}  // namespace mainstay::diff
