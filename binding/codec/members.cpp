// members.cpp - the members of dataclasses and attrs classes, and the order of members.
#include <cstring>

#include "binding/codec/encode.hpp"

namespace mainstay::binding::codec {
namespace {

bool is_private(PyObject* name) {
  return PyUnicode_GET_LENGTH(name) > 0 && PyUnicode_READ_CHAR(name, 0) == '_';
}

// Names and values of a dict at this moment.
bool append_dict(const State& state, PyObject* dict, std::vector<NamedValue>& members) {
  const CriticalSection section(dict);
  PyObject* key = nullptr;
  PyObject* value = nullptr;
  Py_ssize_t position = 0;
  while (PyDict_Next(dict, &position, &key, &value)) {
    if (!PyUnicode_CheckExact(key) || is_private(key) || value == state.UNSET.get()) continue;
    members.push_back({Ref::share(key), Ref::share(value)});
  }
  return true;
}

// A field as its class gives it; empty without an exception when it is not set.
Ref field_value(PyObject* object, PyObject* name, PyObject* dict) {
  if (Py_TYPE(object)->tp_getattro == PyObject_GenericGetAttr) {
    if (dict != nullptr) {
      PyObject* found = PyDict_GetItemWithError(dict, name);
      if (found != nullptr || PyErr_Occurred() != nullptr) return Ref::share(found);
    }
    // Slots and properties; a plain class attribute is a default that was never set.
    const Ref descriptor = Ref::share(_PyType_Lookup(Py_TYPE(object), name));
    if (!descriptor) return Ref{};
    PyTypeObject* type = Py_TYPE(descriptor.get());
    if (type->tp_descr_get == nullptr || type->tp_descr_set == nullptr) return Ref{};
    Ref found = Ref::steal(
        type->tp_descr_get(descriptor.get(), object, reinterpret_cast<PyObject*>(Py_TYPE(object))));
    if (found) return found;
  } else {
    Ref found = Ref::steal(PyObject_GetAttr(object, name));
    if (found) return found;
  }
  if (PyErr_ExceptionMatches(PyExc_AttributeError) || PyErr_ExceptionMatches(PyExc_KeyError)) {
    PyErr_Clear();
  }
  return Ref{};
}

Ref dict_of(PyObject* object) {
  Ref dict = Ref::steal(PyObject_GenericGetDict(object, nullptr));
  if (!dict) PyErr_Clear();
  return dict;
}

}  // namespace

Ref dataclass_fields(const State& state, PyObject* object) {
  PyTypeObject* type = Py_TYPE(object);
  Ref fields = Ref::share(_PyType_Lookup(type, state.s_dataclass_fields.get()));
  if (!fields) return fields;
  if (PyDict_CheckExact(fields.get()) && type->tp_getattro == PyObject_GenericGetAttr) {
    return fields;
  }
  fields = Ref::steal(PyObject_GetAttr(object, state.s_dataclass_fields.get()));
  if (!fields) PyErr_Clear();
  return fields;
}

bool is_attrs(const State& state, PyObject* object) {
  PyObject* dict = Py_TYPE(object)->tp_dict;
  return dict != nullptr && PyDict_Contains(dict, state.s_attrs_attrs.get()) > 0;
}

bool append_dataclass(const State& state, PyObject* object, PyObject* fields,
                      std::vector<NamedValue>& members) {
  if (!PyDict_CheckExact(fields)) {
    PyErr_Format(PyExc_RuntimeError, "%R.__dataclass_fields__ is not a dict", object);
    return false;
  }
  const Ref dict =
      Py_TYPE(object)->tp_getattro == PyObject_GenericGetAttr ? dict_of(object) : Ref{};
  const Ref names = Ref::steal(PyDict_Keys(fields));
  if (!names) return false;
  for (Py_ssize_t i = 0; i < PyList_GET_SIZE(names.get()); ++i) {
    PyObject* name = PyList_GET_ITEM(names.get(), i);
    if (!PyUnicode_CheckExact(name)) continue;
    Ref value = field_value(object, name, dict.get());
    if (!value) {
      if (PyErr_Occurred() != nullptr) return false;
      continue;
    }
    if (value.get() == state.UNSET.get()) continue;
    members.push_back({Ref::share(name), std::move(value)});
  }
  return true;
}

bool append_attributes(const State& state, PyObject* object, std::vector<NamedValue>& members) {
  const Ref dict = dict_of(object);
  if (dict && !append_dict(state, dict.get(), members)) return false;
  for (PyTypeObject* type = Py_TYPE(object); type != nullptr; type = type->tp_base) {
    if (!PyType_HasFeature(type, Py_TPFLAGS_HEAPTYPE)) continue;
    auto* heap = reinterpret_cast<PyHeapTypeObject*>(type);
    if (heap->ht_slots == nullptr) continue;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(heap->ht_slots); ++i) {
      PyObject* name = PyTuple_GET_ITEM(heap->ht_slots, i);
      if (is_private(name)) continue;
      Ref value = field_value(object, name, nullptr);
      if (!value) {
        if (PyErr_Occurred() != nullptr) return false;
        continue;
      }
      if (value.get() == state.UNSET.get()) continue;
      members.push_back({Ref::share(name), std::move(value)});
    }
  }
  return true;
}

bool sort_members(std::vector<NamedValue>::iterator begin, std::vector<NamedValue>::iterator end) {
  for (auto at = begin; at != end; ++at) {
    if (PyUnicode_AsUTF8(at->name.get()) == nullptr) return false;
  }
  std::sort(begin, end, [](const NamedValue& left, const NamedValue& right) {
    std::string_view one;
    std::string_view other;
    return utf8_of(left.name.get(), one) && utf8_of(right.name.get(), other) && one < other;
  });
  return true;
}

bool uuid_bytes(const State& state, PyObject* uuid, mainstay::codec::UuidBytes& bytes) {
  const Ref number = Ref::steal(PyObject_GetAttr(uuid, state.s_int.get()));
  if (!number) return false;
  if (!PyLong_Check(number.get())) {
    PyErr_SetString(PyExc_TypeError, "uuid.int must be an int");
    return false;
  }
#if PY_VERSION_HEX >= 0x030D0000
  return _PyLong_AsByteArray(reinterpret_cast<PyLongObject*>(number.get()), bytes.data(),
                             bytes.size(), 0, 0, 1) == 0;
#else
  return _PyLong_AsByteArray(reinterpret_cast<PyLongObject*>(number.get()), bytes.data(),
                             bytes.size(), 0, 0) == 0;
#endif
}

}  // namespace mainstay::binding::codec
