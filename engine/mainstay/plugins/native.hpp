// native.hpp - for the author of a plugin in C++: tables (abi.h) written from lambdas.
//
//   #include "mainstay/plugins/native.hpp"
//   namespace native = mainstay::plugins::native;
//
//   static std::int32_t set_up(const mainstay_plugins_host* host) {
//     return native::implement(host, {.hook = "tag", .arguments = {"title"}},
//                              [](std::string_view title) -> std::optional<std::string> {
//                                return title.starts_with("Re:") ? std::optional("reply")
//                                                                : std::nullopt;
//                              });
//   }
//   const mainstay_plugins_table mainstay_plugin = native::table<set_up>("replies");
//
// Header only: a plugin links nothing of mainstay. Arguments and results are of the types of
// portable.hpp; text arguments are best taken as string_view. The lambdas capture nothing, for the
// plugin may serve several hosts at once: state is the plugin's own, and `self` in abi.h.
//
// Errors: an exception that leaves a lambda is handed to the host as the call's failure, in the
// words of its what(). An argument that does not convert is one too. An exception that leaves
// set_up() is the reason why the plugin is refused; one that leaves the teardown is dropped, for
// nobody waits for it.
// Thread safety: a lambda is called from several threads at once when the host is.
//
// A library that is closed may stay in memory all the same, because of symbols that C++ libraries
// share: its teardown has run, its code does no harm. One that exports `mainstay_plugin` alone (a
// version script of the linker) and is built with -fno-gnu-unique (GCC) goes.
#pragma once

#include <array>
#include <cstdint>
#include <exception>
#include <initializer_list>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include "mainstay/plugins/abi.h"
#include "mainstay/plugins/portable.hpp"

namespace mainstay::plugins::native {

// What an implementation asks for; arguments are in the order of the lambda's parameters.
struct Asks {
  const char* hook;
  std::initializer_list<const char*> arguments = {};
  bool tryfirst = false;
  bool trylast = false;
  bool optional = false;  // no error when there is no such hook
  std::initializer_list<const char*> before = {};
  std::initializer_list<const char*> after = {};
};

namespace detail {

// What an exception says; of one that says nothing, that it was thrown.
inline std::string_view words_of(const std::exception& error) noexcept {
  const std::string_view words = error.what();
  return words.empty() ? "it threw an exception without words" : words;
}

inline std::int32_t fail(const mainstay_plugins_call* call, std::string_view message) noexcept {
  call->fail(call, message.data(), message.size());
  return 1;
}

template <auto SetUp>
std::int32_t set_up(const mainstay_plugins_host* host) noexcept {
  const auto failed = [host](std::string_view why) {
    host->fail(host, why.data(), why.size());
    return 1;
  };
  try {
    return SetUp(host);
  } catch (const std::exception& error) {
    return failed(words_of(error));
  } catch (...) {
    return failed("it threw something that is no std::exception");
  }
}

template <auto TearDown>
void tear_down() noexcept {
  try {
    TearDown();
  } catch (...) {  // the plugin is gone: there is nobody to tell
  }
}

// Not std::to_string: on libstdc++ it brings a symbol that keeps GCC's libraries from unloading.
inline std::string decimal(std::size_t number) {
  std::string digits;
  do {
    digits.insert(digits.begin(), static_cast<char>('0' + number % 10));
  } while ((number /= 10) != 0);
  return digits;
}

// What a value is; an integer with its digits.
inline std::string named(const mainstay_plugins_value& value) {
  if (value.kind != MAINSTAY_PLUGINS_INTEGER) return std::string(kind_of(value));
  const std::int64_t number = value.as.integer;
  const auto size = static_cast<std::uint64_t>(number);
  return "the integer " + std::string(number < 0 ? "-" : "") +
         decimal(number < 0 ? 0 - size : size);
}

template <class F>
struct Parameters;
template <class F, class R, class... Args>
struct Parameters<R (F::*)(Args...) const> {
  using Tuple = std::tuple<std::remove_cvref_t<Args>...>;
  using Result = R;
  // Whether they can be given values of ours that nobody looks at afterwards.
  static constexpr bool kReadOnly =
      ((!std::is_lvalue_reference_v<Args> || std::is_const_v<std::remove_reference_t<Args>>) &&
       ...);
};
template <class F, class R, class... Args>
struct Parameters<R (F::*)(Args...) const noexcept> : Parameters<R (F::*)(Args...) const> {};

// Whether a lambda has one call operator, of which the types can be read.
template <class F>
concept Readable = requires { &F::operator(); };
template <class F>
concept Constant = requires { typename Parameters<decltype(&F::operator())>::Tuple; };

template <class Tuple>
inline constexpr bool kAllPortable = false;
template <class... Args>
inline constexpr bool kAllPortable<std::tuple<Args...>> = (Portable<Args> && ...);

template <class R>
inline constexpr bool kPortableResult = Portable<std::remove_const_t<R>>;
template <>
inline constexpr bool kPortableResult<void> = true;

// In words what a lambda has to be, one thing after the other.
template <class F>
consteval bool check() {
  static_assert(std::is_empty_v<F> && std::is_default_constructible_v<F>,
                "a lambda that captures nothing: it is called without an object");
  static_assert(Readable<F>,
                "a lambda with types of its own: no auto parameters, and nothing overloaded");
  if constexpr (Readable<F>) {
    static_assert(Constant<F>, "a lambda that is not mutable: it is called from several threads");
    if constexpr (Constant<F>) {
      using Of = Parameters<decltype(&F::operator())>;
      static_assert(kAllPortable<typename Of::Tuple>,
                    "parameters of types that tables carry (portable.hpp): texts as "
                    "std::string_view or std::string");
      static_assert(kPortableResult<typename Of::Result>,
                    "a result of a type that tables carry (portable.hpp): texts as std::string");
      static_assert(Of::kReadOnly,
                    "parameters that are values or const references: nothing is written back "
                    "through a table");
      return kAllPortable<typename Of::Tuple> && Of::kReadOnly &&
             kPortableResult<typename Of::Result>;
    }
  }
  return false;
}

template <class F, class Tuple, std::size_t... I>
std::int32_t call(const mainstay_plugins_value* arguments, const mainstay_plugins_call* call,
                  std::index_sequence<I...>) {
  using Result = typename Parameters<decltype(&F::operator())>::Result;
  [[maybe_unused]] auto ours =
      std::make_tuple(Carried<std::tuple_element_t<I, Tuple>>::from(arguments[I])...);
  constexpr std::array<std::string_view, sizeof...(I)> kWanted{
      Carried<std::tuple_element_t<I, Tuple>>::kName...};
  const std::array<bool, sizeof...(I)> fits{std::get<I>(ours).has_value()...};
  for (std::size_t at = 0; at < fits.size(); ++at) {
    if (!fits[at]) {
      return fail(call, "argument " + decimal(at + 1) + " is " + named(arguments[at]) +
                            ", wanted " + std::string(kWanted[at]) + " for the parameter");
    }
  }
  if constexpr (std::is_void_v<Result>) {
    F{}(*std::move(std::get<I>(ours))...);
  } else {
    const auto result = F{}(*std::move(std::get<I>(ours))...);
    mainstay_plugins_value value{};
    if (!Carried<std::remove_const_t<decltype(result)>>::to(result, value)) {
      return fail(call, "the result is an integer beyond 64 bits with a sign");
    }
    call->give(call, &value);
  }
  return 0;
}

template <class F>
std::int32_t entry(void*, const mainstay_plugins_value* arguments, std::uint32_t count,
                   const mainstay_plugins_call* call) {
  using Tuple = typename Parameters<decltype(&F::operator())>::Tuple;
  constexpr std::size_t kCount = std::tuple_size_v<Tuple>;
  try {
    if (count != kCount) return fail(call, "the host gave another number of arguments");
    return detail::call<F, Tuple>(arguments, call, std::make_index_sequence<kCount>());
  } catch (const std::exception& error) {
    return fail(call, words_of(error));
  } catch (...) {
    return fail(call, "it threw something that is no std::exception");
  }
}

}  // namespace detail

// The table of a plugin called `name`; pointers must stay good, as those of literals do. `SetUp` is
// called with the host and returns 0 when the plugin is ready, `TearDown` with nothing.
template <auto SetUp, auto TearDown = nullptr>
[[nodiscard]] constexpr mainstay_plugins_table table(const char* name,
                                                     const char* version = nullptr) noexcept {
  static_assert(std::is_invocable_r_v<std::int32_t, decltype(SetUp), const mainstay_plugins_host*>,
                "set_up takes a const mainstay_plugins_host* and returns a std::int32_t");
  mainstay_plugins_table made{.magic = MAINSTAY_PLUGINS_MAGIC,
                              .major = MAINSTAY_PLUGINS_MAJOR,
                              .minor = MAINSTAY_PLUGINS_MINOR,
                              .size = sizeof(mainstay_plugins_table),
                              .reserved = 0,
                              .name = name,
                              .version = version,
                              .setup = &detail::set_up<SetUp>,
                              .teardown = nullptr};
  if constexpr (!std::is_null_pointer_v<decltype(TearDown)>) {
    made.teardown = &detail::tear_down<TearDown>;
  }
  return made;
}

// Hands an implementation to the host; returns what setup should return if it is not 0.
template <class F>
[[nodiscard]] std::int32_t implement(const mainstay_plugins_host* host, const Asks& asks, F) {
  if constexpr (!detail::check<F>()) {
    return 1;  // the compiler has said why
  } else {
    using Tuple = typename detail::Parameters<decltype(&F::operator())>::Tuple;
    constexpr auto kFlag = [](bool set, std::uint32_t flag) { return set ? flag : 0u; };
    if (asks.arguments.size() != std::tuple_size_v<Tuple>) {
      constexpr std::string_view kWhy =
          "an implementation names more or fewer arguments than its "
          "function takes; wanted one name for each parameter";
      host->fail(host, kWhy.data(), kWhy.size());
      return 1;
    }
    const mainstay_plugins_implementation implementation{
        .size = sizeof(mainstay_plugins_implementation),
        .flags = kFlag(asks.tryfirst, MAINSTAY_PLUGINS_TRYFIRST) |
                 kFlag(asks.trylast, MAINSTAY_PLUGINS_TRYLAST) |
                 kFlag(asks.optional, MAINSTAY_PLUGINS_OPTIONAL),
        .hook = asks.hook,
        .arguments = asks.arguments.begin(),
        .before = asks.before.begin(),
        .after = asks.after.begin(),
        .argument_count = static_cast<std::uint32_t>(asks.arguments.size()),
        .before_count = static_cast<std::uint32_t>(asks.before.size()),
        .after_count = static_cast<std::uint32_t>(asks.after.size()),
        .reserved = 0,
        .call = &detail::entry<F>,
        .self = nullptr};
    return host->implement(host, &implementation);
  }
}

}  // namespace mainstay::plugins::native
