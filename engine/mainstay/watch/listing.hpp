// listing.hpp - what is in a directory, read in few system calls.
//
// A Listing may be used again; its views live until then. Not shared by threads.
#pragma once

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace mainstay::watch {

// Calls `visit(name, type, inode)` for what is in an open directory, other than "." and "..".
// `type` is one of dirent's DT_ constants. Returns 0 or an errno.
template <class Visit>
int each_entry(int folder, std::vector<char>& buffer, Visit visit);

class Listing {
 public:
  struct Entry {
    std::string_view name;
    bool directory;  // or a link to one, when links are followed
    std::uint64_t inode;
  };

  Listing() = default;
  Listing(const Listing&) = delete;
  Listing& operator=(const Listing&) = delete;
  ~Listing() { close(); }

  // Opens the directory `path`, which may be a link to one with `through_link`. Returns 0 or an
  // errno.
  int open(const char* path, bool through_link);
  // A path of what is open, whatever it is called by now.
  [[nodiscard]] std::string opened_path() const;
  // The inodes of what is open and of the directory it is in; 0 where they cannot be told.
  [[nodiscard]] std::uint64_t opened_inode() const noexcept;
  [[nodiscard]] std::uint64_t parent_inode() const noexcept;
  // Reads what is open and closes it. Returns 0 or an errno; entries are in the file system's
  // order. `follow`: that links in it count as what they lead to.
  int read(bool follow);
  void close() noexcept;

  [[nodiscard]] const std::vector<Entry>& entries() const noexcept { return entries_; }

 private:
  int folder_ = -1;
  std::vector<char> buffer_;
  std::vector<char> names_;
  std::vector<Entry> entries_;
};

// The bytes of a file, at most so many; empty when it cannot be read.
[[nodiscard]] std::string read_file(const char* path, std::size_t most);

namespace detail {
// One call of getdents64: the bytes it filled in, 0 at the end, -1 with errno set.
[[nodiscard]] long read_entries(int folder, std::vector<char>& buffer) noexcept;
}  // namespace detail

template <class Visit>
int each_entry(int folder, std::vector<char>& buffer, Visit visit) {
  // An entry: inode (at the start) and offset of eight bytes each, its own size of two, its type,
  // its name.
  constexpr std::size_t kSizeAt = 16;
  constexpr std::size_t kTypeAt = 18;
  constexpr std::size_t kNameAt = 19;
  for (;;) {
    const long got = detail::read_entries(folder, buffer);
    if (got <= 0) return got == 0 ? 0 : errno;
    for (std::size_t at = 0; at < static_cast<std::size_t>(got);) {
      const char* entry = buffer.data() + at;
      std::uint16_t size = 0;
      std::uint64_t inode = 0;
      std::memcpy(&inode, entry, sizeof inode);
      std::memcpy(&size, entry + kSizeAt, sizeof size);
      at += size;
      const std::string_view name(entry + kNameAt);
      if (name != "." && name != "..")
        visit(name, static_cast<std::uint8_t>(entry[kTypeAt]), inode);
    }
  }
}

}  // namespace mainstay::watch
