// text.cpp - see text.hpp.
#include "mainstay/base/text.hpp"

#include <array>
#include <charconv>
#include <cmath>

namespace mainstay {

std::string decimal(double number) {
  // to_chars would print the sign of a NaN, which tells a reader nothing.
  if (std::isnan(number)) return "nan";
  std::array<char, 32> digits;  // the longest double takes 24
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  return {digits.data(), end};
}

}  // namespace mainstay
