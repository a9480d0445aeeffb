// lock.hpp - the lock in the mapped file: robust, shared by processes, with a limit of time.
//
// A holder that dies leaves it to the next, who is told. It belongs to the thread that took it.
#pragma once

#include <pthread.h>

#include "mainstay/base/result.hpp"
#include "mainstay/cache/options.hpp"

namespace mainstay::cache::detail {

enum class Taken {
  clean,
  after_death,  // the one before died: repair, then mark_repaired()
  no,           // only from try_lock: it is held
};

[[nodiscard]] Result<void> make_lock(pthread_mutex_t& lock);
[[nodiscard]] Result<Taken> try_lock(pthread_mutex_t& lock);
[[nodiscard]] Result<Taken> wait_lock(pthread_mutex_t& lock, double timeout);
void mark_repaired(pthread_mutex_t& lock) noexcept;
void unlock(pthread_mutex_t& lock) noexcept;

}  // namespace mainstay::cache::detail
