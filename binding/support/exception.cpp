// exception.cpp - see exception.hpp.
#include "binding/support/exception.hpp"

namespace mainstay::binding {

Ref take_exception() noexcept {
#if PY_VERSION_HEX >= 0x030C0000
  return Ref::steal(PyErr_GetRaisedException());
#else
  PyObject *type = nullptr, *value = nullptr, *traceback = nullptr;
  PyErr_Fetch(&type, &value, &traceback);
  if (type == nullptr) return Ref{};
  PyErr_NormalizeException(&type, &value, &traceback);
  if (traceback != nullptr) PyException_SetTraceback(value, traceback);
  Py_XDECREF(type);
  Py_XDECREF(traceback);
  return Ref::steal(value);
#endif
}

void raise_statement(PyObject* error) noexcept {
  PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(error)), error);
}

void set_cause(PyObject* error, PyObject* cause) noexcept {
  PyException_SetCause(error, Ref::share(cause).release());
  PyException_SetContext(error, Ref::share(cause).release());
}

Handling::Handling(PyObject* error) noexcept : thread_(PyThreadState_Get()), entry_{} {
#if PY_VERSION_HEX < 0x030B0000
  entry_.exc_type = reinterpret_cast<PyObject*>(Py_TYPE(error));
#endif
  entry_.exc_value = error;
  entry_.previous_item = thread_->exc_info;
  thread_->exc_info = &entry_;
}

Handling::~Handling() { thread_->exc_info = entry_.previous_item; }

}  // namespace mainstay::binding
