// shown.hpp - the `statistics` of a controller: one dict per thread, made when somebody can see it.
//
// Few controllers ever show numbers in more than one thread, or keep anything else per thread: only
// for those there is a `threading.local`. Called with the interpreter held.
#pragma once

#include "binding/retry/controller.hpp"

namespace mainstay::binding::retry {

[[nodiscard]] inline std::uint64_t this_thread() noexcept {
  return PyThreadState_GetID(PyThreadState_Get());
}

// What each thread keeps with this controller; made when first needed, for most never are asked.
// Empty with an exception set.
[[nodiscard]] Ref storage_of(ControllerObject& controller) noexcept;

// Begins the statistics of this thread at the time `start`, if there never were any: they are shown
// when somebody looks. False when that is not the case, and they are to be begun in their dict.
[[nodiscard]] bool begin_unseen(ControllerObject& controller, double start) noexcept;

// Makes `controller.statistics` this dict in this thread; false with an exception set.
[[nodiscard]] bool show(ControllerObject& controller, PyObject* statistics) noexcept;

// `controller._show(statistics)`, `controller.statistics`, `controller._local`, and what is kept
// there of the queue of a pass, `controller.iter_state`. New references.
[[nodiscard]] PyObject* show_statistics(PyObject* controller, PyObject* statistics) noexcept;
[[nodiscard]] PyObject* get_statistics(PyObject* controller, void* unused) noexcept;
[[nodiscard]] PyObject* get_local(PyObject* controller, void* unused) noexcept;
[[nodiscard]] PyObject* get_iter_state(PyObject* controller, void* unused) noexcept;

}  // namespace mainstay::binding::retry
