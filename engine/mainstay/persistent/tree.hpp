// tree.hpp - the algorithms of persistent vectors: read, set, append, walk, compare.
//
// A Tree is a value: copies share everything. Its last 1 to 32 elements are a leaf of their own,
// the tail; the others hang below the root. Members that change it work in place on nodes that
// `owner` owns and copy the others; with owner 0 all are copied, and other Trees never see a
// change. They return what is to be let go of, for its end may run code of the program: keep it
// until everything else is in order. If copying or memory fails, a Tree that is a copy can be
// dropped and what it was copied from is as it was.
//
// Indexes are in range: who calls checks. tree_cut.hpp has slices, insertion and removal,
// tree_join.hpp concatenation.
#pragma once

#include <bit>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "mainstay/persistent/host.hpp"
#include "mainstay/persistent/tree_node.hpp"

namespace mainstay::persistent {

template <class T, class Host>
class Tree {
 public:
  using Node = TreeNode<T, Host>;
  using Leaf = LeafBuilder<Node>;
  using Inner = InnerBuilder<Node>;
  using Link = Handle<Node>;

  // Part of a leaf: elements that lie one after the other.
  struct Run {
    T* first;
    std::size_t count;
  };

  Tree() noexcept = default;
  Tree(const Tree&) noexcept = default;
  Tree(Tree&& other) noexcept
      : root_(std::move(other.root_)),
        tail_(std::move(other.tail_)),
        size_(std::exchange(other.size_, 0)),
        tail_size_(std::exchange(other.tail_size_, 0)),
        shift_(std::exchange(other.shift_, kBits)) {}
  ~Tree() = default;
  Tree& operator=(Tree other) noexcept {
    swap(other);
    return *this;
  }
  void swap(Tree& other) noexcept {
    std::swap(root_, other.root_);
    std::swap(tail_, other.tail_);
    std::swap(size_, other.size_);
    std::swap(tail_size_, other.tail_size_);
    std::swap(shift_, other.shift_);
  }

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] Node* root() const noexcept { return root_.get(); }
  [[nodiscard]] Node* tail() const noexcept { return tail_.get(); }

  [[nodiscard]] T& at(std::size_t i) const noexcept {
    if (i >= tail_offset()) return tail_->slots()[i - tail_offset()];
    std::uint64_t left = i;
    Node* node = root_.get();
    for (unsigned shift = shift_; shift != 0; shift -= kBits) {
      node = node->children()[node->child_of(left, shift)];
    }
    return node->slots()[left];
  }

  // The elements from `i` to the end of the leaf it is in.
  [[nodiscard]] Run run_at(std::size_t i) const noexcept {
    if (i < tail_offset()) return run_below(root_.get(), shift_, i);
    const std::size_t skipped = i - tail_offset();
    return {tail_->slots() + skipped, tail_size_ - skipped};
  }

  // Visits the elements in order, leaf by leaf: `visit(Run)`.
  template <class Visit>
  void for_each_run(Visit&& visit) const {
    if (root_) runs_below(root_.get(), shift_, visit);
    if (tail_size_ != 0) visit(Run{tail_->slots(), tail_size_});
  }

  // `value` may be the old element afterwards.
  [[nodiscard]] Link set(Host& host, Owner owner, std::size_t i, T& value) {
    if (i >= tail_offset()) {
      const auto at = static_cast<unsigned>(i - tail_offset());
      if (tail_->owned_by(owner)) {
        exchange_slot(host, tail_.get(), at, value);
        return Link{};
      }
      const unsigned capacity = owner != 0 ? kWidth : tail_size_;
      return std::exchange(tail_,
                           leaf_with(host, owner, capacity, tail_.get(), tail_size_, at, value));
    }
    return std::exchange(root_, set_below(host, owner, root_.get(), shift_, i, value));
  }

  [[nodiscard]] Link append(Host& host, Owner owner, T&& value) {
    if (tail_size_ == kWidth) {
      Link garbage = push_tail(host, owner);
      // A long vector is likely to grow on: room now spares the copies of later appends.
      const bool roomy = owner != 0 || Host::may_linger(value);
      Leaf leaf(host, roomy ? kWidth : 1);
      leaf.add(std::move(value));
      tail_ = leaf.finish(owner);
      tail_size_ = 1;
      ++size_;
      return garbage;
    }
    if (tail_ && tail_->owned_by(owner) && tail_size_ < tail_->capacity) {
      T* slot = std::construct_at(tail_->slots() + tail_size_, std::move(value));
      tail_->count = ++tail_size_;
      ++size_;
      if (Host::traced(*slot) && !Host::traced(*tail_.get())) host.trace(tail_.get());
      return Link{};
    }
    // The slot behind a shared tail will do for what may be kept by those that share it.
    if (tail_ && Host::may_linger(value) && tail_->claim(tail_size_)) {
      std::construct_at(tail_->slots() + tail_size_, std::move(value));
      ++tail_size_;
      ++size_;
      return Link{};
    }
    unsigned capacity = tail_size_ + 1;
    if (owner != 0) {
      capacity = kWidth;
    } else if (Host::may_linger(value)) {
      capacity = tail_size_ < 4 ? 4 : std::bit_ceil(capacity);
    }
    Leaf leaf(host, capacity);
    if (tail_) leaf.take(tail_.get(), 0, tail_size_);
    leaf.add(std::move(value));
    Link old = std::exchange(tail_, leaf.finish(owner));
    ++tail_size_;
    ++size_;
    return old;
  }

  // Appends `count` elements that `next()` gives one by one, into leaves of just their size.
  template <class Next>
  void append_many(Host& host, std::size_t count, Next&& next) {
    while (count != 0) {
      if (tail_size_ == kWidth) (void)push_tail(host, 0);
      const unsigned room = kWidth - tail_size_;
      const auto taken = count < room ? static_cast<unsigned>(count) : room;
      Leaf leaf(host, tail_size_ + taken);
      if (tail_size_ != 0) leaf.take(tail_.get(), 0, tail_size_);
      for (unsigned i = 0; i < taken; ++i) leaf.add(next());
      tail_ = leaf.finish(0);
      tail_size_ += taken;
      size_ += taken;
      count -= taken;
    }
  }

  // Whether two trees of one size have the same elements: `same(a, b)`. What they share is skipped.
  template <class Same>
  [[nodiscard]] bool equal(const Tree& other, Same&& same) const {
    if (tail_size_ != other.tail_size_ || (root_ && shift_ != other.shift_)) {
      return equal_runs(other, 0, size_, same);
    }
    if (root_ && !equal_below(root_.get(), other.root_.get(), shift_, 0, other, same)) return false;
    return tail_.get() == other.tail_.get() || equal_runs(other, tail_offset(), size_, same);
  }

  // Slices and removal (tree_cut.hpp). The first `count` elements; all but these.
  void keep_first(Host& host, std::size_t count);
  void drop_first(Host& host, std::size_t count);
  void insert(Host& host, std::size_t i, T&& value);
  void erase(Host& host, std::size_t from, std::size_t to);

  // Puts all of `other` behind this one (tree_join.hpp).
  void join(Host& host, const Tree& other);

 private:
  struct Pair;

  [[nodiscard]] std::size_t tail_offset() const noexcept { return size_ - tail_size_; }

  static Run run_below(Node* node, unsigned shift, std::uint64_t i) noexcept {
    for (; shift != 0; shift -= kBits) node = node->children()[node->child_of(i, shift)];
    return {node->slots() + i, node->count - i};
  }
  template <class Visit>
  static void runs_below(Node* node, unsigned shift, Visit& visit) {
    if (shift == 0) {
      visit(Run{node->slots(), node->count});
      return;
    }
    for (unsigned i = 0; i < node->count; ++i) {
      runs_below(node->children()[i], shift - kBits, visit);
    }
  }

  static void exchange_slot(Host& host, Node* leaf, unsigned at, T& value) noexcept {
    using std::swap;
    swap(leaf->slots()[at], value);
    if (Host::traced(leaf->slots()[at]) && !Host::traced(*leaf)) host.trace(leaf);
  }
  [[nodiscard]] static Link leaf_with(Host& host, Owner owner, unsigned capacity, Node* source,
                                      unsigned count, unsigned at, T& value) {
    Leaf leaf(host, capacity);
    leaf.take(source, 0, at);
    leaf.add(std::move(value));
    leaf.take(source, at + 1, count);
    return leaf.finish(owner);
  }
  // The node with another element; the same one if it is owned.
  [[nodiscard]] static Link set_below(Host& host, Owner owner, Node* node, unsigned shift,
                                      std::uint64_t i, T& value) {
    if (shift == 0) {
      const auto at = static_cast<unsigned>(i);
      // A leaf below the root has no room that could be claimed when a slice makes it a tail.
      if (!node->owned_by(owner)) {
        return leaf_with(host, owner, node->count, node, node->count, at, value);
      }
      exchange_slot(host, node, at, value);
      return Link::share(node);
    }
    const unsigned at = node->child_of(i, shift);
    Link child = set_below(host, owner, node->children()[at], shift - kBits, i, value);
    if (!node->owned_by(owner)) {
      return Inner::copy_with(host, owner, node, at, std::move(child), node->count);
    }
    put_child(host, node, at, std::move(child));
    return Link::share(node);
  }
  // In a node that is owned. What ends here at most is a node whose elements are in its copy too.
  static void put_child(Host& host, Node* node, unsigned at, Link child) noexcept {
    if (Host::traced(*child.get()) && !Host::traced(*node)) host.trace(node);
    Host::release(std::exchange(node->children()[at], child.release()));
  }

  // Hangs the tail, which is full, below the root.
  [[nodiscard]] Link push_tail(Host& host, Owner owner) {
    Link old = push_leaf(host, owner, tail_, tail_size_);
    tail_ = Link{};
    tail_size_ = 0;
    return old;
  }
  [[nodiscard]] Link push_leaf(Host& host, Owner owner, const Link& leaf, std::uint64_t size) {
    assert(leaf->count == size && leaf->capacity == size);
    if (!root_) {
      root_ = path_to(host, owner, kBits, leaf, size);
      shift_ = kBits;
      return Link{};
    }
    Link pushed = push_below(host, owner, root_.get(), shift_, leaf, size);
    if (!pushed) {
      const std::uint64_t before = root_->size(shift_);
      Link beside = path_to(host, owner, shift_, leaf, size);
      const bool strict = before == std::uint64_t{1} << (shift_ + kBits);
      Inner above(host, owner != 0 ? kWidth : 2, shift_ + kBits, !strict);
      above.add(root_, before);
      above.add(std::move(beside), size);
      pushed = above.finish(owner);
      shift_ += kBits;
    }
    return std::exchange(root_, std::move(pushed));
  }
  // Nodes with one child each, down to the leaf.
  [[nodiscard]] static Link path_to(Host& host, Owner owner, unsigned shift, Link leaf,
                                    std::uint64_t size) {
    for (unsigned at = kBits; at <= shift; at += kBits) {
      Inner made(host, owner != 0 ? kWidth : 1, at, false);
      made.add(std::move(leaf), size);
      leaf = made.finish(owner);
    }
    return leaf;
  }
  // The node with the leaf behind all else; empty when it has no room for it.
  [[nodiscard]] static Link push_below(Host& host, Owner owner, Node* node, unsigned shift,
                                       const Link& leaf, std::uint64_t size) {
    const unsigned last = node->count - 1;
    if (shift > kBits) {
      Node* child = node->children()[last];
      Link pushed = push_below(host, owner, child, shift - kBits, leaf, size);
      if (pushed) {
        if (!node->owned_by(owner)) {
          pushed = Inner::copy_with(host, owner, node, last, std::move(pushed),
                                    owner != 0 ? kWidth : node->count);
          node = pushed.get();
        } else {
          put_child(host, node, last, std::move(pushed));
          pushed = Link::share(node);
        }
        if (node->is_relaxed()) node->ends()[last] += size;
        return pushed;
      }
    }
    if (node->count == kWidth) return Link{};
    const bool fits = node->is_relaxed() || node->child_size(last, shift) == std::uint64_t{1}
                                                                                 << shift;
    Link path = path_to(host, owner, shift - kBits, leaf, size);
    if (node->owned_by(owner) && fits && node->count < node->capacity) {
      if (Host::traced(*path.get()) && !Host::traced(*node)) host.trace(node);
      if (node->is_relaxed()) node->ends()[node->count] = node->ends()[last] + size;
      node->children()[node->count++] = path.release();
      return Link::share(node);
    }
    Inner made(host, owner != 0 ? kWidth : node->count + 1, shift, !fits || node->is_relaxed());
    made.take(node, 0, node->count, shift);
    made.add(std::move(path), size);
    return made.finish(owner);
  }

  template <class Same>
  [[nodiscard]] bool equal_below(Node* a, Node* b, unsigned shift, std::size_t first,
                                 const Tree& other, Same& same) const {
    if (a == b) return true;
    if (shift == 0 || a->count != b->count) {
      return equal_runs(other, first, first + a->size(shift), same);
    }
    const std::size_t last = first + a->size(shift);
    for (unsigned i = 0; i < a->count; ++i) {
      const std::uint64_t size = a->child_size(i, shift);
      if (size != b->child_size(i, shift)) {
        return equal_runs(other, first, last, same);  // from here on they are cut differently
      }
      if (!equal_below(a->children()[i], b->children()[i], shift - kBits, first, other, same)) {
        return false;
      }
      first += size;
    }
    return true;
  }
  template <class Same>
  [[nodiscard]] bool equal_runs(const Tree& other, std::size_t first, std::size_t last,
                                Same& same) const {
    while (first < last) {
      const Run mine = run_at(first);
      const Run theirs = other.run_at(first);
      std::size_t count = mine.count < theirs.count ? mine.count : theirs.count;
      if (count > last - first) count = last - first;
      if (mine.first != theirs.first) {
        for (std::size_t i = 0; i < count; ++i) {
          if (!same(mine.first[i], theirs.first[i])) return false;
        }
      }
      first += count;
    }
    return true;
  }

  // Removes inner nodes with one child from the top.
  void lower_root() noexcept {
    while (root_ && shift_ > kBits && root_->count == 1) {
      root_ = Link::share(root_->children()[0]);
      shift_ -= kBits;
    }
  }

  Link root_;  // empty while all elements are in the tail
  Link tail_;
  std::size_t size_ = 0;
  std::uint32_t tail_size_ = 0;
  std::uint32_t shift_ = kBits;
};

}  // namespace mainstay::persistent
