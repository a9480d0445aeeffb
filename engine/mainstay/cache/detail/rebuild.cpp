// rebuild.cpp - everything derived, made again from the log: after a power cut, in a copy, after
// damage. Only while no other process has it open.
//
// The newest good superblock says which segment is the oldest that is needed. From there records
// are followed as long as sequence number, chain and check sum are right; where a segment activated
// later goes on from a record, it wins over what follows in the same segment. What cannot be read
// and is known to have been there is damage: then nothing from before the hole is believed, for its
// newer version may be in the hole. Value files written after the last sync are looked at: the
// first one that is not whole ends the history.
#include <sys/stat.h>

#include <algorithm>
#include <unordered_set>
#include <utility>
#include <vector>

#include "mainstay/cache/detail/core.hpp"
#include "mainstay/cache/detail/faults.hpp"
#include "mainstay/cache/detail/machine.hpp"

namespace mainstay::cache::detail {
namespace {

struct Known {
  std::uint32_t segment;
  SegmentHeader header;
};

class Rebuild {
 public:
  Rebuild(Core& core, Place known_last) : core_(core), known_last_(known_last) {}

  Result<void> run() {
    if (auto looked = look(); !looked) return looked;
    Word limit = ~Word{0};
    for (;;) {
      if (auto made = start(); !made) return made;
      if (auto replayed = replay(limit); !replayed) return replayed;
      if (last_ == 0) break;
      const Word broken_lsn = first_bad_file();
      if (broken_lsn == 0) break;
      limit = broken_lsn - 1;
    }
    if (last_ == 0) {
      core_.is_new = known_.empty();
      forget_before(~Word{0});
      if (auto made = start(); !made) return made;
      if (auto made = make_log(core_, super_.synced_lsn + 1); !made) return made;
      if (auto synced = core_.maps.log_file.sync(); !synced) return synced;
    } else if (auto ended = end(); !ended) {
      return ended;
    }
    remove_unneeded_files();
    return name_derived(core_);
  }

 private:
  // Finds out which store this is, and refuses what is none.
  Result<void> look() {
    super_ = read_super(core_);
    auto size = core_.maps.log_file.size();
    if (!size) return std::move(size).error();
    while (segments_ < kMaxSegments && segment_offset(segments_ + 1) <= *size) ++segments_;
    if (super_.magic == kMagic) {
      identity_[0] = super_.identity[0];
      identity_[1] = super_.identity[1];
      return {};
    }
    // Without a superblock the headers say it; all zeros is a store whose making was cut short.
    bool is_empty = true;
    Word best = 0;
    for (std::uint32_t i = 0; i < std::max(segments_, 1u); ++i) {
      SegmentHeader header{};
      if (auto got = core_.maps.log_file.read(&header, sizeof header, segment_offset(i)); !got) {
        return std::move(got).error();
      }
      if (header.magic == 0) continue;
      is_empty = false;
      if (header.magic == kMagic && header.crc == sum_of(header) && header.number > best) {
        best = header.number;
        identity_[0] = header.identity[0];
        identity_[1] = header.identity[1];
      } else if ((header.magic ^ kMagic) >> 56 != 0 && ((header.magic ^ kMagic) << 8) == 0) {
        return refusal("was written by another version of this library; use that one");
      }
    }
    if (best != 0) return {};
    if (!is_empty) {
      return refusal(
          "has a file store.log that is none of a store, or is damaged throughout; "
          "use another folder, or delete it");
    }
    return new_identity();
  }

  Error refusal(const char* why) const {
    return {ErrorCode::unsupported, "the folder \"" + core_.directory + "\" " + why,
            static_cast<int>(Reason::format)};
  }

  Result<void> new_identity() {
    for (Word& half : identity_) {
      auto random = random_word();
      if (!random) return std::move(random).error();
      half = *random;
    }
    return {};
  }

  // Empty derived files, and what is known of the segments.
  Result<void> start() {
    if (auto made = make_derived(core_, identity_); !made) return made;
    Control& control = core_.control();
    known_.clear();
    last_ = 0;
    Word highest = super_.head;
    for (std::uint32_t i = 0; i < segments_; ++i) {
      const SegmentHeader header = core_.maps.segment_header(i);
      if (core_.maps.is_good(header)) known_.push_back({i, header});
      if (core_.maps.is_good(header)) highest = std::max(highest, header.number);
    }
    store(control.segments, segments_);
    store(control.max_number, highest);
    store(control.super_generation, super_.generation);
    store(control.super_head, super_.head);
    std::sort(known_.begin(), known_.end(),
              [](const Known& a, const Known& b) { return a.header.number < b.header.number; });
    return {};
  }

  [[nodiscard]] bool follows(const Record& record, Word lsn, std::uint32_t chain) const {
    return record.words() != nullptr && record.header().lsn == lsn &&
           (record.header().chain == chain || broken(Broken::no_chain)) && record.intact();
  }

  // The segment that goes on with `lsn`, activated after `number`; of several, the last one.
  [[nodiscard]] const Known* next_segment(Word number, Word lsn, std::uint32_t chain) const {
    for (auto known = known_.rbegin(); known != known_.rend(); ++known) {
      const SegmentHeader& header = known->header;
      if (header.number <= number) break;
      if (header.first_lsn == lsn && (header.chain == chain || broken(Broken::no_chain)) &&
          follows(core_.maps.record(make_place(known->segment, kSegmentHeader)), lsn, chain)) {
        return &*known;
      }
    }
    return nullptr;
  }

  // The first segment to begin at or behind `lsn`, activated after `number`, that can be read.
  [[nodiscard]] const Known* resume(Word number, Word lsn) const {
    const Known* best = nullptr;
    for (const Known& known : known_) {
      const SegmentHeader& header = known.header;
      if (header.number <= number || header.first_lsn < lsn) continue;
      if (best != nullptr && header.first_lsn > best->header.first_lsn) continue;
      if (follows(core_.maps.record(make_place(known.segment, kSegmentHeader)), header.first_lsn,
                  header.chain)) {
        best = &known;
      }
    }
    return best;
  }

  // What is not believed now must not be when less is known, after a power cut.
  void forget_before(Word number) {
    for (const Known& known : known_) {
      if (known.header.number >= number) continue;
      store(*core_.maps.log.at<Word>(segment_offset(known.segment)), 0);
    }
  }

  void enter(const Known& known) {
    store(core_.maps.segment(known.segment).state,
          make_state(known.header.number, SegmentState::active));
    number_ = known.header.number;
    place_ = make_place(known.segment, kSegmentHeader);
    lsn_ = known.header.first_lsn;
    chain_ = known.header.chain;
  }

  Result<void> replay(Word limit) {
    const Known* first = nullptr;
    for (const Known& known : known_) {
      if (first == nullptr && known.header.number >= super_.head) first = &known;
    }
    if (first == nullptr) return {};
    enter(*first);
    std::vector<Place> batch;
    while (lsn_ <= limit) {
      const Record record = core_.maps.record(place_);
      if (!follows(record, lsn_, chain_)) {
        const bool is_damage = lsn_ <= super_.synced_lsn || known_last_ != 0;
        const Known* after = is_damage || last_ == 0 ? resume(number_, lsn_) : nullptr;
        if (after == nullptr && is_damage) last_ = 0;
        if (after == nullptr) break;
        const Known next = *after;
        forget_before(next.header.number);
        if (auto made = start(); !made) return made;
        batch.clear();
        enter(next);
        continue;
      }
      const Header& header = record.header();
      if (place_ == known_last_) known_last_ = 0;
      if (header.in_batch()) {
        batch.push_back(place_);
      } else {
        if (header.type == RecordType::commit) {
          for (const Place place : batch) {
            if (auto applied = apply(place); !applied) return applied;
          }
        }
        batch.clear();
        if (auto applied = apply(place_); !applied) return applied;
        core_.apply.free_pending();
        last_ = place_;
      }
      ++lsn_;
      chain_ = header.crc;
      if (const Known* next = next_segment(number_, lsn_, chain_)) {
        enter(*next);
      } else {
        place_ += header.total() / 8;
      }
    }
    return {};
  }

  // Takes no more room than the change took when it was made: the disk may be full.
  Result<void> apply(Place place) {
    const Record record = core_.maps.record(place);
    const Header& header = record.header();
    if (is_value(header.type) || header.in_batch()) {
      const Key key{header.key_kind, header.key_form, record.key()};
      if (auto made = core_.apply.make_room(false, header.hash, key); !made) return made;
    }
    core_.apply.replay(place);
    // Files that no item has are listed at the end.
    while (load(core_.control().dying) != 0) core_.apply.forget_dying();
    return {};
  }

  // Of the living records that were not on disk for certain: the first whose file is not whole.
  [[nodiscard]] Word first_bad_file() const {
    Word first = 0;
    for (Word slot = 1; slot < load(core_.control().used_slots); ++slot) {
      const Slot& item = core_.maps.slot(slot);
      if (load(item.rank) == 0) continue;
      const Record record = core_.maps.record(load(item.place));
      const Word lsn = record.header().lsn;
      if (own_file(record) == 0 || lsn <= super_.synced_lsn || (first != 0 && lsn >= first))
        continue;
      if (!core_.values.is_good(record.file())) first = lsn;
    }
    return first;
  }

  Result<void> end() {
    Control& control = core_.control();
    store(control.last, last_);
    store(control.applied, last_ << 1);
    store(control.redo_place, 0);
    const Word lsn = core_.maps.record(last_).header().lsn;
    store(control.visible, lsn);
    // Segments behind the last record that counts are another history's.
    const Word number = number_of(load(core_.maps.segment(segment_of(last_)).state));
    for (const Known& known : known_) {
      Word& state = core_.maps.segment(known.segment).state;
      if (number_of(load(state)) > number) store(state, make_state(0, SegmentState::free));
    }
    core_.log.count_segments();
    // Never append behind what is left there. Without room for another segment it must do.
    (void)core_.log.activate(0, Reserve::cleaner);
    core_.apply.order().rebuild();

    if (auto synced = core_.maps.log_file.sync(); !synced) return synced;
    store(control.durable, last_);
    store(control.durable_lsn, lsn);
    return {};
  }

  void remove_unneeded_files() {
    std::unordered_set<std::uint64_t> needed;
    for (Word slot = 1; slot < load(core_.control().used_slots); ++slot) {
      const Slot& item = core_.maps.slot(slot);
      if (load(item.rank) != 0) needed.insert(own_file(core_.maps.record(load(item.place))));
    }
    for (const std::uint64_t id : core_.values.list()) {
      if (needed.count(id) == 0) core_.values.unlink(id);
    }
    if (load(core_.control().live_files) == 0) core_.values.remove_folder();
  }

  Core& core_;
  Place known_last_;  // 0: none, or it was met
  Super super_;
  Word identity_[2] = {};
  std::uint32_t segments_ = 0;
  std::vector<Known> known_;  // by number
  Word number_ = 0;           // of the segment being read
  Place place_ = 0;
  Word lsn_ = 0;
  std::uint32_t chain_ = 0;
  Place last_ = 0;  // the last record that counts
};

}  // namespace

Result<void> rebuild(Core& core, Place last) { return Rebuild(core, last).run(); }

}  // namespace mainstay::cache::detail
