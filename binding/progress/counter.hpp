// counter.hpp - what a bar counts, as Python's live attributes over the engine's Counter.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "binding/progress/module.hpp"
#include "binding/support/native_type.hpp"
#include "mainstay/progress/counter.hpp"

namespace mainstay::binding::progress {

// Numbers are the engine's as long as they are plain; whatever else a program sets is kept as the
// object it is, and the bar then counts in Python.
struct CounterValue {
  static constexpr std::size_t kFields = 7;
  static constexpr std::array<Count mainstay::progress::Counter::*, kFields> kMembers{
      &mainstay::progress::Counter::n,        &mainstay::progress::Counter::printed_n,
      &mainstay::progress::Counter::miniters, &mainstay::progress::Counter::printed_t,
      &mainstay::progress::Counter::start_t,  &mainstay::progress::Counter::mininterval,
      &mainstay::progress::Counter::delay,
  };
  static constexpr unsigned kAll = (1U << kFields) - 1;

  mainstay::progress::Counter counter;
  std::array<Ref, kFields> others;  // of the fields in `odd`
  unsigned set = 0;                 // fields that have a value
  unsigned odd = 0;                 // those whose value is no plain number
  bool is_disabled = false;
  Ref disable;                          // empty: not set
  Ref clock;                            // the same
  const SystemClock* system = nullptr;  // when `clock` is time.time

  // Whole items that must be counted until the clock is looked at. Read by loops without a lock.
  std::atomic<std::int64_t> limit{0};

  [[nodiscard]] bool is_plain() const noexcept { return set == kAll && odd == 0; }
  [[nodiscard]] bool reads_system_clock() const noexcept {
    return system != nullptr && system->is_untouched();
  }
  void follow_miniters() noexcept {
    limit.store(mainstay::progress::first_of(counter.miniters.number()), std::memory_order_relaxed);
  }

  void each_reference(auto visit) {
    for (Ref& each : others) visit(each);
    visit(disable);
    visit(clock);
  }
};

}  // namespace mainstay::binding::progress
