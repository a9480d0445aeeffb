// inotify.hpp - the kernel's queue of events, and its errors in words.
//
// Owns the descriptor and nothing else; knows paths only as far as it passes them on. Not shared by
// threads.
#pragma once

#include <cerrno>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "mainstay/base/result.hpp"

namespace mainstay::watch {

// One event as the kernel reports it. `name` is empty when it happened to the directory itself.
struct RawEvent {
  int wd = -1;
  std::uint32_t mask = 0;
  std::uint32_t cookie = 0;
  std::string_view name;
};

class Inotify {
 public:
  // ErrorCode::system (EMFILE) when this user has as many instances as are allowed.
  static Result<Inotify> open();
  Inotify(Inotify&& other) noexcept;
  Inotify& operator=(Inotify&& other) noexcept;
  ~Inotify();

  [[nodiscard]] int fd() const noexcept { return fd_; }

  // The number of the watch, or a negative errno. A path that is watched already keeps its number
  // and what it was watched for. Allocates nothing.
  [[nodiscard]] int add(const char* path, std::uint32_t mask) const noexcept;
  void remove(int wd) const noexcept;
  // Whether /proc is there, so that an open directory has a path whatever it is called.
  [[nodiscard]] bool by_descriptor() const noexcept { return by_descriptor_; }
  // Appends what waits. Returns whether the queue is empty now.
  bool read(std::vector<char>& into);
  // The bytes that wait.
  [[nodiscard]] std::size_t pending() const noexcept;

  // The event at `at` in bytes that were read; moves `at` to the next one. What is cut off is an
  // event with an empty mask, and the last. Precondition: `at` is not at the end.
  static RawEvent parse(const std::vector<char>& bytes, std::size_t& at) noexcept;

 private:
  explicit Inotify(int fd);
  int fd_;
  bool by_descriptor_;
  std::unique_ptr<char[]> buffer_;
};

// Whether a path fails so because a directory in it has moved: there is nothing, a file or a link
// by now, and links may lead to each other.
[[nodiscard]] constexpr bool leads_nowhere(int number) noexcept {
  return number == ENOENT || number == ENOTDIR || number == ELOOP;
}

// Why `path` cannot be watched, as an ErrorCode::system with what to do.
[[nodiscard]] Error cannot_watch(std::string_view path, int number);

}  // namespace mainstay::watch
