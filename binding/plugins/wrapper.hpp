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

// Runs the first half, up to the yield. False with an exception set: RuntimeError when it ended
// without one.
[[nodiscard]] bool start(const ModuleState& state, PyObject* generator) noexcept;

// Runs the second half with a value, or with an exception.
[[nodiscard]] Ended send(const ModuleState& state, PyObject* generator, PyObject* value,
                         Ref& returned) noexcept;
[[nodiscard]] Ended throw_into(const ModuleState& state, PyObject* generator, PyObject* error,
                               Ref& returned) noexcept;

// `generator.close()`; false with an exception set.
[[nodiscard]] bool close_generator(const ModuleState& state, PyObject* generator) noexcept;

// RuntimeError: which wrapper, where it stands, and what it did wrong.
void raise_misbehaved(const ModuleState& state, PyObject* generator, const char* what) noexcept;

}  // namespace mainstay::binding::plugins
