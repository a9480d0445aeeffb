// random.hpp - randomness as a parameter: any source will do, and one per thread is at hand.
//
// A source answers random() with a double from [0, 1). It may bring its own uniform(low, high);
// otherwise low + (high - low) * random() stands in. RandomRef refers to a source for the length
// of one call and owns nothing. What a source throws passes through.
#pragma once

#include <concepts>
#include <memory>
#include <type_traits>

#include "mainstay/base/time.hpp"
#include "mainstay/retry/arithmetic.hpp"

namespace mainstay::retry {

template <class S>
concept RandomSource = requires(S& source) {
  { source.random() } -> std::convertible_to<double>;
};

class RandomRef {
 public:
  template <RandomSource S>
    requires(!std::same_as<std::remove_cv_t<S>, RandomRef>)
  RandomRef(S& source) noexcept  // NOLINT: implicit, as for every view
      : source_(const_cast<void*>(static_cast<const volatile void*>(std::addressof(source)))),
        random_([](void* erased) -> double { return static_cast<S*>(erased)->random(); }),
        uniform_([](void* erased, Seconds low, Seconds high) -> Seconds {
          S& actual = *static_cast<S*>(erased);
          if constexpr (requires {
                          { actual.uniform(0.0, 1.0) } -> std::convertible_to<double>;
                        }) {
            return Seconds{actual.uniform(low.count(), high.count())};
          } else {
            return between(low, high, actual.random());
          }
        }) {}

  [[nodiscard]] double random() const { return random_(source_); }
  [[nodiscard]] Seconds uniform(Seconds low, Seconds high) const {
    return uniform_(source_, low, high);
  }

 private:
  void* source_;
  double (*random_)(void*);
  Seconds (*uniform_)(void*, Seconds, Seconds);
};

// The generator of the thread that asks: seeded from the system once per thread, and again in a
// forked child, so that processes forked together do not retry in step. Good enough for jitter,
// not for secrets.
class ThreadRandom {
 public:
  [[nodiscard]] double random() const noexcept;
};

}  // namespace mainstay::retry
