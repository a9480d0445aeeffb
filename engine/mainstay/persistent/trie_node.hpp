// trie_node.hpp - the nodes of a map: branches and lists, and how new ones are put together.
//
// A branch stands for 5 bits of the hash. Each of its 32 places is empty, an entry or a node below;
// two bit sets say which, and only what is there takes room (CHAMP: Steindorfer and Vinju, 2015).
// A list holds entries in order: the few of a small map, or, anywhere else, those of one hash.
// A node changes only while the transient that owns it does so; every other node is for good.
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>
#include <utility>

#include "mainstay/persistent/host.hpp"

namespace mainstay::persistent {

template <class Key, class Value, class Host_>
struct TrieNode {
  using Host = Host_;

  struct Entry {
    std::uint64_t hash;
    Key key;
    [[no_unique_address]] Value value;
  };
  static_assert(std::is_nothrow_move_constructible_v<Entry>, "nodes move what they hold");
  static_assert(alignof(Entry) <= __STDCPP_DEFAULT_NEW_ALIGNMENT__, "nodes are not over-aligned");

  typename Host::Head head;
  std::uint64_t tag;         // the owner, and in the lowest bit whether this is a list
  std::uint32_t entry_bits;  // of a branch: the places of entries; of a list: how many it has
  std::uint32_t node_bits;   // of a branch: the places of nodes
  // Here follow the nodes, then the entries, each in the order of their places.

  [[nodiscard]] bool is_list() const noexcept { return (tag & 1) != 0; }
  [[nodiscard]] bool owned_by(Owner owner) const noexcept {
    return owner != 0 && (tag >> 1) == owner;
  }
  [[nodiscard]] unsigned entry_count() const noexcept {
    return is_list() ? entry_bits : count_bits(entry_bits);
  }
  [[nodiscard]] unsigned node_count() const noexcept { return count_bits(node_bits); }
  [[nodiscard]] TrieNode** nodes() noexcept { return reinterpret_cast<TrieNode**>(this + 1); }
  [[nodiscard]] Entry* entries() noexcept { return entries_behind(node_count()); }
  [[nodiscard]] Entry* entries_behind(unsigned nodes) noexcept {
    return reinterpret_cast<Entry*>(reinterpret_cast<std::byte*>(this) + offset(nodes));
  }

  // The index of a place among the entries or nodes that `bits` says are there.
  [[nodiscard]] static unsigned index(std::uint32_t bits, std::uint32_t bit) noexcept {
    return count_bits(bits & (bit - 1));
  }
  [[nodiscard]] static std::uint32_t bit(std::uint64_t hash, unsigned shift) noexcept {
    return 1U << ((hash >> shift) & kMask);
  }
  [[nodiscard]] static std::size_t bytes(unsigned entries, unsigned nodes) noexcept {
    return offset(nodes) + entries * sizeof(Entry);
  }

  // Leaves the node with nothing in it, its contents having been moved elsewhere.
  void disown() noexcept {
    tag = 1;
    entry_bits = node_bits = 0;
  }

  // Destroys what the node holds: its host frees the memory.
  static void end(TrieNode* node) noexcept {
    std::destroy_n(node->entries(), node->entry_count());
    const unsigned count = node->node_count();
    for (unsigned i = 0; i < count; ++i) Host::release(node->nodes()[i]);
  }

 private:
  [[nodiscard]] static std::size_t offset(unsigned nodes) noexcept {
    const std::size_t at = sizeof(TrieNode) + nodes * sizeof(TrieNode*);
    return (at + alignof(Entry) - 1) / alignof(Entry) * alignof(Entry);
  }
};

// Puts one new node together, front to back. Until finish() it is nothing yet, and an exception of
// a copied key or value takes it away again. What is taken `by_move` leaves its node to be
// disowned, which is for nodes that are owned by the transient at work.
template <class Node>
class NodeBuilder {
 public:
  using Host = typename Node::Host;
  using Entry = typename Node::Entry;

  NodeBuilder(Host& host, bool list, std::uint32_t entry_bits, std::uint32_t node_bits)
      : host_(host), list_(list), entry_bits_(entry_bits), node_bits_(node_bits) {
    const unsigned nodes = count_bits(node_bits);
    const unsigned entries = list ? entry_bits : count_bits(entry_bits);
    node_ = host.template allocate<Node>(Node::bytes(entries, nodes));
    node_->disown();
    entries_ = node_->entries_behind(nodes);
  }
  NodeBuilder(const NodeBuilder&) = delete;
  NodeBuilder& operator=(const NodeBuilder&) = delete;
  ~NodeBuilder() {
    if (node_ == nullptr) return;
    std::destroy_n(entries_, entries_done_);
    for (unsigned i = 0; i < nodes_done_; ++i) Host::release(node_->nodes()[i]);
    Host::release(node_);
  }

  void add(Entry&& entry) noexcept {
    traced_ = traced_ || Host::traced(entry.key) || Host::traced(entry.value);
    std::construct_at(entries_ + entries_done_++, std::move(entry));
  }
  void add(Handle<Node> node) noexcept {
    traced_ = traced_ || Host::traced(*node.get());
    node_->nodes()[nodes_done_++] = node.release();
  }
  void add(const Entry& entry) {
    std::construct_at(entries_ + entries_done_, entry);
    ++entries_done_;
    traced_ = traced_ || Host::traced(entry.key) || Host::traced(entry.value);
  }

  // The entries [from, to) of another node.
  void take_entries(Node* source, unsigned from, unsigned to, bool by_move = false) {
    Entry* entry = source->entries() + from;
    look_at_entries(source, entry, to - from);
    if (by_move) {
      for (unsigned i = from; i < to; ++i, ++entry) {
        std::construct_at(entries_ + entries_done_++, std::move(*entry));
        std::destroy_at(entry);
      }
    } else {
      for (unsigned i = from; i < to; ++i, ++entry) {
        std::construct_at(entries_ + entries_done_, std::as_const(*entry));
        ++entries_done_;
      }
    }
  }
  void take_nodes(Node* source, unsigned from, unsigned to, bool by_move = false) noexcept {
    Node* const* node = source->nodes() + from;
    Node* const* const end = source->nodes() + to;
    Node** target = node_->nodes() + nodes_done_;
    nodes_done_ += to - from;
    // What an untraced node holds needs no tracing: one look instead of one at each.
    if (!traced_ && Host::traced(*source)) {
      for (Node* const* each = node; each != end && !traced_; ++each) {
        traced_ = Host::traced(**each);
      }
    }
    for (; node != end; ++node) {
      if (!by_move) Host::retain(*node);
      *target++ = *node;
    }
  }

  [[nodiscard]] Handle<Node> finish(Owner owner) noexcept {
    assert(entries_done_ == (list_ ? entry_bits_ : count_bits(entry_bits_)));
    assert(nodes_done_ == count_bits(node_bits_));
    Node* node = std::exchange(node_, nullptr);
    node->tag = owner << 1 | (list_ ? 1 : 0);
    node->entry_bits = entry_bits_;
    node->node_bits = node_bits_;
    if (traced_) host_.trace(node);
    return Handle<Node>::steal(node);
  }

 private:
  void look_at_entries(Node* source, Entry* entry, unsigned count) noexcept {
    if (traced_ || !Host::traced(*source)) return;
    for (unsigned i = 0; i < count && !traced_; ++i) {
      traced_ = Host::traced(entry[i].key) || Host::traced(entry[i].value);
    }
  }

  Host& host_;
  Node* node_;
  Entry* entries_;
  unsigned entries_done_ = 0;
  unsigned nodes_done_ = 0;
  bool list_;
  bool traced_ = false;
  std::uint32_t entry_bits_;
  std::uint32_t node_bits_;
};

}  // namespace mainstay::persistent
