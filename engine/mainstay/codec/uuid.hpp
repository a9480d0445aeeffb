// uuid.hpp - the sixteen bytes of a UUID as text, with hyphens or without.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace mainstay::codec {

using UuidBytes = std::array<std::uint8_t, 16>;

inline constexpr std::size_t kUuidText = 36;
inline constexpr std::size_t kUuidHexText = 32;

// Writes 36 characters at `out`, or 32 without hyphens, and returns how many.
std::size_t write_uuid(const UuidBytes& uuid, bool hyphens, char* out) noexcept;

// False when `text` is neither form. Letters may be large.
[[nodiscard]] bool read_uuid(std::string_view text, UuidBytes& uuid) noexcept;

}  // namespace mainstay::codec
