// instance.hpp - one queue of the kernel's and the subscriptions that share it.
//
// Without a thread of its own: a program with an event loop polls `fd()` and calls `work()`, others
// use a Reader (reader.hpp). Subscriptions that watch the same directory do not disturb each other.
// Not shared by threads.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "mainstay/base/result.hpp"
#include "mainstay/watch/inotify.hpp"
#include "mainstay/watch/owners.hpp"
#include "mainstay/watch/subscription.hpp"

namespace mainstay::watch {

class Instance {
 public:
  struct Counters {
    std::uint64_t events = 0;     // that the kernel reported
    std::uint64_t overflows = 0;  // of the kernel's queue
    std::uint64_t rescans = 0;    // of a subscription's tree, after an overflow of either queue
    std::uint64_t unwatched = 0;  // directories that could not be watched
    std::uint64_t watches = 0;    // directories that are watched, now
    std::uint64_t bytes = 0;      // that trees and what waits take, now
  };

  static Result<std::unique_ptr<Instance>> open();
  explicit Instance(Inotify kernel);
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;
  ~Instance();

  [[nodiscard]] int fd() const noexcept { return kernel_.fd(); }

  // Watches a root; what happens there goes to `inbox`. Returns a number for `remove`. An error of
  // the operating system says which path it is about; ErrorCode::closed when `cancel` was called.
  Result<std::uint32_t> add(WatchOptions options, std::shared_ptr<Inbox> inbox);
  void remove(std::uint32_t id);
  // What the subscription is to report from now on. False when it has ended.
  bool set_kinds(std::uint32_t id, Kinds kinds);

  // Reads the queue and handles what is in it. Returns when to call again although `fd()` is quiet.
  std::optional<Moment> work(Moment now);
  // Whether events wait in an inbox.
  [[nodiscard]] bool behind() const noexcept;
  // May be called by any thread: an `add` that is under way gives up.
  void cancel() noexcept { cancelled_.store(true); }

  [[nodiscard]] Counters counters_now() const;

  // For subscriptions.
  [[nodiscard]] const Inotify& kernel() const noexcept { return kernel_; }
  [[nodiscard]] Owners& owners() noexcept { return owners_; }
  [[nodiscard]] Counters& counters() noexcept { return counters_; }
  [[nodiscard]] bool cancelled() const noexcept { return cancelled_.load(); }
  [[nodiscard]] bool closing() const noexcept { return closing_; }
  // Takes what waits in the kernel's queue into memory, and leaves it there.
  void drain();
  // How many bytes the queue has had up to now, read and not.
  [[nodiscard]] std::uint64_t queue_end() const noexcept { return drained_ + kernel_.pending(); }

 private:
  void dispatch(const RawEvent& event, std::uint64_t offset, Moment now);
  void overflowed(std::uint64_t offset, Moment now);

  Inotify kernel_;
  Owners owners_;
  std::map<std::uint32_t, std::unique_ptr<Subscription>> subscriptions_;
  std::uint32_t next_id_ = 1;
  std::vector<char> drained_bytes_;  // read, not handled
  std::vector<char> handling_;       // being handled
  std::uint64_t drained_ = 0;        // bytes read so far
  Counters counters_;
  std::vector<std::uint32_t> interested_;
  std::atomic<bool> cancelled_{false};
  bool closing_ = false;
};

}  // namespace mainstay::watch
