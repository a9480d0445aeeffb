// hash.hpp - the hash of a name, for tables in this process only.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace mainstay::watch {

// Multiplies and folds eight bytes at a time. Names come from all that can make files, so tables
// that grow with them must not be addressed by a hash that is easy to aim at: the start differs in
// each process.
[[nodiscard]] std::uint64_t hash_of(std::string_view name, std::uint64_t start = 0) noexcept;

}  // namespace mainstay::watch
