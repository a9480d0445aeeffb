// core.hpp - `Core`, the native base of the face's Cache: an open store and how it is used.
//
// Calls may come from any thread. The store stays open as long as a call is inside, so closing is
// always allowed. A transaction belongs to the thread that began it; nothing waits with the
// interpreter held.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "binding/cache/keys.hpp"
#include "binding/cache/module.hpp"
#include "binding/support/native_type.hpp"
#include "mainstay/cache/cache.hpp"

namespace mainstay::binding::cache {

using mainstay::cache::Hold;
using mainstay::cache::Policy;
using mainstay::cache::Reading;
using mainstay::cache::Store;
using mainstay::cache::View;

// An open store and the transaction that is open on it.
struct Opened {
  explicit Opened(Store opened) : store(std::move(opened)) {}

  [[nodiscard]] bool is_owned() const noexcept {
    return owner.load(std::memory_order_relaxed) == pthread_self() && batch && batch->is_valid();
  }

  Store store;
  std::atomic<pthread_t> owner{};
  std::optional<Hold> batch;   // the owner's
  std::uint64_t batches = 0;   // that were begun; under the store's lock
  std::uint64_t last_put = 0;  // rank of what it stored last; under the store's lock
};

struct Core {
  // Guarded by the object's critical section.
  std::shared_ptr<Opened> opened;
  std::string directory;  // empty: never opened
  mainstay::cache::Options options;
  Ref disk;

  std::atomic<bool> exact = false;
  std::atomic<double> timeout = 60;
  std::atomic<double> size_limit = 0;
  std::atomic<std::size_t> cull_limit = 0;
  std::atomic<Policy> policy = Policy::none;
  std::atomic<bool> statistics = false;
  std::atomic<Py_ssize_t> min_file_size = 0;
  std::atomic<bool> strict = false;

  std::atomic<Reading*> spare = nullptr;  // for the next read
  mutable State* state = nullptr;

  Core() = default;
  Core(const Core&) = delete;
  Core& operator=(const Core&) = delete;
  ~Core() { delete spare.load(); }
  void each_reference(auto visit) { visit(disk); }
};

[[nodiscard]] State& state_for(Self<Core> self) noexcept;
// Raises what the face makes of an engine's error; empty.
inline Ref raised(Self<Core> self, const Error& error) {
  return Ref::steal(raise(state_for(self), error));
}

// The open store, for the length of a call; opens one that was closed. Null with an exception set.
[[nodiscard]] std::shared_ptr<Opened> use(Self<Core> self);

// time.time(), which is not patched where this is asked.
[[nodiscard]] double wall_clock() noexcept;

// What a call reads into.
class Borrowed {
 public:
  explicit Borrowed(Core& core) : core_(core), reading_(core.spare.exchange(nullptr)) {
    if (reading_ == nullptr) reading_ = new Reading();
  }
  Borrowed(const Borrowed&) = delete;
  Borrowed& operator=(const Borrowed&) = delete;
  ~Borrowed() { delete core_.spare.exchange(reading_); }
  [[nodiscard]] Reading& operator*() const noexcept { return *reading_; }

 private:
  Core& core_;
  Reading* reading_;
};

// The lock for one operation: that of the thread's own transaction, or one of its own.
class Held {
 public:
  explicit Held(Self<Core> self) noexcept : self_(self) {}
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;

  // False with Timeout or what a signal handler raised.
  [[nodiscard]] bool begin(bool retry);
  [[nodiscard]] Hold& operator*() noexcept { return is_joined_ ? *opened_->batch : *own_; }
  [[nodiscard]] Hold* operator->() noexcept { return &**this; }
  [[nodiscard]] Opened& opened() noexcept { return *opened_; }
  [[nodiscard]] std::shared_ptr<Opened> share() const noexcept { return opened_; }
  [[nodiscard]] bool is_joined() const noexcept { return is_joined_; }
  // Gives the lock back, makes what was done durable if that is wanted, and does upkeep. False with
  // an exception set.
  [[nodiscard]] bool end();
  // Names of the disk's files that were let go of, taken before end().
  [[nodiscard]] std::vector<std::string> take_dropped() { return (**this).take_dropped(); }

 private:
  Self<Core> self_;
  std::shared_ptr<Opened> opened_;
  std::optional<Hold> own_;
  bool is_joined_ = false;
};

// Removes what has expired and, by policy, what is too much: as the peer does after each set.
[[nodiscard]] bool cull(Core& core, Held& held, double now, std::size_t limit, std::size_t& count);

// What private methods take: so many arguments by position.
inline constexpr const char* kPositions[] = {"1", "2", "3", "4", "5"};
template <std::size_t count>
inline constexpr Signature kTaking{"Core", "self", {kPositions, count}, count};

// --- primitives.cpp, hot.cpp
extern PyMethodDef kPrimitives[];
extern PyMethodDef kHot[];
extern const PyType_Slot kHotSlots[];
extern const std::size_t kHotSlotCount;

// --- core.cpp
[[nodiscard]] Ref add_core_type(PyObject* module);

}  // namespace mainstay::binding::cache
