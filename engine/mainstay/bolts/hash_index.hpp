// hash_index.hpp - from hashes to the numbers of entries that the caller keeps in an array.
//
// The open-addressing half of a dense hash table: cells of 32 bits of the hash and a slot number,
// linear probing, removal without tombstones. It knows neither keys nor values; `same(slot)` is
// asked whether the entry there has the key that is looked for. That may run any code, also such
// that changes this very index: the search then begins anew. What it throws passes through.
// One thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace mainstay::bolts {

using Slot = std::uint32_t;
inline constexpr Slot kNoSlot = ~Slot{0};

class HashIndex {
 public:
  // The slot whose entry is the `same`, or kNoSlot.
  template <class Same>
  [[nodiscard]] Slot find(std::uint64_t hash, Same same) const {
    const std::uint32_t wanted = mix(hash);
    while (true) {
      const std::uint64_t version = version_;
      Slot found = kNoSlot;
      std::size_t at = wanted & mask_;
      // One cell is always free, so that this ends.
      for (; at < cells_.size() && cells_[at].slot != kNoSlot; at = (at + 1) & mask_) {
        if (cells_[at].hash != wanted) continue;
        const Slot slot = cells_[at].slot;
        const bool is_same = same(slot);
        if (version_ != version) break;
        if (is_same) {
          found = slot;
          break;
        }
      }
      if (version_ == version) return found;
    }
  }

  // Precondition: no entry of that key is in the index, slot < kNoSlot.
  void insert(std::uint64_t hash, Slot slot) {
    if ((size_ + 1) * 4 > cells_.size() * 3) grow();
    put({mix(hash), slot});
    ++size_;
    ++version_;
  }

  // Precondition: `slot` was inserted with this hash.
  void erase(std::uint64_t hash, Slot slot) noexcept {
    std::size_t hole = mix(hash) & mask_;
    while (cells_[hole].slot != slot) hole = (hole + 1) & mask_;
    // What comes after it moves up, unless that would put it before its place.
    for (std::size_t at = (hole + 1) & mask_; cells_[at].slot != kNoSlot; at = (at + 1) & mask_) {
      const std::size_t home = cells_[at].hash & mask_;
      if (((at - home) & mask_) < ((at - hole) & mask_)) continue;
      cells_[hole] = cells_[at];
      hole = at;
    }
    cells_[hole] = {};
    --size_;
    ++version_;
  }

  // The entry of a slot moved to another.
  void renumber(std::uint64_t hash, Slot from, Slot to) noexcept {
    std::size_t at = mix(hash) & mask_;
    while (cells_[at].slot != from) at = (at + 1) & mask_;
    cells_[at].slot = to;
    ++version_;
  }

  void clear() noexcept {
    cells_.clear();
    mask_ = size_ = 0;
    ++version_;
  }

  [[nodiscard]] std::size_t size() const noexcept { return size_; }

  // Changes with every change of the index.
  [[nodiscard]] std::uint64_t version() const noexcept { return version_; }

 private:
  struct Cell {
    std::uint32_t hash = 0;
    Slot slot = kNoSlot;
  };

  // Hashes of small integers are the integers: all bits are to count.
  [[nodiscard]] static std::uint32_t mix(std::uint64_t hash) noexcept {
    return static_cast<std::uint32_t>((hash * 0x9E3779B97F4A7C15U) >> 32);
  }
  void put(Cell cell) noexcept {
    std::size_t at = cell.hash & mask_;
    while (cells_[at].slot != kNoSlot) at = (at + 1) & mask_;
    cells_[at] = cell;
  }
  void grow() {
    std::vector<Cell> old(cells_.empty() ? 8 : cells_.size() * 2);
    old.swap(cells_);
    mask_ = cells_.size() - 1;
    for (const Cell& cell : old) {
      if (cell.slot != kNoSlot) put(cell);
    }
  }

  std::vector<Cell> cells_;  // a power of two, or none
  std::size_t mask_ = 0;
  std::size_t size_ = 0;
  std::uint64_t version_ = 0;
};

// How keys are hashed and compared, for keys with std::hash and ==. The containers take any class
// with these functions; what they throw passes through.
template <class Key>
struct StdKeys {
  [[nodiscard]] static std::uint64_t hash(const Key& key) { return std::hash<Key>{}(key); }
  [[nodiscard]] static bool equal(const Key& a, const Key& b) { return a == b; }
};

}  // namespace mainstay::bolts
