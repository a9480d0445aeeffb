// total.cpp - see total.hpp.
#include "mainstay/NOUN/total.hpp"

#include <string>

namespace mainstay::NOUN {

Result<std::int64_t> total(std::span<const std::int64_t> numbers) {
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (__builtin_add_overflow(sum, numbers[i], &sum)) {
      return Error{ErrorCode::invalid_argument,
                   "the total must fit 64 bits, and passes them at number " +
                       std::to_string(i + 1) + " (" + std::to_string(numbers[i]) +
                       "); add up fewer or smaller numbers"};
    }
  }
  return sum;
}

}  // namespace mainstay::NOUN
