// inotify.cpp - see inotify.hpp.
#include "mainstay/watch/inotify.hpp"

#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <system_error>
#include <utility>

namespace mainstay::watch {
namespace {

constexpr std::size_t kAtOnce = std::size_t{64} * 1024;

// A setting of the kernel's, as text.
std::string setting(const char* name) {
  std::ifstream file(std::string("/proc/sys/fs/inotify/") + name);
  std::string value;
  file >> value;
  return value.empty() ? "not to be read" : value;
}

}  // namespace

Result<Inotify> Inotify::open() {
  const int fd = ::inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
  if (fd >= 0) return Inotify(fd);
  const int number = errno;
  if (number == EMFILE) {
    return Error{ErrorCode::system,
                 "inotify instance limit reached: fs.inotify.max_user_instances is " +
                     setting("max_user_instances") +
                     " for all programs of this user, and each may have only so many open files; "
                     "stop observers that are no longer needed, or raise it with sysctl",
                 number};
  }
  return Error{ErrorCode::system,
               "the kernel has no queue of file events for this process: " +
                   std::system_category().message(number) + "; use a polling observer",
               number};
}

Inotify::Inotify(int fd)
    : fd_(fd),
      by_descriptor_(::access("/proc/self/fd", X_OK) == 0),
      buffer_(std::make_unique_for_overwrite<char[]>(kAtOnce)) {}

Inotify::Inotify(Inotify&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      by_descriptor_(other.by_descriptor_),
      buffer_(std::move(other.buffer_)) {}

Inotify& Inotify::operator=(Inotify&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(by_descriptor_, other.by_descriptor_);
  std::swap(buffer_, other.buffer_);
  return *this;
}

Inotify::~Inotify() {
  if (fd_ >= 0) ::close(fd_);
}

int Inotify::add(const char* path, std::uint32_t mask) const noexcept {
  const int wd = ::inotify_add_watch(fd_, path, mask);
  return wd >= 0 ? wd : -errno;
}

void Inotify::remove(int wd) const noexcept {
  (void)::inotify_rm_watch(fd_, wd);  // it may be gone with its directory
}

bool Inotify::read(std::vector<char>& into) {
  const ssize_t got = ::read(fd_, buffer_.get(), kAtOnce);
  if (got > 0) into.insert(into.end(), buffer_.get(), buffer_.get() + got);
  // The kernel fills the room as far as whole events fit; the longest has 16 + 256 bytes.
  return got < static_cast<ssize_t>(kAtOnce - 512);
}

std::size_t Inotify::pending() const noexcept {
  int bytes = 0;
  return ::ioctl(fd_, FIONREAD, &bytes) == 0 && bytes > 0 ? static_cast<std::size_t>(bytes) : 0;
}

RawEvent Inotify::parse(const std::vector<char>& bytes, std::size_t& at) noexcept {
  inotify_event head{};
  const std::size_t left = bytes.size() - at;
  if (left >= sizeof head) std::memcpy(&head, bytes.data() + at, sizeof head);
  if (left < sizeof head || left - sizeof head < head.len) {
    at = bytes.size();
    return {};
  }
  const char* name = bytes.data() + at + sizeof head;
  at += sizeof head + head.len;
  return {head.wd, head.mask, head.cookie, {name, ::strnlen(name, head.len)}};
}

Error cannot_watch(std::string_view path, int number) {
  std::string text;
  if (number == ENOSPC) {
    text = "inotify watch limit reached at " + std::string(path) +
           ": fs.inotify.max_user_watches is " + setting("max_user_watches") +
           " directories for all programs of this user; raise it with "
           "'sysctl fs.inotify.max_user_watches=N', or leave folders out with exclude=";
  } else {
    text = std::system_category().message(number) + ": " + std::string(path);
    if (number == EACCES) text += ", which must be readable to be watched";
    if (number == ENOTDIR) text += ", of which only directories can be watched";
  }
  return Error{ErrorCode::system, std::move(text), number};
}

}  // namespace mainstay::watch
