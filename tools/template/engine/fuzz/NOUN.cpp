// NOUN.cpp - totals of arbitrary numbers agree with a wider sum, or are refused.
#include "mainstay/NOUN/NOUN.hpp"

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::vector<std::int64_t> numbers(size / sizeof(std::int64_t));
  if (!numbers.empty()) std::memcpy(numbers.data(), data, numbers.size() * sizeof(std::int64_t));
  __extension__ using Wide = __int128;
  Wide wide = 0;
  bool fits = true;
  for (const auto number : numbers) {
    wide += number;
    fits = fits && wide >= std::numeric_limits<std::int64_t>::min() &&
           wide <= std::numeric_limits<std::int64_t>::max();
  }
  const auto sum = mainstay::NOUN::total(numbers);
  if (sum.has_value() != fits || (fits && *sum != wide)) std::abort();
  return 0;
}
