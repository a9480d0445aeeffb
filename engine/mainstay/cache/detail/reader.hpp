// reader.hpp - finding a key without a lock, beside writers that may die or stop at any step.
//
// A record is copied, and only then is looked whether its segment was given out again meanwhile,
// and whether the table is still the one in use; nothing about the bytes is judged before. A reader
// takes no lock and starts over only when a writer finished something on that very key or
// segment.
#pragma once

#include <array>
#include <memory>

#include "mainstay/cache/detail/maps.hpp"

namespace mainstay::cache::detail {

// Where a copy goes; kept by the caller so that reading allocates nothing for small records.
class Buffer {
 public:
  // Room for this many words; what was there is gone.
  [[nodiscard]] Word* room(std::size_t words) {
    if (words <= small_.size()) return small_.data();
    if (words > large_size_) {
      large_ = std::make_unique<Word[]>(words);
      large_size_ = words;
    }
    return large_.get();
  }

 private:
  std::array<Word, 128> small_;
  std::unique_ptr<Word[]> large_;
  std::size_t large_size_ = 0;
};

enum class Look {
  found,
  absent,
  unsettled,  // a thousand tries were overtaken by writers: look under the lock
};

struct Seen {
  Record record;  // in the buffer; checked
  Word slot = 0;
};

class Reader {
 public:
  explicit Reader(const Maps& maps) noexcept : maps_(maps), control_(maps.control()) {}

  [[nodiscard]] Look look(std::uint64_t hash, const Key& key, Buffer& buffer, Seen& seen) const;

 private:
  enum class Copy { match, other, changed };
  [[nodiscard]] Copy copy(Word k, const Word& word, Word value, std::uint64_t hash, const Key& key,
                          Buffer& buffer, Record& record) const;
  [[nodiscard]] bool copy_record(Place place, Buffer& buffer, Record& record) const;

  const Maps& maps_;
  Control& control_;
};

}  // namespace mainstay::cache::detail
