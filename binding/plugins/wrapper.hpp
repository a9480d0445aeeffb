// wrapper.hpp - one wrapper as a generator: started, then given an outcome, by hand.
//
// Python's own generators are driven without a StopIteration being made; anything else that has
// their methods is driven through those.
#pragma once

#include "binding/plugins/module.hpp"

namespace mainstay::binding::plugins {

// How a wrapper's second half ended.
enum class Ended : std::uint8_t {
  returned,  // as it should; with what it returned
  yielded,   // it gave control back once more
  raised,    // an exception is set
};

// What PyIter_Send() does with a generator, without asking what else it might be.
[[nodiscard]] inline PySendResult resume(PyObject* generator, PyObject* value,
                                         PyObject** came) noexcept {
  return PyGen_Type.tp_as_async->am_send(generator, value, came);
}

// What follows on a generator that ended in its first half.
void refuse_unyielded(const ModuleState& state, PyObject* generator, PyObject* returned) noexcept;
[[nodiscard]] bool start_any(const ModuleState& state, PyObject* generator) noexcept;

// Runs the first half, up to the yield. False with an exception set: RuntimeError when it ended
// without one.
[[nodiscard]] inline bool start(const ModuleState& state, PyObject* generator) noexcept {
  if (!PyGen_CheckExact(generator)) return start_any(state, generator);
  PyObject* came = nullptr;
  const PySendResult how = resume(generator, Py_None, &came);
  if (how == PYGEN_RETURN) refuse_unyielded(state, generator, came);
  Py_XDECREF(came);
  return how == PYGEN_NEXT;
}

// Runs the second half with a value, or with an exception.
[[nodiscard]] Ended send_any(const ModuleState& state, PyObject* generator, PyObject* value,
                             Ref& returned) noexcept;
[[nodiscard]] inline Ended send(const ModuleState& state, PyObject* generator, PyObject* value,
                                Ref& returned) noexcept {
  if (!PyGen_CheckExact(generator)) return send_any(state, generator, value, returned);
  PyObject* came = nullptr;
  const PySendResult how = resume(generator, value, &came);
  returned = Ref::steal(came);
  if (how == PYGEN_RETURN) return Ended::returned;
  return how == PYGEN_NEXT ? Ended::yielded : Ended::raised;
}
[[nodiscard]] Ended throw_into(const ModuleState& state, PyObject* generator, PyObject* error,
                               Ref& returned) noexcept;

// `generator.close()`; false with an exception set.
[[nodiscard]] bool close_generator(const ModuleState& state, PyObject* generator) noexcept;

// RuntimeError: which wrapper, where it stands, and what it did wrong.
void raise_misbehaved(const ModuleState& state, PyObject* generator, const char* what) noexcept;

}  // namespace mainstay::binding::plugins
