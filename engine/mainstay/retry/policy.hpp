// policy.hpp - stop, wait, retry condition and hooks as one value.
//
// A policy holds no state of any call: make one, keep it, share it between threads (as far as the
// callables in it may be shared) and run as many calls with it as you like.
//
// Errors: the factories of the parts refuse numbers that cannot be meant; check() tells. A refused
// policy never retries: call() makes the one attempt and hands over its outcome, attempt() makes
// none and reports the refusal.
#pragma once

#include <concepts>
#include <exception>
#include <functional>
#include <type_traits>
#include <utility>

#include "mainstay/base/result.hpp"
#include "mainstay/retry/condition.hpp"
#include "mainstay/retry/progress.hpp"
#include "mainstay/retry/stop.hpp"
#include "mainstay/retry/wait.hpp"

namespace mainstay::retry {

// What a hook may look at, valid while the hook runs.
struct Moment {
  const Progress& progress;
  OutcomeKind outcome;              // of the attempt that just ended; none before an attempt
  const std::exception_ptr& error;  // what it threw, or null
};

using Hook = std::function<void(const Moment&)>;

// Each is optional. What a hook throws ends the call and reaches the caller.
struct Hooks {
  Hook before = {};        // before every attempt
  Hook after = {};         // after an attempt that is to be retried, before the wait is known
  Hook before_sleep = {};  // when there will be another attempt, before the sleep
};

template <class When = IfExceptionType<>>
struct Policy {
  Stop stop;
  Wait wait;
  When when;
  Hooks hooks;

  // The first refusal among the parts, or success.
  [[nodiscard]] Result<void> check() const {
    if (const Error* error = stop.refusal()) return *error;
    if (const Error* error = wait.refusal()) return *error;
    return {};
  }
};

// policy(stop, wait, when, hooks); what is left out: never stops, does not wait, retries any
// exception, no hooks.
template <class When = IfExceptionType<>>
[[nodiscard]] Policy<When> policy(Stop stop = {}, Wait wait = {}, When when = {},
                                  Hooks hooks = {}) {
  return Policy<When>{std::move(stop), std::move(wait), std::move(when), std::move(hooks)};
}

// What else stands first or second is a slip, and is told in words.
template <class First, class... Rest>
  requires std::same_as<std::remove_cvref_t<First>, Wait>
Policy<> policy(const First&, const Rest&...) {
  static_assert(detail::kNeeds<First>,
                "a policy begins with its stop: write policy(stop_after_attempt(5), wait), or "
                "policy(stop_never(), wait) to go on for ever");
  return {};
}
template <class Second, class... Rest>
  requires std::same_as<std::remove_cvref_t<Second>, Stop>
Policy<> policy(const Stop&, const Second&, const Rest&...) {
  static_assert(detail::kNeeds<Second>,
                "a policy has one stop: combine two by | (either one) or & (both)");
  return {};
}

}  // namespace mainstay::retry
