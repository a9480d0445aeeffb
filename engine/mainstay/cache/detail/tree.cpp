// tree.cpp - a treap by splitting and merging, without recursion.
#include "mainstay/cache/detail/tree.hpp"

#include <algorithm>
#include <span>
#include <vector>

#include "mainstay/cache/detail/hash.hpp"

namespace mainstay::cache::detail {
namespace {

// Orders as the keys do as far as it goes: kind, then the first 61 bits.
Word prefix_of(const Key& key) noexcept {
  if (key.kind >= 7) return Word{7} << 61;
  Word bits = 0;
  for (std::size_t i = 0; i < 8; ++i) {
    bits = bits << 8 | (i < key.bytes.size() ? static_cast<unsigned char>(key.bytes[i]) : 0u);
  }
  return Word{key.kind} << 61 | bits >> 3;
}

struct Entry {
  Word part;  // of the key: what is compared first
  Key key;
  Word slot;
};

// Sorts what agrees in its kind and in the first `at` bytes, eight bytes at a time: keys often have
// long beginnings in common.
void sort_from(std::span<Entry> entries, std::size_t at) {
  constexpr std::size_t kFarthest = 64;
  if (at > kFarthest) {
    std::sort(entries.begin(), entries.end(),
              [](const Entry& a, const Entry& b) { return compare_keys(a.key, b.key) < 0; });
    return;
  }
  const auto end_of = [at](const Entry& entry) { return std::min(entry.key.bytes.size(), at + 8); };
  for (Entry& entry : entries) {
    entry.part = 0;
    for (std::size_t i = at; i < at + 8; ++i) {
      const bool is_there = i < entry.key.bytes.size();
      entry.part =
          entry.part << 8 | (is_there ? static_cast<unsigned char>(entry.key.bytes[i]) : 0u);
    }
  }
  std::sort(entries.begin(), entries.end(), [&](const Entry& a, const Entry& b) {
    return a.part != b.part ? a.part < b.part : end_of(a) < end_of(b);
  });
  for (auto first = entries.begin(); first != entries.end();) {
    auto last = std::find_if(first + 1, entries.end(), [&](const Entry& entry) {
      return entry.part != first->part || end_of(entry) != end_of(*first);
    });
    if (last - first > 1 && first->key.bytes.size() >= at + 8) sort_from({first, last}, at + 8);
    first = last;
  }
}

}  // namespace

int compare_keys(const Key& a, const Key& b) noexcept {
  if (a.kind != b.kind) return a.kind < b.kind ? -1 : 1;
  return a.bytes.compare(b.bytes);
}

Word Tree::at(Link link) const noexcept {
  if (link.parent == 0) return load(control().tree_root);
  const Word kids = load(maps_.node(link.parent).kids);
  return link.right ? high32(kids) : low32(kids);
}

void Tree::hang(Journal& change, Link link, Word slot) const noexcept {
  if (link.parent == 0) {
    change.put(control().tree_root, slot);
  } else if (link.right) {
    change.put_high(maps_.node(link.parent).kids, slot);
  } else {
    change.put_low(maps_.node(link.parent).kids, slot);
  }
}

Key Tree::key_of(Word slot) const noexcept {
  const Record record = maps_.record(load(maps_.slot(slot).place));
  if (record.words() == nullptr) return {};
  return {record.header().key_kind, record.header().key_form, record.key()};
}

Word Tree::priority(Word slot) const noexcept {
  return fold(load(maps_.slot(slot).hash), 0x9e3779b97f4a7c15u);
}

int Tree::compare(Word slot, Word prefix, const Key& key) const noexcept {
  const Word mine = load(maps_.node(slot).prefix);
  if (mine != prefix) return mine < prefix ? -1 : 1;
  return compare_keys(key_of(slot), key);
}

void Tree::insert(Journal& change, Word slot) const noexcept {
  const Key key = key_of(slot);
  const Word prefix = prefix_of(key);
  const Word mine = priority(slot);
  Link link;
  Word below = at(link);
  while (below != 0 && priority(below) >= mine) {
    link = {below, compare(below, prefix, key) < 0};
    below = at(link);
  }
  hang(change, link, slot);
  // What was there is split: smaller keys to the left of the new node, larger ones to the right.
  change.put(maps_.node(slot).prefix, prefix);
  change.put(maps_.node(slot).kids, 0);
  Link smaller{slot, false};
  Link larger{slot, true};
  while (below != 0) {
    const bool is_smaller = compare(below, prefix, key) < 0;
    Link& into = is_smaller ? smaller : larger;
    hang(change, into, below);
    into = {below, is_smaller};
    below = at(into);
  }
  hang(change, smaller, 0);
  hang(change, larger, 0);
}

void Tree::erase(Journal& change, Word slot) const noexcept {
  const Key key = key_of(slot);
  const Word prefix = load(maps_.node(slot).prefix);
  Link link;
  Word below = at(link);
  while (below != slot && below != 0) {
    link = {below, compare(below, prefix, key) < 0};
    below = at(link);
  }
  if (below == 0) {  // a damaged key led astray
    change.put(control().tree_built, 0);
    return;
  }
  Word left = low32(load(maps_.node(slot).kids));
  Word right = high32(load(maps_.node(slot).kids));
  while (left != 0 && right != 0) {
    if (priority(left) >= priority(right)) {
      hang(change, link, left);
      link = {left, true};
      left = at(link);
    } else {
      hang(change, link, right);
      link = {right, false};
      right = at(link);
    }
  }
  hang(change, link, left != 0 ? left : right);
}

void Tree::build() const {
  std::vector<Entry> entries;
  for (Word slot = 1; slot < load(control().used_slots); ++slot) {
    const Word rank = load(maps_.slot(slot).rank);
    if (rank == 0 || rank == kHiddenRank) continue;
    entries.push_back({0, key_of(slot), slot});
  }
  std::stable_sort(entries.begin(), entries.end(),
                   [](const Entry& a, const Entry& b) { return a.key.kind < b.key.kind; });
  for (auto first = entries.begin(); first != entries.end();) {
    auto last = std::find_if(first, entries.end(),
                             [&](const Entry& entry) { return entry.key.kind != first->key.kind; });
    sort_from({first, last}, 0);
    first = last;
  }
  // The right spine, from the root down; each new node takes over what has a lower priority.
  std::vector<Word> spine;
  for (const auto& [part, key, slot] : entries) {
    Word last = 0;
    while (!spine.empty() && priority(spine.back()) < priority(slot)) {
      last = spine.back();
      spine.pop_back();
    }
    store(maps_.node(slot).prefix, prefix_of(key));
    store(maps_.node(slot).kids, pair32(last, 0));
    if (!spine.empty()) {
      Word& kids = maps_.node(spine.back()).kids;
      store(kids, pair32(low32(load(kids)), slot));
    }
    spine.push_back(slot);
  }
  store(control().tree_root, spine.empty() ? 0 : spine.front());
  barrier();
  point(Point::tree_filled);
  store(control().tree_built, 1);
}

Word Tree::from(const Key& key, bool inclusive, bool down) const noexcept {
  const Word prefix = prefix_of(key);
  Word best = 0;
  for (Word node = load(control().tree_root); node != 0;) {
    const int side = compare(node, prefix, key);
    const bool counts = (side == 0 && inclusive) || (down ? side < 0 : side > 0);
    if (counts) best = node;
    // Nearer to the key: towards it from what counts, away from what does not.
    node = at({node, down == counts});
  }
  return best;
}

Word Tree::edge(bool last) const noexcept {
  Word best = 0;
  for (Word node = load(control().tree_root); node != 0; node = at({node, last})) best = node;
  return best;
}

}  // namespace mainstay::cache::detail
