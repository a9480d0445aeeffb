// set.cpp - PSet, a persistent set. Its operators are those of collections.abc.Set, in Python.
#include "binding/persistent/set.hpp"

#include <atomic>

#include "binding/persistent/vector.hpp"
#include "binding/support/call.hpp"

namespace mainstay::binding::persistent {

Ref make_set(State& state, MapRoot root, Py_ssize_t size) {
  if (size == 0) return Ref::share(state.empty_set.get());
  return make_exact(state, state.set_type, SetValue{std::move(root), size});
}

namespace {

using Set = Self<SetValue>;

[[nodiscard]] bool is_exact(State& state, Set self) noexcept {
  return is_exactly(self.object, state.set_type);
}

// A set that is being changed and that no code of the program can see.
class SetChange {
 public:
  explicit SetChange(State& state) : host_(state.host()) {}
  SetChange(State& state, const SetValue& from) : SetChange(state) {
    root_ = from.root;
    size_ = from.size;
  }
  void add(PyObject* key) {
    Trie::find_path(root_.get(), hash_of(key), key, SameKey{}, path_);
    if (path_.found) return;
    const MapRoot old = Trie::insert(host_, owner_, root_, path_,
                                     {path_.hash, Slot::share(key), Slot::share(Py_True)});
    ++size_;
  }
  void add_all(PyObject* iterable) {
    const Ref iterator = checked(PyObject_GetIter(iterable));
    while (const Ref each = Ref::steal(PyIter_Next(iterator.get()))) add(each.get());
    if (PyErr_Occurred() != nullptr) throw Raised{};
  }
  [[nodiscard]] Py_ssize_t size() const noexcept { return size_; }
  [[nodiscard]] Ref finish(State& state) { return make_set(state, std::move(root_), size_); }

 private:
  Host host_;
  MapRoot root_;
  Py_ssize_t size_ = 0;
  engine::Owner owner_ = Host::new_owner();
  Trie::Path path_;
};

}  // namespace

Ref set_from(State& state, PyObject* iterable) {
  if (is_exactly(iterable, state.set_type)) return Ref::share(iterable);
  SetChange change(state);
  change.add_all(iterable);
  return change.finish(state);
}

namespace {

[[nodiscard]] bool has(const SetValue& set, PyObject* key) {
  return Trie::find(set.root.get(), hash_of(key), key, SameKey{}) != nullptr;
}

int contains(Set self, PyObject* key) { return has(*self, key) ? 1 : 0; }
Py_ssize_t length(Set self) { return self->size; }
Ref iterate_keys(Set self) {
  return iterate(state_of_object(self.object), self->root, self->size, Each::key);
}

[[nodiscard]] Ref to_builtin(Set self, PyObject* (*make)(PyObject*)) {
  Ref set = checked(make(nullptr));
  Trie::for_each(self->root.get(), [&](Trie::Entry& each) {
    if (PySet_Add(set.get(), each.key.get()) < 0) throw Raised{};
  });
  return set;
}

Ref repr(Set self) {
  const Ref set = to_builtin(self, &PySet_New);
  const Ref text = checked(PyObject_Repr(set.get()));
  if (self->size == 0) return checked(PyUnicode_FromFormat("p%U", text.get()));
  const Ref inner =
      checked(PyUnicode_Substring(text.get(), 1, PyUnicode_GET_LENGTH(text.get()) - 1));
  return checked(PyUnicode_FromFormat("pset([%U])", inner.get()));
}
Ref to_text(Set self) { return checked(PyObject_Repr(self.object)); }

// That of an equal frozenset.
Py_hash_t hash(Set self) {
  std::atomic_ref<Py_hash_t> known(self->hash);
  Py_hash_t found = known.load(std::memory_order_relaxed);
  if (found != -1) return found;
  const RecursionGuard guard(" while hashing a set");
  if (!guard) throw Raised{};
  found = PyObject_Hash(to_builtin(self, &PyFrozenSet_New).get());
  known.store(found, std::memory_order_relaxed);
  return found;
}

Ref compare(Set self, PyObject* other, int operation) {
  State& state = state_of_object(self.object);
  if ((operation == Py_EQ || operation == Py_NE) && state.is_set(other)) {
    const SetValue& theirs = set_value(other);
    const auto any = [](const Slot&, const Slot&) { return true; };
    const bool same = self->size == theirs.size &&
                      Trie::equal(self->root.get(), theirs.root.get(), SameKey{}, any);
    return Ref::share(same == (operation == Py_EQ) ? Py_True : Py_False);
  }
  static constexpr Name kOperators[] = {k___lt__, k___le__, k___eq__, k___ne__, k___gt__, k___ge__};
  return call_method(state.part(p_Set), state.name(kOperators[operation]), self.object, other);
}

// `a operator b`, as collections.abc.Set has it.
template <Name kOperator>
Ref as_abc(PyObject* a, PyObject* b) {
  PyObject* module = module_of(Py_TYPE(a), &definition);
  if (module == nullptr || !module_state(module).is_set(a)) {
    PyErr_Clear();
    return Ref::share(Py_NotImplemented);
  }
  const State& state = module_state(module);
  return call_method(state.part(p_Set), state.name(kOperator), a, b);
}

Ref add(Set self, PyObject* element) {
  State& state = state_of_object(self.object);
  if (!is_exact(state, self)) {
    const Ref evolver = call_method(self.object, state.name(k_evolver));
    const Ref changed = call_method(evolver.get(), state.name(k_add), element);
    return call_method(changed.get(), state.name(k_persistent));
  }
  Trie::Path path;
  Trie::find_path(self->root.get(), hash_of(element), element, SameKey{}, path);
  if (path.found) return Ref::share(self.object);
  Host host = state.host();
  MapRoot root = self->root;
  const MapRoot old =
      Trie::insert(host, 0, root, path, {path.hash, Slot::share(element), Slot::share(Py_True)});
  return make_set(state, std::move(root), self->size + 1);
}

Ref update(Set self, PyObject* iterable) {
  State& state = state_of_object(self.object);
  if (is_exact(state, self)) {
    SetChange change(state, *self);
    change.add_all(iterable);
    return change.size() != self->size ? change.finish(state) : Ref::share(self.object);
  }
  const Ref evolver = call_method(self.object, state.name(k_evolver));
  const Ref iterator = checked(PyObject_GetIter(iterable));
  while (const Ref each = Ref::steal(PyIter_Next(iterator.get()))) {
    (void)call_method(evolver.get(), state.name(k_add), each.get());
  }
  if (PyErr_Occurred() != nullptr) throw Raised{};
  return call_method(evolver.get(), state.name(k_persistent));
}

// The set without an element; empty, without an exception, if it is not there.
[[nodiscard]] Ref without(Set self, PyObject* element) {
  State& state = state_of_object(self.object);
  Trie::Path path;
  Trie::find_path(self->root.get(), hash_of(element), element, SameKey{}, path);
  if (!path.found) return {};
  if (!is_exact(state, self)) {
    const Ref evolver = call_method(self.object, state.name(k_evolver));
    const Ref changed = call_method(evolver.get(), state.name(k_remove), element);
    return call_method(changed.get(), state.name(k_persistent));
  }
  Host host = state.host();
  MapRoot root = self->root;
  const MapRoot old = Trie::erase(host, 0, root, path, static_cast<std::size_t>(self->size));
  return make_set(state, std::move(root), self->size - 1);
}

Ref remove(Set self, PyObject* element) {
  Ref changed = without(self, element);
  if (changed) return changed;
  const Ref text = checked(PyUnicode_FromFormat("Element '%R' not present in PSet", element));
  raise_key_error(text.get());
  return {};
}

Ref discard(Set self, PyObject* element) {
  Ref changed = without(self, element);
  return changed ? std::move(changed) : Ref::share(self.object);
}

Ref copy(Set self) { return Ref::share(self.object); }

Ref evolver(Set self) {
  return call(state_of_object(self.object).set_evolver_type.get(), self.object);
}

Ref reduce(Set self) {
  const Ref list = checked(PySequence_List(self.object));
  return checked(Py_BuildValue("O(O)", state_of_object(self.object).part(p_pset), list.get()));
}

// PSet._from_iterable(it), which the operators of collections.abc.Set call.
Ref from_iterable(PyObject* type, PyObject* iterable, PyObject*) {
  PyObject* module = module_of(reinterpret_cast<PyTypeObject*>(type), &definition);
  if (module == nullptr) return {};
  return set_from(module_state(module), iterable);
}

// PSet(map): the keys of a PMap; of a class that derives, also what a PSet has.
PyObject* create(PyTypeObject* type, PyObject* args, PyObject* kwargs) {
  PyObject* source = nullptr;
  static const char* names[] = {"m", nullptr};
  if (PyArg_ParseTupleAndKeywords(args, kwargs, "O:PSet", const_cast<char**>(names), &source) ==
      0) {
    return nullptr;
  }
  PyObject* module = module_of(type, &definition);
  if (module == nullptr) return nullptr;
  State& state = module_state(module);
  SetValue value;
  if (state.is_map(source)) {
    value = SetValue{map_value(source).root, map_value(source).size};
  } else if (state.is_set(source)) {
    value = set_value(source);
  } else {
    PyErr_Format(PyExc_TypeError, "PSet() takes a PMap, got %.200s; use pset() for iterables",
                 Py_TYPE(source)->tp_name);
    return nullptr;
  }
  try {
    if (type == reinterpret_cast<PyTypeObject*>(state.set_type.get())) {
      return make_exact(state, state.set_type, std::move(value)).release();
    }
    return make_derived(type, std::move(value)).release();
  } catch (const Raised&) {
    return nullptr;
  }
}

constexpr const char* kElement[] = {"element"};
constexpr Signature kAdd{"PSet.add", "self", kElement, 1};
constexpr Signature kRemove{"PSet.remove", "self", kElement, 1};
constexpr Signature kDiscard{"PSet.discard", "self", kElement, 1};
constexpr const char* kIterable[] = {"iterable"};
constexpr Signature kUpdate{"PSet.update", "self", kIterable, 1};
constexpr const char* kFromIterable[] = {"it", "pre_size"};
constexpr Signature kFrom{"PSet._from_iterable", "cls", kFromIterable, 1};

PyMethodDef kMethods[] = {
    method<kAdd, safe<add>, kShared>(
        "add", "add($self, element)\n--\n\nA PSet with element; this one if it has it."),
    method<kUpdate, safe<update>, kShared>(
        "update", "update($self, iterable)\n--\n\nA PSet with all elements of iterable too."),
    method<kRemove, safe<remove>, kShared>(
        "remove", "remove($self, element)\n--\n\nA PSet without element, or KeyError."),
    method<kDiscard, safe<discard>, kShared>(
        "discard", "discard($self, element)\n--\n\nA PSet without element, if it has it."),
    method<copy, kShared>("copy", "copy($self)\n--\n\nThis very PSet."),
    method<safe<evolver>, kShared>(
        "evolver", "evolver($self)\n--\n\nA mutable stand-in, for many changes at once."),
    method<safe<as_abc<k___le__>>, kShared>(
        "issubset", "issubset($self, other, /)\n--\n\nWhether other has all elements."),
    method<safe<as_abc<k___ge__>>, kShared>(
        "issuperset", "issuperset($self, other, /)\n--\n\nWhether it has all elements of other."),
    method<safe<as_abc<k___or__>>, kShared>(
        "union", "union($self, other, /)\n--\n\nA PSet of the elements of both."),
    method<safe<as_abc<k___and__>>, kShared>(
        "intersection", "intersection($self, other, /)\n--\n\nA PSet of what both have."),
    method<safe<as_abc<k___sub__>>, kShared>(
        "difference", "difference($self, other, /)\n--\n\nA PSet of what other has not."),
    method<safe<as_abc<k___xor__>>, kShared>(
        "symmetric_difference",
        "symmetric_difference($self, other, /)\n--\n\nA PSet of what one of them has."),
    method<safe<as_abc<k_isdisjoint>>, kShared>(
        "isdisjoint", "isdisjoint($self, other, /)\n--\n\nWhether they share no element."),
    method<safe<reduce>, kShared>("__reduce__", "For pickle."),
    class_method(method<kFrom, safe<from_iterable>, kShared>(
        "_from_iterable",
        "_from_iterable($type, it, pre_size=8)\n--\n\nA PSet of what an iterable gives.")),
    {"__class_getitem__", Py_GenericAlias, METH_O | METH_CLASS, "PSet[T], for annotations."},
    {},
};

const PyType_Slot kSlots[] = {
    {Py_tp_new, reinterpret_cast<void*>(&create)},
    {Py_sq_length, as_slot<length, kShared>()},
    {Py_sq_contains, as_slot<safe<contains>, kShared>()},
    {Py_tp_iter, as_slot<safe<iterate_keys>, kShared>()},
    {Py_tp_repr, as_slot<safe<repr>, kShared>()},
    {Py_tp_str, as_slot<safe<to_text>, kShared>()},
    {Py_tp_richcompare, as_slot<safe<compare>, kShared>()},
    {Py_tp_hash, as_slot<safe<hash>, kShared>()},
    {Py_nb_or, as_slot<safe<as_abc<k___or__>>, kShared>()},
    {Py_nb_and, as_slot<safe<as_abc<k___and__>>, kShared>()},
    {Py_nb_subtract, as_slot<safe<as_abc<k___sub__>>, kShared>()},
    {Py_nb_xor, as_slot<safe<as_abc<k___xor__>>, kShared>()},
};

constexpr TypeTable kSet{
    .name = "mainstay.persistent._native.PSet",
    .doc =
        "A persistent set: each change makes a new one. Made by pset() and s(). May be shared by "
        "threads.",
    .methods = kMethods,
    .slots = kSlots,
    .subclassable = true,
};

}  // namespace

bool add_set_types(PyObject* module, State& state) {
  state.set_type = add_immutable_type<SetValue>(module, kSet);
  if (!state.set_type) return false;
  state.empty_set = make_exact(state, state.set_type, SetValue{});
  return add_set_evolver(module, state);
}

}  // namespace mainstay::binding::persistent
