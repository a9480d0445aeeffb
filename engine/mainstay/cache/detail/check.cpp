// check.cpp - one pass over the slots, one over the index, one each over order, heaps and tree.
#include <algorithm>
#include <unordered_set>

#include "mainstay/cache/detail/core.hpp"

namespace mainstay::cache::detail {
namespace {

class Inspection {
 public:
  explicit Inspection(const Core& core)
      : core_(core),
        maps_(core.maps),
        control_(core.control()),
        used_(std::min(load(control_.used_slots), maps_.capacity())) {}

  Findings run() {
    slots();
    index();
    order();
    heap(core_.apply.expiries(), "expiry heap", load(control_.expiries));
    if (load(control_.heap_policy) != 0) {
      heap(core_.apply.evictions(), "eviction heap", load(control_.evictions));
    }
    if (core_.apply.tree().is_built()) tree();
    files();
    return std::move(findings_);
  }

 private:
  void wrong(std::string words) {
    findings_.is_derived_wrong = true;
    findings_.words.push_back(std::move(words));
  }
  void expect(const char* what, Word wanted, Word got) {
    if (wanted == got) return;
    wrong(std::string(what) + ": " + std::to_string(wanted) + " wanted, " + std::to_string(got) +
          " found");
  }
  [[nodiscard]] bool is_live(Word slot) const {
    const Word rank = slot != 0 && slot < used_ ? load(maps_.slot(slot).rank) : 0;
    return rank != 0 && rank != kHiddenRank;
  }

  void slots() {
    Word items = 0, record_bytes = 0, file_bytes = 0, live_files = 0, used = 0;
    for (Word slot = 1; slot < used_; ++slot) {
      const Slot& item = maps_.slot(slot);
      const Word rank = load(item.rank);
      if (rank == 0) continue;
      ++used;
      if (rank != kHiddenRank) ++items;
      record_bytes += high32(load(item.tag_size)) & ~Word{7};
      const Place place = load(item.place);
      const Record record = maps_.record(place);
      if (record.words() == nullptr || !record.intact()) {
        findings_.words.push_back("an item's record is damaged, at " + std::to_string(place));
        findings_.damaged.push_back(slot);
        continue;
      }
      const Header& header = record.header();
      if (!is_value(header.type) || header.hash != load(item.hash) ||
          header.total() != (high32(load(item.tag_size)) & ~Word{7}) ||
          (rank != kHiddenRank && header.rank != rank)) {
        wrong("slot " + std::to_string(slot) + " does not fit its record");
      }
      if (state_of(load(maps_.segment(segment_of(place)).state)) != SegmentState::active) {
        wrong("slot " + std::to_string(slot) + " is in a segment that is not active");
      }
      if (header.has_file()) file_bytes += record.file().size;
      if ((header.flags & kExpires) != 0 && rank != kHiddenRank &&
          !core_.apply.expiries().contains(slot)) {
        wrong("slot " + std::to_string(slot) + " expires and is not in the expiry heap");
      }
      if (own_file(record) == 0) continue;
      ++live_files;
      files_.insert(own_file(record));
      if (!core_.values.is_good(record.file())) {
        findings_.words.push_back("the value file values/" + Values::name_of(own_file(record)) +
                                  " is missing or damaged");
        findings_.damaged.push_back(slot);
      }
    }
    expect("number of items", items, load(control_.items));
    expect("bytes of records", record_bytes, load(control_.record_bytes));
    if (findings_.damaged.empty()) {
      expect("bytes of files", file_bytes, load(control_.file_bytes));
      expect("number of value files", live_files, load(control_.live_files));
    }
    expect("keys in the index", used, load(control_.index_used));
    expect("pending slots", 0, load(control_.pending));
    Word free = 0;
    for (Word slot = load(control_.free_slot); slot != 0 && free < used_; ++free) {
      slot = low32(load(maps_.slot(slot).links));
    }
    Word dying = 0;
    for (Word slot = low32(load(control_.dying)); slot != 0 && dying < used_; ++dying) {
      files_.insert(load(maps_.slot(slot).hash));
      slot = low32(load(maps_.slot(slot).links));
    }
    expect("files to be unlinked", dying, load(control_.dying_count));
    expect("slots in all", load(control_.used_slots) - 1, used + free + dying);
    items_ = items;
  }

  void index() {
    const Word k = load(control_.table);
    const Word* const table = maps_.table(k);
    const Word mask = (Word{1} << k) - 1;
    std::vector<Word> needed(mask + 1, 0);
    std::unordered_set<Word> seen;
    for (Word at = 0; at <= mask * 8 + 7; ++at) {
      const Word word = load(table[at]);
      if (at % 8 == kKeysPerGroup || word == 0) continue;
      const Word slot = maps_.table_slot(k, at);
      if (slot == 0 || slot >= used_ || load(maps_.slot(slot).rank) == 0 ||
          load(maps_.slot(slot).place) != place_of(word) ||
          tag_of(load(maps_.slot(slot).hash)) != word >> 36 || !seen.insert(slot).second) {
        wrong("word " + std::to_string(at) + " of the index fits no item: slot " +
              std::to_string(slot) + ", place " + std::to_string(place_of(word)));
        continue;
      }
      Word group = load(maps_.slot(slot).hash) & mask;
      for (; group != at / 8; group = (group + 1) & mask) ++needed[group];
    }
    expect("words of the index", load(control_.index_used), seen.size());
    for (Word group = 0; group <= mask; ++group) {
      if (load(table[group * 8 + kKeysPerGroup]) < needed[group]) {
        wrong("the overflow count of group " + std::to_string(group) + " is too low");
      }
    }
  }

  void order() {
    Word before = 0, count = 0;
    for (Word at = load(control_.order_begin); at < load(control_.order_end); ++at) {
      const OrderEntry& entry = maps_.order(at);
      const Word slot = load(entry.slot);
      if (load(entry.rank) < before) wrong("ranks of the order do not rise");
      before = load(entry.rank);
      if (slot == 0) continue;
      ++count;
      if (!is_live(slot) || load(maps_.slot(slot).rank) != before ||
          low32(load(maps_.slot(slot).links)) != at) {
        wrong("entry " + std::to_string(at) + " of the order fits no item");
      }
    }
    expect("items in the order", items_, count);
  }

  void heap(const Heap& heap, const char* name, Word size) {
    const bool expiry = heap.is_expiry();
    for (Word at = 0; at < size; ++at) {
      const HeapEntry& entry = expiry ? maps_.expiry(at) : maps_.eviction(at);
      const HeapEntry& parent =
          expiry ? maps_.expiry((at - (at > 0)) / 4) : maps_.eviction((at - (at > 0)) / 4);
      const Word slot = load(entry.slot);
      if (!is_live(slot) || !heap.contains(slot) || heap.key_of(slot) != load(entry.key) ||
          load(parent.key) > load(entry.key)) {
        wrong("entry " + std::to_string(at) + " of the " + name + " is wrong");
        continue;
      }
      const Header header = maps_.record(load(maps_.slot(slot).place)).header();
      const bool too_high =
          expiry ? (header.flags & kExpires) != 0 && load(entry.key) > sortable(header.expiry())
                 : load(entry.key) > core_.apply.eviction_key(slot);
      if (too_high) wrong(std::string("a key of the ") + name + " is too high");
    }
    if (!expiry) expect("items in the eviction heap", items_, size);
  }

  void tree() {
    Word count = 0;
    std::vector<Word> path;
    Word node = load(control_.tree_root);
    Key before;
    while ((node != 0 || !path.empty()) && count <= items_) {
      for (; node != 0 && path.size() <= items_; node = low32(load(maps_.node(node).kids))) {
        path.push_back(node);
      }
      node = path.back();
      path.pop_back();
      if (!is_live(node)) {
        wrong("a node of the sorted tree is no item's");
        return;
      }
      const Record record = maps_.record(load(maps_.slot(node).place));
      const Key key{record.header().key_kind, 0, record.key()};
      if (count > 0 && compare_keys(before, key) >= 0) wrong("keys of the sorted tree do not rise");
      before = key;
      ++count;
      node = high32(load(maps_.node(node).kids));
    }
    expect("items in the sorted tree", items_, count);
  }

  void files() {
    for (const std::uint64_t id : core_.values.list()) {
      if (files_.count(id) != 0) continue;
      findings_.words.push_back("the value file values/" + Values::name_of(id) +
                                " belongs to no item");
      findings_.orphans.push_back(id);
    }
  }

  const Core& core_;
  const Maps& maps_;
  const Control& control_;
  Word used_;
  Word items_ = 0;
  std::unordered_set<std::uint64_t> files_;
  Findings findings_;
};

}  // namespace

Findings inspect(const Core& core) { return Inspection(core).run(); }

}  // namespace mainstay::cache::detail
