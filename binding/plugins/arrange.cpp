// arrange.cpp - `arrange(entries)`: the engine's order among named plugins, for lists of tuples.
#include "mainstay/plugins/arrange.hpp"

#include <new>
#include <string_view>
#include <vector>

#include "binding/plugins/module.hpp"

namespace mainstay::binding::plugins {
namespace {

using mainstay::plugins::Wishes;

// The names of one entry. Views into the str objects, which the entries keep alive.
struct WishedNames {
  std::vector<std::string_view> before, after;
};

// False with an exception set: TypeError when it is no str, UnicodeEncodeError when it has no
// UTF-8.
bool read_name(PyObject* object, std::string_view& name) noexcept {
  Py_ssize_t size = 0;
  const char* text = PyUnicode_AsUTF8AndSize(object, &size);
  if (text == nullptr) return false;
  name = {text, static_cast<std::size_t>(size)};
  return true;
}

bool read_names(PyObject* tuple, std::vector<std::string_view>& names) {
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(tuple); ++i) {
    if (!read_name(PyTuple_GET_ITEM(tuple, i), names.emplace_back())) return false;
  }
  return true;
}

bool read_entry(PyObject* object, Wishes& entry, WishedNames& names) {
  PyObject *plugin = nullptr, *before = nullptr, *after = nullptr;
  int is_wrapper = 0;
  if (!PyTuple_Check(object)) {
    PyErr_Format(PyExc_TypeError, "an entry must be (plugin, wrapper, before, after), got %R",
                 object);
    return false;
  }
  if (!PyArg_ParseTuple(object, "UpO!O!:arrange", &plugin, &is_wrapper, &PyTuple_Type, &before,
                        &PyTuple_Type, &after)) {
    return false;
  }
  if (!read_names(before, names.before) || !read_names(after, names.after)) return false;
  entry.wrapper = is_wrapper != 0;
  entry.before = names.before;
  entry.after = names.after;
  return read_name(plugin, entry.plugin);
}

Ref as_list(const std::vector<std::size_t>& order) noexcept {
  Ref list = Ref::steal(PyList_New(static_cast<Py_ssize_t>(order.size())));
  for (std::size_t i = 0; list && i < order.size(); ++i) {
    PyObject* at = PyLong_FromSize_t(order[i]);
    if (at == nullptr) return Ref{};
    PyList_SET_ITEM(list.get(), static_cast<Py_ssize_t>(i), at);
  }
  return list;
}

Ref arranged(PyObject* entries) {
  const auto size = static_cast<std::size_t>(PyTuple_GET_SIZE(entries));
  std::vector<Wishes> wishes(size);
  std::vector<WishedNames> names(size);
  for (std::size_t i = 0; i < size; ++i) {
    PyObject* entry = PyTuple_GET_ITEM(entries, static_cast<Py_ssize_t>(i));
    if (!read_entry(entry, wishes[i], names[i])) return Ref{};
  }
  const auto order = mainstay::plugins::arrange(wishes);
  if (order) return as_list(*order);
  PyErr_SetString(PyExc_ValueError, order.error().message.c_str());
  return Ref{};
}

}  // namespace

PyObject* arrange_entries(PyObject*, PyObject* entries) noexcept {
  // A tuple of our own: what it holds stays alive, whatever happens to the list meanwhile.
  const Ref snapshot = Ref::steal(PySequence_Tuple(entries));
  if (!snapshot) return nullptr;
  try {
    return arranged(snapshot.get()).release();
  } catch (const std::bad_alloc&) {
    return PyErr_NoMemory();
  }
}

}  // namespace mainstay::binding::plugins
