// freeze.cpp - freeze() and thaw(): whole structures made persistent, and back.
//
// What is persistent already and holds nothing that has to be frozen stays the very object it is.
#include "binding/persistent/freeze.hpp"

#include "binding/persistent/map.hpp"
#include "binding/persistent/set.hpp"
#include "binding/persistent/vector.hpp"
#include "binding/support/call.hpp"

namespace mainstay::binding::persistent {
namespace {

[[nodiscard]] Ref freeze_dict(State& state, PyObject* dict, bool strict) {
  return map_from_dict(state, dict, [&](PyObject* value) { return freeze(state, value, strict); });
}

[[nodiscard]] Ref freeze_map(State& state, PyObject* map, bool strict) {
  const MapRoot root = map_value(map).root;
  MapChange change(state, map_value(map));
  Trie::for_each(root.get(), [&](Trie::Entry& each) {
    const Ref value = freeze(state, each.value.get(), strict);
    if (value.get() != each.value.get()) change.set(each.key.get(), each.hash, value.get());
  });
  if (is_exactly(map, state.map_type) && !change.changed()) return Ref::share(map);
  return change.finish(state);
}

[[nodiscard]] Ref freeze_list(State& state, PyObject* list, bool strict) {
  Host host = state.host();
  Tree tree;
  const Ref items = checked(PyList_AsTuple(list));
  Py_ssize_t next = 0;
  tree.append_many(host, static_cast<std::size_t>(PyTuple_GET_SIZE(items.get())), [&] {
    return Slot(freeze(state, PyTuple_GET_ITEM(items.get(), next++), strict));
  });
  return make_vector(state, std::move(tree));
}

[[nodiscard]] Ref freeze_vector(State& state, PyObject* vector, bool strict) {
  Host host = state.host();
  Tree tree(tree_of(vector));
  const engine::Owner owner = Host::new_owner();
  bool changed = !is_exactly(vector, state.vector_type);
  for (std::size_t i = 0; i < tree.size(); ++i) {
    const Ref old = tree.at(i).ref();
    Ref value = freeze(state, old.get(), strict);
    if (value.get() == old.get()) continue;
    Slot slot(std::move(value));
    const Tree::Link garbage = tree.set(host, owner, i, slot);
    changed = true;
  }
  return changed ? make_vector(state, std::move(tree)) : Ref::share(vector);
}

template <class Change>
[[nodiscard]] Ref each_of_tuple(PyObject* tuple, Change&& change) {
  const Py_ssize_t size = PyTuple_GET_SIZE(tuple);
  Ref made = checked(PyTuple_New(size));
  for (Py_ssize_t i = 0; i < size; ++i) {
    PyTuple_SET_ITEM(made.get(), i, change(PyTuple_GET_ITEM(tuple, i)).release());
  }
  return made;
}

}  // namespace

Ref freeze(State& state, PyObject* object, bool strict) {
  PyTypeObject* type = Py_TYPE(object);
  if (type == &PyUnicode_Type || type == &PyLong_Type) return Ref::share(object);
  const RecursionGuard guard(" while freezing a structure");
  if (!guard) throw Raised{};
  if (type == &PyDict_Type || reinterpret_cast<PyObject*>(type) == state.part(p_defaultdict)) {
    return freeze_dict(state, object, strict);
  }
  if (type == &PyList_Type) return freeze_list(state, object, strict);
  if (type == &PyTuple_Type) {
    return each_of_tuple(object, [&](PyObject* each) { return freeze(state, each, strict); });
  }
  if (type == &PySet_Type) return set_from(state, object);
  if (strict && state.is_map(object)) return freeze_map(state, object, strict);
  if (strict && state.is_vector(object)) return freeze_vector(state, object, strict);
  return Ref::share(object);
}

Ref thaw(State& state, PyObject* object, bool strict) {
  PyTypeObject* type = Py_TYPE(object);
  if (type == &PyUnicode_Type || type == &PyLong_Type) return Ref::share(object);
  const RecursionGuard guard(" while thawing a structure");
  if (!guard) throw Raised{};
  if (state.is_vector(object)) {
    const Tree tree(tree_of(object));
    Ref list = checked(PyList_New(size_of(tree)));
    Py_ssize_t next = 0;
    tree.for_each_run([&](Tree::Run run) {
      for (std::size_t i = 0; i < run.count; ++i) {
        PyList_SET_ITEM(list.get(), next++, thaw(state, run.first[i].get(), strict).release());
      }
    });
    return list;
  }
  if (state.is_map(object)) {
    const MapRoot root = map_value(object).root;
    Ref dict = checked(PyDict_New());
    Trie::for_each(root.get(), [&](Trie::Entry& each) {
      const Ref value = thaw(state, each.value.get(), strict);
      if (PyDict_SetItem(dict.get(), each.key.get(), value.get()) < 0) throw Raised{};
    });
    return dict;
  }
  if (type == &PyTuple_Type) {
    return each_of_tuple(object, [&](PyObject* each) { return thaw(state, each, strict); });
  }
  if (state.is_set(object)) return checked(PySet_New(object));
  if (strict && type == &PyList_Type) {
    const Ref items = checked(PyList_AsTuple(object));
    const Py_ssize_t size = PyTuple_GET_SIZE(items.get());
    Ref list = checked(PyList_New(size));
    for (Py_ssize_t i = 0; i < size; ++i) {
      PyList_SET_ITEM(list.get(), i,
                      thaw(state, PyTuple_GET_ITEM(items.get(), i), strict).release());
    }
    return list;
  }
  if (strict && type == &PyDict_Type) {
    Ref dict = checked(PyDict_Copy(object));
    PyObject *key = nullptr, *value = nullptr;
    Py_ssize_t position = 0;
    while (PyDict_Next(object, &position, &key, &value) != 0) {
      const Ref held = Ref::share(key);
      const Ref thawed = thaw(state, Ref::share(value).get(), strict);
      if (PyDict_SetItem(dict.get(), held.get(), thawed.get()) < 0) throw Raised{};
    }
    return dict;
  }
  return Ref::share(object);
}

}  // namespace mainstay::binding::persistent
