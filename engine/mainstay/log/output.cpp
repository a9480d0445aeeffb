// output.cpp - see output.hpp.
#include "mainstay/log/output.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

namespace mainstay::log {

Written write_some(int descriptor, std::string_view bytes) noexcept {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t count = ::write(descriptor, bytes.data() + done, bytes.size() - done);
    if (count < 0) return {done, errno};
    done += static_cast<std::size_t>(count);
    // A signal ends a write that has begun without an error; the caller must see to it before the
    // next one, which may wait for ever.
    if (done < bytes.size()) return {done, EINTR};
  }
  return {done, 0};
}

Result<void> write_all(int descriptor, std::string_view bytes) {
  for (;;) {
    const Written written = write_some(descriptor, bytes);
    if (written.error == 0) return {};
    bytes.remove_prefix(written.bytes);
    if (written.error == EINTR) continue;
    return Error{ErrorCode::system,
                 "a line could not be written to descriptor " + std::to_string(descriptor) + ": " +
                     std::strerror(written.error) + "; " + std::to_string(bytes.size()) +
                     " bytes of it are missing",
                 written.error};
  }
}

}  // namespace mainstay::log
