// reader.hpp - one thread that reads the kernel's queues of a process.
//
// Whatever the rest of the program does, the queues are emptied into memory at once. A Source is
// one queue with its subscriptions; its methods may be called by any thread, and act in the
// reader's. The thread lives as long as there are Sources. It runs no code of the caller's.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "mainstay/base/result.hpp"
#include "mainstay/watch/instance.hpp"

namespace mainstay::watch {

// The answer to a request, which comes from the reader's thread.
template <class T>
class Ticket {
 public:
  Ticket() : state_(std::make_shared<State>()) {}

  void answer(T value) {
    {
      const std::scoped_lock hold(state_->lock);
      state_->value.emplace(std::move(value));
    }
    state_->came.notify_all();
  }
  // Whether it has come, after at most so long.
  [[nodiscard]] bool wait(std::chrono::milliseconds limit) const {
    std::unique_lock hold(state_->lock);
    return state_->came.wait_for(hold, limit, [&] { return state_->value.has_value(); });
  }
  // Waits for as long as it takes.
  [[nodiscard]] T get() const {
    std::unique_lock hold(state_->lock);
    state_->came.wait(hold, [&] { return state_->value.has_value(); });
    return *state_->value;
  }

 private:
  struct State {
    std::mutex lock;
    std::condition_variable came;
    std::optional<T> value;
  };
  std::shared_ptr<State> state_;
};

class Reader;

class Source {
 public:
  ~Source();
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;

  // See Instance. A subscription is made in full before the ticket is answered.
  Ticket<Result<std::uint32_t>> add(WatchOptions options, std::shared_ptr<Inbox> inbox);
  Ticket<bool> remove(std::uint32_t id);
  // For those who do not wait for an `add` any longer: what comes of it is removed.
  void discard(Ticket<Result<std::uint32_t>> ticket);
  Ticket<bool> set_kinds(std::uint32_t id, Kinds kinds);
  [[nodiscard]] Ticket<Instance::Counters> counters();
  // For tests: leaves the queue unread, so that it overflows.
  Ticket<bool> pause(bool paused);
  // Ends all subscriptions, an `add` that is under way too, and returns once the descriptor is
  // closed. After it tickets are answered with ErrorCode::closed, false and zeros.
  void close();
  // In the child of a fork: closes the descriptors it has inherited. Nothing but destruction may
  // follow, and the memory is not given back.
  static void abandon(std::shared_ptr<Source> source) noexcept;

  // The kernel's descriptor, for those who look at it; -1 when closed.
  [[nodiscard]] int fd() const noexcept { return fd_.load(); }

 private:
  friend class Reader;
  Source(std::shared_ptr<Reader> reader, std::unique_ptr<Instance> instance);
  template <class T, class Work>
  Ticket<T> ask(T otherwise, Work work);

  std::mutex lock_;                 // guards reader_ against close()
  std::shared_ptr<Reader> reader_;  // null when closed
  Instance* instance_;              // the reader's
  std::atomic<int> fd_;
};

class Reader : public std::enable_shared_from_this<Reader> {
 public:
  // ErrorCode::system when there are no descriptors or threads left.
  static Result<std::shared_ptr<Reader>> start();
  ~Reader();
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  Result<std::shared_ptr<Source>> open();

 private:
  friend class Source;
  struct Watched {
    std::unique_ptr<Instance> instance;
    std::optional<Moment> due;
    bool paused = false;
  };

  Reader(int epoll, int wake) : epoll_(epoll), wake_(wake) {}
  // Has the thread run `task`; returns false when it has ended.
  bool post(std::function<void()> task);
  void run();
  void run_tasks();
  void work(Instance& instance);  // unless it is paused
  void let_events_gather() const;
  [[nodiscard]] int timeout() const;

  int epoll_;
  int wake_;
  std::mutex lock_;  // guards tasks_ and stopping_
  std::vector<std::function<void()>> tasks_;
  bool stopping_ = false;
  std::map<Instance*, Watched> watched_;  // the thread's own
  std::thread thread_;
};

}  // namespace mainstay::watch
