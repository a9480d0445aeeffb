// awaiting.hpp - what coroutines of retried calls await; see awaiting.cpp.
#pragma once

#include "binding/retry/open.hpp"

namespace mainstay::binding::retry {

// `controller._await_call(retry_state, fn, args, kwargs, is_async)`: the loop of a call, to be
// awaited; None where the Python loop is needed. New reference.
[[nodiscard]] PyObject* await_call(PyObject* controller, PyObject* const* args,
                                   Py_ssize_t count) noexcept;

// `controller._await_pass(retry_state)`: what iter() awaits; None where it needs the queue of
// methods. New reference.
[[nodiscard]] PyObject* await_pass(PyObject* controller, PyObject* retry_state) noexcept;

// What `anext()` of a block awaits: the manager of its next attempt. New reference.
[[nodiscard]] PyObject* await_attempt(ControllerKind& kind, PyObject* controller,
                                      PyObject* retry_state) noexcept;

// `controller._begin_async_block()`: what `async for` goes over; None where that is for Python. New
// reference.
[[nodiscard]] PyObject* start_async_block(PyObject* controller, PyObject* unused) noexcept;

}  // namespace mainstay::binding::retry
