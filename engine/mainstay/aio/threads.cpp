// threads.cpp - see threads.hpp.
#include "mainstay/aio/threads.hpp"

#include <algorithm>

namespace mainstay::aio {

namespace detail {

Error cancelled() {
  return {ErrorCode::closed, "a cancel scope around this wait was cancelled; leave the scope"};
}

Error too_late() {
  return {ErrorCode::timed_out,
          "the deadline of a cancel scope around this wait is over; give the scope more seconds"};
}

}  // namespace detail

namespace {
constexpr double kLongestPart = 3600;  // seconds
}  // namespace

CancelScope::CancelScope(CancelScope& parent, double seconds, bool is_shielded)
    : tree_(parent.tree_) {
  const std::lock_guard held(tree_.state_->lock);
  node_.deadline = seconds < kNever ? detail::now() + seconds : kNever;
  node_.is_shielded = is_shielded;
  node_.move_into(&parent.node_);
}

CancelScope::~CancelScope() {
  const std::lock_guard held(tree_.state_->lock);
  node_.leave();
}

void CancelScope::cancel() {
  const std::lock_guard held(tree_.state_->lock);
  node_.each_reachable([](detail::Waiting& waiting) {
    waiting.done = true;
    waiting.woken.notify_all();
  });
  node_.is_cancelled = true;
}

bool CancelScope::is_cancelled() const {
  const std::lock_guard held(tree_.state_->lock);
  return node_.cancelled_by() != nullptr;
}

Result<void> CancelScope::check() const {
  const std::lock_guard held(tree_.state_->lock);
  return check_held();
}

Result<void> CancelScope::check_held() const {
  const double deadline = node_.effective_deadline();
  if (deadline == -kNever) return detail::cancelled();
  if (deadline < kNever && detail::now() >= deadline) return detail::too_late();
  return {};
}

Result<void> CancelScope::wait(std::unique_lock<std::mutex>& held, detail::Waiting& waiting) {
  node_.members().push(waiting);
  Result<void> fine = check_held();
  while (fine && !waiting.done) {
    const double deadline = node_.effective_deadline();
    if (deadline == kNever) {
      waiting.woken.wait(held);
    } else {
      // In parts: the clock of a condition variable counts fewer seconds than a double can.
      const double left = std::min(deadline - detail::now(), kLongestPart);
      waiting.woken.wait_for(held, std::chrono::duration<double>(left));
    }
    fine = check_held();
  }
  waiting.leave();
  waiting.done = true;
  return fine;
}

}  // namespace mainstay::aio
