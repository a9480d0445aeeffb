// heap.cpp - sifting.
#include "mainstay/cache/detail/heap.hpp"

#include <algorithm>

namespace mainstay::cache::detail {

void Heap::set_position(Journal& change, Word slot, Word position) const noexcept {
  Word& positions = maps_.slot(slot).positions;
  if (kind_ == Kind::eviction) {
    change.put_low(positions, position);
  } else {
    change.put_high(positions, position);
  }
}

void Heap::place(Journal& change, Word at, Word key, Word slot) const noexcept {
  change.put(entry(at).key, key);
  change.put(entry(at).slot, slot);
  set_position(change, slot, at + 1);
}

void Heap::rise(Journal& change, Word at, Word key, Word slot) const noexcept {
  while (at > 0) {
    const Word parent = (at - 1) / 4;
    if (load(entry(parent).key) <= key) break;
    place(change, at, load(entry(parent).key), load(entry(parent).slot));
    at = parent;
  }
  place(change, at, key, slot);
}

void Heap::sink(Journal& change, Word at, Word key, Word slot) const noexcept {
  const Word size = load(count());
  for (;;) {
    const Word first = at * 4 + 1;
    if (first >= size) break;
    Word least = first;
    for (Word child = first + 1; child < std::min(first + 4, size); ++child) {
      if (load(entry(child).key) < load(entry(least).key)) least = child;
    }
    if (key <= load(entry(least).key)) break;
    place(change, at, load(entry(least).key), load(entry(least).slot));
    at = least;
  }
  place(change, at, key, slot);
}

void Heap::insert(Journal& change, Word key, Word slot) const noexcept {
  const Word size = load(count());
  change.put(count(), size + 1);
  rise(change, size, key, slot);
}

void Heap::move(Journal& change, Word slot, Word key) const noexcept {
  const Word at = position(slot) - 1;
  if (key < load(entry(at).key)) {
    rise(change, at, key, slot);
  } else {
    sink(change, at, key, slot);
  }
}

void Heap::remove(Journal& change, Word slot) const noexcept {
  const Word at = position(slot) - 1;
  const Word last = load(count()) - 1;
  set_position(change, slot, 0);
  change.put(count(), last);
  if (at == last) return;
  const Word key = load(entry(last).key);
  const Word moved = load(entry(last).slot);
  if (at > 0 && key < load(entry((at - 1) / 4).key)) {
    rise(change, at, key, moved);
  } else {
    sink(change, at, key, moved);
  }
}

}  // namespace mainstay::cache::detail
