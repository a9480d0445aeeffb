// multi_dict.cpp - `_native.MultiDict`, the base of OrderedMultiDict: a dict of lists of values.
//
// As long as each key has one value, the dict's own order is the order of all additions, and
// nothing else is kept. From the first second value on, `cells` maps the number of an addition to
// its (key, value), and `numbers` each key to the numbers of its values. The dict's order is always
// that of each key's first value, because a key whose values are replaced leaves and comes again.
// All three are Python's own dicts: what a program sees of the first two has to be one, and the
// third is what keeps `items(multi=True)` a copy of tuples that are there.
#include <cstddef>

#include "binding/bolts/module.hpp"
#include "binding/bolts/slot.hpp"
#include "binding/support/gil.hpp"
#include "binding/support/type.hpp"

namespace mainstay::binding::bolts {
namespace {

struct MultiDictObject {
  PyDictObject dict;
  PyObject* cells;  // null: each key has one value
  PyObject* numbers;
  long long next;
};

MultiDictObject& multi(PyObject* self) noexcept {
  return *reinterpret_cast<MultiDictObject*>(self);
}

void forget(MultiDictObject& self) noexcept {
  const Ref cells = Ref::steal(std::exchange(self.cells, nullptr));
  const Ref numbers = Ref::steal(std::exchange(self.numbers, nullptr));
}

// The list of a key's values; empty, perhaps with an exception set.
Ref values_of(PyObject* dict, PyObject* key) noexcept {
  return Ref::share(PyDict_GetItemWithError(dict, key));
}

bool note(MultiDictObject& self, PyObject* key, PyObject* value) noexcept {
  const Ref number = Ref::steal(PyLong_FromLongLong(self.next++));
  const Ref cell = number ? Ref::steal(PyTuple_Pack(2, key, value)) : Ref{};
  if (!cell || PyDict_SetItem(self.cells, number.get(), cell.get()) != 0) return false;
  Ref numbers = Ref::share(PyDict_GetItemWithError(self.numbers, key));
  if (!numbers) {
    if (PyErr_Occurred() != nullptr) return false;
    numbers = Ref::steal(PyList_New(0));
    if (!numbers || PyDict_SetItem(self.numbers, key, numbers.get()) != 0) return false;
  }
  return PyList_Append(numbers.get(), number.get()) == 0;
}

// From now on additions are numbered.
bool begin_cells(PyObject* object) noexcept {
  MultiDictObject& self = multi(object);
  self.cells = PyDict_New();
  self.numbers = PyDict_New();
  self.next = 0;
  if (self.cells == nullptr || self.numbers == nullptr) return false;
  Py_ssize_t position = 0;
  PyObject* key = nullptr;
  PyObject* values = nullptr;
  while (PyDict_Next(object, &position, &key, &values)) {
    if (!PyList_CheckExact(values)) continue;  // put there past the methods
    const Ref kept = Ref::share(key);
    for (Py_ssize_t at = 0; at < PyList_GET_SIZE(values); ++at) {
      const Ref value = Ref::share(PyList_GET_ITEM(values, at));
      if (!note(self, kept.get(), value.get())) return false;
    }
  }
  return true;
}

bool add_value(PyObject* object, PyObject* key, PyObject* value) noexcept {
  MultiDictObject& self = multi(object);
  Ref values = values_of(object, key);
  if (values) {
    if (self.cells == nullptr && !begin_cells(object)) return false;
    if (PyList_Append(values.get(), value) != 0) return false;
  } else {
    if (PyErr_Occurred() != nullptr) return false;
    values = Ref::steal(PyList_New(1));
    if (!values) return false;
    PyList_SET_ITEM(values.get(), 0, Ref::share(value).release());
    if (PyDict_SetItem(object, key, values.get()) != 0) return false;
  }
  return self.cells == nullptr || note(self, key, value);
}

// Takes a key and all its values out. Empty without an exception: it is not there.
Ref drop_key(PyObject* object, PyObject* key) noexcept {
  MultiDictObject& self = multi(object);
  Ref values = values_of(object, key);
  if (!values || PyDict_DelItem(object, key) != 0) return Ref{};
  if (PyDict_GET_SIZE(object) == 0) {
    forget(self);
  } else if (self.cells != nullptr) {
    const Ref numbers = Ref::share(PyDict_GetItemWithError(self.numbers, key));
    if (!numbers || PyDict_DelItem(self.numbers, key) != 0) return Ref{};
    for (Py_ssize_t at = 0; at < PyList_GET_SIZE(numbers.get()); ++at) {
      if (PyDict_DelItem(self.cells, PyList_GET_ITEM(numbers.get(), at)) != 0) return Ref{};
    }
  }
  return values;
}

PyObject* last_of(PyObject* values) noexcept {
  const Py_ssize_t size = PyList_CheckExact(values) ? PyList_GET_SIZE(values) : 0;
  if (size != 0) return PyList_GET_ITEM(values, size - 1);
  PyErr_SetString(PyExc_IndexError, "list index out of range");  // as values[-1] would
  return nullptr;
}

PyObject* subscript(PyObject* object, PyObject* key) noexcept {
  const CriticalSection section(object);
  const Ref values = values_of(object, key);
  if (values) return Ref::share(last_of(values.get())).release();
  if (PyErr_Occurred() == nullptr) raise_key_error(key);
  return nullptr;
}

int assign(PyObject* object, PyObject* key, PyObject* value) noexcept {
  const CriticalSection section(object);
  const Ref gone = drop_key(object, key);
  if (!gone && PyErr_Occurred() != nullptr) return -1;
  if (value != nullptr) return add_value(object, key, value) ? 0 : -1;
  if (!gone) raise_key_error(key);
  return gone ? 0 : -1;
}

PyObject* get(PyObject* object, PyObject* const* args, Py_ssize_t nargs) noexcept {
  if (nargs < 1 || nargs > 2) {
    return PyErr_Format(PyExc_TypeError, "get() takes a key and a default, got %zd arguments",
                        nargs);
  }
  const CriticalSection section(object);
  const Ref values = values_of(object, args[0]);
  if (!values && PyErr_Occurred() != nullptr) return nullptr;
  PyObject* fallback = nargs == 2 ? args[1] : Py_None;
  return Ref::share(values ? last_of(values.get()) : fallback).release();
}

PyObject* add(PyObject* object, PyObject* const* args, Py_ssize_t nargs) noexcept {
  if (!takes("add", nargs, 2)) return nullptr;
  const CriticalSection section(object);
  return add_value(object, args[0], args[1]) ? none().release() : nullptr;
}

// Adds (key, value) pairs.
PyObject* add_pairs(PyObject* object, PyObject* pairs) noexcept {
  const Ref iterator = Ref::steal(PyObject_GetIter(pairs));
  if (!iterator) return nullptr;
  while (const Ref given = Ref::steal(PyIter_Next(iterator.get()))) {
    const Ref pair = PyTuple_CheckExact(given.get()) ? Ref::share(given.get())
                                                     : Ref::steal(PySequence_Tuple(given.get()));
    if (!pair) return nullptr;
    if (PyTuple_GET_SIZE(pair.get()) != 2) {
      return PyErr_Format(PyExc_ValueError, "expected a pair of key and value, got %R",
                          given.get());
    }
    const CriticalSection section(object);
    if (!add_value(object, PyTuple_GET_ITEM(pair.get(), 0), PyTuple_GET_ITEM(pair.get(), 1))) {
      return nullptr;
    }
  }
  return PyErr_Occurred() != nullptr ? nullptr : none().release();
}

PyObject* drop(PyObject* object, PyObject* key) noexcept {
  const CriticalSection section(object);
  Ref values = drop_key(object, key);
  if (values || PyErr_Occurred() != nullptr) return values.release();
  return none().release();
}

// Removes the last value of a key that has one and returns it.
PyObject* drop_last(PyObject* object, PyObject* key) noexcept {
  const CriticalSection section(object);
  MultiDictObject& self = multi(object);
  const Ref values = values_of(object, key);
  if (!values) {
    if (PyErr_Occurred() == nullptr) raise_key_error(key);
    return nullptr;
  }
  const Py_ssize_t size = PyList_GET_SIZE(values.get());
  Ref value = Ref::share(last_of(values.get()));
  if (!value) return nullptr;
  if (size == 1) return drop_key(object, key) ? value.release() : nullptr;
  if (self.cells != nullptr) {
    const Ref numbers = Ref::share(PyDict_GetItemWithError(self.numbers, key));
    const Py_ssize_t known = numbers ? PyList_GET_SIZE(numbers.get()) : 0;
    if (known == 0) return nullptr;
    const Ref number = Ref::share(PyList_GET_ITEM(numbers.get(), known - 1));
    if (PyDict_DelItem(self.cells, number.get()) != 0 ||
        PyList_SetSlice(numbers.get(), known - 1, known, nullptr) != 0) {
      return nullptr;
    }
  }
  return PyList_SetSlice(values.get(), size - 1, size, nullptr) == 0 ? value.release() : nullptr;
}

// A list of `make(key, value)` for each key with its last value.
template <class Make>
Ref each_last(PyObject* object, Make make) noexcept {
  Ref list = Ref::steal(PyList_New(0));
  Py_ssize_t position = 0;
  PyObject* key = nullptr;
  PyObject* values = nullptr;
  while (list && PyDict_Next(object, &position, &key, &values)) {
    PyObject* value = last_of(values);
    const Ref item = value != nullptr ? make(key, value) : Ref{};
    if (!item || PyList_Append(list.get(), item.get()) != 0) return Ref{};
  }
  return list;
}

constexpr const char* kMultiParameters[] = {"multi"};
constexpr Signature kItems{"OrderedMultiDict.items", "self", kMultiParameters, 0};

PyObject* items(PyObject* object, PyObject* is_multi) noexcept {
  const int wanted = is_multi == nullptr ? 0 : PyObject_IsTrue(is_multi);
  if (wanted < 0) return nullptr;
  const CriticalSection section(object);
  MultiDictObject& self = multi(object);
  if (wanted != 0 && self.cells != nullptr) return PyDict_Values(self.cells);
  return each_last(object, [](PyObject* key,
                              PyObject* value) { return Ref::steal(PyTuple_Pack(2, key, value)); })
      .release();
}

PyObject* cells(PyObject* object, void*) noexcept {
  MultiDictObject& self = multi(object);
  return Ref::share(self.cells == nullptr ? Py_None : self.cells).release();
}

PyObject* clear(PyObject* object, PyObject*) noexcept {
  const CriticalSection section(object);
  forget(multi(object));
  PyDict_Clear(object);
  return none().release();
}

int traverse(PyObject* object, visitproc visit, void* arg) noexcept {
  Py_VISIT(Py_TYPE(object));
  Py_VISIT(multi(object).cells);
  Py_VISIT(multi(object).numbers);
  return PyDict_Type.tp_traverse(object, visit, arg);
}

int clear_references(PyObject* object) noexcept {
  forget(multi(object));
  return PyDict_Type.tp_clear(object);
}

void end(PyObject* object) noexcept {
  PyTypeObject* type = Py_TYPE(object);
  PyObject_GC_UnTrack(object);
  forget(multi(object));
  PyDict_Type.tp_dealloc(object);
  Py_DECREF(type);
}

PyMethodDef kMethods[] = {
    {"get", as_method(&get), METH_FASTCALL,
     "get($self, k, default=None, /)\n--\n\nThe last value of a key, or `default`."},
    {"add", as_method(&add), METH_FASTCALL,
     "add($self, k, v, /)\n--\n\nAdds a value to those of a key."},
    {"clear", as_method(&clear), METH_NOARGS, "clear($self, /)\n--\n\nRemoves everything."},
    {"items", as_signed_method<kItems, &items>(), METH_FASTCALL | METH_KEYWORDS,
     "items($self, multi=False)\n--\n\nA list of each key with its last value; with `multi` of all "
     "items in order of addition."},
    {"_add_pairs", as_method(&add_pairs), METH_O, "Adds (key, value) pairs."},
    {"_drop", as_method(&drop), METH_O, "Takes out a key; the list of its values, or None."},
    {"_drop_last", as_method(&drop_last), METH_O, "Takes out the last value of a key."},
    {},
};

PyGetSetDef kAttributes[] = {
    {"_cells", &cells, nullptr, "Numbers of additions to items; None while keys are unique.",
     nullptr},
    {},
};

PyType_Slot kSlots[] = {
    {Py_tp_dealloc, reinterpret_cast<void*>(&end)},
    {Py_tp_traverse, reinterpret_cast<void*>(&traverse)},
    {Py_tp_clear, reinterpret_cast<void*>(&clear_references)},
    {Py_tp_methods, kMethods},
    {Py_tp_getset, kAttributes},
    {Py_mp_subscript, reinterpret_cast<void*>(&subscript)},
    {Py_mp_ass_subscript, reinterpret_cast<void*>(&assign)},
    {Py_tp_doc, const_cast<char*>("A dict with several values per key.")},
    {0, nullptr},
};

PyType_Spec spec{"mainstay.bolts._native.MultiDict", sizeof(MultiDictObject), 0,
                 Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC, kSlots};

}  // namespace

bool add_multi_dict(PyObject* module, State& state) noexcept {
  state.multi_dict_type = add_type(module, spec, reinterpret_cast<PyObject*>(&PyDict_Type));
  return static_cast<bool>(state.multi_dict_type);
}

}  // namespace mainstay::binding::bolts
