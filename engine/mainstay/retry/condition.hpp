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
#include <memory>
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
concept Composable = (BuiltInCondition<A> || BuiltInCondition<B>)&&!OtherPart<A> && !OtherPart<B>;

}  // namespace detail

// C answers for a function that returns R.
template <class C, class R>
concept ConditionFor = std::is_invocable_r_v < bool,
        const C&, const Outcome<R>
& > ;

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
      const E* error = nullptr;
      try {
        std::rethrow_exception(outcome.error());
      } catch (const E& caught) {
        error = std::addressof(caught);  // lives as long as outcome.error() holds it
      } catch (...) {                    // NOLINT: another type is an answer, not an error
      }
      // Outside the handler, so that what the predicate throws is not mistaken for the outcome.
      return error != nullptr && std::invoke(predicate, *error);
    }
  }
};

// Results for which the predicate answers `Wanted`. Not callable for results it does not take.
template <class P, bool Wanted>
struct IfResult : detail::ConditionTag {
  P predicate;

  explicit IfResult(P p) : predicate(std::move(p)) {}

  template <class R>
  requires(!std::is_void_v<R> && std::predicate<const P&, const std::remove_reference_t<R>&>)
      [[nodiscard]] bool
      operator()(const Outcome<R>& outcome) const {
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
