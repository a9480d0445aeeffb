// field.hpp - attributes whose assignments are noticed.
//
// A field is a descriptor in a native type. Its value lives in the instance's own dict, under its
// own name; whoever assigns or deletes it comes through here first, `object.__setattr__` included.
// A `tp_setattro` would notice as much, but CPython then refuses `object.__setattr__`, with which
// frozen dataclasses fill themselves. Asked of the class, a field is not there: instances have it,
// as with any attribute that a constructor sets.
#pragma once

#include <span>

#include "binding/retry/module.hpp"

namespace mainstay::binding::retry {

// What the fields of one family of types need to know of its objects.
struct FieldHome {
  // Where the object keeps its own dict; null there: it has none yet.
  PyObject** (*attributes)(PyObject* self);
  // Called before the field changes; `gone` when it is about to be deleted.
  void (*about_to_change)(PyObject* self, bool gone);
};

// Puts a field of each name into the native type, which nobody has used yet. `home` must outlive
// it. False with an exception set.
[[nodiscard]] bool add_fields(const ModuleState& state, PyObject* type, const FieldHome& home,
                              std::span<const Ref* const> names) noexcept;

// Whether a class says that the `__dict__` of its objects is for looking at: what is written there
// would pass by every check. Asked for a door's own classes; a program's may write as they like.
[[nodiscard]] bool has_read_only_dict(PyTypeObject* type) noexcept;

}  // namespace mainstay::binding::retry
