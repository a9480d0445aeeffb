// flow.cpp - see flow.hpp.
#include "binding/plugins/flow.hpp"

#include <utility>

#include "binding/plugins/result.hpp"
#include "binding/plugins/wrapper.hpp"
#include "binding/support/exception.hpp"

namespace mainstay::binding::plugins {
namespace {

bool is_stop_iteration(PyObject* error) noexcept {
  return PyErr_GivenExceptionMatches(error, PyExc_StopIteration) != 0;
}

// What Python makes of a StopIteration that leaves a generator, as an old-style wrapper is one to
// the outside.
Ref out_of_generator(Ref error) noexcept {
  if (!is_stop_iteration(error.get())) return error;
  PyErr_SetString(PyExc_RuntimeError, "generator raised StopIteration");
  Ref raised = take_exception();
  set_cause(raised.get(), error.get());
  return raised;
}

// Whether a generator only passed on the StopIteration it was given, as the RuntimeError that it
// has to become.
bool passed_on(PyObject* raised, PyObject* given) noexcept {
  if (!PyErr_GivenExceptionMatches(raised, PyExc_RuntimeError) || !is_stop_iteration(given)) {
    return false;
  }
  return Ref::steal(PyException_GetCause(raised)).get() == given;
}

}  // namespace

Next Flow::fail() noexcept { return fail(take_exception()); }

Next Flow::refused(PyObject* generator) noexcept {
  const Next next = fail();
  Py_XDECREF(generator);
  return next;
}

Next Flow::opened_old(PyObject* generator, PyObject* impl) noexcept {
  if (generator != nullptr && start(state_, generator)) {
    wrappers_.push({.generator = generator, .impl = impl});
    return Next::go_on;
  }
  error_ = out_of_generator(take_exception());
  Py_XDECREF(generator);
  return Next::failed;
}

Next Flow::opened_nothing() noexcept {
  wrappers_.push({.generator = nullptr, .impl = nullptr});
  return Next::go_on;
}

// The results become what the caller gets. They are few steps away from it: nobody saw them before.
bool Flow::settle() noexcept {
  settled_ = true;
  if (error_) return true;  // a wrapper that brings a value back brings its own
  if (first_result_) {
    value_ = count_ > 0 ? Ref::steal(results_[--count_]) : Ref::share(Py_None);
    return true;
  }
  value_ = Ref::steal(PyList_New(static_cast<Py_ssize_t>(count_)));
  if (!value_) {
    error_ = take_exception();
    return false;
  }
  for (std::size_t i = 0; i < count_; ++i) {
    PyList_SET_ITEM(value_.get(), static_cast<Py_ssize_t>(i), results_[i]);
  }
  count_ = 0;
  return true;
}

void Flow::close_slowly(std::size_t nth) noexcept {
  if (wrappers_[nth].generator == nullptr) return;
  if (given_up_) return abandon(nth);
  // Ours alone from here on, so that the generator is gone before the next one is closed.
  const Ref generator = Ref::steal(std::exchange(wrappers_[nth].generator, nullptr));
  PyObject* impl = wrappers_[nth].impl;
  if (impl != nullptr) return close_old(generator.get(), impl);
  Ref returned;
  const Ended ended = error_ ? throw_into(state_, generator.get(), error_.get(), returned)
                             : send(state_, generator.get(), value_.get(), returned);
  ended_new(generator.get(), ended, std::move(returned));
}

// What a wrapper of the present kind came to becomes the outcome.
void Flow::ended_new(PyObject* generator, Ended ended, Ref returned) noexcept {
  if (ended == Ended::returned) {
    value_ = std::move(returned);
    error_ = Ref{};
    return;
  }
  if (ended == Ended::yielded) {
    returned = Ref{};
    if (close_generator(state_, generator)) {
      raise_misbehaved(state_, generator, "has second yield");
      given_up_ = true;
    }
    error_ = take_exception();
    return;
  }
  Ref raised = take_exception();
  if (error_ && passed_on(raised.get(), error_.get())) {
    const Handling handling(raised.get());
    if (close_generator(state_, generator)) return;
    error_ = take_exception();
    return;
  }
  error_ = std::move(raised);
}

void Flow::warn_about_teardown(PyObject* impl, PyObject* error) noexcept {
  const Ref plugin_name = Ref::steal(PyObject_GetAttr(impl, state_.names.plugin_name.get()));
  if (!plugin_name) return;
  const Ref type_name =
      Ref::steal(PyObject_GetAttrString(reinterpret_cast<PyObject*>(Py_TYPE(error)), "__name__"));
  if (!type_name) return;
  const Ref message = Ref::steal(PyUnicode_FromFormat(
      "A plugin raised an exception during an old-style hookwrapper teardown.\n"
      "Plugin: %S, Hook: %S\n%S: %S\n%U",
      plugin_name.get(), hook_name_, type_name.get(), error, door_.teardown_advice));
  if (!message) return;
  // Native code has no frames: the innermost one is the line that called the hook.
  (void)PyErr_WarnFormat(door_.teardown_warning, 1, "%U", message.get());
}

// Runs the second half of an old-style wrapper. Returns what it raised; empty when all is well.
Ref Flow::tear_down_old(PyObject* generator, PyObject* impl, PyObject* result) noexcept {
  Ref returned;
  const Ended ended = send(state_, generator, result, returned);
  if (ended == Ended::returned) {
    // A generator that returned is closed. Anything else has to be told.
    if (PyGen_CheckExact(generator) || close_generator(state_, generator)) return Ref{};
    return take_exception();
  }
  if (ended == Ended::yielded) raise_misbehaved(state_, generator, "has second yield");
  Ref raised = take_exception();
  if (ended == Ended::raised) {
    const Handling handling(raised.get());
    warn_about_teardown(impl, raised.get());
  }
  if (PyErr_Occurred()) raised = take_exception();  // the warning, where it is an error
  if (ended == Ended::raised && PyGen_CheckExact(generator)) return raised;
  const Handling handling(raised.get());
  if (close_generator(state_, generator)) return raised;
  return take_exception();
}

void Flow::close_old(PyObject* generator, PyObject* impl) noexcept {
  const Ref result = new_result(door_, error_ ? nullptr : value_.get(), error_.get());
  Ref raised = result ? tear_down_old(generator, impl, result.get()) : take_exception();
  if (!raised) {
    Ref value = Ref::steal(get_result(result.get()));
    if (value) {
      value_ = std::move(value);
      error_ = Ref{};
      return;
    }
    raised = take_exception();
  }
  raised = out_of_generator(std::move(raised));
  if (error_ && passed_on(raised.get(), error_.get())) return;
  error_ = std::move(raised);
}

// A wrapper that nobody asks any more. A new-style one is closed with its last reference. An
// old-style one is told, as the peer's generator around it does when it is closed itself.
void Flow::abandon(std::size_t nth) noexcept {
  const Ref generator = Ref::steal(std::exchange(wrappers_[nth].generator, nullptr));
  if (wrappers_[nth].impl == nullptr) return;
  PyErr_SetNone(PyExc_GeneratorExit);
  const Ref exit = take_exception();
  const Ref result = new_result(door_, nullptr, exit.get());
  Ref raised =
      result ? tear_down_old(generator.get(), wrappers_[nth].impl, result.get()) : take_exception();
  if (!raised && !Ref::steal(get_result(result.get()))) raised = take_exception();
  if (!raised || PyErr_GivenExceptionMatches(raised.get(), PyExc_GeneratorExit)) return;
  raised = out_of_generator(std::move(raised));
  raise_statement(raised.get());
  PyErr_WriteUnraisable(generator.get());
}

PyObject* Flow::finish() noexcept {
  if (!settled_) (void)settle();
  if (!error_) return value_.release();
  // Let go of: its traceback may lead to a frame that leads here.
  const Ref error = std::move(error_);
  raise_statement(error.get());
  return nullptr;
}

int Flow::traverse(visitproc visit, void* arg) noexcept {
  for (std::size_t i = 0; i < count_; ++i) Py_VISIT(results_[i]);
  for (std::size_t i = 0; i < wrappers_.size(); ++i) Py_VISIT(wrappers_[i].generator);
  Py_VISIT(value_.get());
  Py_VISIT(error_.get());
  return 0;
}

}  // namespace mainstay::binding::plugins
