// options.hpp - how a store is opened and what can be asked about it. Plain values.
#pragma once

#include <cstdint>
#include <string>

namespace mainstay::cache {

// Error.system_number where Error.code is `unsupported`.
enum class Reason : int {
  network = 1,  // a file system that other machines share
  foreign,      // held open from another PID namespace or machine
  format,       // not a store, or one of another version
  busy,         // this thread holds the store already
};

// Seconds that taking the store waits for its holder; negative: for ever.
inline constexpr double kTimeout = 60;

enum class Policy : std::uint8_t {
  none,
  least_recently_stored,
  least_recently_used,
  least_frequently_used,
};

struct Options {
  bool sync = false;          // a change is on disk before it is acknowledged
  unsigned file_mode = 0600;  // of new files; of folders the same with x where there is r
  double timeout = 60;        // seconds that opening waits for another process that opens
};

struct Stats {
  std::uint64_t items = 0;         // expired ones included
  std::uint64_t record_bytes = 0;  // of live records in the log
  std::uint64_t file_bytes = 0;    // of their value files
  std::uint64_t disk_bytes = 0;    // what the store's own files take, value files included
  std::uint64_t segments = 0;      // allocated
  std::uint64_t last_rank = 0;     // 0: nothing was ever stored
  std::uint64_t lsn = 0;           // of the last commit
  std::uint64_t durable_lsn = 0;   // up to here a power cut loses nothing
  [[nodiscard]] std::uint64_t volume() const noexcept { return record_bytes + file_bytes; }
};

}  // namespace mainstay::cache
