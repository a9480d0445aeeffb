// coroutine.cpp - see coroutine.hpp.
#include "binding/retry/coroutine.hpp"

#include "binding/retry/strategy.hpp"

namespace mainstay::binding::retry {

Ref awaited(Ref object) noexcept {
  if (!object || PyCoro_CheckExact(object.get())) return object;
  const PyAsyncMethods* methods = Py_TYPE(object.get())->tp_as_async;
  if (methods == nullptr || methods->am_await == nullptr) {
    const bool old_style = PyGen_CheckExact(object.get()) &&
                           (reinterpret_cast<PyCodeObject*>(
                                Ref::steal(PyObject_GetAttrString(object.get(), "gi_code")).get())
                                ->co_flags &
                            CO_ITERABLE_COROUTINE) != 0;
    if (old_style) return object;
    PyErr_Format(PyExc_TypeError, "object %.100s can't be used in 'await' expression",
                 Py_TYPE(object.get())->tp_name);
    return Ref{};
  }
  Ref iterator = Ref::steal(methods->am_await(object.get()));
  if (iterator && !PyIter_Check(iterator.get())) {
    PyErr_Format(PyExc_TypeError, "__await__() returned non-iterator of type '%.100s'",
                 Py_TYPE(iterator.get())->tp_name);
    return Ref{};
  }
  return iterator;
}

int is_awaited(ModuleState& state, PyObject* callable) noexcept {
  if (is_transparent(state, callable) || PyCFunction_Check(callable)) return 0;
  PyObject* function = PyMethod_Check(callable) ? PyMethod_GET_FUNCTION(callable) : callable;
  if (Py_IS_TYPE(function, &PyFunction_Type)) {
    const auto& plain = *reinterpret_cast<PyFunctionObject*>(function);
    if (plain.func_dict == nullptr || PyDict_GET_SIZE(plain.func_dict) == 0) {
      const auto& code = *reinterpret_cast<PyCodeObject*>(plain.func_code);
      return (code.co_flags & CO_COROUTINE) != 0 ? 1 : 0;
    }
  }
  if (!state.is_coroutine_callable) {
    const Ref names = Ref::steal(PyImport_ImportModule("mainstay.retry._names"));
    if (!names) return -1;
    state.is_coroutine_callable =
        Ref::steal(PyObject_GetAttrString(names.get(), "is_coroutine_callable"));
    if (!state.is_coroutine_callable) return -1;
  }
  const Ref answer = Ref::steal(PyObject_CallOneArg(state.is_coroutine_callable.get(), callable));
  return answer ? PyObject_IsTrue(answer.get()) : -1;
}

}  // namespace mainstay::binding::retry
