// awaiting.cpp - what coroutines of retried calls await: one native object, driven by their loop.
//
// A decorated coroutine function is a genuine `async def` that awaits `Call.start(shell, args,
// kwargs)`. What it awaits is this object: it drives the coroutine of each attempt, the hooks that
// are to be awaited, and the sleep between two attempts, by passing on what they yield and what is
// sent or thrown in. Results come by PyIter_Send, so a successful attempt makes no StopIteration.
// The same object is what `anext()` of an async block and `iter()` await. It knows no event loop.
#include "binding/retry/awaiting.hpp"

#include <cstddef>
#include <new>
#include <optional>

#include "binding/retry/call.hpp"
#include "binding/retry/open.hpp"
#include "binding/retry/state.hpp"
#include "binding/retry/tally.hpp"
#include "binding/retry/untouched.hpp"
#include "binding/support/call.hpp"

namespace mainstay::binding::retry {
namespace {

enum class Phase : std::uint8_t {
  fresh,     // nothing has happened yet
  attempt,   // the function's coroutine is under way
  asking,    // a strategy or hook that is to be awaited
  deciding,  // an iter() of the program's
  sleep,
  in_python,  // the Python loop, once it took over
  over,
};

// What the object is awaited for.
enum class Aim : std::uint8_t {
  call,     // the whole call
  attempt,  // the manager of the next attempt of a block
  pass,     // what iter() answers
};

struct AwaitingObject {
  PyObject_HEAD PyObject*
      controller;  // as it is decorated with; null when there are only open objects
  PyObject* function;
  PyObject* shell;
  PyObject* args;
  PyObject* kwargs;
  PyObject* inner;  // what is being awaited
  Running running;  // the numbers, as long as nobody can look
  Opened opened;    // the objects, as soon as somebody can
  std::optional<Pass> pass;
  Phase phase;
  Aim aim;
  bool awaits;  // whether calling the function gives something to await
  bool busy;    // inside send(): a coroutine may not be resumed while it runs
};

AwaitingObject& as_awaiting(PyObject* self) noexcept {
  return *reinterpret_cast<AwaitingObject*>(self);
}

bool is_open(const AwaitingObject& self) noexcept {
  return static_cast<bool>(self.opened.retry_state);
}

// What `await object` iterates over. Null with TypeError in Python's words.
Ref awaited(Ref object) noexcept {
  if (!object || PyCoro_CheckExact(object.get())) return object;
  const PyAsyncMethods* methods = Py_TYPE(object.get())->tp_as_async;
  if (methods == nullptr || methods->am_await == nullptr) {
    const bool old_style = PyGen_CheckExact(object.get()) &&
                           (reinterpret_cast<PyCodeObject*>(
                                Ref::steal(PyObject_GetAttrString(object.get(), "gi_code")).get())
                                ->co_flags &
                            CO_ITERABLE_COROUTINE) != 0;
    if (old_style) return object;
    PyErr_Format(PyExc_TypeError, "object %.100s can't be used in 'await' expression",
                 Py_TYPE(object.get())->tp_name);
    return Ref{};
  }
  Ref iterator = Ref::steal(methods->am_await(object.get()));
  if (iterator && !PyIter_Check(iterator.get())) {
    PyErr_Format(PyExc_TypeError, "__await__() returned non-iterator of type '%.100s'",
                 Py_TYPE(iterator.get())->tp_name);
    return Ref{};
  }
  return iterator;
}

// Whether what calling `callable` gives is to be awaited: 1, 0, or -1 with an exception set.
int is_awaited(ModuleState& state, PyObject* callable) noexcept {
  if (is_transparent(state, callable) || PyCFunction_Check(callable)) return 0;
  PyObject* function = PyMethod_Check(callable) ? PyMethod_GET_FUNCTION(callable) : callable;
  if (Py_IS_TYPE(function, &PyFunction_Type)) {
    const auto& plain = *reinterpret_cast<PyFunctionObject*>(function);
    if (plain.func_dict == nullptr || PyDict_GET_SIZE(plain.func_dict) == 0) {
      const auto& code = *reinterpret_cast<PyCodeObject*>(plain.func_code);
      return (code.co_flags & CO_COROUTINE) != 0 ? 1 : 0;
    }
  }
  if (!state.is_coroutine_callable) {
    const Ref names = Ref::steal(PyImport_ImportModule("mainstay.retry._names"));
    if (!names) return -1;
    state.is_coroutine_callable =
        Ref::steal(PyObject_GetAttrString(names.get(), "is_coroutine_callable"));
    if (!state.is_coroutine_callable) return -1;
  }
  const Ref answer = Ref::steal(PyObject_CallOneArg(state.is_coroutine_callable.get(), callable));
  return answer ? PyObject_IsTrue(answer.get()) : -1;
}

// Nothing the call held is needed any more.
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
  return *result == nullptr ? PYGEN_ERROR : PYGEN_RETURN;
}

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
  const double now = monotonic_now();
  if (self.running.plan->open == Obstacle::none) {
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
  } else if (value && self.running.plan->judges && !self.running.plan->looks_at_values) {
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

// What became of the thing awaited: a result, or the exception that is set.
PySendResult proceed(AwaitingObject& self, PySendResult sent, PyObject* came,
                     PyObject** result) noexcept;

// Resumes the thing awaited, if there is one, and goes on from whatever comes of it.
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

// --- the iterator protocol of coroutines
// ----------------------------------------------------------

// Marks the object as running while it lives; false, with ValueError set, when it runs already.
class Turnstile {
 public:
  explicit Turnstile(AwaitingObject& self) noexcept : self_(self), entered_(!self.busy) {
    if (!entered_) {
      PyErr_SetString(PyExc_ValueError, "coroutine already executing");
    } else if (self.phase == Phase::over) {
      entered_ = false;
      PyErr_SetString(PyExc_RuntimeError, "cannot reuse already awaited coroutine");
    }
    if (entered_) self_.busy = true;
  }
  Turnstile(const Turnstile&) = delete;
  Turnstile& operator=(const Turnstile&) = delete;
  ~Turnstile() {
    if (entered_) self_.busy = false;
  }
  [[nodiscard]] explicit operator bool() const noexcept { return entered_; }

 private:
  AwaitingObject& self_;
  bool entered_;
};

PySendResult send(PyObject* self, PyObject* sent, PyObject** result) noexcept {
  *result = nullptr;
  const Turnstile turnstile(as_awaiting(self));
  if (!turnstile) return PYGEN_ERROR;
  const RecursionGuard guard(" while awaiting a retried function");
  if (!guard) return PYGEN_ERROR;
  return advance(as_awaiting(self), sent, result);
}

// A finished iterator says its value by StopIteration.
PyObject* as_iterator(PySendResult how, PyObject* result) noexcept {
  if (how == PYGEN_RETURN) {
    const Ref value = Ref::steal(result);
    const Ref stop = Ref::steal(PyObject_CallOneArg(PyExc_StopIteration, value.get()));
    if (stop) PyErr_SetObject(PyExc_StopIteration, stop.get());
    return nullptr;
  }
  return how == PYGEN_NEXT ? result : nullptr;
}

PyObject* next(PyObject* self) noexcept {
  PyObject* result = nullptr;
  const PySendResult how = send(self, Py_None, &result);
  return as_iterator(how, result);
}

PyObject* send_method(PyObject* self, PyObject* sent) noexcept {
  PyObject* result = nullptr;
  const PySendResult how = send(self, sent, &result);
  return as_iterator(how, result);
}

// What calling a method of the inner iterator came to, as PyIter_Send would have said it.
PySendResult outcome_of(Ref returned, PyObject** came) noexcept {
  if (returned) {
    *came = returned.release();
    return PYGEN_NEXT;
  }
  if (!PyErr_ExceptionMatches(PyExc_StopIteration)) return PYGEN_ERROR;
  const Ref stop = take_exception();
  *came = PyObject_GetAttrString(stop.get(), "value");
  return *came == nullptr ? PYGEN_ERROR : PYGEN_RETURN;
}

// Sets the exception that throw(type[, value[, traceback]]) means; false when it means none.
bool set_thrown(PyObject* args) noexcept {
  PyObject *type = nullptr, *value = nullptr, *traceback = nullptr;
  if (!PyArg_UnpackTuple(args, "throw", 1, 3, &type, &value, &traceback)) return false;
  if (PyExceptionInstance_Check(type)) {
    PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(type)), type);
    return true;
  }
  if (!PyExceptionClass_Check(type)) {
    PyErr_Format(PyExc_TypeError,
                 "exceptions must be classes or instances deriving from BaseException, not %.100s",
                 Py_TYPE(type)->tp_name);
    return false;
  }
  PyErr_SetObject(type, value == Py_None ? nullptr : value);
  return true;
}

PyObject* throw_method(PyObject* object, PyObject* args) noexcept {
  AwaitingObject& self = as_awaiting(object);
  const Turnstile turnstile(self);
  if (!turnstile) return nullptr;
  PyObject* result = nullptr;
  PyObject* came = nullptr;
  PySendResult how = PYGEN_ERROR;
  if (self.inner == nullptr) {  // not begun: the exception ends it
    if (!set_thrown(args)) return nullptr;
    return as_iterator(end(self, Ref{}, &result), result);
  }
  const Ref inner = Ref::share(self.inner);
  const Ref method = Ref::steal(PyObject_GetAttrString(inner.get(), "throw"));
  if (method) {
    how = outcome_of(Ref::steal(PyObject_CallObject(method.get(), args)), &came);
  } else {
    if (!PyErr_ExceptionMatches(PyExc_AttributeError)) return nullptr;
    PyErr_Clear();
    if (!set_thrown(args)) return nullptr;
  }
  how = proceed(self, how, came, &result);
  return as_iterator(how, result);
}

PyObject* close_method(PyObject* object, PyObject*) noexcept {
  AwaitingObject& self = as_awaiting(object);
  if (self.busy) {
    PyErr_SetString(PyExc_ValueError, "coroutine already executing");
    return nullptr;
  }
  const Ref inner = Ref::share(self.inner);
  let_go(self);
  if (!inner) Py_RETURN_NONE;
  const Ref method = Ref::steal(PyObject_GetAttrString(inner.get(), "close"));
  if (method) return PyObject_CallNoArgs(method.get());
  if (!PyErr_ExceptionMatches(PyExc_AttributeError)) return nullptr;
  PyErr_Clear();
  Py_RETURN_NONE;
}

PyObject* itself(PyObject* self) noexcept { return Ref::share(self).release(); }

constexpr PyObject* AwaitingObject::* kParts[] = {
    &AwaitingObject::controller, &AwaitingObject::function, &AwaitingObject::shell,
    &AwaitingObject::args,       &AwaitingObject::kwargs,   &AwaitingObject::inner,
};

int traverse(PyObject* object, visitproc visit, void* arg) noexcept {
  const AwaitingObject& self = as_awaiting(object);
  Py_VISIT(Py_TYPE(object));
  for (const auto part : kParts) Py_VISIT(self.*part);
  Py_VISIT(self.running.statistics.get());
  Py_VISIT(self.opened.controller.get());
  Py_VISIT(self.opened.retry_state.get());
  return 0;
}

int clear(PyObject* object) noexcept {
  AwaitingObject& self = as_awaiting(object);
  for (const auto part : kParts) Py_CLEAR(self.*part);
  self.running.statistics = Ref{};
  self.pass.reset();
  self.opened.controller = Ref{};
  self.opened.retry_state = Ref{};
  return 0;
}

void destroy(PyObject* object) noexcept {
  PyTypeObject* type = Py_TYPE(object);
  PyObject_GC_UnTrack(object);
  clear(object);
  as_awaiting(object).running.~Running();
  as_awaiting(object).opened.~Opened();
  as_awaiting(object).pass.~optional();
  type->tp_free(object);
  Py_DECREF(type);
}

PyMethodDef kMethods[] = {
    {"send", send_method, METH_O, "Resume it with a value."},
    {"throw", throw_method, METH_VARARGS, "Resume it with an exception."},
    {"close", close_method, METH_NOARGS, "Give up: closes what it awaits."},
    {nullptr, nullptr, 0, nullptr},
};

char kDoc[] = "One call of a decorated coroutine function, under way.";

PyType_Slot kSlots[] = {
    {Py_tp_doc, kDoc},
    {Py_tp_dealloc, reinterpret_cast<void*>(destroy)},
    {Py_tp_traverse, reinterpret_cast<void*>(traverse)},
    {Py_tp_clear, reinterpret_cast<void*>(clear)},
    {Py_tp_iter, reinterpret_cast<void*>(itself)},
    {Py_tp_iternext, reinterpret_cast<void*>(next)},
    {Py_am_await, reinterpret_cast<void*>(itself)},
    {Py_am_send, reinterpret_cast<void*>(send)},
    {Py_tp_methods, kMethods},
    {0, nullptr},
};

PyType_Spec kSpec = {
    .name = "mainstay.retry._native.Awaiting",
    .basicsize = sizeof(AwaitingObject),
    .itemsize = 0,
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE |
             Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = kSlots,
};

// Whether the loop of a call may be this one.
bool may_await(const Opened& call) noexcept {
  return call.gate.kind != nullptr && !call.gate.has(kOverridesCall | kOverridesFields) &&
         !call.state->without_gil && !limits_attempts(as_controller(call.controller.get()));
}

// A new object with nothing but its own parts made.
PyObject* make(const ModuleState& state, Aim aim) noexcept {
  auto* type = reinterpret_cast<PyTypeObject*>(state.awaiting_type.get());
  PyObject* object = type->tp_alloc(type, 0);
  if (object == nullptr) return nullptr;
  AwaitingObject& awaiting = as_awaiting(object);
  new (&awaiting.running) Running;
  new (&awaiting.opened) Opened;
  new (&awaiting.pass) std::optional<Pass>;
  awaiting.aim = aim;
  return object;
}

}  // namespace

PyObject* start_call(PyObject* self, PyObject* const* args, Py_ssize_t count_of) noexcept {
  if (count_of != 3 || !PyFunction_Check(args[0]) || !PyTuple_CheckExact(args[1]) ||
      !PyDict_CheckExact(args[2])) {
    return PyErr_Format(PyExc_TypeError,
                        "start() takes the decorated function, a tuple and a dict");
  }
  CallObject& call = as_call(self);
  Running running;
  const Obstacle obstacle = begin_call(running, call.controller, args[0]);
  if (PyErr_Occurred()) return nullptr;
  if (obstacle != Obstacle::none) {
    count(*call.state, obstacle);
    return PyObject_CallMethod(call.controller, "_call_decorated", "OOOO", args[0], call.function,
                               args[1], args[2]);
  }
  if (!running.plan->enabled) return PyObject_Call(call.function, args[1], args[2]);
  PyObject* object = make(*call.state, Aim::call);
  if (object == nullptr) return nullptr;
  AwaitingObject& awaiting = as_awaiting(object);
  awaiting.controller = Ref::share(call.controller).release();
  awaiting.function = Ref::share(call.function).release();
  awaiting.shell = Ref::share(args[0]).release();
  awaiting.args = Ref::share(args[1]).release();
  awaiting.kwargs = Ref::share(args[2]).release();
  awaiting.awaits = call.awaits;
  if (running.is_open()) count(*running.state, way_of(running));
  if (running.opens_at_once() &&
      !open(awaiting.opened, call.controller, call.function, args[1], args[2], running)) {
    Py_DECREF(object);
    return nullptr;
  }
  awaiting.running = std::move(running);
  return object;
}

PyObject* await_call(PyObject* controller, PyObject* const* args, Py_ssize_t count_of) noexcept {
  if (count_of != 5 || !PyTuple_CheckExact(args[2]) || !PyDict_CheckExact(args[3])) {
    return PyErr_Format(PyExc_TypeError,
                        "_await_call() takes the state, the function, a tuple, a dict and whether "
                        "the function is async");
  }
  Opened opened = opened_by(controller, args[0]);
  if (!may_await(opened)) Py_RETURN_NONE;
  PyObject* object = make(*opened.state, Aim::call);
  if (object == nullptr) return nullptr;
  AwaitingObject& awaiting = as_awaiting(object);
  awaiting.opened = std::move(opened);
  awaiting.function = Ref::share(args[1]).release();
  awaiting.args = Ref::share(args[2]).release();
  awaiting.kwargs = Ref::share(args[3]).release();
  awaiting.awaits = PyObject_IsTrue(args[4]) == 1;
  return object;
}

PyObject* await_pass(PyObject* controller, PyObject* retry_state) noexcept {
  Opened opened = opened_by(controller, retry_state);
  if (opened.gate.kind == nullptr || opened.gate.has(kOverridesPass | kOverridesFields) ||
      keeps_exceptions(as_controller(controller))) {
    Py_RETURN_NONE;
  }
  PyObject* object = make(*opened.state, Aim::pass);
  if (object != nullptr) as_awaiting(object).opened = std::move(opened);
  return object;
}

PyObject* await_attempt(ControllerKind& kind, PyObject* controller,
                        PyObject* retry_state) noexcept {
  Opened opened = opened_by(controller, retry_state);
  if (opened.gate.kind == nullptr) opened.gate = {.kind = &kind, .overrides = ~0U};
  PyObject* object = make(*opened.state, Aim::attempt);
  if (object != nullptr) as_awaiting(object).opened = std::move(opened);
  return object;
}

bool add_awaiting_type(PyObject* module) noexcept {
  state_in(module).awaiting_type = add_type(module, kSpec);
  return static_cast<bool>(state_in(module).awaiting_type);
}

}  // namespace mainstay::binding::retry
