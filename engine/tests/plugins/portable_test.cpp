// portable_test.cpp - what crosses a table unchanged, and what is refused at the border.
#include "mainstay/plugins/portable.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace mainstay::plugins {
namespace {

template <class T>
std::optional<T> there_and_back(const T& ours) {
  mainstay_plugins_value value{};
  return Carried<T>::to(ours, value) ? Carried<T>::from(value) : std::nullopt;
}

static_assert(Portable<bool> && Portable<int> && Portable<unsigned long> && Portable<float> &&
              Portable<std::string> && Portable<std::string_view> && Portable<void*> &&
              Portable<std::optional<std::string>>);
static_assert(!Portable<char> && !Portable<long double> && !Portable<int*> &&
              !Portable<const char*>);

TEST(Portable, CarriesValuesThereAndBack) {
  using namespace std::string_literals;
  EXPECT_EQ(there_and_back(true), true);
  EXPECT_EQ(there_and_back(-5), -5);
  EXPECT_EQ(there_and_back(std::numeric_limits<std::int64_t>::min()),
            std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(there_and_back(0.1), 0.1);
  EXPECT_TRUE(std::isnan(*there_and_back(std::nan(""))));
  EXPECT_EQ(there_and_back("with \0 inside"s), "with \0 inside"s);
  EXPECT_EQ(there_and_back(""s), "");
  EXPECT_EQ(there_and_back(std::string_view()), "");
  int object = 0;
  EXPECT_EQ(there_and_back<void*>(&object), &object);
  EXPECT_EQ(there_and_back<void*>(nullptr), nullptr);
  ASSERT_TRUE(there_and_back(std::optional<int>()).has_value());
  EXPECT_EQ(*there_and_back(std::optional<int>()), std::nullopt);
  EXPECT_EQ(there_and_back(std::optional(3)), std::optional(3));
}

TEST(Portable, RefusesIntegersThatDoNotFit) {
  mainstay_plugins_value value{};
  EXPECT_FALSE(Carried<std::uint64_t>::to(std::numeric_limits<std::uint64_t>::max(), value));
  EXPECT_TRUE(Carried<std::int64_t>::to(300, value));
  EXPECT_EQ(Carried<std::int8_t>::from(value), std::nullopt);
  EXPECT_EQ(Carried<std::uint16_t>::from(value), 300);
  EXPECT_TRUE(Carried<int>::to(-1, value));
  EXPECT_EQ(Carried<unsigned>::from(value), std::nullopt);
}

TEST(Portable, RefusesNumbersThatDoNotFit) {
  mainstay_plugins_value value{};
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  EXPECT_TRUE(Carried<double>::to(-1e300, value));
  EXPECT_EQ(Carried<float>::from(value), std::nullopt);
  EXPECT_EQ(Carried<double>::from(value), -1e300);
  EXPECT_TRUE(Carried<double>::to(kInfinity, value));
  EXPECT_EQ(Carried<float>::from(value), std::numeric_limits<float>::infinity());
  EXPECT_TRUE(Carried<double>::to(static_cast<double>(std::numeric_limits<float>::max()), value));
  EXPECT_EQ(Carried<float>::from(value), std::numeric_limits<float>::max());
  EXPECT_TRUE(Carried<double>::to(std::nan(""), value));
  EXPECT_TRUE(std::isnan(*Carried<float>::from(value)));
}

TEST(Portable, RoundsAnIntegerThatANumberHasTooFewDigitsFor) {
  mainstay_plugins_value value{};
  EXPECT_TRUE(Carried<std::int64_t>::to((std::int64_t{1} << 53) + 1, value));
  EXPECT_EQ(Carried<double>::from(value), 9007199254740992.0);
}

TEST(Portable, TakesAnIntegerForANumberAndNothingElseForAnything) {
  mainstay_plugins_value value{};
  EXPECT_TRUE(Carried<int>::to(3, value));
  EXPECT_EQ(Carried<double>::from(value), 3.0);
  EXPECT_EQ(Carried<bool>::from(value), std::nullopt);
  EXPECT_EQ(Carried<std::string>::from(value), std::nullopt);
  EXPECT_EQ(Carried<void*>::from(value), std::nullopt);
  value.kind = 77;
  EXPECT_EQ(Carried<int>::from(value), std::nullopt);
  EXPECT_EQ(Carried<std::optional<int>>::from(value), std::nullopt);
  EXPECT_EQ(kind_of(value), "something of an unknown kind");
}

}  // namespace
}  // namespace mainstay::plugins
