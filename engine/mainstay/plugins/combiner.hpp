// combiner.hpp - what a hook makes of the results of its implementations.
//
//   Collect      all of them, a vector in calling order; of void: nothing
//   FirstResult  the first that is one; whoever comes after it is not asked
//   Waterfall    each gets what the one before it made of the first argument
//
// "That is one": a result type that can be empty (optional, a pointer) says "nothing from me" that
// way. Collect leaves such results out and unwraps an optional; FirstResult goes on to the next.
//
// A combiner of one's own is a class template over the result type of the implementations:
//
//   template <class R> struct Sum {
//     using Answer = R;                       // what a call of the hook returns
//     Next take(R&& result);                  // go_on, or enough to stop here
//     Answer answer() &&;                     // asked once, at the end
//     void expect(std::size_t);               // optional: so many results at most are coming
//   };
//
// One object of it lives as long as one call, in one thread. What it throws passes through.
#pragma once

#include <concepts>
#include <cstddef>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "mainstay/plugins/walk.hpp"

namespace mainstay::plugins {

namespace detail {

template <class R>
struct Said {
  using Type = R;
  static constexpr bool kMayBeEmpty = std::is_pointer_v<R>;
};
template <class T>
struct Said<std::optional<T>> {
  using Type = T;
  static constexpr bool kMayBeEmpty = true;
};
template <class T, class D>
struct Said<std::unique_ptr<T, D>> {
  using Type = std::unique_ptr<T, D>;
  static constexpr bool kMayBeEmpty = true;
};
template <class T>
struct Said<std::shared_ptr<T>> {
  using Type = std::shared_ptr<T>;
  static constexpr bool kMayBeEmpty = true;
};

}  // namespace detail

template <class R>
class Collect {
 public:
  using Answer = std::vector<typename detail::Said<R>::Type>;

  void expect(std::size_t most) { results_.reserve(most); }

  Next take(R&& result) {
    if constexpr (!detail::Said<R>::kMayBeEmpty) {
      results_.push_back(std::move(result));
    } else if (result) {
      if constexpr (std::same_as<R, typename detail::Said<R>::Type>) {
        results_.push_back(std::move(result));
      } else {
        results_.push_back(*std::move(result));
      }
    }
    return Next::go_on;
  }

  Answer answer() && noexcept { return std::move(results_); }

 private:
  Answer results_;
};

template <>
class Collect<void> {
 public:
  using Answer = void;
};

template <class R>
class FirstResult {
  static_assert(detail::Said<R>::kMayBeEmpty,
                "FirstResult needs a result type that can be empty, so that an implementation can "
                "pass: std::optional<T>, a pointer, a unique_ptr or shared_ptr");

 public:
  using Answer = R;  // empty when everybody passed

  Next take(R&& result) {
    if (!result) return Next::go_on;
    answer_ = std::move(result);
    return Next::enough;
  }

  Answer answer() && noexcept { return std::move(answer_); }

 private:
  R answer_{};
};

// The value on its way. It is moved from one implementation into the next.
template <class R>
class Waterfall {
  static_assert(std::is_object_v<R>, "Waterfall hands a value on: R is what each one returns");

 public:
  using Answer = R;

  explicit Waterfall(R&& first) : value_(std::move(first)) {}

  R&& give() noexcept { return std::move(value_); }

  Next take(R&& result) {
    value_ = std::move(result);
    return Next::go_on;
  }

  Answer answer() && { return std::move(value_); }

 private:
  R value_;
};

}  // namespace mainstay::plugins
