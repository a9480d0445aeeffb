// door.cpp - Door: which classes native code makes and raises for one of the two faces.
//
// The drop-in door and the strict one are thin classes over the same native types. A face makes one
// Door from its classes while it is imported; an object finds its door by its class.
#include <cstddef>

#include "binding/plugins/module.hpp"
#include "binding/plugins/multicall.hpp"

namespace mainstay::binding::plugins {
namespace {

struct Part {
  const char* name;
  PyObject* DoorObject::* object;
};

constexpr Part kParts[] = {
    {"hook_impl", &DoorObject::hook_impl},
    {"hook_caller", &DoorObject::hook_caller},
    {"subset_hook_caller", &DoorObject::subset_hook_caller},
    {"hook_spec", &DoorObject::hook_spec},
    {"result", &DoorObject::result},
    {"call_error", &DoorObject::call_error},
    {"teardown_warning", &DoorObject::teardown_warning},
    {"teardown_advice", &DoorObject::teardown_advice},
    {"multicall", &DoorObject::multicall},
    {"answers", &DoorObject::answers},
    {"answer", &DoorObject::answer},
    {"report", &DoorObject::report},
    {"errors", &DoorObject::errors},
    {"spec_file", &DoorObject::spec_file},
    {"warned", &DoorObject::warned},
};

bool is_class_over(PyObject* object, const Ref& base, const char* what) noexcept {
  if (PyType_Check(object) && PyType_IsSubtype(reinterpret_cast<PyTypeObject*>(object),
                                               reinterpret_cast<PyTypeObject*>(base.get()))) {
    return true;
  }
  PyErr_Format(PyExc_TypeError, "%s must be a class over %R, got %R", what, base.get(), object);
  return false;
}

bool is_complete(const ModuleState& state, const DoorObject& door) noexcept {
  if (!is_class_over(door.hook_impl, state.impl_type, "hook_impl") ||
      !is_class_over(door.hook_caller, state.caller_type, "hook_caller") ||
      !is_class_over(door.subset_hook_caller, state.caller_type, "subset_hook_caller") ||
      !is_class_over(door.hook_spec, state.spec_type, "hook_spec") ||
      !is_class_over(door.result, state.result_type, "result")) {
    return false;
  }
  if (PyExceptionClass_Check(door.call_error) && PyExceptionClass_Check(door.teardown_warning)) {
    return true;
  }
  PyErr_Format(PyExc_TypeError,
               "call_error and teardown_warning must be exception classes, got %R and %R",
               door.call_error, door.teardown_warning);
  return false;
}

// Calls go to instances of the door's callers without a dict. Before 3.12 a class made in Python
// does not take that over from its base; the entry point itself sees whether `__call__` was
// replaced.
void call_without_dicts(PyObject* type) noexcept {
#if PY_VERSION_HEX < 0x030C0000
  reinterpret_cast<PyTypeObject*>(type)->tp_flags |= Py_TPFLAGS_HAVE_VECTORCALL;
#else
  (void)type;
#endif
}

PyObject* make(PyTypeObject* type, PyObject* args, PyObject* kwargs) noexcept {
  static const char* const keywords[] = {
      "hook_impl", "hook_caller", "subset_hook_caller", "hook_spec",
      "result",    "call_error",  "teardown_warning",   "teardown_advice",
      "answers",   "strict",      "spec_file",          nullptr};
  DoorObject given{};
  given.spec_file = Py_None;
  int strict = 0;
  if (!PyArg_ParseTupleAndKeywords(args, kwargs, "$OOOOOOOUOpO:Door", const_cast<char**>(keywords),
                                   &given.hook_impl, &given.hook_caller, &given.subset_hook_caller,
                                   &given.hook_spec, &given.result, &given.call_error,
                                   &given.teardown_warning, &given.teardown_advice, &given.answers,
                                   &strict, &given.spec_file)) {
    return nullptr;
  }
  PyObject* module = PyType_GetModule(type);
  if (module == nullptr) return nullptr;
  ModuleState& state = state_in(module);
  if (!is_complete(state, given)) return nullptr;
  Ref self = Ref::steal(type->tp_alloc(type, 0));
  if (!self) return nullptr;
  DoorObject& door = as_door(self.get());
  for (const Part& part : kParts) {
    door.*part.object = Ref::share(given.*part.object).release();
  }
  door.strict = strict != 0;
  door.multicall = PyCFunction_NewEx(&multicall_definition, self.get(), nullptr);
  if (door.multicall == nullptr) return nullptr;
  call_without_dicts(door.hook_caller);
  call_without_dicts(door.subset_hook_caller);
  state.doors.push_back(Ref::share(self.get()));
  return self.release();
}

int traverse(PyObject* self, visitproc visit, void* arg) noexcept {
  Py_VISIT(Py_TYPE(self));
  for (const Part& part : kParts) Py_VISIT(as_door(self).*part.object);
  return 0;
}

int clear(PyObject* self) noexcept {
  for (const Part& part : kParts) Py_CLEAR(as_door(self).*part.object);
  return 0;
}

PyMemberDef kMembers[] = {
    {"multicall", T_OBJECT_EX, offsetof(DoorObject, multicall), READONLY,
     "The call loop of this door, for callers that pass dicts."},
    {nullptr, 0, 0, 0, nullptr},
};

char kDoc[] =
    "Door(*, hook_impl, hook_caller, subset_hook_caller, hook_spec, result, call_error,\n"
    "teardown_warning, teardown_advice, answers, strict, spec_file): the classes of one face over "
    "this\n"
    "module's types. `answers()` gives the class of an answer, that of a report, and what makes\n"
    "one error of answers; it is called when they are needed first. `strict`: whether calls are\n"
    "refused that lack an argument or have one too many. `spec_file`: the file that warnings "
    "about\n"
    "specifications point at, as ones of the module of `hook_spec`.\n\n"
    "Made once, while the face is imported. Raises TypeError for a class over something else.";

PyType_Slot kSlots[] = {
    {Py_tp_doc, kDoc},
    {Py_tp_new, reinterpret_cast<void*>(make)},
    {Py_tp_dealloc, reinterpret_cast<void*>(clear_and_free<clear>)},
    {Py_tp_traverse, reinterpret_cast<void*>(traverse)},
    {Py_tp_clear, reinterpret_cast<void*>(clear)},
    {Py_tp_members, kMembers},
    {0, nullptr},
};

PyType_Spec kSpec = {
    .name = "mainstay.plugins._native.Door",
    .basicsize = sizeof(DoorObject),
    .itemsize = 0,
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = kSlots,
};

}  // namespace

DoorObject* door_of(const ModuleState& state, PyTypeObject* type,
                    PyObject* DoorObject::* kind) noexcept {
  for (const Ref& each : state.doors) {
    DoorObject& door = as_door(each.get());
    if (PyType_IsSubtype(type, reinterpret_cast<PyTypeObject*>(door.*kind))) return &door;
  }
  return nullptr;
}

bool add_door_type(PyObject* module) noexcept {
  ModuleState& state = state_in(module);
  state.door_type = add_type(module, kSpec);
  return static_cast<bool>(state.door_type);
}

}  // namespace mainstay::binding::plugins
