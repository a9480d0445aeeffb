// machine.cpp - see machine.hpp.
#include "mainstay/retry/machine.hpp"

#include "mainstay/base/text.hpp"

namespace mainstay::retry::detail {

Error unusable_wait(Seconds answer) {
  return Error{ErrorCode::invalid_answer,
               "a wait must answer 0 seconds or more, got " + decimal(answer.count()) +
                   "; the call ended with the last outcome: correct the callable in the wait"};
}

}  // namespace mainstay::retry::detail
