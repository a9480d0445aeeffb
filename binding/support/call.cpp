// call.cpp - see call.hpp.
#include "binding/support/call.hpp"

namespace mainstay::binding {

PyObject* single_argument(PyObject* self, PyObject* args, PyObject* kwargs,
                          PyObject* name) noexcept {
  const Py_ssize_t positional = PyTuple_GET_SIZE(args);
  const Py_ssize_t keywords = kwargs == nullptr ? 0 : PyDict_GET_SIZE(kwargs);
  const char* type_name = Py_TYPE(self)->tp_name;
  if (positional == 1 && keywords == 0) return PyTuple_GET_ITEM(args, 0);
  if (positional > 1) {
    return PyErr_Format(PyExc_TypeError,
                        "%s.__call__() takes 2 positional arguments but %zd were given", type_name,
                        positional + 1);
  }
  PyObject* found = nullptr;
  if (keywords > 0) {
    found = PyDict_GetItemWithError(kwargs, name);
    if (found == nullptr && PyErr_Occurred()) return nullptr;
    if (found != nullptr && positional == 0 && keywords == 1) return found;
    if (found != nullptr && positional == 1) {
      return PyErr_Format(PyExc_TypeError, "%s.__call__() got multiple values for argument '%U'",
                          type_name, name);
    }
    PyObject* key = nullptr;
    PyObject* value = nullptr;
    Py_ssize_t position = 0;
    while (PyDict_Next(kwargs, &position, &key, &value)) {
      if (PyUnicode_Check(key) && PyUnicode_Compare(key, name) == 0) continue;
      return PyErr_Format(PyExc_TypeError, "%s.__call__() got an unexpected keyword argument '%S'",
                          type_name, key);
    }
  }
  return PyErr_Format(PyExc_TypeError,
                      "%s.__call__() missing 1 required positional argument: '%U'", type_name, name);
}

}  // namespace mainstay::binding
