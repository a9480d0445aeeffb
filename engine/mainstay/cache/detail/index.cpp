// index.cpp - searching, claiming, growing.
#include "mainstay/cache/detail/index.hpp"

#include <cerrno>
#include <utility>
#include <vector>

#include "mainstay/cache/detail/faults.hpp"

namespace mainstay::cache::detail {

template <class Wanted>
Found Index::search(std::uint64_t hash, Wanted wanted) const noexcept {
  const Word k = load(control().table);
  const Word* const table = maps_.table(k);
  const Word mask = (Word{1} << k) - 1;
  const Word tag = tag_of(hash);
  Word group = hash & mask;
  for (Word tried = 0; tried <= mask; ++tried) {
    for (Word at = group * 8; at < group * 8 + kKeysPerGroup; ++at) {
      const Word word = load(table[at]);
      if (word >> 36 != tag || word == 0) continue;
      const Found found{at, word, maps_.table_slot(k, at)};
      if (wanted(found)) return found;
    }
    if (load(table[group * 8 + kKeysPerGroup]) == 0) break;
    group = (group + 1) & mask;
  }
  return {};
}

Found Index::find(std::uint64_t hash, const Key& key) const noexcept {
  return search(hash, [&](const Found& found) {
    const Record record = maps_.record(place_of(found.word));
    if (record.words() != nullptr) {
      if (record.is_for(hash, key)) return true;
      if (record.header().hash == hash && record.intact()) return false;  // another key's
    }
    return load(maps_.slot(found.slot).hash) == hash &&
           (record.words() == nullptr || !record.intact());
  });
}

Found Index::find(std::uint64_t hash, Place place) const noexcept {
  return search(hash, [&](const Found& found) { return place_of(found.word) == place; });
}

Found Index::find_erased(std::uint64_t hash, Word slot) const noexcept {
  return search(hash, [&](const Found& found) {
    return found.slot == slot &&
           maps_.record(place_of(found.word)).header().type == RecordType::erase;
  });
}

Result<void> Index::make_room() const {
  const Word words = kKeysPerGroup << load(control().table);
  const Word used = load(control().index_used);
  if (used * 10 < words * 6) return {};
  auto grown = load(control().table) < kLastTable
                   ? grow(false)
                   : Error{ErrorCode::system, "the store has as many items as it can have", ENOSPC};
  if (grown || used * 10 < words * 9) return {};
  const bool is_being_made = load(control().magic) == 0;  // so there is no reader
  return is_being_made ? grow(true) : std::move(grown);
}

Result<void> Index::grow(bool frees_first) const {
  const Word k = load(control().table);
  const auto* const begin = maps_.table(k);
  const std::vector<Word> table(begin, begin + table_size(static_cast<unsigned>(k)) / sizeof(Word));
  const auto* const slots = reinterpret_cast<const std::uint32_t*>(table.data() + (Word{8} << k));
  if (frees_first) free_table(k);
  const std::size_t offset = table_offset(static_cast<unsigned>(k + 1));
  const std::size_t size = table_size(static_cast<unsigned>(k + 1));
  if (auto made = maps_.index_file.allocate(offset, size); !made) return made;
  if (!maps_.index.populate(offset, size)) {
    return system_error("cannot make room in", maps_.index_file.path(), ENOSPC);
  }
  // Words of an attempt that was cut short may be there.
  Word* const next = maps_.table(k + 1);
  const Word next_mask = (Word{2} << k) - 1;
  for (Word at = 0; at <= next_mask * 8 + 7; ++at) store(next[at], 0);
  store(control().redo_place, 0);  // it names a word of the old table

  for (Word at = 0; at < Word{8} << k; ++at) {
    const Word word = at % 8 == kKeysPerGroup ? 0 : table[at];
    if (word == 0) continue;
    const Word slot = slots[at];
    Word group = load(maps_.slot(slot).hash) & next_mask;
    Word to = kNowhere;
    while (to == kNowhere) {
      for (Word i = group * 8; i < group * 8 + kKeysPerGroup && to == kNowhere; ++i) {
        if (load(next[i]) == 0) to = i;
      }
      if (to != kNowhere) break;
      Word& overflow = next[group * 8 + kKeysPerGroup];
      store(overflow, load(overflow) + 1);
      group = (group + 1) & next_mask;
    }
    maps_.table_slot(k + 1, to) = static_cast<std::uint32_t>(slot);
    store(next[to], word);
  }
  point(Point::table_filled);
  store_release(control().table, k + 1);
  barrier();
  point(Point::table_switched);
  // Who still reads the old table finds zeros, and then that it is no longer in use.
  free_table(k);
  return {};
}

void Index::free_table(Word k) const noexcept {
  const std::size_t begin = (table_offset(static_cast<unsigned>(k)) + kPage - 1) / kPage * kPage;
  const std::size_t end = table_offset(static_cast<unsigned>(k + 1)) / kPage * kPage;
  if (begin < end) maps_.index_file.punch(begin, end - begin);
}

Word Index::claim(std::uint64_t hash) const noexcept {
  const Word k = load(control().table);
  Word* const table = maps_.table(k);
  const Word mask = (Word{1} << k) - 1;
  for (Word group = hash & mask;; group = (group + 1) & mask) {
    for (Word at = group * 8; at < group * 8 + kKeysPerGroup; ++at) {
      if (load(table[at]) == 0) return at;
    }
    Word& overflow = table[group * 8 + kKeysPerGroup];
    store_release(overflow, load(overflow) + 1);
    barrier();
    point(Point::overflow_raised);
  }
}

void Index::give_back(std::uint64_t hash, Word at) const noexcept {
  const Word k = load(control().table);
  Word* const table = maps_.table(k);
  const Word mask = (Word{1} << k) - 1;
  for (Word group = hash & mask; group != at / 8; group = (group + 1) & mask) {
    Word& overflow = table[group * 8 + kKeysPerGroup];
    store_release(overflow, load(overflow) - 1);
    barrier();
    point(Point::overflow_lowered);
  }
}

}  // namespace mainstay::cache::detail
