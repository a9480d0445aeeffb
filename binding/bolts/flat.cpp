// flat.cpp - flatten, and the functions that group values by a key.
#include <vector>

#include "binding/bolts/module.hpp"
#include "binding/bolts/slot.hpp"
#include "mainstay/bolts/walk.hpp"

namespace mainstay::binding::bolts {
namespace {

using mainstay::bolts::Looked;
using mainstay::bolts::Next;

// A host of the engine's walk: containers are iterables, values go to a list.
struct Flattening {
  struct Item {
    Ref value;  // empty: a container that was left
  };
  struct Frame {
    Ref source;  // a list, a tuple or an iterator
    Py_ssize_t position = 0;
  };

  PyObject* iterable_class;
  Ref values;

  Looked look(std::vector<Frame>& above, Item& item) {
    PyObject* value = item.value.get();
    if (!above.empty()) {
      const int is_container = goes_into(value);
      if (is_container < 0) return Looked::failed;
      if (is_container == 0) return Looked::value;
    }
    if (above.size() > static_cast<std::size_t>(Py_GetRecursionLimit())) {
      PyErr_SetString(PyExc_RecursionError,
                      "maximum recursion depth exceeded: the iterables are nested too deeply, or "
                      "one contains itself");
      return Looked::failed;
    }
#if defined(Py_GIL_DISABLED)
    const bool is_direct = PyTuple_CheckExact(value) != 0;
#else
    const bool is_direct = PyTuple_CheckExact(value) || PyList_CheckExact(value);
#endif
    Ref source = is_direct ? std::move(item.value) : Ref::steal(PyObject_GetIter(value));
    if (!source) return Looked::failed;
    above.push_back({std::move(source)});
    return Looked::container;
  }

  // 1 or 0; -1 with an exception set.
  int goes_into(PyObject* value) const {
    if (PyList_CheckExact(value) || PyTuple_CheckExact(value) || PyAnySet_CheckExact(value)) {
      return 1;
    }
    if (PyUnicode_Check(value) || PyBytes_Check(value) || PyLong_CheckExact(value) ||
        PyFloat_CheckExact(value) || value == Py_None) {
      return 0;
    }
    return PyObject_IsInstance(value, iterable_class);
  }

  static Next next(Frame& frame, Item& item) {
    PyObject* source = frame.source.get();
    if (PyList_CheckExact(source)) {
      if (frame.position >= PyList_GET_SIZE(source)) return Next::end;
      item.value = Ref::share(PyList_GET_ITEM(source, frame.position++));
      return Next::child;
    }
    if (PyTuple_CheckExact(source)) {
      if (frame.position >= PyTuple_GET_SIZE(source)) return Next::end;
      item.value = Ref::share(PyTuple_GET_ITEM(source, frame.position++));
      return Next::child;
    }
    item.value = Ref::steal(PyIter_Next(source));
    if (item.value) return Next::child;
    return PyErr_Occurred() != nullptr ? Next::failed : Next::end;
  }

  bool keep(std::vector<Frame>&, Item& item) {
    return !item.value || PyList_Append(values.get(), item.value.get()) == 0;
  }
  static bool leave(std::vector<Frame>&, Frame&, Item& item) {
    item.value = Ref{};
    return true;
  }
};

// What the key of a value is: the value itself (None), an attribute or `missing` where there is no
// such, or what a function answers.
Ref key_of(PyObject* key, PyObject* value, PyObject* missing) noexcept {
  if (key == Py_None) return Ref::share(value);
  if (key == reinterpret_cast<PyObject*>(&PyBool_Type)) {
    const int is_true = PyObject_IsTrue(value);
    return is_true < 0 ? Ref{} : Ref::share(is_true != 0 ? Py_True : Py_False);
  }
  if (!PyUnicode_Check(key)) return Ref::steal(PyObject_CallOneArg(key, value));
  Ref attribute = Ref::steal(PyObject_GetAttr(value, key));
  if (attribute || !PyErr_ExceptionMatches(PyExc_AttributeError)) return attribute;
  PyErr_Clear();
  return Ref::share(missing);
}

// Calls `each(value)` for the items of an iterable until it answers false, with an exception set.
template <class Each>
bool for_each(PyObject* iterable, Each each) {
  const Ref iterator = Ref::steal(PyObject_GetIter(iterable));
  if (!iterator) return false;
  while (const Ref value = Ref::steal(PyIter_Next(iterator.get()))) {
    if (!each(value.get())) return false;
  }
  return PyErr_Occurred() == nullptr;
}

// The list of a dict under a key, made if there is none. Empty with an exception set.
Ref list_under(PyObject* dict, PyObject* key) noexcept {
  Ref list = Ref::share(PyDict_GetItemWithError(dict, key));
  if (list || PyErr_Occurred() != nullptr) return list;
  list = Ref::steal(PyList_New(0));
  if (!list || PyDict_SetItem(dict, key, list.get()) != 0) return Ref{};
  return list;
}

}  // namespace

PyObject* flatten(PyObject*, PyObject* const* args, Py_ssize_t nargs) noexcept try {
  if (!takes("flatten", nargs, 2)) return nullptr;
  Flattening host{args[1], Ref::steal(PyList_New(0))};
  Flattening::Item item{Ref::share(args[0])};
  return host.values && mainstay::bolts::walk(host, item) ? host.values.release() : nullptr;
} catch (const std::bad_alloc&) {
  return PyErr_NoMemory();
}

PyObject* unique(PyObject*, PyObject* const* args, Py_ssize_t nargs) noexcept {
  if (!takes("unique", nargs, 2)) return nullptr;
  Ref list = Ref::steal(PyList_New(0));
  const Ref seen = Ref::steal(PySet_New(nullptr));
  if (!list || !seen) return nullptr;
  const bool done = for_each(args[0], [&](PyObject* value) {
    const Ref key = key_of(args[1], value, value);
    if (!key) return false;
    const Py_ssize_t before = PySet_GET_SIZE(seen.get());
    if (PySet_Add(seen.get(), key.get()) != 0) return false;
    return PySet_GET_SIZE(seen.get()) == before || PyList_Append(list.get(), value) == 0;
  });
  return done ? list.release() : nullptr;
}

PyObject* redundant(PyObject*, PyObject* const* args, Py_ssize_t nargs) noexcept {
  if (!takes("redundant", nargs, 3)) return nullptr;
  const bool whole = PyObject_IsTrue(args[2]) == 1;
  Ref again = Ref::steal(PyList_New(0));
  const Ref alike = Ref::steal(PyDict_New());   // key -> the first value
  const Ref groups = Ref::steal(PyDict_New());  // key -> the values, if they are several
  if (!again || !alike || !groups) return nullptr;
  const bool done = for_each(args[0], [&](PyObject* value) {
    const Ref key = key_of(args[1], value, value);
    if (!key) return false;
    const Py_ssize_t before = PyDict_GET_SIZE(alike.get());
    const Ref first = Ref::share(PyDict_SetDefault(alike.get(), key.get(), value));
    if (!first || PyDict_GET_SIZE(alike.get()) != before) return static_cast<bool>(first);
    const Ref known = Ref::share(PyDict_GetItemWithError(groups.get(), key.get()));
    if (known) return !whole || PyList_Append(known.get(), value) == 0;
    if (PyErr_Occurred() != nullptr) return false;
    Ref group = whole ? Ref::steal(Py_BuildValue("[OO]", first.get(), value)) : Ref::share(value);
    return group && PyDict_SetItem(groups.get(), key.get(), group.get()) == 0 &&
           PyList_Append(again.get(), group.get()) == 0;
  });
  return done ? again.release() : nullptr;
}

PyObject* bucketize(PyObject*, PyObject* const* args, Py_ssize_t nargs) noexcept {
  if (!takes("bucketize", nargs, 4)) return nullptr;
  PyObject* transform = args[2] == Py_None ? nullptr : args[2];
  PyObject* filter = args[3] == Py_None ? nullptr : args[3];
  Ref buckets = Ref::steal(PyDict_New());
  if (!buckets) return nullptr;
  const bool done = for_each(args[0], [&](PyObject* value) {
    const Ref key = key_of(args[1], value, value);
    if (!key) return false;
    if (filter != nullptr) {
      const Ref answer = Ref::steal(PyObject_CallOneArg(filter, key.get()));
      const int wanted = answer ? PyObject_IsTrue(answer.get()) : -1;
      if (wanted <= 0) return wanted == 0;
    }
    const Ref put = transform == nullptr ? Ref::share(value)
                                         : Ref::steal(PyObject_CallOneArg(transform, value));
    const Ref bucket = put ? list_under(buckets.get(), key.get()) : Ref{};
    return bucket && PyList_Append(bucket.get(), put.get()) == 0;
  });
  return done ? buckets.release() : nullptr;
}

PyObject* partition(PyObject*, PyObject* const* args, Py_ssize_t nargs) noexcept {
  if (!takes("partition", nargs, 2)) return nullptr;
  PyObject* tests = args[1];  // a tuple
  const Py_ssize_t count = PyTuple_GET_SIZE(tests);
  Ref lists = Ref::steal(PyTuple_New(count + 1));
  for (Py_ssize_t at = 0; lists && at <= count; ++at) {
    PyObject* list = PyList_New(0);
    if (list == nullptr) return nullptr;
    PyTuple_SET_ITEM(lists.get(), at, list);
  }
  const bool done = lists && for_each(args[0], [&](PyObject* value) {
                      Py_ssize_t place = 0;
                      for (; place < count; ++place) {
                        const Ref answer = key_of(PyTuple_GET_ITEM(tests, place), value, Py_False);
                        const int is_true = answer ? PyObject_IsTrue(answer.get()) : -1;
                        if (is_true < 0) return false;
                        if (is_true != 0) break;
                      }
                      return PyList_Append(PyTuple_GET_ITEM(lists.get(), place), value) == 0;
                    });
  return done ? lists.release() : nullptr;
}

}  // namespace mainstay::binding::bolts
