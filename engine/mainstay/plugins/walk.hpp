// walk.hpp - one hook call: in which order implementations and wrappers get their turn.
//
//   from the last entry to the first:   a wrapper is opened, a plain one is called,
//                                       until one says that it is enough or that it failed;
//   then, from the last opened to the first:   each opened wrapper is closed, always.
//
// The walk knows the order and nothing else. Results, the outcome as it stands (a value or an
// error) and what an opened wrapper is belong to the host, which both doors bring along: typed
// functions in C++, objects in Python. So all of this inlines into the host's own call.
//
// What a host does:
//   open(entry)   runs the wrapper's first half. go_on: it is open and will be closed. enough: it
//                 dealt with all that would have come after it. failed: its first half failed, the
//                 outcome is that error. After enough and failed this wrapper is not closed.
//   call(entry)   runs a plain one and keeps its result. enough: nobody else is asked (a first
//                 result is there). failed: the outcome is its error. Either way all that is open
//                 gets closed.
//                 wait: its result is not there yet. The walk returns at once, with everything that
//                 is open left open, and is taken up by walk_on() when the host has the result.
//   close(n)      runs the second half of the wrapper that was opened n-th, counted from 0, on the
//                 outcome as the wrappers inside it left it. It may replace the outcome, a value by
//                 an error as well as an error by a value; the next one outside sees that.
//
// A host may do anything meanwhile: call the same hook again (a walk has no state but its own), add
// and remove implementations (the entries are an immutable snapshot that the caller keeps alive;
// the running call does not see the change). Wrappers normally stand behind all plain entries
// (rank.hpp), but nothing here depends on it.
//
// Errors: a host that opens wrappers reports errors through its answers. What it throws instead
// passes through at once, and what is open stays open.
// Thread safety: none needed; a walk touches its arguments only.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>

namespace mainstay::plugins {

// What follows after an entry had its turn.
enum class Next : std::uint8_t {
  go_on,   // the next entry
  enough,  // nobody else is asked: what is wanted is there
  failed,  // nobody else is asked: there is an error
  wait,    // for the result of this entry; see walk_on()
};

// How far a walk has come.
struct Progress {
  std::size_t left;        // the entries that had no turn yet: those before this index
  std::size_t opened = 0;  // wrappers that are open
};

// Entries: a random access sequence whose entries say whether they are wrappers.
template <class Host, class Entry>
concept WalkHost = requires(Host& host, Entry& entry, std::size_t nth) {
  { host.is_wrapper(entry) } -> std::convertible_to<bool>;
  { host.open(entry) } -> std::same_as<Next>;
  { host.call(entry) } -> std::same_as<Next>;
  { host.close(nth) } -> std::same_as<void>;
};

// Goes on with a walk that had got as far as `progress`; `next` is what follows on the entry that
// had its turn last. Returns how the way down ended, or wait: then nothing was closed, and it is to
// be called again with the same progress.
template <class Entries, class Host>
  requires WalkHost<Host, decltype(std::declval<const Entries&>()[std::size_t{}])>
constexpr Next walk_on(const Entries& reverse_calling_order, Host& host, Progress& progress,
                       Next next) {
  Progress now = progress;  // in registers, whatever the host may be seen to do
  while (now.left > 0 && next == Next::go_on) {
    auto& entry = reverse_calling_order[--now.left];
    if (host.is_wrapper(entry)) {
      next = host.open(entry);
      now.opened += next == Next::go_on;
    } else {
      next = host.call(entry);
    }
  }
  if (next != Next::wait) {
    while (now.opened > 0) host.close(--now.opened);
  }
  progress = now;
  return next;
}

// Runs one call over `reverse_calling_order` and returns how the way down ended: go_on when every
// entry had its turn. After go_on and enough there may be an error all the same, out of close().
// For hosts that never wait.
template <class Entries, class Host>
  requires WalkHost<Host, decltype(std::declval<const Entries&>()[std::size_t{}])>
constexpr Next walk(const Entries& reverse_calling_order, Host& host) {
  Progress progress{.left = reverse_calling_order.size()};
  return walk_on(reverse_calling_order, host, progress, Next::go_on);
}

}  // namespace mainstay::plugins
