// inbox.hpp - events on their way from the thread that reads them to the one that handles them.
//
// A Batch is a packed row of events. An Inbox is filled by one thread and emptied by any: waiting
// ends with the first event, or, with a Debounce, once events stop coming. What is in it counts:
// `full()` tells the filling thread to hold back. Every method of Inbox may be called by any
// thread.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <cstring>
#include <deque>
#include <mutex>
#include <optional>
#include <string_view>
#include <vector>

#include "mainstay/base/result.hpp"
#include "mainstay/watch/event.hpp"

namespace mainstay::watch {

class Batch {
 public:
  void add(const Event& event);
  // The same, unless it equals the last one that was added.
  void add_unless_repeated(const Event& event);
  void append(const Batch& other);

  [[nodiscard]] bool empty() const noexcept { return count_ == 0; }
  [[nodiscard]] std::size_t size() const noexcept { return count_; }
  [[nodiscard]] std::size_t bytes() const noexcept { return data_.size(); }
  void clear() noexcept;

  // Reads one event after the other. The batch must not change meanwhile.
  class Reader {
   public:
    explicit Reader(const Batch& batch) noexcept : batch_(&batch) {}
    [[nodiscard]] std::optional<Event> next() noexcept;

   private:
    const Batch* batch_;
    std::size_t at_ = 0;
  };

 private:
  struct Head {
    std::uint32_t source_size;
    std::uint32_t target_size;
    std::uint32_t watch;
    Kind kind;
    bool synthetic;
    std::uint16_t unused;
  };
  std::vector<char> data_;
  std::size_t count_ = 0;
  std::size_t last_ = 0;  // where the last event begins, when there is one
};

// Wait until nothing came for `quiet`, but not for longer than `longest` after the first event.
struct Debounce {
  std::chrono::nanoseconds quiet{0};
  std::chrono::nanoseconds longest{0};
};

class Inbox {
 public:
  enum class Waited : std::uint8_t { ready, woken, timed_out, closed };

  // `most_bytes`: from here on it is full.
  explicit Inbox(std::size_t most_bytes) noexcept : most_bytes_(most_bytes) {}
  Inbox(const Inbox&) = delete;
  Inbox& operator=(const Inbox&) = delete;
  ~Inbox();

  // Moves the events of a batch in; it is empty afterwards. What comes after `close` is dropped.
  // Batches stay apart once they are larger than this, so that those who take them do so in steps.
  static constexpr std::size_t kBatchBytes = std::size_t{64} * 1024;
  void put(Batch& batch);
  [[nodiscard]] bool empty() const noexcept { return bytes_.load() == 0; }
  [[nodiscard]] bool full() const noexcept { return bytes_.load() >= most_bytes_; }

  // `woken` when `wake()` was called since the last wait that said so.
  Waited wait(std::optional<std::chrono::nanoseconds> limit, const Debounce& debounce = {});
  // The oldest batch, swapped for `into`, which must be empty; nothing when it is empty.
  void take(Batch& into);
  void wake();
  // No wait lasts any longer.
  void close();

  // A descriptor that is readable while there are events, and after `wake()` until the next `take`.
  // Owned by the inbox. ErrorCode::system when there are no descriptors left.
  Result<int> descriptor();
  // In the child of a fork: closes what was inherited, and nothing else of it may be used. The
  // lock may be held for ever there.
  void abandon() noexcept;

  struct Counters {
    std::uint64_t events = 0;        // that came in
    std::uint64_t queued_bytes = 0;  // now
    std::uint64_t most_bytes = 0;    // ever at one time
  };
  [[nodiscard]] Counters counters() const;

 private:
  using Clock = std::chrono::steady_clock;
  void signal() noexcept;

  const std::size_t most_bytes_;
  std::atomic<std::size_t> bytes_{0};
  mutable std::mutex lock_;
  std::condition_variable changed_;
  std::deque<Batch> filled_;
  Clock::time_point first_;  // when the first and the last of what is in it came
  Clock::time_point latest_;
  bool woken_ = false;
  bool closed_ = false;
  std::atomic<int> descriptor_{-1};
  Counters counters_;
};

}  // namespace mainstay::watch
