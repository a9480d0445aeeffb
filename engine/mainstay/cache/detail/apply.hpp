// apply.hpp - what a record of the log does to everything derived from it, and how it is taken
// back.
//
// One record, one journaled change, one index word. Records of an open batch are applied at once,
// so that their writer sees them everywhere; readers follow `old` past them until the batch is
// visible. A rollback takes them back in reverse. Only with the lock held; never fails: make_room()
// comes first.
#pragma once

#include <string>
#include <vector>

#include "mainstay/cache/detail/heap.hpp"
#include "mainstay/cache/detail/index.hpp"
#include "mainstay/cache/detail/order.hpp"
#include "mainstay/cache/detail/tree.hpp"
#include "mainstay/cache/options.hpp"

namespace mainstay::cache::detail {

// The id of the value file of its own that a record has; 0: none.
[[nodiscard]] inline std::uint64_t own_file(const Record& record) noexcept {
  return (record.header().flags & kOwnFile) != 0 ? record.file().id : 0;
}

// What a slot keeps of a tag; 0 for none.
[[nodiscard]] Word tag_hash(std::uint8_t kind, std::string_view bytes) noexcept;

class Apply {
 public:
  explicit Apply(const Maps& maps) noexcept
      : maps_(maps), index_(maps), order_(maps), tree_(maps) {}

  // Room for one slot, one word of the index, one place in the order.
  [[nodiscard]] Result<void> make_room(bool in_batch) const;
  // Room for what the next value of a key may need: on a full disk, none for an item that is there
  // and has no file. A deletion outside a batch never needs any.
  [[nodiscard]] Result<void> make_room(bool in_batch, std::uint64_t hash, const Key& key) const;

  // `found` is where its key is. The values of foreign files that are dropped are appended to
  // `dropped`, where that is given.
  void set(Place place, const Record& record, const Found& found,
           std::vector<std::string>* dropped) const;
  void erase(Place place, const Record& record, const Found& found,
             std::vector<std::string>* dropped) const;
  void commit(Place place) const noexcept;
  // Looks for the key itself; what replay uses.
  void replay(Place place) const;
  // Takes back the record at `place`, the last one applied; `before` is applied then. A value file
  // that only this record has must be unlinked before.
  void revert(Place place, Place before) const;
  // Frees what a committed batch erased.
  void free_pending() const noexcept;
  // Forgets the first value file to be unlinked.
  void forget_dying() const noexcept;

  // The eviction heap for a policy, made now if it is not there.
  void build_heap(Policy policy) const;
  [[nodiscard]] Word eviction_key(Word slot) const noexcept {
    return eviction_key(static_cast<Policy>(load(control().heap_policy)), slot);
  }

  [[nodiscard]] Heap evictions() const noexcept { return {maps_, Heap::Kind::eviction}; }
  [[nodiscard]] Heap expiries() const noexcept { return {maps_, Heap::Kind::expiry}; }
  [[nodiscard]] const Index& index() const noexcept { return index_; }
  [[nodiscard]] const Order& order() const noexcept { return order_; }
  [[nodiscard]] const Tree& tree() const noexcept { return tree_; }

 private:
  [[nodiscard]] Control& control() const noexcept { return maps_.control(); }
  [[nodiscard]] Word eviction_key(Policy policy, Word slot) const noexcept;
  [[nodiscard]] Word new_slot(Journal& change) const noexcept;
  void free_slot(Journal& change, Word slot) const noexcept;
  // What an item adds to the totals, and takes away; sizes are the slot's, for a record may be
  // damaged.
  void count(Journal& change, const Slot& slot, const Record& record) const noexcept;
  void discount(Journal& change, const Slot& slot, const Record& record) const noexcept;
  // Into, and out of, order, heaps and tree.
  void enter(Journal& change, Word slot, const Record& record) const noexcept;
  void leave(Journal& change, Word slot) const noexcept;
  // After the record of an item was replaced: keys of the heaps are lower bounds again.
  void adjust(Journal& change, Word slot, const Record& record) const noexcept;
  void add_dying(Journal& change, std::uint64_t file, Word lsn) const noexcept;
  void drop_dying(Journal& change, std::uint64_t file) const noexcept;

  const Maps& maps_;
  Index index_;
  Order order_;
  Tree tree_;
};

}  // namespace mainstay::cache::detail
