// wait.cpp - see wait.hpp.
#include "mainstay/retry/wait.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>

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

Seconds Wait::operator()(const Progress& progress, RandomRef random,
                         const std::exception_ptr& error) const {
  Seconds sum{0.0};
  for (std::size_t at = 0; at < program_.size(); ++at) {
    const auto& step = program_[at];
    if (const auto* fixed = std::get_if<Fixed>(&step)) {
      sum += fixed->length;
    } else if (const auto* range = std::get_if<Random>(&step)) {
      sum += between(range->min, range->max, random.random());
    } else if (const auto* line = std::get_if<Incrementing>(&step)) {
      sum += incrementing(*line, progress.attempt);
    } else if (const auto* power = std::get_if<Exponential>(&step)) {
      sum += exponential(*power, progress.attempt);
    } else if (const auto* full = std::get_if<RandomExponential>(&step)) {
      sum += random.uniform(full->shape.min, exponential(full->shape, progress.attempt));
    } else if (const auto* jittered = std::get_if<ExponentialJitter>(&step)) {
      const Seconds drawn = random.uniform(Seconds::zero(), jittered->jitter);
      sum += exponential_jitter(*jittered, progress.attempt, drawn);
    } else if (const auto* ask = std::get_if<Ask>(&step)) {
      sum += (*ask->question)(progress);
    } else if (const auto* by_error = std::get_if<AskError>(&step)) {
      if (error) sum += (*by_error->question)(error);
    } else if (const auto* choose = std::get_if<Choose>(&step)) {
      // Lands on the attempt's jump, which the next round of the loop takes.
      at += std::min<std::uint64_t>(std::max<std::uint64_t>(progress.attempt, 1), choose->ways) - 1;
    } else if (const auto* jump = std::get_if<Jump>(&step)) {
      at += jump->steps;
    }
  }
  return sum;
}

Seconds Wait::operator()(const Progress& progress) const {
  ThreadRandom random;
  return (*this)(progress, random);
}

bool operator==(const Wait& left, const Wait& right) {
  const bool same_refusal = left.refusal_ == right.refusal_ ||
                            (left.refusal_ && right.refusal_ && *left.refusal_ == *right.refusal_);
  return same_refusal && left.program_ == right.program_;
}

// Jumps are relative and forward, so adding two programs is joining two arrays.
void Wait::append(const Wait& right) {
  if (!refusal_) refusal_ = right.refusal_;
  program_.insert(program_.end(), right.program_.begin(), right.program_.end());
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

// Choose, one jump per part, the parts; each part but the last ends with a jump over the rest.
Wait wait_chain(std::span<const Wait> waits) {
  if (waits.empty()) {
    return Wait::refused(
        "wait_chain must be given at least one wait, got none; for no wait use "
        "wait_none()");
  }
  Wait chain(Wait::Step{Wait::Choose{waits.size()}});
  std::size_t length = 0;  // of all parts, with their closing jumps
  for (const Wait& wait : waits) length += wait.program_.size() + 1;
  std::size_t offset = 0;
  for (std::size_t i = 0; i < waits.size(); ++i) {
    chain.program_.emplace_back(Wait::Jump{waits.size() - 1 - i + offset});
    offset += waits[i].program_.size() + 1;
  }
  offset = 0;
  for (const Wait& wait : waits) {
    chain.append(wait);
    offset += wait.program_.size() + 1;
    chain.program_.emplace_back(Wait::Jump{length - offset});
  }
  return chain;
}

}  // namespace mainstay::retry
