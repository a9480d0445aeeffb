// lru.hpp - a bounded map that drops the entry which was set, or used, longest ago.
//
// Entries lie in one array, linked in order of use; the caller says what counts as use (`touch`).
// Values that are dropped or replaced are handed back, so that their destructors run when the map
// is whole. One thread at a time; keys whose comparison changes the map are allowed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "mainstay/bolts/hash_index.hpp"

namespace mainstay::bolts {

template <class Key, class Value, class Keys = StdKeys<Key>>
class Lru {
 public:
  struct Entry {
    Key key;
    Value value;
  };

  // Precondition: capacity > 0.
  explicit Lru(std::size_t capacity) noexcept : capacity_(capacity) {}

  [[nodiscard]] std::size_t size() const noexcept { return index_.size(); }
  [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }
  // Drops nothing by itself.
  void set_capacity(std::size_t capacity) noexcept { capacity_ = capacity; }

  // Changes when the keys in the map do.
  [[nodiscard]] std::uint64_t version() const noexcept { return index_.version(); }

  // The slot of a key, or kNoSlot. A slot is valid until the map is changed.
  [[nodiscard]] Slot find(const Key& key) const { return find(key, Keys::hash(key)); }
  [[nodiscard]] Slot find(const Key& key, std::uint64_t hash) const {
    return index_.find(hash, [&](Slot slot) { return Keys::equal(links_[slot].entry->key, key); });
  }

  [[nodiscard]] Value& value(Slot slot) noexcept { return links_[slot].entry->value; }
  [[nodiscard]] const Entry& entry(Slot slot) const noexcept { return *links_[slot].entry; }

  // The entry becomes the one used last.
  void touch(Slot slot) noexcept {
    if (newest_ == slot) return;
    unlink(slot);
    link(slot);
  }

  // Whether a new key would make the map drop an entry, `oldest()`.
  [[nodiscard]] bool is_full() const noexcept { return size() >= capacity_; }
  [[nodiscard]] Slot oldest() const noexcept { return oldest_; }
  // The entry used next after that of `slot`; kNoSlot after the one used last.
  [[nodiscard]] Slot newer(Slot slot) const noexcept { return links_[slot].newer; }

  // Adds an entry as the one used last. Preconditions: the key is not in the map; it is not full.
  void add(Key key, std::uint64_t hash, Value value) {
    if (free_ == kNoSlot) {
      links_.emplace_back();
      links_.back().newer = kNoSlot;
      free_ = static_cast<Slot>(links_.size() - 1);
    }
    const Slot slot = free_;
    index_.insert(hash, slot);
    Link& made = links_[slot];
    free_ = made.newer;
    made.hash = hash;
    made.entry.emplace(Entry{std::move(key), std::move(value)});
    link(slot);
  }

  // Removes an entry and hands it back.
  [[nodiscard]] Entry remove(Slot slot) noexcept {
    unlink(slot);
    Link& gone = links_[slot];
    index_.erase(gone.hash, slot);
    Entry entry = std::move(*gone.entry);
    gone.entry.reset();
    gone.newer = free_;
    free_ = slot;
    return entry;
  }

  // Sets the value of a key, which becomes the one used last; drops the oldest entry for a new key
  // when the map is full. What was replaced or dropped is handed back.
  std::optional<Entry> set(Key key, Value value) {
    const std::uint64_t hash = Keys::hash(key);
    const Slot slot = find(key, hash);
    std::optional<Entry> out;
    if (slot != kNoSlot) {
      touch(slot);
      out.emplace(
          Entry{std::move(key), std::exchange(links_[slot].entry->value, std::move(value))});
      return out;
    }
    if (is_full()) out.emplace(remove(oldest_));
    add(std::move(key), hash, std::move(value));
    return out;
  }

  // The map is empty afterwards; its entries go with the returned value.
  [[nodiscard]] Lru take_all() noexcept { return std::exchange(*this, Lru(capacity_)); }

  // Calls `visit(entry)` from the oldest to the newest until one answers false; whether none did.
  template <class Visit>
  bool each(Visit visit) {
    for (Slot slot = oldest_; slot != kNoSlot; slot = links_[slot].newer) {
      if (!visit(*links_[slot].entry)) return false;
    }
    return true;
  }

 private:
  struct Link {
    std::optional<Entry> entry;  // empty: free, and `newer` is the next free one
    std::uint64_t hash = 0;
    Slot older = kNoSlot;
    Slot newer = kNoSlot;
  };

  void unlink(Slot slot) noexcept {
    const Link& gone = links_[slot];
    (gone.older == kNoSlot ? oldest_ : links_[gone.older].newer) = gone.newer;
    (gone.newer == kNoSlot ? newest_ : links_[gone.newer].older) = gone.older;
  }
  void link(Slot slot) noexcept {
    links_[slot].older = newest_;
    links_[slot].newer = kNoSlot;
    (newest_ == kNoSlot ? oldest_ : links_[newest_].newer) = slot;
    newest_ = slot;
  }

  std::size_t capacity_;
  HashIndex index_;
  std::vector<Link> links_;
  Slot oldest_ = kNoSlot;
  Slot newest_ = kNoSlot;
  Slot free_ = kNoSlot;
};

}  // namespace mainstay::bolts
