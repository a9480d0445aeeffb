// order.cpp - appending, holes, packing.
#include "mainstay/cache/detail/order.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace mainstay::cache::detail {

bool Order::make_room(bool may_pack) const {
  const Word capacity = maps_.capacity() * 2;
  if (end() < capacity) return true;
  if (may_pack && is_half_empty()) pack();
  return end() < capacity;
}

void Order::begin_batch() const {
  if (is_half_empty()) pack();
  store(control().order_floor, load(control().order_end));
}

bool Order::is_half_empty() const noexcept {
  return (load(control().order_end) - load(control().items)) * 2 >= maps_.capacity() * 2;
}

void Order::append(Journal& change, Word slot, Word rank) const noexcept {
  const Word at = end();
  OrderEntry& entry = maps_.order(at);
  change.put(entry.rank, rank);
  change.put(entry.slot, slot);
  change.put_low(maps_.slot(slot).links, at);
  change.put(control().order_end, at + 1);
}

void Order::erase(Journal& change, Word slot) const noexcept {
  change.put(maps_.order(low32(load(maps_.slot(slot).links))).slot, 0);
  // Both ends give holes back, so that a queue does not walk over them.
  Word begin = load(control().order_begin);
  Word end = load(control().order_end);
  while (begin < end && load(maps_.order(end - 1).slot) == 0) --end;
  while (begin < end && load(maps_.order(begin).slot) == 0) ++begin;
  change.put(control().order_begin, begin);
  change.put(control().order_end, end);
}

void Order::restore(Journal& change, Word slot, Word rank) const noexcept {
  const Word at = low32(load(maps_.slot(slot).links));
  change.put(maps_.order(at).rank, rank);
  change.put(maps_.order(at).slot, slot);
  if (at < load(control().order_begin)) change.put(control().order_begin, at);
  if (at >= load(control().order_end)) change.put(control().order_end, at + 1);
}

Word Order::end() const noexcept {
  const Word end = load(control().order_end);
  return load(control().batch) == 0 ? end : std::max(end, load(control().order_floor));
}

Word Order::position(Word rank) const noexcept {
  Word low = load(control().order_begin);
  Word high = load(control().order_end);
  while (low < high) {
    const Word middle = low + (high - low) / 2;
    if (load(maps_.order(middle).rank) < rank) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

Word Order::next(Word after) const noexcept {
  Word found = 0;
  walk(after, ~Word{0}, false, [&](Word slot, Word) {
    found = slot;
    return false;
  });
  return found;
}

void Order::pack() const noexcept {
  store(control().order_valid, 0);
  barrier();
  Word to = 0;
  const Word end = load(control().order_end);
  for (Word at = load(control().order_begin); at < end; ++at) {
    const OrderEntry& entry = maps_.order(at);
    const Word slot = load(entry.slot);
    if (slot == 0) continue;
    store(maps_.order(to).rank, load(entry.rank));
    store(maps_.order(to).slot, slot);
    Word& links = maps_.slot(slot).links;
    store(links, pair32(to, high32(load(links))));
    ++to;
    point(Point::order_packed);
  }
  store(control().order_begin, 0);
  store(control().order_end, to);
  barrier();
  store(control().order_valid, 1);
}

void Order::rebuild() const {
  std::vector<std::pair<Word, Word>> living;
  for (Word slot = 1; slot < load(control().used_slots); ++slot) {
    const Word rank = load(maps_.slot(slot).rank);
    if (rank != 0 && rank != kHiddenRank) living.emplace_back(rank, slot);
  }
  std::sort(living.begin(), living.end());
  store(control().order_valid, 0);
  barrier();
  Word at = 0;
  for (const auto& [rank, slot] : living) {
    store(maps_.order(at).rank, rank);
    store(maps_.order(at).slot, slot);
    Word& links = maps_.slot(slot).links;
    store(links, pair32(at, high32(load(links))));
    ++at;
  }
  store(control().order_begin, 0);
  store(control().order_end, at);
  barrier();
  store(control().order_valid, 1);
}

}  // namespace mainstay::cache::detail
