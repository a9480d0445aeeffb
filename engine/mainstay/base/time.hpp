// time.hpp - time as doubles, and the machine's own clock as one replaceable object.
//
// Seconds is a double on purpose: the arithmetic of the engine must give Python's floats bit by
// bit. Nothing in the engine reads a clock by itself; whoever runs a loop passes one in.
#pragma once

#include <chrono>
#include <concepts>

namespace mainstay {

using Seconds = std::chrono::duration<double>;

// A clock that can also pass the time. Tests hand in one that moves only when told.
template <class T>
concept TimeSource = requires(T& source, Seconds length) {
  { source.now() } -> std::convertible_to<Seconds>;
  source.sleep(length);
};

// The monotonic clock of the machine. Stateless: share one or make as many as you like.
class SteadyTime {
 public:
  // Seconds since an arbitrary moment before the program started; never goes back.
  [[nodiscard]] Seconds now() const noexcept;

  // Blocks this thread for at least `length`. Not a number and less than zero mean no time at all;
  // lengths beyond every calendar, infinity included, mean for ever.
  void sleep(Seconds length) const;
};

}  // namespace mainstay
