// tree.hpp - the shared nodes a Stop or a Wait is made of. No promise to users.
//
// A node is a step and its parts, and never changes. Composing makes one node and shares the parts,
// so it costs the same however much was composed before. Whoever walks a tree keeps what is still
// to be visited in a Stack, and nodes are freed in a loop: no depth of composition can exhaust the
// thread's stack. Copies count owners and allocate nothing; threads may share.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <utility>
#include <vector>

namespace mainstay::retry::detail {

template <class Step>
class Tree {
 public:
  // No step at all.
  Tree() noexcept = default;

  explicit Tree(Step step, std::vector<Tree> parts = {})
      : node_(new Node{.step = std::move(step), .parts = std::move(parts)}) {}

  Tree(const Tree& other) noexcept : node_(other.node_) {
    if (node_ != nullptr) node_->owners.fetch_add(1, std::memory_order_relaxed);
  }
  Tree(Tree&& other) noexcept : node_(std::exchange(other.node_, nullptr)) {}
  Tree& operator=(Tree other) noexcept {
    std::swap(node_, other.node_);
    return *this;
  }
  ~Tree() { free(node_); }

  [[nodiscard]] bool empty() const noexcept { return node_ == nullptr; }
  [[nodiscard]] bool is(const Tree& other) const noexcept { return node_ == other.node_; }

  // Preconditions of both: not empty.
  [[nodiscard]] const Step& step() const noexcept { return node_->step; }
  [[nodiscard]] const std::vector<Tree>& parts() const noexcept { return node_->parts; }

 private:
  struct Node {
    Step step;
    std::vector<Tree> parts;
    std::atomic<std::size_t> owners = 1;
    Node* next = nullptr;  // the next one to be freed, once nobody owns this one
  };

  static bool leave(Node* node) noexcept {
    return node != nullptr && node->owners.fetch_sub(1, std::memory_order_acq_rel) == 1;
  }

  static void free(Node* node) noexcept {
    Node* dead = leave(node) ? node : nullptr;
    while (dead != nullptr) {
      Node* current = std::exchange(dead, dead->next);
      for (Tree& part : current->parts) {
        Node* below = std::exchange(part.node_, nullptr);
        if (leave(below)) below->next = std::exchange(dead, below);
      }
      delete current;
    }
  }

  Node* node_ = nullptr;
};

// Last in, first out; allocates only when more than a few things wait at once.
template <class T>
class Stack {
 public:
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }

  void push(T item) {
    if (size_ < near_.size()) {
      near_[size_] = item;
    } else {
      far_.push_back(item);
    }
    ++size_;
  }

  // Precondition: not empty.
  [[nodiscard]] T pop() {
    if (--size_ < near_.size()) return near_[size_];
    const T item = far_.back();
    far_.pop_back();
    return item;
  }

 private:
  std::array<T, 8> near_{};
  std::vector<T> far_;
  std::size_t size_ = 0;
};

}  // namespace mainstay::retry::detail
