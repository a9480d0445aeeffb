// base64.hpp - bytes as text of the standard alphabet, with padding (RFC 4648, section 4).
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace mainstay::codec {

[[nodiscard]] constexpr std::size_t base64_text_size(std::size_t bytes) noexcept {
  return (bytes + 2) / 3 * 4;
}

// Writes base64_text_size(bytes.size()) characters at `out`.
void write_base64(std::string_view bytes, char* out) noexcept;

// How many bytes `text` stands for; none when no text of that length and ending can be right.
[[nodiscard]] std::optional<std::size_t> base64_byte_size(std::string_view text) noexcept;

// Writes so many bytes at `out`. False when a character is not of the alphabet. Bits beyond the
// last byte are not looked at.
[[nodiscard]] bool read_base64(std::string_view text, char* out) noexcept;

}  // namespace mainstay::codec
