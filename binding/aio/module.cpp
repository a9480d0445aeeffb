// module.cpp - `mainstay.aio._native`: scopes, locks and channels of asyncio tasks.
#include "binding/aio/module.hpp"

#include "binding/support/type.hpp"

namespace mainstay::binding::aio {

Ref raise(const Ref& kind) noexcept {
  if (kind) {
    PyErr_SetNone(kind.get());
  } else {
    PyErr_SetString(PyExc_SystemError, "mainstay.aio is not set up; import it, not its _native");
  }
  return Ref{};
}

Ref current_task(State& state) noexcept {
  if (!state.current_task) return Ref{};  // asyncio's backend is not in use
  Ref task = Ref::steal(PyObject_CallNoArgs(state.current_task.get()));
  return task.get() == Py_None ? Ref{} : std::move(task);
}

namespace {

// adopt(**names): what the face and asyncio define and the native types need.
PyObject* adopt(PyObject* module, PyObject*, PyObject* kwargs) noexcept {
  auto& state = state_of<State>(module);
  if (kwargs == nullptr) Py_RETURN_NONE;
#define X(name)                                                \
  if (PyObject* given = PyDict_GetItemString(kwargs, #name)) { \
    state.name = Ref::share(given);                            \
  }
  MAINSTAY_AIO_ADOPTED(X)
#undef X
  Py_RETURN_NONE;
}

PyMethodDef kFunctions[] = {
    {"adopt", as_method(&adopt), METH_VARARGS | METH_KEYWORDS, "Take names of the face."},
    {},
};

bool set_up(PyObject* module, State& state) {
#define X(name)                                                      \
  state.name_##name = Ref::steal(PyUnicode_InternFromString(#name)); \
  if (!state.name_##name) return false;
  MAINSTAY_AIO_NAMES(X)
#undef X
  return add_awaiting(module, state) && add_task_states(module, state) &&
         add_scope(module, state) && add_accounts(module, state) && add_limiter(module, state) &&
         add_channel(module, state);
}

PyModuleDef definition = native_module<State, set_up>(
    "mainstay.aio._native", "The native part of mainstay.aio.", kFunctions);

}  // namespace

State* state_for(PyObject* object) noexcept {
  PyObject* module = module_of(Py_TYPE(object), &definition);
  return module == nullptr ? nullptr : &state_of<State>(module);
}

}  // namespace mainstay::binding::aio

PyMODINIT_FUNC PyInit_aio() { return PyModuleDef_Init(&mainstay::binding::aio::definition); }
