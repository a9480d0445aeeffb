// control.hpp - the fixed part of the file `derived`: control block, segment table, journal, and
// the parts of its chunks. Nothing here is the truth; the log is, and all of this can be made
// again.
//
// Words are grouped by who writes them when, each group on cache lines of its own. "journaled"
// words are changed through Journal only, so that a change cut short is undone.
#pragma once

#include <pthread.h>

#include "mainstay/cache/detail/layout.hpp"

namespace mainstay::cache::detail {

inline constexpr Word kMagic = 0x01'65'68'63'61'63'73'6d;  // "mscache", format version 1
// The same of the derived files, whose layout changes more often: of another one they are made
// anew.
inline constexpr Word kDerivedMagic = 0x02'65'68'63'61'63'73'6d;
inline constexpr std::size_t kWakeSlots = 64;

struct Control {
  // Written when the store is made, opened alone, or closed.
  alignas(64) Word magic;
  Word boot[2];
  Word pid_namespace;
  Word inodes[3];  // of derived, index, log: a copy has others
  Word clean;      // 1 + check sum of the derived files at a close by the last process; else 0
  Word identity[2];

  // Read by readers, written rarely.
  alignas(64) Word table;  // k of the index table in use
  Word visible;            // records of batches count up to this sequence number
  Word segments;           // that are allocated
  Word chunks;             // that are allocated

  // Written by every change.
  alignas(64) Word last;  // place of the last committed record: the commit point
  Word applied;           // place of the last applied record << 1 | journal active
  Word journal_size;
  Word redo_place;  // the redo list counts if this is the applied place
  Word redo_at;     // word of the index table
  Word redo_word;
  Word redo_slot;
  Word intent;  // id of a value file that may be linked without a record

  // Totals and anchors; journaled.
  alignas(64) Word items;
  Word record_bytes;
  Word file_bytes;
  Word live_files;  // own files of live items
  Word next_rank;
  Word used_slots;  // slots that were ever used, slot 0 (never an item's) included
  Word free_slot;   // first of a chain
  Word pending;     // slots of items that the open batch erased, a chain
  alignas(64) Word order_begin;
  Word order_end;  // entries [begin, end) may be used
  Word evictions;  // entries of the heap
  Word expiries;
  Word tree_root;
  Word dying;  // slots of value files to be unlinked: first, last (pair)
  Word dying_count;
  alignas(64) Word index_used;  // keys in the table

  // Shown to those who do not hold the lock while a batch is open; as it was before.
  alignas(64) Word batch;  // sequence number of the last commit when it began; 0: none is open
  Word shown_items;
  Word shown_record_bytes;
  Word shown_file_bytes;
  Word shown_rank;
  Word order_floor;  // what it appends goes behind this entry

  // Found out again by repair, or harmless when wrong.
  alignas(64) Word heap_policy;  // the eviction heap holds for this policy; 0: there is none
  Word tree_built;
  Word order_valid;
  Word spare_segment;  // one that was activated after the one of the last record, + 1; or 0
  Word max_number;     // highest logical number of a segment
  Word is_short;       // Log::note_room()
  Word active_bytes;   // of segments
  Word clean_place;    // where the cleaner goes on, in the segment with this logical number,
  Word clean_number;
  Word clean_end;            // which ends before this sequence number
  alignas(64) Word durable;  // place: up to here all is synced
  Word durable_lsn;
  Word super_generation;
  Word super_head;    // logical number of the oldest segment the newest superblock needs
  Word unsettled;     // someone should settle(): segments to free or files to unlink
  Word names_synced;  // the names of the store's files are on disk

  alignas(64) Word hits;
  Word misses;
  alignas(64) pthread_mutex_t writer;
  alignas(64) pthread_mutex_t syncer;
  alignas(64) Word wake[kWakeSlots];  // low half: count of changes; high half: who waits
};
static_assert(sizeof(Control) <= kControlBytes);

enum class SegmentState : Word { free = 0, active = 1, cleaned = 2 };

struct Segment {
  Word state;        // logical number << 2 | SegmentState
  Word incarnation;  // raised before the segment is written again
};
static_assert(sizeof(Segment) == kSegmentEntry);

inline SegmentState state_of(Word state) noexcept { return static_cast<SegmentState>(state & 3); }
inline Word number_of(Word state) noexcept { return state >> 2; }
inline Word make_state(Word number, SegmentState state) noexcept {
  return number << 2 | static_cast<Word>(state);
}

// In front of each segment of the log.
struct SegmentHeader {
  Word magic;
  Word number;
  Word first_lsn;
  std::uint32_t chain;  // crc of the record before the first
  std::uint32_t crc;    // of this header without this field, then of `identity`
  Word identity[2];
  Word reserved[2];
};
static_assert(sizeof(SegmentHeader) == kSegmentHeader);

// One item. A slot with rank 0 is free, pending or dying.
struct Slot {
  Word hash;   // dying: id of the file
  Word place;  // dying: sequence number of the record that replaced it
  Word rank;
  Word accessed;   // bits of a double; written by readers, never journaled
  Word accesses;   // likewise
  Word tag_size;   // low: hash of the tag, 0 for none; high: bytes of the record | 1 own file
                   // | 2 file of any kind
  Word positions;  // low: in the eviction heap, high: in the expiry heap; + 1, 0 is not in it;
                   // pending: the next pending slot
  Word links;      // low: position in the order, or next free or dying; high: previous dying, or
                   // the pending slot of the item that this batch erased and made again
};
static_assert(sizeof(Slot) == kSlotBytes);

inline constexpr Word kHiddenRank = ~Word{0};  // of settings: not counted, listed or evicted

struct HeapEntry {
  Word key;
  Word slot;
};

struct TreeNode {
  Word prefix;
  Word kids;  // left, right
};

struct OrderEntry {
  Word rank;
  Word slot;  // 0: a hole
};

struct JournalEntry {
  Word at;  // offset in the file
  Word old;
};

}  // namespace mainstay::cache::detail
