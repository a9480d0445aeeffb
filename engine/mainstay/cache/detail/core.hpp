// core.hpp - one open store: its files in memory and what works on them, for Store and Hold.
//
// Core itself is not changed after it was opened, apart from `log.buffer`, which belongs to the
// holder of the lock; so threads may share it, and a forked child can go on using it.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "mainstay/cache/detail/apply.hpp"
#include "mainstay/cache/detail/log.hpp"
#include "mainstay/cache/detail/maps.hpp"
#include "mainstay/cache/detail/values.hpp"
#include "mainstay/cache/options.hpp"

namespace mainstay::cache::detail {

struct Core {
  Core(std::string folder, const Options& wishes)
      : directory(std::move(folder)),
        options(wishes),
        log(maps),
        apply(maps),
        values(directory, wishes.file_mode) {}
  Core(const Core&) = delete;
  Core& operator=(const Core&) = delete;
  ~Core();  // marks the store as left in order if no other process has it open

  // To be called before each use: in the child of a fork it takes a lock of its own.
  [[nodiscard]] Result<void> adopt();

  [[nodiscard]] Control& control() const noexcept { return maps.control(); }
  [[nodiscard]] std::string path(const char* name) const { return directory + "/" + name; }

  std::string directory;
  Options options;
  bool is_new = false;
  File lock_file;
  File super_file;
  Maps maps;
  Log log;
  Apply apply;
  Values values;
  std::atomic<std::uint64_t> epoch = 0;  // of the process that may use it; 0 while it is opened

 private:
  [[nodiscard]] Result<void> lock_anew();
};

// --- open.cpp
[[nodiscard]] Result<std::unique_ptr<Core>> open_core(std::string directory,
                                                      const Options& options);
// Empty files `derived` and `index`, mapped; `derived` has a passing name until name_derived().
[[nodiscard]] Result<void> make_derived(Core& core, const Word (&identity)[2]);
[[nodiscard]] Result<void> name_derived(Core& core);
// An empty log with its first record, which has this number.
[[nodiscard]] Result<void> make_log(Core& core, Word lsn);

// --- rebuild.cpp: everything derived, from the log; only while alone.
// `last`: a record that is known to have been there, with all before it; 0: none is.
[[nodiscard]] Result<void> rebuild(Core& core, Place last);

// --- repair.cpp: with the lock held.
void repair(Core& core);  // after the death of a holder
// Takes the lock, waiting so many seconds (without: not at all), and repairs where that is needed.
// False: not at once; with a time that is an error.
[[nodiscard]] Result<bool> take(Core& core, std::optional<double> timeout);
void roll_back(Core& core);  // the open batch, if there is one

// --- settle.cpp
struct Super {
  Word magic = kMagic;
  Word generation = 0;
  Word head = 0;        // logical number of the oldest segment that is needed
  Word synced_lsn = 0;  // everything up to here was on disk when this was written
  Word identity[2] = {};
};
[[nodiscard]] Super read_super(const Core& core);
// Everything up to the commit with this sequence number is on disk afterwards.
[[nodiscard]] Result<void> sync(Core& core, Word lsn, double timeout);
// Syncs, frees cleaned segments, unlinks dropped value files. Does what it can get the locks for.
// With `is_held` the caller holds the lock and keeps it.
[[nodiscard]] Result<void> settle(Core& core, bool is_held);

// --- check.cpp: everything derived compared with the log, and the log with its check sums.
struct Findings {
  std::vector<std::string> words;      // one sentence each
  std::vector<Word> damaged;           // slots of items that cannot be read
  std::vector<std::uint64_t> orphans;  // value files that no item names
  bool is_derived_wrong = false;
};

// With the lock held and no batch open.
[[nodiscard]] Findings inspect(const Core& core);

// --- clean.cpp: with the lock held and no batch open.
// Copies what is alive from the oldest segment, walking about so many bytes; false: nothing to do.
bool clean(Core& core, std::size_t budget, bool even_if_tidy = false);

}  // namespace mainstay::cache::detail
