// pass.cpp - see pass.hpp.
#include "binding/retry/pass.hpp"

#include <cmath>

#include "binding/retry/counts.hpp"
#include "binding/retry/decision.hpp"
#include "binding/retry/gate.hpp"
#include "binding/retry/state.hpp"
#include "binding/retry/tally.hpp"
#include "binding/support/number.hpp"

namespace mainstay::binding::retry {
namespace {

using mainstay::retry::Ask;
using mainstay::retry::OutcomeKind;
using mainstay::retry::Turn;

bool asks_again(const ModuleState& state, PyObject* error) noexcept {
  return PyType_IsSubtype(Py_TYPE(error), reinterpret_cast<PyTypeObject*>(state.try_again.get())) !=
         0;
}

Ref sum(const Ref& a, const Ref& b) noexcept {
  if (!a || !b) return Ref{};
  return Ref::steal(PyNumber_InPlaceAdd(a.get(), b.get()));
}

// float(number), in its own words when that is not possible.
Ref as_float(const Ref& number) noexcept {
  if (!number || PyFloat_CheckExact(number.get())) return Ref::share(number.get());
  return Ref::steal(PyNumber_Float(number.get()));
}

// RetryAction(sleep), without the Python frame of a constructor that only stores a float; as long
// as that is the constructor.
Ref action(const ModuleState& state, const ControllerKind& kind, const Ref& sleep) noexcept {
  PyObject* of = kind.retry_action.get();
  const Ref constructor = attribute(of, state.names.init);
  if (!constructor) return Ref{};
  if (constructor.get() != kind.retry_action_init.get()) {
    return Ref::steal(PyObject_CallOneArg(of, sleep.get()));
  }
  const Ref seconds = as_float(sleep);
  if (!seconds) return Ref{};
  auto* type = reinterpret_cast<PyTypeObject*>(of);
  Ref made = Ref::steal(type->tp_alloc(type, 0));
  if (!made || PyObject_SetAttr(made.get(), state.names.sleep.get(), seconds.get()) < 0) {
    return Ref{};
  }
  return made;
}

// Whether no door has anything to object to that answer of a wait.
bool is_plain_sleep(PyObject* seconds) noexcept {
  return PyFloat_CheckExact(seconds) && PyFloat_AS_DOUBLE(seconds) >= 0 &&
         std::isfinite(PyFloat_AS_DOUBLE(seconds));
}

}  // namespace

bool Pass::begin() noexcept {
  const ModuleState& known = state();
  const Ref outcome_of_program = [&] {
    if (is_own_state(known, retry_state_)) {
      const OutcomeView outcome = settled(retry_state_);
      if (outcome.value != nullptr || outcome.error != nullptr) {
        turn_ = Turn(outcome.value != nullptr           ? OutcomeKind::value
                     : asks_again(known, outcome.error) ? OutcomeKind::try_again
                                                        : OutcomeKind::error);
        return Ref{};
      }
      if (as_state(retry_state_).outcome == nullptr) return Ref{};
    }
    return attribute(retry_state_, known.names.outcome);
  }();
  if (!outcome_of_program) return !PyErr_Occurred();
  if (outcome_of_program.get() == Py_None) return true;
  const Ref failed = attribute(outcome_of_program.get(), known.names.failed);
  const int truth = failed ? PyObject_IsTrue(failed.get()) : -1;
  if (truth < 0) return false;
  turn_ = Turn(OutcomeKind::value);
  if (truth == 0) return true;
  const Ref error =
      Ref::steal(PyObject_CallMethodNoArgs(outcome_of_program.get(), known.names.exception.get()));
  if (!error) return false;
  turn_ = Turn(asks_again(known, error.get()) ? OutcomeKind::try_again : OutcomeKind::error);
  return true;
}

Ref Pass::part(const Ref& name) const noexcept {
  if (PyObject* found = own(as_controller(controller_), name)) return Ref::share(found);
  return attribute(controller_, name);
}

Want Pass::next(Ref& what) noexcept {
  const Names& names = state().names;
  if (over_) {
    what = std::move(result_);
    return Want::done;
  }
  for (;;) {
    switch (turn_.ask()) {
      case Ask::before:
      case Ask::after:
      case Ask::before_sleep: {
        const Ask ask = turn_.ask();
        what = part(ask == Ask::before  ? names.before
                    : ask == Ask::after ? names.after
                                        : names.before_sleep);
        // The doors' own hooks that do nothing need not be called for it.
        const Ref& stock = ask == Ask::before ? kind_->before : kind_->after;
        if (what && (what.get() == Py_None || what.get() == stock.get())) {
          turn_.done();
          continue;
        }
        break;
      }
      case Ask::retry: what = part(names.retry); break;
      case Ask::wait: what = part(names.wait); break;
      case Ask::stop:
        if (!count_delay()) return Want::raised;
        what = part(names.stop);
        break;
      case Ask::record:
        if (!record()) return Want::raised;
        turn_.done();
        continue;
      case Ask::attempt: return Want::attempt;
      case Ask::sleep:
        what = as_float(
            get_field(state(), retry_state_, &StateObject::upcoming_sleep, names.upcoming_sleep));
        return what ? Want::sleep : Want::raised;
      case Ask::give_back: return give_back(what);
      case Ask::give_up: return give_up(what);
    }
    return what ? Want::call : Want::raised;
  }
}

bool Pass::is_answer(const Ref& strategy_name, const Ref& answer) const noexcept {
  if (PyBool_Check(answer.get()) || !kind_->check_answer) return true;
  const Ref strategy = part(strategy_name);
  return strategy &&
         Ref::steal(PyObject_CallFunctionObjArgs(kind_->check_answer.get(), strategy_name.get(),
                                                 strategy.get(), answer.get(), nullptr));
}

bool Pass::take(Ref answer) noexcept {
  switch (turn_.ask()) {
    case Ask::retry: {
      if (!is_answer(state().names.retry, answer)) return false;
      const int again = PyObject_IsTrue(answer.get());
      if (again < 0) return false;
      turn_.answer(again == 1);
      return true;
    }
    case Ask::stop: {
      if (!is_answer(state().names.stop, answer)) return false;
      int enough = PyObject_IsTrue(answer.get());
      if (enough == 0 && state().testing.load(std::memory_order_relaxed)) {
        const Ref capped = Ref::steal(
            PyObject_CallMethodOneArg(controller_, state().names.enough.get(), retry_state_));
        enough = capped ? PyObject_IsTrue(capped.get()) : -1;
      }
      if (enough < 0) return false;
      turn_.answer(enough == 1);
      return true;
    }
    case Ask::wait:
      if (!is_plain_sleep(answer.get()) && kind_->check_sleep) {
        const Ref wait = part(state().names.wait);
        answer = wait ? Ref::steal(PyObject_CallFunctionObjArgs(kind_->check_sleep.get(),
                                                                wait.get(), answer.get(), nullptr))
                      : Ref{};
        if (!answer) return false;
      }
      if (!set_field(state(), retry_state_, &StateObject::upcoming_sleep,
                     state().names.upcoming_sleep, std::move(answer))) {
        return false;
      }
      turn_.done();
      return true;
    case Ask::give_up:
      result_ = std::move(answer);
      over_ = true;
      return true;
    default: turn_.done(); return true;
  }
}

// Before anything may ask whether it is enough: how long it has taken so far.
bool Pass::count_delay() noexcept {
  const ModuleState& known = state();
  Ref delay;
  if (is_own_state(known, retry_state_)) {
    const StateObject& call = as_state(retry_state_);
    if (call.start_time != nullptr && call.outcome_timestamp != nullptr) {
      const auto start = plain_float(call.start_time);
      const auto when = plain_float(call.outcome_timestamp);
      if (start && when) delay = Ref::steal(PyFloat_FromDouble(*when - *start));
    }
  }
  if (!delay) delay = attribute(retry_state_, known.names.seconds_since_start);
  const Ref tally = delay ? tally_of(known, retry_state_, controller_) : Ref{};
  if (!tally) return false;
  return put(as_tally(tally.get()).delay_since_first_attempt, std::move(delay)) &&
         publish(known, as_tally(tally.get()));
}

// Counts the attempt and the sleep that are coming.
bool Pass::record() noexcept {
  const ModuleState& known = state();
  const Names& names = known.names;
  const Ref sleep =
      get_field(known, retry_state_, &StateObject::upcoming_sleep, names.upcoming_sleep);
  if (!sleep) return false;
  if (!set_field(known, retry_state_, &StateObject::next_action, names.next_action,
                 action(known, *kind_, sleep)) ||
      !set_field(
          known, retry_state_, &StateObject::idle_for, names.idle_for,
          sum(get_field(known, retry_state_, &StateObject::idle_for, names.idle_for), sleep))) {
    return false;
  }
  const Ref tally = tally_of(known, retry_state_, controller_);
  const Ref one = Ref::steal(PyLong_FromLong(1));
  const Ref seconds = as_float(sleep);
  if (!tally || !one || !seconds) return false;
  if (Counts* counts = counts_of(controller_)) counts->retry(PyFloat_AS_DOUBLE(seconds.get()));
  TallyObject& numbers = as_tally(tally.get());
  return put(numbers.idle_for, sum(Ref::share(numbers.idle_for), sleep)) &&
         put(numbers.attempt_number, sum(Ref::share(numbers.attempt_number), one)) &&
         publish(known, numbers);
}

Want Pass::give_back(Ref& what) noexcept {
  const ModuleState& known = state();
  if (is_own_state(known, retry_state_)) {
    const OutcomeView outcome = settled(retry_state_);
    if (outcome.value != nullptr) {
      what = Ref::share(outcome.value);
      return Want::done;
    }
    if (outcome.error != nullptr) {
      raise_again(Ref::share(outcome.error));
      return Want::raised;
    }
  }
  const Ref outcome = attribute(retry_state_, known.names.outcome);
  if (!outcome) return Want::raised;
  what = Ref::steal(PyObject_CallMethodNoArgs(outcome.get(), known.names.result.get()));
  return what ? Want::done : Want::raised;
}

// No attempt is left: the callback's value, or an exception.
Want Pass::give_up(Ref& what) noexcept {
  if (Counts* counts = counts_of(controller_)) counts->give_up();
  what = part(state().names.retry_error_callback);
  const int truth = what ? PyObject_IsTrue(what.get()) : -1;
  if (truth == 1) return Want::call;
  if (truth == 0) fail();
  return Want::raised;
}

void Pass::fail() noexcept {
  const ModuleState& known = state();
  const Ref error_class = part(known.names.retry_error_cls);
  const Ref reraise = part(known.names.reraise);
  const int again = error_class && reraise ? PyObject_IsTrue(reraise.get()) : -1;
  if (again < 0) return;
  const bool stock = error_class.get() == kind_->error_class.get();
  if (again == 1 && stock && is_own_state(known, retry_state_)) {
    const OutcomeView outcome = settled(retry_state_);
    if (outcome.error != nullptr && !asks_again(known, outcome.error)) {
      raise_again(Ref::share(outcome.error));
      return;
    }
  }
  const Ref outcome = attribute(retry_state_, known.names.outcome);
  if (!outcome) return;
  const Ref error = stock ? error_about(known, *kind_, outcome.get())
                          : Ref::steal(PyObject_CallOneArg(error_class.get(), outcome.get()));
  if (!error) return;
  if (again == 1 && !Ref::steal(PyObject_CallMethod(error.get(), "reraise", nullptr))) return;
  Ref cause = Ref::steal(PyObject_CallMethodNoArgs(outcome.get(), known.names.exception.get()));
  if (!cause) return;
  if (!PyExceptionInstance_Check(error.get())) {
    PyErr_SetString(PyExc_TypeError, "exceptions must derive from BaseException");
    return;
  }
  PyException_SetCause(error.get(), cause.get() == Py_None ? nullptr : cause.release());
  PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(error.get())), error.get());
}

Want run_pass(ControllerKind& kind, PyObject* controller, PyObject* retry_state,
              Ref& what) noexcept {
  Pass pass(kind, controller, retry_state);
  if (!pass.begin()) return Want::raised;
  for (;;) {
    const Want want = pass.next(what);
    if (want != Want::call) return want;
    Ref answer = Ref::steal(PyObject_CallOneArg(what.get(), retry_state));
    if (!answer || !pass.take(std::move(answer))) return Want::raised;
  }
}

PyObject* iterate(PyObject* controller, PyObject* const* args, Py_ssize_t count_of,
                  PyObject* kwnames) noexcept {
  const ModuleState& state = *known_controller(controller).state;
  const Py_ssize_t named = kwnames == nullptr ? 0 : PyTuple_GET_SIZE(kwnames);
  if (count_of + named != 1 ||
      (named == 1 &&
       PyUnicode_Compare(PyTuple_GET_ITEM(kwnames, 0), state.names.retry_state.get()) != 0)) {
    return PyErr_Format(PyExc_TypeError, "iter() takes one argument, retry_state");
  }
  const Ref retry_state = Ref::share(args[0]);
  const Gate gate = gate_of(controller);
  if (gate.kind == nullptr || gate.has(kOverridesPass | kOverridesFields) ||
      keeps_exceptions(as_controller(controller))) {
    return PyObject_CallMethodOneArg(controller, state.names.iter_by_queue.get(),
                                     retry_state.get());
  }
  const Ref held = Ref::share(controller);
  Ref what;
  switch (run_pass(*gate.kind, controller, retry_state.get(), what)) {
    case Want::attempt: return PyObject_CallNoArgs(gate.kind->do_attempt.get());
    case Want::sleep: return do_sleep(*gate.kind, what).release();
    case Want::done: return what.release();
    case Want::call:
    case Want::raised: break;
  }
  return nullptr;
}

}  // namespace mainstay::binding::retry
