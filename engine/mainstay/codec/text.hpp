// text.hpp - texts inside JSON: what has to be escaped, and whether bytes are UTF-8.
#pragma once

#include <cstddef>
#include <string_view>

namespace mainstay::codec {

// Whether bytes are UTF-8 (RFC 3629: no surrogates, no longer form than needed).
[[nodiscard]] bool is_utf8(std::string_view text) noexcept;

// How many bytes from the front need no escape: all but quotation marks, backslashes and control
// characters.
[[nodiscard]] std::size_t plain_length(std::string_view text) noexcept;

// How many bytes from the front are ASCII and need no escape.
[[nodiscard]] std::size_t plain_ascii_length(std::string_view text) noexcept;

// Writes the escape of a character that needs one at `out`, which has room for 6 bytes.
std::size_t write_escape(char character, char* out) noexcept;

}  // namespace mainstay::codec
