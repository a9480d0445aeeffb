// scope.hpp - scopes inside of scopes: what is cancelled, until when it may run, who is in it.
//
// Cancelling a scope cancels all inside of it, except behind a shield. A scope holds members
// (tasks, waits, callbacks), which the callers own; a member is in one scope at a time. A scope
// that ends leaves its parent and lets its members go. Nothing here knows a clock or delivers
// anything: the caller asks who is affected. No lock: one thread, or the caller's lock around every
// call.
#pragma once

#include <algorithm>
#include <limits>

#include "mainstay/aio/queue.hpp"

namespace mainstay::aio {

// Seconds of the caller's clock.
inline constexpr double kNever = std::numeric_limits<double>::infinity();

template <class Member>
class Scope : public Link<Scope<Member>> {
 public:
  double deadline = kNever;
  bool is_shielded = false;
  bool is_cancelled = false;  // this one itself

  [[nodiscard]] Scope* parent() const noexcept { return parent_; }

  // Puts this scope, which has no members of others in it, inside of `parent`; null: of none.
  void move_into(Scope* parent) noexcept {
    this->leave();
    parent_ = parent;
    if (parent != nullptr) parent->children_.push(*this);
  }

  // The nearest scope, this one or one outside, that is cancelled and not behind a shield.
  [[nodiscard]] Scope* cancelled_by() noexcept {
    Scope* scope = this;
    while (scope != nullptr && !scope->is_cancelled) {
      scope = scope->is_shielded ? nullptr : scope->parent_;
    }
    return scope;
  }

  // The same, but from outside only.
  [[nodiscard]] Scope* cancelled_from_outside() noexcept {
    return is_shielded || parent_ == nullptr ? nullptr : parent_->cancelled_by();
  }

  // When what runs here has to end: -kNever if it is cancelled.
  [[nodiscard]] double effective_deadline() const noexcept {
    double nearest = kNever;
    for (const Scope* scope = this; scope != nullptr; scope = scope->parent_) {
      if (scope->is_cancelled) return -kNever;
      nearest = std::min(nearest, scope->deadline);
      if (scope->is_shielded) break;
    }
    return nearest;
  }

  // Calls `visit(member)` for all that a cancellation of this scope is to reach: here, and inside
  // where no shield is and no other cancellation is under way. `visit` changes no scope.
  void each_reachable(auto visit) {
    for (Member* member = members_.front(); member != nullptr;
         member = WaitQueue<Member>::after(*member)) {
      visit(*member);
    }
    for (Scope* child = children_.front(); child != nullptr;
         child = WaitQueue<Scope>::after(*child)) {
      if (!child->is_shielded && !child->is_cancelled) child->each_reachable(visit);
    }
  }

  [[nodiscard]] WaitQueue<Member>& members() noexcept { return members_; }
  [[nodiscard]] WaitQueue<Scope>& children() noexcept { return children_; }

  Scope() noexcept = default;
  ~Scope() {
    while (Scope* child = children_.pop()) child->parent_ = nullptr;
  }

 private:
  Scope* parent_ = nullptr;
  WaitQueue<Scope> children_;
  WaitQueue<Member> members_;
};

}  // namespace mainstay::aio
