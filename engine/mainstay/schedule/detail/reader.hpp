// reader.hpp - reading short texts from left to right: characters, numbers, words. Never fails by
// itself: what is not there is not taken.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace mainstay::schedule::detail {

[[nodiscard]] constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
[[nodiscard]] constexpr char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
[[nodiscard]] constexpr bool is_letter(char c) noexcept {
  return lower(c) >= 'a' && lower(c) <= 'z';
}

struct Reader {
  constexpr explicit Reader(std::string_view text) noexcept : text_(text) {}

  [[nodiscard]] constexpr bool done() const noexcept { return text_.empty(); }
  [[nodiscard]] constexpr std::size_t left() const noexcept { return text_.size(); }
  [[nodiscard]] constexpr char peek() const noexcept {
    return text_.empty() ? '\0' : text_.front();
  }
  constexpr void skip() noexcept { text_.remove_prefix(1); }

  constexpr bool take(char wanted) noexcept {
    if (peek() != wanted || done()) return false;
    skip();
    return true;
  }

  // Digits that make a number of at most `limit`.
  constexpr std::optional<std::int64_t> number(std::int64_t limit) noexcept {
    if (!is_digit(peek())) return std::nullopt;
    std::int64_t number = 0;
    while (is_digit(peek())) {
      number = number * 10 + (peek() - '0');
      if (number > limit) return std::nullopt;
      skip();
    }
    return number;
  }

  // The letters from here on.
  constexpr std::string_view word() noexcept {
    const std::string_view all = text_;
    while (is_letter(peek())) skip();
    return all.substr(0, all.size() - text_.size());
  }

 private:
  std::string_view text_;
};

}  // namespace mainstay::schedule::detail
