// names.hpp - the names of the files in one directory, packed.
//
// Takes two bytes and the name per file, and six more once there are many. A name has 1 to 255
// bytes, as in every Linux file system. Not shared by threads.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace mainstay::watch {

class NameSet {
 public:
  // Whether the name was not there before. Longer names than 255 bytes are refused the same way.
  bool insert(std::string_view name);
  // Whether it was there.
  bool erase(std::string_view name) noexcept;
  [[nodiscard]] bool contains(std::string_view name) const noexcept;

  [[nodiscard]] std::size_t size() const noexcept { return count_; }
  [[nodiscard]] std::size_t bytes() const noexcept;

  // Calls `visit(name)` for each, in the order they came. The set must not change meanwhile.
  template <class Visit>
  void each(Visit visit) const {
    for (std::size_t at = 0; at < text_.size(); at += entry_size(at)) {
      if (live(at)) visit(name_at(at));
    }
  }

 private:
  // An entry is its length, a mark, and the name. Erased ones stay until half of all are.
  static constexpr std::size_t kHead = 2;
  static constexpr std::size_t kIndexed = 48;  // from so many on, an index finds them
  using Index = std::vector<std::uint32_t>;

  [[nodiscard]] std::size_t entry_size(std::size_t at) const noexcept {
    return kHead + static_cast<unsigned char>(text_[at]);
  }
  [[nodiscard]] bool live(std::size_t at) const noexcept { return text_[at + 1] != 0; }
  [[nodiscard]] std::string_view name_at(std::size_t at) const noexcept {
    return {text_.data() + at + kHead, entry_size(at) - kHead};
  }
  [[nodiscard]] std::size_t find(std::string_view name) const noexcept;
  void rebuild();
  void note(std::size_t at) noexcept;

  std::string text_;              // few names need no memory of their own
  std::unique_ptr<Index> index_;  // places of entries + 1, by hash; open addressing
  std::uint32_t count_ = 0;
  std::uint32_t dead_ = 0;
};

}  // namespace mainstay::watch
