// call.hpp - decorated functions whose calls run natively.
//
// A decorated function is a genuine Python function, made in Python, whose body hands over to a
// `Call` object in its closure. `bind` then turns it into a subtype of function whose vectorcall
// goes to the same place without the Python frame. Where that does not work (a self-test decides),
// the function stays as it is and is merely slower. docs/internals/retry.md tells the trick.
#pragma once

#include "binding/retry/controller.hpp"

namespace mainstay::binding::retry {

struct CallObject {
  PyObject_HEAD vectorcallfunc vectorcall;
  ModuleState* state;  // lives as long as the controller's type, which refers to its module
  PyObject* controller;
  PyObject* function;
  PyObject* shell;  // a weak reference to the decorated function, where its body calls this
  bool awaits;      // whether calling the function gives something to await
};

[[nodiscard]] inline CallObject& as_call(PyObject* self) noexcept {
  return *reinterpret_cast<CallObject*>(self);
}

// Another Call; empty with an exception set.
[[nodiscard]] Ref make_call(ModuleState& state, PyObject* controller, PyObject* function,
                            bool awaits) noexcept;

// Says whose body calls `call`; false with an exception set. Weakly: the function owns the Call.
[[nodiscard]] bool belong_to(CallObject& call, PyObject* function) noexcept;

// The decorated function whose body calls `call`; None when there is none any more.
[[nodiscard]] Ref owner_of(const CallObject& call) noexcept;

// Makes the calls of a decorated function native, if that can be done; false with an exception set.
[[nodiscard]] bool bind_shell(PyObject* function, CallObject& call) noexcept;

// Calls the function under the policy for the decorated function `shell`.
[[nodiscard]] PyObject* run_call(CallObject& call, PyObject* shell, PyObject* const* args,
                                 std::size_t nargsf, PyObject* kwnames) noexcept;

// `call.start(args, kwargs)`: what a decorated coroutine function awaits. New reference.
[[nodiscard]] PyObject* start_call(PyObject* self, PyObject* const* args,
                                   Py_ssize_t count) noexcept;

// `bind(function)`: new reference to the function, native if that can be done.
[[nodiscard]] PyObject* bind(PyObject* module, PyObject* function) noexcept;

// `dress(wrapper, wrapped)`: what functools.wraps does, defaults included. New reference to
// wrapper.
[[nodiscard]] PyObject* dress(PyObject* module, PyObject* const* args, Py_ssize_t count) noexcept;

// `paths()`: a dict from the way calls went to how many did.
[[nodiscard]] PyObject* paths(PyObject* module, PyObject* unused) noexcept;

}  // namespace mainstay::binding::retry
