// reader.cpp - see reader.hpp.
#include "mainstay/watch/reader.hpp"

#include <poll.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <system_error>
#include <utility>

namespace mainstay::watch {
namespace {

Error no_means(const char* what, int number) {
  return Error{ErrorCode::system,
               std::string("no ") + what + " left to read file events with: " +
                   std::system_category().message(number) + "; close some, or raise their limit",
               number};
}

Error closed() {
  return Error{ErrorCode::closed, "watching has ended here; open another observer"};
}

}  // namespace

Result<std::shared_ptr<Reader>> Reader::start() {
  const int epoll = ::epoll_create1(EPOLL_CLOEXEC);
  if (epoll < 0) return no_means("descriptor", errno);
  const int wake = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (wake < 0) {
    const int number = errno;
    ::close(epoll);
    return no_means("descriptor", number);
  }
  std::shared_ptr<Reader> reader(new Reader(epoll, wake));
  epoll_event interest{};
  interest.events = EPOLLIN;
  interest.data.ptr = nullptr;
  (void)::epoll_ctl(epoll, EPOLL_CTL_ADD, wake, &interest);
  // Signals are for the threads of the program.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  int number = 0;
  try {
    reader->thread_ = std::thread([raw = reader.get()] { raw->run(); });
  } catch (const std::system_error& error) {
    number = error.code().value();
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (number != 0) return no_means("thread", number);
  pthread_setname_np(reader->thread_.native_handle(), "mainstay-watch");
  return reader;
}

Reader::~Reader() {
  if (thread_.joinable()) {
    {
      const std::scoped_lock hold(lock_);
      stopping_ = true;
    }
    const std::uint64_t one = 1;
    (void)!::write(wake_, &one, sizeof one);
    thread_.join();
  }
  ::close(wake_);
  ::close(epoll_);
}

Result<std::shared_ptr<Source>> Reader::open() {
  auto instance = Instance::open();
  if (!instance) return std::move(instance).error();
  std::shared_ptr<Source> source(new Source(shared_from_this(), std::move(*instance)));
  return source;
}

bool Reader::post(std::function<void()> task) {
  {
    const std::scoped_lock hold(lock_);
    if (stopping_) return false;
    tasks_.push_back(std::move(task));
  }
  const std::uint64_t one = 1;
  (void)!::write(wake_, &one, sizeof one);
  return true;
}

void Reader::run() {
  epoll_event ready[16];
  for (;;) {
    const int count = ::epoll_wait(epoll_, ready, 16, timeout());
    for (int i = 0; i < count; ++i) {
      if (ready[i].data.ptr == nullptr) {
        std::uint64_t wakes = 0;
        (void)!::read(wake_, &wakes, sizeof wakes);
        continue;
      }
      auto* const instance = static_cast<Instance*>(ready[i].data.ptr);
      if (watched_.count(instance) == 0) continue;
      if (instance->behind()) let_events_gather();
      work(*instance);
    }
    const Moment now = std::chrono::steady_clock::now();
    for (auto& [instance, watched] : watched_) {
      if (watched.due && *watched.due <= now) work(*instance);
    }
    {
      const std::scoped_lock hold(lock_);
      if (stopping_) break;
    }
    run_tasks();
  }
  run_tasks();
  watched_.clear();
}

void Reader::run_tasks() {
  std::vector<std::function<void()>> tasks;
  {
    const std::scoped_lock hold(lock_);
    tasks.swap(tasks_);
  }
  for (auto& task : tasks) task();
}

void Reader::work(Instance& instance) {
  const auto found = watched_.find(&instance);
  if (found == watched_.end() || found->second.paused) return;
  found->second.due = instance.work(std::chrono::steady_clock::now());
}

// The thread that takes events is busy with others, so little is late when the next are read
// together. The kernel's queue has room for far more. Ends at once when there is a task.
void Reader::let_events_gather() const {
  pollfd tasks{wake_, POLLIN, 0};
  const timespec pause{0, 100'000};
  (void)::ppoll(&tasks, 1, &pause, nullptr);
}

// Milliseconds until the first subscription has something to do by itself.
int Reader::timeout() const {
  std::optional<Moment> first;
  for (const auto& [instance, watched] : watched_) {
    if (watched.paused || !watched.due) continue;
    if (!first || *watched.due < *first) first = watched.due;
  }
  if (!first) return -1;
  const auto left = *first - std::chrono::steady_clock::now();
  const auto whole = std::chrono::ceil<std::chrono::milliseconds>(left).count();
  return static_cast<int>(std::clamp<long long>(whole, 0, 60'000));
}

Source::Source(std::shared_ptr<Reader> reader, std::unique_ptr<Instance> instance)
    : reader_(std::move(reader)), instance_(instance.get()), fd_(instance->fd()) {
  // A function object must be copyable; the pointer is taken over by the task that runs.
  auto* taken = instance.release();
  reader_->post([reader = reader_.get(), taken] {
    reader->watched_[taken].instance.reset(taken);
    epoll_event interest{};
    interest.events = EPOLLIN;
    interest.data.ptr = taken;
    (void)::epoll_ctl(reader->epoll_, EPOLL_CTL_ADD, taken->fd(), &interest);
  });
}

Source::~Source() { close(); }

// Has the reader's thread answer with what `work(reader, instance)` returns; answers `otherwise`
// when it is closed.
template <class T, class Work>
Ticket<T> Source::ask(T otherwise, Work work) {
  Ticket<T> ticket;
  const std::scoped_lock hold(lock_);
  const bool posted =
      reader_ && reader_->post([ticket, reader = reader_.get(), instance = instance_,
                                work = std::move(work)]() mutable {
        ticket.answer(work(*reader, *instance));
      });
  if (!posted) ticket.answer(std::move(otherwise));
  return ticket;
}

Ticket<Result<std::uint32_t>> Source::add(WatchOptions options, std::shared_ptr<Inbox> inbox) {
  return ask<Result<std::uint32_t>>(
      closed(), [options = std::move(options), inbox = std::move(inbox)](
                    Reader& reader, Instance& instance) mutable {
        auto added = instance.add(std::move(options), std::move(inbox));
        reader.work(instance);  // what came meanwhile was read but not handled
        return added;
      });
}

Ticket<bool> Source::remove(std::uint32_t id) {
  return ask(false, [id](Reader&, Instance& instance) {
    instance.remove(id);
    return true;
  });
}

void Source::discard(Ticket<Result<std::uint32_t>> ticket) {
  (void)ask(false, [ticket = std::move(ticket)](Reader&, Instance& instance) {
    if (const auto made = ticket.get()) instance.remove(*made);  // answered: tasks are in order
    return true;
  });
}

Ticket<bool> Source::set_kinds(std::uint32_t id, Kinds kinds) {
  return ask(false, [id, kinds](Reader& reader, Instance& instance) {
    reader.work(instance);  // the end of what is watched may be in the queue
    return instance.set_kinds(id, kinds);
  });
}

Ticket<Instance::Counters> Source::counters() {
  return ask(Instance::Counters{},
             [](Reader&, Instance& instance) { return instance.counters_now(); });
}

Ticket<bool> Source::pause(bool paused) {
  return ask(false, [paused](Reader& reader, Instance& instance) {
    reader.watched_[&instance].paused = paused;
    epoll_event interest{};
    interest.events = paused ? 0U : EPOLLIN;
    interest.data.ptr = &instance;
    (void)::epoll_ctl(reader.epoll_, EPOLL_CTL_MOD, instance.fd(), &interest);
    return true;
  });
}

void Source::close() {
  std::shared_ptr<Reader> reader;
  {
    const std::scoped_lock hold(lock_);
    reader = std::move(reader_);
    reader_ = nullptr;
  }
  if (!reader) return;
  fd_.store(-1);
  instance_->cancel();
  Ticket<bool> gone;
  const bool posted = reader->post([gone, raw = reader.get(), instance = instance_]() mutable {
    raw->watched_.erase(instance);  // closing the descriptor takes it out of epoll
    gone.answer(true);
  });
  if (posted) (void)gone.get();
}

void Source::abandon(std::shared_ptr<Source> source) noexcept {
  // The reader's thread is not here, its locks may be held for ever, and its memory may be in the
  // middle of a change: only numbers that never change are looked at.
  if (const int fd = source->fd_.exchange(-1); fd >= 0) ::close(fd);
  if (source->reader_) {
    ::close(source->reader_->epoll_);
    ::close(source->reader_->wake_);
    source->reader_->epoll_ = -1;
    source->reader_->wake_ = -1;
  }
  (void)new std::shared_ptr<Source>(std::move(source));
}

}  // namespace mainstay::watch
