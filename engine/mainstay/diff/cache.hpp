// cache.hpp - distances and pairings that were found once, for lists that come again and again.
//
// Keeps at most so many entries; which one goes when there are more is not said. When few look-ups
// hit, it turns itself off, and on again at times. One comparison, one thread.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <utility>
#include <vector>

#include "mainstay/diff/fingerprint.hpp"
#include "mainstay/diff/options.hpp"

namespace mainstay::diff {

class DistanceCache {
 public:
  using Pairs = std::vector<std::pair<Fingerprint, Fingerprint>>;

  explicit DistanceCache(const Options& options)
      : size_(options.cache_size),
        sample_(options.cache_tuning_sample_size),
        on_(options.cache_size > 0),
        turn_on_every_(10 * options.cache_tuning_sample_size) {}

  [[nodiscard]] bool on() const noexcept { return on_; }

  // Null when it is not known.
  [[nodiscard]] const double* distance(const Fingerprint& one, const Fingerprint& other) const {
    const auto found = distances_.find(key(one, other));
    return found == distances_.end() ? nullptr : &found->second;
  }
  void keep(const Fingerprint& one, const Fingerprint& other, double distance) {
    make_room();
    distances_[key(one, other)] = distance;
  }

  // The key of two lists of items, whatever their order.
  [[nodiscard]] static Fingerprint key(std::vector<Fingerprint> added,
                                       std::vector<Fingerprint> removed) {
    Mixer mixer(1, added.size());
    for (auto* list : {&added, &removed}) {
      std::sort(list->begin(), list->end());
      for (const Fingerprint& each : *list) mixer.add(each);
    }
    return mixer.end();
  }
  [[nodiscard]] const Pairs* pairs(const Fingerprint& key) const {
    const auto found = pairs_.find(key);
    return found == pairs_.end() ? nullptr : &found->second;
  }
  void keep(const Fingerprint& key, Pairs pairs) {
    make_room();
    pairs_[key] = std::move(pairs);
  }

  // After each comparison; true when it was turned on or off.
  bool tune(const Statistics& statistics) {
    if (sample_ == 0 || size_ == 0) return false;
    const bool take_sample = statistics.diffs % sample_ == 0;
    const bool before = on_;
    if (on_) {
      const auto hits = static_cast<double>(statistics.cache_hits - hits_before_);
      const auto done = static_cast<double>(statistics.diffs - diffs_before_);
      if (take_sample && hits / done < kFewestHits) on_ = false;
    } else if (statistics.diffs % turn_on_every_ == 0) {
      turn_on_every_ *= 10;
      on_ = true;
    }
    if (take_sample) {
      diffs_before_ = statistics.diffs;
      hits_before_ = statistics.cache_hits;
    }
    return on_ != before;
  }

 private:
  static constexpr double kFewestHits = 0.25;  // of the comparisons

  [[nodiscard]] static Fingerprint key(const Fingerprint& one, const Fingerprint& other) {
    const bool swap = other < one;
    Mixer mixer(0, 0);
    mixer.add(swap ? other : one);
    mixer.add(swap ? one : other);
    return mixer.end();
  }

  void make_room() {
    if (distances_.size() + pairs_.size() < size_) return;
    if (!distances_.empty()) {
      distances_.erase(distances_.begin());
    } else {
      pairs_.erase(pairs_.begin());
    }
  }

  std::uint64_t size_, sample_;
  bool on_;
  std::uint64_t turn_on_every_;
  std::uint64_t diffs_before_ = 0, hits_before_ = 0;
  std::unordered_map<Fingerprint, double, HashOfFingerprint> distances_;
  std::unordered_map<Fingerprint, Pairs, HashOfFingerprint> pairs_;
};

}  // namespace mainstay::diff
