// retry.hpp - try again what failed: policies as values, decisions as arithmetic, one loop.
//
// A policy says when it is enough (stop), how long to wait in between (wait) and which outcomes
// deserve another attempt (a condition); call() runs a function by it. Parts compose: stops and
// conditions by | and &, waits by +; any callable may stand in. The library throws nothing of its
// own and reads no clock but the one it is given.
//
//   auto policy = retry::policy(retry::stop_after_attempt(5) | retry::stop_after_delay(30s),
//                               retry::wait_exponential({.max = 10s}) + retry::wait_random(0s, 2s),
//                               retry::retry_if_exception_type<NetworkError>());
//   auto page = retry::call(policy, [&] { return fetch(url); });
//
// From the inside out:
#pragma once

// clang-format off: reading order, not alphabet
#include "mainstay/retry/arithmetic.hpp"  // the formulas, as plain functions
#include "mainstay/retry/call.hpp"        // the loop
#include "mainstay/retry/condition.hpp"   // which outcomes deserve another attempt
#include "mainstay/retry/machine.hpp"     // one call as a state machine
#include "mainstay/retry/outcome.hpp"     // what an attempt came to
#include "mainstay/retry/policy.hpp"      // all parts in one value
#include "mainstay/retry/progress.hpp"    // what a strategy may look at
#include "mainstay/retry/random.hpp"      // randomness as a parameter
#include "mainstay/retry/stop.hpp"        // when it is enough
#include "mainstay/retry/turn.hpp"        // the order of one decision
#include "mainstay/retry/wait.hpp"        // how long to wait
// clang-format on
