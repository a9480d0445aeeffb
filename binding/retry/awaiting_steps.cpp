// awaiting_steps.cpp - see awaiting_steps.hpp.
#include "binding/retry/awaiting_steps.hpp"

#include "binding/retry/coroutine.hpp"
#include "binding/retry/state.hpp"
#include "binding/retry/tally.hpp"
#include "binding/retry/untouched.hpp"

namespace mainstay::binding::retry {
namespace {

// A block is over: with an exception that is set, or with the end of its loop.
PySendResult end_block(AwaitingObject& self, bool quietly, PyObject** result) noexcept {
  self.aim = Aim::call;  // its tally ends too
  if (quietly) PyErr_SetNone(PyExc_StopAsyncIteration);
  return end(self, Ref{}, result);
}

// The rest of the call, from an outcome on, by the Python loop.
Ref python_loop(AwaitingObject& self, const Ref& value, const Ref& error, Obstacle why) noexcept {
  const Numbers& numbers = self.running.numbers;
  count(*self.running.state, why);
  const Ref idle = numbers.idle.to_python();
  if (!idle) return Ref{};
  return awaited(Ref::steal(PyObject_CallMethod(
      self.controller, "_resume", "OOOOdKOOO", self.shell, self.function, self.args, self.kwargs,
      numbers.start, static_cast<unsigned long long>(numbers.attempt), idle.get(),
      value ? value.get() : Py_None, error ? error.get() : Py_None)));
}

// Calls the function. Either something to await comes of it (then `inner` is set) or, from a
// function that is not async or raised at once, an outcome.
void attempt(AwaitingObject& self, Ref& value, Ref& error) noexcept {
  self.phase = Phase::attempt;
  PyObject* keywords = PyDict_GET_SIZE(self.kwargs) == 0 ? nullptr : self.kwargs;
  Ref called = Ref::steal(PyObject_Call(self.function, self.args, keywords));
  if (called && !self.awaits) {
    value = std::move(called);
    return;
  }
  Ref iterator = awaited(std::move(called));
  if (iterator) {
    self.inner = iterator.release();
  } else {
    error = take_exception();
  }
}

bool await_next(AwaitingObject& self, Phase phase, Ref coroutine) noexcept {
  Ref iterator = awaited(std::move(coroutine));
  self.phase = phase;
  self.inner = iterator.release();
  return self.inner != nullptr;
}

// Begins the sleep before the next attempt; false with an exception set.
bool begin_sleep(AwaitingObject& self) noexcept {
  Ref length = borrow_do_sleep(self.running);
  if (!length) return false;
  const Ref& own_sleep = self.running.kind->sleep;
  PyObject* sleep = self.running.plan->sleep ? self.running.plan->sleep.get() : own_sleep.get();
  const bool begun =
      await_next(self, Phase::sleep, Ref::steal(PyObject_CallOneArg(sleep, length.get())));
  give_back_do_sleep(self.running, std::move(length));
  return begun;
}

bool begin_open_sleep(AwaitingObject& self, const Ref& seconds) noexcept {
  const Opened& call = self.opened;
  const ModuleState& state = *call.state;
  if (!prepare_for_next(state, call.retry_state.get())) return false;
  const Ref length = PyFloat_CheckExact(seconds.get()) ? do_sleep(*call.gate.kind, seconds)
                                                       : Ref::share(seconds.get());
  if (!length) return false;
  if (call.gate.has(kOverridesCall) || state.testing.load(std::memory_order_relaxed)) {
    return await_next(
        self, Phase::sleep,
        Ref::steal(PyObject_CallMethodObjArgs(call.controller.get(), state.names.pause.get(),
                                              call.retry_state.get(), length.get(), nullptr)));
  }
  const Ref sleep = attribute(call.controller.get(), state.names.sleep);
  return sleep &&
         await_next(self, Phase::sleep, Ref::steal(PyObject_CallOneArg(sleep.get(), length.get())));
}

// The block of one attempt. New reference.
Ref attempt_of_block(const Opened& call) noexcept {
  PyObject* retry_state = call.retry_state.get();
  if (call.gate.has(kOverridesCall | kOverridesFields) ||
      limits_attempts(as_controller(call.controller.get()))) {
    return Ref::steal(PyObject_CallMethodOneArg(call.controller.get(),
                                                call.state->names.attempt.get(), retry_state));
  }
  return Ref::steal(new_manager(*call.state, *call.gate.kind, retry_state));
}

// How far decide_open() came.
enum class Came : std::uint8_t { awaits, attempts, ended };

// What to do about what a pass, or an iter() of the program's, came to.
Came act(AwaitingObject& self, Want want, Ref what, PySendResult& how, PyObject** result) noexcept {
  const Opened& call = self.opened;
  self.pass.reset();
  switch (want) {
    case Want::attempt:
      if (self.aim == Aim::call) return Came::attempts;
      what = self.aim == Aim::pass
                 ? Ref::steal(PyObject_CallNoArgs(call.gate.kind->do_attempt.get()))
                 : attempt_of_block(call);
      how = end(self, std::move(what), result);
      return Came::ended;
    case Want::sleep:
      if (self.aim == Aim::pass) {
        how = end(self, do_sleep(*call.gate.kind, what), result);
        return Came::ended;
      }
      if (begin_open_sleep(self, what)) return Came::awaits;
      break;
    case Want::done:
      how = self.aim == Aim::attempt ? end_block(self, true, result)
                                     : end(self, std::move(what), result);
      return Came::ended;
    case Want::call:
    case Want::raised: break;
  }
  how = self.aim == Aim::attempt ? end_block(self, false, result) : end(self, Ref{}, result);
  return Came::ended;
}

// Goes on with the pass until something is to be awaited or attempted, or all is over.
Came go_on(AwaitingObject& self, PySendResult& how, PyObject** result) noexcept {
  for (;;) {
    Ref what;
    const Want want = self.pass->next(what);
    if (want != Want::call) return act(self, want, std::move(what), how, result);
    const int later = is_awaited(*self.opened.state, what.get());
    Ref answer;
    if (later >= 0) {
      answer = Ref::steal(PyObject_CallOneArg(what.get(), self.opened.retry_state.get()));
    }
    if (answer && later == 1) {
      if (await_next(self, Phase::asking, std::move(answer))) return Came::awaits;
    } else if (answer && self.pass->take(std::move(answer))) {
      continue;
    }
    return act(self, Want::raised, Ref{}, how, result);
  }
}

// Begins a pass over the open objects.
Came decide_open(AwaitingObject& self, PySendResult& how, PyObject** result) noexcept {
  const Opened& call = self.opened;
  if (self.aim == Aim::pass || decides_natively(call)) {
    self.pass.emplace(*call.gate.kind, call.controller.get(), call.retry_state.get());
    if (!self.pass->begin()) return act(self, Want::raised, Ref{}, how, result);
    return go_on(self, how, result);
  }
  if (await_next(self, Phase::deciding, call_iter(call))) return Came::awaits;
  return act(self, Want::raised, Ref{}, how, result);
}

// From an outcome that nobody has looked at yet. `awaits`: something is to be awaited now.
Came settle_closed(AwaitingObject& self, Ref value, Ref error, PySendResult& how,
                   PyObject** result) noexcept {
  Obstacle why = Obstacle::none;
  const Plan& plan = *self.running.plan;
  // Nobody asks when a value was known that is returned as it is.
  const bool stands = value && plan.judges && !plan.looks_at_values;
  const double now = stands ? self.running.numbers.start : monotonic_now();
  if (plan.open == Obstacle::none) {
    switch (decide(self.running, value, error, now, why)) {
      case Step::give_back:
        if (!value) raise_again(std::move(error));
        how = end(self, std::move(value), result);
        return Came::ended;
      case Step::raised: how = end(self, Ref{}, result); return Came::ended;
      case Step::in_python:
        if (why == Obstacle::testing) {
          if (await_next(self, Phase::in_python, python_loop(self, value, error, why))) {
            return Came::awaits;
          }
          how = end(self, Ref{}, result);
          return Came::ended;
        }
        count(*self.running.state, why);
        break;
      case Step::sleep:
        value = Ref{};
        error = Ref{};
        if (begin_sleep(self)) return Came::awaits;
        how = end(self, Ref{}, result);
        return Came::ended;
    }
  } else if (stands) {
    how = end(self, std::move(value), result);
    return Came::ended;
  }
  if (!open_from(self.opened, self.controller, self.function, self.args, self.kwargs, self.running,
                 std::move(value), std::move(error), now)) {
    how = end(self, Ref{}, result);
    return Came::ended;
  }
  return decide_open(self, how, result);
}

// From what an attempt came to.
Came outcome(AwaitingObject& self, Ref value, Ref error, PySendResult& how,
             PyObject** result) noexcept {
  if (!is_open(self)) return settle_closed(self, std::move(value), std::move(error), how, result);
  if (!settle_openly(*self.opened.state, self.opened.retry_state.get(), std::move(value),
                     std::move(error))) {
    return act(self, Want::raised, Ref{}, how, result);
  }
  return decide_open(self, how, result);
}

}  // namespace

void let_go(AwaitingObject& self) noexcept {
  self.phase = Phase::over;
  const Ref inner = Ref::steal(std::exchange(self.inner, nullptr));
  if (!is_open(self)) return;
  PyObject* tally =
      self.aim == Aim::call && is_door_state(*self.opened.state, self.opened.retry_state.get())
          ? as_state(self.opened.retry_state.get()).tally
          : nullptr;
  if (tally != nullptr &&
      Py_IS_TYPE(tally, reinterpret_cast<PyTypeObject*>(self.opened.state->tally_type.get()))) {
    as_tally(tally).over = true;
  }
}

PySendResult end(AwaitingObject& self, Ref value, PyObject** result) noexcept {
  let_go(self);
  *result = value.release();
  if (*result != nullptr) return PYGEN_RETURN;
  replace_stop_iteration("coroutine raised StopIteration");
  return PYGEN_ERROR;
}

PySendResult advance(AwaitingObject& self, PyObject* sent, PyObject** result) noexcept {
  if (self.inner == nullptr) return proceed(self, PYGEN_NEXT, nullptr, result);
  PyObject* came = nullptr;
  const Ref inner = Ref::share(self.inner);
  const PySendResult how = PyIter_Send(inner.get(), sent, &came);
  return proceed(self, how, came, result);
}

PySendResult proceed(AwaitingObject& self, PySendResult how, PyObject* came,
                     PyObject** result) noexcept {
  for (;;) {
    Came next = Came::awaits;
    if (self.phase == Phase::fresh) {
      next = is_open(self) ? decide_open(self, how, result) : Came::attempts;
    } else if (how == PYGEN_NEXT) {
      *result = came;
      return PYGEN_NEXT;
    } else {
      const Ref old = Ref::steal(std::exchange(self.inner, nullptr));
      Ref value, error;
      if (how == PYGEN_RETURN) value = Ref::steal(came);
      if (how == PYGEN_ERROR && self.phase != Phase::attempt) {
        if (self.phase == Phase::in_python) return end(self, Ref{}, result);
        next = is_open(self) ? act(self, Want::raised, Ref{}, how, result)
                             : (how = end(self, Ref{}, result), Came::ended);
      } else {
        switch (self.phase) {
          case Phase::asking:
            next = self.pass->take(std::move(value)) ? go_on(self, how, result)
                                                     : act(self, Want::raised, Ref{}, how, result);
            break;
          case Phase::deciding: {
            const Want want = want_of(*self.opened.state, value);
            next = act(self, want, std::move(value), how, result);
            break;
          }
          case Phase::sleep:
            next = is_open(self) ? decide_open(self, how, result) : Came::attempts;
            break;
          case Phase::attempt:
            if (how == PYGEN_ERROR) error = take_exception();
            next = outcome(self, std::move(value), std::move(error), how, result);
            break;
          case Phase::fresh:
          case Phase::in_python:
          case Phase::over: return end(self, std::move(value), result);
        }
      }
    }
    while (next == Came::attempts) {
      Ref value, error;
      attempt(self, value, error);
      if (self.inner != nullptr) break;
      next = outcome(self, std::move(value), std::move(error), how, result);
    }
    if (next == Came::ended) return how;
    const Ref inner = Ref::share(self.inner);
    how = PyIter_Send(inner.get(), Py_None, &came);
  }
}

}  // namespace mainstay::binding::retry
