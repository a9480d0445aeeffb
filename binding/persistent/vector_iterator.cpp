// vector_iterator.cpp - the iterator of a PVector.
#include "binding/persistent/vector.hpp"

namespace mainstay::binding::persistent {
namespace {

struct Iterator {
  Tree tree;
  std::size_t at = 0;
  Tree::Run run{};

  int traverse(visitproc visit, void* arg) noexcept { return traverse_tree(tree, visit, arg); }
  void clear() noexcept {
    at = 0;
    run = {};
    const Tree old = std::move(tree);
  }
};

Ref itself(PyObject* self) { return Ref::share(self); }

Ref next(Iterator& self) {
  if (self.run.count == 0) {
    if (self.at >= self.tree.size()) return {};
    self.run = self.tree.run_at(self.at);
  }
  ++self.at;
  --self.run.count;
  return (self.run.first++)->ref();
}

Ref length_hint(Iterator& self) {
  return Ref::steal(PyLong_FromSize_t(self.tree.size() - self.at));
}

PyMethodDef kMethods[] = {
    method<length_hint>("__length_hint__", "How many are left."),
    {},
};

const PyType_Slot kSlots[] = {
    {Py_tp_iter, as_slot<itself, kShared>()},
    {Py_tp_iternext, as_slot<next>()},
};

constexpr TypeTable kIterator{
    .name = "mainstay.persistent._native.PVectorIterator",
    .doc = "An iterator of a PVector. Not to be shared by threads.",
    .methods = kMethods,
    .slots = kSlots,
    .constructible = false,
};

}  // namespace

Ref iterate_vector(State& state, PyObject* vector) {
  auto* type = reinterpret_cast<PyTypeObject*>(state.vector_iterator_type.get());
  return make_derived(type, Iterator{tree_of(vector)});
}

bool add_vector_iterator(PyObject* module, State& state) {
  state.vector_iterator_type = add_mutable_type<Iterator>(module, kIterator);
  return static_cast<bool>(state.vector_iterator_type);
}

}  // namespace mainstay::binding::persistent
