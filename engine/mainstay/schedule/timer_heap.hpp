// timer_heap.hpp - TimerHeap: what is due next, and what is due by now, among items with deadlines.
//
// A heap of four children per node, which keeps each item's place in the item itself: insert,
// remove and a new deadline cost O(log n), the next deadline nothing. Equal deadlines come in the
// order of insertion or of `rank`. The items belong to the caller and must outlive their time in
// here; what the vector throws passes through. Not for two threads at a time.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "mainstay/schedule/calendar.hpp"

namespace mainstay::schedule {

// `Place` names the std::size_t of an item that is the heap's: kOutside while it is not in one.
template <class Item, std::size_t Item::* Place>
class TimerHeap {
 public:
  static constexpr std::size_t kOutside = static_cast<std::size_t>(-1);

  struct Entry {
    Instant when;
    std::uint64_t rank;
    Item* item;

    friend bool operator<(const Entry& a, const Entry& b) noexcept {
      return a.when != b.when ? a.when < b.when : a.rank < b.rank;
    }
  };

  [[nodiscard]] bool empty() const noexcept { return heap_.empty(); }
  [[nodiscard]] std::size_t size() const noexcept { return heap_.size(); }
  // Precondition: not empty.
  [[nodiscard]] const Entry& top() const noexcept { return heap_.front(); }
  [[nodiscard]] bool contains(const Item& item) const noexcept {
    return item.*Place < heap_.size() && heap_[item.*Place].item == &item;
  }

  void insert(Item& item, Instant when) { insert(item, when, next_rank_); }

  void insert(Item& item, Instant when, std::uint64_t rank) {
    heap_.push_back({when, rank, &item});
    next_rank_ = std::max(next_rank_, rank + 1);
    up(heap_.size() - 1);
  }

  // Precondition for both: contains(item).
  void move(Item& item, Instant when) noexcept {
    const std::size_t at = item.*Place;
    heap_[at].when = when;
    settle(at);
  }

  void remove(Item& item) noexcept {
    const std::size_t at = item.*Place;
    item.*Place = kOutside;
    const Entry last = heap_.back();
    heap_.pop_back();
    if (at == heap_.size()) return;
    heap_[at] = last;
    settle(at);
  }

  void clear() noexcept {
    for (const Entry& entry : heap_) entry.item->*Place = kOutside;
    heap_.clear();
  }

  // Appends those with deadlines up to `now`, in order. They stay where they are.
  void due(Instant now, std::vector<Entry>& found) const {
    const std::size_t before = found.size();
    if (!heap_.empty() && heap_.front().when <= now) found.push_back(heap_.front());
    for (std::size_t next = before; next < found.size(); ++next) {
      const std::size_t first = found[next].item->*Place * 4 + 1;
      for (std::size_t at = first; at < std::min(first + 4, heap_.size()); ++at) {
        if (heap_[at].when <= now) found.push_back(heap_[at]);
      }
    }
    std::sort(found.begin() + static_cast<std::ptrdiff_t>(before), found.end());
  }

  [[nodiscard]] std::span<const Entry> entries() const noexcept { return heap_; }

 private:
  void put(std::size_t at, const Entry& entry) noexcept {
    heap_[at] = entry;
    entry.item->*Place = at;
  }

  void settle(std::size_t at) noexcept {
    if (at > 0 && heap_[at] < heap_[(at - 1) / 4]) {
      up(at);
    } else {
      down(at);
    }
  }

  void up(std::size_t at) noexcept {
    const Entry entry = heap_[at];
    while (at > 0) {
      const std::size_t parent = (at - 1) / 4;
      if (!(entry < heap_[parent])) break;
      put(at, heap_[parent]);
      at = parent;
    }
    put(at, entry);
  }

  void down(std::size_t at) noexcept {
    const Entry entry = heap_[at];
    while (true) {
      const std::size_t first = at * 4 + 1;
      if (first >= heap_.size()) break;
      const auto begin = heap_.begin() + static_cast<std::ptrdiff_t>(first);
      const auto end =
          heap_.begin() + static_cast<std::ptrdiff_t>(std::min(first + 4, heap_.size()));
      const auto least = std::min_element(begin, end);
      if (!(*least < entry)) break;
      put(at, *least);
      at = static_cast<std::size_t>(least - heap_.begin());
    }
    put(at, entry);
  }

  std::vector<Entry> heap_;
  std::uint64_t next_rank_ = 0;
};

}  // namespace mainstay::schedule
