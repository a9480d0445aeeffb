// listing.hpp - what is in a directory, read in few system calls.
//
// A Listing may be used again; its views live until then. Not shared by threads.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mainstay::watch {

class Listing {
 public:
  struct Entry {
    std::string_view name;
    bool directory;  // or a link to one, when links are followed
  };

  // Reads the directory `path`. Returns 0 or an errno; entries are in the file system's order.
  // `follow`: that links count as what they lead to, the directory itself included.
  int read(const char* path, bool follow);

  [[nodiscard]] const std::vector<Entry>& entries() const noexcept { return entries_; }

 private:
  std::vector<char> buffer_;
  std::vector<char> names_;
  std::vector<Entry> entries_;
};

// The bytes of a file, at most so many; empty when it cannot be read.
[[nodiscard]] std::string read_file(const char* path, std::size_t most);

}  // namespace mainstay::watch
