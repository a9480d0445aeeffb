// outcome_of.hpp - the body of Outcome::of: the one place where a caller's exceptions are caught.
// No promise to users; included by outcome.hpp.
#pragma once

#include "mainstay/retry/outcome.hpp"

#if __has_include(<bits/cxxabi_forced.h>)
#include <bits/cxxabi_forced.h>
#define MAINSTAY_HAS_FORCED_UNWIND 1
#endif

namespace mainstay::retry {

template <class R>
template <class F>
Outcome<R> Outcome<R>::of(F&& attempt) {
  try {
    Outcome outcome;
    if constexpr (std::is_void_v<R>) {
      std::invoke(std::forward<F>(attempt));
      outcome.state_.template emplace<kValue>();
    } else if constexpr (std::is_reference_v<R>) {
      outcome.state_.template emplace<kValue>(
          std::addressof(static_cast<R>(std::invoke(std::forward<F>(attempt)))));
    } else {
      outcome.state_.template emplace<kValue>(std::invoke(std::forward<F>(attempt)));
    }
    return outcome;
#ifdef MAINSTAY_HAS_FORCED_UNWIND
  } catch (__cxxabiv1::__forced_unwind&) {
    // A cancelled thread unwinds through here; glibc ends the program if anyone swallows that.
    throw;
#endif
  } catch (const TryAgain&) {
    return Outcome(Failure{std::current_exception(), true});
  } catch (...) {
    return Outcome(Failure{std::current_exception(), false});
  }
}

}  // namespace mainstay::retry

#undef MAINSTAY_HAS_FORCED_UNWIND
