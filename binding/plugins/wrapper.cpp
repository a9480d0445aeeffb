// wrapper.cpp - see wrapper.hpp.
#include "binding/plugins/wrapper.hpp"

#include "binding/support/exception.hpp"

namespace mainstay::binding::plugins {
namespace {

// After a generator's method came back with nothing: it returned if what it raised is
// StopIteration.
Ended ended_by_exception(const ModuleState& state, Ref& returned) noexcept {
  if (!PyErr_ExceptionMatches(PyExc_StopIteration)) return Ended::raised;
  const Ref stop = take_exception();
  returned = Ref::steal(PyObject_GetAttr(stop.get(), state.names.value.get()));
  return returned ? Ended::returned : Ended::raised;
}

// A generator that ended in its first half did so by a StopIteration: with it as the context.
void raise_did_not_yield(const ModuleState& state, PyObject* generator, const Ref& stop) noexcept {
  const Handling handling(stop.get());
  raise_misbehaved(state, generator, "did not yield");
}

// The StopIteration a generator ends with, as if it had been raised here: with its context.
Ref stop_iteration(PyObject* value) noexcept {
  const Ref made = Ref::steal(value == Py_None ? PyObject_CallNoArgs(PyExc_StopIteration)
                                               : PyObject_CallOneArg(PyExc_StopIteration, value));
  if (made) raise_statement(made.get());
  return take_exception();
}

}  // namespace

void raise_misbehaved(const ModuleState& state, PyObject* generator, const char* what) noexcept {
  const Ref code = Ref::steal(PyObject_GetAttr(generator, state.names.gi_code.get()));
  if (!code) return;
  const Ref name = Ref::steal(PyObject_GetAttrString(code.get(), "co_name"));
  const Ref file = name ? Ref::steal(PyObject_GetAttrString(code.get(), "co_filename")) : Ref{};
  const Ref line = file ? Ref::steal(PyObject_GetAttrString(code.get(), "co_firstlineno")) : Ref{};
  if (!line) return;
  PyErr_Format(PyExc_RuntimeError, "wrap_controller at %R %S:%S %s", name.get(), file.get(),
               line.get(), what);
}

void refuse_unyielded(const ModuleState& state, PyObject* generator, PyObject* returned) noexcept {
  const Ref stop = stop_iteration(returned);
  raise_did_not_yield(state, generator, stop);
}

bool start_any(const ModuleState& state, PyObject* generator) noexcept {
  if (!PyIter_Check(generator)) {
    PyErr_Format(PyExc_TypeError, "'%.200s' object is not an iterator",
                 Py_TYPE(generator)->tp_name);
    return false;
  }
  if (Ref::steal(Py_TYPE(generator)->tp_iternext(generator))) return true;
  if (!PyErr_Occurred()) PyErr_SetNone(PyExc_StopIteration);
  if (!PyErr_ExceptionMatches(PyExc_StopIteration)) return false;
  const Ref stop = take_exception();
  raise_did_not_yield(state, generator, stop);
  return false;
}

Ended send_any(const ModuleState& state, PyObject* generator, PyObject* value,
               Ref& returned) noexcept {
  returned = Ref::steal(PyObject_CallMethodOneArg(generator, state.names.send.get(), value));
  return returned ? Ended::yielded : ended_by_exception(state, returned);
}

Ended throw_into(const ModuleState& state, PyObject* generator, PyObject* error,
                 Ref& returned) noexcept {
  returned = Ref::steal(PyObject_CallMethodOneArg(generator, state.names.throw_.get(), error));
  return returned ? Ended::yielded : ended_by_exception(state, returned);
}

bool close_generator(const ModuleState& state, PyObject* generator) noexcept {
  return static_cast<bool>(
      Ref::steal(PyObject_CallMethodNoArgs(generator, state.names.close.get())));
}

}  // namespace mainstay::binding::plugins
