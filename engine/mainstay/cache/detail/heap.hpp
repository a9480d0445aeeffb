// heap.hpp - two 4-ary heaps of (key, slot): who is evicted next, who expires next.
//
// Lazy: the key of an entry is never above what it should be, so a hit costs the reader one store
// into the slot and the heap nothing; the top is right once its key agrees with the item. Changes
// go through a Journal. Only with the lock held.
#pragma once

#include <bit>

#include "mainstay/cache/detail/journal.hpp"

namespace mainstay::cache::detail {

// Larger doubles have larger words; NaN sorts high.
inline Word sortable(double number) noexcept {
  const Word bits = std::bit_cast<Word>(number);
  return bits >> 63 != 0 ? ~bits : bits | Word{1} << 63;
}

class Heap {
 public:
  enum class Kind { eviction, expiry };

  Heap(const Maps& maps, Kind kind) noexcept : maps_(maps), kind_(kind) {}

  [[nodiscard]] bool is_expiry() const noexcept { return kind_ == Kind::expiry; }
  [[nodiscard]] Word size() const noexcept { return load(count()); }
  [[nodiscard]] HeapEntry top() const noexcept { return {load(entry(0).key), load(entry(0).slot)}; }
  // The key of a slot's entry. Precondition: contains(slot).
  [[nodiscard]] Word key_of(Word slot) const noexcept {
    return load(entry(position(slot) - 1).key);
  }
  [[nodiscard]] bool contains(Word slot) const noexcept {
    const bool is_built = kind_ == Kind::expiry || load(maps_.control().heap_policy) != 0;
    return is_built && position(slot) != 0;
  }

  void insert(Journal& change, Word key, Word slot) const noexcept;
  void remove(Journal& change, Word slot) const noexcept;
  // Gives a slot's entry another key.
  void move(Journal& change, Word slot, Word key) const noexcept;

 private:
  [[nodiscard]] HeapEntry& entry(Word at) const noexcept {
    return kind_ == Kind::eviction ? maps_.eviction(at) : maps_.expiry(at);
  }
  [[nodiscard]] Word& count() const noexcept {
    return kind_ == Kind::eviction ? maps_.control().evictions : maps_.control().expiries;
  }
  [[nodiscard]] Word position(Word slot) const noexcept {
    const Word both = load(maps_.slot(slot).positions);
    return kind_ == Kind::eviction ? low32(both) : high32(both);
  }
  void place(Journal& change, Word at, Word key, Word slot) const noexcept;
  void set_position(Journal& change, Word slot, Word position) const noexcept;
  void rise(Journal& change, Word at, Word key, Word slot) const noexcept;
  void sink(Journal& change, Word at, Word key, Word slot) const noexcept;

  const Maps& maps_;
  Kind kind_;
};

}  // namespace mainstay::cache::detail
