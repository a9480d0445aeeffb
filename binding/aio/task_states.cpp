// task_states.cpp - `_native.TaskState` and the functions that find one: see task_states.hpp.
#include "binding/aio/task_states.hpp"

#include <utility>

#include "binding/aio/module.hpp"
#include "binding/aio/scope.hpp"
#include "binding/support/native_type.hpp"

namespace mainstay::binding::aio {

Ref TaskStates::find(PyObject* task) {
  const std::lock_guard held(lock_);
  const auto found = entries_.find(task);
  return found == entries_.end() ? Ref{} : Ref::share(found->second.state.get());
}

Ref TaskStates::add(State& state, PyObject* task) {
  Ref made =
      make_object<TaskStateValue>(reinterpret_cast<PyTypeObject*>(state.task_state_type.get()));
  if (!made) return made;
  value_of<TaskStateValue>(made.get()).task = task;
  Ref weak = Ref::steal(PyWeakref_NewRef(task, state.forget.get()));
  if (!weak) return Ref{};
  Entry old;
  {
    const std::lock_guard held(lock_);
    tasks_[weak.get()] = task;
    Entry& entry = entries_[task];
    if (entry.weak) tasks_.erase(entry.weak.get());
    old = std::exchange(entry, Entry{std::move(weak), Ref::share(made.get())});
  }
  return made;
}

Ref TaskStates::take(PyObject* task) {
  Entry old;
  const std::lock_guard held(lock_);
  const auto found = entries_.find(task);
  if (found == entries_.end()) return Ref{};
  old.weak = std::move(found->second.weak);
  Ref state = std::move(found->second.state);
  tasks_.erase(old.weak.get());
  entries_.erase(found);
  return state;
}

void TaskStates::forget(PyObject* weak_reference) {
  PyObject* task = nullptr;
  {
    const std::lock_guard held(lock_);
    const auto found = tasks_.find(weak_reference);
    if (found == tasks_.end()) return;
    task = found->second;
  }
  const Ref state = take(task);
  if (state) {
    value_of<TaskStateValue>(state.get()).task = nullptr;
    enter_scope(state.get(), nullptr);
  }
}

void enter_scope(PyObject* state, PyObject* scope) noexcept {
  auto& value = value_of<TaskStateValue>(state);
  value.leave();
  if (scope != nullptr) value_of<ScopeValue>(scope).members().push(value);
  value.scope = Ref::share(scope);
}

bool is_cancelled(const TaskStateValue& state) noexcept {
  return state.scope && value_of<ScopeValue>(state.scope.get()).cancelled_by() != nullptr;
}

namespace {

using Self = Self<TaskStateValue>;

Ref get_scope(Self self) noexcept { return Ref::share(self->scope ? self->scope.get() : Py_None); }

bool set_scope(Self self, PyObject* scope) noexcept {
  State* state = state_for(self.object);
  if (state == nullptr) return false;
  if (scope == Py_None) scope = nullptr;
  if (scope != nullptr &&
      !PyObject_TypeCheck(scope, reinterpret_cast<PyTypeObject*>(state->scope_type.get()))) {
    PyErr_Format(PyExc_TypeError, "cancel_scope must be a cancel scope of asyncio, got %.100s",
                 Py_TYPE(scope)->tp_name);
    return false;
  }
  enter_scope(self.object, scope);
  return true;
}

Ref get_parent_id(Self self) noexcept {
  return Ref::share(self->parent_id ? self->parent_id.get() : Py_None);
}

bool set_parent_id(Self self, PyObject* value) noexcept {
  self->parent_id = Ref::share(value);
  return true;
}

PyGetSetDef kAttributes[] = {
    attribute<get_scope, set_scope>("cancel_scope", "The innermost scope of the task, or None."),
    attribute<get_parent_id, set_parent_id>("parent_id", "The id of the task above it, or None."),
    {},
};

constexpr TypeTable kTaskState{
    .name = "mainstay.aio._native.TaskState",
    .doc = "What is known of an asyncio task.",
    .attributes = kAttributes,
    .constructible = false,
};

// find_state(task): its state, or None.
PyObject* find_state(PyObject* module, PyObject* task) noexcept {
  Ref found = state_of<State>(module).tasks.find(task);
  return found ? found.release() : Ref::share(Py_None).release();
}

// take_state(task): its state, which is forgotten, or None.
PyObject* take_state(PyObject* module, PyObject* task) noexcept {
  Ref found = state_of<State>(module).tasks.take(task);
  return found ? found.release() : Ref::share(Py_None).release();
}

// add_state(task, parent_id, scope): its state, from now on in that scope.
PyObject* add_state(PyObject* module, PyObject* const* args, Py_ssize_t nargs) noexcept {
  if (nargs != 3) return PyErr_Format(PyExc_TypeError, "add_state(task, parent_id, scope)");
  auto& state = state_of<State>(module);
  try {
    Ref made = state.tasks.add(state, args[0]);
    if (!made) return nullptr;
    value_of<TaskStateValue>(made.get()).parent_id = Ref::share(args[1]);
    if (!set_scope(Self{made.get()}, args[2])) return nullptr;
    return made.release();
  } catch (const std::bad_alloc&) {
    return PyErr_NoMemory();
  }
}

PyObject* forget(PyObject* module, PyObject* weak_reference) noexcept {
  state_of<State>(module).tasks.forget(weak_reference);
  Py_RETURN_NONE;
}

// effective_deadline(): of the current task.
PyObject* effective_deadline(PyObject* module, PyObject*) noexcept {
  auto& state = state_of<State>(module);
  const Ref task = current_task(state);
  if (!task && PyErr_Occurred()) return nullptr;
  const Ref found = task ? state.tasks.find(task.get()) : Ref{};
  double nearest = mainstay::aio::kNever;
  if (found) {
    const Ref& scope = value_of<TaskStateValue>(found.get()).scope;
    if (scope) nearest = value_of<ScopeValue>(scope.get()).effective_deadline();
  }
  return PyFloat_FromDouble(nearest);
}

PyMethodDef kForget = {"forget", as_method(&forget), METH_O, "A task has ended."};

PyMethodDef kFunctions[] = {
    {"find_state", as_method(&find_state), METH_O,
     "find_state($module, task, /)\n--\n\nWhat is known of a task, or None."},
    {"take_state", as_method(&take_state), METH_O,
     "take_state($module, task, /)\n--\n\nThe same, and forget it."},
    {"add_state", as_method(&add_state), METH_FASTCALL,
     "add_state($module, task, parent_id, scope, /)\n--\n\nNote a task, in that scope."},
    {"effective_deadline", as_method(&effective_deadline), METH_NOARGS,
     "effective_deadline($module, /)\n--\n\nWhen the current task has to end."},
    {},
};

}  // namespace

bool add_task_states(PyObject* module, State& state) noexcept {
  state.task_state_type = add_native_type<TaskStateValue>(module, kTaskState);
  // Its self is the module: the function lives in the module's state, which the collector knows.
  state.forget = Ref::steal(PyCFunction_New(&kForget, module));
  return state.task_state_type && state.forget && PyModule_AddFunctions(module, kFunctions) == 0;
}

}  // namespace mainstay::binding::aio
