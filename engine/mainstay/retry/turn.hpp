// turn.hpp - the order of one decision: what happens between an attempt and the next one.
//
// A Turn says what to do next and is told what came of it. It knows no clock, no sleep and no
// callable, so one machine drives the C++ loop and every Python loop, whatever "do" means there.
//
//   nothing yet:      before, attempt
//   value or error:   retry? -- no -> give_back
//                       yes -> after, wait, stop? -- yes -> give_up
//                                                    no -> record, before_sleep, sleep
//   try_again:        as after "yes"; the question is not asked
//
// wait comes before stop because a stop strategy may look at the upcoming sleep.
// A value type without shared state; nothing here can fail.
#pragma once

#include <cstdint>

namespace mainstay::retry {

// What the host does next. Four of them end the turn: attempt, give_back, give_up, sleep.
enum class Ask : std::uint8_t {
  before,        // run the hook before an attempt, then done()
  attempt,       // run the caller's function; its outcome starts the next turn
  retry,         // answer(): should this outcome be tried again?
  give_back,     // the outcome stands: return the value or raise the error
  after,         // run the hook after a failed attempt, then done()
  wait,          // work out the upcoming sleep, then done()
  stop,          // answer(): is it enough?
  give_up,       // no attempt is left; how to say so is the host's business
  record,        // count the attempt and the sleep, then done()
  before_sleep,  // run the hook before a sleep, then done()
  sleep,         // sleep; the next turn starts with no outcome
};

enum class OutcomeKind : std::uint8_t {
  none,       // nothing has been tried yet
  value,      // the function returned
  error,      // the function threw
  try_again,  // the function asked for another attempt in so many words
};

class Turn {
 public:
  constexpr explicit Turn(OutcomeKind outcome) noexcept : ask_(first(outcome)) {}

  [[nodiscard]] constexpr Ask ask() const noexcept { return ask_; }

  [[nodiscard]] constexpr bool finished() const noexcept {
    return ask_ == Ask::attempt || ask_ == Ask::give_back || ask_ == Ask::give_up ||
           ask_ == Ask::sleep;
  }

  // Reports a step as done. A question, or a finished turn, is left as it is.
  constexpr void done() noexcept {
    switch (ask_) {
      case Ask::before: ask_ = Ask::attempt; break;
      case Ask::after: ask_ = Ask::wait; break;
      case Ask::wait: ask_ = Ask::stop; break;
      case Ask::record: ask_ = Ask::before_sleep; break;
      case Ask::before_sleep: ask_ = Ask::sleep; break;
      case Ask::retry:
      case Ask::stop:
      case Ask::attempt:
      case Ask::give_back:
      case Ask::give_up:
      case Ask::sleep: break;
    }
  }

  // Answers a question. Where none is asked nothing changes.
  constexpr void answer(bool yes) noexcept {
    if (ask_ == Ask::retry) {
      ask_ = yes ? Ask::after : Ask::give_back;
    } else if (ask_ == Ask::stop) {
      ask_ = yes ? Ask::give_up : Ask::record;
    }
  }

 private:
  static constexpr Ask first(OutcomeKind outcome) noexcept {
    switch (outcome) {
      case OutcomeKind::none: return Ask::before;
      case OutcomeKind::try_again: return Ask::after;
      case OutcomeKind::value:
      case OutcomeKind::error: break;
    }
    return Ask::retry;
  }

  Ask ask_;
};

}  // namespace mainstay::retry
