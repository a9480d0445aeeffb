// index.hpp - the hash table: one word per key, seven to a cache line, as writers see it.
//
// A search goes on past a group while the group's overflow count says that keys had to. Counts are
// never too low; too high is harmless. Words of living keys never move inside a table. The table
// grows by making the next one from the words of this one; readers use the old one until a single
// store switches. Only with the lock held (reader.hpp has the other side).
#pragma once

#include "mainstay/base/result.hpp"
#include "mainstay/cache/detail/maps.hpp"

namespace mainstay::cache::detail {

inline constexpr Word kNowhere = ~Word{0};

// Where a key is: the word's number in the table, the word, the slot. `at` is kNowhere if absent.
struct Found {
  Word at = kNowhere;
  Word word = 0;
  Word slot = 0;

  explicit operator bool() const noexcept { return at != kNowhere; }
};

class Index {
 public:
  explicit Index(const Maps& maps) noexcept : maps_(maps) {}

  // The word of a key; also of one that an open batch erased (its record then is an `erase`).
  // A damaged record counts as the key's whose hash its slot has.
  [[nodiscard]] Found find(std::uint64_t hash, const Key& key) const noexcept;
  // The word that has exactly this place.
  [[nodiscard]] Found find(std::uint64_t hash, Place place) const noexcept;
  // The word of the record that erased the item of a slot, inside a batch.
  [[nodiscard]] Found find_erased(std::uint64_t hash, Word slot) const noexcept;

  // Room for one more key; makes the next table when this one is 60 % full. A full disk is an error
  // only when it is 90 % full. While a store is made anew this table may have to go first.
  [[nodiscard]] Result<void> make_room() const;
  // An empty word for a new key; raises the counts of the groups passed over.
  [[nodiscard]] Word claim(std::uint64_t hash) const noexcept;
  // After the word at `at` was cleared: lowers those counts again.
  void give_back(std::uint64_t hash, Word at) const noexcept;

 private:
  [[nodiscard]] Control& control() const noexcept { return maps_.control(); }
  template <class Wanted>
  [[nodiscard]] Found search(std::uint64_t hash, Wanted wanted) const noexcept;
  [[nodiscard]] Result<void> grow(bool frees_first) const;
  void free_table(Word k) const noexcept;

  const Maps& maps_;
};

}  // namespace mainstay::cache::detail
