// roster.hpp - the implementations of one hook, of any signature: registration, order, snapshot.
//
// Registration works on a list in rank order under a mutex and publishes what comes of it as an
// immutable List; calls read that and take no lock. Knows nothing of signatures: a callable is an
// address and a function whose true type only the Hook knows that put it there.
//
// Errors: an order that cannot be; a null pointer for an implementation; bad_alloc. Either way
// everything is as before. Thread safety: all of it may be used by any thread at any time.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "mainstay/base/result.hpp"
#include "mainstay/plugins/detail/published.hpp"
#include "mainstay/plugins/position.hpp"
#include "mainstay/plugins/rank.hpp"

namespace mainstay::plugins::detail {

using AnyFunction = void (*)();

// One registered callable. Immutable but for what the callable itself changes.
class Implementation {
 public:
  Implementation() = default;
  Implementation(const Implementation&) = delete;
  Implementation& operator=(const Implementation&) = delete;
  virtual ~Implementation() = default;

  // What the callable needs to exist, such as the library its code is in; outlives it.
  std::shared_ptr<const void> keeps;
  Position position;
  bool wrapper = false;
  AnyFunction function = nullptr;  // to be called with object()
  virtual void* object() noexcept = 0;
};

// What a call needs of one implementation, side by side with the others.
struct Slot {
  AnyFunction function;
  void* object;
  bool wrapper;
};

struct List {
  std::vector<Slot> slots;  // reverse calling order
  std::vector<std::shared_ptr<Implementation>> owners;
};

class Roster {
 public:
  // Names one registration of this roster, never used again.
  using Ticket = std::uint64_t;

  [[nodiscard]] Result<Ticket> add(std::shared_ptr<Implementation> added);

  // Whether it was there. Running calls that saw it may still be in it afterwards.
  bool remove(Ticket ticket);

  [[nodiscard]] bool has(Ticket ticket) const;

  // The plugins in calling order, wrappers first; an unnamed one is "".
  [[nodiscard]] std::vector<std::string> plugins() const;

  [[nodiscard]] Published<List>::Reading read() const noexcept { return list_.read(); }

 private:
  struct Entry {
    Ticket ticket;
    std::shared_ptr<Implementation> implementation;
  };

  // The list for `ranked`, or why there is none.
  static Result<List> arranged(const std::vector<Entry>& ranked);

  mutable std::mutex mutex_;
  std::vector<Entry> ranked_;  // guarded by mutex_
  Ticket last_ = 0;            // guarded by mutex_
  Published<List> list_{List{}};
};

}  // namespace mainstay::plugins::detail
