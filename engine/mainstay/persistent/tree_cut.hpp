// tree_cut.hpp - slices of a Tree, and elements put in or taken out in the middle: O(log n).
#pragma once

#include "mainstay/persistent/tree.hpp"

namespace mainstay::persistent {

namespace detail {

// The first `keep` > 0 elements below a node, without their last leaf, which becomes `tail`. Empty
// when there is nothing else.
template <class Node>
[[nodiscard]] Handle<Node> cut_right(typename Node::Host& host, Node* node, unsigned shift,
                                     std::uint64_t keep, Handle<Node>& tail) {
  if (shift == 0) {
    if (keep == node->count) {
      tail = Handle<Node>::share(node);
    } else {
      LeafBuilder<Node> leaf(host, static_cast<unsigned>(keep));
      leaf.take(node, 0, static_cast<unsigned>(keep));
      tail = leaf.finish(0);
    }
    return {};
  }
  std::uint64_t last = keep - 1;
  const unsigned at = node->child_of(last, shift);
  Handle<Node> cut = cut_right(host, node->children()[at], shift - kBits, last + 1, tail);
  if (!cut && at == 0) return {};
  InnerBuilder<Node> made(host, at + (cut ? 1 : 0), shift, node->is_relaxed());
  made.take(node, 0, at, shift);
  if (cut) made.add(std::move(cut), last + 1 - tail->count);
  return made.finish(0);
}

// The elements below a node without the first `skip`, of which there are less than it has.
template <class Node>
[[nodiscard]] Handle<Node> cut_left(typename Node::Host& host, Node* node, unsigned shift,
                                    std::uint64_t skip) {
  if (skip == 0) return Handle<Node>::share(node);
  if (shift == 0) {
    const auto from = static_cast<unsigned>(skip);
    LeafBuilder<Node> leaf(host, node->count - from);
    leaf.take(node, from, node->count);
    return leaf.finish(0);
  }
  const unsigned at = node->child_of(skip, shift);
  InnerBuilder<Node> made(host, node->count - at, shift, true);
  made.add(cut_left(host, node->children()[at], shift - kBits, skip),
           node->child_size(at, shift) - skip);
  made.take(node, at + 1, node->count, shift);
  return made.finish(0);
}

// A node whose child `at` became `child` and has `size` elements.
template <class Node>
[[nodiscard]] Handle<Node> with_resized(typename Node::Host& host, Node* node, unsigned shift,
                                        unsigned at, Handle<Node> child, std::uint64_t size) {
  InnerBuilder<Node> made(host, node->count, shift, true);
  made.take(node, 0, at, shift);
  made.add(std::move(child), size);
  made.take(node, at + 1, node->count, shift);
  return made.finish(0);
}

// The node without one element. Empty when that would leave its leaf less than half full: many of
// those would make a sparse tree, so such a leaf is joined with its neighbours instead.
template <class Node>
[[nodiscard]] Handle<Node> without(typename Node::Host& host, Node* node, unsigned shift,
                                   std::uint64_t i) {
  if (shift == 0) {
    if (node->count <= kWidth / 2) return {};
    const auto at = static_cast<unsigned>(i);
    LeafBuilder<Node> leaf(host, node->count - 1);
    leaf.take(node, 0, at);
    leaf.take(node, at + 1, node->count);
    return leaf.finish(0);
  }
  const unsigned at = node->child_of(i, shift);
  Handle<Node> child = without(host, node->children()[at], shift - kBits, i);
  if (!child) return {};
  return with_resized(host, node, shift, at, std::move(child), node->child_size(at, shift) - 1);
}

// The node with one more element. Empty, and `value` as it was, when its leaf is full.
template <class Node, class T>
[[nodiscard]] Handle<Node> with(typename Node::Host& host, Node* node, unsigned shift,
                                std::uint64_t i, T& value) {
  if (shift == 0) {
    if (node->count == kWidth) return {};
    const auto at = static_cast<unsigned>(i);
    LeafBuilder<Node> leaf(host, node->count + 1);
    leaf.take(node, 0, at);
    leaf.add(std::move(value));
    leaf.take(node, at, node->count);
    return leaf.finish(0);
  }
  const unsigned at = node->child_of(i, shift);
  Handle<Node> child = with(host, node->children()[at], shift - kBits, i, value);
  if (!child) return {};
  return with_resized(host, node, shift, at, std::move(child), node->child_size(at, shift) + 1);
}

}  // namespace detail

template <class T, class Host>
void Tree<T, Host>::keep_first(Host& host, std::size_t count) {
  if (count >= size_) return;
  if (count == 0) {
    *this = Tree();
    return;
  }
  const std::size_t in_root = tail_offset();
  if (count > in_root) {
    Leaf leaf(host, static_cast<unsigned>(count - in_root));
    leaf.take(tail_.get(), 0, static_cast<unsigned>(count - in_root));
    tail_ = leaf.finish(0);
  } else {
    Link tail;
    root_ = detail::cut_right(host, root_.get(), shift_, count, tail);
    tail_ = std::move(tail);
    lower_root();
  }
  tail_size_ = tail_->count;
  size_ = count;
}

template <class T, class Host>
void Tree<T, Host>::drop_first(Host& host, std::size_t count) {
  if (count == 0) return;
  if (count >= size_) {
    *this = Tree();
    return;
  }
  const std::size_t in_root = tail_offset();
  if (count < in_root) {
    root_ = detail::cut_left(host, root_.get(), shift_, count);
    lower_root();
  } else {
    const auto from = static_cast<unsigned>(count - in_root);
    if (from != 0) {
      Leaf leaf(host, tail_size_ - from);
      leaf.take(tail_.get(), from, tail_size_);
      tail_ = leaf.finish(0);
    }
    root_ = Link{};
    tail_size_ -= from;
  }
  size_ -= count;
}

template <class T, class Host>
void Tree<T, Host>::insert(Host& host, std::size_t i, T&& value) {
  if (i == size_) {
    (void)append(host, 0, std::move(value));
    return;
  }
  const std::size_t in_root = tail_offset();
  if (i >= in_root && tail_size_ < kWidth) {
    const auto at = static_cast<unsigned>(i - in_root);
    Leaf leaf(host, tail_size_ + 1);
    leaf.take(tail_.get(), 0, at);
    leaf.add(std::move(value));
    leaf.take(tail_.get(), at, tail_size_);
    tail_ = leaf.finish(0);
    ++tail_size_;
    ++size_;
    return;
  }
  if (i < in_root) {
    if (Link root = detail::with(host, root_.get(), shift_, i, value)) {
      root_ = std::move(root);
      ++size_;
      return;
    }
  }
  Tree rest(*this);
  rest.drop_first(host, i);
  keep_first(host, i);
  (void)append(host, 0, std::move(value));
  join(host, rest);
}

template <class T, class Host>
void Tree<T, Host>::erase(Host& host, std::size_t from, std::size_t to) {
  if (to >= size_) {
    keep_first(host, from);
    return;
  }
  if (to == from + 1 && to <= tail_offset()) {
    if (Link root = detail::without(host, root_.get(), shift_, from)) {
      root_ = std::move(root);
      --size_;
      return;
    }
  }
  Tree rest(*this);
  rest.drop_first(host, to);
  keep_first(host, from);
  join(host, rest);
}

}  // namespace mainstay::persistent
