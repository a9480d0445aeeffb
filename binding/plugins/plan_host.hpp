// plan_host.hpp - the host of the engine's walk for implementations that are called by a plan.
//
// Where their arguments are is known from the layout; what their calls come to goes into the Flow.
// A local variable of one call, whose values, defaults, plan and layout the caller keeps alive.
#pragma once

#include "binding/plugins/arguments.hpp"
#include "binding/plugins/flow.hpp"
#include "binding/plugins/multicall.hpp"
#include "binding/plugins/plan.hpp"

namespace mainstay::binding::plugins {

// Most implementations are functions of Python, whose results need no check; the entry point is
// asked for at every call, as it may be replaced.
inline PyObject* call_vector(PyObject* callable, PyObject* const* args, std::size_t nargsf,
                             PyObject* kwnames) noexcept {
  if (PyFunction_Check(callable)) {
    const vectorcallfunc function = reinterpret_cast<PyFunctionObject*>(callable)->vectorcall;
    if (function != nullptr) return function(callable, args, nargsf, kwnames);
  }
  return PyObject_Vectorcall(callable, args, nargsf, kwnames);
}

class PlanHost {
 public:
  PlanHost(const DoorObject& door, const Layout& layout, PyObject* const* values,
           PyObject* const* defaults, Flow& flow) noexcept
      : door_(door),
        sources_(layout.sources.data()),
        values_(values),
        defaults_(defaults),
        flow_(flow) {}

  [[nodiscard]] bool is_wrapper(const Part& part) const noexcept { return part.entry->wrapper; }

  [[nodiscard]] Next call(const Part& part) noexcept { return flow_.called(call_function(part)); }

  [[nodiscard]] Next open(const Part& part) noexcept {
    if (!part.entry->old) return flow_.opened(call_function(part));
    if (part.missing != nullptr) {
      report_missing(part);
      return flow_.fail();
    }
    return flow_.opened_old(call_function(part), part.entry->impl);
  }

  void close(std::size_t nth) noexcept { flow_.close(nth); }

  // What the function returns; null with what it raised, or that it misses an argument.
  [[nodiscard]] PyObject* call_function(const Part& part) const noexcept {
    if (part.missing != nullptr) {
      report_missing(part);
      return nullptr;
    }
    PyObject* self = part.entry->self.get();
    const std::size_t bound = self != nullptr ? 1 : 0;
    const std::size_t count = part.positional + part.keywords;
    Arguments<10> arguments;
    if (!arguments.reserve(count + 1)) return nullptr;
    PyObject** at = arguments.values();
    *at = self;
    at += bound;
    const Source* source = sources_ + part.first;
    for (std::size_t i = 0; i < count; ++i) {
      at[i] = source[i] >= 0 ? values_[source[i]] : defaults_[-1 - source[i]];
    }
    return call_vector(part.entry->function.get(), arguments.values(),
                       (bound + part.positional) | PY_VECTORCALL_ARGUMENTS_OFFSET,
                       part.kwnames.get());
  }

 private:
  void report_missing(const Part& part) const noexcept {
    PyErr_SetObject(PyExc_KeyError, part.missing);
    raise_call_error(door_);
  }

  const DoorObject& door_;
  const Source* sources_;
  PyObject* const* values_;
  PyObject* const* defaults_;
  Flow& flow_;
};

// The specification's defaults this call needs, in the order of the layout. Empty with an exception
// set when one has gone.
[[nodiscard]] Ref read_defaults(const Plan& plan, const Layout& layout) noexcept;

}  // namespace mainstay::binding::plugins
