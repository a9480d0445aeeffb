// threshold_counter.hpp - counts of keys in bounded memory (lossy counting, Manku and Motwani).
//
// Exact for keys that make up at least `threshold` of all additions. After each 1 / threshold
// additions keys that were too rare so far are dropped, so at most 2 / threshold are kept. Entries
// keep the order in which their keys came. One thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "mainstay/bolts/hash_index.hpp"

namespace mainstay::bolts {

template <class Key, class Keys = StdKeys<Key>>
class ThresholdCounter {
 public:
  struct Entry {
    Key key;
    std::uint64_t hash;
    std::uint64_t count;
    std::uint64_t missed;  // rounds before the key came
  };

  // Precondition: 0 < threshold < 1.
  explicit ThresholdCounter(double threshold) noexcept
      : threshold_(threshold), period_(static_cast<std::uint64_t>(1 / threshold)) {}

  [[nodiscard]] double threshold() const noexcept { return threshold_; }
  [[nodiscard]] std::uint64_t total() const noexcept { return total_; }
  [[nodiscard]] const std::vector<Entry>& entries() const noexcept { return entries_; }

  // Counts a key once. Keys that are dropped go to `out`, which the caller destroys when it likes.
  void add(Key key, std::vector<Entry>& out) {
    const std::uint64_t hash = Keys::hash(key);
    const Slot slot = find(key, hash);
    if (slot != kNoSlot) {
      ++entries_[slot].count;
    } else {
      index_.insert(hash, static_cast<Slot>(entries_.size()));
      entries_.push_back({std::move(key), hash, 1, round_ - 1});
    }
    ++total_;
    if (total_ % period_ == 0) drop_rare(out);
  }

  // How often a key was counted since it is kept; 0 if it is not.
  [[nodiscard]] std::uint64_t count(const Key& key) const {
    const Slot slot = find(key, Keys::hash(key));
    return slot == kNoSlot ? 0 : entries_[slot].count;
  }

  // The sum of the counts that are kept.
  [[nodiscard]] std::uint64_t common() const noexcept {
    std::uint64_t sum = 0;
    for (const Entry& entry : entries_) sum += entry.count;
    return sum;
  }

  // Everything is forgotten; the entries are handed back.
  [[nodiscard]] std::vector<Entry> take_all() noexcept {
    index_.clear();
    return std::exchange(entries_, {});
  }

 private:
  [[nodiscard]] Slot find(const Key& key, std::uint64_t hash) const {
    return index_.find(hash, [&](Slot slot) { return Keys::equal(entries_[slot].key, key); });
  }

  void drop_rare(std::vector<Entry>& out) {
    std::vector<Entry> kept;
    HashIndex index;
    for (Entry& entry : entries_) {
      if (entry.count + entry.missed <= round_) {
        out.push_back(std::move(entry));
        continue;
      }
      index.insert(entry.hash, static_cast<Slot>(kept.size()));
      kept.push_back(std::move(entry));
    }
    entries_ = std::move(kept);
    index_ = std::move(index);
    ++round_;
  }

  double threshold_;
  std::uint64_t period_;
  std::uint64_t total_ = 0;
  std::uint64_t round_ = 1;
  std::vector<Entry> entries_;
  HashIndex index_;
};

}  // namespace mainstay::bolts
