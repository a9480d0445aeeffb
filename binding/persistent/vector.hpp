// vector.hpp - PVector: the value of its objects, and how others make and read them.
#pragma once

#include "binding/persistent/module.hpp"

namespace mainstay::binding::persistent {

// Visits the nodes a tree begins with.
inline int traverse_tree(const Tree& tree, visitproc visit, void* arg) noexcept {
  Py_VISIT(reinterpret_cast<PyObject*>(tree.root()));
  Py_VISIT(reinterpret_cast<PyObject*>(tree.tail()));
  return 0;
}

struct VectorValue {
  Tree tree;

  [[nodiscard]] static FreeList& free_list(State& state) noexcept { return state.free_vectors; }
  [[nodiscard]] bool traced() const noexcept {
    return (tree.root() != nullptr && Host::traced(*tree.root())) ||
           (tree.tail() != nullptr && Host::traced(*tree.tail()));
  }
  [[nodiscard]] bool nodes_live_on() const noexcept {
    return is_shared(tree.root()) && is_shared(tree.tail());
  }
  int traverse(visitproc visit, void* arg) noexcept { return traverse_tree(tree, visit, arg); }
};

[[nodiscard]] inline const Tree& tree_of(PyObject* vector) noexcept {
  return value_of<VectorValue>(vector).tree;
}

// A PVector of these elements. Throws Raised.
[[nodiscard]] Ref make_vector(State& state, Tree tree);

// Puts all of `other` behind a tree. Throws bad_alloc also when that would be more than a tree can
// count: sums share their parts, so that no memory stands in the way of that.
void join(Host& host, Tree& tree, const Tree& other);

// Appends what an iterable gives. Throws Raised.
void extend(State& state, Host& host, Tree& tree, PyObject* iterable);

// A list of the elements. Throws Raised.
[[nodiscard]] Ref to_list(const Tree& tree);

// An index given by a program, as a number that counts from the end when it is negative. Throws
// Raised when `text % type name` has to tell that it is none.
[[nodiscard]] Py_ssize_t index_from(PyObject* index, const char* text);

// `i`, which may count from the end, as a place among `size`; -1 when there is none.
[[nodiscard]] inline Py_ssize_t place_of(Py_ssize_t i, Py_ssize_t size) noexcept {
  if (i < 0) i += size;
  return i >= 0 && i < size ? i : -1;
}
[[noreturn]] void throw_out_of_range(Py_ssize_t i);

[[nodiscard]] inline Py_ssize_t size_of(const Tree& tree) noexcept {
  return static_cast<Py_ssize_t>(tree.size());
}

[[nodiscard]] Ref iterate_vector(State& state, PyObject* vector);
[[nodiscard]] bool add_vector_iterator(PyObject* module, State& state);
[[nodiscard]] bool add_vector_evolver(PyObject* module, State& state);

}  // namespace mainstay::binding::persistent
