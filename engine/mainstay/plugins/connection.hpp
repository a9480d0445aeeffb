// connection.hpp - one registration, held: it ends with this object.
//
//   auto connection = hook.add(f);    // registered
//   connection.disconnect();          // not any more; so does the destructor
//   hook.add(g).keep();               // for as long as the hook lives
//
// After disconnect() no call that begins sees the implementation. Calls that had begun before, in
// other threads or further up in this one, may still be in it: the callable is destroyed by the
// last of them. A connection may outlive its hook; there is nothing to do then.
//
// Errors: none. (A disconnection that runs out of memory ends the program: to stay registered
// against the owner's word would be worse.)
// Thread safety: a value of one thread at a time; different connections, of one hook too, do not
// matter to each other.
#pragma once

#include <memory>
#include <utility>

#include "mainstay/plugins/detail/roster.hpp"

namespace mainstay::plugins {

class [[nodiscard]] Connection {
 public:
  Connection() = default;  // of nothing
  Connection(std::weak_ptr<detail::Roster> roster, detail::Roster::Ticket ticket) noexcept
      : roster_(std::move(roster)), ticket_(ticket) {}
  Connection(Connection&& other) noexcept
      : roster_(std::move(other.roster_)), ticket_(other.ticket_) {}
  Connection& operator=(Connection&& other) noexcept {
    if (this != &other) {
      disconnect();
      roster_ = std::move(other.roster_);
      ticket_ = other.ticket_;
    }
    return *this;
  }
  ~Connection() { disconnect(); }

  // Whether a call that begins now would see the implementation.
  [[nodiscard]] bool connected() const {
    const auto roster = roster_.lock();
    return roster && roster->has(ticket_);
  }

  // Whether it was connected until now.
  bool disconnect() noexcept {
    const auto roster = std::exchange(roster_, {}).lock();
    return roster && roster->remove(ticket_);
  }

  // Lets the registration live as long as the hook; this connection is of nothing afterwards.
  void keep() noexcept { roster_.reset(); }

 private:
  std::weak_ptr<detail::Roster> roster_;
  detail::Roster::Ticket ticket_ = 0;
};

}  // namespace mainstay::plugins
