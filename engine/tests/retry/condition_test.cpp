// condition_test.cpp - which outcomes deserve another attempt, and which pairings exist at all.
#include "mainstay/retry/condition.hpp"

#include <gtest/gtest.h>

#include <exception>
#include <string>
#include <string_view>

#include "fakes.hpp"
#include "mainstay/retry/stop.hpp"

namespace mainstay::retry {
namespace {

template <class E>
Outcome<int> threw(E error = {}) {
  return Outcome<int>::failed(std::make_exception_ptr(error));
}

Outcome<int> gave(int value) {
  return Outcome<int>::of([&] { return value; });
}

const auto kNegative = [](int value) { return value < 0; };
using TakesText = bool (*)(const std::string&);

static_assert(ConditionFor<decltype(retry_if_result(kNegative)), int>);
static_assert(ConditionFor<decltype(retry_if_result(kNegative)), int&>);
static_assert(!ConditionFor<decltype(retry_if_result(TakesText())), int>);
static_assert(!ConditionFor<decltype(retry_if_result(kNegative)), void>);
static_assert(!ConditionFor<decltype(retry_always() | retry_if_result(TakesText())), int>);
static_assert(ConditionFor<decltype(retry_if_exception_type<NetworkError>()), void>);
static_assert(!detail::Composable<Stop, Always>);
static_assert(sizeof(retry_if_exception_type<NetworkError>()) == 1);

TEST(RetryIfExceptionType, RetriesErrorsOfTheNamedTypesAndThoseDerivedFromThem) {
  const auto when = retry_if_exception_type<NetworkError, DiskError>();
  EXPECT_TRUE(when(threw<NetworkError>()));
  EXPECT_TRUE(when(threw<Timeout>()));
  EXPECT_TRUE(when(threw<DiskError>()));
  EXPECT_FALSE(when(threw<int>()));
  EXPECT_FALSE(when(gave(1)));
}

TEST(RetryIfExceptionType, WithoutTypesRetriesWhateverWasThrown) {
  EXPECT_TRUE(retry_if_exception_type()(threw<int>()));
  EXPECT_FALSE(retry_if_exception_type()(gave(1)));
}

TEST(RetryIfNotExceptionType, RetriesAllOtherErrors) {
  const auto when = retry_if_not_exception_type<NetworkError>();
  EXPECT_FALSE(when(threw<Timeout>()));
  EXPECT_TRUE(when(threw<DiskError>()));
  EXPECT_TRUE(when(threw<int>()));
  EXPECT_FALSE(when(gave(1)));
}

TEST(RetryIfException, AsksAPredicateOnStandardExceptions) {
  const auto when = retry_if_exception(
      [](const std::exception& error) { return std::string(error.what()) == "disk"; });
  EXPECT_TRUE(when(threw<DiskError>()));
  EXPECT_FALSE(when(threw<NetworkError>()));
  EXPECT_FALSE(when(threw<int>()));
  EXPECT_FALSE(when(gave(1)));
}

TEST(RetryIfException, AsksAPredicateOnOneTypeOrOnThePointer) {
  const auto on_int = retry_if_exception<int>([](int code) { return code == 503; });
  EXPECT_TRUE(on_int(threw<int>(503)));
  EXPECT_FALSE(on_int(threw<int>(404)));
  EXPECT_FALSE(on_int(threw<DiskError>()));
  const auto on_pointer =
      retry_if_exception([](const std::exception_ptr& error) { return is_a<int>(error); });
  EXPECT_TRUE(on_pointer(threw<int>()));
  EXPECT_FALSE(on_pointer(threw<DiskError>()));
}

TEST(RetryIfException, LetsWhatThePredicateThrowsThroughEvenIfItIsTheSameType) {
  const auto when = retry_if_exception<int>([](int) -> bool { throw 7; });
  EXPECT_THROW(static_cast<void>(when(threw<int>(1))), int);
}

TEST(RetryUnlessExceptionType, RetriesEverythingElseResultsIncluded) {
  const auto when = retry_unless_exception_type<NetworkError>();
  EXPECT_FALSE(when(threw<Timeout>()));
  EXPECT_TRUE(when(threw<DiskError>()));
  EXPECT_TRUE(when(threw<int>()));
  EXPECT_TRUE(when(gave(1)));
}

// A `Top` thrown on account of a DiskError, which was thrown on account of the number 7.
template <class Top>
Outcome<int> with_causes() {
  return Outcome<int>::of([]() -> int {
    try {
      try {
        throw 7;
      } catch (...) {
        std::throw_with_nested(DiskError());
      }
    } catch (...) {
      std::throw_with_nested(Top());
    }
    return 0;
  });
}

TEST(RetryIfExceptionCauseType, LooksDownTheWholeChainOfCauses) {
  const auto outcome = with_causes<NetworkError>();
  EXPECT_TRUE(retry_if_exception_cause_type<DiskError>()(outcome));
  EXPECT_TRUE(retry_if_exception_cause_type<int>()(outcome));
  EXPECT_TRUE((retry_if_exception_cause_type<Timeout, int>()(outcome)));
  EXPECT_TRUE(retry_if_exception_cause_type()(outcome));
  EXPECT_FALSE(retry_if_exception_cause_type<Timeout>()(outcome));
}

TEST(RetryIfExceptionCauseType, DoesNotTakeTheErrorForItsOwnCause) {
  EXPECT_FALSE(retry_if_exception_cause_type<NetworkError>()(with_causes<NetworkError>()));
  EXPECT_FALSE(retry_if_exception_cause_type<DiskError>()(threw<DiskError>()));
  EXPECT_FALSE(retry_if_exception_cause_type()(threw<int>()));
  EXPECT_FALSE(retry_if_exception_cause_type()(gave(1)));
}

TEST(RetryIfExceptionMessage, ComparesTheWholeText) {
  const auto when = retry_if_exception_message("disk");
  EXPECT_TRUE(when(threw<DiskError>()));
  EXPECT_FALSE(when(threw<NetworkError>()));
  EXPECT_FALSE(retry_if_exception_message("dis")(threw<DiskError>()));
  EXPECT_FALSE(when(threw<int>()));
  EXPECT_FALSE(when(gave(1)));
}

TEST(RetryIfExceptionMessage, AsksAPredicateOnTheText) {
  const auto when =
      retry_if_exception_message([](std::string_view text) { return text.starts_with("net"); });
  EXPECT_TRUE(when(threw<NetworkError>()));
  EXPECT_FALSE(when(threw<DiskError>()));
  EXPECT_FALSE(when(threw<int>()));
}

TEST(RetryIfNotExceptionMessage, RetriesEverythingElseResultsIncluded) {
  for (const auto& outcome : {threw<NetworkError>(), threw<int>(), gave(1)}) {
    EXPECT_TRUE(retry_if_not_exception_message("disk")(outcome));
  }
  EXPECT_FALSE(retry_if_not_exception_message("disk")(threw<DiskError>()));
  const auto when = retry_if_not_exception_message([](std::string_view) { return true; });
  EXPECT_FALSE(when(threw<DiskError>()));
  EXPECT_TRUE(when(threw<int>()));
}

TEST(RetryIfExceptionMessage, LetsWhatThePredicateThrowsThrough) {
  const auto when = retry_if_exception_message([](std::string_view) -> bool { throw DiskError(); });
  EXPECT_THROW(static_cast<void>(when(threw<DiskError>())), DiskError);
}

TEST(RetryIfResult, LooksAtResultsOnly) {
  EXPECT_TRUE(retry_if_result(kNegative)(gave(-1)));
  EXPECT_FALSE(retry_if_result(kNegative)(gave(1)));
  EXPECT_FALSE(retry_if_result(kNegative)(threw<DiskError>()));
  EXPECT_FALSE(retry_if_not_result(kNegative)(gave(-1)));
  EXPECT_TRUE(retry_if_not_result(kNegative)(gave(1)));
  EXPECT_FALSE(retry_if_not_result(kNegative)(threw<DiskError>()));
}

TEST(RetryIfResult, LooksAtResultsWithoutCopyingThem) {
  const auto outcome = Outcome<ThrowsWhenCopied>::of([] { return ThrowsWhenCopied(3); });
  ASSERT_TRUE(outcome.has_value());
  const auto when = retry_if_result([](const ThrowsWhenCopied& value) { return value.id == 3; });
  EXPECT_TRUE(when(outcome));
}

TEST(RetryCombined, AgreesWithTheLanguage) {
  for (const bool a : {false, true}) {
    for (const bool b : {false, true}) {
      const auto left = retry_if_result([a](int) { return a; });
      const auto right = retry_if_result([b](int) { return b; });
      EXPECT_EQ((left | right)(gave(1)), a || b);
      EXPECT_EQ((left & right)(gave(1)), a && b);
      EXPECT_EQ((left | (right & retry_always()))(gave(1)), a || b);
    }
  }
}

TEST(RetryCombined, AsksFromLeftToRightAndNoFurtherThanNeeded) {
  int asked = 0;
  const auto count = [&asked](const Outcome<int>&) { return ++asked > 0; };
  EXPECT_TRUE((retry_always() | count)(gave(1)));
  EXPECT_FALSE((retry_never() & count)(gave(1)));
  EXPECT_EQ(asked, 0);
  EXPECT_TRUE((count | retry_never())(gave(1)));
  EXPECT_EQ(asked, 1);
}

TEST(RetryCombined, TakesCallablesAloneWhenSpelledAsAFunction) {
  const auto yes = [](const Outcome<int>&) { return true; };
  const auto no = [](const Outcome<int>&) { return false; };
  EXPECT_TRUE(retry_any(no, no, yes)(gave(1)));
  EXPECT_FALSE(retry_any(no, retry_never())(gave(1)));
  EXPECT_TRUE(retry_all(yes, retry_always(), yes)(gave(1)));
  EXPECT_FALSE(retry_all(yes, no)(gave(1)));
}

TEST(Outcome, KnowsTheRequestForAnotherAttempt) {
  EXPECT_EQ(threw<TryAgain>().kind(), OutcomeKind::try_again);
  EXPECT_EQ(Outcome<int>::of([]() -> int { throw TryAgain(); }).kind(), OutcomeKind::try_again);
  EXPECT_EQ(threw<DiskError>().kind(), OutcomeKind::error);
  EXPECT_EQ(gave(1).kind(), OutcomeKind::value);
  EXPECT_EQ(Outcome<int>().kind(), OutcomeKind::none);
  EXPECT_EQ(gave(1).error(), nullptr);
}

TEST(ErrorAs, GivesTheExceptionItselfOrNothing) {
  const auto outcome = threw<Timeout>();
  const auto* error = error_as<NetworkError>(outcome.error());
  ASSERT_NE(error, nullptr);
  EXPECT_STREQ(error->what(), "network");
  EXPECT_EQ(error_as<DiskError>(outcome.error()), nullptr);
  EXPECT_EQ(error_as<DiskError>(nullptr), nullptr);
  EXPECT_EQ(cause_of(outcome.error()), nullptr);
  EXPECT_EQ(cause_of(nullptr), nullptr);
}

TEST(Outcome, KeepsReferencesAsReferences) {
  int number = 1;
  auto outcome = Outcome<int&>::of([&]() -> int& { return number; });
  outcome.value() = 2;
  EXPECT_EQ(number, 2);
  EXPECT_EQ(&std::move(outcome).take(), &number);
}

TEST(Outcome, TreatsAResultThatThrowsOnTheWayAsAFailedAttempt) {
  const ThrowsWhenCopied source(1);
  const auto outcome = Outcome<ThrowsWhenCopied>::of([&]() -> ThrowsWhenCopied { return source; });
  EXPECT_TRUE(is_a<std::logic_error>(outcome.error()));
}

}  // namespace
}  // namespace mainstay::retry
