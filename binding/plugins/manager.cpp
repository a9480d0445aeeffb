// manager.cpp - see manager.hpp.
#include "binding/plugins/manager.hpp"

#include <cstddef>
#include <iterator>
#include <utility>

#include "binding/support/signature.hpp"

namespace mainstay::binding::plugins {
namespace {

constexpr const char* kParameters[] = {"hook_name", "methods", "kwargs", "firstresult"};
constexpr Signature kSignature{"PluginManager._hookexec", "self", kParameters, 4};

// `_hookexec(hook_name, methods, kwargs, firstresult)`: what hooks call for a call to be executed.
PyObject* hookexec(PyObject* self, PyObject* const* args, Py_ssize_t nargs,
                   PyObject* kwnames) noexcept {
  if (as_manager(self).inner == nullptr) {
    return PyErr_Format(PyExc_AttributeError, "'%.100s' object has no attribute '_inner_hookexec'",
                        Py_TYPE(self)->tp_name);
  }
  // It may be replaced while it runs.
  const Ref inner = Ref::share(as_manager(self).inner);
  // By position: what executes a call may have other names for them.
  PyObject* given[std::size(kParameters)];
  if (!take_arguments(kSignature, args, nargs, kwnames, given)) return nullptr;
  return PyObject_Vectorcall(inner.get(), given, std::size(kParameters), nullptr);
}

// By way of `object`, whose constructor gives the attributes of a Python class their place within
// the object. Without that 3.11 makes a dict for them, which doubles what a manager costs.
PyObject* make(PyTypeObject* type, PyObject*, PyObject*) noexcept {
  const Ref nothing = Ref::steal(PyTuple_New(0));
  return nothing ? PyBaseObject_Type.tp_new(type, nothing.get(), nullptr) : nullptr;
}

int traverse(PyObject* self, visitproc visit, void* arg) noexcept {
  Py_VISIT(Py_TYPE(self));
  Py_VISIT(as_manager(self).inner);
  return 0;
}

int clear(PyObject* self) noexcept {
  Py_CLEAR(as_manager(self).inner);
  return 0;
}

PyMethodDef kMethods[] = {
    {"_hookexec", as_method(hookexec), METH_FASTCALL | METH_KEYWORDS,
     "_hookexec($self, hook_name, methods, kwargs, firstresult)\n--\n\nExecute one hook call.\n\n"
     "Hooks call it; a subclass that overrides it gets every call, with its arguments as a dict."},
    {nullptr, nullptr, 0, nullptr},
};

PyMemberDef kMembers[] = {
    {"_inner_hookexec", T_OBJECT_EX, offsetof(ManagerObject, inner), 0,
     "What executes a call: the call loop, or what watches it."},
    {nullptr, 0, 0, 0, nullptr},
};

char kDoc[] =
    "The native part of a PluginManager.\n\n"
    "Calls of its hooks go by their plans while `_hookexec` is the one defined here and\n"
    "`_inner_hookexec` the door's call loop; otherwise their arguments are put into dicts.";

PyType_Slot kSlots[] = {
    {Py_tp_doc, kDoc},
    {Py_tp_new, reinterpret_cast<void*>(make)},
    {Py_tp_dealloc, reinterpret_cast<void*>(clear_and_free<clear>)},
    {Py_tp_traverse, reinterpret_cast<void*>(traverse)},
    {Py_tp_clear, reinterpret_cast<void*>(clear)},
    {Py_tp_methods, kMethods},
    {Py_tp_members, kMembers},
    {0, nullptr},
};

PyType_Spec kSpec = {
    .name = "mainstay.plugins._native.Manager",
    .basicsize = sizeof(ManagerObject),
    .itemsize = 0,
    .flags =
        Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = kSlots,
};

}  // namespace

PyObject* native_manager(PyObject* object) noexcept {
  if (object == nullptr || !PyCFunction_Check(object)) return nullptr;
  return PyCFunction_GET_FUNCTION(object) == as_method(hookexec) ? PyCFunction_GET_SELF(object)
                                                                 : nullptr;
}

bool add_manager_type(PyObject* module) noexcept {
  ModuleState& state = state_in(module);
  state.manager_type = add_type(module, kSpec);
  return state.manager_type && add_monitor_type(module);
}

}  // namespace mainstay::binding::plugins
