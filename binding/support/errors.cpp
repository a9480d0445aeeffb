// errors.cpp - see errors.hpp.
#include "binding/support/errors.hpp"

namespace mainstay::binding {

PyObject* exception_for(ErrorCode code) noexcept {
  switch (code) {  // no default: a new code is a compile error until its exception is decided
    case ErrorCode::invalid_argument: return PyExc_ValueError;
    case ErrorCode::invalid_answer: return PyExc_TypeError;
    case ErrorCode::not_found: return PyExc_KeyError;
    case ErrorCode::limit_exceeded: return PyExc_OverflowError;
    case ErrorCode::corrupt_data: return PyExc_ValueError;
    case ErrorCode::system: return PyExc_OSError;
    case ErrorCode::timed_out: return PyExc_TimeoutError;
    case ErrorCode::unsupported: return PyExc_RuntimeError;
    case ErrorCode::closed: return PyExc_ValueError;
  }
  return PyExc_SystemError;
}

PyObject* raise_error(const Error& error) noexcept {
  return raise_error(exception_for(error.code), error);
}

PyObject* raise_error(PyObject* exception, const Error& error) noexcept {
  const Ref text = Ref::steal(PyUnicode_DecodeUTF8(
      error.message.data(), static_cast<Py_ssize_t>(error.message.size()), "backslashreplace"));
  if (!text) return nullptr;
  if (error.system_number == 0) {
    PyErr_SetObject(exception, text.get());
    return nullptr;
  }
  const Ref arguments = Ref::steal(Py_BuildValue("(iO)", error.system_number, text.get()));
  if (arguments) PyErr_SetObject(exception, arguments.get());
  return nullptr;
}

}  // namespace mainstay::binding
