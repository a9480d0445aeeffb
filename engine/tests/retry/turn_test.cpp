// turn_test.cpp - the order of one decision, proved at compile time and walked at run time.
#include "mainstay/retry/turn.hpp"

#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace mainstay::retry {
namespace {

// Walks a turn to its end, answering every question from `retry` and `stop`.
constexpr std::array<Ask, 8> walk(OutcomeKind outcome, bool retry, bool stop) {
  std::array<Ask, 8> seen{};
  Turn turn(outcome);
  std::size_t at = 0;
  for (; !turn.finished(); ++at) {
    seen[at] = turn.ask();
    if (turn.ask() == Ask::retry) {
      turn.answer(retry);
    } else if (turn.ask() == Ask::stop) {
      turn.answer(stop);
    } else {
      turn.done();
    }
  }
  for (; at < seen.size(); ++at) seen[at] = turn.ask();
  return seen;
}

using enum Ask;

static_assert(walk(OutcomeKind::none, false, false) ==
              std::array{before, attempt, attempt, attempt, attempt, attempt, attempt, attempt});
static_assert(walk(OutcomeKind::error, true, false) ==
              std::array{Ask::retry, after, wait, stop, record, before_sleep, sleep, sleep});
static_assert(walk(OutcomeKind::value, true, true) ==
              std::array{Ask::retry, after, wait, stop, give_up, give_up, give_up, give_up});
static_assert(walk(OutcomeKind::try_again, false, false) ==
              std::array{after, wait, stop, record, before_sleep, sleep, sleep, sleep});

TEST(Turn, AsksTheHookBeforeTheFirstAttempt) {
  Turn turn(OutcomeKind::none);
  EXPECT_EQ(turn.ask(), before);
  turn.done();
  EXPECT_EQ(turn.ask(), attempt);
  EXPECT_TRUE(turn.finished());
}

TEST(Turn, GivesBackAnOutcomeThatNeedsNoRetry) {
  for (const auto kind : {OutcomeKind::value, OutcomeKind::error}) {
    Turn turn(kind);
    EXPECT_EQ(turn.ask(), Ask::retry);
    turn.answer(false);
    EXPECT_EQ(turn.ask(), give_back);
    EXPECT_TRUE(turn.finished());
  }
}

TEST(Turn, AsksForTheWaitBeforeItAsksWhetherToStop) {
  Turn turn(OutcomeKind::error);
  turn.answer(true);
  EXPECT_EQ(turn.ask(), after);
  turn.done();
  EXPECT_EQ(turn.ask(), wait);
  turn.done();
  EXPECT_EQ(turn.ask(), stop);
}

TEST(Turn, SkipsTheRetryQuestionWhenAnotherAttemptWasRequested) {
  EXPECT_EQ(Turn(OutcomeKind::try_again).ask(), after);
}

TEST(Turn, StaysWhereItIsWhenToldTheWrongThing) {
  Turn question(OutcomeKind::error);
  question.done();
  EXPECT_EQ(question.ask(), Ask::retry);
  Turn step(OutcomeKind::none);
  step.answer(true);
  EXPECT_EQ(step.ask(), before);
}

TEST(Turn, StaysFinishedForGood) {
  Turn turn(OutcomeKind::error);
  turn.answer(false);
  turn.done();
  turn.answer(true);
  EXPECT_EQ(turn.ask(), give_back);
}

}  // namespace
}  // namespace mainstay::retry
