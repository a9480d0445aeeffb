// module_state.hpp - the state of a module: how objects get to it, how it ends, whose lock it has.
//
// State is per module object, never global: two interpreters, or a module loaded twice, do not
// see each other.
#pragma once

#include "binding/support/python.hpp"

namespace mainstay::binding {

// The module made from `definition` that `type` or one of its bases was created for. Borrowed.
// Never null for objects of bound types; null with SystemError set otherwise.
[[nodiscard]] inline PyObject* module_of(PyTypeObject* type, PyModuleDef* definition) noexcept {
#if PY_VERSION_HEX >= 0x030B0000
  return PyType_GetModuleByDef(type, definition);
#else
  PyObject* mro = type->tp_mro;
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(mro); ++i) {
    auto* base = reinterpret_cast<PyTypeObject*>(PyTuple_GET_ITEM(mro, i));
    if (!PyType_HasFeature(base, Py_TPFLAGS_HEAPTYPE)) continue;
    PyObject* module = reinterpret_cast<PyHeapTypeObject*>(base)->ht_module;
    if (module != nullptr && PyModule_GetDef(module) == definition) return module;
  }
  PyErr_Format(PyExc_SystemError, "%s does not belong to %s", type->tp_name, definition->m_name);
  return nullptr;
#endif
}

// m_free of a module whose state is a `State`, made in place when the module is executed.
template <class State>
void destroy_state(void* module) noexcept {
  void* state = PyModule_GetState(static_cast<PyObject*>(module));
  if (state != nullptr) static_cast<State*>(state)->~State();
}

// Whether threads run the module at the same time: 1 or 0; -1 with an exception set. A
// free-threaded build takes its lock for modules that do not declare that they need none, such as
// ours, before they are executed; unless it was told not to.
[[nodiscard]] int runs_without_gil() noexcept;

}  // namespace mainstay::binding
