// layout.hpp - where everything is in the files of a store: segments, places, index words.
//
// The log is one file, cut into segments: four of each size from 32 KiB to 8 MiB, 16 MiB from then
// on. A place names a record: segment and offset in it. All files are mapped once, far beyond their
// end; they grow in place, so nothing has to be mapped again. docs/internals/cache.md has the
// bytes.
#pragma once

#include <cstddef>
#include <cstdint>

#include "mainstay/cache/detail/words.hpp"

namespace mainstay::cache::detail {

inline constexpr std::size_t kPage = 4096;

// --- segments and places

using Place = std::uint64_t;  // segment << 24 | offset / 8; 0 is no record's

inline constexpr std::uint32_t kMaxSegments = 1024;
inline constexpr std::size_t kFirstSegment = 32 << 10;
inline constexpr std::size_t kLargestSegment = 16 << 20;
inline constexpr std::uint32_t kGrowingSegments = 36;  // nine sizes below the largest
inline constexpr std::size_t kSegmentHeader = 64;

constexpr std::size_t segment_size(std::uint32_t segment) noexcept {
  return segment >= kGrowingSegments ? kLargestSegment : kFirstSegment << (segment / 4);
}
constexpr std::size_t segment_offset(std::uint32_t segment) noexcept {
  if (segment >= kGrowingSegments) {
    return 4 * kFirstSegment * 511 + (segment - kGrowingSegments) * kLargestSegment;
  }
  const std::size_t doubled = segment / 4;
  return 4 * kFirstSegment * ((std::size_t{1} << doubled) - 1) +
         (segment % 4) * (kFirstSegment << doubled);
}
inline constexpr std::size_t kLogReserve = segment_offset(kMaxSegments);

constexpr Place make_place(std::uint32_t segment, std::size_t offset) noexcept {
  return Place{segment} << 24 | offset / 8;
}
constexpr std::uint32_t segment_of(Place place) noexcept {
  return static_cast<std::uint32_t>(place >> 24);
}
constexpr std::size_t offset_of(Place place) noexcept { return (place & 0xffffff) * 8; }
constexpr std::size_t address_of(Place place) noexcept {
  return segment_offset(segment_of(place)) + offset_of(place);
}
inline constexpr Place kPlaceMask = (Place{1} << 36) - 1;

// --- the index: tables of 2^k groups, the table of one k right behind that of k - 1

inline constexpr unsigned kFirstTable = 4;
inline constexpr unsigned kLastTable = 25;
inline constexpr std::size_t kGroupBytes = 96;  // 8 words, and 8 half words: slot numbers
inline constexpr std::size_t kKeysPerGroup = 7;

constexpr std::size_t table_offset(unsigned k) noexcept {
  return ((std::size_t{1} << k) - (std::size_t{1} << kFirstTable)) * kGroupBytes;
}
constexpr std::size_t table_size(unsigned k) noexcept { return kGroupBytes << k; }
inline constexpr std::size_t kIndexReserve = table_offset(kLastTable + 1);

// An index word: 28 bits of the hash that the group's number does not use, and a place.
constexpr Word tag_of(std::uint64_t hash) noexcept { return hash >> 36; }
constexpr Word index_word(std::uint64_t hash, Place place) noexcept {
  return tag_of(hash) << 36 | place;
}
constexpr Place place_of(Word word) noexcept { return word & kPlaceMask; }

// --- derived: control block, segment table, journal, then chunks of what there is per item

inline constexpr std::size_t kControlBytes = 2 * kPage;
inline constexpr std::size_t kSegmentTable = kControlBytes;
inline constexpr std::size_t kSegmentEntry = 16;
inline constexpr std::size_t kJournal = kSegmentTable + kMaxSegments * kSegmentEntry;
inline constexpr std::size_t kJournalEntries = 1024;
inline constexpr std::size_t kChunks = kJournal + kJournalEntries * 16;

// A chunk has what belongs to 256 items: slots, entries of the two heaps and of the sorted tree,
// and two entries each of the insertion order (holes take room too).
inline constexpr std::uint32_t kChunkItems = 256;
inline constexpr std::size_t kSlotBytes = 64;
inline constexpr std::size_t kSlotsAt = 0;
inline constexpr std::size_t kEvictionAt = kSlotsAt + kChunkItems * kSlotBytes;
inline constexpr std::size_t kExpiryAt = kEvictionAt + kChunkItems * 16;
inline constexpr std::size_t kTreeAt = kExpiryAt + kChunkItems * 16;
inline constexpr std::size_t kOrderAt = kTreeAt + kChunkItems * 16;
inline constexpr std::size_t kChunkBytes = kOrderAt + 2 * kChunkItems * 16;
inline constexpr std::uint32_t kMaxChunks = (1u << 27) / kChunkItems;
inline constexpr std::size_t kDerivedReserve = kChunks + kMaxChunks * kChunkBytes;

static_assert(kChunks % kPage == 0 && kChunkBytes % kPage == 0);

}  // namespace mainstay::cache::detail
