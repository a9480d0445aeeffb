// stop.cpp - see stop.hpp.
#include "mainstay/retry/stop.hpp"

#include <cstddef>
#include <utility>

#include "mainstay/base/text.hpp"
#include "mainstay/retry/arithmetic.hpp"

namespace mainstay::retry {

bool Stop::ask(const Step& step, const Progress& progress) {
  switch (step.op) {
    case Op::after_attempt: return after_attempt(progress.attempt, step.count);
    case Op::after_delay: return after_delay(progress.since_start, step.limit);
    case Op::before_delay:
      return before_delay(progress.since_start, progress.upcoming_sleep, step.limit);
    case Op::ask: return (*step.question)(progress);
    case Op::never:
    case Op::any:
    case Op::all: break;
  }
  return false;
}

bool Stop::operator()(const Progress& progress) const {
  if (refusal_) return true;
  if (tree_.empty()) return false;
  if (tree_.parts().empty()) return ask(tree_.step(), progress);
  detail::Stack<const detail::Tree<Step>*> above;  // joints that wait for their first part's answer
  const auto* at = &tree_;
  for (;;) {
    while (!at->parts().empty()) {
      above.push(at);
      at = &at->parts()[0];
    }
    const bool answer = ask(at->step(), progress);
    // The nearest joint that this answer does not settle asks its second part, which then speaks
    // for it.
    do {
      if (above.empty()) return answer;
      at = above.pop();
    } while (answer == (at->step().op == Op::any));
    at = &at->parts()[1];
  }
}

bool operator==(const Stop& left, const Stop& right) {
  const bool same_refusal = left.refusal_ == right.refusal_ ||
                            (left.refusal_ && right.refusal_ && *left.refusal_ == *right.refusal_);
  if (!same_refusal) return false;
  using Pair = std::pair<const detail::Tree<Stop::Step>*, const detail::Tree<Stop::Step>*>;
  detail::Stack<Pair> pairs;
  pairs.push({&left.tree_, &right.tree_});
  while (!pairs.empty()) {
    const auto [one, other] = pairs.pop();
    if (one->is(*other)) continue;
    if (one->empty() || other->empty() || one->step() != other->step()) return false;
    for (std::size_t i = 0; i < one->parts().size(); ++i) {
      pairs.push({&one->parts()[i], &other->parts()[i]});
    }
  }
  return true;
}

Stop Stop::joined(Op op, const Stop& left, const Stop& right) {
  const auto part = [](const Stop& stop) {
    return stop.tree_.empty() ? detail::Tree<Step>(Step{}) : stop.tree_;
  };
  Stop stop;
  stop.tree_ = detail::Tree<Step>(Step{.op = op}, {part(left), part(right)});
  stop.refusal_ = left.refusal_ ? left.refusal_ : right.refusal_;
  return stop;
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
