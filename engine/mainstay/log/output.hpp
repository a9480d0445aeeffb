// output.hpp - a line to a file descriptor by one write, so that lines of processes do not mix.
#pragma once

#include <cstddef>
#include <string_view>

#include "mainstay/base/result.hpp"

namespace mainstay::log {

// How far a write came: all of it was written, or the system said `error` (an errno) after a part.
struct Written {
  std::size_t bytes;
  int error;
};

// Writes until everything is written or the system refuses. An interruption by a signal is an
// error as well (EINTR): the caller may want to look at it. Blocks as the descriptor does.
[[nodiscard]] Written write_some(int descriptor, std::string_view bytes) noexcept;

// The same; interruptions are passed over. The error is ErrorCode::system.
[[nodiscard]] Result<void> write_all(int descriptor, std::string_view bytes);

}  // namespace mainstay::log
