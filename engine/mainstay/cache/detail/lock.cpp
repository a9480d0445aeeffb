// lock.cpp - a robust pthread mutex; it waits in slices, for a clock that is set must not matter.
#include "mainstay/cache/detail/lock.hpp"

#include <time.h>

#include <cerrno>
#include <string>
#include <system_error>

#include "mainstay/cache/detail/file.hpp"

// Newer than the oldest library we run on; null there.
extern "C" int pthread_mutex_clocklock(pthread_mutex_t* lock, clockid_t clock,
                                       const timespec* until) noexcept __attribute__((weak));

namespace mainstay::cache::detail {
namespace {

constexpr double kSlice = 0.5;  // seconds
// A change takes less than a microsecond: going to sleep for it, and being woken, takes ten times
// that, and it is the holder who wakes.
constexpr int kSpins = 50;

void pause() noexcept {
#if defined(__x86_64__)
  for (int i = 0; i < 4; ++i) __builtin_ia32_pause();
#elif defined(__aarch64__)
  for (int i = 0; i < 16; ++i) asm volatile("yield");
#endif
}

double now(clockid_t clock) noexcept {
  timespec time{};
  clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

int lock_for(pthread_mutex_t& lock, double seconds) noexcept {
  clockid_t clock = CLOCK_MONOTONIC;
#if defined(__SANITIZE_THREAD__)
  const bool has_clock = false;  // it does not see that call
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
  const bool has_clock = false;
#else
  const bool has_clock = pthread_mutex_clocklock != nullptr;
#endif
#else
  const bool has_clock = pthread_mutex_clocklock != nullptr;
#endif
  if (!has_clock) clock = CLOCK_REALTIME;  // a clock that is set shortens or lengthens one slice
  timespec until{};
  clock_gettime(clock, &until);
  const auto whole = static_cast<time_t>(seconds);
  until.tv_sec += whole;
  until.tv_nsec += static_cast<long>((seconds - static_cast<double>(whole)) * 1e9);
  if (until.tv_nsec >= 1000000000) {
    until.tv_nsec -= 1000000000;
    ++until.tv_sec;
  }
  return has_clock ? pthread_mutex_clocklock(&lock, clock, &until)
                   : pthread_mutex_timedlock(&lock, &until);
}

Result<Taken> answer(int code) {
  switch (code) {
    case 0: return Taken::clean;
    case EOWNERDEAD: return Taken::after_death;
    case EBUSY:
    case ETIMEDOUT: return Taken::no;
    case EDEADLK:
      return Error{ErrorCode::unsupported,
                   "this thread holds the store already, perhaps through another object; use that "
                   "one, or end it first",
                   static_cast<int>(Reason::busy)};
    default:
      return Error{ErrorCode::system,
                   "cannot lock the store: " + std::generic_category().message(code), code};
  }
}

}  // namespace

Result<void> make_lock(pthread_mutex_t& lock) {
  pthread_mutexattr_t kind;
  pthread_mutexattr_init(&kind);
  pthread_mutexattr_setpshared(&kind, PTHREAD_PROCESS_SHARED);
  pthread_mutexattr_setrobust(&kind, PTHREAD_MUTEX_ROBUST);
  pthread_mutexattr_settype(&kind, PTHREAD_MUTEX_ERRORCHECK);
  const int code = pthread_mutex_init(&lock, &kind);
  pthread_mutexattr_destroy(&kind);
  if (code != 0) return system_error("cannot make the lock of", "the store", code);
  return {};
}

Result<Taken> try_lock(pthread_mutex_t& lock) { return answer(pthread_mutex_trylock(&lock)); }

Result<Taken> wait_lock(pthread_mutex_t& lock, double timeout) {
  auto taken = try_lock(lock);
  for (int spins = 0; spins < kSpins && taken && *taken == Taken::no; ++spins) {
    pause();
    taken = try_lock(lock);
  }
  if (!taken || *taken != Taken::no) return taken;
  const double start = now(CLOCK_MONOTONIC);
  for (;;) {
    const double left = timeout - (now(CLOCK_MONOTONIC) - start);
    if (timeout >= 0 && left <= 0) {
      return Error{ErrorCode::timed_out, "another thread or process held the store for " +
                                             std::to_string(timeout) +
                                             " seconds; try again, or allow more time"};
    }
    const double slice = timeout < 0 || left > kSlice ? kSlice : left;
    taken = answer(lock_for(lock, slice));
    if (!taken || *taken != Taken::no) return taken;
  }
}

void mark_repaired(pthread_mutex_t& lock) noexcept { pthread_mutex_consistent(&lock); }

void unlock(pthread_mutex_t& lock) noexcept { pthread_mutex_unlock(&lock); }

}  // namespace mainstay::cache::detail
