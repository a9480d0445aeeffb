// decision.cpp - see decision.hpp.
#include "binding/retry/decision.hpp"

#include "binding/retry/counts.hpp"
#include "binding/retry/gate.hpp"
#include "binding/retry/shown.hpp"
#include "binding/retry/state.hpp"
#include "binding/retry/untouched.hpp"
#include "mainstay/retry/turn.hpp"

namespace mainstay::binding::retry {
namespace {

using mainstay::retry::Ask;
using mainstay::retry::OutcomeKind;
using mainstay::retry::Turn;

// The dict a decorated function shows its numbers in. Borrowed; null when the program put
// something else there.
PyObject* statistics_of(const ModuleState& state, PyObject* function) noexcept {
  if (!PyObject_TypeCheck(function, &PyFunction_Type)) return nullptr;  // there is none
  PyObject* attributes = reinterpret_cast<PyFunctionObject*>(function)->func_dict;
  if (attributes == nullptr) return nullptr;
  PyObject* found = PyDict_GetItemWithError(attributes, state.names.statistics.get());
  if (found == nullptr) PyErr_Clear();
  return found != nullptr && PyDict_CheckExact(found) ? found : nullptr;
}

bool put(PyObject* dict, const Ref& name, Ref value) noexcept {
  return value && PyDict_SetItem(dict, name.get(), value.get()) == 0;
}

// Shows the call's numbers. All at once as far as other threads can tell: nothing in here runs
// Python (keys are interned strings, values ints and floats) unless a program put objects of its
// own into the dict.
[[nodiscard]] bool publish(Running& call) noexcept {
  const Names& names = call.state->names;
  const Numbers& numbers = call.numbers;
  PyObject* statistics = call.statistics.get();
  // Where nobody wrote to the dict since, what has not changed is still there.
  const bool ours = call.published != 0 && version_of(statistics) == call.published;
  const bool same_idle = ours && call.published_idle.seconds == numbers.idle.seconds &&
                         call.published_idle.integral == numbers.idle.integral;
  const bool shown =
      put(statistics, names.attempt_number,
          Ref::steal(PyLong_FromUnsignedLongLong(numbers.attempt))) &&
      (same_idle || put(statistics, names.idle_for, numbers.idle.to_python())) &&
      put(statistics, names.delay_since_first_attempt,
          Ref::steal(PyFloat_FromDouble(numbers.since_start))) &&
      // Another call of the function, nested or in another thread, may have begun meanwhile.
      (ours || put(statistics, names.start_time, Ref::share(call.start.get())));
  call.published = version_of(statistics);
  call.published_idle = numbers.idle;
  return shown;
}

// Ends a call that ran out of attempts: sets what it raises.
void give_up(const Running& call, const Ref& value, Ref error, bool explicit_retry) noexcept {
  const ModuleState& state = *call.state;
  const ControllerKind& kind = *call.kind;
  const Plan& plan = *call.plan;
  if (plan.reraise && error && !explicit_retry) {
    raise_again(std::move(error));
    return;
  }
  const Ref number = Ref::steal(PyLong_FromUnsignedLongLong(call.numbers.attempt));
  if (!number) return;
  if (!call.kind->future_class) {  // imported when the first one is needed
    call.kind->future_class = Ref::steal(PyObject_CallNoArgs(kind.future.get()));
    if (!kind.future_class) return;
  }
  const Ref future =
      finished_future(state, reinterpret_cast<PyTypeObject*>(kind.future_class.get()), number.get(),
                      {.value = value.get(), .error = error.get()});
  if (!future) return;
  const Ref raised = error_about(state, kind, future.get());
  if (!raised) return;
  if (plan.reraise) {
    (void)Ref::steal(PyObject_CallMethod(raised.get(), "reraise", nullptr));
    return;
  }
  PyException_SetCause(raised.get(), error ? error.release() : nullptr);
  PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(raised.get())), raised.get());
}

// Whether everything the loop would do by itself is still what the program would meet.
Obstacle touched(ModuleState& state, const ControllerKind& kind) noexcept {
  if (state.without_gil) return Obstacle::without_gil;
  if (state.testing.load(std::memory_order_relaxed)) return Obstacle::testing;
  if (!clock_is_untouched(state, kind.names.get())) return Obstacle::clock;
  return Obstacle::none;
}

// The same in the middle of a call: what the function did may have changed anything.
Obstacle surprise(ModuleState& state, const ControllerKind& kind, const Plan& plan) noexcept {
  if (plan.epoch != state.epoch || plan.passing) return Obstacle::strategy;
  if (plan.random_names && !random_is_untouched(state, plan.random_names.get())) {
    return Obstacle::randomness;
  }
  return touched(state, kind);
}

}  // namespace

bool begin_statistics(const ModuleState& state, PyObject* statistics, const Ref& start) noexcept {
  const Names& names = state.names;
  const Ref one = Ref::steal(PyLong_FromLong(1));
  const Ref zero = Ref::steal(PyLong_FromLong(0));
  if (!start || !one || !zero) return false;
  for (bool cleared = false;; cleared = true) {
    const bool shown =
        PyDict_SetItem(statistics, names.start_time.get(), start.get()) == 0 &&
        PyDict_SetItem(statistics, names.attempt_number.get(), one.get()) == 0 &&
        PyDict_SetItem(statistics, names.idle_for.get(), zero.get()) == 0 &&
        PyDict_SetItem(statistics, names.delay_since_first_attempt.get(), zero.get()) == 0;
    if (!shown) return false;
    if (cleared || PyDict_GET_SIZE(statistics) == 4) return true;
    PyDict_Clear(statistics);
  }
}

bool begin_statistics(ControllerObject& controller, PyObject* statistics,
                      const Ref& start) noexcept {
  const ModuleState& state = *controller.state;
  const bool as_begun = controller.begun != 0 && version_of(statistics) == controller.begun;
  const bool shown =
      as_begun ? start && PyDict_SetItem(statistics, state.names.start_time.get(), start.get()) == 0
               : begin_statistics(state, statistics, start);
  controller.begun = version_of(statistics);
  return shown;
}

Ref error_about(const ModuleState& state, const ControllerKind& kind, PyObject* future) noexcept {
  const Ref constructor = attribute(kind.error_class.get(), state.names.init);
  if (!constructor) return Ref{};
  if (constructor.get() != kind.error_init.get()) {
    return Ref::steal(PyObject_CallOneArg(kind.error_class.get(), future));
  }
  auto* type = reinterpret_cast<PyTypeObject*>(kind.error_class.get());
  const Ref arguments = Ref::steal(PyTuple_Pack(1, future));
  if (!arguments) return Ref{};
  Ref error = Ref::steal(type->tp_new(type, arguments.get(), nullptr));
  if (!error || PyObject_SetAttr(error.get(), state.names.last_attempt.get(), future) < 0) {
    return Ref{};
  }
  return error;
}

bool is_result(const ControllerKind* kind, PyObject* function, PyObject* value) noexcept {
  if (!PyCoro_CheckExact(value) || kind == nullptr || kind->is_async || !kind->check_answer) {
    return true;
  }
  return static_cast<bool>(
      Ref::steal(PyObject_CallFunction(kind->check_answer.get(), "sOO", "fn", function, value)));
}

void count(ModuleState& state, Obstacle way) noexcept {
  ++state.paths[static_cast<std::size_t>(way)];
}

Obstacle way_of(const Running& call) noexcept {
  if (call.odd_clock) return Obstacle::clock;
  return (call.overrides & kOverridesPass) != 0 ? Obstacle::subclass : Obstacle::none;
}

Obstacle way_of(Obstacle why) noexcept {
  switch (why) {
    case Obstacle::hook:
    case Obstacle::strategy:
    case Obstacle::error_class:
    case Obstacle::statistics:
    case Obstacle::exposed: return Obstacle::none;
    default: return why;
  }
}

Ref take_exception() noexcept {
#if PY_VERSION_HEX >= 0x030C0000
  return Ref::steal(PyErr_GetRaisedException());
#else
  PyObject *type = nullptr, *value = nullptr, *traceback = nullptr;
  PyErr_Fetch(&type, &value, &traceback);
  // What was raised by Python's own `raise` is an instance already.
  if (value == nullptr || type != reinterpret_cast<PyObject*>(Py_TYPE(value))) {
    PyErr_NormalizeException(&type, &value, &traceback);
  }
  if (traceback != nullptr) PyException_SetTraceback(value, traceback);
  Py_XDECREF(type);
  Py_XDECREF(traceback);
  return Ref::steal(value);
#endif
}

void replace_stop_iteration(const char* words) noexcept {
  if (!PyErr_ExceptionMatches(PyExc_StopIteration)) return;
  const Ref stop = take_exception();
  const Ref text = Ref::steal(PyUnicode_FromString(words));
  const Ref error = text ? Ref::steal(PyObject_CallOneArg(PyExc_RuntimeError, text.get())) : Ref{};
  if (!error) return;
  PyException_SetCause(error.get(), Ref::share(stop.get()).release());
  PyErr_SetObject(PyExc_RuntimeError, error.get());
  // After it is set, which makes what is being handled the context.
  PyException_SetContext(error.get(), Ref::share(stop.get()).release());
}

void raise_again(Ref exception) noexcept {
  PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(exception.get())), exception.get());
}

Obstacle begin_call(Running& call, PyObject* self, PyObject* shell) noexcept {
  const Gate gate = gate_of(self);
  ControllerObject& controller = as_controller(self);
  call.state = controller.state;
  call.kind = gate.kind;
  call.overrides = gate.overrides;
  if (gate.kind == nullptr || gate.has(~(kOverridesIter | kOverridesPass))) {
    return Obstacle::subclass;
  }
  call.plan = plan_of(controller, *call.kind);
  if (!call.plan) return Obstacle::none;
  if (call.plan->obstacle != Obstacle::none || !call.plan->enabled) return call.plan->obstacle;
  const Obstacle why = touched(*call.state, *call.kind);
  if (why != Obstacle::none && why != Obstacle::clock) return why;
  call.odd_clock = why == Obstacle::clock;
  // Where the function is gone already, or there never was one, nobody sees them.
  call.statistics =
      shell == Py_None ? Ref::steal(PyDict_New()) : Ref::share(statistics_of(*call.state, shell));
  PyObject* statistics = call.statistics.get();
  if (statistics == nullptr) return PyErr_Occurred() ? Obstacle::none : Obstacle::statistics;
  if (call.odd_clock) {
    call.start = clock_now(*call.state, call.kind->names.get());
    if (!call.start) return Obstacle::none;
  } else {
    call.numbers.start = monotonic_now();
    call.start = Ref::steal(PyFloat_FromDouble(call.numbers.start));
  }
  call.plan->counts->call();
  // A failure to show the numbers is an exception, which the caller sees.
  if (begin_statistics(controller, statistics, call.start)) {
    call.published = controller.begun;
    call.published_idle = call.numbers.idle;
    (void)show(controller, statistics);
  }
  return Obstacle::none;
}

Obstacle begin_block(Running& call, PyObject* self) noexcept {
  const Gate gate = gate_of(self);
  ControllerObject& controller = as_controller(self);
  call.state = controller.state;
  call.kind = gate.kind;
  if (gate.kind == nullptr || gate.has(kOverridesCall | kOverridesFields)) {
    return Obstacle::subclass;
  }
  if (is_plain(controller) && controller.plan == nullptr && gate.overrides == kOverridesNothing &&
      !gate.kind->is_async && touched(*call.state, *call.kind) == Obstacle::none) {
    call.numbers.start = monotonic_now();
    if (begin_unseen(controller, call.numbers.start)) {
      call.unplanned = true;
      call.start = Ref::steal(PyFloat_FromDouble(call.numbers.start));
      ++controller.uncounted;
      return Obstacle::none;
    }
  }
  auto plan = plan_of(controller, *call.kind);
  if (!plan) return Obstacle::none;
  // A flag that is not a bool is asked by Python.
  if (plan->obstacle == Obstacle::flag) return Obstacle::flag;
  call.plan = std::move(plan);
  if (!call.plan->enabled) return Obstacle::none;
  const Obstacle why = touched(*call.state, *call.kind);
  if (why != Obstacle::none) return why;
  if (gate.has(kOverridesPass)) return Obstacle::subclass;
  if (gate.overrides != kOverridesNothing) return Obstacle::hook;
  if (call.plan->obstacle != Obstacle::none) return call.plan->obstacle;
  if (call.plan->open != Obstacle::none) return call.plan->open;
  call.statistics = Ref::steal(PyObject_GetAttr(self, call.state->names.statistics.get()));
  if (!call.statistics) return Obstacle::none;
  if (!PyDict_CheckExact(call.statistics.get())) return Obstacle::statistics;
  call.numbers.start = monotonic_now();
  call.start = Ref::steal(PyFloat_FromDouble(call.numbers.start));
  call.plan->counts->call();
  // A failure is an exception, which the caller sees.
  (void)begin_statistics(controller, call.statistics.get(), call.start);
  return Obstacle::none;
}

Step decide(Running& call, Ref& value, Ref& error, double now, Obstacle& why) noexcept {
  ModuleState& state = *call.state;
  const Plan& plan = *call.plan;
  Numbers& numbers = call.numbers;
  if (!value || plan.looks_at_values) {
    why = surprise(state, *call.kind, plan);
    if (why != Obstacle::none) return Step::in_python;
  }
  const OutcomeView view{.value = value.get(), .error = error.get()};
  OutcomeKind outcome = value ? OutcomeKind::value : OutcomeKind::error;
  if (error && PyType_IsSubtype(Py_TYPE(error.get()),
                                reinterpret_cast<PyTypeObject*>(state.try_again.get()))) {
    outcome = OutcomeKind::try_again;
  }
  Turn turn(outcome);
  for (;;) {
    switch (turn.ask()) {
      case Ask::retry: {
        const int again = ask_retry(plan.retry, view);
        if (again < 0) return Step::raised;
        turn.answer(again == 1);
        break;
      }
      case Ask::wait:
        if (!ask_wait(state, plan.wait, numbers, numbers.upcoming)) return Step::raised;
        turn.done();
        break;
      case Ask::stop: {
        numbers.since_start = now - numbers.start;
        // Shown before a stop of the program's is asked; else before the sleep, or the end.
        if (plan.stop_calls_out && !publish(call)) return Step::raised;
        const int enough = ask_stop(state, plan.stop, numbers);
        if (enough < 0) return Step::raised;
        turn.answer(enough == 1);
        break;
      }
      case Ask::record:
        numbers.idle = numbers.idle + numbers.upcoming;
        ++numbers.attempt;
        plan.counts->retry(numbers.upcoming.seconds);
        if (!publish(call)) return Step::raised;
        turn.done();
        break;
      case Ask::before:  // a plan has no hooks
      case Ask::after:
      case Ask::before_sleep: turn.done(); break;
      case Ask::give_back: count(state, Obstacle::none); return Step::give_back;
      case Ask::give_up:
        plan.counts->give_up();
        if (!publish(call)) return Step::raised;
        count(state, Obstacle::none);
        give_up(call, value, std::move(error), outcome == OutcomeKind::try_again);
        return Step::raised;
      case Ask::attempt:
      case Ask::sleep: return Step::sleep;
    }
  }
}

bool sleep_between(Running& call) noexcept {
  const ControllerKind& kind = *call.kind;
  Ref sleep = Ref::share(call.plan->sleep.get());
  if (!sleep) {
    PyObject* instead = nullptr;
    if (call.numbers.upcoming.seconds <= kLongestSleep &&
        sleep_is_untouched(*call.state, kind.sleep_names.get(), instead)) {
      return sleep_for(*call.state, call.numbers.upcoming.seconds);
    }
    // The door's own calls nothing but what the program put in that place.
    sleep = Ref::share(instead != nullptr ? instead : kind.sleep.get());
  }
  Ref length = borrow_do_sleep(call);
  if (!length) return false;
  const Ref slept = Ref::steal(PyObject_CallOneArg(sleep.get(), length.get()));
  give_back_do_sleep(call, std::move(length));
  return static_cast<bool>(slept);
}

Ref do_sleep(const ControllerKind& kind, const Ref& seconds) noexcept {
  auto* type = reinterpret_cast<PyTypeObject*>(kind.do_sleep.get());
  Ref length = Ref::steal(type->tp_alloc(type, 0));
  if (length) {
    reinterpret_cast<PyFloatObject*>(length.get())->ob_fval = PyFloat_AS_DOUBLE(seconds.get());
  }
  return length;
}

bool sleep_by(ControllerKind& kind, PyObject* controller, PyObject* seconds) noexcept {
  ModuleState& state = *as_controller(controller).state;
  Ref sleep = Ref::share(own(as_controller(controller), state.names.sleep));
  if (!sleep) sleep = attribute(controller, state.names.sleep);
  if (!sleep) return false;
  PyObject* instead = nullptr;
  if (sleep.get() == kind.sleep.get() && PyFloat_AS_DOUBLE(seconds) <= kLongestSleep &&
      sleep_is_untouched(state, kind.sleep_names.get(), instead)) {
    return sleep_for(state, PyFloat_AS_DOUBLE(seconds));
  }
  // What an iter() of the program's answered is passed on as it is.
  const Ref length =
      PyFloat_CheckExact(seconds) ? do_sleep(kind, Ref::share(seconds)) : Ref::share(seconds);
  if (!length) return false;
  return static_cast<bool>(Ref::steal(PyObject_CallOneArg(sleep.get(), length.get())));
}

Ref borrow_do_sleep(Running& call) noexcept {
  Ref length = std::move(call.kind->spare_sleep);
  auto* type = reinterpret_cast<PyTypeObject*>(call.kind->do_sleep.get());
  if (!length) length = Ref::steal(type->tp_alloc(type, 0));
  if (length) {
    reinterpret_cast<PyFloatObject*>(length.get())->ob_fval = call.numbers.upcoming.seconds;
  }
  return length;
}

void give_back_do_sleep(Running& call, Ref length) noexcept {
  if (Py_REFCNT(length.get()) == 1) call.kind->spare_sleep = std::move(length);
}

}  // namespace mainstay::binding::retry
