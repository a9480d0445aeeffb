// call.cpp - see call.hpp: the retry loop in the binding, driven by the engine's Turn.
//
// State of a call lives on the C stack. The objects programs could look at (the RetryCallState, the
// outcome as a Future) are made when somebody will: a plan has no hooks, so during the loop nobody
// can, and RetryError carries the one Future that is left to see. Anything out of the ordinary is
// handed to the Python loop, from the start (`_call_decorated`) or in the middle (`_resume`).
#include "binding/retry/call.hpp"

#include <array>
#include <cstddef>

#include "binding/retry/untouched.hpp"
#include "binding/support/call.hpp"
#include "binding/support/module_state.hpp"
#include "mainstay/retry/turn.hpp"

namespace mainstay::binding::retry {
namespace {

using mainstay::retry::Ask;
using mainstay::retry::OutcomeKind;
using mainstay::retry::Turn;

void count(ModuleState& state, Obstacle way) noexcept {
  ++state.paths[static_cast<std::size_t>(way)];
}

// The arguments of one call as they came. Borrowed from the caller for as long as the call runs.
struct Arguments {
  PyObject* const* values;
  std::size_t nargsf;
  PyObject* kwnames;

  [[nodiscard]] Ref positional() const noexcept {
    const Py_ssize_t count = PyVectorcall_NARGS(nargsf);
    Ref tuple = Ref::steal(PyTuple_New(count));
    if (!tuple) return tuple;
    for (Py_ssize_t i = 0; i < count; ++i) {
      PyTuple_SET_ITEM(tuple.get(), i, Ref::share(values[i]).release());
    }
    return tuple;
  }

  [[nodiscard]] Ref keywords() const noexcept {
    Ref dict = Ref::steal(PyDict_New());
    if (!dict || kwnames == nullptr) return dict;
    PyObject* const* value = values + PyVectorcall_NARGS(nargsf);
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(kwnames); ++i) {
      if (PyDict_SetItem(dict.get(), PyTuple_GET_ITEM(kwnames, i), value[i]) < 0) return Ref{};
    }
    return dict;
  }
};

// What a call knows about itself.
struct Numbers : CallNumbers {
  double start = 0;
  Sleep idle{0, true};  // the statistics begin with the int 0
};

// The exception that is set, taken out of the interpreter with its traceback in place.
Ref take_exception() noexcept {
#if PY_VERSION_HEX >= 0x030C0000
  return Ref::steal(PyErr_GetRaisedException());
#else
  PyObject *type = nullptr, *value = nullptr, *traceback = nullptr;
  PyErr_Fetch(&type, &value, &traceback);
  PyErr_NormalizeException(&type, &value, &traceback);
  if (traceback != nullptr) PyException_SetTraceback(value, traceback);
  Py_XDECREF(type);
  Py_XDECREF(traceback);
  return Ref::steal(value);
#endif
}

void raise_again(Ref exception) noexcept {
#if PY_VERSION_HEX >= 0x030C0000
  PyErr_SetRaisedException(exception.release());
#else
  PyObject* type = Ref::share(reinterpret_cast<PyObject*>(Py_TYPE(exception.get()))).release();
  PyObject* traceback = PyException_GetTraceback(exception.get());
  PyErr_Restore(type, exception.release(), traceback);
#endif
}

// The dict a decorated function shows its numbers in. Borrowed; null when the program put
// something else there.
PyObject* statistics_of(ModuleState& state, PyObject* function) noexcept {
  PyObject* attributes = reinterpret_cast<PyFunctionObject*>(function)->func_dict;
  if (attributes == nullptr) return nullptr;
  PyObject* found = PyDict_GetItemWithError(attributes, state.names.statistics.get());
  if (found == nullptr) PyErr_Clear();
  return found != nullptr && PyDict_CheckExact(found) ? found : nullptr;
}

bool put(PyObject* dict, const Ref& name, Ref value) noexcept {
  return value && PyDict_SetItem(dict, name.get(), value.get()) == 0;
}

// Shows the call's numbers. All four at once as far as other threads can tell: nothing in here
// runs Python (keys are interned strings, values ints and floats) unless a program put objects of
// its own into the dict.
bool publish(ModuleState& state, PyObject* statistics, const Numbers& numbers,
             bool delay_known) noexcept {
  const Names& names = state.names;
  Ref delay = delay_known ? Ref::steal(PyFloat_FromDouble(numbers.since_start))
                          : Ref::steal(PyLong_FromLong(0));
  return put(statistics, names.start_time, Ref::steal(PyFloat_FromDouble(numbers.start))) &&
         put(statistics, names.attempt_number,
             Ref::steal(PyLong_FromUnsignedLongLong(numbers.attempt))) &&
         put(statistics, names.idle_for, numbers.idle.to_python()) &&
         put(statistics, names.delay_since_first_attempt, std::move(delay));
}

// Begins the statistics of a call: the four numbers and nothing else.
bool begin(ModuleState& state, PyObject* statistics, const Numbers& numbers) noexcept {
  if (!publish(state, statistics, numbers, false)) return false;
  if (PyDict_GET_SIZE(statistics) == 4) return true;
  PyDict_Clear(statistics);
  return publish(state, statistics, numbers, false);
}

// A finished outcome as the door's Future, built field by field: its constructor makes a lock
// nobody will wait for (Future._condition makes it should anybody ask).
Ref future_of(ModuleState& state, const ControllerKind& kind, std::uint64_t attempt,
              OutcomeView outcome) noexcept {
  const Names& names = state.names;
  auto* type = reinterpret_cast<PyTypeObject*>(kind.future.get());
  const Ref no_arguments = Ref::steal(PyTuple_New(0));
  if (!no_arguments) return Ref{};
  Ref future = Ref::steal(PyBaseObject_Type.tp_new(type, no_arguments.get(), nullptr));
  if (!future) return future;
  const auto set = [&](const Ref& name, PyObject* value) {
    return PyObject_SetAttr(future.get(), name.get(), value) == 0;
  };
  const Ref waiters = Ref::steal(PyList_New(0));
  const Ref callbacks = Ref::steal(PyList_New(0));
  const Ref number = Ref::steal(PyLong_FromUnsignedLongLong(attempt));
  if (!waiters || !callbacks || !number) return Ref{};
  PyObject* value = outcome.value == nullptr ? Py_None : outcome.value;
  PyObject* error = outcome.error == nullptr ? Py_None : outcome.error;
  if (!set(names.future_state, names.finished.get()) || !set(names.future_result, value) ||
      !set(names.future_exception, error) || !set(names.future_waiters, waiters.get()) ||
      !set(names.future_callbacks, callbacks.get()) ||
      !set(names.attempt_number, number.get())) {
    return Ref{};
  }
  return future;
}

// Ends a call that ran out of attempts: sets what it raises.
void give_up(ModuleState& state, const ControllerKind& kind, const Plan& plan,
             const Numbers& numbers, const Ref& value, Ref error, bool explicit_retry) noexcept {
  if (plan.reraise && error && !explicit_retry) {
    raise_again(std::move(error));
    return;
  }
  const Ref future =
      future_of(state, kind, numbers.attempt, {.value = value.get(), .error = error.get()});
  if (!future) return;
  const Ref raised = Ref::steal(PyObject_CallOneArg(plan.error_class.get(), future.get()));
  if (!raised) return;
  if (plan.reraise) {
    (void)Ref::steal(PyObject_CallMethod(raised.get(), "reraise", nullptr));
    return;
  }
  PyException_SetCause(raised.get(), error ? error.release() : nullptr);
  PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(raised.get())), raised.get());
}

bool sleep_between(ModuleState& state, const ControllerKind& kind, const Plan& plan,
                   const Numbers& numbers) noexcept {
  if (!plan.sleep) return sleep_for(state, numbers.upcoming.seconds);
  auto* type = reinterpret_cast<PyTypeObject*>(kind.do_sleep.get());
  const Ref length = Ref::steal(type->tp_alloc(type, 0));
  if (!length) return false;
  reinterpret_cast<PyFloatObject*>(length.get())->ob_fval = numbers.upcoming.seconds;
  return static_cast<bool>(Ref::steal(PyObject_CallOneArg(plan.sleep.get(), length.get())));
}

// Whether everything the loop would do by itself is still what the program would meet.
Obstacle touched(ModuleState& state, const ControllerKind& kind, const Plan& plan) noexcept {
  if (state.testing.load(std::memory_order_relaxed)) return Obstacle::testing;
  if (!clock_is_untouched(state, kind.names.get())) return Obstacle::clock;
  if (!plan.sleep && !sleep_is_untouched(state, kind.sleep_names.get())) return Obstacle::clock;
  return Obstacle::none;
}

// The same in the middle of a call: what the function did may have changed anything.
Obstacle surprise(ModuleState& state, const ControllerKind& kind, const Plan& plan) noexcept {
  if (plan.epoch != state.epoch) return Obstacle::strategy;
  if (plan.random_names && !random_is_untouched(state, plan.random_names.get())) {
    return Obstacle::randomness;
  }
  return touched(state, kind, plan);
}

// The whole call in Python.
PyObject* in_python(const CallObject& call, PyObject* shell, const Arguments& arguments,
                    Obstacle why) noexcept {
  count(*call.state, why);
  const Ref positional = arguments.positional();
  const Ref keywords = arguments.keywords();
  if (!positional || !keywords) return nullptr;
  return PyObject_CallMethod(call.controller, "_call_decorated", "OOOO", shell, call.function,
                             positional.get(), keywords.get());
}

// The rest of a call in Python, from an outcome on.
PyObject* resume(const CallObject& call, PyObject* shell, const Arguments& arguments,
                 const Numbers& numbers, const Ref& value, const Ref& error,
                 Obstacle why) noexcept {
  count(*call.state, why);
  const Ref positional = arguments.positional();
  const Ref keywords = arguments.keywords();
  const Ref idle = numbers.idle.to_python();
  if (!positional || !keywords || !idle) return nullptr;
  return PyObject_CallMethod(
      call.controller, "_resume", "OOOOdKOOO", shell, call.function, positional.get(),
      keywords.get(), numbers.start, static_cast<unsigned long long>(numbers.attempt), idle.get(),
      value ? value.get() : Py_None, error ? error.get() : Py_None);
}

PyObject* run(CallObject& call, PyObject* shell, const Arguments& arguments) noexcept {
  // First of all: the Python loop needs more stack for a call than this one.
  const RecursionGuard guard(" while calling a retried function");
  if (!guard) return nullptr;
  ModuleState& state = *call.state;
  ControllerObject& controller = as_controller(call.controller);
  const ControllerKind* kind = kind_of(call.controller);
  if (kind == nullptr) {
    if (PyErr_Occurred()) return nullptr;
    return in_python(call, shell, arguments, Obstacle::subclass);
  }
  std::shared_ptr<const Plan> plan = plan_of(controller, *kind);
  if (!plan) return nullptr;
  if (plan->obstacle != Obstacle::none) return in_python(call, shell, arguments, plan->obstacle);
  PyObject* function = call.function;
  if (!plan->enabled) {
    return PyObject_Vectorcall(function, arguments.values, arguments.nargsf, arguments.kwnames);
  }
  if (const Obstacle why = touched(state, *kind, *plan); why != Obstacle::none) {
    return in_python(call, shell, arguments, why);
  }
  PyObject* found = statistics_of(state, shell);
  if (found == nullptr) return in_python(call, shell, arguments, Obstacle::statistics);

  const Ref statistics = Ref::share(found);
  Numbers numbers;
  numbers.start = monotonic_now();
  if (!begin(state, statistics.get(), numbers) || !show(controller, statistics.get())) {
    return nullptr;
  }
  for (;;) {
    Ref value = Ref::steal(
        PyObject_Vectorcall(function, arguments.values, arguments.nargsf, arguments.kwnames));
    Ref error;
    OutcomeKind outcome = OutcomeKind::value;
    if (!value) {
      error = take_exception();
      outcome = PyType_IsSubtype(Py_TYPE(error.get()),
                                 reinterpret_cast<PyTypeObject*>(state.try_again.get()))
                    ? OutcomeKind::try_again
                    : OutcomeKind::error;
    }
    const OutcomeView view{.value = value.get(), .error = error.get()};
    if (!value || plan->looks_at_values) {
      if (const Obstacle why = surprise(state, *kind, *plan); why != Obstacle::none) {
        return resume(call, shell, arguments, numbers, value, error, why);
      }
    }
    const double now = monotonic_now();
    for (Turn turn(outcome); !turn.finished();) {
      switch (turn.ask()) {
        case Ask::retry: {
          const int again = ask_retry(plan->retry, view);
          if (again < 0) return nullptr;
          turn.answer(again == 1);
          if (again == 0) {
            count(state, Obstacle::none);
            if (value) return value.release();
            raise_again(std::move(error));
            return nullptr;
          }
          break;
        }
        case Ask::wait:
          if (!ask_wait(state, plan->wait, numbers, numbers.upcoming)) return nullptr;
          turn.done();
          break;
        case Ask::stop: {
          numbers.since_start = now - numbers.start;
          if (!publish(state, statistics.get(), numbers, true)) return nullptr;
          const int enough = ask_stop(state, plan->stop, numbers);
          if (enough < 0) return nullptr;
          turn.answer(enough == 1);
          if (enough == 1) {
            count(state, Obstacle::none);
            give_up(state, *kind, *plan, numbers, value, std::move(error),
                    outcome == OutcomeKind::try_again);
            return nullptr;
          }
          break;
        }
        case Ask::record:
          numbers.idle = numbers.idle + numbers.upcoming;
          ++numbers.attempt;
          if (!publish(state, statistics.get(), numbers, true)) return nullptr;
          turn.done();
          break;
        case Ask::before:
        case Ask::attempt:
        case Ask::give_back:
        case Ask::after:
        case Ask::give_up:
        case Ask::before_sleep:
        case Ask::sleep: turn.done(); break;
      }
    }
    value = Ref{};
    error = Ref{};
    if (!sleep_between(state, *kind, *plan, numbers)) return nullptr;
  }
}

// --- the Call object ----------------------------------------------------------------------------

// call(shell, *args, **kwargs): what the body of a decorated function does.
PyObject* call_from_body(PyObject* self, PyObject* const* args, std::size_t nargsf,
                         PyObject* kwnames) noexcept {
  if (PyVectorcall_NARGS(nargsf) < 1 || !PyFunction_Check(args[0])) {
    return PyErr_Format(PyExc_TypeError, "the first argument must be the decorated function");
  }
  // The first argument's place may be written to for a moment: it is ours, behind the others.
  const std::size_t rest =
      static_cast<std::size_t>(PyVectorcall_NARGS(nargsf) - 1) | PY_VECTORCALL_ARGUMENTS_OFFSET;
  return run_call(as_call(self), args[0], args + 1, rest, kwnames);
}

PyObject* make(PyTypeObject* type, PyObject* args, PyObject* kwargs) noexcept {
  PyObject *controller = nullptr, *function = nullptr;
  static const char* const keywords[] = {"", "", nullptr};
  if (!PyArg_ParseTupleAndKeywords(args, kwargs, "OO:Call", const_cast<char**>(keywords),
                                   &controller, &function)) {
    return nullptr;
  }
  PyObject* module = module_of(type, &module_definition);
  if (module == nullptr) return nullptr;
  auto* base = reinterpret_cast<PyTypeObject*>(state_in(module).controller_type.get());
  if (!PyObject_TypeCheck(controller, base)) {
    return PyErr_Format(PyExc_TypeError, "the first argument must be a controller, got %R",
                        controller);
  }
  PyObject* self = type->tp_alloc(type, 0);
  if (self == nullptr) return nullptr;
  CallObject& call = as_call(self);
  call.vectorcall = &call_from_body;
  call.state = &state_in(module);
  call.controller = Ref::share(controller).release();
  call.function = Ref::share(function).release();
  return self;
}

int traverse(PyObject* self, visitproc visit, void* arg) noexcept {
  Py_VISIT(Py_TYPE(self));
  Py_VISIT(as_call(self).controller);
  Py_VISIT(as_call(self).function);
  return 0;
}

int clear(PyObject* self) noexcept {
  Py_CLEAR(as_call(self).controller);
  Py_CLEAR(as_call(self).function);
  return 0;
}

void destroy(PyObject* self) noexcept {
  PyTypeObject* type = Py_TYPE(self);
  PyObject_GC_UnTrack(self);
  clear(self);
  type->tp_free(self);
  Py_DECREF(type);
}

PyObject* reduce(PyObject* self, PyObject*) noexcept {
  return Py_BuildValue("O(OO)", Py_TYPE(self), as_call(self).controller, as_call(self).function);
}

PyMethodDef kMethods[] = {
    {"__reduce__", reduce, METH_NOARGS, "Pickled as the controller and the function."},
    {nullptr, nullptr, 0, nullptr},
};

PyMemberDef kMembers[] = {
    {"__vectorcalloffset__", T_PYSSIZET, offsetof(CallObject, vectorcall), READONLY, nullptr},
    {nullptr, 0, 0, 0, nullptr},
};

char kDoc[] =
    "Call(controller, function): what a decorated function hands over to.\n\n"
    "Called with the decorated function and its arguments. Shared between threads like the\n"
    "function itself: each call keeps its state to itself.";

PyType_Slot kSlots[] = {
    {Py_tp_doc, kDoc},
    {Py_tp_new, reinterpret_cast<void*>(make)},
    {Py_tp_call, reinterpret_cast<void*>(PyVectorcall_Call)},
    {Py_tp_dealloc, reinterpret_cast<void*>(destroy)},
    {Py_tp_traverse, reinterpret_cast<void*>(traverse)},
    {Py_tp_clear, reinterpret_cast<void*>(clear)},
    {Py_tp_methods, kMethods},
    {Py_tp_members, kMembers},
    {0, nullptr},
};

PyType_Spec kSpec = {
    .name = "mainstay.retry._native.Call",
    .basicsize = sizeof(CallObject),
    .itemsize = 0,
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL |
             Py_TPFLAGS_IMMUTABLETYPE,
    .slots = kSlots,
};

}  // namespace

PyObject* run_call(CallObject& call, PyObject* shell, PyObject* const* args, std::size_t nargsf,
                   PyObject* kwnames) noexcept {
  return run(call, shell, {.values = args, .nargsf = nargsf, .kwnames = kwnames});
}

bool add_call_type(PyObject* module) noexcept {
  Ref type = add_type(module, kSpec);
  if (!type) return false;
  state_in(module).call_type = std::move(type);
  return true;
}

}  // namespace mainstay::binding::retry
