// vector.cpp - PVector, a persistent vector: the type.
//
// Objects of classes that derive from it are changed by the way programs can see, `self.evolver()`
// or `self.extend()`, because such classes check what comes in. Slices, removals and products of
// them are plain PVectors.
#include "binding/persistent/vector.hpp"

#include "binding/persistent/transform.hpp"
#include "binding/support/call.hpp"
#include "binding/support/number.hpp"

namespace mainstay::binding::persistent {

Ref make_vector(State& state, Tree tree) {
  if (tree.size() == 0) return Ref::share(state.empty_vector.get());
  return make_exact(state, state.vector_type, VectorValue{std::move(tree)});
}

void join(Host& host, Tree& tree, const Tree& other) {
  constexpr std::size_t kMost = std::size_t{1} << 50;
  if (tree.size() + other.size() > kMost) throw std::bad_alloc();
  tree.join(host, other);
}

void extend(State& state, Host& host, Tree& tree, PyObject* iterable) {
  if (state.is_vector(iterable)) {
    join(host, tree, tree_of(iterable));
    return;
  }
  const Ref items =
      PyTuple_CheckExact(iterable) ? Ref::share(iterable) : checked(PySequence_Tuple(iterable));
  Py_ssize_t next = 0;
  tree.append_many(host, static_cast<std::size_t>(PyTuple_GET_SIZE(items.get())),
                   [&] { return Slot::share(PyTuple_GET_ITEM(items.get(), next++)); });
}

Ref to_list(const Tree& tree) {
  Ref list = checked(PyList_New(size_of(tree)));
  Py_ssize_t next = 0;
  tree.for_each_run([&](Tree::Run run) {
    for (std::size_t i = 0; i < run.count; ++i) {
      PyList_SET_ITEM(list.get(), next++, run.first[i].ref().release());
    }
  });
  return list;
}

Py_ssize_t index_from(PyObject* index, const char* text) {
  if (PyIndex_Check(index) == 0) {
    PyErr_Format(PyExc_TypeError, text, Py_TYPE(index)->tp_name);
    throw Raised{};
  }
  const Py_ssize_t found = PyNumber_AsSsize_t(index, PyExc_IndexError);
  if (found == -1 && PyErr_Occurred() != nullptr) throw Raised{};
  return found;
}

void throw_out_of_range(Py_ssize_t i) {
  PyErr_Format(PyExc_IndexError, "Index out of range: %zd", i);
  throw Raised{};
}

namespace {

using Vector = Self<VectorValue>;

constexpr const char* kNoIndex = "'%.200s' object cannot be interpreted as an index";

[[nodiscard]] bool is_exact(State& state, Vector self) noexcept {
  return is_exactly(self.object, state.vector_type);
}

// A PVector that differs from this one by what `change(host, tree)` does.
template <class Change>
[[nodiscard]] Ref changed(State& state, Vector self, Change&& change) {
  // Changed where it will stay: a tree that was just written to is slow to copy.
  Ref draft = make_draft(state, state.vector_type, *self);
  Host host = state.host();
  Tree& tree = value_of<VectorValue>(draft.get()).tree;
  change(host, tree);
  if (tree.size() == 0) return Ref::share(state.empty_vector.get());
  return complete<VectorValue>(std::move(draft));
}

// --- reading

Py_ssize_t length(Vector self) { return size_of(self->tree); }

Ref item(Vector self, Py_ssize_t i) {
  if (i < 0 || i >= size_of(self->tree)) throw_out_of_range(i);
  return self->tree.at(static_cast<std::size_t>(i)).ref();
}

[[nodiscard]] Ref slice(Vector self, PyObject* slice) {
  State& state = state_of_object(self.object);
  const Py_ssize_t size = size_of(self->tree);
  Py_ssize_t start = 0, stop = 0, step = 0;
  if (PySlice_Unpack(slice, &start, &stop, &step) < 0) throw Raised{};
  const Py_ssize_t count = PySlice_AdjustIndices(size, &start, &stop, step);
  if (count == size && step > 0) return Ref::share(self.object);
  if (count <= 0) return Ref::share(state.empty_vector.get());
  if (step == 1) {
    return changed(state, self, [&](Host& host, Tree& tree) {
      tree.keep_first(host, static_cast<std::size_t>(start + count));
      tree.drop_first(host, static_cast<std::size_t>(start));
    });
  }
  Host host = state.host();
  Tree tree;
  tree.append_many(host, static_cast<std::size_t>(count), [&] {
    const Slot& each = self->tree.at(static_cast<std::size_t>(start));
    start += step;
    return each;
  });
  return make_vector(state, std::move(tree));
}

Ref subscript(Vector self, PyObject* index) {
  if (const auto plain = plain_count(index); plain && *plain < self->tree.size()) {
    return self->tree.at(*plain).ref();
  }
  if (PyIndex_Check(index) == 0 && PySlice_Check(index)) return slice(self, index);
  const Py_ssize_t i = index_from(index, "pvector indices must be integers, not %.200s");
  return item(self, i < 0 ? i + size_of(self->tree) : i);
}

Ref iterate(Vector self) { return iterate_vector(state_of_object(self.object), self.object); }

Ref tolist(Vector self) { return to_list(self->tree); }

[[nodiscard]] Ref to_tuple(Vector self) {
  const Ref list = to_list(self->tree);
  return checked(PyList_AsTuple(list.get()));
}

Ref repr(Vector self) {
  const Ref text = checked(PyObject_Repr(to_list(self->tree).get()));
  return checked(PyUnicode_FromFormat("pvector(%U)", text.get()));
}
Ref to_text(Vector self) { return checked(PyObject_Repr(self.object)); }

// That of an equal tuple, whatever kind of vector it is.
Py_hash_t hash(Vector self) {
  const RecursionGuard guard(" while hashing a vector");
  if (!guard) throw Raised{};
  return PyObject_Hash(to_tuple(self).get());
}

// The first place where two vectors differ, or the end of the shorter one.
[[nodiscard]] Py_ssize_t first_difference(const Tree& a, const Tree& b) {
  const Py_ssize_t end = size_of(a) < size_of(b) ? size_of(a) : size_of(b);
  for (Py_ssize_t i = 0; i < end; ++i) {
    const auto at = static_cast<std::size_t>(i);
    if (!equal(a.at(at).get(), b.at(at).get())) return i;
  }
  return end;
}

Ref compare(Vector self, PyObject* other, int operation) {
  State& state = state_of_object(self.object);
  if (!state.is_vector(other)) {
    return checked(PyObject_RichCompare(to_list(self->tree).get(), other, operation));
  }
  const Tree& a = self->tree;
  const Tree& b = tree_of(other);
  if (operation == Py_EQ || operation == Py_NE) {
    const bool same = a.size() == b.size() && a.equal(b, SameKey{});
    return Ref::share(same == (operation == Py_EQ) ? Py_True : Py_False);
  }
  const Py_ssize_t at = first_difference(a, b);
  if (at < size_of(a) && at < size_of(b)) {
    const auto i = static_cast<std::size_t>(at);
    return checked(PyObject_RichCompare(a.at(i).get(), b.at(i).get(), operation));
  }
  bool answer = false;
  switch (operation) {
    case Py_LT: answer = a.size() < b.size(); break;
    case Py_LE: answer = a.size() <= b.size(); break;
    case Py_GT: answer = a.size() > b.size(); break;
    default: answer = a.size() >= b.size();
  }
  return Ref::share(answer ? Py_True : Py_False);
}

// The place of `value` in [from, to); -1 when it is not there.
[[nodiscard]] Py_ssize_t find(const Tree& tree, PyObject* value, Py_ssize_t from, Py_ssize_t to) {
  while (from < to) {
    const Tree::Run run = tree.run_at(static_cast<std::size_t>(from));
    for (std::size_t i = 0; i < run.count && from < to; ++i, ++from) {
      if (equal(run.first[i].get(), value)) return from;
    }
  }
  return -1;
}

int contains(Vector self, PyObject* value) {
  return find(self->tree, value, 0, size_of(self->tree)) >= 0 ? 1 : 0;
}

[[nodiscard]] Py_ssize_t bound(PyObject* given, Py_ssize_t otherwise, Py_ssize_t size) {
  if (given == nullptr) return otherwise;
  Py_ssize_t i = PyNumber_AsSsize_t(given, nullptr);  // far away is far enough
  if (i == -1 && PyErr_Occurred() != nullptr) throw Raised{};
  if (i < 0) i += size;
  return i < 0 ? 0 : i < size ? i : size;
}

Ref index(Vector self, PyObject* value, PyObject* start, PyObject* stop) {
  const Py_ssize_t size = size_of(self->tree);
  const Py_ssize_t from = bound(start, 0, size);
  const Py_ssize_t found = find(self->tree, value, from, bound(stop, size, size));
  if (found >= 0) return checked(PyLong_FromSsize_t(found));
  PyErr_SetString(PyExc_ValueError, "PVector.index(x): x not in vector");
  return {};
}

Ref count(Vector self, PyObject* value) {
  Py_ssize_t found = 0;
  self->tree.for_each_run([&](Tree::Run run) {
    for (std::size_t i = 0; i < run.count; ++i) found += equal(run.first[i].get(), value) ? 1 : 0;
  });
  return checked(PyLong_FromSsize_t(found));
}

// --- changing

Ref append(Vector self, PyObject* value) {
  return changed(state_of_object(self.object), self,
                 [&](Host& host, Tree& tree) { (void)tree.append(host, 0, Slot::share(value)); });
}

Ref set(Vector self, PyObject* index, PyObject* value) {
  const auto plain = plain_count(index);
  const Py_ssize_t i = plain ? static_cast<Py_ssize_t>(*plain) : index_from(index, kNoIndex);
  const Py_ssize_t size = size_of(self->tree);
  const Py_ssize_t at = i < 0 ? i + size : i;
  if (at == size) return append(self, value);
  if (at < 0 || at > size) throw_out_of_range(at);
  return changed(state_of_object(self.object), self, [&](Host& host, Tree& tree) {
    Slot slot = Slot::share(value);
    (void)tree.set(host, 0, static_cast<std::size_t>(at), slot);
  });
}

Ref extended(Vector self, PyObject* iterable) {
  State& state = state_of_object(self.object);
  Host host = state.host();
  Tree tree(self->tree);
  extend(state, host, tree, iterable);
  if (tree.size() == self->tree.size()) return Ref::share(self.object);
  if (self->tree.size() == 0 && is_exactly(iterable, state.vector_type))
    return Ref::share(iterable);
  return make_vector(state, std::move(tree));
}

Ref concatenate(Vector self, PyObject* other) {
  State& state = state_of_object(self.object);
  if (is_exact(state, self)) return extended(self, other);
  return call_method(self.object, state.name(k_extend), other);
}

Ref repeat(Vector self, Py_ssize_t times) {
  State& state = state_of_object(self.object);
  const Py_ssize_t size = size_of(self->tree);
  if (times <= 0 || size == 0) return Ref::share(state.empty_vector.get());
  if (times == 1) return Ref::share(self.object);
  // By doubling: the copies share their nodes.
  Host host = state.host();
  Tree result;
  Tree power(self->tree);
  for (;;) {
    if ((times & 1) != 0) join(host, result, power);
    times >>= 1;
    if (times == 0) return make_vector(state, std::move(result));
    const Tree half(power);
    join(host, power, half);
  }
}

Ref insert(Vector self, PyObject* index, PyObject* value) {
  const Py_ssize_t size = size_of(self->tree);
  Py_ssize_t i = index_from(index, kNoIndex);
  if (i < 0) i += size;
  i = i < 0 ? 0 : i < size ? i : size;
  return changed(state_of_object(self.object), self, [&](Host& host, Tree& tree) {
    tree.insert(host, static_cast<std::size_t>(i), Slot::share(value));
  });
}

[[nodiscard]] Ref erase(Vector self, Py_ssize_t from, Py_ssize_t to) {
  State& state = state_of_object(self.object);
  if (from >= to && is_exact(state, self)) return Ref::share(self.object);
  return changed(state, self, [&](Host& host, Tree& tree) {
    if (from < to) tree.erase(host, static_cast<std::size_t>(from), static_cast<std::size_t>(to));
  });
}

Ref delete_(Vector self, PyObject* index, PyObject* stop) {
  const Py_ssize_t size = size_of(self->tree);
  const Py_ssize_t i = index_from(index, kNoIndex);
  if (stop == nullptr || stop == Py_None) {
    const Py_ssize_t at = place_of(i, size);
    if (at < 0) {
      PyErr_SetString(PyExc_IndexError, "delete index out of range");
      return {};
    }
    return erase(self, at, at + 1);
  }
  Py_ssize_t to = index_from(stop, "Stop index must be integer, not %.200s");
  if (to < 0) to += size;
  const Py_ssize_t from = i < 0 ? i + size : i;
  return erase(self, from < 0 ? 0 : from, to < size ? to : size);
}

Ref remove(Vector self, PyObject* value) {
  const Py_ssize_t at = find(self->tree, value, 0, size_of(self->tree));
  if (at >= 0) return erase(self, at, at + 1);
  PyErr_SetString(PyExc_ValueError, "PVector.remove(x): x not in vector");
  return {};
}

[[nodiscard]] Ref set_many(PyObject* self, PyObject* const* arguments, Py_ssize_t count) {
  if (count % 2 != 0) {
    PyErr_SetString(PyExc_TypeError, "mset expected an even number of arguments");
    return {};
  }
  const State& state = state_of_object(self);
  const Ref evolver = call_method(self, state.name(k_evolver));
  for (Py_ssize_t i = 0; i < count; i += 2) {
    if (PyObject_SetItem(evolver.get(), arguments[i], arguments[i + 1]) < 0) throw Raised{};
  }
  return call_method(evolver.get(), state.name(k_persistent));
}

PyObject* mset(PyObject* self, PyObject* const* arguments, Py_ssize_t count) {
  return safe<&set_many>(self, arguments, count).release();
}

PyObject* transform_vector(PyObject* self, PyObject* const* steps, Py_ssize_t count) {
  return safe<&transform>(self, steps, count).release();
}

Ref evolver(Vector self) {
  return call(state_of_object(self.object).vector_evolver_type.get(), self.object);
}

Ref reduce(Vector self) {
  const Ref list = to_list(self->tree);
  return checked(Py_BuildValue("O(O)", state_of_object(self.object).part(p_pvector), list.get()));
}

// PythonPVector.__new__(cls, source): an object of a class that derives, with what a PVector has.
PyObject* create(PyTypeObject* type, PyObject* args, PyObject* kwargs) {
  PyObject* module = module_of(type, &definition);
  if (module == nullptr) return nullptr;
  State& state = module_state(module);
  PyObject* source = nullptr;
  static const char* names[] = {"source", nullptr};
  if (PyArg_ParseTupleAndKeywords(args, kwargs, "O!:PVector", const_cast<char**>(names),
                                  state.vector_type.get(), &source) == 0) {
    return nullptr;
  }
  try {
    VectorValue value{tree_of(source)};
    if (type == reinterpret_cast<PyTypeObject*>(state.vector_type.get())) {
      return make_exact(state, state.vector_type, std::move(value)).release();
    }
    return make_derived(type, std::move(value)).release();
  } catch (const Raised&) {
    return nullptr;
  }
}

constexpr const char* kIndexValue[] = {"i", "val"};
constexpr Signature kSet{"PVector.set", "self", kIndexValue, 2};
constexpr Signature kInsert{"PVector.insert", "self", kIndexValue, 2};
constexpr const char* kIndexStop[] = {"index", "stop"};
constexpr Signature kDelete{"PVector.delete", "self", kIndexStop, 1};
constexpr const char* kValueStartStop[] = {"value", "start", "stop"};
constexpr Signature kIndex{"PVector.index", "self", kValueStartStop, 1};

PyMethodDef kMethods[] = {
    method<safe<append>, kShared>(
        "append", "append($self, val, /)\n--\n\nA PVector with val behind the last element."),
    method<safe<extended>, kShared>(
        "extend",
        "extend($self, obj, /)\n--\n\nA PVector with what obj gives behind the last one."),
    method<kSet, safe<set>, kShared>(
        "set", "set($self, i, val)\n--\n\nA PVector with val at i; at the end if i is len()."),
    method<kInsert, safe<insert>, kShared>(
        "insert", "insert($self, i, val)\n--\n\nA PVector with val before the element i."),
    {"mset", as_method(&mset), METH_FASTCALL,
     "mset($self, /, *args)\n--\n\nmset(i, val, ...): a PVector with each val at its i."},
    method<kDelete, safe<delete_>, kShared>("delete",
                                            "delete($self, index, stop=None)\n--\n\nA PVector "
                                            "without the element, or without the slice."),
    method<safe<remove>, kShared>(
        "remove",
        "remove($self, value, /)\n--\n\nA PVector without the first element equal to value."),
    {"transform", as_method(&transform_vector), METH_FASTCALL,
     "transform($self, /, *transformations)\n--\n\ntransform(path, command, ...): a PVector that "
     "is changed along each path."},
    method<kIndex, safe<index>, kShared>("index", "The place of the first element equal to value."),
    method<safe<count>, kShared>(
        "count", "count($self, value, /)\n--\n\nHow many elements are equal to value."),
    method<safe<tolist>, kShared>("tolist", "tolist($self)\n--\n\nA list of the elements."),
    method<safe<to_tuple>, kShared>("_totuple", "A tuple of the elements."),
    method<safe<evolver>, kShared>(
        "evolver", "evolver($self)\n--\n\nA mutable stand-in, for many changes at once."),
    method<safe<reduce>, kShared>("__reduce__", "For pickle."),
    {"__class_getitem__", Py_GenericAlias, METH_O | METH_CLASS, "PVector[T], for annotations."},
    {},
};

const PyType_Slot kSlots[] = {
    {Py_tp_new, reinterpret_cast<void*>(&create)},
    {Py_mp_subscript, as_slot<safe<subscript>, kShared>()},
    {Py_mp_length, as_slot<length, kShared>()},
    {Py_sq_length, as_slot<length, kShared>()},
    {Py_sq_item, as_slot<safe<item>, kShared>()},
    {Py_sq_contains, as_slot<safe<contains>, kShared>()},
    {Py_sq_concat, as_slot<safe<concatenate>, kShared>()},
    {Py_sq_repeat, as_slot<safe<repeat>, kShared>()},
    {Py_tp_iter, as_slot<safe<iterate>, kShared>()},
    {Py_tp_repr, as_slot<safe<repr>, kShared>()},
    {Py_tp_str, as_slot<safe<to_text>, kShared>()},
    {Py_tp_richcompare, as_slot<safe<compare>, kShared>()},
    {Py_tp_hash, as_slot<safe<hash>, kShared>()},
};

constexpr TypeTable kVector{
    .name = "mainstay.persistent._native.PVector",
    .doc =
        "A persistent vector: each change makes a new one. Made by pvector() and v(). May be "
        "shared by threads.",
    .methods = kMethods,
    .slots = kSlots,
    .subclassable = true,
};

}  // namespace

bool add_vector_types(PyObject* module, State& state) {
  state.vector_type = add_immutable_type<VectorValue>(module, kVector, Py_TPFLAGS_SEQUENCE);
  if (!state.vector_type) return false;
  state.empty_vector = make_exact(state, state.vector_type, VectorValue{});
  return add_vector_iterator(module, state) && add_vector_evolver(module, state);
}

}  // namespace mainstay::binding::persistent
