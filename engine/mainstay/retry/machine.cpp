// machine.cpp - see machine.hpp.
#include "mainstay/retry/machine.hpp"

#include "mainstay/base/text.hpp"

namespace mainstay::retry::detail {

Error unusable_wait(Seconds answer) {
  return Error{ErrorCode::invalid_answer,
               "a wait must answer a finite number of seconds, 0 or more, got " +
                   decimal(answer.count()) +
                   "; the call ended with the last outcome: correct the callable in the wait, or "
                   "give an endless formula a finite max"};
}

}  // namespace mainstay::retry::detail
