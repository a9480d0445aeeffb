// view.cpp - see view.hpp.
#include "binding/diff/view.hpp"

namespace mainstay::binding::diff {

namespace {

constexpr int kDeepest = 200;                   // tuples in tuples
constexpr std::size_t kMostTuples = 1U << 20U;  // in one, counted each time they come

// Whether a tuple has few enough tuples in it; the hash of a frozenset is known.
bool is_shallow(PyObject* tuple, int depth, std::size_t& left) noexcept {
  if (depth == 0 || left-- == 0) return false;
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(tuple); ++i) {
    PyObject* item = PyTuple_GET_ITEM(tuple, i);
    if (PyTuple_CheckExact(item) && !is_shallow(item, depth - 1, left)) return false;
  }
  return true;
}

}  // namespace

bool View::known_by_value(PyObject* object) noexcept {
  if (PyFrozenSet_CheckExact(object)) return true;
  std::size_t left = kMostTuples;
  return PyTuple_CheckExact(object) && is_shallow(object, kDeepest, left);
}

std::size_t View::size(const Held& node) noexcept {
  PyObject* object = node.get();
  if (PyDict_CheckExact(object)) return static_cast<std::size_t>(PyDict_GET_SIZE(object));
  if (PyAnySet_CheckExact(object)) return static_cast<std::size_t>(PySet_GET_SIZE(object));
  return static_cast<std::size_t>(Py_SIZE(object));
}

Found View::find(const Held& node, const Held& key, Held& child) noexcept {
  Ref found;
  {
    const CriticalSection section(node.get());
    found = Ref::share(PyDict_GetItemWithError(node.get(), key.get()));
  }
  if (!found) return PyErr_Occurred() ? Found::failed : Found::no;
  child = Held(std::move(found));
  return Found::yes;
}

Found View::member(const Held& node, Cursor& cursor, Held& child) noexcept {
  if (!cursor.iterator) cursor.iterator = Held(Ref::steal(PyObject_GetIter(node.get())));
  if (!cursor.iterator) return Found::failed;
  Ref next = Ref::steal(PyIter_Next(cursor.iterator.get()));
  if (!next) return PyErr_Occurred() ? Found::failed : Found::no;
  child = Held(std::move(next));
  return Found::yes;
}

}  // namespace mainstay::binding::diff
