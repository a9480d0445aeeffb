// view.hpp - exact built-in Python objects as trees: what a node is and what is below it.
//
// Everything else is a node of kind `other`. Failures are Python exceptions that are set.
#pragma once

#include <cstddef>
#include <utility>

#include "binding/diff/held.hpp"
#include "binding/support/gil.hpp"
#include "mainstay/base/node_view.hpp"

namespace mainstay::binding::diff {

struct View {
  using Node = Held;
  using Key = Held;
  struct Cursor {
    Py_ssize_t at = 0;
    Held iterator{};
  };

  [[nodiscard]] static NodeKind kind(const Held& node) noexcept { return kind_of(node.get()); }
  [[nodiscard]] static bool same_type(const Held& left, const Held& right) noexcept {
    return Py_TYPE(left.get()) == Py_TYPE(right.get());
  }
  [[nodiscard]] static const void* identity(const Held& node) noexcept { return node.get(); }
  [[nodiscard]] static std::size_t size(const Held& node) noexcept;

  static Found item(const Held& node, std::size_t at, Held& child) noexcept {
    PyObject* list = node.get();
    PyObject* found = nullptr;
    if (PyTuple_CheckExact(list)) {
      if (at >= static_cast<std::size_t>(PyTuple_GET_SIZE(list))) return Found::no;
      found = PyTuple_GET_ITEM(list, static_cast<Py_ssize_t>(at));
      child = Held::share(found);
      return Found::yes;
    }
    Ref item;
    {
      const CriticalSection section(list);
      if (at >= static_cast<std::size_t>(PyList_GET_SIZE(list))) return Found::no;
      item = Ref::share(PyList_GET_ITEM(list, static_cast<Py_ssize_t>(at)));
    }
    child = Held(std::move(item));
    return Found::yes;
  }

  static Found entry(const Held& node, Cursor& cursor, Held& key, Held& child) noexcept {
    Ref found_key;
    Ref found_value;
    {
      const CriticalSection section(node.get());
      PyObject* borrowed_key = nullptr;
      PyObject* borrowed_value = nullptr;
      if (!PyDict_Next(node.get(), &cursor.at, &borrowed_key, &borrowed_value)) return Found::no;
      found_key = Ref::share(borrowed_key);
      found_value = Ref::share(borrowed_value);
    }
    key = Held(std::move(found_key));
    child = Held(std::move(found_value));
    return Found::yes;
  }

  static Found find(const Held& node, const Held& key, Held& child) noexcept;
  static Found member(const Held& node, Cursor& cursor, Held& child) noexcept;

  [[nodiscard]] static bool same_key(const Held& left, const Held& right) noexcept {
    return same(left.get(), right.get());
  }

  // Tuples and frozensets that may be keys of dicts: not tuples so deep that hashing each of those
  // in it takes quadratic time.
  [[nodiscard]] static bool known_by_value(PyObject* object) noexcept;

#if !defined(Py_GIL_DISABLED)
  // No other thread changes them meanwhile, so nothing has to be kept.
  [[nodiscard]] static bool same_keys(const Held& left, const Held& right) noexcept {
    Py_ssize_t at = 0;
    Py_ssize_t there = 0;
    PyObject* key = nullptr;
    PyObject* other = nullptr;
    while (PyDict_Next(left.get(), &at, &key, nullptr) &&
           PyDict_Next(right.get(), &there, &other, nullptr)) {
      if (!same(key, other)) return false;
    }
    return true;
  }
#endif

 private:
  [[nodiscard]] static bool same(PyObject* left, PyObject* right) noexcept {
    return left == right ||
           (PyUnicode_CheckExact(left) && PyUnicode_CheckExact(right) && same_text(left, right));
  }
};

}  // namespace mainstay::binding::diff
