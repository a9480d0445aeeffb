// host.hpp - the engine's host for Python: each node is a Python object that the collector knows.
//
// So a node is visited once, however many maps and vectors share it, and cycles through it are
// found. It is tracked only if something in it may be part of a cycle: collections pass over maps
// and vectors of texts and numbers, whatever their size. Nodes never run code of their own and are
// never seen by programs but through the `gc` module.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <new>

#include "binding/persistent/slot.hpp"
#include "binding/support/python.hpp"
#include "binding/support/ref.hpp"
#include "mainstay/persistent/tree.hpp"
#include "mainstay/persistent/tree_cut.hpp"
#include "mainstay/persistent/tree_join.hpp"
#include "mainstay/persistent/trie.hpp"

namespace mainstay::binding::persistent {

namespace engine = mainstay::persistent;

// Whether the instances of a type, once untracked, can never be part of a cycle, because they are
// complete when they are made: nodes, PMap, PSet, PVector, but not what derives from them.
[[nodiscard]] bool is_complete_type(PyTypeObject* type) noexcept;

struct Host {
  struct Head {
    PyObject object;
  };
  using MapNode = engine::TrieNode<Slot, Slot, Host>;
  using VectorNode = engine::TreeNode<Slot, Host>;

  Host(PyObject* map_node_type, PyObject* vector_node_type) noexcept
      : map_node_(reinterpret_cast<PyTypeObject*>(map_node_type)),
        vector_node_(reinterpret_cast<PyTypeObject*>(vector_node_type)) {}

  template <class Node>
  [[nodiscard]] Node* allocate(std::size_t bytes) {
    // The size of a Python object lies where the node's own fields are; they are set at once.
    static_assert(sizeof(Head) == sizeof(PyObject));
    auto* object = PyObject_GC_NewVar(PyVarObject, type_of(static_cast<Node*>(nullptr)),
                                      static_cast<Py_ssize_t>(bytes - sizeof(PyObject)));
    if (object == nullptr) {
      PyErr_Clear();
      throw std::bad_alloc();
    }
    return reinterpret_cast<Node*>(object);
  }
  template <class Node>
  static void retain(Node* node) noexcept {
    Py_INCREF(&node->head.object);
  }
  template <class Node>
  static void release(Node* node) noexcept {
    Py_DECREF(&node->head.object);
  }

  [[nodiscard]] static engine::Owner new_owner() noexcept {
    // One row of numbers for all interpreters: what counts is that none comes twice.
    static std::atomic<engine::Owner> last{0};
    return last.fetch_add(1, std::memory_order_relaxed) + 1;
  }

  [[nodiscard]] static bool traced(const Slot& slot) noexcept {
    PyObject* object = slot.get();
    PyTypeObject* type = Py_TYPE(object);
    if (!PyType_HasFeature(type, Py_TPFLAGS_HAVE_GC)) return false;
    if (PyObject_GC_IsTracked(object) != 0) return true;
    // A dict may be tracked later; a tuple that is not never will.
    return !PyTuple_CheckExact(object) && !is_complete_type(type);
  }
  [[nodiscard]] static bool traced(const MapNode& node) noexcept { return is_tracked(node); }
  [[nodiscard]] static bool traced(const VectorNode& node) noexcept { return is_tracked(node); }
  template <class Node>
  void trace(Node* node) noexcept {
    PyObject_GC_Track(&node->head.object);
  }

  // Objects that do nothing when they end, and need little room, may outlive the vector they were
  // appended to by as long as one that shares its tail lives.
  [[nodiscard]] static bool may_linger(const Slot& slot) noexcept {
    PyObject* object = slot.get();
    return PyLong_CheckExact(object) || PyUnicode_CheckExact(object) || object == Py_None ||
           PyFloat_CheckExact(object) || PyBool_Check(object);
  }
  [[nodiscard]] static bool claim(std::uint32_t& count, std::uint32_t expected) noexcept {
#if defined(Py_GIL_DISABLED)
    return std::atomic_ref(count).compare_exchange_strong(expected, expected + 1);
#else
    return count == expected && ++count != 0;
#endif
  }

 private:
  template <class Node>
  [[nodiscard]] static bool is_tracked(const Node& node) noexcept {
#if PY_VERSION_HEX < 0x030E0000 && !defined(Py_GIL_DISABLED)
    // As PyObject_GC_IsTracked() sees it in these releases: what is tracked is linked, by the first
    // word of the collector's header. Asked for each node that is copied, so without a call.
    return reinterpret_cast<const std::uintptr_t*>(&node)[-2] != 0;
#else
    return PyObject_GC_IsTracked(const_cast<PyObject*>(&node.head.object)) != 0;
#endif
  }
  [[nodiscard]] PyTypeObject* type_of(MapNode*) const noexcept { return map_node_; }
  [[nodiscard]] PyTypeObject* type_of(VectorNode*) const noexcept { return vector_node_; }
  PyTypeObject* map_node_;
  PyTypeObject* vector_node_;
};

// Whether somewhere else holds the node too.
template <class Node>
[[nodiscard]] bool is_shared(Node* node) noexcept {
  return node == nullptr || Py_REFCNT(&node->head.object) > 1;
}

using Trie = engine::Trie<Slot, Slot, Host>;
using Tree = engine::Tree<Slot, Host>;
using MapRoot = Trie::Root;

}  // namespace mainstay::binding::persistent
