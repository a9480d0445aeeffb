// hold.cpp - the steps of each change: room, record, commit, apply, upkeep.
#include "mainstay/cache/hold.hpp"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <utility>

#include "mainstay/cache/detail/core.hpp"
#include "mainstay/cache/detail/faults.hpp"
#include "mainstay/cache/detail/hash.hpp"
#include "mainstay/cache/detail/lock.hpp"
#include "mainstay/cache/detail/machine.hpp"
#include "mainstay/cache/detail/view.hpp"

namespace mainstay::cache {

using namespace detail;  // NOLINT: this file is the bridge to them

namespace {

constexpr std::size_t kLongestKey = 8 << 20;
constexpr std::size_t kLargestRecord = kLargestSegment - kSegmentHeader;
constexpr std::size_t kCorrections = 4096;
constexpr std::size_t kScanned = 65536;  // slots that one call looks at
constexpr Word kDyingFiles = 64;         // that wait before someone syncs for them

Error oversize(const char* what, std::size_t size, std::size_t most) {
  return {ErrorCode::limit_exceeded, std::string(what) + " has " + std::to_string(size) +
                                         " bytes, and " + std::to_string(most) + " are the most"};
}

// On a full disk: cleans and frees a segment or more. False: there is none, or it would not do.
bool free_segments(Core& core, Reserve reserve) {
  Control& control = core.control();
  const Room room = core.log.room();
  const Word useless = load(control.active_bytes) - load(control.record_bytes);
  const Word needed = (reserve == Reserve::set ? 3 : 1) * room.largest;
  if (room.free + useless <= needed) return false;
  while (clean(core, kFirstSegment, true) && load(control.unsettled) == 0) {
  }
  if (load(control.unsettled) == 0) return false;
  return settle(core, true).has_value() && load(control.unsettled) == 0;
}

}  // namespace

Hold::Hold(Core& core) noexcept : core_(&core), epoch_(process_epoch()), thread_(pthread_self()) {}

Hold::Hold(Hold&& other) noexcept
    : core_(std::exchange(other.core_, nullptr)),
      epoch_(other.epoch_),
      thread_(other.thread_),
      in_batch_(std::exchange(other.in_batch_, false)),
      lsn_(other.lsn_),
      last_put_(other.last_put_),
      dropped_(std::move(other.dropped_)),
      woken_(std::move(other.woken_)) {}

Hold& Hold::operator=(Hold&& other) noexcept {
  if (this != &other) {
    release();
    core_ = std::exchange(other.core_, nullptr);
    epoch_ = other.epoch_;
    thread_ = other.thread_;
    in_batch_ = std::exchange(other.in_batch_, false);
    lsn_ = other.lsn_;
    last_put_ = other.last_put_;
    dropped_ = std::move(other.dropped_);
    woken_ = std::move(other.woken_);
  }
  return *this;
}

Hold::~Hold() { release(); }

bool Hold::is_valid() const noexcept {
  return core_ != nullptr && epoch_ == process_epoch() && pthread_equal(thread_, pthread_self());
}

Result<void> Hold::check() const {
  if (is_valid()) return {};
  return Error{ErrorCode::closed,
               "this hold of the store was released, or belongs to another thread or to the parent "
               "of this process; take one of your own"};
}

void Hold::release() {
  if (is_valid()) {
    if (in_batch_) roll_back();
    unlock(core_->control().writer);
  }
  core_ = nullptr;
}

std::uint64_t Hold::hash(const Key& key) const noexcept {
  return hash_key(core_->maps.seed, key.kind, key.bytes);
}

// --- one item

View Hold::view(std::uint64_t slot) const {
  return make_view(core_->maps, core_->maps.record(load(core_->maps.slot(slot).place)), slot);
}

std::optional<View> Hold::find(const Key& key) const {
  if (!is_valid()) return {};
  const Found found = core_->apply.index().find(hash(key), key);
  if (!found || load(core_->maps.slot(found.slot).rank) == 0) return {};
  const Record record = core_->maps.record(place_of(found.word));
  if (record.words() == nullptr || !record.intact()) return {};
  return make_view(core_->maps, record, found.slot);
}

Result<void> Hold::change(Draft draft, const Found& found, Reserve reserve) {
  Core& core = *core_;
  Found at = found;
  if (in_batch_) {
    draft.header.flags |= kInBatch;
    draft.old = at ? place_of(at.word) : 0;
  }
  draft.measure();
  if (draft.header.length > kLargestRecord) {
    return oversize("key, tag and value together have", draft.header.length, kLargestRecord);
  }
  auto place = core.log.append(draft, reserve);
  if (!place && is_full(place.error()) && !in_batch_) {
    // Make room and try again. What the draft points at may move meanwhile.
    const std::string key(draft.key), tag(draft.tag), value(draft.value);
    draft.key = key;
    draft.tag = tag;
    draft.value = value;
    for (Word rounds = load(core.control().segments); rounds > 0 && !place; --rounds) {
      if (!free_segments(core, reserve)) break;
      if (at) at = core.apply.index().find(draft.header.hash, load(core.maps.slot(at.slot).place));
      if (draft.header.type == RecordType::erase) {
        draft.header.expires = core.maps.record(place_of(at.word)).header().lsn;
      }
      place = core.log.append(draft, reserve);
    }
  }
  if (!place) return std::move(place).error();
  if (!in_batch_) core.log.commit(*place);
  const Record record = core.maps.record(*place);
  lsn_ = record.header().lsn;
  if (record.header().type == RecordType::erase) {
    core.apply.erase(*place, record, at, &dropped_);
  } else {
    core.apply.set(*place, record, at, &dropped_);
  }
  if (load(core.control().intent) != 0) {
    // Before the cleaner adds records: repair compares with the last one.
    point(Point::file_recorded);
    store(core.control().intent, 0);
  }
  if (record.header().rank != 0) last_put_ = record.header().rank;
  wake(record.header().hash);
  if (!in_batch_) upkeep(record.header().total());
  return {};
}

Result<std::uint64_t> Hold::link(ValueFile& file) {
  Control& control = core_->control();
  const Word lsn = read_header(core_->maps.words_at(load(control.applied) >> 1)).lsn + 1;
  for (;;) {
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    const std::uint64_t id = lsn << 20 | (static_cast<std::uint64_t>(now.tv_nsec) & 0xfffff);
    store(control.intent, id);
    barrier();
    point(Point::file_intent);
    auto linked = core_->values.link(file.file_, id);
    if (!linked) {
      store(control.intent, 0);
      return std::move(linked).error();
    }
    if (*linked) return id;
  }
}

Result<void> Hold::put(const Key& key, const Put& put) {
  if (auto mine = check(); !mine) return mine;
  if (key.bytes.size() > kLongestKey) return oversize("the key", key.bytes.size(), kLongestKey);
  if (put.tag.bytes.size() > 65535) return oversize("the tag", put.tag.bytes.size(), 65535);
  const std::uint64_t hashed = hash(key);
  if (auto made = core_->apply.make_room(in_batch_, hashed, key); !made) return made;
  const Found found = core_->apply.index().find(hashed, key);
  const Word rank = found ? load(core_->maps.slot(found.slot).rank) : 0;

  Draft draft;
  Header& header = draft.header;
  header.type = RecordType::set;
  header.key_kind = key.kind;
  header.key_form = key.form;
  header.hash = hashed;
  header.rank = rank;
  if (rank == 0 || rank == kHiddenRank) {
    header.rank = load(core_->control().next_rank);
  } else if (const Record before = core_->maps.record(place_of(found.word));
             before.words() != nullptr) {
    header.key_form =
        static_cast<std::uint8_t>((before.header().key_form & 0x0f) | (key.form & 0xf0));
  }
  header.stored = put.now;
  if (put.expires) {
    header.flags |= kExpires;
    header.expires = std::bit_cast<std::uint64_t>(*put.expires);
  }
  if (put.keep_access) header.flags |= kKeepAccess;
  header.tag_kind = put.tag.kind;
  header.value_kind = put.value.kind;
  draft.key = key.bytes;
  draft.tag = put.tag.bytes;
  draft.value = put.value.bytes;
  if (put.foreign) {
    header.flags |= kForeignFile;
    draft.file = *put.foreign;
    draft.file.id = 0;
  }
  if (put.file == nullptr) return change(draft, found, Reserve::set);

  auto id = link(*put.file);
  if (!id) return std::move(id).error();
  header.flags |= kOwnFile;
  draft.file = {*id, put.file->size_, put.file->crc_, 0};
  auto changed = change(draft, found, Reserve::set);
  if (!changed) {
    core_->values.unlink(*id);
    store(core_->control().intent, 0);
  }
  *put.file = ValueFile();
  return changed;
}

// Writes the record of a key once more, as `edit` changed it.
template <class Edit>
Result<bool> Hold::rewrite(const Key& key, Edit edit) {
  if (auto mine = check(); !mine) return std::move(mine).error();
  const std::uint64_t hashed = hash(key);
  if (auto made = core_->apply.make_room(in_batch_, hashed, key); !made) {
    return std::move(made).error();
  }
  const Found found = core_->apply.index().find(hashed, key);
  if (!found || load(core_->maps.slot(found.slot).rank) == 0) return false;
  const Record record = core_->maps.record(place_of(found.word));
  if (record.words() == nullptr || !record.intact()) return false;
  Draft draft = draft_of(record);
  draft.header.type = RecordType::set;
  draft.header.flags |= kKeepAccess;
  edit(draft, core_->maps.slot(found.slot));
  if (auto changed = change(draft, found, Reserve::set); !changed) {
    return std::move(changed).error();
  }
  return true;
}

Result<bool> Hold::update(const Key& key, const Value& value, double now, Policy policy) {
  Slot* item = nullptr;
  auto done = rewrite(key, [&](Draft& draft, Slot& slot) {
    draft.header.flags &= static_cast<std::uint8_t>(~(kOwnFile | kForeignFile));
    draft.header.stored = now;
    draft.header.value_kind = value.kind;
    draft.value = value.bytes;
    item = &slot;
  });
  if (!done || !*done) return done;
  if (policy == Policy::least_recently_used) store(item->accessed, std::bit_cast<Word>(now));
  if (policy == Policy::least_frequently_used) {
    atomic(item->accesses).fetch_add(1, std::memory_order_relaxed);
  }
  return done;
}

Result<bool> Hold::touch(const Key& key, std::optional<double> expires) {
  return rewrite(key, [&](Draft& draft, Slot&) {
    draft.header.flags &= static_cast<std::uint8_t>(~kExpires);
    if (expires) draft.header.flags |= kExpires;
    draft.header.expires = std::bit_cast<std::uint64_t>(expires.value_or(0));
  });
}

Result<bool> Hold::erase(const Key& key) {
  if (auto mine = check(); !mine) return std::move(mine).error();
  const Found found = core_->apply.index().find(hash(key), key);
  if (!found || load(core_->maps.slot(found.slot).rank) == 0) return false;
  return erase_slot(found.slot);
}

Result<bool> Hold::erase_slot(std::uint64_t slot) {
  const Slot& item = core_->maps.slot(slot);
  const Place place = load(item.place);
  const Record record = core_->maps.record(place);
  const bool is_good = record.words() != nullptr && record.intact();
  if (in_batch_ && own_file(record) != 0) {
    if (auto made = core_->apply.make_room(true); !made) return std::move(made).error();
  }
  Draft draft;
  draft.header.type = RecordType::erase;
  draft.header.hash = load(item.hash);
  draft.header.key_kind = record.header().key_kind;
  draft.header.expires = record.header().lsn;
  if (is_good) draft.key = record.key();
  const Found found = core_->apply.index().find(draft.header.hash, place);
  if (!found) return false;
  if (auto changed = change(draft, found, Reserve::erase); !changed) {
    return std::move(changed).error();
  }
  return true;
}

// --- orders

void Hold::walk(std::uint64_t after, std::uint64_t before, bool down,
                const std::function<bool(const View&)>& visit) const {
  if (!is_valid()) return;
  core_->apply.order().walk(after, before, down, [&](Word slot, Word) {
    const Record record = core_->maps.record(load(core_->maps.slot(slot).place));
    if (record.words() == nullptr || !record.intact()) return true;
    return visit(make_view(core_->maps, record, slot));
  });
}

std::optional<View> Hold::end(bool last) const {
  std::optional<View> found;
  walk(0, kHiddenRank, last, [&](const View& item) {
    found = item;
    return false;
  });
  return found;
}

std::optional<View> Hold::beyond(const Key& key, bool inclusive, bool down) {
  if (!is_valid()) return {};
  const Tree& tree = core_->apply.tree();
  if (!tree.is_built()) tree.build();
  const Word slot = tree.from(key, inclusive, down);
  if (slot == 0) return {};
  return view(slot);
}

std::optional<View> Hold::between(const Key& low, const Key& high, bool last) {
  const auto item = last ? beyond(high, false, true) : beyond(low, false, false);
  if (!item) return {};
  const bool is_inside = compare_keys(low, item->key) < 0 && compare_keys(item->key, high) < 0;
  return is_inside ? item : std::nullopt;
}

std::optional<View> Hold::lowest() { return beyond(Key{0, 0, {}}, true, false); }

std::optional<View> Hold::highest() { return beyond(Key{kSettingKey, 0, {}}, true, true); }

// --- many items

Result<std::size_t> Hold::expire(double now, std::size_t limit) {
  if (auto mine = check(); !mine) return std::move(mine).error();
  const Heap heap = core_->apply.expiries();
  std::size_t erased = 0;
  for (std::size_t looked = 0; erased < limit && heap.size() > 0 && looked < kCorrections;
       ++looked) {
    const HeapEntry top = heap.top();
    if (top.key >= sortable(now)) break;
    const Header header = read_header(core_->maps.words_at(load(core_->maps.slot(top.slot).place)));
    const bool expires = (header.flags & kExpires) != 0;
    const Word key = sortable(header.expiry());
    if (expires && key == top.key) {
      if (auto done = erase_slot(top.slot); !done) return std::move(done).error();
      ++erased;
      continue;
    }
    Journal change(core_->maps);
    if (expires) {
      heap.move(change, top.slot, key);
    } else {
      heap.remove(change, top.slot);
    }
    change.finish();
  }
  return erased;
}

std::optional<double> Hold::next_expiry() const {
  if (!is_valid() || core_->apply.expiries().size() == 0) return {};
  const Word key = core_->apply.expiries().top().key;
  return std::bit_cast<double>(key >> 63 != 0 ? key & ~(Word{1} << 63) : ~key);
}

Result<std::size_t> Hold::evict(Policy policy, std::size_t limit, std::uint64_t keep) {
  if (auto mine = check(); !mine) return std::move(mine).error();
  if (policy == Policy::none) return std::size_t{0};
  core_->apply.build_heap(policy);
  const Heap heap = core_->apply.evictions();
  std::size_t erased = 0;
  Word kept = 0;
  Result<std::size_t> answer = erased;
  for (std::size_t looked = 0; erased < limit && heap.size() > 0 && looked < kCorrections;
       ++looked) {
    const HeapEntry top = heap.top();
    const Word key = core_->apply.eviction_key(top.slot);
    if (load(core_->maps.slot(top.slot).rank) == keep) {
      Journal change(core_->maps);
      heap.remove(change, top.slot);
      change.finish();
      kept = top.slot;
    } else if (key > top.key) {
      Journal change(core_->maps);
      heap.move(change, top.slot, key);
      change.finish();
    } else if (auto done = erase_slot(top.slot); !done) {
      answer = std::move(done).error();
      break;
    } else {
      answer = ++erased;
      looked = 0;
    }
  }
  if (kept != 0) {
    Journal change(core_->maps);
    heap.insert(change, core_->apply.eviction_key(kept), kept);
    change.finish();
  }
  return answer;
}

Result<std::size_t> Hold::erase_tag(const Tag& tag, std::uint64_t& after, std::size_t limit) {
  if (auto mine = check(); !mine) return std::move(mine).error();
  const Word wanted = tag_hash(tag.kind, tag.bytes);
  std::vector<Word> slots;
  std::size_t scanned = 0;
  Word reached = 0;
  core_->apply.order().walk(after, kHiddenRank, false, [&](Word slot, Word rank) {
    if (slots.size() == limit || scanned == kScanned) {
      return false;
    }
    ++scanned;
    reached = rank;
    if (low32(load(core_->maps.slot(slot).tag_size)) != wanted) return true;
    const Record record = core_->maps.record(load(core_->maps.slot(slot).place));
    if (record.header().tag_kind == tag.kind && record.tag() == tag.bytes) slots.push_back(slot);
    return true;
  });
  after = slots.size() == limit || scanned == kScanned ? reached : 0;
  for (const Word slot : slots) {
    if (auto done = erase_slot(slot); !done) return std::move(done).error();
  }
  return slots.size();
}

Result<std::size_t> Hold::clear(std::size_t limit) {
  if (auto mine = check(); !mine) return std::move(mine).error();
  std::size_t erased = 0;
  for (; erased < limit; ++erased) {
    const Word slot = core_->apply.order().next(0);
    if (slot == 0) break;
    if (auto done = erase_slot(slot); !done) return std::move(done).error();
  }
  return erased;
}

// --- batches

Result<void> Hold::begin() {
  if (auto mine = check(); !mine) return mine;
  if (in_batch_) {
    return Error{ErrorCode::unsupported, "a batch is open already; commit it or roll it back first",
                 static_cast<int>(Reason::busy)};
  }
  core_->apply.order().begin_batch();
  Control& control = core_->control();
  store(control.shown_items, load(control.items));
  store(control.shown_record_bytes, load(control.record_bytes));
  store(control.shown_file_bytes, load(control.file_bytes));
  store(control.shown_rank, load(control.next_rank) - 1);
  store_release(control.batch, read_header(core_->maps.words_at(load(control.last))).lsn);
  barrier();
  in_batch_ = true;
  return {};
}

Result<void> Hold::commit() {
  if (auto mine = check(); !mine) return mine;
  if (!in_batch_) return {};
  Core& core = *core_;
  Control& control = core.control();
  const bool is_empty = load(control.applied) >> 1 == load(control.last);
  std::size_t written = 0;
  if (!is_empty) {
    auto place = core.log.append_mark(RecordType::commit, Reserve::cleaner);
    if (!place) return std::move(place).error();
    const Word before = read_header(core.maps.words_at(load(control.last))).lsn;
    core.log.commit(*place);
    point(Point::batch_committed);
    core.apply.commit(*place);
    lsn_ = core.maps.record(*place).header().lsn;
    store_release(control.visible, lsn_);
    barrier();
    point(Point::batch_visible);
    core.apply.free_pending();
    written = std::min<std::size_t>((lsn_ - before) * 256, kLargestSegment);
  }
  store_release(control.batch, 0);
  barrier();
  in_batch_ = false;
  for (const std::uint64_t changed : std::exchange(woken_, {})) wake(changed);
  if (!is_empty) upkeep(written);
  return {};
}

void Hold::roll_back() {
  if (!is_valid() || !in_batch_) return;
  detail::roll_back(*core_);
  in_batch_ = false;
  lsn_ = 0;
  dropped_.clear();
  woken_.clear();
}

// --- upkeep

void Hold::upkeep(std::size_t written) {
  Control& control = core_->control();
  clean(*core_, 4 * written + 512);
  const Word dying = load(control.dying_count);
  if (dying >= kDyingFiles || (dying > 0 && load(control.live_files) == 0)) {
    store(control.unsettled, 1);
  }
}

Result<std::vector<std::string>> Hold::inspect(bool fix) {
  if (auto mine = check(); !mine) return std::move(mine).error();
  if (load(core_->control().applied) >> 1 != load(core_->control().last)) {
    return std::vector<std::string>();
  }
  Findings findings = detail::inspect(*core_);
  if (fix) {
    for (const Word slot : findings.damaged) {
      if (auto done = erase_slot(slot); !done) return std::move(done).error();
    }
    for (const std::uint64_t id : findings.orphans) core_->values.unlink(id);
    if (findings.is_derived_wrong) store(core_->control().inodes[0], 0);
  }
  return std::move(findings.words);
}

bool Hold::compact(std::size_t bytes) {
  if (!is_valid() || in_batch_) return false;
  return clean(*core_, bytes, true);
}

void Hold::wake(std::uint64_t hashed) {
  if (in_batch_) {
    woken_.push_back(hashed);
    return;
  }
  Word& slot = core_->control().wake[hashed % kWakeSlots];
  auto* const halves = reinterpret_cast<std::uint32_t*>(&slot);
  std::atomic_ref<std::uint32_t>(halves[0]).fetch_add(1, std::memory_order_seq_cst);
  if (std::atomic_ref<std::uint32_t>(halves[1]).load(std::memory_order_seq_cst) != 0) {
    syscall(SYS_futex, halves, FUTEX_WAKE, INT_MAX, nullptr, nullptr, 0);
  }
}

std::vector<std::string> Hold::take_dropped() { return std::exchange(dropped_, {}); }

std::uint64_t Hold::volume() const noexcept {
  return load(core_->control().record_bytes) + load(core_->control().file_bytes);
}

Stats Hold::stats() const {
  if (!is_valid()) return {};
  Stats stats = make_stats(*core_);
  const Control& control = core_->control();
  stats.items = load(control.items);
  stats.record_bytes = load(control.record_bytes);
  stats.file_bytes = load(control.file_bytes);
  stats.last_rank = load(control.next_rank) - 1;
  return stats;
}

}  // namespace mainstay::cache
