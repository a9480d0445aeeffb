// maps.hpp - the files of an open store in memory, and who is where in them.
//
// Made once at open and not changed after that, so any thread may use it. References stay valid as
// long as the store is open: files grow in place under a mapping that is larger from the beginning.
#pragma once

#include "mainstay/cache/detail/control.hpp"
#include "mainstay/cache/detail/file.hpp"
#include "mainstay/cache/detail/layout.hpp"
#include "mainstay/cache/detail/record.hpp"

namespace mainstay::cache::detail {

class Maps {
 public:
  File log_file, derived_file, index_file;
  Mapping log, derived, index;
  Word seed = 0;  // of the key hash: half of the store's identity

  [[nodiscard]] Control& control() const noexcept { return *derived.at<Control>(0); }
  [[nodiscard]] Segment& segment(std::uint32_t number) const noexcept {
    return *derived.at<Segment>(kSegmentTable + number * kSegmentEntry);
  }
  [[nodiscard]] JournalEntry& journal(std::size_t entry) const noexcept {
    return *derived.at<JournalEntry>(kJournal + entry * sizeof(JournalEntry));
  }

  [[nodiscard]] Slot& slot(Word id) const noexcept { return of_chunk<Slot>(id, kSlotsAt); }
  [[nodiscard]] HeapEntry& eviction(Word at) const noexcept {
    return of_chunk<HeapEntry>(at, kEvictionAt);
  }
  [[nodiscard]] HeapEntry& expiry(Word at) const noexcept {
    return of_chunk<HeapEntry>(at, kExpiryAt);
  }
  [[nodiscard]] TreeNode& node(Word id) const noexcept { return of_chunk<TreeNode>(id, kTreeAt); }
  [[nodiscard]] OrderEntry& order(Word at) const noexcept {
    return *derived.at<OrderEntry>(kChunks + at / (2 * kChunkItems) * kChunkBytes + kOrderAt +
                                   at % (2 * kChunkItems) * sizeof(OrderEntry));
  }
  [[nodiscard]] Word capacity() const noexcept { return load(control().chunks) * kChunkItems; }

  // A table of the index: words and slot numbers; word 8 g + 7 is the overflow count of group g.
  [[nodiscard]] Word* table(Word k) const noexcept {
    return index.at<Word>(table_offset(static_cast<unsigned>(k)));
  }
  [[nodiscard]] std::uint32_t& table_slot(Word k, Word at) const noexcept {
    return index.at<std::uint32_t>(table_offset(static_cast<unsigned>(k)) +
                                   (std::size_t{64} << k))[at];
  }

  [[nodiscard]] Word* words_at(Place place) const noexcept {
    return log.at<Word>(address_of(place));
  }
  [[nodiscard]] SegmentHeader segment_header(std::uint32_t segment) const noexcept;
  // Whether a header is one of this store's segments, by its own check sum.
  [[nodiscard]] bool is_good(const SegmentHeader& header) const noexcept;

  // The record at a place, to be read under the lock. One without words when the header there is
  // damaged; the parts of any other are inside the segment.
  [[nodiscard]] Record record(Place place) const noexcept;

 private:
  template <class T>
  [[nodiscard]] T& of_chunk(Word number, std::size_t part) const noexcept {
    return *derived.at<T>(kChunks + number / kChunkItems * kChunkBytes + part +
                          number % kChunkItems * sizeof(T));
  }
};

[[nodiscard]] std::uint32_t sum_of(const SegmentHeader& header) noexcept;

}  // namespace mainstay::cache::detail
