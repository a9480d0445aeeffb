#include "cache/faults/parts.hpp"
namespace mainstay::cache::faults {
Report interleave_readers() { return {}; }
}  // namespace mainstay::cache::faults
