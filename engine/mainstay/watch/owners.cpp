// owners.cpp - see owners.hpp.
#include "mainstay/watch/owners.hpp"

namespace mainstay::watch {

void Owners::place(const Owner& owner) noexcept {
  std::size_t slot = home(owner.wd);
  while (slots_[slot].wd != kFree) slot = next(slot);
  slots_[slot] = owner;
}

void Owners::add(const Owner& owner) {
  if ((used_ + 1) * 3 > slots_.size() * 2) {
    std::vector<Owner> old(slots_.size() * 2, Owner{kFree, 0, 0});
    old.swap(slots_);
    for (const Owner& each : old) {
      if (each.wd != kFree) place(each);
    }
  }
  place(owner);
  ++used_;
}

void Owners::erase(const Owner& owner) noexcept {
  std::size_t hole = home(owner.wd);
  while (slots_[hole].wd != kFree && !(slots_[hole] == owner)) hole = next(hole);
  if (slots_[hole].wd == kFree) return;
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t slot = next(hole); slots_[slot].wd != kFree; slot = next(slot)) {
    if (((slot - home(slots_[slot].wd)) & mask) >= ((slot - hole) & mask)) {
      slots_[hole] = slots_[slot];
      hole = slot;
    }
  }
  slots_[hole].wd = kFree;
  --used_;
}

bool Owners::any(int wd) const noexcept {
  bool found = false;
  each(wd, [&](const Owner&) { found = true; });
  return found;
}

}  // namespace mainstay::watch
