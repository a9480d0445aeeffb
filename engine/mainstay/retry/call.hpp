// call.hpp - the loop: make attempts, sleep in between, hand over what came of the last one.
//
//   auto page = retry::call(policy, [&] { return fetch(url); });   // the value, or your exception
//   auto report = retry::attempt(policy, fetch, url);              // how it went, nothing thrown
//
// Both take, before the function, a host: anything with now() and sleep(Seconds) (base/time.hpp);
// if it has random() as well, the waits draw from it. Without a host: the machine's clock, a
// blocking sleep, a generator per thread.
//
// The function is called with its arguments as lvalues, for there may be another attempt; nothing
// is copied or moved but the result, which need not be assignable. A result that cannot be moved
// does not compile. Coroutines are not awaited.
//
// Errors: exceptions of the function pass through untouched: the last one is rethrown when no
// attempt is left, and so is a value returned that was not good enough. Exceptions of hooks,
// conditions, strategies and the host end the call at once. A refused policy: see policy.hpp.
// Thread safety: each call keeps its state to itself; policies may be shared.
#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <optional>
#include <type_traits>
#include <utility>

#include "mainstay/base/result.hpp"
#include "mainstay/base/time.hpp"
#include "mainstay/retry/machine.hpp"
#include "mainstay/retry/outcome.hpp"
#include "mainstay/retry/policy.hpp"
#include "mainstay/retry/random.hpp"

namespace mainstay::retry {

enum class Ended : std::uint8_t {
  gave_back,  // the condition was content with the outcome
  gave_up,    // another attempt was wanted, but the stop said it was enough
  refused,    // the policy cannot be used; refusal says why
};

template <class R>
struct Report {
  Outcome<R> outcome = {};  // of the last attempt; kind none when the policy was refused beforehand
  Ended ended = Ended::refused;
  Statistics statistics = {};
  std::optional<Error> refusal = std::nullopt;  // set exactly when ended is refused
};

namespace detail {

template <class When, class R>
concept Fitting = KeptResult<R> && ConditionFor<When, R>;

template <class When, class R>
constexpr void must_fit() {
  static_assert(KeptResult<R>,
                "the result of a retried function is kept while the policy looks at it, so it must "
                "be one that can be moved: return it in a std::unique_ptr");
  static_assert(!KeptResult<R> || ConditionFor<When, R>,
                "the retry condition does not fit this function: each result predicate must take "
                "what the function returns (a void function has no result to look at), and each "
                "callable must answer bool(const Outcome<R>&) const");
}

template <TimeSource Host>
[[nodiscard]] RandomRef random_of(Host& host, ThreadRandom& otherwise) noexcept {
  if constexpr (RandomSource<Host>) {
    return host;
  } else {
    return otherwise;
  }
}

// Runs the loop on `machine` and returns the last outcome with the verdict about it.
template <class R, class When, class Host, class F, class... Args>
std::pair<Outcome<R>, Next> run(Machine<When>& machine, Host& host, F& function, Args&... args) {
  ThreadRandom otherwise;
  const RandomRef random = random_of(host, otherwise);
  for (;;) {
    Seconds sleep;
    {
      machine.before();
      auto outcome = Outcome<R>::of([&]() -> R { return std::invoke(function, args...); });
      const Verdict verdict = machine.step(outcome, host.now(), random);
      if (verdict.next != Next::retry) return {std::move(outcome), verdict.next};
      sleep = verdict.sleep;
    }  // the old outcome need not outlive the sleep
    if (sleep > Seconds::zero()) host.sleep(sleep);
  }
}

}  // namespace detail

// Calls the function until the policy is content or has had enough, and returns or throws what the
// last attempt came to.
template <class When, TimeSource Host, class F, class... Args>
  requires std::invocable<F&, Args&...>
std::invoke_result_t<F&, Args&...> call(const Policy<When>& policy, Host&& host, F&& function,
                                        Args&&... args) {
  using R = std::invoke_result_t<F&, Args&...>;
  detail::must_fit<When, R>();
  if constexpr (detail::Fitting<When, R>) {
    Machine<When> machine(policy, host.now());
    return detail::run<R>(machine, host, function, args...).first.take();
  }
}

template <class When, class F, class... Args>
  requires(!TimeSource<F> && std::invocable<F&, Args&...>)
std::invoke_result_t<F&, Args&...> call(const Policy<When>& policy, F&& function, Args&&... args) {
  SteadyTime time;
  return call(policy, time, std::forward<F>(function), std::forward<Args>(args)...);
}

// The same, but tells how it went instead of returning or throwing. A policy that is refused
// beforehand is reported without any attempt.
template <class When, TimeSource Host, class F, class... Args>
  requires std::invocable<F&, Args&...>
[[nodiscard]] Report<std::invoke_result_t<F&, Args&...>> attempt(const Policy<When>& policy,
                                                                 Host&& host, F&& function,
                                                                 Args&&... args) {
  using R = std::invoke_result_t<F&, Args&...>;
  detail::must_fit<When, R>();
  if constexpr (detail::Fitting<When, R>) {
    Machine<When> machine(policy, host.now());
    if (const Error* error = machine.refusal()) {
      Report<R> report{.statistics = machine.statistics(), .refusal = *error};
      report.statistics.attempt_number = 0;
      return report;
    }
    auto [outcome, next] = detail::run<R>(machine, host, function, args...);
    const Error* error = machine.refusal();
    return {.outcome = std::move(outcome),
            .ended = error != nullptr     ? Ended::refused
                     : next == Next::stop ? Ended::gave_up
                                          : Ended::gave_back,
            .statistics = machine.statistics(),
            .refusal = error != nullptr ? std::optional(*error) : std::nullopt};
  }
}

template <class When, class F, class... Args>
  requires(!TimeSource<F> && std::invocable<F&, Args&...>)
[[nodiscard]] Report<std::invoke_result_t<F&, Args&...>> attempt(const Policy<When>& policy,
                                                                 F&& function, Args&&... args) {
  SteadyTime time;
  return attempt(policy, time, std::forward<F>(function), std::forward<Args>(args)...);
}

}  // namespace mainstay::retry
