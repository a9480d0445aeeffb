// stop.cpp - see stop.hpp.
#include "mainstay/retry/stop.hpp"

#include <cmath>

#include "mainstay/base/text.hpp"
#include "mainstay/retry/arithmetic.hpp"

namespace mainstay::retry {

bool Stop::operator()(const Progress& progress) const {
  if (refusal_) return true;
  bool answer = false;
  for (std::size_t at = 0; at < program_.size(); ++at) {
    const Step& step = program_[at];
    switch (step.op) {
      case Op::never: answer = false; break;
      case Op::after_attempt: answer = after_attempt(progress.attempt, step.count); break;
      case Op::after_delay: answer = after_delay(progress.since_start, step.limit); break;
      case Op::before_delay:
        answer = before_delay(progress.since_start, progress.upcoming_sleep, step.limit);
        break;
      case Op::ask: answer = (*step.question)(progress); break;
      case Op::leave_if_true: at += answer ? step.count : 0; break;
      case Op::leave_if_false: at += answer ? 0 : step.count; break;
    }
  }
  return answer;
}

bool operator==(const Stop& left, const Stop& right) {
  const bool same_refusal = left.refusal_ == right.refusal_ ||
                            (left.refusal_ && right.refusal_ && *left.refusal_ == *right.refusal_);
  return same_refusal && left.program_ == right.program_;
}

// Jumps are relative and forward, so joining two programs is joining two arrays.
void Stop::append(Op leave, const Stop& right) {
  if (!refusal_) refusal_ = right.refusal_;
  if (program_.empty()) program_.push_back(Step{});
  const std::size_t added = right.program_.empty() ? 1 : right.program_.size();
  program_.push_back(Step{.op = leave, .count = added});
  if (right.program_.empty()) {
    program_.push_back(Step{});
  } else {
    program_.insert(program_.end(), right.program_.begin(), right.program_.end());
  }
}

Stop Stop::refused(std::string message) {
  Stop stop;
  stop.refusal_ =
      std::make_shared<const Error>(Error{ErrorCode::invalid_argument, std::move(message)});
  return stop;
}

Stop Stop::attempts(std::uint64_t most) {
  return Stop(Step{.op = Op::after_attempt, .count = most});
}

Stop Stop::no_attempts(std::string given) {
  return refused("stop_after_attempt must allow at least 1 attempt, got " + given +
                 "; to try once without retrying use 1");
}

Stop stop_after_delay(Seconds limit) {
  if (!(limit >= Seconds::zero())) {
    return Stop::refused("stop_after_delay must be 0 seconds or more, got " +
                         decimal(limit.count()) + "; to go on for ever use stop_never()");
  }
  return Stop(Stop::Step{.op = Stop::Op::after_delay, .limit = limit});
}

Stop stop_before_delay(Seconds limit) {
  if (!(limit >= Seconds::zero())) {
    return Stop::refused("stop_before_delay must be 0 seconds or more, got " +
                         decimal(limit.count()) + "; to go on for ever use stop_never()");
  }
  return Stop(Stop::Step{.op = Stop::Op::before_delay, .limit = limit});
}

}  // namespace mainstay::retry
