// event.hpp - what can happen to a file: kinds, sets of kinds, one event.
//
// Values only. The order of Kind is shared with Python (binding/watch hands out the names).
#pragma once

#include <cstdint>
#include <string_view>

namespace mainstay::watch {

enum class Kind : std::uint8_t {
  file_created,
  dir_created,
  file_deleted,
  dir_deleted,
  file_modified,
  dir_modified,
  file_attrib,
  dir_attrib,
  file_moved,
  dir_moved,
  file_opened,
  file_closed,           // after writing
  file_closed_no_write,  // after reading
  overflow,              // events below `source`, a watched root, were lost; synthetic: events
                         // below a directory that no watch was left for will be
  ended,                 // the root is gone; nothing more comes
};

// A set of kinds, one bit each. `overflow` and `ended` are always reported.
using Kinds = std::uint32_t;

[[nodiscard]] constexpr Kinds only(Kind kind) noexcept {
  return Kinds{1} << static_cast<unsigned>(kind);
}
inline constexpr Kinds kEverything = only(Kind::overflow) - 1;

// Paths as the caller gave the root, joined with names: bytes without a terminating zero. Views
// into the batch the event is read from.
struct Event {
  Kind kind;
  bool synthetic = false;        // concluded or found out later, not reported by the kernel
  std::uint32_t watch = 0;       // the number the caller gave with the watch
  std::string_view source;       // empty only for a move of unknown origin
  std::string_view target = {};  // where to, for moves
};

}  // namespace mainstay::watch
