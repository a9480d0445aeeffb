// awaiting.cpp - what coroutines of retried calls await: one native object, driven by their loop.
//
// A decorated coroutine function is a genuine `async def` that awaits `Call.start(args,
// kwargs)`. What it awaits is this object: it drives the coroutine of each attempt, the hooks that
// are to be awaited, and the sleep between two attempts, by passing on what they yield and what is
// sent or thrown in. Results come by PyIter_Send, so a successful attempt makes no StopIteration.
// The same object is what `anext()` of an async block and `iter()` await. It knows no event loop.
#include "binding/retry/awaiting.hpp"

#include <cstddef>
#include <new>
#include <optional>

#include "binding/retry/awaiting_steps.hpp"
#include "binding/retry/call.hpp"
#include "binding/support/call.hpp"

namespace mainstay::binding::retry {
namespace {

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
  if (count_of != 2 || !PyTuple_CheckExact(args[0]) || !PyDict_CheckExact(args[1])) {
    return PyErr_Format(PyExc_TypeError, "start() takes a tuple and a dict");
  }
  CallObject& call = as_call(self);
  Ref shell = owner_of(call);
  Running running;
  const Obstacle obstacle = begin_call(running, call.controller, shell.get());
  if (PyErr_Occurred()) return nullptr;
  if (obstacle != Obstacle::none) {
    count(*call.state, obstacle);
    return PyObject_CallMethod(call.controller, "_call_decorated", "OOOO", shell.get(),
                               call.function, args[0], args[1]);
  }
  if (!running.plan->enabled) return PyObject_Call(call.function, args[0], args[1]);
  PyObject* object = make(*call.state, Aim::call);
  if (object == nullptr) return nullptr;
  AwaitingObject& awaiting = as_awaiting(object);
  awaiting.controller = Ref::share(call.controller).release();
  awaiting.function = Ref::share(call.function).release();
  awaiting.shell = shell.release();
  awaiting.args = Ref::share(args[0]).release();
  awaiting.kwargs = Ref::share(args[1]).release();
  awaiting.awaits = call.awaits;
  if (running.is_open()) count(*running.state, way_of(running));
  if (running.opens_at_once() &&
      !open(awaiting.opened, call.controller, call.function, args[0], args[1], running)) {
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
