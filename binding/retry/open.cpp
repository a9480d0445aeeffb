// open.cpp - see open.hpp.
#include "binding/retry/open.hpp"

#include "binding/retry/counts.hpp"
#include "binding/retry/shown.hpp"
#include "binding/retry/state.hpp"
#include "binding/retry/tally.hpp"
#include "binding/retry/untouched.hpp"
#include "binding/support/call.hpp"

namespace mainstay::binding::retry {
namespace {

bool is_a(PyObject* object, const Ref& type) noexcept {
  return PyType_IsSubtype(Py_TYPE(object), reinterpret_cast<PyTypeObject*>(type.get())) != 0;
}

// The arguments as a state shows them. Calls are made of these very objects: what a hook changes in
// the dict holds for the next attempt.
struct Packed {
  [[nodiscard]] explicit operator bool() const noexcept { return positional && keywords; }
  [[nodiscard]] PyObject* call(PyObject* function) const noexcept {
    PyObject* named = PyDict_GET_SIZE(keywords.get()) == 0 ? nullptr : keywords.get();
    return PyObject_Call(function, positional.get(), named);
  }
  Ref positional, keywords;
};

PyObject* loop(const Opened& call, PyObject* function, const Packed& arguments) noexcept {
  for (;;) {
    Ref what;
    switch (decide_openly(call, what)) {
      case Want::attempt: {
        Ref value = Ref::steal(arguments.call(function));
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
      case Want::done:
        return is_result(call.gate.kind, function, what.get()) ? what.release() : nullptr;
      case Want::call:
      case Want::raised: return nullptr;
    }
  }
}

// What a weak reference refers to, or None; empty with an exception set.
Ref referred_to(PyObject* weak) noexcept {
  if (!PyWeakref_CheckRefExact(weak)) return Ref::steal(PyObject_CallNoArgs(weak));
#if PY_VERSION_HEX >= 0x030D0000
  PyObject* found = nullptr;
  const int alive = PyWeakref_GetRef(weak, &found);
  return alive == 0 ? Ref::share(Py_None) : Ref::steal(found);
#else
  return Ref::share(PyWeakref_GET_OBJECT(weak));
#endif
}

// Another loop of this thread that is under way shows its numbers in the present dict: that is left
// to it, and a new one shown. False with an exception set.
bool leave_to_others(ControllerObject& controller, const Ref& storage) noexcept {
  const Ref running = attribute(storage.get(), controller.state->names.running);
  if (!running) {
    if (!PyErr_ExceptionMatches(PyExc_AttributeError)) return false;
    PyErr_Clear();
    return true;
  }
  const Ref tally = referred_to(running.get());
  if (!tally) return false;
  if (tally.get() == Py_None || as_tally(tally.get()).over) return true;
  const Ref fresh = Ref::steal(PyDict_New());
  return fresh && show(controller, fresh.get());
}

bool note_running(const ControllerObject& controller, const Ref& storage,
                  const Ref& tally) noexcept {
  const Ref weak = Ref::steal(PyWeakref_NewRef(tally.get(), nullptr));
  return weak &&
         PyObject_SetAttr(storage.get(), controller.state->names.running.get(), weak.get()) == 0;
}

// For a class that has the statistics elsewhere, where Python counts: shown nowhere.
Ref unshown_tally(const ModuleState& state, PyObject* retry_state) noexcept {
  const Ref nowhere = Ref::steal(PyDict_New());
  Ref made = nowhere ? new_tally(state, nowhere.get(), Ref{}) : Ref{};
  if (!made || PyObject_SetAttr(retry_state, state.names.tally.get(), made.get()) < 0) return Ref{};
  return made;
}

}  // namespace

Opened opened_by(PyObject* controller, PyObject* retry_state) noexcept {
  return {.state = known_controller(controller).state,
          .gate = gate_of(controller),
          .controller = Ref::share(controller),
          .retry_state = Ref::share(retry_state)};
}

bool open(Opened& opened, PyObject* controller, PyObject* function, PyObject* args,
          PyObject* kwargs, const Running& running) noexcept {
  // By an odd clock the state's beginning is a look of its own, as in Python.
  Ref start = running.odd_clock ? clock_now(*running.state, running.kind->names.get())
                                : Ref::share(running.start.get());
  opened.state = running.state;
  opened.gate = {.kind = running.kind, .overrides = running.overrides};
  opened.controller =
      copy_for_call(as_controller(controller), *running.plan, running.statistics.get());
  if (!start || !opened.controller) return false;
  Ref made =
      make_state(*running.kind, std::move(start), opened.controller.get(), function, args, kwargs);
  if (!made || !put(as_state(made.get()).tally, new_tally(*running.state, running.statistics.get(),
                                                          Ref::share(running.start.get())))) {
    return false;
  }
  opened.retry_state = std::move(made);
  return true;
}

bool open_from(Opened& opened, PyObject* controller, PyObject* function, PyObject* args,
               PyObject* kwargs, const Running& running, Ref value, Ref error,
               double now) noexcept {
  if (!open(opened, controller, function, args, kwargs, running)) return false;
  const Numbers& numbers = running.numbers;
  StateObject& shown = as_state(opened.retry_state.get());
  TallyObject& tally = as_tally(shown.tally);
  Ref attempt = Ref::steal(PyLong_FromUnsignedLongLong(numbers.attempt));
  PyObject* names = running.kind->names.get();
  // What the function did may have been to patch the clock.
  Ref when = clock_is_untouched(*running.state, names) ? Ref::steal(PyFloat_FromDouble(now))
                                                       : clock_now(*running.state, names);
  return put(tally.attempt_number, Ref::share(attempt.get())) &&
         put(shown.attempt_number, std::move(attempt)) &&
         put(shown.idle_for, Ref::steal(PyFloat_FromDouble(numbers.idle.seconds))) &&
         put(tally.idle_for, numbers.idle.to_python()) &&
         put(shown.upcoming_sleep, numbers.upcoming.to_python()) &&
         put(shown.outcome_timestamp, std::move(when)) &&
         settle(opened.retry_state.get(), std::move(value), std::move(error));
}

bool decides_natively(const Opened& call) noexcept {
  return call.gate.kind != nullptr &&
         !call.gate.has(kOverridesIter | kOverridesPass | kOverridesFields) &&
         !keeps_exceptions(as_controller(call.controller.get()));
}

Ref call_iter(const Opened& call) noexcept {
  const Names& names = call.state->names;
  const Ref iter = attribute(call.controller.get(), names.iter);
  const Ref named = Ref::steal(PyTuple_Pack(1, names.retry_state.get()));
  if (!iter || !named) return Ref{};
  PyObject* argument = call.retry_state.get();
  return Ref::steal(PyObject_Vectorcall(iter.get(), &argument, 0, named.get()));
}

Want want_of(const ModuleState& state, const Ref& what) noexcept {
  if (!what) return Want::raised;
  if (is_a(what.get(), state.do_attempt)) return Want::attempt;
  return is_a(what.get(), state.do_sleep) ? Want::sleep : Want::done;
}

Want decide_openly(const Opened& call, Ref& what) noexcept {
  if (decides_natively(call)) {
    return run_pass(*call.gate.kind, call.controller.get(), call.retry_state.get(), what);
  }
  what = call_iter(call);
  return want_of(*call.state, what);
}

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
  count(*running.state, way_of(running));
  Ref value, error;
  double now = 0;
  const bool looks = running.opens_at_once();
  if (!looks) {
    value = Ref::steal(arguments.call(call.function));
    if (value && plan.judges && !plan.looks_at_values) {
      return is_result(running.kind, call.function, value.get()) ? value.release() : nullptr;
    }
    if (!value) error = take_exception();
    now = monotonic_now();
  }
  Opened opened;
  const Packed packed{arguments.positional(), arguments.keywords()};
  if (!packed) return nullptr;
  PyObject* args = packed.positional.get();
  PyObject* kwargs = packed.keywords.get();
  if (looks ? !open(opened, call.controller, call.function, args, kwargs, running)
            : !open_from(opened, call.controller, call.function, args, kwargs, running,
                         std::move(value), std::move(error), now)) {
    return nullptr;
  }
  return loop(opened, call.function, packed);
}

PyObject* go_on_open(const CallObject& call, const Arguments& arguments, const Running& running,
                     Ref value, Ref error, double now) noexcept {
  Opened opened;
  const Packed packed{arguments.positional(), arguments.keywords()};
  if (!packed ||
      !open_from(opened, call.controller, call.function, packed.positional.get(),
                 packed.keywords.get(), running, std::move(value), std::move(error), now)) {
    return nullptr;
  }
  return loop(opened, call.function, packed);
}

PyObject* run_method(PyObject* controller, PyObject* const* args, Py_ssize_t count_of) noexcept {
  if (count_of != 4 || !PyTuple_Check(args[2]) || !PyDict_Check(args[3])) {
    return PyErr_Format(PyExc_TypeError,
                        "_run() takes the state, the function, a tuple and a dict");
  }
  const RecursionGuard guard(" while calling a retried function");
  if (!guard) return nullptr;
  const Opened opened = opened_by(controller, args[0]);
  const Ref function = Ref::share(args[1]);
  const Packed packed{Ref::share(args[2]), Ref::share(args[3])};
  return loop(opened, function.get(), packed);
}

Obstacle way_of(ModuleState& state, PyObject* controller, const Gate& gate,
                bool& in_python) noexcept {
  in_python = true;
  if (gate.kind == nullptr || gate.has(kOverridesCall | kOverridesFields)) {
    return Obstacle::subclass;
  }
  if (state.without_gil) return Obstacle::without_gil;
  if (state.testing.load(std::memory_order_relaxed)) return Obstacle::testing;
  in_python = false;
  if (!clock_is_untouched(state, gate.kind->names.get())) return Obstacle::clock;
  if (gate.has(kOverridesPass)) return Obstacle::subclass;
  if (keeps_exceptions(as_controller(controller))) return Obstacle::keeping;
  return limits_attempts(as_controller(controller)) ? Obstacle::timeout : Obstacle::none;
}

PyObject* new_call(PyObject* controller, PyObject* const* args, Py_ssize_t count_of) noexcept {
  if (count_of != 3) {
    return PyErr_Format(PyExc_TypeError, "_new_call() takes the function, a tuple and a dict");
  }
  const Gate gate = gate_of(controller);
  ModuleState& state = *as_controller(controller).state;
  const bool is_async = gate.kind != nullptr && gate.kind->is_async;
  const Ref storage = is_async ? storage_of(as_controller(controller)) : Ref{};
  if (is_async && (!storage || !leave_to_others(as_controller(controller), storage))) {
    return nullptr;
  }
  const bool plain = gate.kind != nullptr && !gate.has(kOverridesBegin | kOverridesFields);
  const Ref statistics = plain ? attribute(controller, state.names.statistics) : Ref{};
  if (plain && !statistics) return nullptr;
  Ref start;  // as the statistics have it, when nobody else had a hand in them
  if (plain && PyDict_CheckExact(statistics.get())) {
    start = clock_now(state, gate.kind->names.get());
    if (!begin_statistics(as_controller(controller), statistics.get(), start)) return nullptr;
  } else if (!Ref::steal(PyObject_CallMethodNoArgs(controller, state.names.begin.get()))) {
    return nullptr;
  }
  // Blocks count themselves, and so does a decorated function, whose calls have a copy each.
  if (args[0] != Py_None && !as_controller(controller).of_a_call) {
    bool in_python = false;
    count(state, way_of(state, controller, gate, in_python));
  }
  Ref made;
  if (gate.kind != nullptr && !gate.has(kOverridesFields)) {
    // By an odd clock the state's beginning is a look of its own, as in Python.
    PyObject* names = gate.kind->names.get();
    Ref begun = start && clock_is_untouched(state, names) ? Ref::share(start.get())
                                                          : clock_now(state, names);
    if (!begun) return nullptr;
    made = make_state(*gate.kind, std::move(begun), controller, args[0], args[1], args[2]);
  } else {
    const Ref door = attribute(controller, state.names.door);
    const Ref type = door ? Ref::steal(PyObject_GetAttrString(door.get(), "state")) : Ref{};
    const Ref keywords = args[2] == nullptr ? Ref::steal(PyDict_New()) : Ref::share(args[2]);
    if (!type || !keywords) return nullptr;
    made = Ref::steal(PyObject_CallFunctionObjArgs(type.get(), controller, args[0], args[1],
                                                   keywords.get(), nullptr));
  }
  if (!made) return nullptr;
  Ref tally;
  if (start) {
    tally = new_tally(state, statistics.get(), std::move(start));
    if (!tally || !put(as_state(made.get()).tally, Ref::share(tally.get()))) return nullptr;
  } else {
    tally = gate.has(kOverridesStatistics) ? unshown_tally(state, made.get())
                                           : tally_of(state, made.get(), controller);
  }
  if (!tally || (is_async && !note_running(as_controller(controller), storage, tally))) {
    return nullptr;
  }
  if (Counts* counts = counts_of(controller)) counts->call();
  return made.release();
}

}  // namespace mainstay::binding::retry
