// open.cpp - see open.hpp.
#include "binding/retry/open.hpp"

#include "binding/retry/state.hpp"
#include "binding/retry/tally.hpp"
#include "binding/support/call.hpp"

namespace mainstay::binding::retry {
namespace {

bool is_a(PyObject* object, const Ref& type) noexcept {
  return PyType_IsSubtype(Py_TYPE(object), reinterpret_cast<PyTypeObject*>(type.get())) != 0;
}

// Says what the attempt came to; by the state's own methods when its class is the program's.
bool settle_openly(const ModuleState& state, PyObject* retry_state, Ref value, Ref error) noexcept {
  if (is_door_state(state, retry_state)) {
    return settle_now(retry_state, std::move(value), std::move(error));
  }
  if (value) {
    return static_cast<bool>(
        Ref::steal(PyObject_CallMethod(retry_state, "set_result", "(O)", value.get())));
  }
  const Ref traceback = Ref::steal(PyException_GetTraceback(error.get()));
  return static_cast<bool>(
      Ref::steal(PyObject_CallMethod(retry_state, "set_exception", "((OOO))", Py_TYPE(error.get()),
                                     error.get(), traceback ? traceback.get() : Py_None)));
}

template <class Function>
PyObject* loop(const Opened& call, Function function) noexcept {
  for (;;) {
    Ref what;
    switch (decide_openly(call, what)) {
      case Want::attempt: {
        Ref value = Ref::steal(function());
        Ref error;
        if (!value) error = take_exception();
        if (!settle_openly(*call.state, call.retry_state.get(), std::move(value),
                           std::move(error))) {
          return nullptr;
        }
        break;
      }
      case Want::sleep:
        if (!sleep_openly(call, what)) return nullptr;
        break;
      case Want::done: return what.release();
      case Want::call:
      case Want::raised: return nullptr;
    }
  }
}

// Makes the objects a program may look at, as they are at the beginning of the call.
bool open(Opened& opened, const CallObject& call, const Arguments& arguments,
          const Running& running, Ref start) noexcept {
  opened.state = running.state;
  opened.gate = {.kind = running.kind, .overrides = running.overrides};
  opened.controller =
      copy_for_call(as_controller(call.controller), *running.plan, running.statistics.get());
  const Ref positional = arguments.positional();
  const Ref keywords = arguments.keywords();
  if (!opened.controller || !positional || !keywords) return false;
  opened.retry_state = make_state(*running.kind, std::move(start), opened.controller.get(),
                                  call.function, positional.get(), keywords.get());
  if (!opened.retry_state) return false;
  return put(as_state(opened.retry_state.get()).tally,
             new_tally(*running.state, running.statistics.get(), Ref::share(running.start.get())));
}

}  // namespace

Want decide_openly(const Opened& call, Ref& what) noexcept {
  const ModuleState& state = *call.state;
  PyObject* controller = call.controller.get();
  if (call.gate.kind != nullptr &&
      !call.gate.has(kOverridesIter | kOverridesPass | kOverridesFields) &&
      !keeps_exceptions(as_controller(controller))) {
    return run_pass(*call.gate.kind, controller, call.retry_state.get(), what);
  }
  const Ref iter = attribute(controller, state.names.iter);
  const Ref named = Ref::steal(PyTuple_Pack(1, state.names.retry_state.get()));
  if (!iter || !named) return Want::raised;
  PyObject* argument = call.retry_state.get();
  what = Ref::steal(PyObject_Vectorcall(iter.get(), &argument, 0, named.get()));
  if (!what) return Want::raised;
  if (is_a(what.get(), state.do_attempt)) return Want::attempt;
  return is_a(what.get(), state.do_sleep) ? Want::sleep : Want::done;
}

bool sleep_openly(const Opened& call, const Ref& length) noexcept {
  const ModuleState& state = *call.state;
  if (!prepare_for_next(state, call.retry_state.get())) return false;
  PyObject* controller = call.controller.get();
  if (call.gate.kind != nullptr && !call.gate.has(kOverridesCall | kOverridesFields) &&
      !state.testing.load(std::memory_order_relaxed)) {
    return sleep_by(*call.gate.kind, controller, length.get());
  }
  return static_cast<bool>(Ref::steal(PyObject_CallMethodObjArgs(
      controller, state.names.pause.get(), call.retry_state.get(), length.get(), nullptr)));
}

Ref Arguments::positional() const noexcept {
  const Py_ssize_t count = PyVectorcall_NARGS(nargsf);
  Ref tuple = Ref::steal(PyTuple_New(count));
  if (!tuple) return tuple;
  for (Py_ssize_t i = 0; i < count; ++i) {
    PyTuple_SET_ITEM(tuple.get(), i, Ref::share(values[i]).release());
  }
  return tuple;
}

Ref Arguments::keywords() const noexcept {
  Ref dict = Ref::steal(PyDict_New());
  if (!dict || kwnames == nullptr) return dict;
  PyObject* const* value = values + PyVectorcall_NARGS(nargsf);
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(kwnames); ++i) {
    if (PyDict_SetItem(dict.get(), PyTuple_GET_ITEM(kwnames, i), value[i]) < 0) return Ref{};
  }
  return dict;
}

PyObject* run_open(const CallObject& call, const Arguments& arguments,
                   const Running& running) noexcept {
  const Plan& plan = *running.plan;
  const bool from_the_start = running.odd_clock || running.overrides != 0 || plan.before;
  count(*running.state, running.odd_clock                           ? Obstacle::clock
                        : (running.overrides & kOverridesPass) != 0 ? Obstacle::subclass
                                                                    : Obstacle::none);
  Ref value, error;
  if (!from_the_start) {
    value = Ref::steal(arguments.call(call.function));
    if (value && plan.judges && !plan.looks_at_values) return value.release();
    if (!value) error = take_exception();
  }
  Opened opened;
  // By an odd clock the state's beginning is a look of its own, as in Python.
  Ref start = running.odd_clock ? clock_now(*running.state, running.kind->names.get())
                                : Ref::share(running.start.get());
  if (!start || !open(opened, call, arguments, running, std::move(start))) return nullptr;
  if (!from_the_start && !settle_openly(*running.state, opened.retry_state.get(), std::move(value),
                                        std::move(error))) {
    return nullptr;
  }
  return loop(opened, [&] { return arguments.call(call.function); });
}

PyObject* go_on_open(const CallObject& call, const Arguments& arguments, const Running& running,
                     Ref value, Ref error, double now) noexcept {
  Opened opened;
  if (!open(opened, call, arguments, running, Ref::share(running.start.get()))) return nullptr;
  const Numbers& numbers = running.numbers;
  StateObject& shown = as_state(opened.retry_state.get());
  TallyObject& tally = as_tally(shown.tally);
  Ref attempt = Ref::steal(PyLong_FromUnsignedLongLong(numbers.attempt));
  const bool filled = put(tally.attempt_number, Ref::share(attempt.get())) &&
                      put(shown.attempt_number, std::move(attempt)) &&
                      put(shown.idle_for, Ref::steal(PyFloat_FromDouble(numbers.idle.seconds))) &&
                      put(tally.idle_for, numbers.idle.to_python()) &&
                      put(shown.upcoming_sleep, numbers.upcoming.to_python()) &&
                      put(shown.outcome_timestamp, Ref::steal(PyFloat_FromDouble(now))) &&
                      settle(opened.retry_state.get(), std::move(value), std::move(error));
  if (!filled) return nullptr;
  return loop(opened, [&] { return arguments.call(call.function); });
}

PyObject* run_method(PyObject* controller, PyObject* const* args, Py_ssize_t count_of) noexcept {
  if (count_of != 4 || !PyTuple_Check(args[2]) || !PyDict_Check(args[3])) {
    return PyErr_Format(PyExc_TypeError,
                        "_run() takes the state, the function, a tuple and a dict");
  }
  const RecursionGuard guard(" while calling a retried function");
  if (!guard) return nullptr;
  const Opened opened{.state = known_controller(controller).state,
                      .gate = gate_of(controller),
                      .controller = Ref::share(controller),
                      .retry_state = Ref::share(args[0])};
  const Ref function = Ref::share(args[1]);
  const Ref positional = Ref::share(args[2]);
  const Ref keywords = Ref::share(args[3]);
  PyObject* named = PyDict_GET_SIZE(keywords.get()) == 0 ? nullptr : keywords.get();
  return loop(opened, [&] { return PyObject_Call(function.get(), positional.get(), named); });
}

PyObject* new_call(PyObject* controller, PyObject* const* args, Py_ssize_t count_of) noexcept {
  if (count_of != 3) {
    return PyErr_Format(PyExc_TypeError, "_new_call() takes the function, a tuple and a dict");
  }
  const Gate gate = gate_of(controller);
  ModuleState& state = *as_controller(controller).state;
  const bool plain = gate.kind != nullptr && !gate.has(kOverridesBegin | kOverridesFields);
  const Ref statistics = plain ? attribute(controller, state.names.statistics) : Ref{};
  if (plain && !statistics) return nullptr;
  if (plain && PyDict_CheckExact(statistics.get())) {
    if (!begin_statistics(state, statistics.get(), clock_now(state, gate.kind->names.get()))) {
      return nullptr;
    }
  } else if (!Ref::steal(PyObject_CallMethodNoArgs(controller, state.names.begin.get()))) {
    return nullptr;
  }
  Ref made;
  if (gate.kind != nullptr && !gate.has(kOverridesFields)) {
    Ref start = clock_now(state, gate.kind->names.get());
    if (!start) return nullptr;
    made = make_state(*gate.kind, std::move(start), controller, args[0], args[1], args[2]);
  } else {
    const Ref door = attribute(controller, state.names.door);
    const Ref type = door ? Ref::steal(PyObject_GetAttrString(door.get(), "state")) : Ref{};
    if (!type) return nullptr;
    made = Ref::steal(
        PyObject_CallFunctionObjArgs(type.get(), controller, args[0], args[1], args[2], nullptr));
  }
  if (!made || !tally_of(state, made.get(), controller)) return nullptr;
  return made.release();
}

}  // namespace mainstay::binding::retry
