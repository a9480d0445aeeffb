// vector_evolver.cpp - the evolver of a PVector: a transient that programs can see.
#include "binding/persistent/vector.hpp"

namespace mainstay::binding::persistent {
namespace {

struct Evolver {
  Ref original;  // what persistent() returns while nothing was changed
  Tree tree;
  engine::Owner owner = Host::new_owner();
  bool dirty = false;

  int traverse(visitproc visit, void* arg) noexcept {
    Py_VISIT(original.get());
    return traverse_tree(tree, visit, arg);
  }
  void clear() noexcept {
    owner = Host::new_owner();
    const Tree old = std::move(tree);
    original = Ref{};
  }
};
using Self = binding::Self<Evolver>;

constexpr const char* kNoIndex = "Indices must be integers, not %.200s";

[[nodiscard]] bool is_exact(State& state, Self self) noexcept {
  return is_exactly(self.object, state.vector_evolver_type);
}

Py_ssize_t length(Self self) { return size_of(self->tree); }

Ref item(Self self, Py_ssize_t i) {
  if (i < 0 || i >= size_of(self->tree)) throw_out_of_range(i);
  return self->tree.at(static_cast<std::size_t>(i)).ref();
}

Ref subscript(Self self, PyObject* index) {
  const Py_ssize_t i = index_from(index, kNoIndex);
  return item(self, i < 0 ? i + size_of(self->tree) : i);
}

void put_behind(Self self, PyObject* value) {
  Tree::Link old;
  const NoCollection no_collection;
  Host host = state_of_object(self.object).host();
  old = self->tree.append(host, self->owner, Slot::share(value));
  self->dirty = true;
}

void put(Self self, PyObject* index, PyObject* value) {
  const Py_ssize_t i = index_from(index, kNoIndex);
  const Py_ssize_t size = size_of(self->tree);
  const Py_ssize_t at = i < 0 ? i + size : i;
  if (at == size) {
    put_behind(self, value);
    return;
  }
  if (at < 0 || at > size) throw_out_of_range(at);
  // The old element ends last, with what else ends.
  const Slot before = self->tree.at(static_cast<std::size_t>(at));
  if (before.get() == value) return;
  Slot slot = Slot::share(value);
  Tree::Link old;
  const NoCollection no_collection;
  Host host = state_of_object(self.object).host();
  old = self->tree.set(host, self->owner, static_cast<std::size_t>(at), slot);
  self->dirty = true;
}

// Puts what `change(host, tree)` makes of a copy in the place of the tree. No code of the program
// runs meanwhile, as what it writes would be lost; the end of the old tree, at last, may run some.
template <class Change>
void replace(Self self, Change&& change) {
  Tree tree(self->tree);
  const NoCollection no_collection;
  // Nodes are shared with the copy from here on.
  self->owner = Host::new_owner();
  Host host = state_of_object(self.object).host();
  change(host, tree);
  self->tree.swap(tree);
  self->dirty = true;
}

void erase_slice(Self self, PyObject* slice) {
  Py_ssize_t start = 0, stop = 0, step = 0;
  if (PySlice_Unpack(slice, &start, &stop, &step) < 0) throw Raised{};
  const Py_ssize_t count = PySlice_AdjustIndices(size_of(self->tree), &start, &stop, step);
  if (count == 0) return;
  replace(self, [&](Host& host, Tree& tree) {
    const auto cut = [&](Py_ssize_t from, Py_ssize_t to) {
      tree.erase(host, static_cast<std::size_t>(from), static_cast<std::size_t>(to));
    };
    if (step == 1) {
      cut(start, start + count);
      return;
    }
    // From the end, so that the other places stay what they are.
    const Py_ssize_t last = start + (count - 1) * step;
    for (Py_ssize_t i = 0; i < count; ++i) {
      const Py_ssize_t at = step > 0 ? last - i * step : start + i * step;
      cut(at, at + 1);
    }
  });
}

void erase(Self self, PyObject* index) {
  if (PySlice_Check(index)) {
    erase_slice(self, index);
    return;
  }
  const Py_ssize_t i = index_from(index, kNoIndex);
  const Py_ssize_t at = place_of(i, size_of(self->tree));
  if (at < 0) throw_out_of_range(i);
  replace(self, [&](Host& host, Tree& tree) {
    tree.erase(host, static_cast<std::size_t>(at), static_cast<std::size_t>(at) + 1);
  });
}

bool assign(Self self, PyObject* index, PyObject* value) {
  if (value == nullptr) {
    erase(self, index);
  } else {
    put(self, index, value);
  }
  return true;
}

Ref append(Self self, PyObject* value) {
  put_behind(self, value);
  return Ref::share(self.object);
}

Ref extend_(Self self, PyObject* iterable) {
  State& state = state_of_object(self.object);
  Host host = state.host();
  Tree more;
  extend(state, host, more, iterable);
  if (more.size() == 0) return Ref::share(self.object);
  replace(self, [&](Host&, Tree& tree) { join(host, tree, more); });
  return Ref::share(self.object);
}

// set() goes by `[]=`, which classes that derive override.
Ref set(Self self, PyObject* index, PyObject* value) {
  if (is_exact(state_of_object(self.object), self)) {
    put(self, index, value);
  } else if (PyObject_SetItem(self.object, index, value) < 0) {
    return {};
  }
  return Ref::share(self.object);
}

Ref delete_(Self self, PyObject* index) {
  erase(self, index);
  return Ref::share(self.object);
}

Ref is_dirty(Self self) { return Ref::share(self->dirty ? Py_True : Py_False); }

Ref persistent(Self self) {
  if (!self->dirty && self->original) return Ref::share(self->original.get());
  Ref made, before;
  const NoCollection no_collection;
  made = make_vector(state_of_object(self.object), self->tree);
  self->owner = Host::new_owner();
  self->dirty = false;
  before = std::exchange(self->original, Ref::share(made.get()));
  return made;
}

Ref rebase(Self self, PyObject* original) {
  self->original = Ref::share(original);
  return Ref::share(Py_None);
}

PyObject* create(PyTypeObject* type, PyObject* args, PyObject* kwargs) {
  PyObject* module = module_of(type, &definition);
  if (module == nullptr) return nullptr;
  PyObject* original = nullptr;
  static const char* names[] = {"v", nullptr};
  if (PyArg_ParseTupleAndKeywords(args, kwargs, "O!", const_cast<char**>(names),
                                  module_state(module).vector_type.get(), &original) == 0) {
    return nullptr;
  }
  try {
    Evolver evolver;
    evolver.original = Ref::share(original);
    evolver.tree = tree_of(original);
    return make_derived(type, std::move(evolver)).release();
  } catch (const Raised&) {
    return nullptr;
  }
}

constexpr const char* kIndexValue[] = {"index", "val"};
constexpr Signature kSet{"Evolver.set", "self", kIndexValue, 2};

PyMethodDef kMethods[] = {
    method<safe<append>>(
        "append",
        "append($self, element, /)\n--\n\nPut element behind the last one; returns the evolver."),
    method<safe<extend_>>(
        "extend",
        "extend($self, iterable, /)\n--\n\nPut what iterable gives behind; returns the evolver."),
    method<kSet, safe<set>>("set",
                            "set($self, index, val)\n--\n\nPut val at index; returns the evolver."),
    method<safe<delete_>>(
        "delete",
        "delete($self, index, /)\n--\n\nRemove the element at index; returns the evolver."),
    method<is_dirty>(
        "is_dirty",
        "is_dirty($self)\n--\n\nWhether anything was changed since the last persistent()."),
    method<safe<persistent>>(
        "persistent",
        "persistent($self)\n--\n\nThe vector as it is now; the one there was if it is not "
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
    {Py_sq_item, as_slot<safe<item>>()},
    {Py_mp_ass_subscript, as_slot<safe<assign>>()},
};

constexpr TypeTable kEvolver{
    .name = "mainstay.persistent._native.Evolver",
    .doc = "A PVector that is being changed. May be shared by threads.",
    .methods = kMethods,
    .slots = kSlots,
    .subclassable = true,
};

}  // namespace

bool add_vector_evolver(PyObject* module, State& state) {
  state.vector_evolver_type = add_mutable_type<Evolver>(module, kEvolver);
  if (!state.vector_evolver_type) return false;
  return PyObject_SetAttrString(state.vector_type.get(), "Evolver",
                                state.vector_evolver_type.get()) == 0;
}

}  // namespace mainstay::binding::persistent
