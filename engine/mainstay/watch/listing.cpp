// listing.cpp - see listing.hpp.
#include "mainstay/watch/listing.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>

namespace mainstay::watch {
namespace {

constexpr std::size_t kLongestName = 255;
constexpr std::size_t kAtOnce = std::size_t{32} * 1024;

bool is_directory(int folder, const char* name, std::uint8_t type, bool follow) noexcept {
  if (type == DT_DIR) return true;
  if (type != DT_UNKNOWN && !(type == DT_LNK && follow)) return false;
  struct stat found;
  const int flags = follow ? 0 : AT_SYMLINK_NOFOLLOW;
  return ::fstatat(folder, name, &found, flags) == 0 && S_ISDIR(found.st_mode);
}

}  // namespace

long detail::read_entries(int folder, std::vector<char>& buffer) noexcept {
  return ::syscall(SYS_getdents64, folder, buffer.data(), buffer.size());
}

int Listing::open(const char* path, bool through_link) {
  close();
  folder_ = ::open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | (through_link ? 0 : O_NOFOLLOW));
  return folder_ >= 0 ? 0 : errno;
}

std::string Listing::opened_path() const { return "/proc/self/fd/" + std::to_string(folder_); }

std::uint64_t Listing::opened_inode() const noexcept {
  struct stat found;
  return ::fstat(folder_, &found) == 0 ? found.st_ino : 0;
}

std::uint64_t Listing::parent_inode() const noexcept {
  struct stat found;
  return ::fstatat(folder_, "..", &found, 0) == 0 ? found.st_ino : 0;
}

void Listing::close() noexcept {
  if (folder_ >= 0) ::close(folder_);
  folder_ = -1;
}

int Listing::read(bool follow) {
  entries_.clear();
  names_.clear();
  buffer_.resize(kAtOnce);
  const auto visit = [&](std::string_view name, std::uint8_t type, std::uint64_t inode) {
    if (name.size() > kLongestName) return;  // the kernel's events cannot name it
    // Views are made once names_ has stopped moving; until then the size says where each is.
    entries_.push_back({name, is_directory(folder_, name.data(), type, follow), inode});
    names_.insert(names_.end(), name.begin(), name.end());
  };
  const int number = each_entry(folder_, buffer_, visit);
  close();
  const char* at = names_.data();
  for (Entry& entry : entries_) {
    entry.name = {at, entry.name.size()};
    at += entry.name.size();
  }
  return number;
}

std::string read_file(const char* path, std::size_t most) {
  std::string text;
  const int fd = ::open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return text;
  struct stat found;
  if (::fstat(fd, &found) == 0 && S_ISREG(found.st_mode)) {
    text.resize(std::min(most, static_cast<std::size_t>(found.st_size)));
    const ssize_t got = ::read(fd, text.data(), text.size());
    text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  }
  ::close(fd);
  return text;
}

}  // namespace mainstay::watch
