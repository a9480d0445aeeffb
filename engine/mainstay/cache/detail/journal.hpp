// journal.hpp - changes of derived state that a death in the middle does not leave half done.
//
//   Journal change(maps);              // from here each old value is kept first
//   change.put(word, value); ...       // as often as needed
//   change.finish(place, at, word, slot);   // or change.finish() when no index word changes
//
// What is cut short is undone by repair; after finish() the index word is stored again instead,
// since readers must not see new, old, new. Only with the lock held. Never fails: kJournalEntries
// is more than any change needs, and room() says how much is left.
#pragma once

#include "mainstay/cache/detail/faults.hpp"
#include "mainstay/cache/detail/maps.hpp"

namespace mainstay::cache::detail {

class Journal {
 public:
  explicit Journal(const Maps& maps) noexcept : maps_(maps), control_(maps.control()) {
    store(control_.journal_size, 0);
    barrier();
    store(control_.applied, load(control_.applied) | 1);
    barrier();
    point(Point::journal_active);
  }
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  void put(Word& word, Word value) noexcept {
    const Word old = load(word);
    if (old == value) return;
    if (broken(Broken::journal_after_store)) store(word, value);
    const Word size = load(control_.journal_size);
    if (!broken(Broken::no_journal) && size < kJournalEntries) {
      JournalEntry& entry = maps_.journal(size);
      store(entry.at, static_cast<Word>(reinterpret_cast<char*>(&word) -
                                        reinterpret_cast<char*>(maps_.derived.words())));
      store(entry.old, old);
      barrier();
      point(Point::journal_entry);
      store(control_.journal_size, size + 1);
      barrier();
    }
    store(word, value);
    barrier();
    point(Point::journal_store);
  }
  void add(Word& word, Word difference) noexcept { put(word, load(word) + difference); }
  void put_low(Word& word, Word value) noexcept { put(word, pair32(value, high32(load(word)))); }
  void put_high(Word& word, Word value) noexcept { put(word, pair32(low32(load(word)), value)); }

  [[nodiscard]] Word room() const noexcept { return kJournalEntries - load(control_.journal_size); }

  // The record at `place` is applied; `word` is stored at `at` of the index table.
  void finish(Place place, Word at, Word word, Word slot) noexcept {
    store(control_.redo_place, 0);
    barrier();
    store(control_.redo_at, at);
    store(control_.redo_word, word);
    store(control_.redo_slot, slot);
    barrier();
    point(Point::redo_written);
    store(control_.redo_place, place);
    barrier();
    point(Point::redo_named);
    store(control_.applied, place << 1);
    barrier();
    point(Point::applied);
    redo(maps_);
  }
  // No index word changes; `place` is the applied record.
  void finish(Place place) noexcept {
    store(control_.redo_place, 0);
    barrier();
    store(control_.applied, place << 1);
    barrier();
    point(Point::applied);
  }
  // The applied record stays.
  void finish() noexcept { finish(load(control_.applied) >> 1); }

  // What the index word of the last change is.
  static void redo(const Maps& maps) noexcept {
    Control& control = maps.control();
    const Word k = load(control.table);
    std::uint32_t& slot = maps.table_slot(k, load(control.redo_at));
    std::atomic_ref<std::uint32_t>(slot).store(static_cast<std::uint32_t>(load(control.redo_slot)),
                                               std::memory_order_relaxed);
    barrier();
    point(Point::index_slot);
    store_release(maps.table(k)[load(control.redo_at)], load(control.redo_word));
    barrier();
    point(Point::index_word);
  }

  // Undoes a change that was cut short, or finishes one that only lacks its index word.
  static void repair(const Maps& maps) noexcept {
    Control& control = maps.control();
    const Word applied = load(control.applied);
    if ((applied & 1) != 0) {
      for (Word n = load(control.journal_size); n-- > 0;) {
        const JournalEntry& entry = maps.journal(n);
        store(*maps.derived.at<Word>(load(entry.at)), load(entry.old));
        barrier();
        point(Point::undone_word);
      }
      // The list may be of the change just undone; the one before has stored its index word.
      store(control.redo_place, 0);
      barrier();
      store(control.applied, applied & ~Word{1});
      barrier();
    } else if (load(control.redo_place) == applied >> 1 && !broken(Broken::no_redo)) {
      redo(maps);
    }
  }

 private:
  const Maps& maps_;
  Control& control_;
};

}  // namespace mainstay::cache::detail
