// store.hpp - a cache on disk for many processes: opening it, reading without a lock, holding it.
//
// May be shared by threads; a forked child may go on using it. Reading takes no lock. A killed
// process loses nothing that was committed, and blocks no other: the next holder repairs. A power
// cut may lose the last moments, unless they were synced, and never yields a wrong value.
//
// Errors: Error.code `timed_out`, `system` (a full disk too), `limit_exceeded`, `corrupt_data`,
// `not_found` (a value file), `closed` (a hold), `unsupported` (a Reason in `system_number`).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "mainstay/cache/hold.hpp"

namespace mainstay::cache {

namespace detail {
class Buffer;
}

// What a lock-free read found; a copy. Kept from read to read it allocates nothing for small items.
class Reading {
 public:
  Reading();
  Reading(Reading&&) noexcept;
  Reading& operator=(Reading&&) noexcept;
  ~Reading();

  [[nodiscard]] const View& view() const noexcept { return view_; }
  [[nodiscard]] const View* operator->() const noexcept { return &view_; }

 private:
  friend class Store;
  std::unique_ptr<detail::Buffer> buffer_;
  View view_;
};

class Store {
 public:
  // The folder must exist. Opening makes the store if there is none.
  [[nodiscard]] static Result<Store> open(std::string directory, const Options& options = {});
  // Whether this opening made it.
  [[nodiscard]] bool is_new() const noexcept;
  Store(Store&& other) noexcept;
  Store& operator=(Store&& other) noexcept;
  ~Store();  // no Hold may be left, and no other thread inside

  // --- without the lock
  // Whether the key is there, expired or not. Under the policies that go by use it counts as one if
  // `used_at` is given.
  [[nodiscard]] Result<bool> read(const Key& key, Reading& reading, Policy policy = Policy::none,
                                  std::optional<double> used_at = {}) const;
  // The whole value, from the item or from its file.
  [[nodiscard]] Result<std::string> content(const View& view) const;
  [[nodiscard]] std::string path_of(const FileRef& file) const;
  [[nodiscard]] Stats stats() const;
  [[nodiscard]] std::uint64_t items() const;      // of stats()
  [[nodiscard]] std::uint64_t last_rank() const;  // likewise
  [[nodiscard]] std::uint64_t hits() const;
  [[nodiscard]] std::uint64_t misses() const;
  void score(std::uint64_t hits, std::uint64_t misses);
  void set_score(std::uint64_t hits, std::uint64_t misses);

  // --- with it
  [[nodiscard]] Result<Hold> hold(double timeout = kTimeout);
  // Empty: another has it.
  [[nodiscard]] Result<std::optional<Hold>> try_hold();
  // To be called after a Hold was released; what may take a while and needs no lock: syncing (only
  // when segments or files wait for it, or the store was opened with `sync`, up to `lsn`).
  [[nodiscard]] Result<void> settle(std::uint64_t lsn, double timeout = kTimeout);
  [[nodiscard]] bool is_settled() const noexcept;
  // Everything up to this change is on disk afterwards.
  [[nodiscard]] Result<void> sync(std::uint64_t lsn, double timeout = kTimeout);
  // Everything committed so far.
  [[nodiscard]] Result<void> sync(double timeout = kTimeout);

  // A value on its way into a file.
  [[nodiscard]] Result<ValueFile> new_value_file();

  // --- waiting for a change of a key (or of one that shares its slot)
  [[nodiscard]] std::uint32_t ticket(const Key& key) const;
  // Until a change after the ticket was taken; false after `seconds`, or on a signal.
  bool wait(const Key& key, std::uint32_t ticket, double seconds) const;

  // --- upkeep
  // Names of all files of the store, relative to its folder.
  [[nodiscard]] std::vector<std::string> files() const;
  [[nodiscard]] const std::string& directory() const noexcept;

 private:
  explicit Store(std::unique_ptr<detail::Core> core) noexcept;

  std::unique_ptr<detail::Core> core_;
};

}  // namespace mainstay::cache
