// tally.cpp - see tally.hpp.
#include "binding/retry/tally.hpp"

#include <cstddef>

#include "binding/retry/state.hpp"
#include "binding/support/module_state.hpp"

namespace mainstay::binding::retry {
namespace {

constexpr PyObject* TallyObject::* kNumbers[] = {
    &TallyObject::start_time,
    &TallyObject::attempt_number,
    &TallyObject::idle_for,
    &TallyObject::delay_since_first_attempt,
};

int traverse(PyObject* self, visitproc visit, void* arg) noexcept {
  Py_VISIT(Py_TYPE(self));
  Py_VISIT(as_tally(self).published);
  for (const auto number : kNumbers) Py_VISIT(as_tally(self).*number);
  return 0;
}

int clear(PyObject* self) noexcept {
  Py_CLEAR(as_tally(self).published);
  for (const auto number : kNumbers) Py_CLEAR(as_tally(self).*number);
  return 0;
}

void destroy(PyObject* self) noexcept {
  PyTypeObject* type = Py_TYPE(self);
  PyObject_GC_UnTrack(self);
  if (as_tally(self).weak_references != nullptr) PyObject_ClearWeakRefs(self);
  clear(self);
  type->tp_free(self);
  Py_DECREF(type);
}

// What the dict says of the beginning of the call; empty when it says nothing, or with an exception
// set.
Ref start_in(const ModuleState& state, PyObject* published) noexcept {
  if (PyDict_CheckExact(published)) {
    return Ref::share(PyDict_GetItemWithError(published, state.names.start_time.get()));
  }
  const int there = PySequence_Contains(published, state.names.start_time.get());
  if (there != 1) return Ref{};
  return Ref::steal(PyObject_GetItem(published, state.names.start_time.get()));
}

PyObject* make(PyTypeObject* type, PyObject* args, PyObject* kwargs) noexcept {
  PyObject* published = nullptr;
  if (kwargs != nullptr && PyDict_GET_SIZE(kwargs) != 0) {
    return PyErr_Format(PyExc_TypeError, "Tally() takes no keyword arguments");
  }
  if (!PyArg_ParseTuple(args, "O:Tally", &published)) return nullptr;
  PyObject* module = module_of(type, &module_definition);
  if (module == nullptr) return nullptr;
  const ModuleState& state = state_in(module);
  Ref start = start_in(state, published);
  if (!start && PyErr_Occurred()) return nullptr;
  return new_tally(state, published, std::move(start)).release();
}

PyObject* publish_method(PyObject* self, PyObject*) noexcept {
  PyObject* module = module_of(Py_TYPE(self), &module_definition);
  if (module == nullptr || !publish(state_in(module), as_tally(self))) return nullptr;
  Py_RETURN_NONE;
}

PyMethodDef kMethods[] = {
    {"publish", publish_method, METH_NOARGS, "Show the numbers, all at once."},
    {nullptr, nullptr, 0, nullptr},
};

PyMemberDef kMembers[] = {
    {"published", T_OBJECT, offsetof(TallyObject, published), 0, "Where they are shown."},
    {"start_time", T_OBJECT, offsetof(TallyObject, start_time), 0, "None when nobody set one."},
    {"attempt_number", T_OBJECT, offsetof(TallyObject, attempt_number), 0, nullptr},
    {"idle_for", T_OBJECT, offsetof(TallyObject, idle_for), 0, nullptr},
    {"delay_since_first_attempt", T_OBJECT, offsetof(TallyObject, delay_since_first_attempt), 0,
     nullptr},
    {"over", T_BOOL, offsetof(TallyObject, over), 0, "Whether the call has ended."},
    {"__weaklistoffset__", T_PYSSIZET, offsetof(TallyObject, weak_references), READONLY, nullptr},
    {nullptr, 0, 0, 0, nullptr},
};

char kDoc[] =
    "Tally(published): a call's own numbers, the dict it shows them in, whether it ended.";

PyType_Slot kSlots[] = {
    {Py_tp_doc, kDoc},
    {Py_tp_new, reinterpret_cast<void*>(make)},
    {Py_tp_dealloc, reinterpret_cast<void*>(destroy)},
    {Py_tp_traverse, reinterpret_cast<void*>(traverse)},
    {Py_tp_clear, reinterpret_cast<void*>(clear)},
    {Py_tp_methods, kMethods},
    {Py_tp_members, kMembers},
    {0, nullptr},
};

PyType_Spec kSpec = {
    .name = "mainstay.retry._native.Tally",
    .basicsize = sizeof(TallyObject),
    .itemsize = 0,
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = kSlots,
};

}  // namespace

Ref new_tally(const ModuleState& state, PyObject* published, Ref start) noexcept {
  auto* type = reinterpret_cast<PyTypeObject*>(state.tally_type.get());
  Ref made = Ref::steal(type->tp_alloc(type, 0));
  if (!made) return made;
  TallyObject& tally = as_tally(made.get());
  tally.published = Ref::share(published).release();
  tally.start_time = start.release();
  tally.attempt_number = PyLong_FromLong(1);
  tally.idle_for = PyLong_FromLong(0);
  tally.delay_since_first_attempt = PyLong_FromLong(0);
  return made;
}

Ref tally_of(const ModuleState& state, PyObject* retry_state, PyObject* controller) noexcept {
  auto* base = reinterpret_cast<PyTypeObject*>(state.state_type.get());
  const bool ours = PyObject_TypeCheck(retry_state, base);
  Ref found;
  if (ours) {
    found = Ref::share(as_state(retry_state).tally);
  } else {
    found = attribute(retry_state, state.names.tally);
    if (!found) {
      if (!PyErr_ExceptionMatches(PyExc_AttributeError)) return Ref{};
      PyErr_Clear();
    }
  }
  if (found && reinterpret_cast<PyObject*>(Py_TYPE(found.get())) == state.tally_type.get()) {
    return found;
  }
  const Ref published = attribute(controller, state.names.statistics);
  if (!published) return Ref{};
  Ref start = start_in(state, published.get());
  if (!start && PyErr_Occurred()) return Ref{};
  Ref made = new_tally(state, published.get(), std::move(start));
  if (!made) return made;
  if (ours) {
    if (!put(as_state(retry_state).tally, Ref::share(made.get()))) return Ref{};
  } else if (PyObject_SetAttr(retry_state, state.names.tally.get(), made.get()) < 0) {
    return Ref{};
  }
  return made;
}

bool publish(const ModuleState& state, const TallyObject& tally) noexcept {
  const Names& names = state.names;
  const struct {
    const Ref& name;
    PyObject* number;
  } shown[] = {
      {names.attempt_number, tally.attempt_number},
      {names.idle_for, tally.idle_for},
      {names.delay_since_first_attempt, tally.delay_since_first_attempt},
      {names.start_time, tally.start_time},
  };
  const bool plain = PyDict_CheckExact(tally.published);
  // Of a dict of another kind only `update` is asked, with all of them.
  const Ref all = plain ? Ref::share(tally.published) : Ref::steal(PyDict_New());
  if (!all) return false;
  for (const auto& [name, number] : shown) {
    if (number != nullptr && PyDict_SetItem(all.get(), name.get(), number) < 0) return false;
  }
  if (plain) return true;
  return static_cast<bool>(
      Ref::steal(PyObject_CallMethod(tally.published, "update", "O", all.get())));
}

bool add_tally_type(PyObject* module) noexcept {
  state_in(module).tally_type = add_type(module, kSpec);
  return static_cast<bool>(state_in(module).tally_type);
}

}  // namespace mainstay::binding::retry
