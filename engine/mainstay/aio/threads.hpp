// threads.hpp - cancel scopes and channels for threads.
//
// A `CancelScope` is a deadline and a request to stop that waits obey; scopes nest, and a shield
// keeps requests of outer ones out. A `ThreadChannel<T>` carries values between threads: `send`
// waits for room, `receive` for a value, both until their scope is cancelled or its deadline is
// over. All members of a tree of scopes share one `ScopeTree`; everything here may be used by any
// thread, a scope object itself by one at a time. Scopes end in the reverse order of their making.
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "mainstay/aio/channel.hpp"
#include "mainstay/aio/permits.hpp"
#include "mainstay/aio/scope.hpp"
#include "mainstay/base/result.hpp"

namespace mainstay::aio {

namespace detail {

// A thread that waits. What it waits for is said by `done`, under the tree's lock.
struct Waiting : Link<Waiting> {
  std::condition_variable woken;
  bool done = false;
};

struct TreeState {
  std::mutex lock;
};

[[nodiscard]] inline double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

[[nodiscard]] Error cancelled();
[[nodiscard]] Error too_late();

}  // namespace detail

// What a family of scopes and channels shares: one lock. Copies mean the same tree.
class ScopeTree {
 public:
  ScopeTree() : state_(std::make_shared<detail::TreeState>()) {}

 private:
  friend class CancelScope;
  template <class T>
  friend class ThreadChannel;
  std::shared_ptr<detail::TreeState> state_;
};

class CancelScope {
 public:
  // A scope of `tree`, inside of none.
  explicit CancelScope(ScopeTree tree) : tree_(std::move(tree)) {}

  // A scope inside of `parent`, which must live longer. `seconds` from now is its deadline.
  explicit CancelScope(CancelScope& parent, double seconds = kNever, bool is_shielded = false);
  CancelScope(const CancelScope&) = delete;
  CancelScope& operator=(const CancelScope&) = delete;
  ~CancelScope();

  // Ends all waits in this scope and inside of it with ErrorCode::closed.
  void cancel();

  [[nodiscard]] bool is_cancelled() const;

  // ErrorCode::closed if a scope around here is cancelled, timed_out if a deadline is over.
  Result<void> check() const;

 private:
  template <class T>
  friend class ThreadChannel;
  using Node = Scope<detail::Waiting>;

  // Waits, with the tree's lock held, until `waiting.done`. The same errors as check().
  Result<void> wait(std::unique_lock<std::mutex>& held, detail::Waiting& waiting);
  Result<void> check_held() const;

  ScopeTree tree_;
  mutable Node node_;
};

// Values from thread to thread. At most `room` are kept; with none, a value goes from hand to hand.
// Errors: ErrorCode::closed (the channel, or the scope), timed_out. A value that could not be sent
// is lost with its argument.
template <class T>
class ThreadChannel {
 public:
  explicit ThreadChannel(ScopeTree tree, std::size_t room = 0)
      : tree_(std::move(tree)), channel_(room) {
    channel_.open_senders = channel_.open_receivers = 1;
  }
  ThreadChannel(const ThreadChannel&) = delete;
  ThreadChannel& operator=(const ThreadChannel&) = delete;

  Result<void> send(T value, CancelScope& scope) {
    std::unique_lock held(tree_.state_->lock);
    if (auto fine = scope.check_held(); !fine) return fine;
    std::optional<T> item(std::move(value));
    switch (channel_.put(item, host_)) {
      case Put::done: return {};
      case Put::broken: return is_closed();
      case Put::full: break;
    }
    Sender sender;
    sender.item = std::move(item);
    channel_.senders().push(sender);
    auto waited = scope.wait(held, sender.wait);
    if (sender.is_taken) return {};
    sender.leave();
    if (!waited) return waited;
    return is_closed();
  }

  Result<T> receive(CancelScope& scope) {
    std::unique_lock held(tree_.state_->lock);
    if (auto fine = scope.check_held(); !fine) return fine.error();
    std::optional<T> item;
    switch (channel_.take(item, host_)) {
      case Take::done: return *std::move(item);
      case Take::ended: return is_closed();
      case Take::empty: break;
    }
    Receiver receiver;
    channel_.receivers().push(receiver);
    auto waited = scope.wait(held, receiver.wait);
    if (receiver.item) return *std::move(receiver.item);
    receiver.leave();
    if (!waited) return waited.error();
    return is_closed();
  }

  // No more values come: receivers get what is left, and then ErrorCode::closed.
  void close_sending() {
    const std::lock_guard held(tree_.state_->lock);
    channel_.open_senders = 0;
    while (Receiver* each = channel_.receivers().pop()) wake(each->wait);
    while (Sender* each = channel_.senders().pop()) wake(each->wait);
  }

  // No one receives any more: senders get ErrorCode::closed.
  void close_receiving() {
    const std::lock_guard held(tree_.state_->lock);
    channel_.open_receivers = 0;
    while (Receiver* each = channel_.receivers().pop()) wake(each->wait);
    while (Sender* each = channel_.senders().pop()) wake(each->wait);
  }

 private:
  struct Sender : Link<Sender> {
    std::optional<T> item;
    bool is_taken = false;
    detail::Waiting wait;
  };
  struct Receiver : Link<Receiver> {
    std::optional<T> item;
    detail::Waiting wait;
  };
  struct Host {
    bool hand(Receiver& receiver, std::optional<T>& item) {
      if (receiver.wait.done) return false;  // cancelled, and not yet gone
      receiver.item = std::move(item);
      wake(receiver.wait);
      return true;
    }
    void taken(Sender& sender) {
      sender.is_taken = true;
      wake(sender.wait);
    }
  };

  static void wake(detail::Waiting& waiting) {
    waiting.done = true;
    waiting.woken.notify_all();
  }
  static Error is_closed() {
    return {ErrorCode::closed, "the channel is closed; make a new one to send more"};
  }

  ScopeTree tree_;
  Channel<std::optional<T>, Sender, Receiver> channel_;
  Host host_;
};

}  // namespace mainstay::aio
