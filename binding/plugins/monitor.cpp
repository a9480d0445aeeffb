// monitor.cpp - Monitor: executes hook calls for somebody who is told before and after each.
#include <cstddef>

#include "binding/plugins/manager.hpp"
#include "binding/plugins/multicall.hpp"
#include "binding/plugins/result.hpp"
#include "binding/support/call.hpp"
#include "binding/support/exception.hpp"

namespace mainstay::binding::plugins {
namespace {

struct MonitorObject {
  PyObject_HEAD vectorcallfunc vectorcall;
  PyObject* door;
  PyObject* before;
  PyObject* after;
  PyObject* inner;  // what executes the calls themselves
};

MonitorObject& as_monitor(PyObject* self) noexcept {
  return *reinterpret_cast<MonitorObject*>(self);
}

// The call itself; the door's call loop without the detour by its arguments.
PyObject* execute(const MonitorObject& monitor, PyObject* const* args) noexcept {
  const DoorObject& door = as_door(monitor.door);
  if (monitor.inner != door.multicall) return PyObject_Vectorcall(monitor.inner, args, 4, nullptr);
  const ModuleState* state = state_of(monitor.door);
  const int first_result = state == nullptr ? -1 : PyObject_IsTrue(args[3]);
  if (first_result < 0) return nullptr;
  return multicall(*state, door, args[0], args[1], args[2], first_result == 1);
}

// (hook_name, hook_impls, caller_kwargs, firstresult), by position.
PyObject* call(PyObject* self, PyObject* const* args, std::size_t nargsf,
               PyObject* kwnames) noexcept {
  const RecursionGuard guard(" while calling a monitored hook");
  if (!guard) return nullptr;
  if (PyVectorcall_NARGS(nargsf) != 4 || (kwnames != nullptr && PyTuple_GET_SIZE(kwnames) != 0)) {
    return PyErr_Format(PyExc_TypeError,
                        "a monitor is called with (hook_name, hook_impls, caller_kwargs, "
                        "firstresult), got %zd positional arguments",
                        PyVectorcall_NARGS(nargsf));
  }
  const MonitorObject& monitor = as_monitor(self);
  if (!Ref::steal(PyObject_Vectorcall(monitor.before, args, 3, nullptr))) return nullptr;
  Ref outcome;
  {
    const Ref value = Ref::steal(execute(monitor, args));
    const Ref error = value ? Ref{} : take_exception();
    outcome = new_result(as_door(monitor.door), value.get(), error.get());
  }
  if (!outcome) return nullptr;
  PyObject* const told[] = {outcome.get(), args[0], args[1], args[2]};
  if (!Ref::steal(PyObject_Vectorcall(monitor.after, told, 4, nullptr))) return nullptr;
  return get_result(outcome.get());
}

PyObject* make(PyTypeObject* type, PyObject* args, PyObject* kwargs) noexcept {
  static const char* const keywords[] = {"", "", "", "", nullptr};
  PyObject *door = nullptr, *before = nullptr, *after = nullptr, *inner = nullptr;
  PyObject* module = PyType_GetModule(type);
  if (module == nullptr) return nullptr;
  auto* door_type = reinterpret_cast<PyTypeObject*>(state_in(module).door_type.get());
  if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O!OOO:Monitor", const_cast<char**>(keywords),
                                   door_type, &door, &before, &after, &inner)) {
    return nullptr;
  }
  PyObject* self = type->tp_alloc(type, 0);
  if (self == nullptr) return nullptr;
  MonitorObject& monitor = as_monitor(self);
  monitor.vectorcall = &call;
  monitor.door = Ref::share(door).release();
  monitor.before = Ref::share(before).release();
  monitor.after = Ref::share(after).release();
  monitor.inner = Ref::share(inner).release();
  return self;
}

int traverse(PyObject* self, visitproc visit, void* arg) noexcept {
  const MonitorObject& monitor = as_monitor(self);
  Py_VISIT(Py_TYPE(self));
  for (PyObject* each : {monitor.door, monitor.before, monitor.after, monitor.inner}) {
    Py_VISIT(each);
  }
  return 0;
}

int clear(PyObject* self) noexcept {
  MonitorObject& monitor = as_monitor(self);
  Py_CLEAR(monitor.door);
  Py_CLEAR(monitor.before);
  Py_CLEAR(monitor.after);
  Py_CLEAR(monitor.inner);
  return 0;
}

PyMemberDef kMembers[] = {
    {"__vectorcalloffset__", T_PYSSIZET, offsetof(MonitorObject, vectorcall), READONLY, nullptr},
    {nullptr, 0, 0, 0, nullptr},
};

char kDoc[] =
    "Monitor(door, before, after, inner): in the place of a manager's `_inner_hookexec`.\n\n"
    "Calls before(name, impls, kwargs), executes the call by `inner`, calls\n"
    "after(result, name, impls, kwargs), and returns or raises what the result then says.\n"
    "Immutable; shared between threads as far as the functions are.";

PyType_Slot kSlots[] = {
    {Py_tp_doc, kDoc},
    {Py_tp_new, reinterpret_cast<void*>(make)},
    {Py_tp_call, reinterpret_cast<void*>(PyVectorcall_Call)},
    {Py_tp_dealloc, reinterpret_cast<void*>(clear_and_free<clear>)},
    {Py_tp_traverse, reinterpret_cast<void*>(traverse)},
    {Py_tp_clear, reinterpret_cast<void*>(clear)},
    {Py_tp_members, kMembers},
    {0, nullptr},
};

PyType_Spec kSpec = {
    .name = "mainstay.plugins._native.Monitor",
    .basicsize = sizeof(MonitorObject),
    .itemsize = 0,
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL |
             Py_TPFLAGS_IMMUTABLETYPE,
    .slots = kSlots,
};

}  // namespace

bool is_monitor(const ModuleState& state, PyObject* inner) noexcept {
  return inner != nullptr &&
         reinterpret_cast<PyObject*>(Py_TYPE(inner)) == state.monitor_type.get();
}

bool add_monitor_type(PyObject* module) noexcept {
  ModuleState& state = state_in(module);
  state.monitor_type = add_type(module, kSpec);
  return static_cast<bool>(state.monitor_type);
}

}  // namespace mainstay::binding::plugins
