// tree_node.hpp - the nodes of a vector: leaves of up to 32 elements, and inner nodes over them.
//
// Inner nodes are strict, where an index is bits: every child but the last is full. Or they are
// relaxed and hold the number of elements up to the end of each child (RRB tree: Bagwell and Rompf,
// 2011). A node at `shift` stands for up to 1 << (shift + 5) elements, a leaf is at shift 0.
// A node changes only while the transient that owns it does so, with one exception: a leaf may have
// room, and a vector whose end is the end of that leaf may claim the next slot. Others that share
// the leaf end before it and do not look there.
#pragma once

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>
#include <utility>

#include "mainstay/persistent/host.hpp"

namespace mainstay::persistent {

template <class T, class Host_>
struct TreeNode {
  using Host = Host_;
  static_assert(std::is_nothrow_move_constructible_v<T>, "nodes move what they hold");
  static_assert(alignof(T) <= __STDCPP_DEFAULT_NEW_ALIGNMENT__, "nodes are not over-aligned");

  enum Kind : std::uint8_t { kLeaf, kStrict, kRelaxed };

  typename Host::Head head;
  std::uint64_t tag;       // the owner, and in the two lowest bits the kind
  std::uint32_t count;     // elements or children
  std::uint32_t capacity;  // room for so many
  // Here follow the elements; or the children, and, where there is room for them, their ends.

  [[nodiscard]] Kind kind() const noexcept { return static_cast<Kind>(tag & 3); }
  [[nodiscard]] bool is_leaf() const noexcept { return kind() == kLeaf; }
  [[nodiscard]] bool is_relaxed() const noexcept { return kind() == kRelaxed; }
  [[nodiscard]] bool owned_by(Owner owner) const noexcept {
    return owner != 0 && (tag >> 2) == owner;
  }
  [[nodiscard]] T* slots() noexcept {
    return reinterpret_cast<T*>(reinterpret_cast<std::byte*>(this) + offset());
  }
  [[nodiscard]] TreeNode** children() noexcept { return reinterpret_cast<TreeNode**>(this + 1); }
  [[nodiscard]] std::uint64_t* ends() noexcept {
    return reinterpret_cast<std::uint64_t*>(children() + capacity);
  }
  [[nodiscard]] static std::size_t leaf_bytes(unsigned capacity) noexcept {
    return offset() + capacity * sizeof(T);
  }
  [[nodiscard]] static std::size_t inner_bytes(unsigned capacity, bool with_ends) noexcept {
    return sizeof(TreeNode) + capacity * (sizeof(TreeNode*) + (with_ends ? 8 : 0));
  }

  // The child that holds the element `i` below this inner node; `i` becomes its number there.
  [[nodiscard]] unsigned child_of(std::uint64_t& i, unsigned shift) noexcept {
    auto at = static_cast<unsigned>(i >> shift);
    if (is_relaxed()) {
      const std::uint64_t* const end = ends();
      while (end[at] <= i) ++at;  // children may have less than is their share, never more
      if (at != 0) i -= end[at - 1];
    } else {
      i &= (std::uint64_t{1} << shift) - 1;
    }
    return at;
  }

  // How many elements are below.
  [[nodiscard]] std::uint64_t size(unsigned shift) noexcept {
    if (shift == 0) return count;
    if (is_relaxed()) return ends()[count - 1];
    return ((std::uint64_t{count} - 1) << shift) + children()[count - 1]->size(shift - kBits);
  }
  [[nodiscard]] std::uint64_t child_size(unsigned at, unsigned shift) noexcept {
    if (is_relaxed()) return ends()[at] - (at == 0 ? 0 : ends()[at - 1]);
    return at + 1 < count ? std::uint64_t{1} << shift : children()[at]->size(shift - kBits);
  }

  // Makes the slot behind the first `size` this caller's to fill, unless it is taken or missing.
  [[nodiscard]] bool claim(std::uint32_t size) noexcept {
    return size < capacity && Host::claim(count, size);
  }

  static void end(TreeNode* node) noexcept {
    if (node->is_leaf()) {
      std::destroy_n(node->slots(), node->count);
    } else {
      for (unsigned i = 0; i < node->count; ++i) Host::release(node->children()[i]);
    }
  }

 private:
  [[nodiscard]] static constexpr std::size_t offset() noexcept {
    return (sizeof(TreeNode) + alignof(T) - 1) / alignof(T) * alignof(T);
  }
};

// Puts one new leaf together. Until finish() it is nothing yet; an exception takes it away again.
template <class Node>
class LeafBuilder {
 public:
  using Host = typename Node::Host;
  using T = std::remove_pointer_t<decltype(std::declval<Node&>().slots())>;

  LeafBuilder(Host& host, unsigned capacity)
      : host_(host), node_(host.template allocate<Node>(Node::leaf_bytes(capacity))) {
    node_->tag = Node::kLeaf;
    node_->count = 0;
    node_->capacity = capacity;
  }
  LeafBuilder(const LeafBuilder&) = delete;
  LeafBuilder& operator=(const LeafBuilder&) = delete;
  ~LeafBuilder() {
    if (node_ != nullptr) Host::release(node_);
  }

  [[nodiscard]] unsigned room() const noexcept { return node_->capacity - node_->count; }
  [[nodiscard]] unsigned count() const noexcept { return node_->count; }

  template <class U>
  void add(U&& value) {
    T* slot = std::construct_at(node_->slots() + node_->count, std::forward<U>(value));
    ++node_->count;
    traced_ = traced_ || Host::traced(*slot);
  }
  void take(Node* source, unsigned from, unsigned to) {
    const T* const first = source->slots() + from;
    const T* const last = source->slots() + to;
    // What an untraced node holds needs no tracing: one look instead of one at each.
    if (!traced_ && Host::traced(*source)) {
      traced_ = std::any_of(first, last, [](const T& each) { return Host::traced(each); });
    }
    T* target = node_->slots() + node_->count;
    if constexpr (std::is_nothrow_copy_constructible_v<T>) {
      for (const T* slot = first; slot != last; ++slot) std::construct_at(target++, *slot);
      node_->count += to - from;
    } else {
      for (const T* slot = first; slot != last; ++slot, ++node_->count) {
        std::construct_at(target++, *slot);
      }
    }
  }

  [[nodiscard]] Handle<Node> finish(Owner owner) noexcept {
    Node* node = std::exchange(node_, nullptr);
    node->tag = owner << 2 | Node::kLeaf;
    if (traced_) host_.trace(node);
    return Handle<Node>::steal(node);
  }

 private:
  Host& host_;
  Node* node_;
  bool traced_ = false;
};

// The same for an inner node at `shift`. It becomes strict where it can be; where it is known that
// it can, no room for ends is needed.
template <class Node>
class InnerBuilder {
 public:
  using Host = typename Node::Host;

  InnerBuilder(Host& host, unsigned capacity, unsigned shift, bool with_ends)
      : host_(host),
        node_(host.template allocate<Node>(Node::inner_bytes(capacity, with_ends))),
        full_(std::uint64_t{1} << shift),
        with_ends_(with_ends) {
    node_->tag = Node::kStrict;
    node_->count = 0;
    node_->capacity = capacity;
  }
  InnerBuilder(const InnerBuilder&) = delete;
  InnerBuilder& operator=(const InnerBuilder&) = delete;
  ~InnerBuilder() {
    if (node_ != nullptr) Host::release(node_);
  }

  [[nodiscard]] unsigned count() const noexcept { return node_->count; }
  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }

  void add(Handle<Node> child, std::uint64_t size) noexcept {
    strict_ = strict_ && size_ == full_ * node_->count;
    size_ += size;
    traced_ = traced_ || Host::traced(*child.get());
    if (with_ends_) node_->ends()[node_->count] = size_;
    node_->children()[node_->count++] = child.release();
  }
  // The children [from, to) of another node at the same shift.
  void take(Node* source, unsigned from, unsigned to, unsigned shift) noexcept {
    for (unsigned i = from; i < to; ++i) {
      add(Handle<Node>::share(source->children()[i]), source->child_size(i, shift));
    }
  }

  // A copy of `source` with room for `capacity` children, `child` instead of one of them. All sizes
  // stay what they are.
  [[nodiscard]] static Handle<Node> copy_with(Host& host, Owner owner, Node* source, unsigned at,
                                              Handle<Node> child, unsigned capacity) {
    const bool relaxed = source->is_relaxed();
    const std::uint32_t count = source->count;
    auto* node = host.template allocate<Node>(Node::inner_bytes(capacity, relaxed));
    node->tag = owner << 2 | source->kind();
    node->count = count;
    node->capacity = capacity;
    Node** const children = source->children();
    bool traced = Host::traced(*child.get());
    if (!traced && Host::traced(*source)) {
      for (unsigned i = 0; i < count; ++i)
        traced = traced || (i != at && Host::traced(*children[i]));
    }
    for (unsigned i = 0; i < at; ++i) Host::retain(children[i]);
    for (unsigned i = at + 1; i < count; ++i) Host::retain(children[i]);
    std::copy_n(children, count, node->children());
    node->children()[at] = child.release();
    if (relaxed) std::copy_n(source->ends(), count, node->ends());
    if (traced) host.trace(node);
    return Handle<Node>::steal(node);
  }

  [[nodiscard]] Handle<Node> finish(Owner owner) noexcept {
    assert(strict_ || with_ends_);
    Node* node = std::exchange(node_, nullptr);
    node->tag = owner << 2 | (strict_ ? Node::kStrict : Node::kRelaxed);
    if (traced_) host_.trace(node);
    return Handle<Node>::steal(node);
  }

 private:
  Host& host_;
  Node* node_;
  std::uint64_t full_;
  std::uint64_t size_ = 0;
  bool with_ends_;
  bool strict_ = true;
  bool traced_ = false;
};

}  // namespace mainstay::persistent
