// names.hpp - the names of the files in one directory, packed.
//
// Takes one byte and the name per file, and six more once there are many; nothing while it is
// empty. A name has 1 to 255 bytes, as in every Linux file system. Not shared by threads.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
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

  [[nodiscard]] std::size_t size() const noexcept { return block_ ? block_->count : 0; }
  [[nodiscard]] std::size_t bytes() const noexcept;

  // Calls `visit(name)` for each, in the order they came. The set must not change meanwhile.
  template <class Visit>
  void each(Visit visit) const {
    if (!block_) return;
    const std::vector<char>& text = block_->text;
    for (std::size_t at = 0; at < text.size(); at += entry_size(at)) {
      if (live(at)) visit(name_at(at));
    }
  }

 private:
  // An entry is its length, a mark, and the name. Erased ones stay until half of all are.
  static constexpr std::size_t kHead = 2;
  static constexpr std::size_t kIndexed = 48;  // from so many on, an index finds them
  struct Block {
    std::vector<char> text;
    std::vector<std::uint32_t> index;  // places of entries + 1, by hash; open addressing
    std::uint32_t count = 0;
    std::uint32_t dead = 0;
  };

  [[nodiscard]] std::size_t entry_size(std::size_t at) const noexcept {
    return kHead + static_cast<unsigned char>(block_->text[at]);
  }
  [[nodiscard]] bool live(std::size_t at) const noexcept { return block_->text[at + 1] != 0; }
  [[nodiscard]] std::string_view name_at(std::size_t at) const noexcept {
    return {block_->text.data() + at + kHead, entry_size(at) - kHead};
  }
  [[nodiscard]] std::size_t find(std::string_view name) const noexcept;
  void rebuild();
  void note(std::size_t at) noexcept;

  std::unique_ptr<Block> block_;
};

}  // namespace mainstay::watch
