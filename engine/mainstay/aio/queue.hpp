// queue.hpp - who waits, in the order they came, and how one of them leaves from the middle.
//
// A queue links nodes that the callers own; it allocates nothing, and joining, leaving and serving
// take constant time. A node that ends leaves its queue, a queue that ends lets its nodes go. No
// lock: one thread, or the caller's lock around every call.
#pragma once

#include <cstddef>

namespace mainstay::aio {

template <class Node>
class WaitQueue;

// What waits: `struct Waiter : Link<Waiter> { ... };`. In one queue at a time.
template <class Node>
class Link {
 public:
  Link() noexcept = default;
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;
  ~Link() { leave(); }

  [[nodiscard]] bool is_waiting() const noexcept { return queue_ != nullptr; }

  // Leaves the queue this is in, if any. True if it was in one.
  bool leave() noexcept;

 private:
  friend class WaitQueue<Node>;
  WaitQueue<Node>* queue_ = nullptr;
  Link* before_ = nullptr;
  Link* after_ = nullptr;
};

template <class Node>
class WaitQueue {
 public:
  WaitQueue() noexcept = default;
  WaitQueue(const WaitQueue&) = delete;
  WaitQueue& operator=(const WaitQueue&) = delete;
  ~WaitQueue() {
    while (pop() != nullptr) {
    }
  }

  [[nodiscard]] bool empty() const noexcept { return first_ == nullptr; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] Node* front() const noexcept { return static_cast<Node*>(first_); }

  // The one behind `node`, null at the end. For walks that change nothing.
  [[nodiscard]] static Node* after(const Node& node) noexcept {
    return static_cast<Node*>(static_cast<const Link<Node>&>(node).after_);
  }

  // Puts `node`, which is in no queue, at the end.
  void push(Node& node) noexcept {
    Link<Node>& link = node;
    link.queue_ = this;
    link.before_ = last_;
    link.after_ = nullptr;
    (last_ == nullptr ? first_ : last_->after_) = &link;
    last_ = &link;
    ++size_;
  }

  // Takes the one that waits longest out, null if there is none.
  Node* pop() noexcept {
    Link<Node>* first = first_;
    if (first != nullptr) remove(*first);
    return static_cast<Node*>(first);
  }

 private:
  friend class Link<Node>;

  void remove(Link<Node>& link) noexcept {
    (link.before_ == nullptr ? first_ : link.before_->after_) = link.after_;
    (link.after_ == nullptr ? last_ : link.after_->before_) = link.before_;
    link.queue_ = nullptr;
    link.before_ = link.after_ = nullptr;
    --size_;
  }

  Link<Node>* first_ = nullptr;
  Link<Node>* last_ = nullptr;
  std::size_t size_ = 0;
};

template <class Node>
bool Link<Node>::leave() noexcept {
  if (queue_ == nullptr) return false;
  queue_->remove(*this);
  return true;
}

}  // namespace mainstay::aio
