// module.cpp - `mainstay.watch._native`: its state, its functions, its types.
#include "binding/watch/module.hpp"

namespace mainstay::binding::watch {
namespace {

PyObject* set_event_classes(PyObject* module, PyObject* classes) noexcept {
  State& state = state_of<State>(module);
  if (!PyTuple_Check(classes) || PyTuple_GET_SIZE(classes) != static_cast<Py_ssize_t>(kKinds)) {
    PyErr_Format(PyExc_TypeError, "one class is needed for each of %zu kinds", kKinds);
    return nullptr;
  }
  for (std::size_t i = 0; i < kKinds; ++i) {
    PyObject* each = PyTuple_GET_ITEM(classes, static_cast<Py_ssize_t>(i));
    state.classes[i] = Ref::share(each == Py_None ? nullptr : each);
  }
  Py_RETURN_NONE;
}

PyMethodDef kFunctions[] = {
    {"set_event_classes", set_event_classes, METH_O,
     "set_event_classes(classes, /)\n--\n\nThe class of each kind of event, None for 'ended'."},
    {},
};

bool add_kinds(PyObject* module) {
  const Ref kinds = Ref::steal(PyTuple_New(static_cast<Py_ssize_t>(kKinds)));
  if (!kinds) return false;
  for (std::size_t i = 0; i < kKinds; ++i) {
    PyObject* name = PyUnicode_FromString(kKindNames[i]);
    if (name == nullptr) return false;
    PyTuple_SET_ITEM(kinds.get(), static_cast<Py_ssize_t>(i), name);
  }
  return PyModule_AddObjectRef(module, "KINDS", kinds.get()) == 0;
}

bool set_up(PyObject* module, State& state) {
  state.empty_text = Ref::steal(PyUnicode_FromString(""));
  state.no_arguments = Ref::steal(PyTuple_New(0));
  state.source_name = Ref::steal(PyUnicode_InternFromString("src_path"));
  state.target_name = Ref::steal(PyUnicode_InternFromString("dest_path"));
  state.synthetic_name = Ref::steal(PyUnicode_InternFromString("is_synthetic"));
  if (!state.empty_text || !state.no_arguments || !state.source_name || !state.target_name ||
      !state.synthetic_name || !state.lifecycle.set_up(module)) {
    return false;
  }
  state.lifecycle.join(state.shared);
  return add_kinds(module) && add_globs_type(module) && add_inbox_type(module) &&
         add_source_type(module) && add_snapshot_type(module);
}

PyModuleDef definition = native_module<State, set_up>(
    "mainstay.watch._native", "The native part of mainstay.watch.", kFunctions);

}  // namespace
}  // namespace mainstay::binding::watch

PyMODINIT_FUNC PyInit_watch() { return PyModuleDef_Init(&mainstay::binding::watch::definition); }
