// strategy.hpp - how a strategy becomes a Python type: attributes by name, one verdict function.
//
// A strategy reads its attributes by name, so that subclasses, properties and later assignments
// behave as on any Python object. It is evaluated by the engine when its numbers are plain floats
// and counts, and by Python's own operators otherwise (a Fraction put into a state by a test, say):
// same order, same result object.
#pragma once

#include "binding/retry/module.hpp"
#include "binding/support/call.hpp"

namespace mainstay::binding::retry {

[[nodiscard]] inline Ref attribute(PyObject* object, const Ref& name) noexcept {
  return Ref::steal(PyObject_GetAttr(object, name.get()));
}

// What `strategy(retry_state)` answers: a new reference, or null with an exception set.
using Verdict = PyObject* (*)(ModuleState& state, PyObject* self, PyObject* retry_state) noexcept;

template <Verdict verdict>
PyObject* call_strategy(PyObject* self, PyObject* args, PyObject* kwargs) noexcept {
  ModuleState* state = state_of(self);
  if (state == nullptr) return nullptr;
  PyObject* retry_state = single_argument(self, args, kwargs, state->names.retry_state.get());
  if (retry_state == nullptr) return nullptr;
  return verdict(*state, self, retry_state);
}

// Adds the base type `name` whose instances answer calls with `verdict`.
template <Verdict verdict>
[[nodiscard]] bool add_strategy(PyObject* module, const char* name, const char* doc) noexcept {
  PyType_Slot slots[] = {
      {Py_tp_doc, const_cast<char*>(doc)},
      {Py_tp_call, reinterpret_cast<void*>(&call_strategy<verdict>)},
      {0, nullptr},
  };
  PyType_Spec spec = {
      .name = name,
      .basicsize = 0,
      .itemsize = 0,
      .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_IMMUTABLETYPE,
      .slots = slots,
  };
  return static_cast<bool>(add_type(module, spec));
}

}  // namespace mainstay::binding::retry
