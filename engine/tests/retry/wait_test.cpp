// wait_test.cpp - how long to wait: every leaf, sums and chains, every impossible number.
#include "mainstay/retry/wait.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <stdexcept>

#include "fakes.hpp"

namespace mainstay::retry {
namespace {

using namespace std::chrono_literals;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

double asked(const Wait& wait, std::uint64_t attempt, double drawn = 0.5) {
  FakeHost random;
  random.answers = {drawn};
  return wait(Progress{.attempt = attempt}, random).count();
}

std::string refusal_of(const Wait& wait) {
  return wait.refusal() ? wait.refusal()->message : "not refused";
}

TEST(Wait, IsNoneByDefault) {
  EXPECT_EQ(asked(Wait(), 1), 0);
  EXPECT_EQ(asked(wait_none(), 1000), 0);
}

TEST(Wait, AnswersWhatItsFactoryPromises) {
  EXPECT_EQ(asked(wait_fixed(250ms), 7), 0.25);
  EXPECT_EQ(asked(wait_random(1s, 3s), 7, 0.25), 1.5);
  EXPECT_EQ(asked(wait_incrementing({.start = 1s, .increment = 2s}), 3), 5);
  EXPECT_EQ(asked(wait_exponential({.max = 10s}), 3), 4);
  EXPECT_EQ(asked(wait_exponential({.max = 10s}), 300), 10);
  EXPECT_EQ(asked(wait_random_exponential({.max = 10s, .min = 2s}), 300, 0.25), 4);
  EXPECT_EQ(asked(wait_exponential_jitter({.jitter = 2s}), 3, 0.25), 4.5);
}

TEST(Wait, DrawsUniformlyFromASourceThatBringsItsOwn) {
  struct Own {
    double random() { return 0.0; }
    double uniform(double low, double high) { return high - low; }
  } source;
  EXPECT_EQ(wait_random_exponential({.min = 1s})(Progress{.attempt = 4}, source), Seconds{7});
}

TEST(Wait, DrawsFromTheThreadWhenNoSourceIsGiven) {
  const Wait wait = wait_random(1s, 2s);
  double smallest = 2;
  double largest = 1;
  for (int i = 0; i < 1000; ++i) {
    const double length = wait(Progress{}).count();
    ASSERT_GE(length, 1);
    ASSERT_LT(length, 2);
    smallest = std::min(smallest, length);
    largest = std::max(largest, length);
  }
  EXPECT_LT(smallest, 1.2);  // 0.8^1000 says this cannot be chance
  EXPECT_GT(largest, 1.8);
}

TEST(WaitSum, AddsFromLeftToRight) {
  EXPECT_EQ(asked(wait_fixed(1s) + wait_exponential() + wait_fixed(500ms), 2), 3.5);
  EXPECT_EQ(asked(wait_combine(wait_fixed(1s), wait_fixed(2s), [] { return 4s; }), 2), 7);
  EXPECT_EQ(asked(wait_combine(), 2), 0);
}

TEST(WaitSum, TakesCallablesOnEitherSide) {
  const auto per_attempt = [](const Progress& p) { return Seconds{double(p.attempt)}; };
  EXPECT_EQ(asked(wait_fixed(1s) + per_attempt, 3), 4);
  EXPECT_EQ(asked(per_attempt + wait_fixed(1s), 3), 4);
  EXPECT_EQ(asked(Wait([] { return 20ms; }), 3), 0.02);
}

TEST(WaitChain, TakesOneWaitPerAttemptAndStaysOnTheLast) {
  const Wait chain = wait_chain({wait_fixed(1s), wait_none(), wait_fixed(3s) + wait_fixed(4s)});
  EXPECT_EQ(asked(chain, 0), 1);
  EXPECT_EQ(asked(chain, 1), 1);
  EXPECT_EQ(asked(chain, 2), 0);
  EXPECT_EQ(asked(chain, 3), 7);
  EXPECT_EQ(asked(chain, std::numeric_limits<std::uint64_t>::max()), 7);
}

TEST(WaitChain, NestsInSumsAndInItself) {
  const Wait inner = wait_chain({wait_fixed(10s), wait_fixed(20s)});
  const Wait outer = wait_fixed(1s) + wait_chain({inner, inner, wait_fixed(30s)}) + wait_fixed(2s);
  EXPECT_EQ(asked(outer, 1), 13);
  EXPECT_EQ(asked(outer, 2), 23);
  EXPECT_EQ(asked(outer, 3), 33);
}

TEST(WaitChain, RefusesToBeEmpty) {
  EXPECT_EQ(refusal_of(wait_chain({})),
            "wait_chain must be given at least one wait, got none; for no wait use wait_none()");
}

double asked_about(const Wait& wait, const std::exception_ptr& error) {
  ThreadRandom random;
  return wait(Progress{}, random, error).count();
}

struct Busy : NetworkError {
  Seconds retry_after{7};
};

TEST(WaitException, AsksTheExceptionOfItsType) {
  const Wait wait = wait_exception<Busy>([](const Busy& error) { return error.retry_after; });
  EXPECT_EQ(asked_about(wait, std::make_exception_ptr(Busy())), 7);
  EXPECT_EQ(asked_about(wait, std::make_exception_ptr(NetworkError())), 0);
  EXPECT_EQ(asked_about(wait, std::make_exception_ptr(1)), 0);
  EXPECT_EQ(asked_about(wait, nullptr), 0);
}

TEST(WaitException, AsksStandardExceptionsOrThePointer) {
  const Wait by_text = wait_exception(
      [](const std::exception& error) { return Seconds(std::string(error.what()).size()); });
  EXPECT_EQ(asked_about(by_text, std::make_exception_ptr(DiskError())), 4);
  EXPECT_EQ(asked_about(by_text, std::make_exception_ptr(1)), 0);
  const Wait by_pointer =
      wait_exception([](const std::exception_ptr& error) { return is_a<int>(error) ? 2s : 3s; });
  EXPECT_EQ(asked_about(by_pointer, std::make_exception_ptr(1)), 2);
  EXPECT_EQ(asked_about(by_pointer, std::make_exception_ptr(DiskError())), 3);
  EXPECT_EQ(asked_about(by_pointer, nullptr), 0);
}

TEST(WaitException, IsAWaitLikeAnyOther) {
  const Wait busy = wait_exception<Busy>([](const Busy& error) { return error.retry_after; });
  const auto error = std::make_exception_ptr(Busy());
  EXPECT_EQ(asked_about(wait_fixed(1s) + busy, error), 8);
  EXPECT_EQ(asked_about(wait_chain({busy, wait_none()}), error), 7);
  EXPECT_EQ(Wait(busy), busy);
  EXPECT_NE(busy, wait_exception<Busy>([](const Busy&) { return 7s; }));
  EXPECT_EQ(refusal_of(wait_exception(std::function<Seconds(const std::exception&)>())),
            "the predicate of wait_exception must be callable, got an empty function; for no wait "
            "use wait_none()");
}

TEST(Wait, RefusesImpossibleNumbersAndSaysWhatToDo) {
  EXPECT_EQ(refusal_of(wait_random(5s, 1s)),
            "min must not be above max, got min=5 max=1; swap them");
  EXPECT_EQ(refusal_of(wait_fixed(-1s)),
            "wait must be 0 seconds or more, got wait=-1; use 0 for no wait");
  EXPECT_EQ(refusal_of(wait_fixed(Seconds{kInfinity})),
            "wait must be finite, got wait=inf; give a number");
  EXPECT_EQ(refusal_of(wait_incrementing({.increment = -2s})),
            "a negative increment must have a start above 0, got start=0 increment=-2, which never "
            "waits; give a start or use wait_none()");
  for (const Wait& wait : {
           wait_fixed(Seconds{kNan}),
           wait_random(-1s, 1s),
           wait_random(0s, Seconds{kInfinity}),
           wait_incrementing({.start = -1s}),
           wait_incrementing({.increment = Seconds{kNan}}),
           wait_incrementing({.max = -1s}),
           wait_incrementing({.increment = -1s}),
           wait_exponential({.multiplier = 0}),
           wait_exponential({.multiplier = kNan}),
           wait_exponential({.exp_base = -2}),
           wait_exponential({.max = Seconds{kNan}}),
           wait_exponential({.max = 1s, .min = 2s}),
           wait_random_exponential({.min = -1s}),
           wait_random_exponential({.max = Seconds{kInfinity}}),
           wait_exponential_jitter({.jitter = -1s}),
           Wait(std::function<Seconds()>()),
       }) {
    EXPECT_NE(wait.refusal(), nullptr);
    EXPECT_EQ(asked(wait, 1), 0);
  }
}

TEST(Wait, MayGrowWithoutACap) {
  const Wait wait = wait_exponential({.max = Seconds{kInfinity}});
  EXPECT_EQ(wait.refusal(), nullptr);
  EXPECT_EQ(asked(wait, 1000), 0x1p999);
}

TEST(Wait, KeepsTheFirstRefusalThroughSumsAndChains) {
  const Wait wait =
      wait_fixed(1s) + wait_chain({wait_none(), wait_random(5s, 1s), wait_fixed(-1s)});
  EXPECT_EQ(refusal_of(wait), "min must not be above max, got min=5 max=1; swap them");
}

TEST(Wait, LetsWhatItsCallablesThrowThrough) {
  const Wait wait = wait_fixed(1s) + []() -> Seconds { throw DiskError(); };
  EXPECT_THROW(static_cast<void>(asked(wait, 1)), DiskError);
}

TEST(Wait, SurvivesAHundredThousandParts) {
  Wait sum;
  for (int i = 0; i < 100'000; ++i) sum = std::move(sum) + wait_fixed(1s);
  EXPECT_EQ(asked(sum, 1), 100'000);
}

TEST(Wait, CostsTheSameToComposeHoweverMuchWasComposedBefore) {
  Wait left;
  Wait right;
  Wait nested = wait_fixed(1s);
  for (int i = 0; i < 200'000; ++i) {  // copying what is there each time would take hours
    left = left + wait_fixed(1s);
    right = wait_fixed(1s) + right;
    nested = wait_chain({nested, wait_none()});
  }
  EXPECT_EQ(asked(left, 1), 200'000);
  EXPECT_EQ(asked(nested, 1), 1);
  EXPECT_EQ(left, right);  // sums are the same whatever the parentheses
}

TEST(Wait, StaysWhatItWasWhenItIsMovedFrom) {
  Wait wait = wait_fixed(1s);
  const Wait moved = std::move(wait);
  EXPECT_EQ(wait, moved);  // NOLINT: the use after the move is the point
}

TEST(Wait, IsAValueThatComparesByHowItWasBuilt) {
  const Wait wait = wait_exponential({.max = 10s}) + wait_chain({wait_none(), wait_fixed(1s)});
  const Wait copy = wait;  // NOLINT: the copy is the point
  EXPECT_EQ(wait, copy);
  EXPECT_EQ(wait, wait_exponential({.max = 10s}) + wait_chain({wait_none(), wait_fixed(1s)}));
  EXPECT_NE(wait, wait_exponential({.max = 10s}));
  EXPECT_NE(wait_exponential(), wait_random_exponential());
  const Wait second = wait_fixed(1s);
  EXPECT_NE(wait_chain({second, second}) + second, wait_chain({second, second + second}));
  EXPECT_NE(wait_chain({second}), second);
  EXPECT_EQ(second + wait_none(), second);
  EXPECT_EQ((second + wait) + second, second + (wait + second));
}

}  // namespace
}  // namespace mainstay::retry
