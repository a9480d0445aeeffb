// portable.hpp - which C++ types can cross a table (abi.h), and how.
//
//   bool                          BOOL
//   integers                      INTEGER; out of the range of either side: refused
//   double, float                 NUMBER; an INTEGER is taken for one as well, rounded to the
//                                 digits there are; out of the range of a float: refused
//   std::string, string_view      TEXT
//   void*, const void*            OBJECT; null is NOTHING
//   std::optional of the above    NOTHING when empty
//
// Both sides use it: native.hpp in the plugin, manager.hpp in the program. Views in values and the
// other way round: nobody owns anything here.
#pragma once

#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "mainstay/plugins/abi.h"

namespace mainstay::plugins {

template <class T>
struct Carried;  // to(value, T) and from(value), both false or empty when it does not fit

template <class T>
concept Portable =
    requires(const T& ours, const mainstay_plugins_value& value, mainstay_plugins_value& out) {
      { Carried<T>::to(ours, out) } -> std::same_as<bool>;
      { Carried<T>::from(value) } -> std::same_as<std::optional<T>>;
    };

template <>
struct Carried<bool> {
  static constexpr std::string_view kName = "a bool";
  static bool to(bool ours, mainstay_plugins_value& out) noexcept {
    out.kind = MAINSTAY_PLUGINS_BOOL;
    out.as.integer = ours ? 1 : 0;
    return true;
  }
  static std::optional<bool> from(const mainstay_plugins_value& value) noexcept {
    if (value.kind != MAINSTAY_PLUGINS_BOOL) return std::nullopt;
    return value.as.integer != 0;
  }
};

// Characters are integers to the language, but not to people.
template <class T>
concept Integer = std::integral<T> && !std::same_as<T, bool> && !std::same_as<T, char> &&
                  !std::same_as<T, wchar_t> && !std::same_as<T, char8_t> &&
                  !std::same_as<T, char16_t> && !std::same_as<T, char32_t>;

namespace detail {

template <Integer T>
constexpr std::string_view range_of() noexcept {
  constexpr bool kSigned = std::is_signed_v<T>;
  if constexpr (sizeof(T) == 1) {
    return kSigned ? "an integer from -128 to 127" : "an integer from 0 to 255";
  } else if constexpr (sizeof(T) == 2) {
    return kSigned ? "an integer from -32768 to 32767" : "an integer from 0 to 65535";
  } else if constexpr (sizeof(T) == 4) {
    return kSigned ? "an integer from -2147483648 to 2147483647"
                   : "an integer from 0 to 4294967295";
  } else {
    return kSigned ? "an integer" : "an integer from 0 on";
  }
}

}  // namespace detail

template <Integer T>
struct Carried<T> {
  static constexpr std::string_view kName = detail::range_of<T>();
  static bool to(T ours, mainstay_plugins_value& out) noexcept {
    if (!std::in_range<std::int64_t>(ours)) return false;
    out.kind = MAINSTAY_PLUGINS_INTEGER;
    out.as.integer = static_cast<std::int64_t>(ours);
    return true;
  }
  static std::optional<T> from(const mainstay_plugins_value& value) noexcept {
    if (value.kind != MAINSTAY_PLUGINS_INTEGER || !std::in_range<T>(value.as.integer)) {
      return std::nullopt;
    }
    return static_cast<T>(value.as.integer);
  }
};

template <std::floating_point T>
  requires(sizeof(T) <= sizeof(double))
struct Carried<T> {
  static constexpr bool kNarrow = sizeof(T) < sizeof(double);
  static constexpr std::string_view kName = kNarrow ? "a number that a float can hold" : "a number";
  static bool to(T ours, mainstay_plugins_value& out) noexcept {
    out.kind = MAINSTAY_PLUGINS_NUMBER;
    out.as.number = static_cast<double>(ours);
    return true;
  }
  static std::optional<T> from(const mainstay_plugins_value& value) noexcept {
    if (value.kind == MAINSTAY_PLUGINS_NUMBER) {
      const double number = value.as.number;
      if constexpr (kNarrow) {  // infinity and NaN are no numbers that became something else
        const double size = number < 0 ? -number : number;
        constexpr double kMost = static_cast<double>(std::numeric_limits<T>::max());
        if (size > kMost && size <= std::numeric_limits<double>::max()) {
          return std::nullopt;
        }
      }
      return static_cast<T>(number);
    }
    if (value.kind == MAINSTAY_PLUGINS_INTEGER) return static_cast<T>(value.as.integer);
    return std::nullopt;
  }
};

template <class T>
  requires std::same_as<T, std::string> || std::same_as<T, std::string_view>
struct Carried<T> {
  static constexpr std::string_view kName = "a text";
  static bool to(std::string_view ours, mainstay_plugins_value& out) noexcept {
    out.kind = MAINSTAY_PLUGINS_TEXT;
    out.as.text.data = ours.data();
    out.as.text.size = ours.size();
    return true;
  }
  static std::optional<T> from(const mainstay_plugins_value& value) {
    if (value.kind != MAINSTAY_PLUGINS_TEXT) return std::nullopt;
    if (value.as.text.size == 0) return T();
    return T(value.as.text.data, value.as.text.size);
  }
};

template <class T>
  requires std::same_as<T, void*> || std::same_as<T, const void*>
struct Carried<T> {
  static constexpr std::string_view kName = "an object";
  static bool to(T ours, mainstay_plugins_value& out) noexcept {
    out.kind = ours == nullptr ? MAINSTAY_PLUGINS_NOTHING : MAINSTAY_PLUGINS_OBJECT;
    out.as.object = const_cast<void*>(ours);
    return true;
  }
  static std::optional<T> from(const mainstay_plugins_value& value) noexcept {
    if (value.kind == MAINSTAY_PLUGINS_NOTHING) return T(nullptr);
    if (value.kind != MAINSTAY_PLUGINS_OBJECT) return std::nullopt;
    return T(value.as.object);
  }
};

template <Portable T>
struct Carried<std::optional<T>> {
  static constexpr std::string_view kName = Carried<T>::kName;
  static bool to(const std::optional<T>& ours, mainstay_plugins_value& out) noexcept {
    if (ours) return Carried<T>::to(*ours, out);
    out.kind = MAINSTAY_PLUGINS_NOTHING;
    return true;
  }
  static std::optional<std::optional<T>> from(const mainstay_plugins_value& value) {
    if (value.kind == MAINSTAY_PLUGINS_NOTHING) return std::optional<T>();
    auto inner = Carried<T>::from(value);
    if (!inner) return std::nullopt;
    return std::optional<T>(std::move(inner));
  }
};

// Whether a value that says it is a text can be one.
[[nodiscard]] constexpr bool is_readable(const mainstay_plugins_value& value) noexcept {
  const auto& text = value.as.text;
  return value.kind != MAINSTAY_PLUGINS_TEXT || text.size == 0 ||
         (text.data != nullptr && text.size <= static_cast<std::uint64_t>(PTRDIFF_MAX));
}

// What a value is, for messages.
[[nodiscard]] constexpr std::string_view kind_of(const mainstay_plugins_value& value) noexcept {
  switch (value.kind) {
    case MAINSTAY_PLUGINS_NOTHING: return "nothing";
    case MAINSTAY_PLUGINS_BOOL: return "a bool";
    case MAINSTAY_PLUGINS_INTEGER: return "an integer";
    case MAINSTAY_PLUGINS_NUMBER: return "a number";
    case MAINSTAY_PLUGINS_TEXT: return "a text";
    case MAINSTAY_PLUGINS_OBJECT: return "an object";
    default: return "something of an unknown kind";
  }
}

}  // namespace mainstay::plugins
