// inbox.cpp - see inbox.hpp.
#include "mainstay/watch/inbox.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace mainstay::watch {

void Batch::add(const Event& event) {
  const Head head{static_cast<std::uint32_t>(event.source.size()),
                  static_cast<std::uint32_t>(event.target.size()),
                  event.watch,
                  event.kind,
                  event.synthetic,
                  0};
  last_ = data_.size();
  const auto* bytes = reinterpret_cast<const char*>(&head);
  data_.insert(data_.end(), bytes, bytes + sizeof head);
  data_.insert(data_.end(), event.source.begin(), event.source.end());
  data_.insert(data_.end(), event.target.begin(), event.target.end());
  ++count_;
}

void Batch::add_unless_repeated(const Event& event) {
  const std::size_t before = last_;
  const std::size_t start = data_.size();
  const bool first = count_ == 0;
  add(event);
  if (first || start - before != data_.size() - start) return;
  if (std::memcmp(data_.data() + before, data_.data() + start, start - before) != 0) return;
  data_.resize(start);
  last_ = before;
  --count_;
}

void Batch::append(const Batch& other) {
  if (other.empty()) return;
  last_ = data_.size() + other.last_;
  data_.insert(data_.end(), other.data_.begin(), other.data_.end());
  count_ += other.count_;
}

void Batch::clear() noexcept {
  data_.clear();
  count_ = 0;
}

std::optional<Event> Batch::Reader::next() noexcept {
  const std::vector<char>& data = batch_->data_;
  if (at_ >= data.size()) return std::nullopt;
  Head head;
  std::memcpy(&head, data.data() + at_, sizeof head);
  const char* text = data.data() + at_ + sizeof head;
  at_ += sizeof head + head.source_size + head.target_size;
  return Event{head.kind,
               head.synthetic,
               head.watch,
               {text, head.source_size},
               {text + head.source_size, head.target_size}};
}

Inbox::~Inbox() {
  if (const int fd = descriptor_.load(); fd >= 0) ::close(fd);
}

void Inbox::put(Batch& batch) {
  if (batch.empty()) return;
  {
    const std::scoped_lock hold(lock_);
    if (closed_) {
      batch.clear();
      return;
    }
    const Clock::time_point now = Clock::now();
    latest_ = now;
    counters_.events += batch.size();
    bytes_.store(bytes_.load() + batch.bytes());
    counters_.most_bytes = std::max<std::uint64_t>(counters_.most_bytes, bytes_.load());
    if (filled_.empty()) first_ = now;
    if (filled_.empty() || filled_.back().bytes() >= kBatchBytes) {
      filled_.emplace_back();
      std::swap(filled_.back(), batch);
    } else {
      filled_.back().append(batch);
    }
    signal();
  }
  batch.clear();
  changed_.notify_all();
}

Inbox::Waited Inbox::wait(std::optional<std::chrono::nanoseconds> limit, const Debounce& debounce) {
  // Longer than any program runs, and short enough for the arithmetic.
  constexpr std::chrono::hours kForEver{24 * 365 * 50};
  const Clock::time_point end =
      Clock::now() + (limit ? std::min<std::chrono::nanoseconds>(*limit, kForEver) : kForEver);
  std::unique_lock hold(lock_);
  for (;;) {
    if (woken_) {
      woken_ = false;
      return Waited::woken;
    }
    Clock::time_point until = end;
    if (!filled_.empty()) {
      const Clock::time_point due = std::min(latest_ + debounce.quiet, first_ + debounce.longest);
      if (closed_ || debounce.longest <= std::chrono::nanoseconds::zero() || due <= Clock::now()) {
        return Waited::ready;
      }
      until = std::min(end, due);
    } else if (closed_) {
      return Waited::closed;
    }
    // The clock of the condition variable is the system's own where the library has no other.
    const bool past = changed_.wait_until(hold, until) == std::cv_status::timeout;
    if (past && Clock::now() >= end) {
      if (woken_) continue;
      return Waited::timed_out;
    }
  }
}

void Inbox::take(Batch& into) {
  const std::scoped_lock hold(lock_);
  if (!filled_.empty()) {
    std::swap(into, filled_.front());
    filled_.pop_front();
    bytes_.store(bytes_.load() - into.bytes());
  }
  if (const int fd = descriptor_.load(); fd >= 0 && filled_.empty()) {
    std::uint64_t count = 0;
    (void)!::read(fd, &count, sizeof count);
  }
}

void Inbox::wake() {
  {
    const std::scoped_lock hold(lock_);
    woken_ = true;
    signal();
  }
  changed_.notify_all();
}

void Inbox::close() {
  {
    const std::scoped_lock hold(lock_);
    closed_ = true;
    signal();
  }
  changed_.notify_all();
}

void Inbox::signal() noexcept {
  if (const int fd = descriptor_.load(); fd >= 0) {
    const std::uint64_t one = 1;
    (void)!::write(fd, &one, sizeof one);
  }
}

Result<int> Inbox::descriptor() {
  const std::scoped_lock hold(lock_);
  if (descriptor_.load() < 0) {
    const int fd = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (fd < 0) {
      const int number = errno;
      return Error{ErrorCode::system,
                   "no descriptor to poll could be made; close some, or raise their limit", number};
    }
    descriptor_.store(fd);
    if (!filled_.empty() || woken_ || closed_) signal();
  }
  return descriptor_.load();
}

void Inbox::abandon() noexcept {
  if (const int fd = descriptor_.exchange(-1); fd >= 0) ::close(fd);
}

Inbox::Counters Inbox::counters() const {
  const std::scoped_lock hold(lock_);
  Counters counters = counters_;
  counters.queued_bytes = bytes_.load();
  return counters;
}

}  // namespace mainstay::watch
