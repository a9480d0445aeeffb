// module.cpp - the init function of `mainstay.retry._native`: names, state, types, in that order.
//
// The module holds what the engine evaluates for Python: the order of one decision (`Turn`) and the
// strategies whose arithmetic is the engine's. Their constructors, documentation and operators are
// Python classes on top (mainstay/retry/_stop.py and its drop-in twin), so both doors share these.
#include "binding/retry/module.hpp"

#include <array>
#include <cstring>
#include <new>

#include "binding/support/module_state.hpp"

namespace mainstay::binding::retry {
namespace {

ModuleState& state_in(PyObject* module) noexcept {
  return *static_cast<ModuleState*>(PyModule_GetState(module));
}

// Every Ref of the state with the attribute name it interns. One list, read by init, traverse and
// clear, so that none of them can forget a field.
template <class Visit>
bool each_name(Names& names, Visit visit) {
  struct Entry {
    Ref Names::*field;
    const char* text;
  };
  static constexpr std::array kEntries{
      Entry{&Names::retry_state, "retry_state"},
      Entry{&Names::attempt_number, "attempt_number"},
      Entry{&Names::seconds_since_start, "seconds_since_start"},
      Entry{&Names::upcoming_sleep, "upcoming_sleep"},
      Entry{&Names::outcome, "outcome"},
      Entry{&Names::exception, "exception"},
      Entry{&Names::max_attempt_number, "max_attempt_number"},
      Entry{&Names::max_delay, "max_delay"},
      Entry{&Names::event, "event"},
      Entry{&Names::is_set, "is_set"},
      Entry{&Names::stops, "stops"},
      Entry{&Names::wait_fixed, "wait_fixed"},
      Entry{&Names::wait_random_min, "wait_random_min"},
      Entry{&Names::wait_random_max, "wait_random_max"},
      Entry{&Names::start, "start"},
      Entry{&Names::increment, "increment"},
      Entry{&Names::max, "max"},
      Entry{&Names::min, "min"},
      Entry{&Names::multiplier, "multiplier"},
      Entry{&Names::exp_base, "exp_base"},
      Entry{&Names::jitter, "jitter"},
      Entry{&Names::wait_funcs, "wait_funcs"},
      Entry{&Names::strategies, "strategies"},
      Entry{&Names::predicate, "predicate"},
      Entry{&Names::namespace_, "_namespace"},
      Entry{&Names::random, "random"},
      Entry{&Names::uniform, "uniform"},
  };
  for (const Entry& entry : kEntries) {
    if (!visit(names.*entry.field, entry.text)) return false;
  }
  return true;
}

int exec(PyObject* module) {
  ModuleState& state = *new (PyModule_GetState(module)) ModuleState{};
  const bool interned = each_name(state.names, [](Ref& name, const char* text) {
    name = Ref::steal(PyUnicode_InternFromString(text));
    return static_cast<bool>(name);
  });
  return interned && add_turn(module) && add_stop_types(module) && add_wait_types(module) ? 0 : -1;
}

// Names are strings and cannot take part in a cycle; the arithmetic module can.
int traverse(PyObject* module, visitproc visit, void* arg) {
  if (PyModule_GetState(module) != nullptr) Py_VISIT(state_in(module).arithmetic.slot());
  return 0;
}

int clear(PyObject* module) {
  if (PyModule_GetState(module) != nullptr) state_in(module).arithmetic = Ref{};
  return 0;
}

void destroy(void* module) {
  void* state = PyModule_GetState(static_cast<PyObject*>(module));
  if (state != nullptr) static_cast<ModuleState*>(state)->~ModuleState();
}

PyModuleDef_Slot kSlots[] = {
    {Py_mod_exec, reinterpret_cast<void*>(exec)},
    {0, nullptr},
};

}  // namespace

PyModuleDef module_definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "mainstay.retry._native",
    .m_doc = "What the engine decides for mainstay.retry; see docs/internals/retry.md.",
    .m_size = sizeof(ModuleState),
    .m_methods = nullptr,
    .m_slots = kSlots,
    .m_traverse = traverse,
    .m_clear = clear,
    .m_free = destroy,
};

ModuleState* state_of(PyObject* self) noexcept {
  PyObject* module = module_of(Py_TYPE(self), &module_definition);
  return module == nullptr ? nullptr : &state_in(module);
}

PyObject* general(ModuleState& state, const char* function, PyObject* first, PyObject* second,
                  PyObject* third) noexcept {
  if (!state.arithmetic) {
    state.arithmetic = Ref::steal(PyImport_ImportModule("mainstay.retry._arithmetic"));
    if (!state.arithmetic) return nullptr;
  }
  const Ref callable = Ref::steal(PyObject_GetAttrString(state.arithmetic.get(), function));
  if (!callable) return nullptr;
  return PyObject_CallFunctionObjArgs(callable.get(), first, second, third, nullptr);
}

Ref add_type(PyObject* module, PyType_Spec& spec, PyObject* base) noexcept {
  Ref type = Ref::steal(PyType_FromModuleAndSpec(module, &spec, base));
  if (!type) return type;
  const char* name = std::strrchr(spec.name, '.') + 1;
  if (PyModule_AddObjectRef(module, name, type.get()) < 0) return Ref{};
  return type;
}

}  // namespace mainstay::binding::retry

PyMODINIT_FUNC PyInit_retry() {
  return PyModuleDef_Init(&mainstay::binding::retry::module_definition);
}
