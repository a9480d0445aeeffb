// clock_thread.cpp - see clock_thread.hpp.
#include "mainstay/profile/clock_thread.hpp"

#include <linux/futex.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <ctime>
#include <limits>
#include <mutex>
#include <string>
#include <system_error>
#include <thread>

namespace mainstay::profile {
namespace {

// The thread ends when it had no subscriber for so many seconds.
constexpr double kLinger = 0.1;

double seconds_of(clockid_t clock) noexcept {
  timespec time{};
  clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

// Waits for a moment of CLOCK_MONOTONIC, or until `number` is no longer what it was.
void wait_until(double moment, std::atomic<std::uint32_t>& number, std::uint32_t was) noexcept {
  timespec time{};
  time.tv_sec = static_cast<time_t>(moment);
  time.tv_nsec = static_cast<long>((moment - std::floor(moment)) * 1e9);
  syscall(SYS_futex, &number, FUTEX_WAIT_BITSET_PRIVATE, was, &time, nullptr,
          FUTEX_BITSET_MATCH_ANY);
}

void wake(std::atomic<std::uint32_t>& number) noexcept {
  number.fetch_add(1);
  syscall(SYS_futex, &number, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
}
static_assert(sizeof(std::atomic<std::uint32_t>) == sizeof(std::uint32_t));

}  // namespace

double monotonic_seconds() noexcept { return seconds_of(CLOCK_MONOTONIC); }
double coarse_seconds() noexcept { return seconds_of(CLOCK_MONOTONIC_COARSE); }
double coarse_resolution() noexcept {
  timespec step{};
  if (clock_getres(CLOCK_MONOTONIC_COARSE, &step) != 0) return 0;
  return static_cast<double>(step.tv_sec) + static_cast<double>(step.tv_nsec) * 1e-9;
}

struct ClockThread::Guarded {
  std::mutex mutex;
  std::array<double, kMostSubscribers> intervals{};  // 0: a free place
  int subscribers = 0;
  bool is_running = false;
  unsigned generation = 0;  // of the thread that is to run; others end

  double shortest() const noexcept {
    double least = 0;
    for (const double each : intervals) {
      if (each > 0 && (least == 0 || each < least)) least = each;
    }
    return least;
  }
};

ClockThread& ClockThread::shared() {
  static ClockThread* const one = new ClockThread;
  return *one;
}

ClockThread::ClockThread() : guarded_(new Guarded) {
  // A fork waits until no other thread is in here, and leaves the child a clock that stands still.
  pthread_atfork([] { shared().guarded_->mutex.lock(); }, [] { shared().guarded_->mutex.unlock(); },
                 [] { shared().after_fork(); });
}

void ClockThread::after_fork() noexcept {
  now_.store(std::numeric_limits<double>::infinity());
  guarded_->is_running = false;
  ++guarded_->generation;
  guarded_->mutex.unlock();
}

Result<int> ClockThread::subscribe(double interval) {
  const std::scoped_lock held(guarded_->mutex);
  auto& places = guarded_->intervals;
  const auto place = std::find(places.begin(), places.end(), 0.0);
  if (place == places.end()) {
    return Error{ErrorCode::limit_exceeded, "the clock thread has " +
                                                std::to_string(kMostSubscribers) +
                                                " subscribers, the most there may be; end one"};
  }
  if (!(interval > 0)) {
    return Error{ErrorCode::invalid_argument, "the interval must be more than 0 seconds"};
  }
  if (guarded_->subscribers == 0) now_.store(monotonic_seconds());
  if (!guarded_->is_running) {
    try {
      std::thread(&ClockThread::keep_time, this, ++guarded_->generation).detach();
    } catch (const std::system_error& error) {
      return Error{ErrorCode::system, "no thread could be started to keep the time",
                   error.code().value()};
    }
    guarded_->is_running = true;
  }
  *place = interval;
  ++guarded_->subscribers;
  wake(wishes_);
  return static_cast<int>(place - places.begin());
}

Result<void> ClockThread::unsubscribe(int id) {
  const std::scoped_lock held(guarded_->mutex);
  if (id < 0 || id >= kMostSubscribers || guarded_->intervals[static_cast<std::size_t>(id)] == 0) {
    return Error{ErrorCode::not_found, "no subscription has the number " + std::to_string(id)};
  }
  guarded_->intervals[static_cast<std::size_t>(id)] = 0;
  --guarded_->subscribers;
  return {};
}

double ClockThread::interval() {
  const std::scoped_lock held(guarded_->mutex);
  return guarded_->subscribers == 0 ? -1 : guarded_->shortest();
}

void ClockThread::keep_time(unsigned generation) {
  double next = 0;        // the step that is due; 0: none is
  double idle_since = 0;  // when the last subscriber went; 0: there is one
  for (;;) {
    const std::uint32_t wishes = wishes_.load();
    double until = 0;
    {
      const std::scoped_lock held(guarded_->mutex);
      if (guarded_->generation != generation) return;
      const double time = monotonic_seconds();
      if (guarded_->subscribers == 0) {
        next = 0;
        if (idle_since == 0) idle_since = time;
        until = idle_since + kLinger;
        if (time >= until) {
          guarded_->is_running = false;
          return;
        }
      } else {
        idle_since = 0;
        const double interval = guarded_->shortest();
        if (next == 0) next = time + interval;
        if (time >= next) {
          // On a grid: a late step does not delay those that follow.
          now_.store(next, std::memory_order_relaxed);
          next = std::max(next + interval, time);
        }
        next = std::min(next, time + interval);
        until = next;
      }
    }
    wait_until(until, wishes_, wishes);
  }
}

}  // namespace mainstay::profile
