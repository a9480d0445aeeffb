// view.cpp - see view.hpp.
#include "binding/diff/view.hpp"

namespace mainstay::binding::diff {

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
