// node.cpp - the types of the nodes: what the collector needs of them, and their size.
#include "binding/persistent/map.hpp"
#include "binding/persistent/module.hpp"
#include "binding/persistent/set.hpp"
#include "binding/persistent/vector.hpp"

namespace mainstay::binding::persistent {
namespace {

using MapNode = Host::MapNode;
using VectorNode = Host::VectorNode;

template <class Node>
[[nodiscard]] Node* as_node(PyObject* self) noexcept {
  return reinterpret_cast<Node*>(self);
}
template <class Node>
[[nodiscard]] PyObject* as_object(Node* node) noexcept {
  return reinterpret_cast<PyObject*>(node);
}

int traverse_map_node(PyObject* self, visitproc visit, void* arg) noexcept {
  Py_VISIT(Py_TYPE(self));
  auto* node = as_node<MapNode>(self);
  const unsigned nodes = node->node_count();
  for (unsigned i = 0; i < nodes; ++i) Py_VISIT(as_object(node->nodes()[i]));
  const unsigned entries = node->entry_count();
  for (unsigned i = 0; i < entries; ++i) {
    Py_VISIT(node->entries()[i].key.get());
    Py_VISIT(node->entries()[i].value.get());
  }
  return 0;
}

int traverse_vector_node(PyObject* self, visitproc visit, void* arg) noexcept {
  Py_VISIT(Py_TYPE(self));
  auto* node = as_node<VectorNode>(self);
  for (unsigned i = 0; i < node->count; ++i) {
    Py_VISIT(node->is_leaf() ? node->slots()[i].get() : as_object(node->children()[i]));
  }
  return 0;
}

// Nodes are at most 14 deep; what lies below their keys and values is ended by end_object().
template <class Node>
void end_node(PyObject* self) noexcept {
  PyTypeObject* type = Py_TYPE(self);
  PyObject_GC_UnTrack(self);
  Node::end(as_node<Node>(self));
  type->tp_free(self);
  Py_DECREF(type);
}

Ref size_of_map_node(PyObject* self) {
  auto* node = as_node<MapNode>(self);
  return Ref::steal(PyLong_FromSize_t(MapNode::bytes(node->entry_count(), node->node_count())));
}

Ref size_of_vector_node(PyObject* self) {
  auto* node = as_node<VectorNode>(self);
  return Ref::steal(PyLong_FromSize_t(
      node->is_leaf() ? VectorNode::leaf_bytes(node->capacity)
                      : VectorNode::inner_bytes(node->capacity, node->is_relaxed())));
}

template <class Node>
Ref add_node_type(PyObject* module, const char* name, PyMethodDef* methods, traverseproc traverse) {
  PyType_Slot slots[] = {
      {Py_tp_dealloc, reinterpret_cast<void*>(&end_node<Node>)},
      {Py_tp_traverse, reinterpret_cast<void*>(traverse)},
      {Py_tp_methods, methods},
      {0, nullptr},
  };
  // Variable in size, by bytes: the node says itself how many it has.
  PyType_Spec spec{name, sizeof(PyObject), 1,
                   Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION,
                   slots};
  return add_type(module, spec);
}

PyMethodDef kMapNodeMethods[] = {
    method<size_of_map_node, kShared>("__sizeof__", "Bytes, without what it refers to."),
    {},
};
PyMethodDef kVectorNodeMethods[] = {
    method<size_of_vector_node, kShared>("__sizeof__", "Bytes, without what it refers to."),
    {},
};

}  // namespace

bool is_complete_type(PyTypeObject* type) noexcept {
  const destructor end = type->tp_dealloc;
  return end == &end_node<MapNode> || end == &end_node<VectorNode> ||
         end == &end_object<MapValue> || end == &end_object<VectorValue> ||
         end == &end_object<SetValue>;
}

bool add_node_types(PyObject* module, State& state) {
  state.map_node = add_node_type<MapNode>(module, "mainstay.persistent._native.MapNode",
                                          kMapNodeMethods, &traverse_map_node);
  if (!state.map_node) return false;
  state.vector_node = add_node_type<VectorNode>(module, "mainstay.persistent._native.VectorNode",
                                                kVectorNodeMethods, &traverse_vector_node);
  return static_cast<bool>(state.vector_node);
}

}  // namespace mainstay::binding::persistent
