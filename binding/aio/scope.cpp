// scope.cpp - `_native.Scope`: entering and leaving a scope. What happens in a cancelled one is in
// Python (`_backends/_scopes.py`).
#include "binding/aio/scope.hpp"

#include <cmath>
#include <utility>

#include "binding/aio/module.hpp"

namespace mainstay::binding::aio {

namespace {

using Self = Self<ScopeValue>;

constexpr const char* kInitParameters[] = {"deadline", "shield"};
constexpr Signature kInit{"CancelScope", nullptr, kInitParameters, 0};

bool set_deadline(Self self, PyObject* value) noexcept {
  const double deadline = value == nullptr ? mainstay::aio::kNever : PyFloat_AsDouble(value);
  if (deadline == -1 && PyErr_Occurred() != nullptr) return false;
  if (std::isnan(deadline)) {
    PyErr_SetString(PyExc_ValueError, "deadline must not be NaN");
    return false;
  }
  self->deadline = deadline;
  return true;
}

int init(PyObject* object, PyObject* args, PyObject* kwargs) noexcept {
  PyObject* given[2];
  if (!take_arguments(kInit, args, kwargs, given)) return -1;
  const Self self{object};
  self->object = object;
  if (!set_deadline(self, given[0])) return -1;
  if (given[1] != nullptr) {
    const int truth = PyObject_IsTrue(given[1]);
    if (truth < 0) return -1;
    self->is_shielded = truth != 0;
  }
  return 0;
}

// Calls a method of the Python class. False: it raised.
bool call(PyObject* object, const Ref& name, PyObject* argument = nullptr) noexcept {
  return static_cast<bool>(
      Ref::steal(argument == nullptr ? PyObject_CallMethodNoArgs(object, name.get())
                                     : PyObject_CallMethodOneArg(object, name.get(), argument)));
}

bool count_earlier(Self self, State& state, PyObject* task) noexcept {
#if PY_VERSION_HEX >= 0x030B0000
  const Ref count = Ref::steal(PyObject_CallMethodNoArgs(task, state.name_cancelling.get()));
  if (!count) return false;
  self->earlier = PyLong_AsLong(count.get());
  return self->earlier != -1 || PyErr_Occurred() == nullptr;
#else
  (void)self, (void)state, (void)task;
  return true;
#endif
}

Ref enter(Self self) {
  if (self->is_active) {
    PyErr_SetString(PyExc_RuntimeError,
                    "Each CancelScope may only be used for a single 'with' block");
    return Ref{};
  }
  State* state = state_for(self.object);
  if (state == nullptr) return Ref{};
  Ref task = current_task(*state);
  if (!task) {
    if (PyErr_Occurred() == nullptr) {
      PyErr_SetString(PyExc_RuntimeError,
                      "a cancel scope is entered by a task, and none is running; call run()");
    }
    return Ref{};
  }
  if (!count_earlier(self, *state, task.get())) return Ref{};
  Ref known = state->tasks.find(task.get());
  if (!known) known = state->tasks.add(*state, task.get());
  if (!known) return Ref{};
  self->object = self.object;
  self->outer = Ref::share(value_of<TaskStateValue>(known.get()).scope.get());
  self->move_into(self->outer ? &value_of<ScopeValue>(self->outer.get()) : nullptr);
  enter_scope(known.get(), self.object);
  self->host_task = std::move(task);
  self->is_active = true;
  const bool fine = self->is_cancelled
                        ? call(self.object, state->name__deliver_cancellation, self.object)
                        : self->deadline == mainstay::aio::kNever ||
                              call(self.object, state->name__watch_deadline);
  return fine ? Ref::share(self.object) : Ref{};
}

Ref refuse(const char* why) noexcept {
  PyErr_SetString(PyExc_RuntimeError, why);
  return Ref{};
}

Ref leave_scope(Self self, PyObject* error) {
  if (!self->is_active) return refuse("This cancel scope is not active");
  State* state = state_for(self.object);
  if (state == nullptr) return Ref{};
  const Ref task = current_task(*state);
  if (!task && PyErr_Occurred() != nullptr) return Ref{};
  if (!task || task.get() != self->host_task.get()) {
    return refuse("Attempted to exit cancel scope in a different task than it was entered in");
  }
  const Ref known = state->tasks.find(task.get());
  if (!known || value_of<TaskStateValue>(known.get()).scope.get() != self.object) {
    return refuse(
        "Attempted to exit a cancel scope that isn't the current tasks's current cancel scope");
  }
  const bool from_outside = self->cancelled_from_outside() != nullptr;
  self->is_active = false;
  self->move_into(nullptr);
  enter_scope(known.get(), self->outer.get());
  const Ref host = std::move(self->host_task);
  if (const Ref timer = std::move(self->timeout_handle); timer && timer.get() != Py_None) {
    if (!call(timer.get(), state->name_cancel)) return Ref{};
  }
  ScopeValue* outer = self->outer ? &value_of<ScopeValue>(self->outer.get()) : nullptr;
  if (outer != nullptr && outer->cancelled_by() != nullptr &&
      !call(self.object, state->name__restart_cancellation_in_parent)) {
    return Ref{};
  }
  if (self->is_cancelled && !from_outside) {
    return Ref::steal(PyObject_CallMethodObjArgs(self.object, state->name__leave_cancelled.get(),
                                                 task.get(), error, nullptr));
  }
  if (outer != nullptr) outer->owed += std::exchange(self->owed, 0);
  return Ref::share(Py_False);
}

PyObject* exit_method(PyObject* self, PyObject* const* args, Py_ssize_t nargs) noexcept {
  if (nargs != 3) return PyErr_Format(PyExc_TypeError, "__exit__() takes 3 arguments");
  const CriticalSection section(self);
  try {
    return leave_scope(Self{self}, args[1]).release();
  } catch (const std::bad_alloc&) {
    return PyErr_NoMemory();
  }
}

// _reachable(): tasks that a cancellation is to reach now, and whether there are some in a turn
// that it must not disturb.
Ref reachable(Self self) noexcept {
  const Ref tasks = Ref::steal(PyList_New(0));
  if (!tasks) return Ref{};
  bool fine = true, busy = false;
  self->each_reachable([&](TaskStateValue& each) {
    if (each.is_in_shielded_turn) {
      busy = true;
    } else if (each.task != nullptr) {
      fine = fine && PyList_Append(tasks.get(), each.task) == 0;
    }
  });
  return fine ? Ref::steal(PyTuple_Pack(2, tasks.get(), busy ? Py_True : Py_False)) : Ref{};
}

Ref move_to(Self self, PyObject* parent) noexcept {
  State* state = state_for(self.object);
  if (state == nullptr) return Ref{};
  if (!PyObject_TypeCheck(parent, reinterpret_cast<PyTypeObject*>(state->scope_type.get()))) {
    PyErr_Format(PyExc_TypeError, "a scope can be moved into a scope only, got %.100s",
                 Py_TYPE(parent)->tp_name);
    return Ref{};
  }
  self->move_into(&value_of<ScopeValue>(parent));
  self->outer = Ref::share(parent);
  return Ref::share(Py_None);
}

Ref object_or_none(const Ref& reference) noexcept {
  return Ref::share(reference ? reference.get() : Py_None);
}

Ref from_scope(ScopeNode* node) noexcept {
  return Ref::share(node == nullptr ? Py_None : static_cast<ScopeValue*>(node)->object);
}

template <auto member>
Ref get_object(Self self) noexcept {
  return object_or_none((*self).*member);
}
template <auto member>
bool set_object(Self self, PyObject* value) noexcept {
  (*self).*member = Ref::share(value);
  return true;
}
template <auto member>
Ref get_flag(Self self) noexcept {
  return Ref::share((*self).*member ? Py_True : Py_False);
}
template <auto member>
bool set_flag(Self self, PyObject* value) noexcept {
  (*self).*member = value == Py_True;
  return true;
}

Ref get_deadline(Self self) noexcept { return Ref::steal(PyFloat_FromDouble(self->deadline)); }
Ref get_pause(Self self) noexcept { return Ref::steal(PyFloat_FromDouble(self->pause)); }
bool set_pause(Self self, PyObject* value) noexcept {
  self->pause = value == nullptr ? 0 : PyFloat_AsDouble(value);
  return self->pause != -1 || PyErr_Occurred() == nullptr;
}
Ref get_owed(Self self) noexcept { return Ref::steal(PyLong_FromLong(self->owed)); }
bool set_owed(Self self, PyObject* value) noexcept {
  self->owed = value == nullptr ? 0 : PyLong_AsLong(value);
  return self->owed != -1 || PyErr_Occurred() == nullptr;
}
Ref get_earlier(Self self) noexcept { return Ref::steal(PyLong_FromLong(self->earlier)); }
Ref get_cancelled_by(Self self) noexcept { return from_scope(self->cancelled_by()); }
Ref get_cancelling_parent(Self self) noexcept {
  ScopeNode* parent = self->parent();
  if (parent == nullptr && self->outer) parent = &value_of<ScopeValue>(self->outer.get());
  return from_scope(parent == nullptr ? nullptr : parent->cancelled_by());
}
Ref get_effectively_cancelled(Self self) noexcept {
  return Ref::share(self->cancelled_by() != nullptr ? Py_True : Py_False);
}

PyMethodDef kMethods[] = {
    method<enter>("__enter__", "Enter the scope."),
    {"__exit__", as_method(&exit_method), METH_FASTCALL,
     "Leave the scope; true if it swallows the exception."},
    method<reachable>("_reachable", "Tasks to cancel, and whether some are in a shielded turn."),
    method<move_to>("_move_into", "Move the scope into another one."),
    {},
};

template <auto member>
PyGetSetDef object(const char* name) noexcept {
  return attribute<get_object<member>, set_object<member>>(name, nullptr);
}

PyGetSetDef kAttributes[] = {
    attribute<get_deadline, set_deadline>("_deadline", nullptr),
    attribute<get_flag<&ScopeValue::is_shielded>, set_flag<&ScopeValue::is_shielded>>("_shield",
                                                                                      nullptr),
    attribute<get_flag<&ScopeValue::is_cancelled>, set_flag<&ScopeValue::is_cancelled>>(
        "_cancel_called", nullptr),
    attribute<get_flag<&ScopeValue::was_caught>, set_flag<&ScopeValue::was_caught>>(
        "_cancelled_caught", nullptr),
    attribute<get_flag<&ScopeValue::is_active>>("_active", nullptr),
    attribute<get_object<&ScopeValue::host_task>>("_host_task", nullptr),
    attribute<get_object<&ScopeValue::outer>>("_parent_scope", nullptr),
    attribute<get_pause, set_pause>("_pause", nullptr),
    attribute<get_owed, set_owed>("_owed", nullptr),
    attribute<get_earlier>("_earlier_cancellations", nullptr),
    attribute<get_cancelled_by>("_cancelled_by", "The nearest scope that cancels this one."),
    attribute<get_cancelling_parent>("_cancelling_parent",
                                     "The nearest from outside, shield or no."),
    attribute<get_effectively_cancelled>("_effectively_cancelled", nullptr),
    attribute<get_flag<&ScopeValue::is_cancelled>>("cancel_called",
                                                   "Whether the scope was cancelled."),
    attribute<get_flag<&ScopeValue::was_caught>>("cancelled_caught",
                                                 "Whether it swallowed its own cancellation."),
    object<&ScopeValue::reason>("_cancel_reason"),
    object<&ScopeValue::timeout_handle>("_timeout_handle"),
    object<&ScopeValue::cancel_handle>("_cancel_handle"),
    object<&ScopeValue::tried>("_tried"),
    {},
};

const PyType_Slot kSlots[] = {{Py_tp_init, reinterpret_cast<void*>(&init)}};

constexpr TypeTable kScope{
    .name = "mainstay.aio._native.Scope",
    .doc = "A cancel scope of asyncio tasks: who is in it, and what it is in.",
    .methods = kMethods,
    .attributes = kAttributes,
    .slots = kSlots,
    .subclassable = true,
};

}  // namespace

bool add_scope(PyObject* module, State& state) noexcept {
  state.scope_type = add_native_type<ScopeValue>(module, kScope);
  return static_cast<bool>(state.scope_type);
}

}  // namespace mainstay::binding::aio
