// gate.hpp - how much of a call under a controller may run natively, by what was overridden.
//
// A door's own class, and a subclass that leaves alone the methods a call goes through, may run as
// it is; an override is called as the peer would call it. Classes change at run time: what is known
// of one holds for its version, which Python advances whenever the class or a base of it is
// modified. A method may also be assigned to the controller alone, which shows in the number of its
// attributes; and the classes of states and managers may be exchanged in the door's namespace.
#pragma once

#include "binding/retry/controller.hpp"

namespace mainstay::binding::retry {

// Groups of methods, one bit each.
enum Override : unsigned {
  kOverridesNothing = 0,
  kOverridesIter = 1,        // iter()
  kOverridesPass = 2,        // what iter() is made of: _run_wait, _add_action_func, ...
  kOverridesBegin = 4,       // how the statistics begin, or where they are
  kOverridesCopy = 8,        // how the copy for a call is made, the constructor included
  kOverridesCall = 16,       // the loop itself
  kOverridesFields = 32,     // where the parts of the policy are read from
  kOverridesStatistics = 64  // where the numbers are: looked up by Python for each of them
};

struct Gate {
  ControllerKind* kind = nullptr;  // null: the class does not descend from a door's own
  unsigned overrides = 0;

  [[nodiscard]] bool clean() const noexcept { return kind != nullptr && overrides == 0; }
  [[nodiscard]] bool has(unsigned groups) const noexcept { return (overrides & groups) != 0; }
};

// What is known of the controller: its class, its own attributes, and its door.
[[nodiscard]] Gate gate_of(PyObject* controller) noexcept;

// Remembers the methods of a door's own class as they are now; false with an exception set.
[[nodiscard]] bool remember_methods(ControllerKind& kind) noexcept;

}  // namespace mainstay::binding::retry
