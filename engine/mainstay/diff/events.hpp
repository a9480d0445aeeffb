// events.hpp - what a walk found: small events, and the way to each, kept once.
//
// An event knows the change, the last step to it and its two sides. The steps above are entries of
// a trail, shared by all events below them, and made only when there is an event. Paths and texts
// are made from them when they are looked at. Plain data; as thread-safe as a std::vector.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "mainstay/diff/opcodes.hpp"

namespace mainstay::diff {

enum class Change : std::uint8_t {
  type,         // both sides are there, of different types
  value,        // both are there, of one type
  entry_added,  // of a mapping
  entry_removed,
  item_added,  // of a sequence
  item_removed,
  item_moved,
  member_added,  // of a set
  member_removed,
  repetition,  // an item comes more or less often
  foreign,     // reported by the host in its own way
};

enum class StepKind : std::uint8_t { root, entry, attribute, item, member };

inline constexpr std::uint32_t kNone = static_cast<std::uint32_t>(-1);
// A changed value that was an item removed and one added at the same place.
inline constexpr std::uint32_t kMerged = static_cast<std::uint32_t>(-2);

// How one comes from a node to its child, on either side. Positions are of items; a position that
// is not there is kNone.
template <class Host>
struct Step {
  StepKind kind = StepKind::root;
  bool flipped = false;       // paths through it take the other side
  bool unordered = false;     // positions in the list do not count
  std::uint8_t relation = 0;  // the host's: which relation it is, where there are several
  typename Host::Key key{};
  std::uint32_t a = kNone, b = kNone;
  typename Host::Note note{};  // the host's: what it made of this place
};

template <class Host>
struct Event {
  Change change;
  std::uint32_t trail;  // the entry of the parent; kNone for the root
  std::uint32_t extra;  // a number of repetitions, or of the host's; kMerged; kNone otherwise
  Step<Host> step;
  typename Host::Node a, b;  // absent for what was added, or removed
};

template <class Host>
struct TrailEntry {
  std::uint32_t parent;  // kNone for the root
  Step<Host> step;
  typename Host::Node a, b;
};

// Positions of an item that comes more often on one side.
struct Repetition {
  std::vector<std::uint32_t> a, b;
};

// That a list was best described by opcodes.
struct Matched {
  std::uint32_t trail;  // of the list
  std::vector<Opcode> opcodes;
};

template <class Host>
struct Events {
  std::vector<Event<Host>> events;
  std::vector<TrailEntry<Host>> trail;
  std::vector<Repetition> repetitions;
  std::vector<Matched> matched;
};

}  // namespace mainstay::diff
