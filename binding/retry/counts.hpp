// counts.hpp - what all calls under one policy came to, in four numbers that only grow.
//
// A controller and the copies its calls run on share one Counts. The native loops count where the
// engine's Turn passes, so a call is counted once whichever way it goes. Written under the
// interpreter's lock; where there is none nothing is undefined, but a count may be lost.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "binding/retry/module.hpp"

namespace mainstay::binding::retry {

struct ControllerObject;

class Counts {
 public:
  void call(std::uint64_t calls = 1) noexcept { add(calls_, calls); }
  void retry(double sleep) noexcept {
    add(retries_, std::uint64_t{1});
    add(slept_, sleep);
  }
  void give_up() noexcept { add(given_up_, std::uint64_t{1}); }

  // A `Counters` with the numbers of this moment. New reference.
  [[nodiscard]] PyObject* snapshot(const ModuleState& state) const noexcept;

 private:
  // Not fetch_add: that locks the bus on every successful call, for interpreters without a lock.
  template <class Number>
  static void add(std::atomic<Number>& number, Number more) noexcept {
    number.store(number.load(std::memory_order_relaxed) + more, std::memory_order_relaxed);
  }

  std::atomic<std::uint64_t> calls_{0}, retries_{0}, given_up_{0};
  std::atomic<double> slept_{0};
};

// The numbers of a controller, made when there are none yet. Throws std::bad_alloc.
const std::shared_ptr<Counts>& make_counts(ControllerObject& controller);

// The same; null, with nothing set, when there is no memory for them.
[[nodiscard]] Counts* counts_of(PyObject* controller) noexcept;

// `controller._counters()`, `controller._count(retries, sleep, given_up)`,
// `controller._count_for(other)`. New references.
[[nodiscard]] PyObject* get_counters(PyObject* controller, PyObject* unused) noexcept;
[[nodiscard]] PyObject* count_in_python(PyObject* controller, PyObject* const* args,
                                        Py_ssize_t count) noexcept;
[[nodiscard]] PyObject* count_for(PyObject* controller, PyObject* other) noexcept;

}  // namespace mainstay::binding::retry
