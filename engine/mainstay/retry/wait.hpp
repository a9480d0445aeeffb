// wait.hpp - how long to wait before the next attempt, as a value: built by factories, added by +.
//
// A Wait is asked after a failed attempt. It is a tree of shared nodes, walked over one sum: a leaf
// adds its seconds, a chain goes on with the part that belongs to the attempt. So `a + b + c` adds
// from left to right whatever the parentheses, composing costs the same however much was composed
// before, and no depth of composition can exhaust the stack. Copying allocates nothing, and moving
// copies: what was moved from is as it was.
//
// Errors: numbers that cannot be meant (negative, undefined or endless waits, min above max, an
// empty chain) make a Wait that is refused: refusal() says why, composition keeps the first
// refusal, and a policy with a refused part never retries (policy.hpp). What a callable or a random
// source throws passes through. Thread safety: immutable after construction; sharing is safe if
// the callables in it are.
#pragma once

#include <concepts>
#include <cstddef>
#include <exception>
#include <functional>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

#include "mainstay/base/result.hpp"
#include "mainstay/base/time.hpp"
#include "mainstay/retry/arithmetic.hpp"
#include "mainstay/retry/detail/callable.hpp"
#include "mainstay/retry/detail/tree.hpp"
#include "mainstay/retry/outcome.hpp"
#include "mainstay/retry/progress.hpp"
#include "mainstay/retry/random.hpp"

namespace mainstay::retry {

class Wait;

namespace detail {
// A wait that asks `predicate` about the E that was thrown.
template <class E, class P>
[[nodiscard]] Wait wait_by_error(P predicate);
}  // namespace detail

class Wait {
 public:
  // Does not wait.
  Wait() noexcept = default;

  Wait(const Wait&) noexcept = default;  // and so no move that would leave no wait behind
  Wait& operator=(const Wait&) noexcept = default;
  ~Wait() = default;

  // Any callable that answers a duration, given const Progress& or nothing, is a Wait.
  template <class F>
    requires(!std::same_as<std::remove_cvref_t<F>, Wait> &&
             detail::ProgressCallable<std::decay_t<F>, Seconds>)
  Wait(F&& callable)  // NOLINT: implicit on purpose, so that `wait + callable` reads as it
                      // should
      : Wait(asking(std::decay_t<F>(std::forward<F>(callable)))) {}

  // The seconds to wait after progress.attempt, which threw `error` (null: it did not). Draws from
  // `random` only where a leaf is random. A refused Wait answers 0. Callables may answer anything,
  // so the sum may be negative, NaN or infinite.
  [[nodiscard]] Seconds operator()(const Progress& progress, RandomRef random,
                                   const std::exception_ptr& error = nullptr) const;
  [[nodiscard]] Seconds operator()(const Progress& progress) const;

  // Why this value cannot be used; null when it can.
  [[nodiscard]] const Error* refusal() const noexcept { return refusal_.get(); }

  [[nodiscard]] friend Wait operator+(const Wait& left, const Wait& right) {
    return sum(left, right);
  }

  // Equal when built alike; a callable equals only its own copies.
  friend bool operator==(const Wait& left, const Wait& right);

  friend Wait wait_fixed(Seconds length);
  friend Wait wait_random(Seconds min, Seconds max);
  friend Wait wait_incrementing(const Incrementing& shape);
  friend Wait wait_exponential(const Exponential& shape);
  friend Wait wait_random_exponential(const Exponential& shape);
  friend Wait wait_exponential_jitter(const ExponentialJitter& shape);
  friend Wait wait_chain(std::span<const Wait> waits);
  template <class E, class P>
  friend Wait detail::wait_by_error(P predicate);

 private:
  using Question = std::function<Seconds(const Progress&)>;
  struct Fixed {
    Seconds length{};
    friend bool operator==(const Fixed&, const Fixed&) = default;
  };
  struct Random {
    Seconds min{};
    Seconds max{};
    friend bool operator==(const Random&, const Random&) = default;
  };
  struct RandomExponential {
    Exponential shape;
    friend bool operator==(const RandomExponential&, const RandomExponential&) = default;
  };
  struct Ask {
    std::shared_ptr<const Question> question;
    friend bool operator==(const Ask&, const Ask&) = default;
  };
  using ErrorQuestion = std::function<Seconds(const std::exception_ptr&)>;
  struct AskError {
    std::shared_ptr<const ErrorQuestion> question;
    friend bool operator==(const AskError&, const AskError&) = default;
  };
  struct Sum {  // of two parts
    friend bool operator==(const Sum&, const Sum&) = default;
  };
  struct Choose {  // the part of the attempt, the last one when there are no more
    std::size_t ways = 1;
    friend bool operator==(const Choose&, const Choose&) = default;
  };
  using Step = std::variant<Fixed, Random, Incrementing, Exponential, RandomExponential,
                            ExponentialJitter, Ask, AskError, Sum, Choose>;
  using Tree = detail::Tree<Step>;
  class Walk;

  explicit Wait(Step step) : tree_(std::move(step)) {}

  static Seconds ask(const Step& step, const Progress& progress, RandomRef random,
                     const std::exception_ptr& error);
  static Wait sum(const Wait& left, const Wait& right);
  static Wait refused(std::string message);

  template <class F>
  static Wait asking(F callable) {
    if (detail::is_empty(callable)) {
      return refused(
          "a wait must be callable, got an empty function; leave it out or use "
          "wait_none()");
    }
    return Wait(Step{Ask{
        std::make_shared<const Question>(detail::taking_progress<Seconds>(std::move(callable)))}});
  }

  Tree tree_;
  std::shared_ptr<const Error> refusal_;
};

// Tries again at once.
[[nodiscard]] inline Wait wait_none() noexcept { return {}; }

// The same wait each time.
[[nodiscard]] Wait wait_fixed(Seconds length);
template <class N>
  requires std::is_arithmetic_v<N>
Wait wait_fixed(N) {
  static_assert(detail::kNeeds<N>, "wait_fixed takes a length with its unit: write 5s, not 5");
  return {};
}

// A random wait between min and max.
[[nodiscard]] Wait wait_random(Seconds min, Seconds max);
template <class Min, class Max>
  requires(std::is_arithmetic_v<Min> || std::is_arithmetic_v<Max>)
Wait wait_random(Min, Max) {
  static_assert(detail::kNeeds<Min>, "wait_random takes lengths with their units: write 1s, not 1");
  return {};
}

// Grows by the same step each time; with a negative step it shrinks, and ends at no wait. A
// negative step needs a start above 0.
[[nodiscard]] Wait wait_incrementing(const Incrementing& shape = {});

// Doubles each time, or grows by another base: the wait for a service that is down.
[[nodiscard]] Wait wait_exponential(const Exponential& shape = {});

// A random wait from min up to what wait_exponential would answer ("full jitter"): the wait for a
// resource that many compete for.
[[nodiscard]] Wait wait_random_exponential(const Exponential& shape = {});

// What wait_exponential would answer and up to `jitter` more.
[[nodiscard]] Wait wait_exponential_jitter(const ExponentialJitter& shape = {});

// The first wait after the first attempt, the second after the second, ...; the last one from then
// on. At least one.
[[nodiscard]] Wait wait_chain(std::span<const Wait> waits);
[[nodiscard]] inline Wait wait_chain(std::initializer_list<Wait> waits) {
  return wait_chain(std::span(waits.begin(), waits.size()));
}

// As long as the exception says: a server's Retry-After, say. The predicate takes
// const std::exception& (other exceptions then wait 0 seconds) or a std::exception_ptr, and answers
// seconds; it is copied, and asked through const. After a result there is no exception: 0 seconds.
template <class P>
[[nodiscard]] Wait wait_exception(P predicate) {
  if constexpr (std::is_invocable_r_v<Seconds, const P&, const std::exception&>) {
    return detail::wait_by_error<std::exception>(std::move(predicate));
  } else {
    static_assert(std::is_invocable_r_v<Seconds, const P&, const std::exception_ptr&>,
                  "the predicate of wait_exception must be callable through const with "
                  "const std::exception& or std::exception_ptr and answer a duration; for an "
                  "exception type of your own write wait_exception<Type>(predicate)");
    return detail::wait_by_error<std::exception_ptr>(std::move(predicate));
  }
}

// The same for exceptions of type E; others wait 0 seconds.
template <class E, class P>
  requires std::is_invocable_r_v<Seconds, const P&, const E&>
[[nodiscard]] Wait wait_exception(P predicate) {
  return detail::wait_by_error<E>(std::move(predicate));
}

template <class E, class P>
Wait detail::wait_by_error(P predicate) {
  if (detail::is_empty(predicate)) {
    return Wait::refused(
        "the predicate of wait_exception must be callable, got an empty function; for no wait use "
        "wait_none()");
  }
  auto ask = [predicate = std::move(predicate)](const std::exception_ptr& error) -> Seconds {
    if constexpr (std::same_as<E, std::exception_ptr>) {
      return std::invoke(predicate, error);
    } else {
      const E* known = error_as<E>(error);
      return known == nullptr ? Seconds::zero() : Seconds(std::invoke(predicate, *known));
    }
  };
  return Wait(
      Wait::Step{Wait::AskError{std::make_shared<const Wait::ErrorQuestion>(std::move(ask))}});
}

// The sum of all: wait_combine(a, b, c) is a + b + c.
template <std::convertible_to<Wait>... Waits>
[[nodiscard]] Wait wait_combine(Waits&&... waits) {
  return (Wait() + ... + Wait(std::forward<Waits>(waits)));
}

}  // namespace mainstay::retry
