// log.hpp - the end of the log: appending records, going on to the next segment.
//
// Bytes behind the last committed record are free: a record appears there, and counts when
// `last` names it (or, inside a batch, when its commit does). Once a segment with a higher number
// is activated, older ones are never appended to again. Only with the lock held.
#pragma once

#include <vector>

#include "mainstay/base/result.hpp"
#include "mainstay/cache/detail/maps.hpp"

namespace mainstay::cache::detail {

// Who writes a record, and so how much room is left to others: on a full disk things can still be
// deleted, and the cleaner can still copy what is alive in any segment. (A deletion makes at least
// as many bytes useless as its own record has, so cleaning gives back what deletions take.)
enum class Reserve : Word { cleaner, erase, set };

struct Room {
  std::size_t free;     // bytes of segments that are free
  std::size_t largest;  // bytes of the largest that is not

  [[nodiscard]] Room plus(std::size_t bytes) const noexcept { return {free + bytes, largest}; }
  [[nodiscard]] bool is_enough(Reserve kept) const noexcept {
    if (kept == Reserve::set) return free >= largest * 2;
    // The quarter: ends of segments that the next record does not fit into.
    return kept == Reserve::cleaner || free >= largest + largest / 4;
  }
};

class Log {
 public:
  explicit Log(const Maps& maps) noexcept : maps_(maps) {}

  // Writes the draft behind the last applied record. It is not committed.
  [[nodiscard]] Result<Place> append(Draft draft, Reserve reserve);
  // Like append, of a record that says only its type.
  [[nodiscard]] Result<Place> append_mark(RecordType type, Reserve reserve);
  void commit(Place place) noexcept;

  // Makes a segment the one to append to next.
  [[nodiscard]] Result<std::uint32_t> activate(std::size_t record_size, Reserve reserve);
  void write_segment_header(std::uint32_t segment, Word first_lsn, std::uint32_t chain) noexcept;
  // The free segment to use next: the largest that leaves enough; kMaxSegments: there is none.
  [[nodiscard]] std::uint32_t find_free(std::size_t size, Reserve reserve) const noexcept;
  // Allocates one segment more, free.
  [[nodiscard]] Result<void> allocate_segment();
  // What is kept beside the segment table: highest number, active bytes, the spare segment.
  void count_segments() noexcept;
  // Readers of what is behind `last` in its segment and the later ones start over.
  void discard_tail() noexcept;

  [[nodiscard]] std::uint32_t oldest_segment() const noexcept;
  [[nodiscard]] Room room() const noexcept;
  // Keeps in mind whether there is less than all should leave to others.
  void note_room() noexcept;

  // Words that were written last; kept so that writing allocates nothing.
  std::vector<Word> buffer;

 private:
  [[nodiscard]] Control& control() const noexcept { return maps_.control(); }
  const Maps& maps_;
  // Bytes of the log whose pages this process has touched last.
  std::size_t populated_from_ = 0;
  std::size_t populated_ = 0;
};

// Walks committed records upwards.
class Walk {
 public:
  Walk(const Maps& maps, Place first) noexcept;

  // The record it stands at; without words when that is damaged.
  [[nodiscard]] const Record& record() const noexcept { return record_; }
  [[nodiscard]] Place place() const noexcept { return place_; }
  // Goes to the record that follows. Precondition: there is one, and this one is good.
  void next() noexcept;
  // Sequence number of the first record behind this segment; ~0 if there is none.
  [[nodiscard]] Word segment_end() const noexcept { return end_; }

 private:
  void enter() noexcept;

  const Maps& maps_;
  Place place_;
  Record record_;
  Word end_ = ~Word{0};
  std::uint32_t next_segment_ = 0;
};

}  // namespace mainstay::cache::detail
