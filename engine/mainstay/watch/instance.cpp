// instance.cpp - see instance.hpp.
#include "mainstay/watch/instance.hpp"

#include <sys/inotify.h>

#include <algorithm>
#include <ctime>
#include <utility>

namespace mainstay::watch {
namespace {

// So often the queue is read again before the caller has a turn: writers may be as fast as we are.
constexpr int kMostRounds = 16;

}  // namespace

Result<std::unique_ptr<Instance>> Instance::open() {
  auto kernel = Inotify::open();
  if (!kernel) return std::move(kernel).error();
  return std::make_unique<Instance>(std::move(*kernel));
}

Instance::Instance(Inotify kernel) : kernel_(std::move(kernel)) {}

Instance::~Instance() {
  closing_ = true;
  subscriptions_.clear();
}

Result<std::uint32_t> Instance::add(WatchOptions options, std::shared_ptr<Inbox> inbox) {
  const std::uint32_t id = next_id_++;
  auto made = std::make_unique<Subscription>(id, std::move(options), std::move(inbox), *this);
  if (auto started = made->start(); !started) return std::move(started).error();
  subscriptions_.emplace(id, std::move(made));
  return id;
}

void Instance::remove(std::uint32_t id) { subscriptions_.erase(id); }

bool Instance::set_kinds(std::uint32_t id, Kinds kinds) {
  const auto found = subscriptions_.find(id);
  if (found == subscriptions_.end()) return false;
  found->second->set_kinds(kinds);
  return true;
}

void Instance::drain() {
  const std::size_t before = drained_bytes_.size();
  while (!kernel_.read(drained_bytes_)) {
  }
  drained_ += drained_bytes_.size() - before;
}

std::optional<Moment> Instance::work(Moment now) {
  drain();
  for (int round = 0; !drained_bytes_.empty(); ++round) {
    if (round == kMostRounds) {
      for (auto& [id, subscription] : subscriptions_) subscription->hand_over();
      return now;
    }
    std::swap(handling_, drained_bytes_);
    drained_bytes_.clear();
    const std::uint64_t start = drained_ - handling_.size();
    for (std::size_t at = 0; at < handling_.size();) {
      const std::uint64_t offset = start + at;
      dispatch(Inotify::parse(handling_, at), offset, now);
    }
    drain();
  }
  handling_.clear();
  if (handling_.capacity() > std::size_t{1} << 20U) handling_.shrink_to_fit();
  if (drained_bytes_.capacity() > std::size_t{1} << 20U) drained_bytes_.shrink_to_fit();
  timespec empty_at{};
  clock_gettime(CLOCK_REALTIME_COARSE, &empty_at);
  std::optional<Moment> due;
  for (auto each = subscriptions_.begin(); each != subscriptions_.end();) {
    Subscription& subscription = *each->second;
    subscription.run(now);
    subscription.flush(empty_at);
    if (const auto when = subscription.due(); when && (!due || *when < *due)) due = when;
    each = subscription.ended() ? subscriptions_.erase(each) : std::next(each);
  }
  return due;
}

bool Instance::behind() const noexcept {
  return std::any_of(subscriptions_.begin(), subscriptions_.end(),
                     [](const auto& each) { return each.second->behind(); });
}

void Instance::dispatch(const RawEvent& event, std::uint64_t offset, Moment now) {
  ++counters_.events;
  if ((event.mask & IN_Q_OVERFLOW) != 0) {
    overflowed(offset, now);
    return;
  }
  interested_.clear();
  owners_.each(event.wd, [&](const Owner& each) {
    if (interested_.empty() ||
        std::find(interested_.begin(), interested_.end(), each.subscription) == interested_.end()) {
      interested_.push_back(each.subscription);
    }
  });
  for (std::size_t i = 0; i < interested_.size(); ++i) {
    const auto found = subscriptions_.find(interested_[i]);
    if (found != subscriptions_.end()) found->second->feed(event, offset, now);
  }
}

void Instance::overflowed(std::uint64_t offset, Moment now) {
  ++counters_.overflows;
  for (auto& [id, subscription] : subscriptions_) {
    subscription->feed({-1, IN_Q_OVERFLOW, 0, {}}, offset, now);
  }
}

Instance::Counters Instance::counters_now() const {
  Counters counters = counters_;
  counters.watches = owners_.size();
  counters.bytes = owners_.bytes() + drained_bytes_.capacity() + handling_.capacity();
  for (const auto& [id, subscription] : subscriptions_) counters.bytes += subscription->bytes();
  return counters;
}

}  // namespace mainstay::watch
