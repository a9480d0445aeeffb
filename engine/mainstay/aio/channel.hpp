// channel.hpp - a bounded buffer between senders and receivers, and both lines that form at it.
//
// An item goes to the receiver that waits longest, else into the buffer, else the sender waits with
// it. Both ends are counted: without receivers sending fails, without senders receiving ends after
// the last item. The host wakes waiters: `host.hand(receiver, item)` gives an item to a receiver
// and answers false, leaving the item, if that has given up; `host.taken(sender)` says that its
// item was taken. A Sender has a member `item`. The channel is right before the host is called. No
// lock: one thread, or the caller's lock around every call.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <utility>

#include "mainstay/aio/queue.hpp"

namespace mainstay::aio {

enum class Put : std::uint8_t { done, full, broken };
enum class Take : std::uint8_t { done, empty, ended };

inline constexpr std::size_t kUnbounded = std::numeric_limits<std::size_t>::max();

template <class Item, class Sender, class Receiver>
class Channel {
 public:
  explicit Channel(std::size_t room = 0) : room_(room) {}

  // Sends `item` without waiting. It is moved from only if the answer is done.
  Put put(Item& item, auto& host) {
    if (open_receivers == 0) return Put::broken;
    while (Receiver* receiver = receivers_.pop()) {
      if (host.hand(*receiver, item)) return Put::done;
    }
    if (buffer_.size() >= room_) return Put::full;
    buffer_.push_back(std::move(item));
    return Put::done;
  }

  // Receives into `item` without waiting. The first sender in line moves up.
  Take take(Item& item, auto& host) {
    if (Sender* sender = senders_.pop()) {
      if (buffer_.empty()) {
        item = std::move(sender->item);
      } else {
        buffer_.push_back(std::move(sender->item));
        item = pop();
      }
      host.taken(*sender);
      return Take::done;
    }
    if (buffer_.empty()) return open_senders == 0 ? Take::ended : Take::empty;
    item = pop();
    return Take::done;
  }

  std::size_t open_senders = 0;
  std::size_t open_receivers = 0;

  [[nodiscard]] std::size_t room() const noexcept { return room_; }
  [[nodiscard]] std::deque<Item>& buffer() noexcept { return buffer_; }
  [[nodiscard]] WaitQueue<Sender>& senders() noexcept { return senders_; }
  [[nodiscard]] WaitQueue<Receiver>& receivers() noexcept { return receivers_; }

 private:
  Item pop() {
    Item first = std::move(buffer_.front());
    buffer_.pop_front();
    return first;
  }

  std::size_t room_;
  std::deque<Item> buffer_;
  WaitQueue<Sender> senders_;
  WaitQueue<Receiver> receivers_;
};

}  // namespace mainstay::aio
