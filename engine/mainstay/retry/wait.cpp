// wait.cpp - see wait.hpp.
#include "mainstay/retry/wait.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "mainstay/base/text.hpp"

namespace mainstay::retry {
namespace {

using Complaint = std::optional<std::string>;

std::string got(std::string_view name, double number) {
  return std::string(name) + "=" + decimal(number);
}

Complaint must_be_finite(std::string_view name, double number) {
  if (std::isfinite(number)) return std::nullopt;
  return std::string(name) + " must be finite, got " + got(name, number) + "; give a number";
}

Complaint must_be_a_wait(std::string_view name, Seconds length) {
  const double number = length.count();
  if (auto complaint = must_be_finite(name, number)) return complaint;
  if (number >= 0) return std::nullopt;
  return std::string(name) + " must be 0 seconds or more, got " + got(name, number) +
         "; use 0 for no wait";
}

// A cap may be endless, which is no cap at all.
Complaint must_be_a_cap(std::string_view name, Seconds length) {
  if (length >= Seconds::zero()) return std::nullopt;
  return std::string(name) + " must be 0 seconds or more, got " + got(name, length.count()) +
         "; leave it out for no cap";
}

Complaint must_be_positive(std::string_view name, double number, std::string_view remedy) {
  if (auto complaint = must_be_finite(name, number)) return complaint;
  if (number > 0) return std::nullopt;
  return std::string(name) + " must be above 0, got " + got(name, number) + "; " +
         std::string(remedy);
}

Complaint must_be_in_order(Seconds min, Seconds max) {
  if (min <= max) return std::nullopt;
  return "min must not be above max, got " + got("min", min.count()) + " " +
         got("max", max.count()) + "; swap them";
}

Complaint first_of(std::initializer_list<Complaint> complaints) {
  for (const auto& complaint : complaints) {
    if (complaint) return complaint;
  }
  return std::nullopt;
}

template <class Shape>
Complaint against_powers(const Shape& shape) {
  return first_of({must_be_positive("multiplier", shape.multiplier, "for no wait use wait_none()"),
                   must_be_positive("exp_base", shape.exp_base, "2 doubles each wait"),
                   must_be_a_wait("min", shape.min), must_be_a_cap("max", shape.max),
                   must_be_in_order(shape.min, shape.max)});
}

}  // namespace

Seconds Wait::ask(const Step& step, const Progress& progress, RandomRef random,
                  const std::exception_ptr& error) {
  if (const auto* fixed = std::get_if<Fixed>(&step)) return fixed->length;
  if (const auto* range = std::get_if<Random>(&step)) {
    return between(range->min, range->max, random.random());
  }
  if (const auto* line = std::get_if<Incrementing>(&step)) {
    return incrementing(*line, progress.attempt);
  }
  if (const auto* power = std::get_if<Exponential>(&step)) {
    return exponential(*power, progress.attempt);
  }
  if (const auto* full = std::get_if<RandomExponential>(&step)) {
    return random.uniform(full->shape.min, exponential(full->shape, progress.attempt));
  }
  if (const auto* jittered = std::get_if<ExponentialJitter>(&step)) {
    const Seconds drawn = random.uniform(Seconds::zero(), jittered->jitter);
    return exponential_jitter(*jittered, progress.attempt, drawn);
  }
  if (const auto* question = std::get_if<Ask>(&step)) return (*question->question)(progress);
  const auto* by_error = std::get_if<AskError>(&step);
  return by_error != nullptr && error ? (*by_error->question)(error) : Seconds::zero();
}

Seconds Wait::operator()(const Progress& progress, RandomRef random,
                         const std::exception_ptr& error) const {
  Seconds total{0.0};
  detail::Stack<const Tree*> rest;  // what is still to be added
  rest.push(&tree_);
  while (!rest.empty()) {
    const Tree* at = rest.pop();
    if (at->empty()) continue;
    if (std::holds_alternative<Sum>(at->step())) {
      rest.push(&at->parts()[1]);
      rest.push(&at->parts()[0]);
    } else if (const auto* choose = std::get_if<Choose>(&at->step())) {
      const auto attempt = std::max<std::uint64_t>(progress.attempt, 1);
      rest.push(&at->parts()[std::min<std::uint64_t>(attempt, choose->ways) - 1]);
    } else {
      total += ask(at->step(), progress, random, error);
    }
  }
  return total;
}

Seconds Wait::operator()(const Progress& progress) const {
  ThreadRandom random;
  return (*this)(progress, random);
}

// The steps of a wait as they are written, from left to right: sums say nothing of their own, so
// that parentheses make no difference; a chain says how many ways it has, and each way its end.
class Wait::Walk {
 public:
  explicit Walk(const Wait& wait) { rest_.push(&wait.tree_); }

  // The next step, null for the end of a way; nothing when there are no more.
  [[nodiscard]] std::optional<const Step*> next() {
    while (!rest_.empty()) {
      const Tree* at = rest_.pop();
      if (at == nullptr) return nullptr;
      if (at->empty()) continue;
      const bool is_sum = std::holds_alternative<Sum>(at->step());
      const auto& parts = at->parts();
      for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
        if (!is_sum) rest_.push(nullptr);
        rest_.push(&*part);
      }
      if (!is_sum) return &at->step();
    }
    return std::nullopt;
  }

 private:
  detail::Stack<const Tree*> rest_;
};

bool operator==(const Wait& left, const Wait& right) {
  const bool same_refusal = left.refusal_ == right.refusal_ ||
                            (left.refusal_ && right.refusal_ && *left.refusal_ == *right.refusal_);
  if (!same_refusal) return false;
  if (left.tree_.is(right.tree_)) return true;
  Wait::Walk one(left);
  Wait::Walk other(right);
  for (;;) {
    const auto step = one.next();
    const auto counterpart = other.next();
    if (!step || !counterpart) return step == counterpart;
    if (*step == *counterpart) continue;
    if (*step == nullptr || *counterpart == nullptr || **step != **counterpart) return false;
  }
}

Wait Wait::sum(const Wait& left, const Wait& right) {
  Wait wait;
  if (left.tree_.empty() || right.tree_.empty()) {
    wait.tree_ = left.tree_.empty() ? right.tree_ : left.tree_;
  } else {
    wait.tree_ = Tree(Step{Sum{}}, {left.tree_, right.tree_});
  }
  wait.refusal_ = left.refusal_ ? left.refusal_ : right.refusal_;
  return wait;
}

Wait Wait::refused(std::string message) {
  Wait wait;
  wait.refusal_ =
      std::make_shared<const Error>(Error{ErrorCode::invalid_argument, std::move(message)});
  return wait;
}

Wait wait_fixed(Seconds length) {
  if (auto complaint = must_be_a_wait("wait", length)) return Wait::refused(*std::move(complaint));
  return Wait(Wait::Step{Wait::Fixed{length}});
}

Wait wait_random(Seconds min, Seconds max) {
  if (auto complaint = first_of(
          {must_be_a_wait("min", min), must_be_a_wait("max", max), must_be_in_order(min, max)})) {
    return Wait::refused(*std::move(complaint));
  }
  return Wait(Wait::Step{Wait::Random{min, max}});
}

Wait wait_incrementing(const Incrementing& shape) {
  if (auto complaint = first_of({must_be_a_wait("start", shape.start),
                                 must_be_finite("increment", shape.increment.count()),
                                 must_be_a_cap("max", shape.max)})) {
    return Wait::refused(*std::move(complaint));
  }
  if (shape.increment < Seconds::zero() && shape.start == Seconds::zero()) {
    return Wait::refused("a negative increment must have a start above 0, got start=0 " +
                         got("increment", shape.increment.count()) +
                         ", which never waits; give a start or use wait_none()");
  }
  return Wait(Wait::Step{shape});
}

Wait wait_exponential(const Exponential& shape) {
  if (auto complaint = against_powers(shape)) return Wait::refused(*std::move(complaint));
  return Wait(Wait::Step{shape});
}

Wait wait_random_exponential(const Exponential& shape) {
  // Nothing can be drawn from an endless range, so here the cap must be a number.
  if (auto complaint =
          first_of({against_powers(shape), must_be_finite("max", shape.max.count())})) {
    return Wait::refused(*std::move(complaint));
  }
  return Wait(Wait::Step{Wait::RandomExponential{shape}});
}

Wait wait_exponential_jitter(const ExponentialJitter& shape) {
  if (auto complaint = first_of({against_powers(shape), must_be_a_wait("jitter", shape.jitter)})) {
    return Wait::refused(*std::move(complaint));
  }
  return Wait(Wait::Step{shape});
}

Wait wait_chain(std::span<const Wait> waits) {
  if (waits.empty()) {
    return Wait::refused(
        "wait_chain must be given at least one wait, got none; for no wait use "
        "wait_none()");
  }
  Wait chain;
  std::vector<Wait::Tree> parts;
  parts.reserve(waits.size());
  for (const Wait& wait : waits) {
    parts.push_back(wait.tree_);
    if (!chain.refusal_) chain.refusal_ = wait.refusal_;
  }
  chain.tree_ = Wait::Tree(Wait::Step{Wait::Choose{waits.size()}}, std::move(parts));
  return chain;
}

}  // namespace mainstay::retry
