// map_evolver.cpp - the evolver of a PMap.
#include "binding/persistent/map_evolver.hpp"

namespace mainstay::binding::persistent {
namespace {

// `==` of keys that are reached through an evolver.
struct SameKeyMeanwhile {
  Evolver& evolver;

  bool operator()(const Slot& mine, PyObject* asked) const {
    const int known = equal_at_sight(mine.get(), asked);
    if (known >= 0) return known == 1;
    const engine::Owner owner = std::exchange(evolver.owner, Host::new_owner());
    const std::uint64_t version = evolver.version;
    const int answer = PyObject_RichCompareBool(mine.get(), asked, Py_EQ);
    if (evolver.version == version) evolver.owner = owner;
    if (answer < 0) throw Raised{};
    return answer == 1;
  }
};

}  // namespace

Ref Evolver::find(PyObject* key) {
  const std::uint64_t hash = hash_of(key);
  const MapRoot held = root;
  auto* entry = Trie::find(held.get(), hash, key, SameKeyMeanwhile{*this});
  return entry == nullptr ? Ref{} : entry->value.ref();
}

void Evolver::search(PyObject* key, std::uint64_t hash, MapRoot& held, Trie::Path& path) {
  constexpr int kMost = 100;
  for (int i = 0; i < kMost; ++i) {
    const std::uint64_t before = version;
    held = root;
    Trie::find_path(held.get(), hash, key, SameKeyMeanwhile{*this}, path);
    if (version == before) return;
  }
  PyErr_SetString(PyExc_RuntimeError,
                  "the evolver was changed by each of 100 comparisons of its keys; __eq__ of a key "
                  "must not change the collection the key is looked up in");
  throw Raised{};
}

void Evolver::set(State& state, PyObject* key, PyObject* value) {
  Slot slot = Slot::share(value);
  MapRoot held, old;
  {
    Trie::Path path;
    search(key, hash_of(key), held, path);
    if (path.found && path.entry->value.get() == value) return;
    const NoCollection no_collection;
    Host host = state.host();
    if (path.found) {
      old = Trie::replace(host, owner, root, path, slot);
    } else {
      old = Trie::insert(host, owner, root, path, {path.hash, Slot::share(key), std::move(slot)});
      ++size;
    }
    ++version;
    dirty = true;
  }
}

bool Evolver::remove(State& state, PyObject* key) {
  MapRoot held, old;
  Trie::Path path;
  search(key, hash_of(key), held, path);
  if (!path.found) return false;
  const NoCollection no_collection;
  Host host = state.host();
  old = Trie::erase(host, owner, root, path, static_cast<std::size_t>(size));
  --size;
  ++version;
  dirty = true;
  return true;
}

namespace {

using MapEvolver = Self<Evolver>;

[[nodiscard]] bool is_exact(State& state, MapEvolver self) noexcept {
  return is_exactly(self.object, state.map_evolver_type);
}

Ref subscript(MapEvolver self, PyObject* key) {
  Ref value = self->find(key);
  if (!value) raise_key_error(key);
  return value;
}

int contains(MapEvolver self, PyObject* key) { return self->find(key) ? 1 : 0; }

Py_ssize_t length(MapEvolver self) { return self->size; }

Ref set(MapEvolver self, PyObject* key, PyObject* value) {
  self->set(state_of_object(self.object), key, value);
  return Ref::share(self.object);
}

Ref remove(MapEvolver self, PyObject* key) {
  if (self->remove(state_of_object(self.object), key)) return Ref::share(self.object);
  raise_missing(key);
  return {};
}

// `[]=` and `del`: by set() and remove(), which classes that derive override.
bool assign(MapEvolver self, PyObject* key, PyObject* value) {
  State& state = state_of_object(self.object);
  if (!is_exact(state, self)) {
    if (value == nullptr) {
      (void)call_method(self.object, state.name(k_remove), key);
    } else {
      (void)call_method(self.object, state.name(k_set), key, value);
    }
    return true;
  }
  if (value == nullptr) return static_cast<bool>(remove(self, key));
  self->set(state, key, value);
  return true;
}

Ref is_dirty(MapEvolver self) { return Ref::share(self->dirty ? Py_True : Py_False); }

Ref persistent(MapEvolver self) {
  State& state = state_of_object(self.object);
  return self->persistent(
      [&](const MapRoot& root, Py_ssize_t size) { return make_map(state, root, size); });
}

// For classes that derive: what persistent() made of the PMap that this class made.
Ref rebase(Self<Evolver> self, PyObject* original) {
  self->original = Ref::share(original);
  return Ref::share(Py_None);
}

PyObject* create(PyTypeObject* type, PyObject* args, PyObject* kwargs) {
  PyObject* module = module_of(type, &definition);
  if (module == nullptr) return nullptr;
  State& state = module_state(module);
  PyObject* original = nullptr;
  static const char* names[] = {"original_pmap", nullptr};
  if (PyArg_ParseTupleAndKeywords(args, kwargs, "O!", const_cast<char**>(names),
                                  state.map_type.get(), &original) == 0) {
    return nullptr;
  }
  try {
    const MapValue& map = map_value(original);
    return make_derived(type, Evolver::of(original, map.root, map.size)).release();
  } catch (const Raised&) {
    return nullptr;
  }
}

constexpr const char* kKeyValue[] = {"key", "val"};
constexpr Signature kSet{"_Evolver.set", "self", kKeyValue, 2};
constexpr const char* kKey[] = {"key"};
constexpr Signature kRemove{"_Evolver.remove", "self", kKey, 1};

PyMethodDef kMethods[] = {
    method<kSet, safe<set>>(
        "set", "set($self, key, val)\n--\n\nGive key the value val; returns the evolver."),
    method<kRemove, safe<remove>>(
        "remove", "remove($self, key)\n--\n\nRemove key, or KeyError; returns the evolver."),
    method<is_dirty>(
        "is_dirty",
        "is_dirty($self)\n--\n\nWhether anything was changed since the last persistent()."),
    method<safe<persistent>>(
        "persistent",
        "persistent($self)\n--\n\nThe map as it is now; the one there was if it is not "
        "dirty. The evolver can be used further."),
    method<rebase>("_rebase",
                   "_rebase($self, original, /)\n--\n\nFor classes that derive: what persistent() "
                   "is to return."),
    {"__class_getitem__", Py_GenericAlias, METH_O | METH_CLASS, "For annotations."},
    {},
};

const PyType_Slot kSlots[] = {
    {Py_tp_new, reinterpret_cast<void*>(&create)},
    {Py_mp_subscript, as_slot<safe<subscript>>()},
    {Py_mp_length, as_slot<length>()},
    {Py_mp_ass_subscript, as_slot<safe<assign>>()},
    {Py_sq_contains, as_slot<safe<contains>>()},
};

constexpr TypeTable kEvolver{
    .name = "mainstay.persistent._native._Evolver",
    .doc = "A PMap that is being changed. May be shared by threads.",
    .methods = kMethods,
    .slots = kSlots,
    .subclassable = true,
};

}  // namespace

bool add_map_evolver(PyObject* module, State& state) {
  state.map_evolver_type = add_mutable_type<Evolver>(module, kEvolver);
  if (!state.map_evolver_type) return false;
  return PyObject_SetAttrString(state.map_type.get(), "_Evolver", state.map_evolver_type.get()) ==
         0;
}

}  // namespace mainstay::binding::persistent
