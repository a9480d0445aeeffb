// result.cpp - see result.hpp.
#include "binding/plugins/result.hpp"

#include <cstddef>
#include <iterator>
#include <utility>

#include "binding/support/exception.hpp"
#include "binding/support/signature.hpp"

namespace mainstay::binding::plugins {
namespace {

// The old object goes last: its finalizer may look at the field.
void put(PyObject*& field, PyObject* value) noexcept {
  const Ref old = Ref::steal(std::exchange(field, Ref::share(value).release()));
}

// Null with an exception set for what is no exception and not None.
Ref traceback_of(PyObject* error) noexcept {
  if (error == Py_None) return Ref::share(Py_None);
  if (PyExceptionInstance_Check(error)) {
    Ref traceback = Ref::steal(PyException_GetTraceback(error));
    return traceback ? std::move(traceback) : Ref::share(Py_None);
  }
  return Ref::steal(PyObject_GetAttrString(error, "__traceback__"));
}

bool fill(PyObject* self, PyObject* value, PyObject* error) noexcept {
  const Ref traceback = traceback_of(error);
  if (!traceback) return false;
  ResultObject& result = as_result(self);
  put(result.value, value);
  put(result.error, error);
  put(result.traceback, traceback.get());
  return true;
}

int init(PyObject* self, PyObject* args, PyObject* kwargs) noexcept {
  static constexpr const char* kParameters[] = {"result", "exception"};
  static constexpr Signature kSignature{"Result.__init__", "self", kParameters, 2};
  PyObject* taken[std::size(kParameters)];
  if (!take_arguments(kSignature, args, kwargs, taken)) return -1;
  auto [value, error] = taken;
  return fill(self, value, error) ? 0 : -1;
}

// A field that was never filled is an attribute that is not there, as with slots.
PyObject* present(PyObject* self, PyObject* field, const char* name) noexcept {
  if (field != nullptr) return field;
  return PyErr_Format(PyExc_AttributeError, "'%.100s' object has no attribute '%s'",
                      Py_TYPE(self)->tp_name, name);
}

PyObject* get_error(PyObject* self, void*) noexcept {
  return Ref::share(present(self, as_result(self).error, "_exception")).release();
}

PyObject* get_exc_info(PyObject* self, void*) noexcept {
  PyObject* error = present(self, as_result(self).error, "_exception");
  if (error == nullptr) return nullptr;
  if (error == Py_None) Py_RETURN_NONE;
  PyObject* traceback = present(self, as_result(self).traceback, "_traceback");
  if (traceback == nullptr) return nullptr;
  return PyTuple_Pack(3, reinterpret_cast<PyObject*>(Py_TYPE(error)), error, traceback);
}

PyObject* force_result(PyObject* self, PyObject* args, PyObject* kwargs) noexcept {
  static constexpr const char* kParameters[] = {"result"};
  static constexpr Signature kSignature{"Result.force_result", "self", kParameters, 1};
  PyObject* taken[std::size(kParameters)];
  if (!take_arguments(kSignature, args, kwargs, taken)) return nullptr;
  auto [value] = taken;
  if (!fill(self, value, Py_None)) return nullptr;
  Py_RETURN_NONE;
}

PyObject* force_exception(PyObject* self, PyObject* args, PyObject* kwargs) noexcept {
  static constexpr const char* kParameters[] = {"exception"};
  static constexpr Signature kSignature{"Result.force_exception", "self", kParameters, 1};
  PyObject* taken[std::size(kParameters)];
  if (!take_arguments(kSignature, args, kwargs, taken)) return nullptr;
  auto [error] = taken;
  if (!fill(self, Py_None, error)) return nullptr;
  Py_RETURN_NONE;
}

PyObject* from_call(PyObject* type, PyObject* args, PyObject* kwargs) noexcept {
  static constexpr const char* kParameters[] = {"func"};
  static constexpr Signature kSignature{"Result.from_call", "cls", kParameters, 1};
  PyObject* taken[std::size(kParameters)];
  if (!take_arguments(kSignature, args, kwargs, taken)) return nullptr;
  auto [function] = taken;
  const Ref value = Ref::steal(PyObject_CallNoArgs(function));
  const Ref error = value ? Ref{} : take_exception();
  return PyObject_CallFunctionObjArgs(type, value ? value.get() : Py_None,
                                      error ? error.get() : Py_None, nullptr);
}

int traverse(PyObject* self, visitproc visit, void* arg) noexcept {
  Py_VISIT(Py_TYPE(self));
  Py_VISIT(as_result(self).value);
  Py_VISIT(as_result(self).error);
  Py_VISIT(as_result(self).traceback);
  return 0;
}

int clear(PyObject* self) noexcept {
  Py_CLEAR(as_result(self).value);
  Py_CLEAR(as_result(self).error);
  Py_CLEAR(as_result(self).traceback);
  return 0;
}

constexpr Signature kGetResult{"Result.get_result", "self", {}, 0};

PyMethodDef kMethods[] = {
    {"get_result", as_signed_method<kGetResult, get_result>(), METH_FASTCALL | METH_KEYWORDS,
     "get_result($self)\n--\n\n"
     "Return the result; raise the exception when there is one."},
    {"force_result", as_method(force_result), METH_VARARGS | METH_KEYWORDS,
     "force_result($self, result)\n--\n\n"
     "Make `result` the outcome; a list unless the hook stops at its first result."},
    {"force_exception", as_method(force_exception), METH_VARARGS | METH_KEYWORDS,
     "force_exception($self, exception)\n--\n\nMake `exception` the outcome."},
    {"from_call", as_method(from_call), METH_VARARGS | METH_KEYWORDS | METH_CLASS,
     "from_call($type, func)\n--\n\n"
     "Call `func()` and return its outcome, whatever it raises."},
    {"__class_getitem__", Py_GenericAlias, METH_O | METH_CLASS,
     "Result[T]: for annotations, the type of the result."},
    {nullptr, nullptr, 0, nullptr},
};

PyMemberDef kMembers[] = {
    {"_result", T_OBJECT_EX, offsetof(ResultObject, value), 0, nullptr},
    {"_exception", T_OBJECT_EX, offsetof(ResultObject, error), 0, nullptr},
    {"_traceback", T_OBJECT_EX, offsetof(ResultObject, traceback), 0, nullptr},
    {nullptr, 0, 0, 0, nullptr},
};

PyGetSetDef kGetters[] = {
    {"exception", get_error, nullptr, "The exception, or None.", nullptr},
    {"excinfo", get_exc_info, nullptr, "(type, exception, traceback), or None.", nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr},
};

char kDoc[] =
    "Result(result, exception)\n--\n\n"
    "The outcome of the implementations inside an old-style wrapper.\n\n"
    "The wrapper may look at it and replace it. Belongs to one call: not shared between threads.";

PyType_Slot kSlots[] = {
    {Py_tp_doc, kDoc},
    {Py_tp_new, reinterpret_cast<void*>(PyType_GenericNew)},
    {Py_tp_init, reinterpret_cast<void*>(init)},
    {Py_tp_dealloc, reinterpret_cast<void*>(clear_and_free<clear>)},
    {Py_tp_traverse, reinterpret_cast<void*>(traverse)},
    {Py_tp_clear, reinterpret_cast<void*>(clear)},
    {Py_tp_methods, kMethods},
    {Py_tp_members, kMembers},
    {Py_tp_getset, kGetters},
    {0, nullptr},
};

PyType_Spec kSpec = {
    .name = "mainstay.plugins._native.Result",
    .basicsize = sizeof(ResultObject),
    .itemsize = 0,
    .flags =
        Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = kSlots,
};

}  // namespace

Ref new_result(const DoorObject& door, PyObject* value, PyObject* error) noexcept {
  auto* type = reinterpret_cast<PyTypeObject*>(door.result);
  Ref result = Ref::steal(type->tp_alloc(type, 0));
  if (!result) return result;
  if (!fill(result.get(), value == nullptr ? Py_None : value, error == nullptr ? Py_None : error)) {
    return Ref{};
  }
  return result;
}

PyObject* get_result(PyObject* self) noexcept {
  const ResultObject& result = as_result(self);
  PyObject* error = present(self, result.error, "_exception");
  if (error == nullptr) return nullptr;
  PyObject* traceback = present(self, result.traceback, "_traceback");
  if (traceback == nullptr) return nullptr;
  if (error == Py_None) return Ref::share(present(self, result.value, "_result")).release();
  const Ref raised = Ref::steal(PyObject_CallMethod(error, "with_traceback", "O", traceback));
  if (!raised) return nullptr;
  if (!PyExceptionInstance_Check(raised.get())) {
    return PyErr_Format(PyExc_TypeError, "exceptions must derive from BaseException");
  }
  raise_statement(raised.get());
  return nullptr;
}

bool add_result_type(PyObject* module) noexcept {
  ModuleState& state = state_in(module);
  state.result_type = add_type(module, kSpec);
  return static_cast<bool>(state.result_type);
}

}  // namespace mainstay::binding::plugins
