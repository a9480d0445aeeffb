// awaiting.cpp - see awaiting.hpp.
#include "binding/aio/awaiting.hpp"

#include <utility>

#include "binding/aio/module.hpp"
#include "binding/support/exception.hpp"

namespace mainstay::binding::aio {

namespace {

// Makes an exception that was taken the one that is set, as it was.
void set_again(Ref error) noexcept {
#if PY_VERSION_HEX >= 0x030C0000
  PyErr_SetRaisedException(error.release());
#else
  PyObject* value = error.release();
  if (value == nullptr) return;
  PyErr_Restore(Ref::share(reinterpret_cast<PyObject*>(Py_TYPE(value))).release(), value,
                PyException_GetTraceback(value));
#endif
}

bool is_done(State& state, PyObject* future) noexcept {
  const Ref done = Ref::steal(PyObject_CallMethodNoArgs(future, state.name_done.get()));
  return !done || done.get() == Py_True;
}

}  // namespace

bool Host::wake(Waiter& waiter) noexcept {
  const Ref keeper = Ref::share(waiter.keeper);
  if (waiter.future && is_done(state, waiter.future.get())) {
    keep_error();
    return false;
  }
  waiter.is_served = true;
  const Ref answer =
      Ref::steal(waiter.future ? PyObject_CallMethodOneArg(waiter.future.get(),
                                                           state.name_set_result.get(), Py_None)
                               : PyObject_CallNoArgs(waiter.wake_call.get()));
  if (!answer) keep_error();
  return true;
}

void Host::keep_error() noexcept {
  if (PyErr_Occurred() == nullptr) return;
  if (error) {
    PyErr_WriteUnraisable(nullptr);
  } else {
    error = take_exception();
  }
}

bool Host::ended() noexcept {
  if (!error) return true;
  set_again(std::move(error));
  return false;
}

bool Host::has_given_up(Waiter& waiter) noexcept {
  if (waiter.gave_up) {
    const Ref answer = Ref::steal(PyObject_CallNoArgs(waiter.gave_up.get()));
    if (!answer) keep_error();
    return answer.get() == Py_True;
  }
  if (waiter.future && is_done(state, waiter.future.get())) {
    keep_error();
    return true;
  }
  const Ref doomed = Ref::steal(PyObject_GetAttr(waiter.task.get(), state.name__must_cancel.get()));
  if (!doomed) PyErr_Clear();  // a task of another kind
  if (doomed.get() == Py_True) return true;
  const Ref known = state.tasks.find(waiter.task.get());
  return known && is_cancelled(value_of<TaskStateValue>(known.get()));
}

bool Host::hand(Waiter& receiver, Ref& item) noexcept {
  const Ref keeper = Ref::share(receiver.keeper);
  if (has_given_up(receiver)) return false;
  receiver.item = std::move(item);
  wake(receiver);
  return true;
}

void Host::taken(Waiter& sender) noexcept { wake(sender); }

AwaitingValue::~AwaitingValue() {
  if (task_state) value_of<TaskStateValue>(task_state.get()).is_in_shielded_turn = false;
}

Ref make_awaiting(State& state, const Work& work, PyObject* target, PyObject* item) {
  Ref made = make_object<AwaitingValue>(reinterpret_cast<PyTypeObject*>(state.awaiting_type.get()));
  if (made) {
    auto& value = value_of<AwaitingValue>(made.get());
    value.work = &work;
    value.target = Ref::share(target);
    value.waiter.keeper = made.get();
    value.waiter.item = Ref::share(item);
  }
  return made;
}

bool take_task(State& state, AwaitingValue& self, bool& is_cancelled_too) {
  self.waiter.task = current_task(state);
  if (!self.waiter.task) {
    if (PyErr_Occurred() == nullptr) {
      PyErr_SetString(PyExc_RuntimeError,
                      "this waits in an asyncio task, and none is running; await it in one");
    }
    return false;
  }
  const Ref known = state.tasks.find(self.waiter.task.get());
  is_cancelled_too = known && is_cancelled(value_of<TaskStateValue>(known.get()));
  return true;
}

namespace {

using Phase = AwaitingValue::Phase;

void end_turn(AwaitingValue& self) noexcept {
  if (const Ref known = std::move(self.task_state)) {
    value_of<TaskStateValue>(known.get()).is_in_shielded_turn = false;
  }
}

// An end by an exception, which is set and stays so.
PySendResult give_up(State& state, AwaitingValue& self) noexcept {
  const Phase before = std::exchange(self.phase, Phase::ended);
  end_turn(self);
  self.inner = Ref{};
  if (before == Phase::turn || before == Phase::parked) {
    Ref error = take_exception();
    self.waiter.leave();
    self.work->undo(state, self);
    if (PyErr_Occurred() != nullptr) PyErr_WriteUnraisable(self.target.get());
    set_again(std::move(error));
  }
  return PYGEN_ERROR;
}

// Sends into what is awaited inside.
PySendResult send_inside(State& state, AwaitingValue& self, PyObject* value, PyObject** answer);

bool park(State& state, AwaitingValue& self) noexcept {
  const Ref loop = Ref::steal(PyObject_CallNoArgs(state.get_running_loop.get()));
  if (!loop) return false;
  self.waiter.future =
      Ref::steal(PyObject_CallMethodNoArgs(loop.get(), state.name_create_future.get()));
  if (!self.waiter.future) return false;
  PyTypeObject* type = Py_TYPE(self.waiter.future.get());
  if (type->tp_as_async == nullptr || type->tp_as_async->am_await == nullptr) {
    PyErr_SetString(PyExc_TypeError, "create_future() of the loop made nothing to await");
    return false;
  }
  self.inner = Ref::steal(type->tp_as_async->am_await(self.waiter.future.get()));
  return static_cast<bool>(self.inner);
}

PySendResult proceed(State& state, AwaitingValue& self, Step step, PyObject** answer) {
  switch (step) {
    case Step::done:
      self.phase = Phase::ended;
      *answer = self.result ? self.result.release() : Ref::share(Py_None).release();
      return PYGEN_RETURN;
    case Step::turn:
    case Step::doomed:
      self.phase = step == Step::turn ? Phase::turn : Phase::doomed;
      if (step == Step::turn && self.work->shields_turn) {
        self.task_state = state.tasks.find(self.waiter.task.get());
        if (self.task_state) {
          value_of<TaskStateValue>(self.task_state.get()).is_in_shielded_turn = true;
        }
      }
      *answer = Ref::share(Py_None).release();
      return PYGEN_NEXT;
    case Step::park:
      self.phase = Phase::parked;
      if (!park(state, self)) return give_up(state, self);
      if (self.waiter.is_served)
        return proceed(state, self, self.work->resume(state, self), answer);
      return send_inside(state, self, Py_None, answer);
    case Step::delegate:
      self.phase = Phase::delegated;
      return send_inside(state, self, Py_None, answer);
    case Step::failed: break;
  }
  self.phase = Phase::ended;
  if (self.is_iteration && PyErr_ExceptionMatches(state.EndOfStream.get())) {
    PyErr_Clear();
    PyErr_SetNone(PyExc_StopAsyncIteration);
  }
  return PYGEN_ERROR;
}

PySendResult send_inside(State& state, AwaitingValue& self, PyObject* value, PyObject** answer) {
  const Ref inner = Ref::share(self.inner.get());
  PyObject* got = nullptr;
  const PySendResult how = PyIter_Send(inner.get(), value, &got);
  if (how == PYGEN_NEXT) {
    *answer = got;
    return how;
  }
  Ref result = Ref::steal(got);
  if (how == PYGEN_ERROR) {
    if (self.phase == Phase::parked) return give_up(state, self);
    return proceed(state, self, Step::failed, answer);
  }
  if (self.phase == Phase::delegated) {
    self.result = std::move(result);
    return proceed(state, self, Step::done, answer);
  }
  self.inner = Ref{};
  return proceed(state, self, self.work->resume(state, self), answer);
}

PySendResult send(State& state, AwaitingValue& self, PyObject* value, PyObject** answer) {
  switch (self.phase) {
    case Phase::fresh:
    case Phase::doomed: return proceed(state, self, self.work->begin(state, self), answer);
    case Phase::turn:
      end_turn(self);
      return proceed(state, self, self.work->resume(state, self), answer);
    case Phase::parked:
    case Phase::delegated: return send_inside(state, self, value, answer);
    case Phase::ended: break;
  }
  PyErr_SetString(PyExc_RuntimeError, "cannot reuse already awaited coroutine");
  return PYGEN_ERROR;
}

PySendResult am_send(PyObject* object, PyObject* value, PyObject** answer) noexcept {
  const CriticalSection section(object);
  *answer = nullptr;
  State* state = state_for(object);
  if (state == nullptr) return PYGEN_ERROR;
  try {
    return send(*state, value_of<AwaitingValue>(object), value, answer);
  } catch (const std::bad_alloc&) {
    PyErr_NoMemory();
    return PYGEN_ERROR;
  }
}

// As a generator: what is returned is in StopIteration.
PyObject* to_python(PySendResult how, PyObject* answer) noexcept {
  if (how != PYGEN_RETURN) return answer;
  const Ref result = Ref::steal(answer);
  const Ref stop = Ref::steal(PyObject_CallOneArg(PyExc_StopIteration, result.get()));
  if (stop) PyErr_SetObject(PyExc_StopIteration, stop.get());
  return nullptr;
}

PyObject* next(PyObject* object) noexcept {
  PyObject* answer = nullptr;
  const PySendResult how = am_send(object, Py_None, &answer);
  return to_python(how, answer);
}

PyObject* send_method(PyObject* object, PyObject* value) noexcept {
  PyObject* answer = nullptr;
  const PySendResult how = am_send(object, value, &answer);
  return to_python(how, answer);
}

// Sets the exception that throw(...) was given. False: it was given something else, which is said.
bool set_given(PyObject* const* args, Py_ssize_t nargs) noexcept {
  if (nargs < 1 || nargs > 3) {
    PyErr_SetString(PyExc_TypeError, "throw() takes 1 to 3 arguments");
    return false;
  }
  PyObject* error = nargs > 1 && args[1] != Py_None ? args[1] : args[0];
  if (PyExceptionInstance_Check(error)) {
    if (nargs > 2 && args[2] != Py_None) PyException_SetTraceback(error, args[2]);
    PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(error)), error);
    return true;
  }
  if (!PyExceptionClass_Check(args[0])) {
    PyErr_SetString(PyExc_TypeError, "exceptions must be classes or instances of BaseException");
    return false;
  }
  PyErr_SetObject(args[0], nargs > 1 && args[1] != Py_None ? args[1] : nullptr);
  return true;
}

PyObject* throw_method(PyObject* object, PyObject* const* args, Py_ssize_t nargs) noexcept {
  const CriticalSection section(object);
  State* state = state_for(object);
  if (state == nullptr) return nullptr;
  auto& self = value_of<AwaitingValue>(object);
  if (self.phase != Phase::delegated) {
    if (set_given(args, nargs)) give_up(*state, self);
    return nullptr;
  }
  const Ref inner = Ref::share(self.inner.get());
  const Ref method = Ref::steal(PyObject_GetAttrString(inner.get(), "throw"));
  if (!method) return nullptr;
  PyObject* answer =
      PyObject_Vectorcall(method.get(), args, static_cast<std::size_t>(nargs), nullptr);
  if (answer == nullptr && !PyErr_ExceptionMatches(PyExc_StopIteration)) self.phase = Phase::ended;
  return answer;
}

PyObject* close_method(PyObject* object, PyObject*) noexcept {
  const CriticalSection section(object);
  State* state = state_for(object);
  if (state == nullptr) return nullptr;
  auto& self = value_of<AwaitingValue>(object);
  if (self.phase == Phase::delegated) {
    self.phase = Phase::ended;
    const Ref inner = std::move(self.inner);
    return PyObject_CallMethodNoArgs(inner.get(), state->name_close.get());
  }
  PyErr_SetNone(PyExc_GeneratorExit);
  give_up(*state, self);
  PyErr_Clear();
  Py_RETURN_NONE;
}

PyObject* itself(PyObject* object) noexcept { return Ref::share(object).release(); }

PyMethodDef kMethods[] = {
    {"send", as_method(&send_method), METH_O, "Go on; as a coroutine does."},
    {"throw", as_method(&throw_method), METH_FASTCALL, "Raise where it waits."},
    {"close", as_method(&close_method), METH_NOARGS, "Give up."},
    {},
};

const PyType_Slot kSlots[] = {
    {Py_am_await, reinterpret_cast<void*>(&itself)},
    {Py_am_send, reinterpret_cast<void*>(&am_send)},
    {Py_tp_iter, reinterpret_cast<void*>(&itself)},
    {Py_tp_iternext, reinterpret_cast<void*>(&next)},
};

constexpr TypeTable kAwaiting{
    .name = "mainstay.aio._native.Awaiting",
    .doc = "What is awaited: works as a coroutine does.",
    .methods = kMethods,
    .slots = kSlots,
    .constructible = false,
};

// `_native.Done`

struct DoneValue {};

PySendResult send_to_done(PyObject*, PyObject*, PyObject** answer) noexcept {
  *answer = Ref::share(Py_None).release();
  return PYGEN_RETURN;
}

PyObject* next_of_done(PyObject*) noexcept { return nullptr; }

const PyType_Slot kDoneSlots[] = {
    {Py_am_await, reinterpret_cast<void*>(&itself)},
    {Py_am_send, reinterpret_cast<void*>(&send_to_done)},
    {Py_tp_iter, reinterpret_cast<void*>(&itself)},
    {Py_tp_iternext, reinterpret_cast<void*>(&next_of_done)},
};

constexpr TypeTable kDoneType{
    .name = "mainstay.aio._native.Done",
    .doc = "Awaiting this is over at once.",
    .slots = kDoneSlots,
    .constructible = false,
};

Step nothing(State&, AwaitingValue&) { return Step::done; }
void undo_nothing(State&, AwaitingValue&) noexcept {}

Step begin_turn(State& state, AwaitingValue& self) {
  bool doomed = false;
  return take_task(state, self, doomed) ? Step::turn : Step::failed;
}

Step begin_if_cancelled(State& state, AwaitingValue& self) {
  bool doomed = false;
  if (!take_task(state, self, doomed)) return Step::failed;
  return doomed ? Step::doomed : Step::done;
}

Step just_turn(State&, AwaitingValue&) { return Step::turn; }

constexpr Work kCheckpoint{just_turn, nothing, undo_nothing, false};
constexpr Work kIfCancelled{begin_if_cancelled, nothing, undo_nothing, false};
constexpr Work kShielded{begin_turn, nothing, undo_nothing, true};

template <const Work& kWork>
PyObject* make(PyObject* module, PyObject*) noexcept {
  try {
    return make_awaiting(state_of<State>(module), kWork, module).release();
  } catch (const std::bad_alloc&) {
    return PyErr_NoMemory();
  }
}

PyMethodDef kFunctions[] = {
    {"checkpoint", as_method(&make<kCheckpoint>), METH_NOARGS,
     "checkpoint($module, /)\n--\n\nLet other tasks run."},
    {"checkpoint_if_cancelled", as_method(&make<kIfCancelled>), METH_NOARGS,
     "checkpoint_if_cancelled($module, /)\n--\n\nRaise if a scope around the task is cancelled."},
    {"cancel_shielded_checkpoint", as_method(&make<kShielded>), METH_NOARGS,
     "cancel_shielded_checkpoint($module, /)\n--\n\nLet other tasks run, cancelled or not."},
    {},
};

}  // namespace

bool add_awaiting(PyObject* module, State& state) noexcept {
  state.awaiting_type = add_native_type<AwaitingValue>(module, kAwaiting);
  const Ref done_type = add_native_type<DoneValue>(module, kDoneType);
  if (done_type)
    state.done = make_object<DoneValue>(reinterpret_cast<PyTypeObject*>(done_type.get()));
  return state.awaiting_type && state.done && PyModule_AddFunctions(module, kFunctions) == 0;
}

}  // namespace mainstay::binding::aio
