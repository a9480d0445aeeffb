// outcome.hpp - what an attempt came to: a value, an error, or the request for another attempt.
//
// Owns the value or the exception. A value type: as thread-safe as the value in it. Looking at
// the side that is not there is a programming error: ask kind() first.
#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>
#include <variant>

#include "mainstay/retry/turn.hpp"

namespace mainstay::retry {

// Throw this to ask for another attempt, whatever the retry condition says. When no attempt is left
// it reaches the caller like any other exception.
class TryAgain : public std::exception {
 public:
  [[nodiscard]] const char* what() const noexcept override {
    return "another attempt was requested and none is left";
  }
};

// True when `error` is an E, or derived from it. Costs one throw and catch.
template <class E>
[[nodiscard]] bool is_a(const std::exception_ptr& error) {
  if (!error) return false;
  try {
    std::rethrow_exception(error);
  } catch (const E&) {
    return true;
  } catch (...) {
    return false;
  }
}

// The E in `error`, or null when it is something else. Lives as long as `error` holds it. Costs one
// throw and catch.
template <class E>
[[nodiscard]] const E* error_as(const std::exception_ptr& error) {
  if (!error) return nullptr;
  try {
    std::rethrow_exception(error);
  } catch (const E& caught) {
    return std::addressof(caught);
  } catch (...) {  // NOLINT: another type is an answer, not an error
    return nullptr;
  }
}

// What `error` was thrown on account of, as std::throw_with_nested keeps it; null when it says
// nothing. Costs one throw and catch.
[[nodiscard]] inline std::exception_ptr cause_of(const std::exception_ptr& error) {
  const auto* nested = error_as<std::nested_exception>(error);
  return nested == nullptr ? nullptr : nested->nested_ptr();
}

namespace detail {

// What an Outcome can keep and hand on. References are kept as pointers and void as nothing.
template <class R>
concept KeptResult = std::is_void_v<R> || std::is_reference_v<R> ||
                     std::is_move_constructible_v<std::remove_cv_t<R>>;

}  // namespace detail

template <class R>
class Outcome {
  static_assert(!std::is_rvalue_reference_v<R>,
                "an attempt may be repeated, so its result cannot be an rvalue reference");
  struct Nothing {};
  // References are kept as pointers and void as nothing, so that one class serves every function.
  using Kept = std::conditional_t<
      std::is_void_v<R>, Nothing,
      std::conditional_t<std::is_reference_v<R>, std::add_pointer_t<R>, std::remove_cv_t<R>>>;

 public:
  // Nothing has been tried.
  Outcome() noexcept = default;

  // Runs `attempt` and keeps what comes of it, exceptions included.
  template <class F>
  [[nodiscard]] static Outcome of(F&& attempt);

  // The attempt threw `error`, which must not be null.
  [[nodiscard]] static Outcome failed(std::exception_ptr error) {
    const bool again = is_a<TryAgain>(error);
    return Outcome(Failure{std::move(error), again});
  }

  [[nodiscard]] OutcomeKind kind() const noexcept {
    switch (state_.index()) {
      case kValue: return OutcomeKind::value;
      case kFailure:
        return std::get_if<kFailure>(&state_)->again ? OutcomeKind::try_again : OutcomeKind::error;
      default: return OutcomeKind::none;
    }
  }
  [[nodiscard]] bool has_value() const noexcept { return state_.index() == kValue; }
  // Threw, be it a TryAgain.
  [[nodiscard]] bool has_error() const noexcept { return state_.index() == kFailure; }

  // Precondition: has_value().
  [[nodiscard]] decltype(auto) value() const noexcept
    requires(!std::is_void_v<R>)
  {
    if constexpr (std::is_reference_v<R>) {
      return static_cast<R>(**std::get_if<kValue>(&state_));
    } else {
      return *std::get_if<kValue>(&state_);
    }
  }

  // Null unless has_error().
  [[nodiscard]] const std::exception_ptr& error() const noexcept {
    static const std::exception_ptr none;
    const auto* failure = std::get_if<kFailure>(&state_);
    return failure ? failure->error : none;
  }

  // Returns the value or rethrows the error. Precondition: something has been tried.
  R take() && {
    if (auto* failure = std::get_if<kFailure>(&state_)) {
      std::rethrow_exception(std::move(failure->error));
    }
    if constexpr (std::is_reference_v<R>) {
      return static_cast<R>(**std::get_if<kValue>(&state_));
    } else if constexpr (!std::is_void_v<R>) {
      return std::move(*std::get_if<kValue>(&state_));
    }
  }

 private:
  struct Failure {
    std::exception_ptr error;
    bool again = false;
  };
  static constexpr std::size_t kValue = 1;
  static constexpr std::size_t kFailure = 2;

  explicit Outcome(Failure failure) noexcept
      : state_(std::in_place_index<kFailure>, std::move(failure)) {}

  std::variant<std::monostate, Kept, Failure> state_;
};

// The one place where the caller's exceptions are caught.
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
  } catch (const TryAgain&) {
    return Outcome(Failure{std::current_exception(), true});
  } catch (...) {
    auto error = std::current_exception();
    // Not a C++ exception: a cancelled thread unwinds through here, and the C library ends the
    // program if anyone swallows that.
    if (!error) throw;
    return Outcome(Failure{std::move(error), false});
  }
}

}  // namespace mainstay::retry
