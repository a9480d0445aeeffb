// published.hpp - one immutable value that many threads read while others replace it.
//
// A reader holds the value it saw until it lets go, whatever is published meanwhile; the last to
// let go of a replaced value destroys it, at once and in its own thread. Readers never wait for
// writers nor writers for readers, so a reader may publish, and read again, while it reads.
//
// The protocol. `word_` is the address of the current node, which is aligned so that its low bits
// are free; they count the readers that came in by it. Entering is one compare-and-swap that both
// learns the address and is counted; leaving is another one that takes the count back.
//   - Who publishes exchanges the word, and so learns in one step how many readers are still in. It
//     adds their number to the node's own count, `moved`, and takes kOwn away, which stood there as
//     long as the node was current. From then on readers leave through `moved`.
//   - A reader that leaves between these two steps of the writer leaves through `moved` too; kOwn
//     keeps the count far from zero until the writer has done its sum.
//   - Where many readers are in, one of them moves kCrowded of them from the word to `moved`, so
//     that the low bits never run over. A reader is not told which count holds it: any will do.
// A node is destroyed by who brings `moved` to zero; zero means no reader and not current. The
// address cannot be taken by another node while somebody who compares it is in, so there is no ABA.
//
// Errors: publish() may throw bad_alloc, and then nothing has changed. Thread safety: everything
// but construction and destruction, which must have the object to themselves.
#pragma once

#include <atomic>
#include <cstdint>
#include <thread>
#include <utility>

namespace mainstay::plugins::detail {

template <class T>
class Published {
  static constexpr std::uintptr_t kReaders = 127;  // the low bits; a node is aligned to one more
  static constexpr std::uintptr_t kCrowded = 64;
  static constexpr std::int64_t kOwn = std::int64_t{1} << 40;

  struct alignas(kReaders + 1) Node {
    explicit Node(T&& first) : value(std::move(first)) {}
    std::atomic<std::int64_t> moved{kOwn};
    const T value;
  };

 public:
  // Holds the value it was made with. Not copied, not moved; outlived by the Published.
  class Reading {
   public:
    Reading(const Reading&) = delete;
    Reading& operator=(const Reading&) = delete;
    ~Reading() { from_->leave(node_); }

    [[nodiscard]] const T& operator*() const noexcept { return node_->value; }
    [[nodiscard]] const T* operator->() const noexcept { return &node_->value; }

   private:
    friend Published;
    explicit Reading(const Published* from) noexcept : from_(from), node_(from->enter()) {}
    const Published* from_;
    Node* node_;
  };

  explicit Published(T first) : word_(address(new Node(std::move(first)))) {}
  Published(const Published&) = delete;
  Published& operator=(const Published&) = delete;
  ~Published() { delete node(word_.load(std::memory_order_acquire)); }

  [[nodiscard]] Reading read() const noexcept { return Reading(this); }

  void publish(T next) {
    const auto fresh = address(new Node(std::move(next)));
    const auto old = word_.exchange(fresh, std::memory_order_acq_rel);
    settle(node(old), static_cast<std::int64_t>(old & kReaders) - kOwn);
  }

 private:
  static std::uintptr_t address(Node* node) noexcept {
    return reinterpret_cast<std::uintptr_t>(node);
  }
  static Node* node(std::uintptr_t word) noexcept {
    return reinterpret_cast<Node*>(word & ~kReaders);
  }

  static void settle(Node* node, std::int64_t change) noexcept {
    if (node->moved.fetch_add(change, std::memory_order_acq_rel) + change == 0) delete node;
  }

  Node* enter() const noexcept {
    std::uintptr_t word = word_.load(std::memory_order_relaxed);
    for (;;) {
      if ((word & kReaders) == kReaders) {  // dozens are between coming in and moving: let them
        std::this_thread::yield();
        word = word_.load(std::memory_order_relaxed);
      } else if (word_.compare_exchange_weak(word, word + 1, std::memory_order_acquire,
                                             std::memory_order_relaxed)) {
        break;
      }
    }
    if (((word + 1) & kReaders) >= kCrowded) make_room(node(word));
    return node(word);
  }

  // Precondition: the caller is one of the readers of `crowded`.
  void make_room(Node* crowded) const noexcept {
    crowded->moved.fetch_add(kCrowded, std::memory_order_relaxed);
    std::uintptr_t word = word_.load(std::memory_order_relaxed);
    while (node(word) == crowded && (word & kReaders) >= kCrowded) {
      if (word_.compare_exchange_weak(word, word - kCrowded, std::memory_order_acq_rel,
                                      std::memory_order_relaxed)) {
        return;
      }
    }
    // Not needed any more. It cannot come to zero: the caller is in.
    crowded->moved.fetch_sub(kCrowded, std::memory_order_acq_rel);
  }

  void leave(Node* mine) const noexcept {
    std::uintptr_t word = word_.load(std::memory_order_relaxed);
    while (node(word) == mine && (word & kReaders) != 0) {
      if (word_.compare_exchange_weak(word, word - 1, std::memory_order_release,
                                      std::memory_order_relaxed)) {
        return;
      }
    }
    settle(mine, -1);
  }

  mutable std::atomic<std::uintptr_t> word_;
};

}  // namespace mainstay::plugins::detail
