// held.hpp - a reference that can be copied: nodes and keys of walks over Python objects.
//
// As `Ref`, but copying adds a reference. Empty stands for an absent node.
#pragma once

#include <cstddef>
#include <cstring>
#include <utility>

#include "binding/support/python.hpp"
#include "binding/support/ref.hpp"
#include "mainstay/base/node_view.hpp"

namespace mainstay::binding::diff {

class Held {
 public:
  Held() = default;
  explicit Held(Ref object) noexcept : object_(std::move(object)) {}
  Held(const Held& other) noexcept : object_(Ref::share(other.object_.get())) {}
  Held(Held&&) noexcept = default;
  Held& operator=(const Held& other) noexcept {
    if (object_.get() != other.object_.get()) object_ = Ref::share(other.object_.get());
    return *this;
  }
  Held& operator=(Held&&) noexcept = default;
  ~Held() = default;

  [[nodiscard]] static Held share(PyObject* object) noexcept { return Held(Ref::share(object)); }

  [[nodiscard]] explicit operator bool() const noexcept { return static_cast<bool>(object_); }
  [[nodiscard]] PyObject* get() const noexcept { return object_.get(); }
  [[nodiscard]] Ref& ref() noexcept { return object_; }

 private:
  Ref object_;
};

// Exact built-in types only: everything else is `other`, which Python compares.
[[nodiscard]] inline NodeKind kind_of(PyObject* object) noexcept {
  const PyTypeObject* type = Py_TYPE(object);
  if (type == &PyUnicode_Type) return NodeKind::text;
  if (type == &PyLong_Type) return NodeKind::integer;
  if (type == &PyDict_Type) return NodeKind::mapping;
  if (type == &PyList_Type || type == &PyTuple_Type) return NodeKind::sequence;
  if (type == &PyFloat_Type) return NodeKind::real;
  if (type == &PyBool_Type) return NodeKind::boolean;
  if (object == Py_None) return NodeKind::null;
  if (type == &PyBytes_Type) return NodeKind::bytes;
  if (type == &PySet_Type || type == &PyFrozenSet_Type) return NodeKind::set;
  return NodeKind::other;
}

// A text that begins with two underscores.
[[nodiscard]] inline bool is_private(PyObject* key) noexcept {
  return PyUnicode_Check(key) && PyUnicode_GET_LENGTH(key) >= 2 &&
         PyUnicode_READ_CHAR(key, 0) == '_' && PyUnicode_READ_CHAR(key, 1) == '_';
}

// Two exact strings.
[[nodiscard]] inline bool same_text(PyObject* left, PyObject* right) noexcept {
  if (left == right) return true;
  const Py_ssize_t length = PyUnicode_GET_LENGTH(left);
  if (length != PyUnicode_GET_LENGTH(right)) return false;
  const int kind = static_cast<int>(PyUnicode_KIND(left));
  if (kind != static_cast<int>(PyUnicode_KIND(right))) return false;
  return std::memcmp(PyUnicode_DATA(left), PyUnicode_DATA(right),
                     static_cast<std::size_t>(length) * static_cast<std::size_t>(kind)) == 0;
}

}  // namespace mainstay::binding::diff
