// decorate.hpp - making decorated functions: the function object, dressed like the one it wraps,
// with its `retry`, `retry_with` and `statistics`.
//
// Their code is Python's: `_loop.py` and `_asyncio.py` hand over a sample of each function, and
// what is made here are more of them, as the interpreter itself would make them.
#pragma once

#include "binding/retry/controller.hpp"

namespace mainstay::binding::retry {

// The samples; a place in ModuleState::samples each.
enum class Sample : std::uint8_t { shell, async_shell, retry_with, count_ };

// `adopt_sample(name, function)`: more functions like this one will be made; returns it.
[[nodiscard]] PyObject* adopt_sample(PyObject* module, PyObject* const* args,
                                     Py_ssize_t count) noexcept;

// `controller._decorated(function)`, `controller._decorated_async(function)`: new references.
[[nodiscard]] PyObject* make_decorated(PyObject* controller, PyObject* function) noexcept;
[[nodiscard]] PyObject* make_decorated_async(PyObject* controller, PyObject* function) noexcept;

// Whether a function (an instance of `function`, its subtypes included) is a coroutine function: 1,
// 0, or -1 when only `inspect` could tell, because somebody marked it. Never raises.
[[nodiscard]] int is_coroutine_function(PyObject* function) noexcept;

// `function_kind(function)`: 1 for a plain function, 2 for a coroutine function, 0 for everything
// else: generators, other callables, what somebody marked.
[[nodiscard]] PyObject* function_kind(PyObject* module, PyObject* function) noexcept;

// `is_coroutine_callable(call)`: whether calling gives a coroutine. Objects out of the ordinary are
// looked at by `mainstay.retry._names`.
[[nodiscard]] PyObject* is_coroutine_callable(PyObject* module, PyObject* call) noexcept;

}  // namespace mainstay::binding::retry
