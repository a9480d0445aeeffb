// map_evolver.hpp - what the evolvers of maps and sets share: a transient that programs can see.
//
// Comparing keys may run code of the program that uses this very evolver. While it runs, nothing is
// owned, so that no node is changed in place under the search; afterwards the search starts again
// if something was changed. What the program wrote is never lost.
#pragma once

#include "binding/persistent/map.hpp"

namespace mainstay::binding::persistent {

struct Evolver {
  Ref original;  // what persistent() returns while nothing was changed
  MapRoot root;
  Py_ssize_t size = 0;
  engine::Owner owner = Host::new_owner();
  std::uint64_t version = 0;  // counts what ends the search of another call
  bool dirty = false;

  [[nodiscard]] static Evolver of(PyObject* object, const MapRoot& root, Py_ssize_t size) {
    return {.original = Ref::share(object), .root = root, .size = size};
  }

  int traverse(visitproc visit, void* arg) noexcept {
    Py_VISIT(original.get());
    Py_VISIT(reinterpret_cast<PyObject*>(root.get()));
    return 0;
  }
  void clear() noexcept {
    ++version;
    owner = Host::new_owner();
    size = 0;
    MapRoot old = std::move(root);
    original = Ref{};
  }

  // The value of a key; empty if there is none. These throw Raised.
  [[nodiscard]] Ref find(PyObject* key);
  void set(State& state, PyObject* key, PyObject* value);
  // False: there is no such key.
  [[nodiscard]] bool remove(State& state, PyObject* key);

  // What is here now, as `make(root, size)` makes an object of it; nothing of that will be changed
  // in place.
  template <class Make>
  [[nodiscard]] Ref persistent(Make&& make) {
    if (!dirty && original) return Ref::share(original.get());
    Ref made, before;
    const NoCollection no_collection;
    made = make(root, size);
    ++version;
    owner = Host::new_owner();
    dirty = false;
    before = std::exchange(original, Ref::share(made.get()));
    return made;
  }

 private:
  void search(PyObject* key, std::uint64_t hash, MapRoot& held, Trie::Path& path);
};

}  // namespace mainstay::binding::persistent
