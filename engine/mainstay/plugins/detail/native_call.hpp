// native_call.hpp - an offer of a plugin's table, made callable with a hook's own types.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "mainstay/plugins/abi.h"
#include "mainstay/plugins/offer.hpp"
#include "mainstay/plugins/portable.hpp"

namespace mainstay::plugins {

// What a call of a hook throws when an implementation from a table failed, or gave what the hook
// cannot take. what() says who, where and why.
class PluginError : public std::runtime_error {
 public:
  PluginError(std::string plugin, std::string hook, std::string_view why)
      : std::runtime_error("plugin \"" + plugin + "\" failed in hook \"" + hook +
                           "\": " + std::string(why)),
        plugin_(std::move(plugin)),
        hook_(std::move(hook)) {}

  [[nodiscard]] const std::string& plugin() const noexcept { return plugin_; }
  [[nodiscard]] const std::string& hook() const noexcept { return hook_; }

 private:
  std::string plugin_;
  std::string hook_;
};

namespace detail {

// Keeps what an implementation gives and says during one call.
struct Received {
  mainstay_plugins_value value{};
  std::string text;  // what value.as.text refers to
  std::string why;
  bool unreadable = false;    // value says it is a text, and is none
  std::exception_ptr thrown;  // out of memory, on the way here
};

// Calls `offer`, or throws.
void call_offer(const Offer& offer, const mainstay_plugins_value* arguments, std::uint32_t count,
                Received& received);

// The result in words, when it is not what the hook wants.
[[noreturn]] void refuse_result(const Offer& offer, const Received& received,
                                std::string_view wanted);
[[noreturn]] void refuse_argument(const Offer& offer, std::size_t number);

// Results are copied out of the call, so they must own what they are.
template <class R>
inline constexpr bool kPortableResult = Portable<R> && !std::same_as<R, std::string_view> &&
                                        !std::same_as<R, std::optional<std::string_view>>;
template <>
inline constexpr bool kPortableResult<void> = true;

// Whether tables can implement a hook R(Ts...): nothing is written back through an argument.
template <class R, class... Ts>
inline constexpr bool kPortableHook =
    kPortableResult<R> &&
    ((Portable<std::remove_cvref_t<Ts>> &&
      !(std::is_lvalue_reference_v<Ts> && !std::is_const_v<std::remove_reference_t<Ts>>)) &&
     ...);

// An implementation of a hook R(Ts...), where `Ts` is how arguments travel (hook.hpp).
template <class R, class... Ts>
class NativeCall {
 public:
  // `positions` are those of the hook's arguments the offer asks for, in its order.
  NativeCall(Offer offer, std::vector<std::size_t> positions)
      : offer_(std::move(offer)), positions_(std::move(positions)) {}

  R operator()(Ts... args) const {
    constexpr std::size_t kCount = sizeof...(Ts);
    std::array<mainstay_plugins_value, kCount> all{};
    std::array<bool, kCount> fits{};
    [[maybe_unused]] std::size_t next = 0;
    ((fits[next] = Carried<std::remove_cvref_t<Ts>>::to(args, all[next]), ++next), ...);
    std::array<mainstay_plugins_value, kCount> asked{};
    for (std::size_t at = 0; at < positions_.size(); ++at) {
      if (!fits[positions_[at]]) refuse_argument(offer_, positions_[at] + 1);
      asked[at] = all[positions_[at]];
    }
    Received received;
    call_offer(offer_, asked.data(), static_cast<std::uint32_t>(positions_.size()), received);
    if constexpr (!std::is_void_v<R>) {
      auto result = Carried<R>::from(received.value);
      if (!result) refuse_result(offer_, received, Carried<R>::kName);
      return *std::move(result);
    }
  }

 private:
  Offer offer_;
  std::vector<std::size_t> positions_;
};

}  // namespace detail
}  // namespace mainstay::plugins
