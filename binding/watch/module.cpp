// module.cpp - `mainstay.watch._native`.
#include "binding/support/native_module.hpp"

namespace mainstay::binding::watch {
namespace {
struct State {
  Ref none;
  void each_reference(auto visit) { visit(none); }
};
bool set_up(PyObject*, State&) { return true; }
PyModuleDef definition = native_module<State, set_up>(
    "mainstay.watch._native", "The native part of mainstay.watch.", nullptr);
}  // namespace
}  // namespace mainstay::binding::watch

PyMODINIT_FUNC PyInit_watch() { return PyModuleDef_Init(&mainstay::binding::watch::definition); }
