#include "cache/faults/parts.hpp"
namespace mainstay::cache::faults {
Report kill_at_random(std::uint64_t, std::uint64_t) { return {}; }
}  // namespace mainstay::cache::faults
