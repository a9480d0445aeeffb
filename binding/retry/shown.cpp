// shown.cpp - see shown.hpp.
#include "binding/retry/shown.hpp"

#include <utility>

#include "binding/retry/decision.hpp"

namespace mainstay::binding::retry {
namespace {

// Whether anything is kept per thread already.
bool has_storage(const ControllerObject& controller) noexcept {
  return own(controller, controller.state->names.local) != nullptr;
}

// Shows the numbers of a block that nobody has looked at so far; false with an exception set.
bool show_unseen(ControllerObject& controller) noexcept {
  if (!controller.unseen) return true;
  const Ref start = Ref::steal(PyFloat_FromDouble(controller.unseen_start));
  Ref numbers = Ref::steal(PyDict_New());
  if (!start || !numbers || !begin_statistics(*controller.state, numbers.get(), start)) {
    return false;
  }
  // Making them may have run Python that looked as well: the first ones made are those that stay.
  if (!std::exchange(controller.unseen, false)) return true;
  controller.pending = numbers.release();
  controller.pending_thread = controller.unseen_thread;
  return true;
}

}  // namespace

bool begin_unseen(ControllerObject& controller, double start) noexcept {
  if (controller.unseen || controller.pending != nullptr || controller.shown != nullptr ||
      has_storage(controller)) {
    return false;
  }
  controller.unseen = true;
  controller.unseen_start = start;
  controller.unseen_thread = this_thread();
  return true;
}

Ref storage_of(ControllerObject& controller) noexcept {
  if (!show_unseen(controller)) return Ref{};
  const Names& names = controller.state->names;
  if (controller.attributes == nullptr) controller.attributes = PyDict_New();
  if (controller.attributes == nullptr) return Ref{};
  Ref local = Ref::share(PyDict_GetItemWithError(controller.attributes, names.local.get()));
  if (!local) {
    if (PyErr_Occurred()) return Ref{};
    const Ref module = Ref::steal(PyImport_ImportModule("_thread"));
    if (!module) return Ref{};
    const Ref made = Ref::steal(PyObject_CallMethod(module.get(), "_local", nullptr));
    if (!made) return Ref{};
    // Of two threads that look at once, both get the same one.
    local = Ref::share(PyDict_SetDefault(controller.attributes, names.local.get(), made.get()));
    if (!local) return local;
    controller.keeps_local = true;
  }
  if (controller.pending != nullptr && controller.pending_thread == this_thread()) {
    const Ref statistics = Ref::steal(std::exchange(controller.pending, nullptr));
    if (PyObject_SetAttr(local.get(), names.statistics.get(), statistics.get()) < 0) return Ref{};
    controller.shown = statistics.get();
    controller.shown_thread = this_thread();
  }
  return local;
}

bool show(ControllerObject& controller, PyObject* statistics) noexcept {
  if (!show_unseen(controller)) return false;
  const std::uint64_t thread = this_thread();
  if (controller.pending != nullptr && controller.pending_thread == thread) {
    if (controller.pending == statistics) return true;
  } else if (controller.shown == statistics && controller.shown_thread == thread) {
    return true;
  }
  if (!has_storage(controller) &&
      (controller.pending == nullptr || controller.pending_thread == thread)) {
    const Ref old = Ref::steal(std::exchange(controller.pending, Ref::share(statistics).release()));
    controller.pending_thread = thread;
    return true;
  }
  const Names& names = controller.state->names;
  const Ref local = storage_of(controller);
  if (!local) return false;
  if (PyObject_SetAttr(local.get(), names.statistics.get(), statistics) < 0) return false;
  controller.shown = statistics;
  controller.shown_thread = thread;
  return true;
}

PyObject* show_statistics(PyObject* self, PyObject* statistics) noexcept {
  known_controller(self).shown = nullptr;
  if (!show(as_controller(self), statistics)) return nullptr;
  Py_RETURN_NONE;
}

PyObject* get_local(PyObject* self, void*) noexcept {
  known_controller(self).local_seen = true;
  return storage_of(as_controller(self)).release();
}

PyObject* get_iter_state(PyObject* self, void*) noexcept {
  const Names& names = known_controller(self).state->names;
  // Through the attribute: a class may have a `_local` of its own.
  const Ref local = attribute(self, names.local);
  if (!local) return nullptr;
  PyObject* found = PyObject_GetAttr(local.get(), names.iter_state.get());
  if (found != nullptr || !PyErr_ExceptionMatches(PyExc_AttributeError)) return found;
  PyErr_Clear();
  const Ref door = attribute(self, names.door);
  if (!door) return nullptr;
  Ref made = Ref::steal(PyObject_CallMethodNoArgs(door.get(), names.iter_state.get()));
  if (!made || PyObject_SetAttr(local.get(), names.iter_state.get(), made.get()) < 0) {
    return nullptr;
  }
  return made.release();
}

PyObject* get_statistics(PyObject* self, void*) noexcept {
  ControllerObject& controller = known_controller(self);
  if (!show_unseen(controller)) return nullptr;
  // As long as nobody else has the storage, what was put there last is what is there.
  if (!controller.local_seen) {
    const std::uint64_t thread = this_thread();
    if (controller.pending != nullptr && controller.pending_thread == thread) {
      return Ref::share(controller.pending).release();
    }
    if (controller.shown != nullptr && controller.shown_thread == thread) {
      return Ref::share(controller.shown).release();
    }
  }
  if (controller.local_seen || has_storage(controller)) {
    const Ref local = storage_of(controller);
    if (!local) return nullptr;
    PyObject* found = PyObject_GetAttr(local.get(), controller.state->names.statistics.get());
    if (found != nullptr || !PyErr_ExceptionMatches(PyExc_AttributeError)) return found;
    PyErr_Clear();
  }
  Ref made = Ref::steal(PyDict_New());
  if (!made || !show(controller, made.get())) return nullptr;
  return made.release();
}

}  // namespace mainstay::binding::retry
