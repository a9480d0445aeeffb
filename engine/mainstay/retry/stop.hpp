// stop.hpp - when it is enough, as a value: built by factories, composed by | and &.
//
// A Stop is asked after a failed attempt, when the upcoming sleep is already known. It is a tree of
// shared nodes: composing costs the same however much was composed before, and no depth of
// composition can exhaust the stack, neither when asked nor when destroyed. Copying allocates
// nothing, and moving copies: what was moved from is as it was, never a stop that never stops.
//
// Errors: numbers that cannot be meant (no attempts, a negative or undefined delay) make a Stop
// that is refused: refusal() says why, composition keeps the first refusal, and a refused Stop
// always answers yes, so that a mistake never becomes an endless loop. What a callable of yours
// throws passes through. Thread safety: immutable after construction; sharing is safe if the
// callables in it are.
#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include "mainstay/base/result.hpp"
#include "mainstay/base/time.hpp"
#include "mainstay/retry/detail/callable.hpp"
#include "mainstay/retry/detail/tree.hpp"
#include "mainstay/retry/progress.hpp"

namespace mainstay::retry {

class Stop {
 public:
  // Never stops.
  Stop() noexcept = default;

  Stop(const Stop&) noexcept = default;  // and so no move that would leave an endless stop behind
  Stop& operator=(const Stop&) noexcept = default;
  ~Stop() = default;

  // Any callable bool(const Progress&) or bool() is a Stop.
  template <class F>
    requires(!std::same_as<std::remove_cvref_t<F>, Stop> &&
             detail::ProgressCallable<std::decay_t<F>, bool>)
  Stop(F&& callable)  // NOLINT: implicit on purpose, so that `stop | callable` reads as it
                      // should
      : Stop(asking(std::decay_t<F>(std::forward<F>(callable)))) {}

  // Is it enough? Asks from left to right and no further than needed.
  [[nodiscard]] bool operator()(const Progress& progress) const;

  // Why this value cannot be used; null when it can.
  [[nodiscard]] const Error* refusal() const noexcept { return refusal_.get(); }

  [[nodiscard]] friend Stop operator|(const Stop& left, const Stop& right) {
    return joined(Op::any, left, right);
  }
  [[nodiscard]] friend Stop operator&(const Stop& left, const Stop& right) {
    return joined(Op::all, left, right);
  }

  // Equal when built alike; a callable equals only its own copies.
  friend bool operator==(const Stop& left, const Stop& right);

  friend Stop stop_after_delay(Seconds limit);
  friend Stop stop_before_delay(Seconds limit);
  template <std::integral N>
    requires(!std::same_as<N, bool>)
  friend Stop stop_after_attempt(N most);

 private:
  using Question = std::function<bool(const Progress&)>;
  enum class Op : std::uint8_t {
    never,
    after_attempt,
    after_delay,
    before_delay,
    ask,
    any,  // of two parts
    all,
  };
  struct Step {
    Op op = Op::never;
    std::uint64_t count = 0;
    Seconds limit{};
    std::shared_ptr<const Question> question = nullptr;

    friend bool operator==(const Step&, const Step&) = default;
  };

  explicit Stop(Step step) : tree_(std::move(step)) {}

  static bool ask(const Step& step, const Progress& progress);
  static Stop joined(Op op, const Stop& left, const Stop& right);
  static Stop refused(std::string message);
  static Stop attempts(std::uint64_t most);
  static Stop no_attempts(std::string given);

  template <class F>
  static Stop asking(F callable) {
    if (detail::is_empty(callable)) {
      return refused(
          "a stop must be callable, got an empty function; leave it out or use "
          "stop_never()");
    }
    return Stop(Step{.op = Op::ask,
                     .question = std::make_shared<const Question>(
                         detail::taking_progress<bool>(std::move(callable)))});
  }

  detail::Tree<Step> tree_;
  std::shared_ptr<const Error> refusal_;
};

// Goes on for ever.
[[nodiscard]] inline Stop stop_never() noexcept { return {}; }

// Stops once `most` attempts were made, at least 1.
template <std::integral N>
  requires(!std::same_as<N, bool>)
[[nodiscard]] Stop stop_after_attempt(N most) {
  if (std::cmp_less(most, 1)) return Stop::no_attempts(std::to_string(most));
  return Stop::attempts(static_cast<std::uint64_t>(most));
}
template <std::floating_point N>
Stop stop_after_attempt(N) {
  static_assert(detail::kNeeds<N>, "stop_after_attempt takes a whole number of attempts: write 3");
  return {};
}

// Stops once `limit` has passed since the call began. The last sleep may overshoot it.
[[nodiscard]] Stop stop_after_delay(Seconds limit);
template <class N>
  requires std::is_arithmetic_v<N>
Stop stop_after_delay(N) {
  static_assert(detail::kNeeds<N>,
                "stop_after_delay takes a time with its unit: write 30s, not 30");
  return {};
}

// Stops when the upcoming sleep would end at or beyond `limit`.
[[nodiscard]] Stop stop_before_delay(Seconds limit);
template <class N>
  requires std::is_arithmetic_v<N>
Stop stop_before_delay(N) {
  static_assert(detail::kNeeds<N>,
                "stop_before_delay takes a time with its unit: write 30s, not 30");
  return {};
}

// Stops when `callable`, bool(const Progress&) or bool(), says so: a flag, an event, a budget.
template <class F>
  requires detail::ProgressCallable<std::decay_t<F>, bool>
[[nodiscard]] Stop stop_when(F&& callable) {
  return Stop(std::forward<F>(callable));
}

// stop_any(a, b, c) is a | b | c, stop_all(a, b, c) is a & b & c; each takes at least one.
template <std::convertible_to<Stop>... Stops>
[[nodiscard]] Stop stop_any(Stop first, Stops&&... rest) {
  ((first = first | Stop(std::forward<Stops>(rest))), ...);
  return first;
}
template <std::convertible_to<Stop>... Stops>
[[nodiscard]] Stop stop_all(Stop first, Stops&&... rest) {
  ((first = first & Stop(std::forward<Stops>(rest))), ...);
  return first;
}

}  // namespace mainstay::retry
