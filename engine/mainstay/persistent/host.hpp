// host.hpp - what the trees ask of the world they live in: memory and life of nodes, no more.
//
// A Host gives nodes their memory and counts who holds them; `Heap` is the one of C++ programs, the
// binding has one whose nodes are Python objects. Keys, values and elements are ordinary C++
// values: copying retains, destroying releases. They must not throw when moved.
//
//   struct Host {
//     struct Head;                                    // how each node begins; Host constructs it
//     template <class Node> Node* allocate(size_t);   // with its Head, held once; bad_alloc passes
//     template <class Node> static void retain(Node*) noexcept;
//     template <class Node> static void release(Node*) noexcept;  // last: Node::end(node), free
//     Owner new_owner() noexcept;                     // never given before, never 0
//     static bool traced(const T&) noexcept;          // may a collector have to look at it? (also
//     void trace(Node*) noexcept;                     // for nodes) then so has it at what holds it
//     static bool may_linger(const T&) noexcept;      // may it outlive the vector it was put into?
//     static bool claim(uint32_t& count, uint32_t expected) noexcept;  // one more, unless it
//     changed
//   };
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <new>
#include <type_traits>
#include <utility>

namespace mainstay::persistent {

// Who may change a node in place: the transient with this number. 0 stands for none: the node is
// shared for good. Numbers are not used again, so a node needs no cleaning when a transient ends.
using Owner = std::uint64_t;

inline constexpr unsigned kBits = 5;             // of a hash or an index that each level looks at
inline constexpr unsigned kWidth = 1U << kBits;  // places in a node
inline constexpr unsigned kMask = kWidth - 1;

// std::popcount calls a library function where the instruction may be missing.
[[nodiscard]] constexpr unsigned count_bits(std::uint32_t bits) noexcept {
#if defined(__POPCNT__)
  return static_cast<unsigned>(__builtin_popcount(bits));
#else
  bits -= (bits >> 1) & 0x55555555U;
  bits = (bits & 0x33333333U) + ((bits >> 2) & 0x33333333U);
  return (((bits + (bits >> 4)) & 0x0F0F0F0FU) * 0x01010101U) >> 24;
#endif
}

// Owns one hold on a node; may be empty.
template <class Node>
class Handle {
 public:
  constexpr Handle() noexcept = default;
  Handle(Handle&& other) noexcept : node_(std::exchange(other.node_, nullptr)) {}
  Handle(const Handle& other) noexcept : Handle(share(other.node_)) {}
  ~Handle() { let_go(node_); }
  Handle& operator=(Handle&& other) noexcept {
    // The old node goes last: its end may run code that looks at this very handle.
    Node* old = std::exchange(node_, std::exchange(other.node_, nullptr));
    let_go(old);
    return *this;
  }
  Handle& operator=(const Handle& other) noexcept { return *this = Handle(other); }

  [[nodiscard]] static Handle steal(Node* node) noexcept { return Handle(node); }
  [[nodiscard]] static Handle share(Node* node) noexcept {
    if (node != nullptr) Node::Host::retain(node);
    return Handle(node);
  }

  [[nodiscard]] explicit operator bool() const noexcept { return node_ != nullptr; }
  [[nodiscard]] Node* get() const noexcept { return node_; }
  [[nodiscard]] Node* operator->() const noexcept { return node_; }
  [[nodiscard]] Node* release() noexcept { return std::exchange(node_, nullptr); }

 private:
  explicit Handle(Node* node) noexcept : node_(node) {}
  static void let_go(Node* node) noexcept {
    if (node != nullptr) Node::Host::release(node);
  }
  Node* node_ = nullptr;
};

// Nodes of C++ programs: from the heap, counted so that threads may share them.
struct Heap {
  struct Head {
    std::atomic<std::uint32_t> holders;
  };

  template <class Node>
  [[nodiscard]] Node* allocate(std::size_t bytes) {
    auto* node = static_cast<Node*>(::operator new(bytes));
    ::new (static_cast<void*>(&node->head)) Head{1};
    return node;
  }
  template <class Node>
  static void retain(Node* node) noexcept {
    node->head.holders.fetch_add(1, std::memory_order_relaxed);
  }
  template <class Node>
  static void release(Node* node) noexcept {
    if (node->head.holders.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
    Node::end(node);
    ::operator delete(static_cast<void*>(node));
  }

  [[nodiscard]] Owner new_owner() noexcept {
    static std::atomic<Owner> last{0};
    return last.fetch_add(1, std::memory_order_relaxed) + 1;
  }

  template <class T>
  [[nodiscard]] static constexpr bool traced(const T&) noexcept {
    return false;
  }
  template <class Node>
  void trace(Node*) noexcept {}
  template <class T>
  [[nodiscard]] static constexpr bool may_linger(const T&) noexcept {
    return std::is_trivially_destructible_v<T>;
  }
  [[nodiscard]] static bool claim(std::uint32_t& count, std::uint32_t expected) noexcept {
    return std::atomic_ref(count).compare_exchange_strong(expected, expected + 1);
  }
};

}  // namespace mainstay::persistent
