// time.cpp - see time.hpp.
#include "mainstay/base/time.hpp"

#include <algorithm>
#include <thread>

namespace mainstay {

Seconds SteadyTime::now() const noexcept {
  return std::chrono::steady_clock::now().time_since_epoch();
}

void SteadyTime::sleep(Seconds length) const {
  // Slices keep the conversion to integer nanoseconds inside its range, whatever was asked for.
  constexpr Seconds kSlice{86400.0};
  while (length > Seconds::zero()) {
    const Seconds part = std::min(length, kSlice);
    std::this_thread::sleep_for(std::chrono::ceil<std::chrono::nanoseconds>(part));
    length -= part;  // infinity stays infinity
  }
}

}  // namespace mainstay
