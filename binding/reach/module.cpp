// module.cpp - `mainstay.reach._native`: the engine's Total as a Python type.
#include "binding/support/errors.hpp"
#include "binding/support/native_module.hpp"
#include "binding/support/native_type.hpp"

namespace mainstay::binding::reach {
namespace {

struct State {
  Ref interpret, failure;
  void each_reference(auto visit) { visit(interpret); visit(failure); }
};

PyObject* run(PyObject* module, PyObject* args) noexcept {
  return PyObject_Call(state_of<State>(module).interpret.get(), args, nullptr);
}
PyObject* adopt(PyObject* module, PyObject* arg) noexcept {
  state_of<State>(module).interpret = Ref::share(arg);
  Py_RETURN_NONE;
}

PyMethodDef kFunctions[] = {{"run", run, METH_VARARGS, ""}, {"adopt", adopt, METH_O, ""}, {}};

bool set_up(PyObject* module, State& state) {
  (void)module; (void)state;
  return true;
}

PyModuleDef definition = native_module<State, set_up>("mainstay.reach._native",
                                                      "The native part of mainstay.reach.", kFunctions);

}  // namespace
}  // namespace mainstay::binding::reach

PyMODINIT_FUNC PyInit_reach() { return PyModuleDef_Init(&mainstay::binding::reach::definition); }
