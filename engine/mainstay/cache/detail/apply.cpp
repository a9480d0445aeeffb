// apply.cpp - one record after the other.
#include "mainstay/cache/detail/apply.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "mainstay/cache/detail/hash.hpp"

namespace mainstay::cache::detail {
namespace {

constexpr Word kOwn = 1;
constexpr Word kAnyFile = 2;

// The word of Slot that has tag and size.
Word tag_size(const Record& record) noexcept {
  const Header& header = record.header();
  const Word tag = tag_hash(header.tag_kind, record.tag());
  const Word size = header.total() | ((header.flags & kOwnFile) != 0 ? kOwn : 0) |
                    (header.has_file() ? kAnyFile : 0);
  return pair32(tag, size);
}

bool is_hidden(const Record& record) noexcept { return record.header().key_kind >= kSettingKey; }

void note_dropped(const Record& record, std::vector<std::string>* dropped) {
  if (dropped != nullptr && (record.header().flags & kForeignFile) != 0) {
    dropped->emplace_back(record.value());
  }
}

}  // namespace

Word tag_hash(std::uint8_t kind, std::string_view bytes) noexcept {
  return kind == 0 && bytes.empty() ? 0 : hash_key(0, kind, bytes) >> 32 | 1;
}

Result<void> Apply::make_room(bool in_batch) const {
  if (auto made = index_.make_room(); !made) return made;
  // One slot: for a new item, or for the value file that an item has no longer.
  const bool has_slot =
      load(control().free_slot) != 0 || load(control().used_slots) < maps_.capacity();
  if (has_slot && order_.make_room(!in_batch)) return {};
  const Word chunks = load(control().chunks);
  if (chunks == kMaxChunks) {
    return Error{ErrorCode::system, "the store has as many items as it can have", ENOSPC};
  }
  const std::size_t offset = kChunks + chunks * kChunkBytes;
  if (auto made = maps_.derived_file.allocate(offset, kChunkBytes); !made) return made;
  if (!maps_.derived.populate(offset, kChunkBytes)) {
    return system_error("cannot make room in", maps_.derived_file.path(), ENOSPC);
  }
  point(Point::chunk_allocated);
  store_release(control().chunks, chunks + 1);
  barrier();
  return {};
}

Result<void> Apply::make_room(bool in_batch, std::uint64_t hash, const Key& key) const {
  auto made = make_room(in_batch);
  if (made) return made;
  const Found found = index_.find(hash, key);
  if (!found) return made;
  const Slot& item = maps_.slot(found.slot);
  const bool is_enough = load(item.rank) != 0 && (high32(load(item.tag_size)) & kOwn) == 0;
  return is_enough ? Result<void>{} : std::move(made);
}

Word Apply::new_slot(Journal& change) const noexcept {
  const Word free = load(control().free_slot);
  if (free != 0) {
    change.put(control().free_slot, low32(load(maps_.slot(free).links)));
    change.put(maps_.slot(free).links, 0);
    return free;
  }
  const Word used = load(control().used_slots);
  change.put(control().used_slots, used + 1);
  return used;
}

void Apply::free_slot(Journal& change, Word slot) const noexcept {
  Slot& freed = maps_.slot(slot);
  change.put(freed.rank, 0);
  change.put(freed.place, 0);
  change.put(freed.positions, 0);
  change.put(freed.links, load(control().free_slot));
  change.put(control().free_slot, slot);
}

void Apply::count(Journal& change, const Slot& slot, const Record& record) const noexcept {
  const Word size = high32(load(slot.tag_size));
  change.add(control().record_bytes, size & ~Word{7});
  if ((size & kAnyFile) != 0) change.add(control().file_bytes, record.file().size);
  if ((size & kOwn) != 0) change.add(control().live_files, 1);
}

void Apply::discount(Journal& change, const Slot& slot, const Record& record) const noexcept {
  const Word size = high32(load(slot.tag_size));
  change.add(control().record_bytes, -(size & ~Word{7}));
  if ((size & kAnyFile) != 0) {
    change.add(control().file_bytes,
               -std::min<Word>(record.file().size, load(control().file_bytes)));
  }
  if ((size & kOwn) != 0) change.add(control().live_files, ~Word{0});
}

void Apply::enter(Journal& change, Word slot, const Record& record) const noexcept {
  change.add(control().items, 1);
  if (load(control().heap_policy) != 0) evictions().insert(change, eviction_key(slot), slot);
  if ((record.header().flags & kExpires) != 0) {
    expiries().insert(change, sortable(record.header().expiry()), slot);
  }
  if (tree_.is_built()) tree_.insert(change, slot);
}

void Apply::leave(Journal& change, Word slot) const noexcept {
  if (load(maps_.slot(slot).rank) == kHiddenRank) return;
  change.add(control().items, ~Word{0});
  order_.erase(change, slot);
  if (evictions().contains(slot)) evictions().remove(change, slot);
  if (expiries().contains(slot)) expiries().remove(change, slot);
  if (tree_.is_built()) tree_.erase(change, slot);
}

void Apply::adjust(Journal& change, Word slot, const Record& record) const noexcept {
  if (evictions().contains(slot)) {
    if (const Word key = eviction_key(slot); key < evictions().key_of(slot)) {
      evictions().move(change, slot, key);
    }
  }
  // An expiry that is later now, or gone, is found out when it comes up.
  if ((record.header().flags & kExpires) == 0 || is_hidden(record)) return;
  const Word key = sortable(record.header().expiry());
  if (!expiries().contains(slot)) {
    expiries().insert(change, key, slot);
  } else if (key < expiries().key_of(slot)) {
    expiries().move(change, slot, key);
  }
}

Word Apply::eviction_key(Policy policy, Word slot) const noexcept {
  const Slot& item = maps_.slot(slot);
  switch (policy) {
    case Policy::least_recently_stored:
      return sortable(read_header(maps_.words_at(load(item.place))).stored);
    case Policy::least_recently_used: return sortable(std::bit_cast<double>(load(item.accessed)));
    case Policy::least_frequently_used: {
      constexpr Word kMost = (Word{1} << 24) - 1;
      return std::min(load(item.accesses), kMost) << 40 | (load(item.rank) & ((Word{1} << 40) - 1));
    }
    case Policy::none: break;
  }
  return 0;
}

void Apply::add_dying(Journal& change, std::uint64_t file, Word lsn) const noexcept {
  const Word slot = new_slot(change);
  const Word last = high32(load(control().dying));
  change.put(maps_.slot(slot).hash, file);
  change.put(maps_.slot(slot).place, lsn);
  change.put(maps_.slot(slot).links, pair32(0, last));
  if (last == 0) {
    change.put(control().dying, pair32(slot, slot));
  } else {
    change.put_low(maps_.slot(last).links, slot);
    change.put_high(control().dying, slot);
  }
  change.add(control().dying_count, 1);
}

void Apply::drop_dying(Journal& change, std::uint64_t file) const noexcept {
  // A rollback takes back in reverse, so this one is at or near the end.
  Word slot = high32(load(control().dying));
  while (slot != 0 && load(maps_.slot(slot).hash) != file)
    slot = high32(load(maps_.slot(slot).links));
  if (slot == 0) return;
  const Word links = load(maps_.slot(slot).links);
  if (high32(links) != 0) {
    change.put_low(maps_.slot(high32(links)).links, low32(links));
  } else {
    change.put_low(control().dying, low32(links));
  }
  if (low32(links) != 0) {
    change.put_high(maps_.slot(low32(links)).links, high32(links));
  } else {
    change.put_high(control().dying, high32(links));
  }
  change.add(control().dying_count, ~Word{0});
  free_slot(change, slot);
}

void Apply::forget_dying() const noexcept {
  const Word slot = low32(load(control().dying));
  if (slot == 0) return;
  Journal change(maps_);
  drop_dying(change, load(maps_.slot(slot).hash));
  change.finish();
}

void Apply::set(Place place, const Record& record, const Found& found,
                std::vector<std::string>* dropped) const {
  const Header& header = record.header();
  const Record before = found ? maps_.record(place_of(found.word)) : Record();
  // An open batch erased it: the word is there, the slot is pending.
  const bool is_new = !found || before.header().type == RecordType::erase;
  const Word at = found ? found.at : index_.claim(header.hash);

  Journal change(maps_);
  Word slot = found.slot;
  if (is_new) {
    slot = new_slot(change);
    if (!found) change.add(control().index_used, 1);
    Slot& item = maps_.slot(slot);
    change.put(item.hash, header.hash);
    change.put(item.place, place);
    change.put(item.rank, is_hidden(record) ? kHiddenRank : header.rank);
    change.put(item.tag_size, tag_size(record));
    store(item.accessed, std::bit_cast<Word>(header.stored));
    store(item.accesses, 0);
    count(change, item, record);
    if (!is_hidden(record)) {
      change.put(control().next_rank, std::max(load(control().next_rank), header.rank + 1));
      order_.append(change, slot, header.rank);
      enter(change, slot, record);
    }
    change.put_high(item.links, found.slot);  // the slot before, for revert()
  } else {
    Slot& item = maps_.slot(slot);
    discount(change, item, before);
    if (own_file(before) != 0 && own_file(before) != own_file(record)) {
      add_dying(change, own_file(before), header.lsn);
    }
    if (header.type == RecordType::set && (header.flags & kKeepAccess) == 0) {
      note_dropped(before, dropped);
      store(item.accessed, std::bit_cast<Word>(header.stored));
      store(item.accesses, 0);
    }
    change.put(item.place, place);
    change.put(item.tag_size, tag_size(record));
    count(change, item, record);
    adjust(change, slot, record);
  }
  change.finish(place, at, index_word(header.hash, place), slot);
}

void Apply::erase(Place place, const Record& record, const Found& found,
                  std::vector<std::string>* dropped) const {
  const Header& header = record.header();
  if (!found) {  // what a replay may meet
    Journal(maps_).finish(place);
    return;
  }
  const Record before = maps_.record(place_of(found.word));
  note_dropped(before, dropped);
  Slot& item = maps_.slot(found.slot);
  Journal change(maps_);
  leave(change, found.slot);
  discount(change, item, before);
  // Its file takes the slot that it leaves: a deletion needs no room.
  if (!header.in_batch()) free_slot(change, found.slot);
  if (own_file(before) != 0) add_dying(change, own_file(before), header.lsn);
  if (header.in_batch()) {
    change.put(item.rank, 0);
    change.put(item.positions, load(control().pending));
    change.put(control().pending, found.slot);
    change.finish(place, found.at, index_word(header.hash, place), found.slot);
  } else {
    change.add(control().index_used, ~Word{0});
    change.finish(place, found.at, 0, 0);
    index_.give_back(header.hash, found.at);
  }
}

void Apply::commit(Place place) const noexcept { Journal(maps_).finish(place); }

void Apply::replay(Place place) const {
  const Record record = maps_.record(place);
  const Header& header = record.header();
  const Key key{header.key_kind, header.key_form, record.key()};
  switch (header.type) {
    case RecordType::set:
    case RecordType::move: set(place, record, index_.find(header.hash, key), nullptr); return;
    case RecordType::erase: {
      Found found = index_.find(header.hash, key);
      const Record victim = found ? maps_.record(place_of(found.word)) : Record();
      if (victim.words() == nullptr || victim.header().lsn != header.expires) found = Found();
      erase(place, record, found, nullptr);
      return;
    }
    case RecordType::commit: commit(place); return;
  }
}

void Apply::revert(Place place, Place before) const {
  const Record record = maps_.record(place);
  const Header& header = record.header();
  const Found found = index_.find(header.hash, place);
  if (!found || header.type == RecordType::commit) {
    Journal(maps_).finish(before);
    return;
  }
  const Place old = record.old();
  const Record old_record = old != 0 ? maps_.record(old) : Record();
  Slot& item = maps_.slot(found.slot);
  Journal change(maps_);
  if (header.type == RecordType::erase) {
    change.put(control().pending, load(item.positions));
    change.put(item.positions, 0);
    if (own_file(old_record) != 0) drop_dying(change, own_file(old_record));
    count(change, item, old_record);
    change.put(item.rank, is_hidden(old_record) ? kHiddenRank : old_record.header().rank);
    if (!is_hidden(old_record)) {
      order_.restore(change, found.slot, old_record.header().rank);
      enter(change, found.slot, old_record);
    }
    change.finish(before, found.at, index_word(header.hash, old), found.slot);
  } else if (is_value(old_record.header().type)) {
    if (own_file(old_record) != 0 && own_file(old_record) != own_file(record)) {
      drop_dying(change, own_file(old_record));
    }
    discount(change, item, record);
    change.put(item.place, old);
    change.put(item.tag_size, tag_size(old_record));
    count(change, item, old_record);
    adjust(change, found.slot, old_record);
    change.finish(before, found.at, index_word(header.hash, old), found.slot);
  } else {  // a new item
    const Word pending = high32(load(item.links));
    leave(change, found.slot);
    discount(change, item, record);
    free_slot(change, found.slot);
    if (old == 0) {
      change.add(control().index_used, ~Word{0});
      change.finish(before, found.at, 0, 0);
      index_.give_back(header.hash, found.at);
    } else {
      change.finish(before, found.at, index_word(header.hash, old), pending);
    }
  }
  point(Point::reverted);
}

void Apply::free_pending() const noexcept {
  while (const Word slot = load(control().pending)) {
    const Slot& item = maps_.slot(slot);
    const std::uint64_t hash = load(item.hash);
    const Found found = index_.find_erased(hash, slot);
    Journal change(maps_);
    change.put(control().pending, load(item.positions));
    free_slot(change, slot);
    if (found) {
      change.add(control().index_used, ~Word{0});
      change.finish(load(control().applied) >> 1, found.at, 0, 0);
      index_.give_back(hash, found.at);
    } else {
      change.finish();
    }
    point(Point::pending_freed);
  }
}

void Apply::build_heap(Policy policy) const {
  if (load(control().heap_policy) == static_cast<Word>(policy)) return;
  store(control().heap_policy, 0);
  barrier();
  std::vector<std::pair<Word, Word>> entries;
  for (Word slot = 1; slot < load(control().used_slots); ++slot) {
    Slot& item = maps_.slot(slot);
    store(item.positions, pair32(0, high32(load(item.positions))));
    const Word rank = load(item.rank);
    if (policy != Policy::none && rank != 0 && rank != kHiddenRank) {
      entries.emplace_back(eviction_key(policy, slot), slot);
    }
  }
  std::sort(entries.begin(), entries.end());  // a sorted array is a heap
  for (std::size_t at = 0; at < entries.size(); ++at) {
    store(maps_.eviction(at).key, entries[at].first);
    store(maps_.eviction(at).slot, entries[at].second);
    Word& positions = maps_.slot(entries[at].second).positions;
    store(positions, pair32(at + 1, high32(load(positions))));
  }
  store(control().evictions, entries.size());
  barrier();
  point(Point::heap_filled);
  store(control().heap_policy, static_cast<Word>(policy));
  barrier();
}

}  // namespace mainstay::cache::detail
