// counts.cpp - see counts.hpp.
#include "binding/retry/counts.hpp"

#include <new>
#include <utility>

#include "binding/retry/controller.hpp"

namespace mainstay::binding::retry {
namespace {

char kDoc[] =
    "What all calls under one policy came to, up to one moment. Immutable; a named tuple.\n\n"
    "attempts is calls + retries: every call makes one, every retry one more.";

PyStructSequence_Field kFields[] = {
    {"calls", "calls begun, blocks included; not those of a disabled policy"},
    {"attempts", "attempts made, or decided on"},
    {"retries", "further attempts decided on after one that was not good enough"},
    {"given_up", "calls that ran out of attempts"},
    {"slept", "seconds of sleep decided on between attempts, a float"},
    {nullptr, nullptr},
};

PyStructSequence_Desc kDescription = {
    .name = "mainstay.retry.Counters", .doc = kDoc, .fields = kFields, .n_in_sequence = 5};

}  // namespace

PyObject* Counts::snapshot(const ModuleState& state) const noexcept {
  const std::uint64_t calls = calls_.load(std::memory_order_relaxed);
  const std::uint64_t retries = retries_.load(std::memory_order_relaxed);
  Ref record =
      Ref::steal(PyStructSequence_New(reinterpret_cast<PyTypeObject*>(state.counters_type.get())));
  if (!record) return nullptr;
  Ref numbers[] = {
      Ref::steal(PyLong_FromUnsignedLongLong(calls)),
      Ref::steal(PyLong_FromUnsignedLongLong(calls + retries)),
      Ref::steal(PyLong_FromUnsignedLongLong(retries)),
      Ref::steal(PyLong_FromUnsignedLongLong(given_up_.load(std::memory_order_relaxed))),
      Ref::steal(PyFloat_FromDouble(slept_.load(std::memory_order_relaxed))),
  };
  Py_ssize_t position = 0;
  for (Ref& number : numbers) {
    if (!number) return nullptr;
    PyStructSequence_SetItem(record.get(), position++, number.release());
  }
  return record.release();
}

const std::shared_ptr<Counts>& make_counts(ControllerObject& controller) {
  if (!controller.counts) {
    controller.counts = std::make_shared<Counts>();
    controller.counts->call(std::exchange(controller.uncounted, 0));
  }
  return controller.counts;
}

Counts* counts_of(PyObject* self) noexcept {
  try {
    return make_counts(known_controller(self)).get();
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}

PyObject* get_counters(PyObject* self, PyObject*) noexcept {
  const Counts* counts = counts_of(self);
  return counts == nullptr ? PyErr_NoMemory() : counts->snapshot(*as_controller(self).state);
}

PyObject* count_in_python(PyObject* self, PyObject* const* args, Py_ssize_t count) noexcept {
  if (count != 1) return PyErr_Format(PyExc_TypeError, "_count() takes the sleep, or None");
  Counts* counts = counts_of(self);
  if (counts == nullptr) return PyErr_NoMemory();
  if (args[0] == Py_None) {
    counts->give_up();
  } else {
    const double sleep = PyFloat_AsDouble(args[0]);
    if (sleep == -1.0 && PyErr_Occurred()) return nullptr;
    counts->retry(sleep);
  }
  Py_RETURN_NONE;
}

PyObject* count_for(PyObject* self, PyObject* other) noexcept {
  ControllerObject& controller = known_controller(self);
  auto* base = reinterpret_cast<PyTypeObject*>(controller.state->controller_type.get());
  if (!PyObject_TypeCheck(other, base)) {
    return PyErr_Format(PyExc_TypeError, "_count_for() takes a controller, got %R", other);
  }
  if (counts_of(other) == nullptr) return PyErr_NoMemory();
  controller.counts = as_controller(other).counts;
  controller.of_a_call = true;
  controller.plan.reset();  // it counts where this controller counted before
  Py_RETURN_NONE;
}

bool add_counters_type(PyObject* module) noexcept {
  PyTypeObject* type = PyStructSequence_NewType(&kDescription);
  if (type == nullptr) return false;
  state_in(module).counters_type = Ref::steal(reinterpret_cast<PyObject*>(type));
  return PyModule_AddObjectRef(module, "Counters", reinterpret_cast<PyObject*>(type)) == 0;
}

}  // namespace mainstay::binding::retry
