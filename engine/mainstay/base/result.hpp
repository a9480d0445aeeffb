// result.hpp - failure in the type: a value, or an Error that says what to do about it.
//
// The engine throws no exception of its own; an operation that can fail returns Result<T>. Looking
// at the side that is not there is a programming error (as with std::optional): ask first.
// Values, no shared state: as thread-safe as T.
#pragma once

#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

namespace mainstay {

// Every code is a decision the binding must take (it switches without a default).
enum class ErrorCode : std::uint8_t {
  invalid_argument,  // what the caller gave cannot be used
  invalid_answer,    // a callable of the caller's answered something that cannot be used
  not_found,         // what was asked for is not there
  limit_exceeded,    // deeper, larger or more than a documented limit allows
  corrupt_data,      // bytes from outside do not say what their format promises
  system,            // the operating system refused; system_number is its errno
  timed_out,         // a lock or an event did not come in the time that was given
  unsupported,       // this machine, file system or process cannot do it
  closed,            // the object was closed, or belongs to a process that was forked from
};

// The message is for people: what came, what was wanted, what to do.
struct Error {
  ErrorCode code = ErrorCode::invalid_argument;
  std::string message;
  int system_number = 0;  // errno where the operating system gave one

  friend bool operator==(const Error&, const Error&) = default;
};

template <class T>
class [[nodiscard]] Result {
  static_assert(!std::is_reference_v<T>, "a Result holds values; use a pointer for a reference");
  static_assert(!std::is_same_v<std::remove_cv_t<T>, Error>, "Result<Error> would be ambiguous");

 public:
  using value_type = T;

  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT: implicit
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT: implicit

  [[nodiscard]] bool has_value() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }

  // Preconditions: has_value() for the first group, !has_value() for error().
  [[nodiscard]] T& operator*() & noexcept { return *std::get_if<0>(&state_); }
  [[nodiscard]] const T& operator*() const& noexcept { return *std::get_if<0>(&state_); }
  [[nodiscard]] T&& operator*() && noexcept { return std::move(*std::get_if<0>(&state_)); }
  [[nodiscard]] T* operator->() noexcept { return std::get_if<0>(&state_); }
  [[nodiscard]] const T* operator->() const noexcept { return std::get_if<0>(&state_); }
  [[nodiscard]] const Error& error() const& noexcept { return *std::get_if<1>(&state_); }
  [[nodiscard]] Error&& error() && noexcept { return std::move(*std::get_if<1>(&state_)); }

  [[nodiscard]] T value_or(T otherwise) const& {
    return has_value() ? **this : std::move(otherwise);
  }
  [[nodiscard]] T value_or(T otherwise) && {
    return has_value() ? *std::move(*this) : std::move(otherwise);
  }

  friend bool operator==(const Result&, const Result&) = default;

 private:
  std::variant<T, Error> state_;
};

// Success without a value: `return {};`.
template <>
class [[nodiscard]] Result<void> {
 public:
  using value_type = void;

  Result() = default;
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT: implicit

  [[nodiscard]] bool has_value() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }

  // Precondition: !has_value().
  [[nodiscard]] const Error& error() const& noexcept { return *std::get_if<1>(&state_); }
  [[nodiscard]] Error&& error() && noexcept { return std::move(*std::get_if<1>(&state_)); }

  friend bool operator==(const Result&, const Result&) = default;

 private:
  std::variant<std::monostate, Error> state_;
};

}  // namespace mainstay
