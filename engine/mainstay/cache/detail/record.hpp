// record.hpp - one record of the log: its header, its parts, and how it is made and checked.
//
// A record is complete in itself: the last one of a key wins, and the cleaner copies bytes. Layout:
// header (64 bytes), the place of the version before (only inside a batch), key, tag, value; each
// part is padded to 8 bytes with zeros, and so is the record. The value of a record with a file
// begins with a FileRef.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

#include "mainstay/cache/detail/crc32c.hpp"
#include "mainstay/cache/detail/layout.hpp"
#include "mainstay/cache/item.hpp"

namespace mainstay::cache::detail {

enum class RecordType : std::uint8_t {
  set = 1,
  erase = 2,   // kills the record whose sequence number stands in `expires`
  move = 3,    // a set that the cleaner copied
  commit = 4,  // ends a batch; also the first record of a log
};

enum RecordFlag : std::uint8_t {
  kInBatch = 1,      // counts only if a commit follows; has the place of the version before
  kExpires = 2,      // `expires` is a time
  kOwnFile = 4,      // the value is in a file of the store
  kForeignFile = 8,  // the value is in a file of the caller's
  kKeepAccess = 16,  // not a new value: access time and count stay
};

// `set` or `move`: the record says what a key's value is.
constexpr bool is_value(RecordType type) noexcept {
  return type == RecordType::set || type == RecordType::move;
}

struct Header {
  std::uint32_t crc = 0;    // of the bytes from 4 to the end
  std::uint32_t chain = 0;  // crc of the record before this one
  std::uint64_t lsn = 0;    // sequence number, without gaps
  std::uint32_t length = 0;
  RecordType type{};
  std::uint8_t flags = 0;
  std::uint8_t key_kind = 0;
  std::uint8_t key_form = 0;
  std::uint64_t hash = 0;
  std::uint64_t rank = 0;
  double stored = 0;
  std::uint64_t expires = 0;  // bits of a double; of an `erase`: the sequence number it kills
  std::uint32_t key_size = 0;
  std::uint16_t tag_size = 0;
  std::uint8_t tag_kind = 0;
  std::uint8_t value_kind = 0;

  [[nodiscard]] bool in_batch() const noexcept { return (flags & kInBatch) != 0; }
  [[nodiscard]] bool has_file() const noexcept { return (flags & (kOwnFile | kForeignFile)) != 0; }
  [[nodiscard]] double expiry() const noexcept { return std::bit_cast<double>(expires); }
  [[nodiscard]] bool expired(double now) const noexcept {
    return (flags & kExpires) != 0 && !(expiry() > now);
  }

  // Offsets of the parts.
  [[nodiscard]] std::size_t key_at() const noexcept { return 64 + (in_batch() ? 8 : 0); }
  [[nodiscard]] std::size_t tag_at() const noexcept { return key_at() + padded(key_size); }
  [[nodiscard]] std::size_t value_at() const noexcept { return tag_at() + padded(tag_size); }
  [[nodiscard]] std::size_t total() const noexcept { return padded(length); }
  // Whether the parts fit the length, and the record `room` bytes.
  [[nodiscard]] bool fits(std::size_t room) const noexcept {
    return length >= 64 && total() <= room && value_at() <= length &&
           length - value_at() >= (has_file() ? sizeof(FileRef) : 0);
  }
};
static_assert(sizeof(Header) == 64);

inline Header read_header(const Word* record) noexcept {
  struct Words {
    Word words[8];
  } copy;
  copy_out(record, copy.words, 8);
  return std::bit_cast<Header>(copy);
}

// A record in memory that does not change while this is used: in the log under the lock, or a
// private copy.
class Record {
 public:
  Record() = default;
  explicit Record(const Word* words) noexcept : words_(words), header_(read_header(words)) {}

  [[nodiscard]] const Header& header() const noexcept { return header_; }
  [[nodiscard]] const Word* words() const noexcept { return words_; }
  [[nodiscard]] std::string_view key() const noexcept {
    return {bytes() + header_.key_at(), header_.key_size};
  }
  [[nodiscard]] std::string_view tag() const noexcept {
    return {bytes() + header_.tag_at(), header_.tag_size};
  }
  // Without the FileRef.
  [[nodiscard]] std::string_view value() const noexcept {
    const std::size_t skipped = header_.value_at() + (header_.has_file() ? sizeof(FileRef) : 0);
    return {bytes() + skipped, header_.length - skipped};
  }
  [[nodiscard]] FileRef file() const noexcept {
    FileRef file;
    if (header_.has_file()) std::memcpy(&file, bytes() + header_.value_at(), sizeof file);
    return file;
  }
  [[nodiscard]] Place old() const noexcept { return header_.in_batch() ? words_[8] : 0; }
  // Precondition: header().fits() the memory it is in.
  [[nodiscard]] bool intact() const noexcept {
    return crc32c(bytes() + 4, header_.total() - 4) == header_.crc;
  }
  [[nodiscard]] bool is_for(std::uint64_t hash, const Key& key_wanted) const noexcept {
    return header_.hash == hash && header_.key_kind == key_wanted.kind && key() == key_wanted.bytes;
  }

 private:
  [[nodiscard]] const char* bytes() const noexcept { return reinterpret_cast<const char*>(words_); }

  const Word* words_ = nullptr;
  Header header_;
};

// What a record is made from. The views are copied when it is written.
struct Draft {
  Header header;  // all but crc, chain, lsn, length and sizes
  Place old = 0;
  std::string_view key;
  std::string_view tag;
  FileRef file;
  std::string_view value;

  void measure() noexcept;  // fills sizes and length in
  // Precondition: measure() was called, and `words` has room for total() bytes.
  void write(std::uint64_t lsn, std::uint32_t chain, std::vector<Word>& words);
};

// A draft that says again what `record` says; its views are into the record.
[[nodiscard]] Draft draft_of(const Record& record) noexcept;

}  // namespace mainstay::cache::detail
