// opened.hpp - room for what one call has opened: inline as a rule, on the heap for the rare many.
//
// A walk (walk.hpp) closes wrappers by number; a host keeps here what it needs to close each. The
// room is fixed at construction, from the number of wrappers the plan knows, so that adding cannot
// fail in the middle of a call. Errors: bad_alloc at construction, above Inline entries only.
// Thread safety: one call, one thread. Not copied, not moved: it is a local variable of a call.
#pragma once

#include <array>
#include <cassert>
#include <cstddef>
#include <memory>
#include <type_traits>

namespace mainstay::plugins {

template <class T, std::size_t Inline = 8>
class Opened {
  static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_default_constructible_v<T>,
                "an opened wrapper is kept by handle: a pointer, an index; its owner is the host");

 public:
  explicit Opened(std::size_t most)
      : heap_(most > Inline ? std::make_unique<T[]>(most) : nullptr),
        room_(heap_ ? heap_.get() : inline_.data()),
        most_(most > Inline ? most : Inline) {}
  Opened(const Opened&) = delete;
  Opened& operator=(const Opened&) = delete;

  [[nodiscard]] std::size_t size() const noexcept { return size_; }

  // Precondition: size() is below what the constructor was told.
  void push(T entry) noexcept {
    assert(size_ < most_);
    room_[size_++] = entry;
  }

  // Precondition: nth < size().
  [[nodiscard]] T& operator[](std::size_t nth) noexcept {
    assert(nth < size_);
    return room_[nth];
  }

 private:
  std::array<T, Inline>
      inline_;  // left uninitialised on purpose: a call without wrappers pays nothing
  std::unique_ptr<T[]> heap_;
  T* room_;
  std::size_t most_;
  std::size_t size_ = 0;
};

}  // namespace mainstay::plugins
