// tree.hpp - the sorted order of keys: a treap over slots, made when it is first asked for.
//
// A node belongs to a slot; its priority is the hash of the key, so the shape is that of a random
// tree whatever the order of insertion. A node has the first bits of its key; only equal ones are
// compared in the log. Changes go through a Journal. Only with the lock held.
#pragma once

#include "mainstay/cache/detail/journal.hpp"

namespace mainstay::cache::detail {

class Tree {
 public:
  explicit Tree(const Maps& maps) noexcept : maps_(maps) {}

  [[nodiscard]] bool is_built() const noexcept { return load(control().tree_built) != 0; }
  void build() const;  // from all living slots
  void insert(Journal& change, Word slot) const noexcept;
  void erase(Journal& change, Word slot) const noexcept;

  // The first slot whose key is above (or not below) `key`; 0: none. With `down` the last one whose
  // key is below (or not above) it.
  [[nodiscard]] Word from(const Key& key, bool inclusive, bool down) const noexcept;
  [[nodiscard]] Word edge(bool last) const noexcept;

 private:
  [[nodiscard]] Control& control() const noexcept { return maps_.control(); }
  // A place where a node hangs: the root, or a side of a parent.
  struct Link {
    Word parent = 0;  // 0: the root
    bool right = false;
  };
  [[nodiscard]] Word at(Link link) const noexcept;
  void hang(Journal& change, Link link, Word slot) const noexcept;
  [[nodiscard]] Key key_of(Word slot) const noexcept;
  [[nodiscard]] Word priority(Word slot) const noexcept;
  // Below zero: the slot's key is less.
  [[nodiscard]] int compare(Word slot, Word prefix, const Key& key) const noexcept;

  const Maps& maps_;
};

// Kind and bytes, compared as the store sorts.
[[nodiscard]] int compare_keys(const Key& a, const Key& b) noexcept;

}  // namespace mainstay::cache::detail
