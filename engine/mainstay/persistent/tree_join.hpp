// tree_join.hpp - one Tree put behind another, in O(log n).
//
// Along the seam the nodes of both are put side by side, level by level from the leaves up. Where
// they are too many for what they hold, some give their children to their neighbours (Stucki et
// al., 2015): so no node has more than kExtra children above what its elements need, and the tree
// stays as low as a search needs it to be.
#pragma once

#include "mainstay/persistent/tree.hpp"

namespace mainstay::persistent {

// One or two nodes of one level.
template <class T, class Host>
struct Tree<T, Host>::Pair {
  Link left;
  Link right;  // empty: one
  std::uint64_t left_size = 0;
  std::uint64_t right_size = 0;
};

namespace detail {

template <class T, class Host>
class Seam {
 public:
  using Node = TreeNode<T, Host>;
  using Link = Handle<Node>;
  using Leaf = LeafBuilder<Node>;
  using Inner = InnerBuilder<Node>;

  static constexpr unsigned kExtra = 2;
  static constexpr unsigned kMost = 2 * kWidth;  // 31 of the left, 2 of the seam, 31 of the right

  // What will be the children of nodes at `shift`.
  Seam(Host& host, unsigned shift) : host_(host), shift_(shift) {}

  void add(Node* node, std::uint64_t size) noexcept {
    nodes_[count_] = node;
    sizes_[count_++] = size;
  }
  void add(Node* parent, unsigned from, unsigned to) noexcept {
    for (unsigned i = from; i < to; ++i) {
      add(parent->children()[i], parent->child_size(i, shift_));
    }
  }

  template <class Pair>
  [[nodiscard]] Pair finish() {
    plan();
    Pair result;
    const unsigned left = planned_ < kWidth ? planned_ : kWidth;
    result.left = parent(left, result.left_size);
    if (planned_ > left) result.right = parent(planned_ - left, result.right_size);
    return result;
  }

 private:
  // How many slots each new node gets.
  void plan() noexcept {
    unsigned slots = 0;
    for (unsigned i = 0; i < count_; ++i) slots += plan_[i] = nodes_[i]->count;
    const unsigned least = (slots + kWidth - 1) / kWidth;
    planned_ = count_;
    unsigned i = 0;
    while (planned_ > least + kExtra) {
      while (plan_[i] > kWidth - kExtra / 2) ++i;
      // This one's slots go to the nodes behind it.
      unsigned left = plan_[i];
      do {
        const unsigned both = left + plan_[i + 1];
        plan_[i] = both < kWidth ? both : kWidth;
        left = both - plan_[i];
        ++i;
      } while (left > 0);
      for (unsigned j = i; j + 1 < planned_; ++j) plan_[j] = plan_[j + 1];
      --planned_;
      --i;
    }
  }

  [[nodiscard]] Link parent(unsigned children, std::uint64_t& size) {
    Inner made(host_, children, shift_, true);
    for (unsigned i = 0; i < children; ++i) {
      std::uint64_t child_size = 0;
      Link child = next_node(plan_[done_++], child_size);
      made.add(std::move(child), child_size);
    }
    size = made.size();
    return made.finish(0);
  }

  // The next `slots` slots of the nodes, as one node: an old one where that is what it has.
  [[nodiscard]] Link next_node(unsigned slots, std::uint64_t& size) {
    if (offset_ == 0 && nodes_[at_]->count == slots) {
      size = sizes_[at_];
      return Link::share(nodes_[at_++]);
    }
    if (shift_ == kBits) {
      Leaf made(host_, slots);
      gather(slots, [&](Node* node, unsigned from, unsigned to) { made.take(node, from, to); });
      size = slots;
      return made.finish(0);
    }
    Inner made(host_, slots, shift_ - kBits, true);
    gather(slots, [&](Node* node, unsigned from, unsigned to) {
      made.take(node, from, to, shift_ - kBits);
    });
    size = made.size();
    return made.finish(0);
  }

  template <class Take>
  void gather(unsigned slots, Take&& take) {
    while (slots != 0) {
      Node* node = nodes_[at_];
      const unsigned there = node->count - offset_;
      const unsigned taken = there < slots ? there : slots;
      take(node, offset_, offset_ + taken);
      slots -= taken;
      offset_ += taken;
      if (offset_ == node->count) {
        ++at_;
        offset_ = 0;
      }
    }
  }

  Host& host_;
  unsigned shift_;
  Node* nodes_[kMost];  // held by the two trees and by the seam below
  std::uint64_t sizes_[kMost];
  unsigned plan_[kMost];
  unsigned count_ = 0;
  unsigned planned_ = 0;
  unsigned done_ = 0;    // of the plan
  unsigned at_ = 0;      // the node that is taken from
  unsigned offset_ = 0;  // its slots that are taken
};

// The seam of two trees of which at least one is at `shift`, as nodes of that level.
template <class Pair, class T, class Host, class Node>
[[nodiscard]] Pair join_nodes(Host& host, Node* a, unsigned a_shift, Node* b, unsigned b_shift) {
  if (a_shift == 0 && b_shift == 0) {
    return {Handle<Node>::share(a), Handle<Node>::share(b), a->count, b->count};
  }
  const unsigned shift = a_shift > b_shift ? a_shift : b_shift;
  const bool open_a = a_shift == shift;
  const bool open_b = b_shift == shift;
  const Pair middle = join_nodes<Pair, T>(
      host, open_a ? a->children()[a->count - 1] : a, open_a ? a_shift - kBits : a_shift,
      open_b ? b->children()[0] : b, open_b ? b_shift - kBits : b_shift);
  Seam<T, Host> seam(host, shift);
  if (open_a) seam.add(a, 0, a->count - 1);
  seam.add(middle.left.get(), middle.left_size);
  if (middle.right) seam.add(middle.right.get(), middle.right_size);
  if (open_b) seam.add(b, 1, b->count);
  return seam.template finish<Pair>();
}

}  // namespace detail

template <class T, class Host>
void Tree<T, Host>::join(Host& host, const Tree& other) {
  if (other.size_ == 0) return;
  if (size_ == 0) {
    *this = other;
    return;
  }
  if (!other.root_) {
    const T* next = other.tail_->slots();
    append_many(host, other.tail_size_, [&]() -> const T& { return *next++; });
    return;
  }
  const std::size_t size = size_ + other.size_;
  if (tail_size_ != 0) {
    // As a leaf of the tree it must have no room that others could claim.
    if (tail_->count != tail_size_ || tail_->capacity != tail_size_) {
      Leaf leaf(host, tail_size_);
      leaf.take(tail_.get(), 0, tail_size_);
      tail_ = leaf.finish(0);
    }
    (void)push_tail(host, 0);
  }
  Pair joined =
      detail::join_nodes<Pair, T>(host, root_.get(), shift_, other.root_.get(), other.shift_);
  unsigned shift = shift_ > other.shift_ ? shift_ : other.shift_;
  if (joined.right) {
    shift += kBits;
    Inner above(host, 2, shift, true);
    above.add(std::move(joined.left), joined.left_size);
    above.add(std::move(joined.right), joined.right_size);
    joined.left = above.finish(0);
  }
  root_ = std::move(joined.left);
  shift_ = shift;
  tail_ = other.tail_;
  tail_size_ = other.tail_size_;
  size_ = size;
  lower_root();
}

}  // namespace mainstay::persistent
