// hook_access.hpp - what a manager may ask of a hook and others may not.
#pragma once

#include <cstddef>
#include <memory>
#include <tuple>
#include <utility>
#include <vector>

#include "mainstay/plugins/detail/native_call.hpp"
#include "mainstay/plugins/detail/roster.hpp"
#include "mainstay/plugins/hook.hpp"

namespace mainstay::plugins::detail {

// Makes an implementation of a plugin's offer; the positions are those of the arguments it asks
// for.
using Adapter = std::shared_ptr<Implementation> (*)(Offer offer,
                                                    std::vector<std::size_t> positions);

struct HookAccess {
  static const std::shared_ptr<Roster>& roster(const AnyHook& hook) noexcept {
    return hook.roster_;
  }

  template <class Hook, class F>
  static std::shared_ptr<Implementation> plain(Hook&, F function, Position position) {
    return Hook::plain(std::move(function), std::move(position));
  }

  template <class Hook, class F>
  static std::shared_ptr<Implementation> around(Hook&, F function, Position position) {
    return Hook::around(std::move(function), std::move(position));
  }

  template <class R, class Combiner, class... Ts>
  static constexpr std::size_t arity(const Typed<R, Combiner, std::tuple<Ts...>>&) noexcept {
    return sizeof...(Ts);
  }

  // Null when the hook's types cannot cross a table.
  template <class R, class Combiner, class... Ts>
  static Adapter adapter(const Typed<R, Combiner, std::tuple<Ts...>>&) noexcept {
    if constexpr (kPortableHook<R, Ts...>) {
      return [](Offer offer, std::vector<std::size_t> positions) {
        Position position = offer.position;
        return Typed<R, Combiner, std::tuple<Ts...>>::plain(
            NativeCall<R, Ts...>(std::move(offer), std::move(positions)), std::move(position));
      };
    } else {
      return nullptr;
    }
  }
};

}  // namespace mainstay::plugins::detail
