// machine.hpp - one call as a pure state machine: outcome and time in, verdict out.
//
// The machine walks the order of turn.hpp with the parts of a policy and keeps the statistics. It
// knows no clock, no sleep and not the function: the caller makes the attempts, tells what came of
// each and when, and does what the verdict says. Refers to the policy, which must outlive it.
//
// Errors: what conditions, stops, waits and hooks throw passes through and ends the call. A wait
// that answers less than zero, NaN or infinity ends the call too; refusal() then says so.
// Thread safety: one machine, one call, one thread at a time.
#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <optional>
#include <utility>

#include "mainstay/base/result.hpp"
#include "mainstay/base/time.hpp"
#include "mainstay/retry/outcome.hpp"
#include "mainstay/retry/policy.hpp"
#include "mainstay/retry/progress.hpp"
#include "mainstay/retry/random.hpp"
#include "mainstay/retry/turn.hpp"

namespace mainstay::retry {

enum class Next : std::uint8_t {
  retry,      // sleep, then make another attempt
  stop,       // an attempt was wanted, but it is enough
  give_back,  // the outcome stands
};

struct Verdict {
  Next next = Next::retry;
  Seconds sleep{};  // before the next attempt; 0 unless next is retry

  friend bool operator==(const Verdict&, const Verdict&) = default;
};

struct Statistics {
  std::uint64_t attempt_number = 1;     // attempts made, and the one that is about to be made
  Seconds idle_for{};                   // all sleeps
  Seconds start_time{};                 // as the caller's clock counts
  Seconds delay_since_first_attempt{};  // from start_time to the last outcome

  friend bool operator==(const Statistics&, const Statistics&) = default;
};

namespace detail {
// A wait that can be slept: a finite number of seconds, 0 or more.
[[nodiscard]] constexpr bool is_usable(Seconds answer) noexcept {
  return answer >= Seconds::zero() && answer <= Seconds::max();
}

// The error of a wait that answered nonsense.
[[nodiscard]] Error unusable_wait(Seconds answer);
}  // namespace detail

template <class When>
class Machine {
 public:
  // A call that begins at `start`, by any clock: only differences are looked at.
  Machine(const Policy<When>& policy, Seconds start) noexcept : policy_(&policy) {
    statistics_.start_time = start;
  }
  Machine(Policy<When>&&, Seconds) = delete;  // the policy would be gone before the first step

  // Runs the hook before an attempt.
  void before() const { run(policy_->hooks.before, OutcomeKind::none, nullptr); }

  // Decides about `outcome`, which was there at `now`. After a verdict that ends the call, the
  // same verdict for ever.
  template <class R>
    requires ConditionFor<When, R>
  Verdict step(const Outcome<R>& outcome, Seconds now, RandomRef random);

  template <class R>
    requires ConditionFor<When, R>
  Verdict step(const Outcome<R>& outcome, Seconds now) {
    ThreadRandom random;
    return step(outcome, now, random);
  }

  [[nodiscard]] const Progress& progress() const noexcept { return progress_; }
  [[nodiscard]] const Statistics& statistics() const noexcept { return statistics_; }

  // Why the call ended although nothing asked for it; null otherwise.
  [[nodiscard]] const Error* refusal() const noexcept {
    if (unusable_) return &*unusable_;
    if (const Error* error = policy_->stop.refusal()) return error;
    return policy_->wait.refusal();
  }

 private:
  void run(const Hook& hook, OutcomeKind kind, const std::exception_ptr& error) const {
    if (hook) hook(Moment{progress_, kind, error});
  }

  [[nodiscard]] bool enough() const {
    return unusable_ || policy_->wait.refusal() != nullptr || policy_->stop(progress_);
  }

  Verdict end(Next next) noexcept { return *(ended_ = Verdict{.next = next}); }

  const Policy<When>* policy_;
  Progress progress_;
  Statistics statistics_;
  std::optional<Verdict> ended_;
  std::optional<Error> unusable_;
};

template <class When>
template <class R>
  requires ConditionFor<When, R>
Verdict Machine<When>::step(const Outcome<R>& outcome, Seconds now, RandomRef random) {
  if (ended_) return *ended_;
  progress_.since_start = statistics_.delay_since_first_attempt = now - statistics_.start_time;
  const OutcomeKind kind = outcome.kind();
  Turn turn(kind);
  for (;;) {
    switch (turn.ask()) {
      case Ask::retry: turn.answer(std::invoke(policy_->when, outcome)); break;
      case Ask::give_back: return end(Next::give_back);
      case Ask::after:
        run(policy_->hooks.after, kind, outcome.error());
        turn.done();
        break;
      case Ask::wait:
        progress_.upcoming_sleep = policy_->wait(progress_, random, outcome.error());
        if (!detail::is_usable(progress_.upcoming_sleep)) {
          unusable_ = detail::unusable_wait(std::exchange(progress_.upcoming_sleep, Seconds{}));
        }
        turn.done();
        break;
      case Ask::stop: turn.answer(enough()); break;
      case Ask::give_up: return end(Next::stop);
      case Ask::record:
        progress_.idle = statistics_.idle_for += progress_.upcoming_sleep;
        ++statistics_.attempt_number;
        turn.done();
        break;
      case Ask::before_sleep:
        run(policy_->hooks.before_sleep, kind, outcome.error());
        turn.done();
        break;
      case Ask::sleep:
        progress_.attempt = statistics_.attempt_number;
        return {.next = Next::retry, .sleep = progress_.upcoming_sleep};
      case Ask::before:  // nothing has been tried: there is nothing to decide
      case Ask::attempt: return {};
    }
  }
}

}  // namespace mainstay::retry
