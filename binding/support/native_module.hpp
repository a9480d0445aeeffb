// native_module.hpp - a native module with state, from one line.
//
//   struct State { Ref counter; void each_reference(auto visit) { visit(counter); } };
//   bool set_up(PyObject* module, State& state);  // false: an exception is set
//   PyModuleDef definition = native_module<State, set_up>("mainstay.toy._native", "...", kMethods);
//   PyMODINIT_FUNC PyInit_toy() { return PyModuleDef_Init(&definition); }
//
// State is per module object, never global. Modules made so run without the interpreter's lock on
// a free-threaded build: what they share is guarded by critical sections or locks of their own.
#pragma once

#include <new>

#include "binding/support/module_state.hpp"
#include "binding/support/python.hpp"
#include "binding/support/ref.hpp"

namespace mainstay::binding {

template <class State>
[[nodiscard]] State& state_of(PyObject* module) noexcept {
  return *static_cast<State*>(PyModule_GetState(module));
}

namespace detail {

// The memory of a module's state, zeroed by the interpreter; `made` says that there is a State.
template <class State>
struct StateSlot {
  State state;
  bool made;
};

template <class State, auto set_up>
int exec_module(PyObject* module) noexcept {
  try {
    auto* slot = static_cast<StateSlot<State>*>(PyModule_GetState(module));
    new (&slot->state) State{};
    slot->made = true;
    return set_up(module, slot->state) ? 0 : -1;
  } catch (const std::bad_alloc&) {
    PyErr_NoMemory();
    return -1;
  }
}

template <class State>
StateSlot<State>* made_state(PyObject* module) noexcept {
  auto* slot = static_cast<StateSlot<State>*>(PyModule_GetState(module));
  return slot != nullptr && slot->made ? slot : nullptr;
}

template <class State>
int traverse_module(PyObject* module, visitproc visit, void* argument) noexcept {
  int result = 0;
  if (auto* slot = made_state<State>(module)) {
    slot->state.each_reference([&](Ref& each) {
      if (result == 0 && each) result = visit(each.get(), argument);
    });
  }
  return result;
}

template <class State>
int clear_module(PyObject* module) noexcept {
  if (auto* slot = made_state<State>(module)) {
    slot->state.each_reference([](Ref& each) { each = Ref{}; });
  }
  return 0;
}

template <class State>
void free_module(void* module) noexcept {
  if (auto* slot = made_state<State>(static_cast<PyObject*>(module))) {
    slot->state.~State();
    slot->made = false;
  }
}

template <class State, auto set_up>
inline PyModuleDef_Slot module_slots[] = {
    {Py_mod_exec, reinterpret_cast<void*>(&exec_module<State, set_up>)},
#if PY_VERSION_HEX >= 0x030D0000
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0, nullptr},
};

}  // namespace detail

template <class State, auto set_up>
[[nodiscard]] PyModuleDef native_module(const char* name, const char* doc,
                                        PyMethodDef* functions) noexcept {
  return PyModuleDef{
      .m_base = PyModuleDef_HEAD_INIT,
      .m_name = name,
      .m_doc = doc,
      .m_size = sizeof(detail::StateSlot<State>),
      .m_methods = functions,
      .m_slots = detail::module_slots<State, set_up>,
      .m_traverse = &detail::traverse_module<State>,
      .m_clear = &detail::clear_module<State>,
      .m_free = &detail::free_module<State>,
  };
}

}  // namespace mainstay::binding
