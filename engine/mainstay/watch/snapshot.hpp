// snapshot.hpp - what was below a directory at one time, and how two such pictures differ.
//
// Rows of numbers and one block of names: 120 bytes and the name per entry. What is in one
// directory stands together, first the root's entries, then those of each directory in them. Links
// count as what they lead to, but a directory is not entered again below itself. Values that do not
// change; may be shared by threads. Taking one uses threads of its own, which end before it
// returns.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mainstay/base/result.hpp"

namespace mainstay::watch {

struct SnapshotOptions {
  bool recursive = true;
  std::vector<std::string> exclude = {};  // rules as in .gitignore, relative to the root
  bool gitignore = false;
};

class Snapshot {
 public:
  using Index = std::uint32_t;
  static constexpr Index kNone = static_cast<Index>(-1);

  // Times are nanoseconds since the epoch; `born` is 0 where the file system does not say.
  struct Entry {
    std::uint64_t inode = 0;
    std::uint64_t device = 0;
    std::uint64_t links = 0;
    std::uint64_t special_device = 0;
    std::int64_t size = 0;
    std::int64_t blocks = 0;
    std::int64_t accessed = 0;
    std::int64_t modified = 0;
    std::int64_t changed = 0;
    std::int64_t born = 0;
    std::uint32_t mode = 0;
    std::uint32_t user = 0;
    std::uint32_t group = 0;
    std::uint32_t block_size = 0;
    Index parent = kNone;
    Index first_child = kNone;
    Index children = 0;
    std::uint32_t name_at = 0;
    std::uint32_t name_size = 0;
    [[nodiscard]] bool directory() const noexcept;
  };

  // What disappears meanwhile is left out, and what is in directories that must not be read. Any
  // other failure is an ErrorCode::system, that of the root above all.
  static Result<Snapshot> take(std::string_view root, const SnapshotOptions& options);

  // The first is the root.
  [[nodiscard]] const std::vector<Entry>& entries() const noexcept { return entries_; }
  [[nodiscard]] std::string_view name(Index i) const noexcept {
    return {names_.data() + entries_[i].name_at, entries_[i].name_size};
  }
  [[nodiscard]] std::string path(Index i) const;

 private:
  class Taking;
  std::string root_;
  std::vector<Entry> entries_;
  std::vector<char> names_;
};

// What changed. Indices are of the snapshot before, but for those of `created` and the second of
// `moved`.
struct SnapshotChanges {
  using Index = Snapshot::Index;
  std::vector<Index> created;
  std::vector<Index> deleted;
  std::vector<Index> modified;    // time or size
  std::vector<Index> attributes;  // mode or owners
  std::vector<std::pair<Index, Index>> moved;
};

// An entry has moved when its inode is at a path where it was not, and it is not another file that
// was given the number. `ignore_device`: inodes tell files apart by themselves.
[[nodiscard]] SnapshotChanges compare(const Snapshot& before, const Snapshot& after,
                                      bool ignore_device);

}  // namespace mainstay::watch
