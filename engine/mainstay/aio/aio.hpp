// aio.hpp - structured concurrency: all of mainstay::aio.
//
// `threads.hpp` has cancel scopes and channels that are ready to use between threads. The others
// are what they are made of, templates over what waiting means: wait queues, the accounts of locks,
// semaphores and limiters, the state of a channel, the tree of scopes. The Python package runs the
// same templates over the tasks of an event loop.
#pragma once

#include "mainstay/aio/channel.hpp"  // IWYU pragma: export
#include "mainstay/aio/permits.hpp"  // IWYU pragma: export
#include "mainstay/aio/queue.hpp"    // IWYU pragma: export
#include "mainstay/aio/scope.hpp"    // IWYU pragma: export
#include "mainstay/aio/threads.hpp"  // IWYU pragma: export
