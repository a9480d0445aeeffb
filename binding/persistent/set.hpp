// set.hpp - PSet: the value of its objects. A set is the keys of a map.
#pragma once

#include "binding/persistent/map.hpp"

namespace mainstay::binding::persistent {

struct SetValue {
  MapRoot root;
  Py_ssize_t size = 0;
  Py_hash_t hash = -1;  // -1: not known yet

  [[nodiscard]] static FreeList& free_list(State& state) noexcept { return state.free_sets; }
  [[nodiscard]] bool traced() const noexcept { return root && Host::traced(*root.get()); }
  [[nodiscard]] bool nodes_live_on() const noexcept { return is_shared(root.get()); }
  int traverse(visitproc visit, void* arg) noexcept {
    Py_VISIT(reinterpret_cast<PyObject*>(root.get()));
    return 0;
  }
};

[[nodiscard]] inline const SetValue& set_value(PyObject* set) noexcept {
  return value_of<SetValue>(set);
}

// A PSet of these keys. Throws Raised.
[[nodiscard]] Ref make_set(State& state, MapRoot root, Py_ssize_t size);

// A PSet of what an iterable gives. Throws Raised.
[[nodiscard]] Ref set_from(State& state, PyObject* iterable);

[[nodiscard]] bool add_set_evolver(PyObject* module, State& state);

}  // namespace mainstay::binding::persistent
