// order.hpp - the order of insertion: slots by rank, in an array with holes.
//
// Ranks rise and never change, so a rank is a cursor that deletions do not disturb. Erasing leaves
// a hole that keeps its rank; when half of a full array is holes it is packed. Changes go through a
// Journal (packing does not: `order_valid` is 0 meanwhile, and repair sorts). Only with the lock
// held.
#pragma once

#include "mainstay/base/result.hpp"
#include "mainstay/cache/detail/journal.hpp"

namespace mainstay::cache::detail {

class Order {
 public:
  explicit Order(const Maps& maps) noexcept : maps_(maps) {}

  // Whether one more slot can be appended without a chunk more; packs where that helps and
  // `may_pack` (an open batch needs its holes).
  [[nodiscard]] bool make_room(bool may_pack) const;
  // Holes of items that may come back are not written over in a batch.
  void begin_batch() const;
  void append(Journal& change, Word slot, Word rank) const noexcept;
  void erase(Journal& change, Word slot) const noexcept;
  // Back into the hole that erase() left.
  void restore(Journal& change, Word slot, Word rank) const noexcept;

  // The first slot with a rank above `after`; 0: none.
  [[nodiscard]] Word next(Word after) const noexcept;
  // Calls visit(slot, rank) upwards or downwards from there, while it answers true.
  template <class Visit>
  void walk(Word after, Word before, bool down, Visit visit) const {
    Word at = position(down ? before : after + 1);
    if (down) {
      while (at-- > load(control().order_begin)) {
        const OrderEntry& entry = maps_.order(at);
        if (load(entry.rank) <= after) break;
        if (load(entry.slot) != 0 && !visit(load(entry.slot), load(entry.rank))) break;
      }
    } else {
      for (; at < load(control().order_end); ++at) {
        const OrderEntry& entry = maps_.order(at);
        if (load(entry.rank) >= before) break;
        if (load(entry.slot) != 0 && !visit(load(entry.slot), load(entry.rank))) break;
      }
    }
  }

  // All living slots, by rank; what repair and recovery make the array from.
  void rebuild() const;

 private:
  [[nodiscard]] Control& control() const noexcept { return maps_.control(); }
  // Of the first entry whose rank is not below this one.
  [[nodiscard]] Word position(Word rank) const noexcept;
  [[nodiscard]] bool is_half_empty() const noexcept;
  [[nodiscard]] Word end() const noexcept;  // where the next one goes
  void pack() const noexcept;

  const Maps& maps_;
};

}  // namespace mainstay::cache::detail
