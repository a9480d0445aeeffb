// native_value.cpp - see native_value.hpp.
#include "binding/plugins/native_value.hpp"

#include <cstdint>

#include "mainstay/plugins/portable.hpp"

namespace mainstay::binding::plugins {

bool to_value(PyObject* object, mainstay_plugins_value& value) noexcept {
  value = {};
  if (object == Py_None) return true;
  if (PyBool_Check(object)) {
    value.kind = MAINSTAY_PLUGINS_BOOL;
    value.as.integer = object == Py_True ? 1 : 0;
  } else if (PyLong_Check(object)) {
    int overflow = 0;
    value.kind = MAINSTAY_PLUGINS_INTEGER;
    value.as.integer = PyLong_AsLongLongAndOverflow(object, &overflow);
    if (overflow != 0) {
      PyErr_SetString(PyExc_OverflowError, "it is an int beyond 64 bits; give it as a str");
      return false;
    }
    if (value.as.integer == -1 && PyErr_Occurred()) return false;
  } else if (PyFloat_Check(object)) {
    value.kind = MAINSTAY_PLUGINS_NUMBER;
    value.as.number = PyFloat_AS_DOUBLE(object);
  } else if (PyUnicode_Check(object)) {
    Py_ssize_t size = 0;
    const char* text = PyUnicode_AsUTF8AndSize(object, &size);
    if (text == nullptr) return false;
    value.kind = MAINSTAY_PLUGINS_TEXT;
    value.as.text.data = text;
    value.as.text.size = static_cast<std::uint64_t>(size);
  } else {
    value.kind = MAINSTAY_PLUGINS_OBJECT;
    value.as.object = object;
  }
  return true;
}

Ref from_value(const mainstay_plugins_value& value) noexcept {
  switch (value.kind) {
    case MAINSTAY_PLUGINS_NOTHING: return Ref::share(Py_None);
    case MAINSTAY_PLUGINS_BOOL: return Ref::share(value.as.integer != 0 ? Py_True : Py_False);
    case MAINSTAY_PLUGINS_INTEGER: return Ref::steal(PyLong_FromLongLong(value.as.integer));
    case MAINSTAY_PLUGINS_NUMBER: return Ref::steal(PyFloat_FromDouble(value.as.number));
    case MAINSTAY_PLUGINS_TEXT:
      if (!mainstay::plugins::is_readable(value)) {
        PyErr_Format(
            PyExc_ValueError, "it is a text of %llu bytes%s; set as.text.data and .size",
            static_cast<unsigned long long>(value.as.text.size),
            value.as.text.data == nullptr ? " at a null pointer" : ", more than there can be");
        return Ref{};
      }
      return Ref::steal(PyUnicode_DecodeUTF8(value.as.text.size == 0 ? "" : value.as.text.data,
                                             static_cast<Py_ssize_t>(value.as.text.size),
                                             "strict"));
    case MAINSTAY_PLUGINS_OBJECT:
      if (value.as.object != nullptr) return Ref::share(static_cast<PyObject*>(value.as.object));
      PyErr_SetString(PyExc_ValueError, "it is a null object; give NOTHING for None");
      return Ref{};
    default:
      PyErr_Format(PyExc_ValueError, "it is of the unknown kind %u; abi.h lists what there is",
                   value.kind);
      return Ref{};
  }
}

}  // namespace mainstay::binding::plugins
