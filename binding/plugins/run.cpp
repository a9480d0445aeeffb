// run.cpp - a hook call by its plan: the host of the engine's walk for Python implementations.
#include <new>

#include "binding/plugins/plan_host.hpp"
#include "binding/plugins/spec.hpp"
#include "binding/support/call.hpp"

namespace mainstay::binding::plugins {

Ref read_defaults(const Plan& plan, const Layout& layout) noexcept {
  PyObject* dict = as_spec(plan.spec.get()).kwargdefaults;
  Ref defaults = Ref::steal(PyTuple_New(static_cast<Py_ssize_t>(layout.defaults.size())));
  for (std::size_t i = 0; defaults && i < layout.defaults.size(); ++i) {
    PyObject* value = PyDict_GetItemWithError(dict, layout.defaults[i].get());
    if (value == nullptr) {
      if (!PyErr_Occurred()) PyErr_SetObject(PyExc_KeyError, layout.defaults[i].get());
      return Ref{};
    }
    PyTuple_SET_ITEM(defaults.get(), static_cast<Py_ssize_t>(i), Ref::share(value).release());
  }
  return defaults;
}

PyObject* run_plan(const ModuleState& state, const DoorObject& door, PyObject* hook_name,
                   const Held<Plan>& plan, const Held<Layout>& layout, PyObject* const* values,
                   bool first_result) noexcept {
  const RecursionGuard guard(" while calling a hook");
  if (!guard) return nullptr;
  Ref defaults;
  if (!layout->defaults.empty()) {
    defaults = read_defaults(*plan, *layout);
    if (!defaults) return nullptr;
  }
  try {
    Flow flow(state, door, hook_name, first_result, plan->entries.size(), plan->wrappers);
    PlanHost host(door, *layout, values, defaults ? &PyTuple_GET_ITEM(defaults.get(), 0) : nullptr,
                  flow);
    (void)mainstay::plugins::walk(layout->parts, host);
    return flow.finish();
  } catch (const std::bad_alloc&) {
    return PyErr_NoMemory();
  }
}

}  // namespace mainstay::binding::plugins
