// map.cpp - PMap, a persistent map: the type, and making one from other mappings.
//
// Exact PMaps are changed by the engine directly. A class that derives from PMap may have an
// evolver of its own, so its objects are changed by the way programs can see:
// `self.evolver().set(...)`.
#include "binding/persistent/map.hpp"

#include <atomic>

#include "binding/persistent/set.hpp"
#include "binding/persistent/transform.hpp"
#include "binding/support/call.hpp"
#include "binding/support/exception.hpp"

namespace mainstay::binding::persistent {

Ref make_map(State& state, MapRoot root, Py_ssize_t size) {
  if (size == 0) return Ref::share(state.empty_map.get());
  return make_exact(state, state.map_type, MapValue{std::move(root), size});
}

namespace {

using Map = Self<MapValue>;

[[nodiscard]] bool is_exact(State& state, Map self) noexcept {
  return is_exactly(self.object, state.map_type);
}

[[nodiscard]] PyObject* find(const MapValue& map, PyObject* key) {
  auto* entry = Trie::find(map.root.get(), hash_of(key), key, SameKey{});
  return entry == nullptr ? nullptr : entry->value.get();
}

void merge_one(MapChange& change, PyObject* key, std::uint64_t hash, PyObject* value,
               PyObject* update) {
  PyObject* old = update == nullptr ? nullptr : change.find(key, hash);
  if (old == nullptr) {
    change.set(key, hash, value);
    return;
  }
  const Ref held = Ref::share(old);
  const Ref updated = call(update, old, value);
  if (updated.get() != old) change.put(key, updated.get());
}

void merge_dict(MapChange& change, PyObject* source, PyObject* update) {
  const Py_ssize_t size = PyDict_GET_SIZE(source);
  PyObject *key = nullptr, *value = nullptr;
  Py_ssize_t position = 0;
  while (PyDict_Next(source, &position, &key, &value) != 0) {
    // Hashing and comparing may run code that changes the dict.
    const Slot held_key = Slot::share(key);
    const Slot held_value = Slot::share(value);
    merge_one(change, key, hash_of(key), value, update);
    if (PyDict_GET_SIZE(source) != size) {
      PyErr_SetString(PyExc_RuntimeError, "dictionary changed size during iteration");
      throw Raised{};
    }
  }
}

// Calls `each(key, value)` for what `source.items()` gives.
template <class Visit>
void each_item(State& state, PyObject* source, Visit&& each) {
  const Ref items = call_method(source, state.name(k_items));
  const Ref iterator = checked(PyObject_GetIter(items.get()));
  while (const Ref item = Ref::steal(PyIter_Next(iterator.get()))) {
    const Ref pair = checked(PySequence_Fast(item.get(), "items() must give pairs"));
    if (PySequence_Fast_GET_SIZE(pair.get()) != 2) {
      PyErr_Format(PyExc_ValueError, "items() must give pairs, got %zd values",
                   PySequence_Fast_GET_SIZE(pair.get()));
      throw Raised{};
    }
    each(PySequence_Fast_GET_ITEM(pair.get(), 0), PySequence_Fast_GET_ITEM(pair.get(), 1));
  }
  if (PyErr_Occurred() != nullptr) throw Raised{};
}

[[nodiscard]] bool is_mapping(State& state, PyObject* object) {
  if (state.is_map(object) || PyDict_Check(object)) return true;
  const int answer = PyObject_IsInstance(object, state.part(p_Mapping));
  if (answer < 0) throw Raised{};
  return answer == 1;
}

}  // namespace

void merge(State& state, MapChange& change, PyObject* source, PyObject* update) {
  if (is_exactly(source, state.map_type)) {
    Trie::for_each(map_value(source).root.get(), [&](Trie::Entry& each) {
      merge_one(change, each.key.get(), each.hash, each.value.get(), update);
    });
  } else if (PyDict_CheckExact(source)) {
    merge_dict(change, source, update);
  } else {
    each_item(state, source, [&](PyObject* key, PyObject* value) {
      merge_one(change, key, hash_of(key), value, update);
    });
  }
}

Ref map_from(State& state, PyObject* source) {
  if (is_exactly(source, state.map_type)) return Ref::share(source);
  if (PyDict_CheckExact(source)) {
    return map_from_dict(state, source, [](PyObject* value) { return Ref::share(value); });
  }
  MapChange change(state);
  if (is_mapping(state, source)) {
    merge(state, change, source);
  } else {
    const Ref pairs = checked(PyDict_New());
    if (PyDict_MergeFromSeq2(pairs.get(), source, 1) < 0) throw Raised{};
    return map_from(state, pairs.get());
  }
  return change.finish(state);
}

Ref to_dict(const MapValue& map) {
  Ref dict = checked(PyDict_New());
  Trie::for_each(map.root.get(), [&](Trie::Entry& each) {
    if (PyDict_SetItem(dict.get(), each.key.get(), each.value.get()) < 0) throw Raised{};
  });
  return dict;
}

namespace {

// --- reading

Ref subscript(Map self, PyObject* key) {
  PyObject* value = find(*self, key);
  if (value != nullptr) return Ref::share(value);
  raise_key_error(key);
  return {};
}

int contains(Map self, PyObject* key) { return find(*self, key) != nullptr ? 1 : 0; }

Ref get(Map self, PyObject* key, PyObject* otherwise) {
  State& state = state_of_object(self.object);
  if (is_exact(state, self)) {
    PyObject* value = find(*self, key);
    if (value == nullptr) value = otherwise != nullptr ? otherwise : Py_None;
    return Ref::share(value);
  }
  Ref value = Ref::steal(PyObject_GetItem(self.object, key));
  if (value) return value;
  if (PyErr_ExceptionMatches(PyExc_KeyError) == 0) return {};
  PyErr_Clear();
  return Ref::share(otherwise != nullptr ? otherwise : Py_None);
}

// Attributes that the class does not have are entries.
Ref attribute_or_entry(Map self, PyObject* name) {
  if (_PyType_Lookup(Py_TYPE(self.object), name) != nullptr ||
      Py_TYPE(self.object)->tp_dictoffset != 0) {
    Ref found = Ref::steal(PyObject_GenericGetAttr(self.object, name));
    if (found || PyErr_ExceptionMatches(PyExc_AttributeError) == 0) return found;
    PyErr_Clear();
  }
  const Ref value = Ref::steal(PyObject_GetItem(self.object, name));
  if (value) return Ref::share(value.get());
  if (PyErr_ExceptionMatches(PyExc_KeyError) == 0) return {};
  const Ref cause = take_exception();
  PyErr_Format(PyExc_AttributeError, "%s has no attribute '%U'", Py_TYPE(self.object)->tp_name,
               name);
  const Ref error = take_exception();
  raise_statement(error.get());
  set_cause(error.get(), cause.get());  // after it: the context is the cause, not what was handled
  return {};
}

Py_ssize_t length(Map self) { return self->size; }

Ref iterate_keys(Map self) {
  return iterate(state_of_object(self.object), self->root, self->size, Each::key);
}
Ref iterate_values(Map self) {
  return iterate(state_of_object(self.object), self->root, self->size, Each::value);
}
Ref iterate_items(Map self) {
  return iterate(state_of_object(self.object), self->root, self->size, Each::item);
}
Ref reversed(Map) {
  PyErr_SetString(PyExc_TypeError, "Persistent maps are not reversible");
  return {};
}

Ref keys(Map self) { return make_set(state_of_object(self.object), self->root, self->size); }
Ref values(Map self) { return call(state_of_object(self.object).part(p_PMapValues), self.object); }
Ref items(Map self) { return call(state_of_object(self.object).part(p_PMapItems), self.object); }

Ref repr(Map self) {
  const Ref text = checked(PyObject_Repr(to_dict(*self).get()));
  return checked(PyUnicode_FromFormat("pmap(%U)", text.get()));
}
Ref to_text(Map self) { return checked(PyObject_Repr(self.object)); }

[[nodiscard]] bool equals_dict(const MapValue& map, PyObject* dict) {
  bool same = true;
  MapRoot held = map.root;
  typename Trie::Cursor cursor(held.get());
  while (Trie::Entry* each = cursor.next()) {
    PyObject* found = PyDict_GetItemWithError(dict, each->key.get());
    if (found == nullptr) {
      if (PyErr_Occurred() != nullptr) throw Raised{};
      return false;
    }
    const Ref theirs = Ref::share(found);
    same = equal(each->value.get(), theirs.get());
    if (!same) break;
  }
  return same;
}

// 1, 0, or -1: the other is no mapping.
[[nodiscard]] int equals(State& state, Map self, PyObject* other) {
  if (self.object == other) return 1;
  if (state.is_map(other)) {
    const MapValue& theirs = map_value(other);
    if (self->size != theirs.size) return 0;
    if (self->hash != -1 && theirs.hash != -1 && self->hash != theirs.hash) return 0;
    return Trie::equal(self->root.get(), theirs.root.get(), SameKey{}, SameKey{}) ? 1 : 0;
  }
  if (!is_mapping(state, other)) return -1;
  const Py_ssize_t size = PyObject_Size(other);
  if (size < 0) throw Raised{};
  if (size != self->size) return 0;
  if (PyDict_CheckExact(other)) return equals_dict(*self, other) ? 1 : 0;
  const Ref mine = to_dict(*self);
  Ref theirs = Ref::share(other);
  if (!PyDict_Check(other)) {
    theirs = checked(PyDict_New());
    each_item(state, other, [&](PyObject* key, PyObject* value) {
      if (PyDict_SetItem(theirs.get(), key, value) < 0) throw Raised{};
    });
  }
  const int answer = PyObject_RichCompareBool(mine.get(), theirs.get(), Py_EQ);
  if (answer < 0) throw Raised{};
  return answer;
}

Ref compare(Map self, PyObject* other, int operation) {
  if (operation != Py_EQ && operation != Py_NE) {
    PyErr_SetString(PyExc_TypeError, "PMaps are not orderable");
    return {};
  }
  const int answer = equals(state_of_object(self.object), self, other);
  if (answer < 0) return Ref::share(Py_NotImplemented);
  return Ref::share((answer == 1) == (operation == Py_EQ) ? Py_True : Py_False);
}

Py_hash_t hash(Map self) {
  std::atomic_ref<Py_hash_t> known(self->hash);
  Py_hash_t found = known.load(std::memory_order_relaxed);
  if (found != -1) return found;
  const RecursionGuard guard(" while hashing a map");
  if (!guard) throw Raised{};
  const Ref items = checked(PyFrozenSet_New(nullptr));
  Trie::for_each(self->root.get(), [&](Trie::Entry& each) {
    const Ref item = checked(PyTuple_Pack(2, each.key.get(), each.value.get()));
    if (PySet_Add(items.get(), item.get()) < 0) throw Raised{};
  });
  found = PyObject_Hash(items.get());
  known.store(found, std::memory_order_relaxed);
  return found;
}

// --- changing

Ref set(Map self, PyObject* key, PyObject* value) {
  State& state = state_of_object(self.object);
  if (!is_exact(state, self)) {
    const Ref evolver = call_method(self.object, state.name(k_evolver));
    const Ref changed = call_method(evolver.get(), state.name(k_set), key, value);
    return call_method(changed.get(), state.name(k_persistent));
  }
  Trie::Path path;
  Trie::find_path(self->root.get(), hash_of(key), key, SameKey{}, path);
  if (path.found && path.entry->value.get() == value) return Ref::share(self.object);
  Host host = state.host();
  MapRoot root = self->root;
  Slot slot = Slot::share(value);
  const MapRoot old = path.found ? Trie::replace(host, 0, root, path, slot)
                                 : Trie::insert(host, 0, root, path,
                                                {path.hash, Slot::share(key), std::move(slot)});
  return make_map(state, std::move(root), self->size + (path.found ? 0 : 1));
}

Ref remove(Map self, PyObject* key) {
  State& state = state_of_object(self.object);
  if (!is_exact(state, self)) {
    const Ref evolver = call_method(self.object, state.name(k_evolver));
    const Ref changed = call_method(evolver.get(), state.name(k_remove), key);
    return call_method(changed.get(), state.name(k_persistent));
  }
  Trie::Path path;
  Trie::find_path(self->root.get(), hash_of(key), key, SameKey{}, path);
  if (!path.found) {
    raise_missing(key);
    return {};
  }
  Host host = state.host();
  MapRoot root = self->root;
  const MapRoot old = Trie::erase(host, 0, root, path, static_cast<std::size_t>(self->size));
  return make_map(state, std::move(root), self->size - 1);
}

Ref discard(Map self, PyObject* key) {
  State& state = state_of_object(self.object);
  if (is_exact(state, self) && find(*self, key) == nullptr) return Ref::share(self.object);
  Ref changed = Ref::steal(PyObject_CallMethodOneArg(self.object, state.name(k_remove), key));
  if (changed || PyErr_ExceptionMatches(PyExc_KeyError) == 0) return changed;
  PyErr_Clear();
  return Ref::share(self.object);
}

[[nodiscard]] Ref update_all(Map self, PyObject* update, PyObject* const* maps, Py_ssize_t count) {
  State& state = state_of_object(self.object);
  if (is_exact(state, self)) {
    MapChange change(state, *self);
    for (Py_ssize_t i = 0; i < count; ++i) merge(state, change, maps[i], update);
    return change.changed() ? change.finish(state) : Ref::share(self.object);
  }
  const Ref evolver = call_method(self.object, state.name(k_evolver));
  for (Py_ssize_t i = 0; i < count; ++i) {
    each_item(state, maps[i], [&](PyObject* key, PyObject* value) {
      Ref updated = Ref::share(value);
      if (update != nullptr) {
        const int there = PySequence_Contains(evolver.get(), key);
        if (there < 0) throw Raised{};
        if (there == 1) {
          const Ref old = checked(PyObject_GetItem(evolver.get(), key));
          updated = call(update, old.get(), value);
        }
      }
      (void)call_method(evolver.get(), state.name(k_set), key, updated.get());
    });
  }
  return call_method(evolver.get(), state.name(k_persistent));
}

PyObject* update(PyObject* self, PyObject* const* maps, Py_ssize_t count) {
  return safe<&update_all>({self}, nullptr, maps, count).release();
}

PyObject* update_with(PyObject* self, PyObject* const* arguments, Py_ssize_t count) {
  if (count == 0) {
    PyErr_SetString(PyExc_TypeError,
                    "update_with() missing 1 required positional argument: 'update_fn'");
    return nullptr;
  }
  return safe<&update_all>({self}, arguments[0], arguments + 1, count - 1).release();
}

Ref add(PyObject* a, PyObject* b) {
  PyObject* module = module_of(Py_TYPE(a), &definition);
  if (module == nullptr || !module_state(module).is_map(a)) {
    PyErr_Clear();
    return Ref::share(Py_NotImplemented);
  }
  return call_method(a, module_state(module).name(k_update), b);
}

Ref reduce(Map self) {
  const Ref dict = to_dict(*self);
  return checked(Py_BuildValue("O(O)", state_of_object(self.object).part(p_pmap), dict.get()));
}

PyObject* transform_map(PyObject* self, PyObject* const* steps, Py_ssize_t count) {
  return safe<&transform>(self, steps, count).release();
}

Ref copy(Map self) { return Ref::share(self.object); }

Ref evolver(Map self) {
  return call(state_of_object(self.object).map_evolver_type.get(), self.object);
}

// PMap.__new__(cls, source): an object of a class that derives from PMap, with what a PMap has.
PyObject* create(PyTypeObject* type, PyObject* args, PyObject* kwargs) {
  PyObject* source = nullptr;
  static const char* names[] = {"source", nullptr};
  if (PyArg_ParseTupleAndKeywords(args, kwargs, "|O:PMap", const_cast<char**>(names), &source) ==
      0) {
    return nullptr;
  }
  PyObject* module = module_of(type, &definition);
  if (module == nullptr) return nullptr;
  State& state = module_state(module);
  if (source != nullptr && !state.is_map(source)) {
    PyErr_Format(PyExc_TypeError, "PMap() takes a PMap, got %.200s; use pmap() for other mappings",
                 Py_TYPE(source)->tp_name);
    return nullptr;
  }
  try {
    MapValue value;
    if (source != nullptr) {
      value = MapValue{map_value(source).root, map_value(source).size, map_value(source).hash};
    }
    if (type == reinterpret_cast<PyTypeObject*>(state.map_type.get())) {
      return make_exact(state, state.map_type, std::move(value)).release();
    }
    return make_derived(type, std::move(value)).release();
  } catch (const Raised&) {
    return nullptr;
  }
}

constexpr const char* kKeyValue[] = {"key", "val"};
constexpr Signature kSet{"PMap.set", "self", kKeyValue, 2};
constexpr const char* kKeyDefault[] = {"key", "default"};
constexpr Signature kGet{"PMap.get", "self", kKeyDefault, 1};
constexpr const char* kKey[] = {"key"};
constexpr Signature kRemove{"PMap.remove", "self", kKey, 1};
constexpr Signature kDiscard{"PMap.discard", "self", kKey, 1};

PyMethodDef kMethods[] = {
    method<kGet, safe<get>, kShared>(
        "get", "get($self, key, default=None)\n--\n\nThe value of key, or default if it has none."),
    method<kSet, safe<set>, kShared>(
        "set", "set($self, key, val)\n--\n\nA PMap where key has val; this one if it has."),
    method<kRemove, safe<remove>, kShared>(
        "remove", "remove($self, key)\n--\n\nA PMap without key, or KeyError if it has none."),
    method<kDiscard, safe<discard>, kShared>(
        "discard", "discard($self, key)\n--\n\nA PMap without key; this one if it has none."),
    {"update", as_method(&update), METH_FASTCALL,
     "update($self, /, *maps)\n--\n\nA PMap with the entries of the mappings too; the last one "
     "wins."},
    {"update_with", as_method(&update_with), METH_FASTCALL,
     "update_with($self, update_fn, /, *maps)\n--\n\nAs update(), but update_fn(old, new) decides "
     "where a key has a value already."},
    {"transform", as_method(&transform_map), METH_FASTCALL,
     "transform($self, /, *transformations)\n--\n\ntransform(path, command, ...): a PMap that is "
     "changed along each path."},
    method<safe<iterate_keys>, kShared>("iterkeys",
                                        "iterkeys($self)\n--\n\nAn iterator of the keys."),
    method<safe<iterate_values>, kShared>("itervalues",
                                          "itervalues($self)\n--\n\nAn iterator of the values."),
    method<safe<iterate_items>, kShared>("iteritems",
                                         "iteritems($self)\n--\n\nAn iterator of (key, value)."),
    method<safe<keys>, kShared>("keys", "keys($self)\n--\n\nThe keys, as a PSet."),
    method<safe<values>, kShared>("values", "values($self)\n--\n\nA view of the values."),
    method<safe<items>, kShared>("items", "items($self)\n--\n\nA view of (key, value)."),
    method<copy, kShared>("copy", "copy($self)\n--\n\nThis very PMap."),
    method<safe<evolver>, kShared>(
        "evolver", "evolver($self)\n--\n\nA mutable stand-in, for many changes at once."),
    method<reversed, kShared>("__reversed__", "Raises TypeError."),
    method<safe<reduce>, kShared>("__reduce__", "For pickle."),
    {"__class_getitem__", Py_GenericAlias, METH_O | METH_CLASS, "PMap[K, V], for annotations."},
    {},
};

const PyType_Slot kSlots[] = {
    {Py_tp_new, reinterpret_cast<void*>(&create)},
    {Py_mp_subscript, as_slot<safe<subscript>, kShared>()},
    {Py_mp_length, as_slot<length, kShared>()},
    {Py_sq_contains, as_slot<safe<contains>, kShared>()},
    {Py_tp_iter, as_slot<safe<iterate_keys>, kShared>()},
    {Py_tp_getattro, as_slot<safe<attribute_or_entry>, kShared>()},
    {Py_tp_repr, as_slot<safe<repr>, kShared>()},
    {Py_tp_str, as_slot<safe<to_text>, kShared>()},
    {Py_tp_richcompare, as_slot<safe<compare>, kShared>()},
    {Py_tp_hash, as_slot<safe<hash>, kShared>()},
    {Py_nb_add, as_slot<safe<add>, kShared>()},
    {Py_nb_or, as_slot<safe<add>, kShared>()},
};

constexpr TypeTable kMap{
    .name = "mainstay.persistent._native.PMap",
    .doc =
        "A persistent map: each change makes a new one. Made by pmap() and m(). May be shared "
        "by threads.",
    .methods = kMethods,
    .slots = kSlots,
    .subclassable = true,
};

}  // namespace

bool add_map_types(PyObject* module, State& state) {
  state.map_type = add_immutable_type<MapValue>(module, kMap, Py_TPFLAGS_MAPPING);
  if (!state.map_type) return false;
  state.empty_map = make_exact(state, state.map_type, MapValue{});
  return add_map_iterator(module, state) && add_map_evolver(module, state);
}

}  // namespace mainstay::binding::persistent
