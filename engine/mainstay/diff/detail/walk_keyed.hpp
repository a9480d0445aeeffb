// walk_keyed.hpp - lists whose items are matched: by keys, such as an id, or by the host. Part of
// walk.hpp.
#pragma once

#include <algorithm>

#include "mainstay/diff/walk.hpp"

namespace mainstay::diff {

template <class Host>
bool Walk<Host>::keys_of(const Node& list, std::vector<Node>& keys, bool& any) {
  if constexpr (requires { host_.has_keys(); }) {
    Node item;
    for (std::size_t at = 0;; ++at) {
      const Found found = host_.item(list, at, item);
      if (found != Found::yes) return found == Found::no;
      const Found has_key = host_.item_key(item, keys.emplace_back());
      if (has_key == Found::failed) return false;
      any = any || has_key == Found::yes;
    }
  }
  return true;
}

template <class Host>
bool Walk<Host>::enter_keyed(const Place& place, const std::vector<Node>& keys_a,
                             const std::vector<Node>& keys_b, std::uint8_t relation) {
  Numbering numbering;
  Numbers of_a;
  Numbers of_b;
  for (const auto* keys : {&keys_b, &keys_a}) {
    Numbers& numbers = keys == &keys_b ? of_b : of_a;
    for (const Node& key : *keys) {
      numbers.push_back(kNone);
      if (key && !number_of(key, numbering, numbers.back())) return false;
    }
  }
  const auto no_key = static_cast<std::uint32_t>(numbering.known.size());
  for (Numbers* numbers : {&of_a, &of_b}) {
    for (std::uint32_t& number : *numbers) number = std::min(number, no_key);
  }

  // For each key the first item of b that is not paired yet, and after each item the next.
  Numbers first(numbering.known.size() + 1, kNone);
  Numbers next(of_b.size(), kNone);
  for (auto j = static_cast<std::uint32_t>(of_b.size()); j-- > 0;) {
    next[j] = first[of_b[j]];
    first[of_b[j]] = j;
  }
  std::vector<Pair> pairs;
  const auto add = [&](std::uint32_t i, std::uint32_t j) {
    Pair pair;
    pair.step.kind = StepKind::item;
    pair.step.unordered = true;
    pair.step.relation = relation;
    pair.step.a = i != kNone ? i : j;
    pair.step.b = j != kNone ? j : i;
    if (i != kNone && host_.item(place.in_a, i, pair.a) == Found::failed) return false;
    if (j != kNone && host_.item(place.in_b, j, pair.b) == Found::failed) return false;
    if (pair.a || pair.b) pairs.push_back(std::move(pair));
    return true;
  };
  std::vector<bool> paired(of_b.size());
  for (std::uint32_t i = 0; i < of_a.size(); ++i) {
    const std::uint32_t j = first[of_a[i]];
    if (j != kNone) {
      first[of_a[i]] = next[j];
      paired[j] = true;
    }
    if (!add(i, j)) return false;
  }
  for (std::uint32_t j = 0; j < of_b.size(); ++j) {
    if (!paired[j] && !add(kNone, j)) return false;
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
