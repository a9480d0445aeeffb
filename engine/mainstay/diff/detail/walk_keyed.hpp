// walk_keyed.hpp - lists whose items are known by keys, such as an id. Part of walk.hpp.
#pragma once

#include "mainstay/diff/walk.hpp"

namespace mainstay::diff {

// Items of one key are compared wherever they stand. Where a key comes several times, the first
// are paired with the first; what is left on one side was added or removed, as is what has no key.
template <class Host>
bool Walk<Host>::enter_keyed(const Node& a, const Node& b, const Step& step) {
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
  if (!read(b, items_b, of_b) || !read(a, items_a, of_a)) return false;

  // For each key the first item of b that is not paired yet, and after each item the next.
  std::vector<std::uint32_t> first(numbering.known.size(), kNone);
  std::vector<std::uint32_t> next(items_b.size(), kNone);
  for (auto j = static_cast<std::uint32_t>(items_b.size()); j-- > 0;) {
    if (of_b[j] == kNone) continue;
    next[j] = first[of_b[j]];
    first[of_b[j]] = j;
  }
  std::vector<Action> actions;
  std::vector<bool> paired(items_b.size());
  for (std::uint32_t i = 0; i < items_a.size(); ++i) {
    const std::uint32_t j = of_a[i] == kNone ? kNone : first[of_a[i]];
    if (j == kNone) {
      actions.push_back({items_a[i], Node{}, i, i, true});
    } else {
      first[of_a[i]] = next[j];
      paired[j] = true;
      actions.push_back({items_a[i], items_b[j], i, j, true});
    }
  }
  for (std::uint32_t j = 0; j < items_b.size(); ++j) {
    if (!paired[j]) actions.push_back({Node{}, items_b[j], j, j, true});
  }
  if (!push(Way::actions, a, b, step)) return false;
  stack_.back().actions = std::move(actions);
  return true;
}

}  // namespace mainstay::diff
