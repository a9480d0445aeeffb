// map.hpp - PMap: the value of its objects, and how others make and change them.
#pragma once

#include <cstdint>

#include "binding/persistent/module.hpp"

namespace mainstay::binding::persistent {

struct MapValue {
  MapRoot root;
  Py_ssize_t size = 0;
  Py_hash_t hash = -1;  // -1: not known yet

  [[nodiscard]] static FreeList& free_list(State& state) noexcept { return state.free_maps; }
  [[nodiscard]] bool traced() const noexcept { return root && Host::traced(*root.get()); }
  [[nodiscard]] bool nodes_live_on() const noexcept { return is_shared(root.get()); }
  int traverse(visitproc visit, void* arg) noexcept {
    Py_VISIT(reinterpret_cast<PyObject*>(root.get()));
    return 0;
  }
};

[[nodiscard]] inline const MapValue& map_value(PyObject* map) noexcept {
  return value_of<MapValue>(map);
}

// A PMap of these entries. Throws Raised.
[[nodiscard]] Ref make_map(State& state, MapRoot root, Py_ssize_t size);

// A map that is being changed and that no code of the program can see.
class MapChange {
 public:
  explicit MapChange(State& state) : host_(state.host()), owner_(Host::new_owner()) {}
  MapChange(State& state, const MapValue& from) : MapChange(state) {
    root_ = from.root;
    size_ = from.size;
  }

  // Both throw Raised when `==` of a key raises.
  void set(PyObject* key, PyObject* value) { set(key, hash_of(key), value); }
  void set(PyObject* key, std::uint64_t hash, PyObject* value) {
    Trie::find_path(root_.get(), hash, key, SameKey{}, path_);
    if (path_.found && path_.entry->value.get() == value) return;
    put(key, value);
  }
  // The value of `key`, which the next put() replaces or sets; null: there is none.
  [[nodiscard]] PyObject* find(PyObject* key, std::uint64_t hash) {
    Trie::find_path(root_.get(), hash, key, SameKey{}, path_);
    return path_.found ? path_.entry->value.get() : nullptr;
  }
  // Takes `key` away, if it is there.
  void remove(PyObject* key) {
    Trie::find_path(root_.get(), hash_of(key), key, SameKey{}, path_);
    if (!path_.found) return;
    const MapRoot old = Trie::erase(host_, owner_, root_, path_, static_cast<std::size_t>(size_));
    --size_;
    changed_ = true;
  }
  // After find(): no other change may lie between.
  void put(PyObject* key, PyObject* value) {
    Slot slot = Slot::share(value);
    if (path_.found) {
      const MapRoot old = Trie::replace(host_, owner_, root_, path_, slot);
    } else {
      const MapRoot old = Trie::insert(host_, owner_, root_, path_,
                                       {path_.hash, Slot::share(key), std::move(slot)});
      ++size_;
    }
    changed_ = true;
  }

  [[nodiscard]] bool changed() const noexcept { return changed_; }
  [[nodiscard]] Py_ssize_t size() const noexcept { return size_; }
  // The map as it is; nothing may be changed afterwards.
  [[nodiscard]] Ref finish(State& state) { return make_map(state, std::move(root_), size_); }

 private:
  Host host_;
  MapRoot root_;
  Py_ssize_t size_ = 0;
  engine::Owner owner_;
  Trie::Path path_;
  bool changed_ = false;
};

// Sets in `change` what `source`, a mapping, has. `update` is null, or combines the old value and
// the new one where a key has both. Throws Raised.
void merge(State& state, MapChange& change, PyObject* source, PyObject* update = nullptr);

// A PMap of the entries of a dict, each value as `change(value)` gives it. Throws Raised.
template <class Change>
[[nodiscard]] Ref map_from_dict(State& state, PyObject* dict, Change&& change);

// A PMap of what a mapping, or an iterable of pairs, has. Throws Raised.
[[nodiscard]] Ref map_from(State& state, PyObject* source);

// What an iterator gives.
enum class Each : std::uint8_t { key, value, item };
[[nodiscard]] Ref iterate(State& state, const MapRoot& root, Py_ssize_t size, Each each);

// A dict of the entries. Throws Raised.
[[nodiscard]] Ref to_dict(const MapValue& map);

[[nodiscard]] bool add_map_evolver(PyObject* module, State& state);
[[nodiscard]] bool add_map_iterator(PyObject* module, State& state);

template <class Change>
Ref map_from_dict(State& state, PyObject* dict, Change&& change) {
  const Py_ssize_t size = PyDict_GET_SIZE(dict);
  PyObject *key = nullptr, *value = nullptr;
  Py_ssize_t position = 0;
  // Hashing, comparing and `change` may run code of the program, which must leave the dict alone.
  const auto each = [&](auto&& add) {
    while (PyDict_Next(dict, &position, &key, &value) != 0) {
      Slot held = Slot::share(key);
      const Slot held_value = Slot::share(value);
      Slot made(change(held_value.get()));
      const std::uint64_t hash = hash_of(held.get());
      if (PyDict_GET_SIZE(dict) != size) {
        PyErr_SetString(PyExc_RuntimeError, "dictionary changed size during iteration");
        throw Raised{};
      }
      add(hash, std::move(held), std::move(made));
    }
  };
  if (size == 0) return Ref::share(state.empty_map.get());
  if (size > static_cast<Py_ssize_t>(Trie::kSmall)) {
    MapChange all(state);
    each([&](std::uint64_t hash, Slot held, Slot made) { all.set(held.get(), hash, made.get()); });
    return all.finish(state);
  }
  // A small map is one list, and the keys of a dict differ.
  Host host = state.host();
  Trie::Builder made(host, true, static_cast<std::uint32_t>(size), 0);
  Py_ssize_t count = 0;
  each([&](std::uint64_t hash, Slot held, Slot made_value) {
    if (count++ == size) return;
    made.add(Trie::Entry{hash, std::move(held), std::move(made_value)});
  });
  if (count != size) {
    PyErr_SetString(PyExc_RuntimeError, "dictionary keys changed during iteration");
    throw Raised{};
  }
  return make_map(state, made.finish(0), size);
}

}  // namespace mainstay::binding::persistent
