// condition.hpp - which outcomes deserve another attempt, composed by | and &.
//
// A condition is anything callable as bool(const Outcome<R>&) for the result R of the function it
// is used with. The built-in ones are templates, so a condition costs what it looks at: one on
// results costs a call, one on exception types one rethrow per failed attempt. A condition that
// does not fit the function's result does not compile.
//
// | and & ask from left to right and no further than needed; one side must be built in, the other
// may be any callable. Errors: what a predicate throws passes through. Thread safety: conditions
// are immutable and asked through const; sharing is safe if the predicates are.
#pragma once

#include <concepts>
#include <exception>
#include <functional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "mainstay/retry/outcome.hpp"

namespace mainstay::retry {

class Stop;
class Wait;

namespace detail {

struct ConditionTag {};

template <class C>
concept BuiltInCondition = std::derived_from<std::remove_cvref_t<C>, ConditionTag>;

// The other policy parts have operators of their own: mixing them up must not compile.
template <class C>
concept OtherPart =
    std::same_as<std::remove_cvref_t<C>, Stop> || std::same_as<std::remove_cvref_t<C>, Wait>;

template <class A, class B>
concept Composable = (BuiltInCondition<A> || BuiltInCondition<B>) && !OtherPart<A> && !OtherPart<B>;

}  // namespace detail

// C answers for a function that returns R.
template <class C, class R>
concept ConditionFor = std::is_invocable_r_v<bool, const C&, const Outcome<R>&>;

struct Always : detail::ConditionTag {
  template <class R>
  [[nodiscard]] constexpr bool operator()(const Outcome<R>&) const noexcept {
    return true;
  }
};

struct Never : detail::ConditionTag {
  template <class R>
  [[nodiscard]] constexpr bool operator()(const Outcome<R>&) const noexcept {
    return false;
  }
};

// Errors of one of the types E, or of any type when none is named.
template <class... E>
struct IfExceptionType : detail::ConditionTag {
  template <class R>
  [[nodiscard]] bool operator()(const Outcome<R>& outcome) const {
    if (!outcome.has_error()) return false;
    if constexpr (sizeof...(E) == 0) {
      return true;
    } else {
      return (is_a<E>(outcome.error()) || ...);
    }
  }
};

// Errors of none of the types E.
template <class... E>
struct IfNotExceptionType : detail::ConditionTag {
  template <class R>
  [[nodiscard]] bool operator()(const Outcome<R>& outcome) const {
    return outcome.has_error() && !(is_a<E>(outcome.error()) || ...);
  }
};

// Errors that are an E for which the predicate holds.
template <class E, class P>
struct IfException : detail::ConditionTag {
  P predicate;

  explicit IfException(P p) : predicate(std::move(p)) {}

  template <class R>
  [[nodiscard]] bool operator()(const Outcome<R>& outcome) const {
    if (!outcome.has_error()) return false;
    if constexpr (std::same_as<E, std::exception_ptr>) {
      return std::invoke(predicate, outcome.error());
    } else {
      const E* error = error_as<E>(outcome.error());
      return error != nullptr && std::invoke(predicate, *error);
    }
  }
};

// Anything, results included, but errors of one of the types E.
template <class... E>
struct UnlessExceptionType : detail::ConditionTag {
  template <class R>
  [[nodiscard]] bool operator()(const Outcome<R>& outcome) const {
    return !outcome.has_error() || !(is_a<E>(outcome.error()) || ...);
  }
};

// Errors with a cause of one of the types E, however far down the chain; of any type when none is
// named. The error itself is not its own cause.
template <class... E>
struct IfExceptionCauseType : detail::ConditionTag {
  template <class R>
  [[nodiscard]] bool operator()(const Outcome<R>& outcome) const {
    for (auto cause = cause_of(outcome.error()); cause; cause = cause_of(cause)) {
      if (sizeof...(E) == 0 || (is_a<E>(cause) || ...)) return true;
    }
    return false;
  }
};

namespace detail {

// Equality with one text.
struct SameText {
  std::string text;
  [[nodiscard]] bool operator()(std::string_view other) const noexcept { return other == text; }
};

}  // namespace detail

// Errors whose what() the predicate takes, or, where that is not `Wanted`, anything else, results
// included. What is no std::exception has no text.
template <class P, bool Wanted>
struct IfExceptionMessage : detail::ConditionTag {
  P predicate;

  explicit IfExceptionMessage(P p) : predicate(std::move(p)) {}

  template <class R>
  [[nodiscard]] bool operator()(const Outcome<R>& outcome) const {
    const auto* error = error_as<std::exception>(outcome.error());
    const bool matches = error != nullptr &&
                         static_cast<bool>(std::invoke(predicate, std::string_view(error->what())));
    return matches == Wanted;
  }
};

// Results for which the predicate answers `Wanted`. Not callable for results it does not take.
template <class P, bool Wanted>
struct IfResult : detail::ConditionTag {
  P predicate;

  explicit IfResult(P p) : predicate(std::move(p)) {}

  template <class R>
    requires(!std::is_void_v<R> && std::predicate<const P&, const std::remove_reference_t<R>&>)
  [[nodiscard]] bool operator()(const Outcome<R>& outcome) const {
    if (!outcome.has_value()) return false;
    return static_cast<bool>(std::invoke(predicate, std::as_const(outcome.value()))) == Wanted;
  }
};

template <class A, class B>
struct AnyOf : detail::ConditionTag {
  A first;
  B second;

  AnyOf(A a, B b) : first(std::move(a)), second(std::move(b)) {}

  template <class R>
    requires ConditionFor<A, R> && ConditionFor<B, R>
  [[nodiscard]] bool operator()(const Outcome<R>& outcome) const {
    return std::invoke(first, outcome) || std::invoke(second, outcome);
  }
};

template <class A, class B>
struct AllOf : detail::ConditionTag {
  A first;
  B second;

  AllOf(A a, B b) : first(std::move(a)), second(std::move(b)) {}

  template <class R>
    requires ConditionFor<A, R> && ConditionFor<B, R>
  [[nodiscard]] bool operator()(const Outcome<R>& outcome) const {
    return std::invoke(first, outcome) && std::invoke(second, outcome);
  }
};

template <class A, class B>
  requires detail::Composable<A, B>
[[nodiscard]] auto operator|(A&& first, B&& second) {
  return AnyOf<std::decay_t<A>, std::decay_t<B>>(std::forward<A>(first), std::forward<B>(second));
}

template <class A, class B>
  requires detail::Composable<A, B>
[[nodiscard]] auto operator&(A&& first, B&& second) {
  return AllOf<std::decay_t<A>, std::decay_t<B>>(std::forward<A>(first), std::forward<B>(second));
}

// --- the factories ------------------------------------------------------------------------------

[[nodiscard]] constexpr Always retry_always() noexcept { return {}; }
[[nodiscard]] constexpr Never retry_never() noexcept { return {}; }

// retry_if_exception_type<Timeout, Refused>(); without types, any exception.
template <class... E>
[[nodiscard]] constexpr IfExceptionType<E...> retry_if_exception_type() noexcept {
  return {};
}

template <class... E>
  requires(sizeof...(E) > 0)
[[nodiscard]] constexpr IfNotExceptionType<E...> retry_if_not_exception_type() noexcept {
  return {};
}

// The predicate takes const std::exception& (other types are then not retried) or a
// std::exception_ptr (then it sees everything).
template <class P>
[[nodiscard]] auto retry_if_exception(P predicate) {
  if constexpr (std::predicate<const P&, const std::exception&>) {
    return IfException<std::exception, P>(std::move(predicate));
  } else {
    static_assert(std::predicate<const P&, const std::exception_ptr&>,
                  "the predicate of retry_if_exception must be callable through const with "
                  "const std::exception& or std::exception_ptr and answer bool; for an exception "
                  "type of your own write retry_if_exception<Type>(predicate)");
    return IfException<std::exception_ptr, P>(std::move(predicate));
  }
}

// The same for exceptions of type E alone: retry_if_exception<HttpError>([](auto& e) { ... }).
template <class E, std::predicate<const E&> P>
[[nodiscard]] auto retry_if_exception(P predicate) {
  return IfException<E, P>(std::move(predicate));
}

// Until one of these is thrown: results are repeated, too.
template <class... E>
  requires(sizeof...(E) > 0)
[[nodiscard]] constexpr UnlessExceptionType<E...> retry_unless_exception_type() noexcept {
  return {};
}

// By what lies behind an exception, as std::throw_with_nested keeps it.
template <class... E>
[[nodiscard]] constexpr IfExceptionCauseType<E...> retry_if_exception_cause_type() noexcept {
  return {};
}

// By the text of an exception: all of it, or a predicate on it (for a regular expression, one that
// asks std::regex_search).
[[nodiscard]] inline auto retry_if_exception_message(std::string message) {
  return IfExceptionMessage<detail::SameText, true>({std::move(message)});
}
template <class P>
  requires(!std::convertible_to<P, std::string>)
[[nodiscard]] auto retry_if_exception_message(P predicate) {
  static_assert(std::predicate<const P&, std::string_view>,
                "retry_if_exception_message takes the message as text, or a predicate that is "
                "callable through const with std::string_view and answers bool");
  return IfExceptionMessage<P, true>(std::move(predicate));
}

// Until an exception with such a text is thrown: results are repeated, too.
[[nodiscard]] inline auto retry_if_not_exception_message(std::string message) {
  return IfExceptionMessage<detail::SameText, false>({std::move(message)});
}
template <class P>
  requires(!std::convertible_to<P, std::string>)
[[nodiscard]] auto retry_if_not_exception_message(P predicate) {
  static_assert(std::predicate<const P&, std::string_view>,
                "retry_if_not_exception_message takes the message as text, or a predicate that is "
                "callable through const with std::string_view and answers bool");
  return IfExceptionMessage<P, false>(std::move(predicate));
}

template <class P>
[[nodiscard]] auto retry_if_result(P predicate) {
  return IfResult<P, true>(std::move(predicate));
}

template <class P>
[[nodiscard]] auto retry_if_not_result(P predicate) {
  return IfResult<P, false>(std::move(predicate));
}

// retry_any(a, b, c) asks like a | b | c, retry_all(a, b, c) like a & b & c; here every part may be
// any callable.
template <class A>
[[nodiscard]] A retry_any(A only) {
  return only;
}
template <class A, class B, class... Rest>
[[nodiscard]] auto retry_any(A first, B second, Rest... rest) {
  return retry_any(AnyOf<A, B>(std::move(first), std::move(second)), std::move(rest)...);
}
template <class A>
[[nodiscard]] A retry_all(A only) {
  return only;
}
template <class A, class B, class... Rest>
[[nodiscard]] auto retry_all(A first, B second, Rest... rest) {
  return retry_all(AllOf<A, B>(std::move(first), std::move(second)), std::move(rest)...);
}

}  // namespace mainstay::retry
