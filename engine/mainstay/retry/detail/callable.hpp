// callable.hpp - what the strategies accept in place of a built-in one. No promise to users.
#pragma once

#include <concepts>
#include <functional>
#include <type_traits>
#include <utility>

#include "mainstay/retry/progress.hpp"

namespace mainstay::retry::detail {

// Anything that answers with an Answer, given the progress or nothing at all.
template <class F, class Answer>
concept ProgressCallable =
    std::is_invocable_r_v<Answer, F&, const Progress&> || std::is_invocable_r_v<Answer, F&>;

// False, but only once T is known: for overloads that are there to say in words what is wanted.
template <class T>
inline constexpr bool kNeeds = false;

template <class T>
inline constexpr bool kIsFunction = false;
template <class Signature>
inline constexpr bool kIsFunction<std::function<Signature>> = true;

// True for a null function pointer or an empty std::function: calling it would be fatal.
template <class F>
[[nodiscard]] bool is_empty([[maybe_unused]] const F& callable) noexcept {
  if constexpr (std::is_pointer_v<F> || kIsFunction<F>) {
    return !callable;
  } else {
    return false;
  }
}

// Gives every ProgressCallable the one shape that is stored.
template <class Answer, class F>
[[nodiscard]] std::function<Answer(const Progress&)> taking_progress(F callable) {
  if constexpr (std::is_invocable_r_v<Answer, F&, const Progress&>) {
    return {std::move(callable)};
  } else {
    return
        [callable = std::move(callable)](const Progress&) mutable -> Answer { return callable(); };
  }
}

}  // namespace mainstay::retry::detail
