// construct.hpp - making a controller of a door's own class without running its constructor.
//
// The constructor stays in Python: its signature is what programs see, subclasses call it, and what
// it refuses is written there. But most controllers are made of parts it would take as they are,
// and for those the object is filled here. Everything else (numbers for a wait, an unknown keyword,
// whatever a check might object to) is left to the constructor, from the start.
#pragma once

#include "binding/retry/controller.hpp"

namespace mainstay::binding::retry {

// What a door's constructor takes, as read from the function. Empty where it is not one we know.
struct Construction {
  enum class Role : std::uint8_t {
    strategy_stop,
    strategy_wait,
    strategy_retry,
    sleep,
    hook,
    flag,
    error_class,
    name,
    option,
  };
  struct Part {
    Ref keyword;    // interned, as the names in calls are
    Ref attribute;  // what it is stored as; empty for an option, which is stored only when set
    Ref standard;   // the default
    Role role = Role::option;
  };

  Ref function, positional_defaults, keyword_defaults;  // to notice that somebody exchanged them
  Ref fields;                                           // a dict of all defaults
  std::vector<Part> parts;
  std::size_t positional = 0;  // how many may be given by position
  bool checks = false;         // whether the door checks its arguments
  bool plain = true;           // what ControllerObject::plain is when nothing is said
};

// Reads the constructor of the kind's class and puts the native one in its place. Does nothing when
// it is not a function that takes the parts of a policy. False with an exception set.
[[nodiscard]] bool shorten_construction(ControllerKind& kind, bool checks) noexcept;

// `takes(cls, policy)`: whether the door's own class would be made of these keywords as they are,
// without its constructor having anything to ask. New reference, null with an exception set.
[[nodiscard]] PyObject* takes_policy(PyObject* module, PyObject* const* args,
                                     Py_ssize_t count) noexcept;

[[nodiscard]] int visit_construction(const Construction& how, visitproc visit, void* arg) noexcept;

}  // namespace mainstay::binding::retry
