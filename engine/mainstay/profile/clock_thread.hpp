// clock_thread.hpp - a thread that keeps the time, for those who cannot afford a look at a clock.
//
// A profile function runs millions of times a second and samples a thousand times. Reading a number
// that a thread writes once per interval costs a nanosecond, a clock up to fifty. The time moves
// while there is a subscriber, in steps of the shortest interval that one asked for. The thread
// stays for a moment after the last one: functions that are profiled call by call do not start one
// each.
//
// All functions may be called from any thread. In the child of a fork the thread is gone, and the
// time is infinite until someone subscribes: look at `monotonic_seconds()` instead.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "mainstay/base/result.hpp"

namespace mainstay::profile {

// CLOCK_MONOTONIC in seconds; `coarse` is its cheaper relative that moves every few milliseconds.
[[nodiscard]] double monotonic_seconds() noexcept;
[[nodiscard]] double coarse_seconds() noexcept;
// The step of the coarse clock in seconds; 0 where there is none.
[[nodiscard]] double coarse_resolution() noexcept;

class ClockThread {
 public:
  static constexpr int kMostSubscribers = 1000;

  // The one of this process; it lives as long as the process does.
  [[nodiscard]] static ClockThread& shared();

  // Has the time move at least every `interval` seconds; returns a number to end that with.
  // ErrorCode::limit_exceeded when there are too many, system when no thread could be started.
  [[nodiscard]] Result<int> subscribe(double interval);
  // Ends a subscription; ErrorCode::not_found when there is none of that number.
  Result<void> unsubscribe(int id);

  // The time at the last step, in seconds of CLOCK_MONOTONIC.
  [[nodiscard]] double now() const noexcept { return now_.load(std::memory_order_relaxed); }
  // The length of a step in seconds; -1 while it does not move.
  [[nodiscard]] double interval();

 private:
  struct Guarded;

  ClockThread();
  ~ClockThread() = delete;  // threads may look at it until the process ends
  void keep_time(unsigned generation);
  void after_fork() noexcept;

  std::atomic<double> now_{0};
  std::atomic<std::uint32_t> wishes_{
      0};  // changes with each subscription: what the thread waits on
  Guarded* guarded_;
};

}  // namespace mainstay::profile
