// walk_keyed.hpp - lists whose items are matched: by keys, such as an id, or by the host. Part of
// walk.hpp.
#pragma once

#include <algorithm>

#include "mainstay/diff/walk.hpp"

namespace mainstay::diff {

// Items of one key are compared wherever they stand. Where a key comes several times, the first
// are paired with the first, and so are items without a key among themselves; what is left on one
// side was added or removed. Not `entered` when no item has a key.
template <class Host>
bool Walk<Host>::enter_keyed(const Place& place, bool& entered) {
  entered = false;
  std::vector<Node> items_a;
  std::vector<Node> items_b;
  Numbering numbering;
  std::vector<std::uint32_t> of_a;
  std::vector<std::uint32_t> of_b;
  const auto read = [&](const Node& list, std::vector<Node>& items,
                        std::vector<std::uint32_t>& numbers) {
    Node item;
    for (std::size_t at = 0;; ++at) {
      const Found found = host_.item(list, at, item);
      if (found != Found::yes) return found == Found::no;
      Node key;
      const Found has_key = host_.item_key(item, key);
      if (has_key == Found::failed) return false;
      std::uint32_t number = kNone;
      if (has_key == Found::yes && !number_of(key, numbering, number)) return false;
      items.push_back(item);
      numbers.push_back(number);
    }
  };
  if (!read(place.in_b, items_b, of_b) || !read(place.in_a, items_a, of_a)) return false;

  if (numbering.known.empty()) return true;
  entered = true;
  const auto no_key = static_cast<std::uint32_t>(numbering.known.size());
  for (Numbers* numbers : {&of_a, &of_b}) {
    for (std::uint32_t& number : *numbers) number = std::min(number, no_key);
  }

  // For each key the first item of b that is not paired yet, and after each item the next.
  std::vector<std::uint32_t> first(numbering.known.size() + 1, kNone);
  std::vector<std::uint32_t> next(items_b.size(), kNone);
  for (auto j = static_cast<std::uint32_t>(items_b.size()); j-- > 0;) {
    next[j] = first[of_b[j]];
    first[of_b[j]] = j;
  }
  std::vector<Pair> pairs;
  const auto pair = [&](const Node& a, const Node& b, std::uint32_t at_a, std::uint32_t at_b) {
    Step step;
    step.kind = StepKind::item;
    step.unordered = true;
    step.a = at_a;
    step.b = at_b;
    pairs.push_back({.a = a, .b = b, .step = step});
  };
  std::vector<bool> paired(items_b.size());
  for (std::uint32_t i = 0; i < items_a.size(); ++i) {
    const std::uint32_t j = first[of_a[i]];
    if (j == kNone) {
      pair(items_a[i], Node{}, i, i);
    } else {
      first[of_a[i]] = next[j];
      paired[j] = true;
      pair(items_a[i], items_b[j], i, j);
    }
  }
  for (std::uint32_t j = 0; j < items_b.size(); ++j) {
    if (!paired[j]) pair(Node{}, items_b[j], j, j);
  }
  return enter_pairs(place, std::move(pairs));
}

template <class Host>
bool Walk<Host>::enter_pairs(const Place& place, std::vector<Pair> pairs) {
  Frame& frame = push(Way::actions, place);
  frame.actions.reserve(pairs.size());
  for (Pair& pair : pairs) {
    frame.actions.push_back({.pair = std::move(pair), .checks = true});
  }
  return true;
}

// Pairs, and what has no partner, in the order in which they were found.
template <class Host>
bool Walk<Host>::advance_actions(bool& over) {
  Frame& frame = stack_.back();
  over = frame.at >= frame.actions.size();
  if (over) return true;
  Action action = std::move(frame.actions[frame.at++]);
  Pair& pair = action.pair;
  if (pair.row) {
    return enter_sequence({pair.a, pair.b, pair.step, pair.in_a, pair.in_b}, Order::counts);
  }
  bool failed = false;
  if (action.counts && !count(failed)) {
    over = true;
    return !failed;
  }
  pair.step.flipped = frame.flips;
  if (action.repetition != kNone) {
    return report(Change::repetition, pair.a, pair.b, pair.step, action.repetition);
  }
  if (!pair.a) return report(Change::item_added, pair.a, pair.b, pair.step);
  if (!pair.b) return report(Change::item_removed, pair.a, pair.b, pair.step);
  if (pair.moved) {
    if (!report(Change::item_moved, pair.a, pair.b, pair.step)) return false;
    stack_.back().flips = true;
    pair.step.flipped = true;
  }
  if (action.checks && ancestors_.contains(host_.identity(pair.a))) return true;
  return visit(pair.a, pair.b, pair.step);
}

}  // namespace mainstay::diff
