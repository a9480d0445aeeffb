// faults.hpp - crash points and deliberately broken variants, for the harness in
// tests/cache/faults.
//
// Ordinary builds have none of it: everything here is then constant and vanishes. The harness
// compiles the engine's sources once more with MAINSTAY_CACHE_FAULTS and defines these functions.
#pragma once

#include <cstdint>
#include <string>

namespace mainstay::cache::detail {

enum class Point : std::uint8_t {
  record_word,     // a word of a record was written
  committed,       // `last` names the record
  journal_active,  // the journal counts from here
  journal_entry,   // an old value is in the journal
  journal_store,   // a derived word was changed
  redo_written,
  redo_named,
  applied,  // the record is applied, the journal ended
  index_slot,
  index_word,
  overflow_lowered,
  overflow_raised,
  undone_word,  // repair: a word was restored
  batch_committed,
  batch_visible,
  reverted,   // one record of a batch was taken back
  discarded,  // all of them
  pending_freed,
  incarnation_raised,
  segment_active,
  segment_header,
  segment_allocated,
  segment_cleaned,
  segment_freed,
  log_synced,
  super_written,
  super_synced,
  durable,
  file_linked,
  file_intent,
  file_recorded,
  file_unlinked,
  file_forgotten,
  table_filled,
  table_switched,
  chunk_allocated,
  heap_filled,
  tree_filled,
  order_packed,
  reader_word,    // a reader has found a word
  reader_life,    // it knows the segment's incarnation
  reader_header,  // it has copied the record's header
  reader_copied,  // it has copied the record
  reader_old,     // it goes on to the version before an open batch
  count_,
};

// A rule of the design left out; each must make a test fail.
enum class Broken : std::uint8_t {
  none,
  no_journal,  // derived words are changed without their old values being kept
  journal_after_store,
  no_redo,  // repair does not store the index word again
  no_incarnation_raise,
  no_second_load,        // a reader does not look at the word again
  no_incarnation_check,  // a reader does not look at the incarnation after copying
  visible_ignored,       // a reader takes records of an open batch
  no_log_sync,           // segments are freed without a sync of the log
  no_super_sync,
  no_file_intent,      // repair does not look for a linked file without a record
  unlink_before_sync,  // replaced value files go at once
  no_chain,            // recovery takes records without looking at the chain
  no_discard_raise,    // a rollback leaves the incarnation as it is
  no_batch_rollback,   // repair leaves the records of a dead writer's batch applied
  count_,
};

#if defined(MAINSTAY_CACHE_FAULTS)
void point(Point at) noexcept;
[[nodiscard]] bool broken(Broken variant) noexcept;
void synced(const std::string& path) noexcept;  // the file, or the names in the folder, are on disk
#else
inline void point(Point) noexcept {}
[[nodiscard]] constexpr bool broken(Broken) noexcept { return false; }
inline void synced(const std::string&) noexcept {}
#endif

}  // namespace mainstay::cache::detail
