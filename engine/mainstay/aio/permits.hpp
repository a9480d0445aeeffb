// permits.hpp - the accounts of a lock, a semaphore and a limiter: who has it, who is next.
//
// Who gives back makes the first in line the owner, so that nothing can come in between. What
// waiting is, the host knows: `host.wake(node)` tells a waiter that it has got what it waits for
// and answers false if the waiter has given up meanwhile. Accounts are right before the host is
// called, so it may call back. No lock: one thread, or the caller's lock around every call.
#pragma once

#include <concepts>
#include <cstddef>
#include <optional>
#include <utility>

#include "mainstay/aio/queue.hpp"

namespace mainstay::aio {

template <class Host, class Node>
concept Waker = requires(Host& host, Node& node) {
  { host.wake(node) } -> std::convertible_to<bool>;
};

// A number of permits that belong to no one in particular.
template <class Node>
class Permits {
 public:
  explicit Permits(std::size_t value = 0, std::optional<std::size_t> most = {}) noexcept
      : value_(value), most_(most) {}

  // Whether one that comes now gets a permit at once: there is one, and no one is in line.
  [[nodiscard]] bool is_free() const noexcept { return value_ > 0 && waiting_.empty(); }

  // Takes a permit if there is one, also before those in line.
  bool take() noexcept {
    if (value_ == 0) return false;
    --value_;
    return true;
  }

  // Gives a permit to the first in line, or keeps it. False, and nothing changed, if there would be
  // more than there may be.
  bool give(Waker<Node> auto& host) {
    if (most_ == value_) return false;
    while (Node* next = waiting_.pop()) {
      if (host.wake(*next)) return true;
    }
    ++value_;
    return true;
  }

  [[nodiscard]] std::size_t value() const noexcept { return value_; }
  [[nodiscard]] std::optional<std::size_t> most() const noexcept { return most_; }
  [[nodiscard]] WaitQueue<Node>& waiting() noexcept { return waiting_; }

 private:
  std::size_t value_;
  std::optional<std::size_t> most_;
  WaitQueue<Node> waiting_;
};

// One thing that has one owner. An Owner that compares equal to Owner{} is none. The host also says
// whose waiter a node is: `host.owner_of(node)`.
template <class Node, class Owner>
class Ownership {
 public:
  // Makes `owner` the owner if there is none and no one is in line.
  bool take(Owner owner) {
    if (!is_free()) return false;
    owner_ = std::move(owner);
    return true;
  }

  // Makes the first in line the owner, or no one. The host is called when the accounts are right.
  void give(auto& host) {
    while (Node* next = waiting_.pop()) {
      owner_ = host.owner_of(*next);
      if (host.wake(*next)) return;
    }
    owner_ = Owner{};
  }

  [[nodiscard]] bool is_free() const noexcept { return owner_ == Owner{} && waiting_.empty(); }
  [[nodiscard]] const Owner& owner() const noexcept { return owner_; }
  [[nodiscard]] Owner& owner() noexcept { return owner_; }
  [[nodiscard]] WaitQueue<Node>& waiting() noexcept { return waiting_; }

 private:
  Owner owner_{};
  WaitQueue<Node> waiting_;
};

// A number of tokens, which may change, or be infinite, while some are held.
template <class Node>
class Tokens {
 public:
  explicit Tokens(double total = 0) noexcept : total_(total) {}

  // Takes a token if there is one and no one is in line.
  bool take() noexcept {
    if (!waiting_.empty() || !is_any_left()) return false;
    ++held_;
    return true;
  }

  // Takes a token back, and gives it to the first in line. One must be held.
  void give(Waker<Node> auto& host) {
    --held_;
    serve(host);
  }

  // Sets how many there are; new ones go to those in line. Fewer than are held may be said.
  void set_total(double total, Waker<Node> auto& host) {
    total_ = total;
    serve(host);
  }

  [[nodiscard]] double total() const noexcept { return total_; }
  [[nodiscard]] double left() const noexcept { return total_ - static_cast<double>(held_); }
  [[nodiscard]] std::size_t held() const noexcept { return held_; }
  [[nodiscard]] WaitQueue<Node>& waiting() noexcept { return waiting_; }

 private:
  [[nodiscard]] bool is_any_left() const noexcept { return static_cast<double>(held_) < total_; }

  void serve(auto& host) {
    while (!waiting_.empty() && is_any_left()) {
      Node* next = waiting_.pop();
      ++held_;
      if (!host.wake(*next)) --held_;
    }
  }

  double total_;
  std::size_t held_ = 0;
  WaitQueue<Node> waiting_;
};

}  // namespace mainstay::aio
