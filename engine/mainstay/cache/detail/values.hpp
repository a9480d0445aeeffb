// values.hpp - the folder of value files: names, making, linking, removing.
//
// The folder is there while a file is. Names are ids in hexadecimal; an id is never used twice.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "mainstay/cache/detail/file.hpp"
#include "mainstay/cache/item.hpp"

namespace mainstay::cache::detail {

class Values {
 public:
  Values(const std::string& directory, unsigned mode)
      : directory_(directory), folder_(directory + "/values"), mode_(mode) {}

  [[nodiscard]] const std::string& folder() const noexcept { return folder_; }
  [[nodiscard]] static std::string name_of(std::uint64_t id);
  [[nodiscard]] std::string path_of(std::uint64_t id) const { return folder_ + "/" + name_of(id); }

  // A file without a name (or, where the file system has none, with a passing one).
  [[nodiscard]] Result<File> make() const;
  // Gives it the name of `id`. False: that is taken.
  [[nodiscard]] Result<bool> link(const File& file, std::uint64_t id) const;
  void unlink(std::uint64_t id) const noexcept;
  void remove_folder() const noexcept;  // if it is empty
  // The content, checked.
  [[nodiscard]] Result<std::string> read(const FileRef& file) const;
  [[nodiscard]] bool is_good(const FileRef& file) const;
  [[nodiscard]] Result<void> sync(std::uint64_t id) const;  // fine if it is gone
  // The ids of the files that are there; passing names are removed.
  [[nodiscard]] std::vector<std::uint64_t> list() const;

 private:
  std::string directory_;
  std::string folder_;
  unsigned mode_;
};

}  // namespace mainstay::cache::detail
