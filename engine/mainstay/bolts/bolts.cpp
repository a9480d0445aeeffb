// bolts.cpp - see bolts.hpp.
#include "mainstay/bolts/bolts.hpp"

#include <string>

namespace mainstay::bolts {

Result<void> Total::add(std::int64_t number) {
  std::int64_t sum = 0;
  if (__builtin_add_overflow(value_, number, &sum)) {
    return Error{ErrorCode::limit_exceeded,
                 "the total must fit 64 bits, and " + std::to_string(number) + " more than " +
                     std::to_string(value_) + " does not; add smaller numbers"};
  }
  value_ = sum;
  return {};
}

}  // namespace mainstay::bolts
