// walk.hpp - the order in which nested data is looked at, on a stack of its own.
//
// Down into an item, along its children, and back out with what became of it: the one loop behind
// remap, research and flatten. It knows neither the data nor what is made of it; the host does. So
// depth costs no recursion, and code of the program that runs within the host cannot confuse it.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace mainstay::bolts {

enum class Looked : std::uint8_t {
  container,  // a frame was made for it
  value,      // it has no children that count
  failed,     // what went wrong stays with the host
};

enum class Next : std::uint8_t { child, end, failed };

// Host::Item   what is looked at, with its key; then what became of it, under the same key.
// Host::Frame  a container whose children are looked at.
template <class H>
concept WalkHost = requires(H& host, std::vector<typename H::Frame>& above, typename H::Item& item,
                            typename H::Frame& frame) {
  { host.look(above, item) } -> std::same_as<Looked>;  // a frame is pushed for a container
  { host.next(frame, item) } -> std::same_as<Next>;
  // The item is done; `above` has the frames around it. False: it failed.
  { host.keep(above, item) } -> std::same_as<bool>;
  // All children of the frame, which left the stack, are done. False: it failed.
  { host.leave(above, frame, item) } -> std::same_as<bool>;
};

// Walks over `root`, which is what became of it afterwards. False when the host failed.
template <WalkHost Host>
[[nodiscard]] bool walk(Host& host, typename Host::Item& root) {
  std::vector<typename Host::Frame> frames;
  typename Host::Item item = std::move(root);
  while (true) {
    switch (host.look(frames, item)) {
      case Looked::failed: return false;
      case Looked::container: break;
      case Looked::value:
        if (!host.keep(frames, item)) return false;
        break;
    }
    while (true) {
      if (frames.empty()) {
        root = std::move(item);
        return true;
      }
      const Next next = host.next(frames.back(), item);
      if (next == Next::failed) return false;
      if (next == Next::child) break;
      typename Host::Frame done = std::move(frames.back());
      frames.pop_back();
      if (!host.leave(frames, done, item)) return false;
      if (!frames.empty() && !host.keep(frames, item)) return false;
    }
  }
}

// What became of objects, by their addresses. The caller keeps the objects alive.
template <class Result>
class IdentityMap {
 public:
  // Null when there is none. Valid until the next set().
  [[nodiscard]] Result* find(const void* object) noexcept {
    if (cells_.empty()) return nullptr;
    Cell& cell = cells_[position(object)];
    return cell.object == nullptr ? nullptr : &*cell.result;
  }

  void set(const void* object, Result result) {
    if ((size_ + 1) * 3 > cells_.size() * 2) grow();
    Cell& cell = cells_[position(object)];
    if (cell.object == nullptr) ++size_;
    cell.object = object;
    cell.result.emplace(std::move(result));
  }

 private:
  struct Cell {
    const void* object = nullptr;
    std::optional<Result> result;
  };

  [[nodiscard]] std::size_t position(const void* object) const noexcept {
    const std::size_t mask = cells_.size() - 1;
    auto at = static_cast<std::size_t>(
                  (reinterpret_cast<std::uintptr_t>(object) * 0x9E3779B97F4A7C15U) >> 32) &
              mask;
    while (cells_[at].object != nullptr && cells_[at].object != object) at = (at + 1) & mask;
    return at;
  }
  void grow() {
    std::vector<Cell> old(cells_.empty() ? 16 : cells_.size() * 2);
    old.swap(cells_);
    for (Cell& cell : old) {
      if (cell.object != nullptr) cells_[position(cell.object)] = std::move(cell);
    }
  }

  std::vector<Cell> cells_;
  std::size_t size_ = 0;
};

}  // namespace mainstay::bolts
