// fitting.hpp - what an implementation has to be besides callable with the hook's signature.
#pragma once

#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

namespace mainstay::plugins::detail {

// Whether a result R would be a view of a text that `Returned` owned and that is gone by then.
template <class R, class Returned>
inline constexpr bool kDangles =
    (std::same_as<R, std::string_view> && std::same_as<Returned, std::string>) ||
    (std::same_as<R, std::optional<std::string_view>> &&
     (std::same_as<Returned, std::string> || std::same_as<Returned, std::optional<std::string>>));

// Whether there is nothing to call. Lambdas are never compared: they would become pointers.
template <class F>
constexpr bool is_null([[maybe_unused]] const F& function) noexcept {
  if constexpr (std::is_pointer_v<F> || std::is_member_pointer_v<F>) {
    return function == nullptr;
  } else {
    return false;
  }
}

}  // namespace mainstay::plugins::detail
