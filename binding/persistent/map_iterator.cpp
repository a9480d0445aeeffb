// map_iterator.cpp - iterators of keys, values or items, over maps and sets.
#include "binding/persistent/map.hpp"

namespace mainstay::binding::persistent {
namespace {

struct Iterator {
  MapRoot root;
  Trie::Cursor cursor;
  Py_ssize_t left;
  Each each;

  int traverse(visitproc visit, void* arg) noexcept {
    Py_VISIT(reinterpret_cast<PyObject*>(root.get()));
    return 0;
  }
  void clear() noexcept {
    cursor = Trie::Cursor{};
    left = 0;
    root = MapRoot{};
  }
};

Ref itself(PyObject* self) { return Ref::share(self); }

Ref next(Iterator& self) {
  Trie::Entry* entry = self.cursor.next();
  if (entry == nullptr) return {};
  --self.left;
  switch (self.each) {
    case Each::key: return entry->key.ref();
    case Each::value: return entry->value.ref();
    case Each::item: break;
  }
  return Ref::steal(PyTuple_Pack(2, entry->key.get(), entry->value.get()));
}

Ref length_hint(Iterator& self) { return Ref::steal(PyLong_FromSsize_t(self.left)); }

PyMethodDef kMethods[] = {
    method<length_hint>("__length_hint__", "How many are left."),
    {},
};

const PyType_Slot kSlots[] = {
    {Py_tp_iter, as_slot<itself, kShared>()},
    {Py_tp_iternext, as_slot<next>()},
};

constexpr TypeTable kIterator{
    .name = "mainstay.persistent._native.PMapIterator",
    .doc = "An iterator of a persistent map or set. Not to be shared by threads.",
    .methods = kMethods,
    .slots = kSlots,
    .constructible = false,
};

}  // namespace

Ref iterate(State& state, const MapRoot& root, Py_ssize_t size, Each each) {
  auto* type = reinterpret_cast<PyTypeObject*>(state.map_iterator_type.get());
  return make_derived(type, Iterator{root, Trie::Cursor(root.get()), size, each});
}

bool add_map_iterator(PyObject* module, State& state) {
  state.map_iterator_type = add_mutable_type<Iterator>(module, kIterator);
  return static_cast<bool>(state.map_iterator_type);
}

}  // namespace mainstay::binding::persistent
