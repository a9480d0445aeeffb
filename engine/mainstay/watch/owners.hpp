// owners.hpp - whose directory the kernel means by a number.
//
// Numbers are few bytes and many; nearly all have one owner, but one directory may be watched for
// several reasons at once, and then has one number for all. Not shared by threads.
#pragma once

#include <cstdint>
#include <vector>

#include "mainstay/watch/tree.hpp"

namespace mainstay::watch {

struct Owner {
  int wd;
  std::uint32_t subscription;
  NodeId node;
  friend bool operator==(const Owner&, const Owner&) = default;
};

class Owners {
 public:
  void add(const Owner& owner);
  void erase(const Owner& owner) noexcept;
  [[nodiscard]] bool any(int wd) const noexcept;

  // Calls `visit(owner)` for the owners of a number. The table must not change meanwhile.
  template <class Visit>
  void each(int wd, Visit visit) const {
    for (std::size_t slot = home(wd); slots_[slot].wd != kFree; slot = next(slot)) {
      if (slots_[slot].wd == wd) visit(slots_[slot]);
    }
  }

  [[nodiscard]] std::size_t size() const noexcept { return used_; }
  [[nodiscard]] std::size_t bytes() const noexcept { return slots_.capacity() * sizeof(Owner); }

 private:
  static constexpr int kFree = -1;
  [[nodiscard]] std::size_t home(int wd) const noexcept {
    return (static_cast<std::uint32_t>(wd) * 0x9E3779B1U >> 4U) & (slots_.size() - 1);
  }
  [[nodiscard]] std::size_t next(std::size_t slot) const noexcept {
    return (slot + 1) & (slots_.size() - 1);
  }
  void place(const Owner& owner) noexcept;

  std::vector<Owner> slots_ = std::vector<Owner>(16, Owner{kFree, 0, 0});
  std::size_t used_ = 0;
};

}  // namespace mainstay::watch
