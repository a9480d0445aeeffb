// result_test.cpp - Result carries a value or an Error, and nothing is lost on the way.
#include "mainstay/base/result.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>

namespace mainstay {
namespace {

Result<int> half(int number) {
  if (number % 2 != 0) {
    return Error{ErrorCode::invalid_argument, "half must be given an even number"};
  }
  return number / 2;
}

struct ThrowsWhenCopied {
  ThrowsWhenCopied() = default;
  ThrowsWhenCopied(ThrowsWhenCopied&&) noexcept = default;
  ThrowsWhenCopied& operator=(ThrowsWhenCopied&&) noexcept = default;
  ThrowsWhenCopied(const ThrowsWhenCopied&) { throw std::runtime_error("copy"); }
  ThrowsWhenCopied& operator=(const ThrowsWhenCopied&) { throw std::runtime_error("copy"); }
  ~ThrowsWhenCopied() = default;
};

TEST(Result, HoldsTheValueOfAnOperationThatSucceeded) {
  const auto result = half(42);
  ASSERT_TRUE(result);
  EXPECT_EQ(*result, 21);
  EXPECT_EQ(result.value_or(0), 21);
}

TEST(Result, HoldsTheErrorOfAnOperationThatFailed) {
  const auto result = half(3);
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, ErrorCode::invalid_argument);
  EXPECT_EQ(result.error().message, "half must be given an even number");
  EXPECT_EQ(result.value_or(7), 7);
}

TEST(Result, CarriesMoveOnlyValues) {
  Result<std::unique_ptr<int>> result = std::make_unique<int>(5);
  const std::unique_ptr<int> taken = *std::move(result);
  ASSERT_TRUE(taken);
  EXPECT_EQ(*taken, 5);
}

TEST(Result, NeverCopiesWhatCanBeMoved) {
  EXPECT_NO_THROW({
    Result<ThrowsWhenCopied> result{ThrowsWhenCopied{}};
    auto moved = std::move(result);
    auto out = std::move(moved).value_or(ThrowsWhenCopied{});
    static_cast<void>(out);
  });
}

TEST(Result, LetsAThrowingCopyThroughAndStaysUsable) {
  const Result<ThrowsWhenCopied> result{ThrowsWhenCopied{}};
  EXPECT_THROW({ auto copy = result; }, std::runtime_error);
  EXPECT_TRUE(result.has_value());
}

TEST(Result, ReachesMembersThroughTheArrow) {
  Result<std::string> result = std::string("abc");
  EXPECT_EQ(result->size(), 3U);
}

TEST(Result, ComparesByWhatItHolds) {
  EXPECT_EQ(half(4), half(4));
  EXPECT_NE(half(4), half(6));
  EXPECT_NE(half(4), half(3));
}

TEST(Result, WithoutAValueIsSuccessUnlessItHoldsAnError) {
  const Result<void> fine;
  const Result<void> bad = Error{ErrorCode::invalid_answer, "no"};
  EXPECT_TRUE(fine);
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().message, "no");
  EXPECT_NE(fine, bad);
}

}  // namespace
}  // namespace mainstay
