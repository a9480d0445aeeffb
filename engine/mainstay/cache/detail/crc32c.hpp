// crc32c.hpp - the check sum of records, headers and value files: CRC32C (Castagnoli).
#pragma once

#include <cstddef>
#include <cstdint>

namespace mainstay::cache::detail {

// Goes on from `start`, the sum of what came before; 0 at the beginning.
[[nodiscard]] std::uint32_t crc32c(const void* data, std::size_t size,
                                   std::uint32_t start = 0) noexcept;

}  // namespace mainstay::cache::detail
