// awaiting.cpp - the call of a decorated coroutine function, as one native awaitable.
//
// The decorated function is a genuine `async def` that awaits `Call.start(shell, args, kwargs)`.
// What it awaits is this object: it drives the coroutine of each attempt, and the sleep between
// two, by passing on what they yield and what is sent or thrown in. Results come by PyIter_Send,
// so a successful attempt makes no StopIteration. It knows no event loop.
#include <cstddef>
#include <new>

#include "binding/retry/call.hpp"
#include "binding/retry/decision.hpp"
#include "binding/retry/untouched.hpp"
#include "binding/support/call.hpp"

namespace mainstay::binding::retry {
namespace {

enum class Phase : std::uint8_t { fresh, attempt, sleep, in_python, over };

struct AwaitingObject {
  PyObject_HEAD
  CallObject* call;
  PyObject* shell;
  PyObject* args;
  PyObject* kwargs;
  PyObject* inner;  // what is being awaited: the iterator of an attempt, a sleep, the Python loop
  Running running;
  Phase phase;
  bool busy;  // inside send(): a coroutine may not be resumed while it runs
};

AwaitingObject& as_awaiting(PyObject* self) noexcept {
  return *reinterpret_cast<AwaitingObject*>(self);
}

// What `await object` iterates over. Null with TypeError in Python's words.
Ref awaited(Ref object) noexcept {
  if (!object || PyCoro_CheckExact(object.get())) return object;
  const PyAsyncMethods* methods = Py_TYPE(object.get())->tp_as_async;
  if (methods == nullptr || methods->am_await == nullptr) {
    const bool old_style =
        PyGen_CheckExact(object.get()) &&
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

// Ends the call: nothing it held is needed any more.
PySendResult end(AwaitingObject& self, Ref value, PyObject** result) noexcept {
  self.phase = Phase::over;
  const Ref inner = Ref::steal(std::exchange(self.inner, nullptr));
  *result = value.release();
  return *result == nullptr ? PYGEN_ERROR : PYGEN_RETURN;
}

// The rest of the call, from an outcome on, by the Python loop.
Ref python_loop(AwaitingObject& self, const Ref& value, const Ref& error, Obstacle why) noexcept {
  const Numbers& numbers = self.running.numbers;
  count(*self.running.state, why);
  const Ref idle = numbers.idle.to_python();
  if (!idle) return Ref{};
  return awaited(Ref::steal(PyObject_CallMethod(
      self.call->controller, "_resume", "OOOOdKOOO", self.shell, self.call->function, self.args,
      self.kwargs, numbers.start, static_cast<unsigned long long>(numbers.attempt), idle.get(),
      value ? value.get() : Py_None, error ? error.get() : Py_None)));
}

// Calls the function. Either something to await comes of it (then `inner` is set) or, from a
// function that is not async or raised at once, an outcome.
void attempt(AwaitingObject& self, Ref& value, Ref& error) noexcept {
  self.phase = Phase::attempt;
  PyObject* keywords = PyDict_GET_SIZE(self.kwargs) == 0 ? nullptr : self.kwargs;
  Ref called = Ref::steal(PyObject_Call(self.call->function, self.args, keywords));
  if (called && !self.call->awaits) {
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

// Begins the sleep before the next attempt; false with an exception set.
bool begin_sleep(AwaitingObject& self) noexcept {
  self.phase = Phase::sleep;
  Ref length = borrow_do_sleep(self.running);
  if (!length) return false;
  const Ref& own = self.running.kind->sleep;
  PyObject* sleep = self.running.plan->sleep ? self.running.plan->sleep.get() : own.get();
  Ref iterator = awaited(Ref::steal(PyObject_CallOneArg(sleep, length.get())));
  give_back_do_sleep(self.running, std::move(length));
  self.inner = iterator.release();
  return self.inner != nullptr;
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
    Ref value, error;
    if (self.phase == Phase::fresh) {
      attempt(self, value, error);
    } else if (how == PYGEN_NEXT) {
      *result = came;
      return PYGEN_NEXT;
    } else {
      const Ref old = Ref::steal(std::exchange(self.inner, nullptr));
      if (how == PYGEN_RETURN) value = Ref::steal(came);
      if (self.phase == Phase::in_python) return end(self, std::move(value), result);
      if (self.phase == Phase::sleep) {
        if (how == PYGEN_ERROR) return end(self, Ref{}, result);
        value = Ref{};
        attempt(self, value, error);
      } else if (how == PYGEN_ERROR) {
        error = take_exception();
      }
    }
    if (self.inner == nullptr) {  // an outcome is there
      Obstacle why = Obstacle::none;
      switch (decide(self.running, value, error, monotonic_now(), why)) {
        case Step::give_back:
          if (!value) raise_again(std::move(error));
          return end(self, std::move(value), result);
        case Step::raised: return end(self, Ref{}, result);
        case Step::in_python: {
          Ref loop = python_loop(self, value, error, why);
          if (!loop) return end(self, Ref{}, result);
          self.phase = Phase::in_python;
          self.inner = loop.release();
          break;
        }
        case Step::sleep:
          value = Ref{};
          error = Ref{};
          if (!begin_sleep(self)) return end(self, Ref{}, result);
          break;
      }
    }
    const Ref inner = Ref::share(self.inner);
    how = PyIter_Send(inner.get(), Py_None, &came);
  }
}

// --- the iterator protocol of coroutines ----------------------------------------------------------

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
  self.phase = Phase::over;
  const Ref inner = Ref::steal(std::exchange(self.inner, nullptr));
  if (!inner) Py_RETURN_NONE;
  const Ref method = Ref::steal(PyObject_GetAttrString(inner.get(), "close"));
  if (method) return PyObject_CallNoArgs(method.get());
  if (!PyErr_ExceptionMatches(PyExc_AttributeError)) return nullptr;
  PyErr_Clear();
  Py_RETURN_NONE;
}

PyObject* itself(PyObject* self) noexcept { return Ref::share(self).release(); }

int traverse(PyObject* object, visitproc visit, void* arg) noexcept {
  const AwaitingObject& self = as_awaiting(object);
  Py_VISIT(Py_TYPE(object));
  Py_VISIT(reinterpret_cast<PyObject*>(self.call));
  Py_VISIT(self.shell);
  Py_VISIT(self.args);
  Py_VISIT(self.kwargs);
  Py_VISIT(self.inner);
  Py_VISIT(self.running.statistics.get());
  return 0;
}

int clear(PyObject* object) noexcept {
  AwaitingObject& self = as_awaiting(object);
  Py_CLEAR(self.inner);
  Py_CLEAR(self.call);
  Py_CLEAR(self.shell);
  Py_CLEAR(self.args);
  Py_CLEAR(self.kwargs);
  self.running.statistics = Ref{};
  return 0;
}

void destroy(PyObject* object) noexcept {
  PyTypeObject* type = Py_TYPE(object);
  PyObject_GC_UnTrack(object);
  clear(object);
  as_awaiting(object).running.~Running();
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
  auto* type = reinterpret_cast<PyTypeObject*>(call.state->awaiting_type.get());
  PyObject* object = type->tp_alloc(type, 0);
  if (object == nullptr) return nullptr;
  AwaitingObject& awaiting = as_awaiting(object);
  new (&awaiting.running) Running(std::move(running));
  awaiting.call = reinterpret_cast<CallObject*>(Ref::share(self).release());
  awaiting.shell = Ref::share(args[0]).release();
  awaiting.args = Ref::share(args[1]).release();
  awaiting.kwargs = Ref::share(args[2]).release();
  return object;
}

bool add_awaiting_type(PyObject* module) noexcept {
  state_in(module).awaiting_type = add_type(module, kSpec);
  return static_cast<bool>(state_in(module).awaiting_type);
}

}  // namespace mainstay::binding::retry
