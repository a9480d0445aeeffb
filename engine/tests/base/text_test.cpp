// text_test.cpp - numbers print short and read back exactly.
#include "mainstay/base/text.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <limits>

namespace mainstay {
namespace {

TEST(Decimal, PrintsWholeNumbersWithoutAFraction) {
  EXPECT_EQ(decimal(5.0), "5");
  EXPECT_EQ(decimal(-1.0), "-1");
}

TEST(Decimal, PrintsTheShortestFormThatReadsBack) {
  EXPECT_EQ(decimal(0.1), "0.1");
  for (const double number : {0.1 + 0.2, 1.0 / 3.0, std::numeric_limits<double>::max(),
                              -std::numeric_limits<double>::denorm_min()}) {
    EXPECT_EQ(std::strtod(decimal(number).c_str(), nullptr), number);
  }
}

TEST(Decimal, NamesWhatIsNotANumber) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(decimal(nan), "nan");
  EXPECT_EQ(decimal(-nan), "nan");
  EXPECT_EQ(decimal(std::numeric_limits<double>::infinity()), "inf");
  EXPECT_EQ(decimal(-std::numeric_limits<double>::infinity()), "-inf");
}

}  // namespace
}  // namespace mainstay
