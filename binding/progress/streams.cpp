// streams.cpp - what every drawing goes through: the locks of bars, and writes that may fail in
// silence.
#include <cerrno>
#include <limits>
#include <utility>

#include "binding/progress/module.hpp"
#include "binding/support/exception.hpp"
#include "binding/support/native_type.hpp"

namespace mainstay::binding::progress {

namespace {

// Several locks as one, taken in order. `locks` is a tuple, set by the face.
struct Locks {
  Ref locks;
  void each_reference(auto visit) { visit(locks); }
};

using LockSelf = Self<Locks>;

Ref taken_locks(LockSelf self) noexcept {
  if (!self->locks) PyErr_SetString(PyExc_AttributeError, "the locks are not made yet");
  return Ref::share(self->locks.get());
}

// Lets go of the first `count` locks, the last one first; all of them, also when one refuses.
bool release_first(PyObject* locks, Py_ssize_t count, State& state) noexcept {
  Ref error;  // of the first that refused; it waits until all were asked
  while (count-- > 0) {
    const Ref released = Ref::steal(
        PyObject_CallMethodNoArgs(PyTuple_GET_ITEM(locks, count), state.name_release.get()));
    if (released) continue;
    Ref refused = take_exception();
    if (!error) error = std::move(refused);
  }
  if (!error) return true;
  raise_statement(error.get());
  return false;
}

PyObject* acquire(PyObject* self, PyObject* const* args, Py_ssize_t nargs,
                  PyObject* kwnames) noexcept {
  State* state = state_for(self);
  const Ref locks = taken_locks({self});
  if (state == nullptr || !locks) return nullptr;
  const Py_ssize_t named = kwnames == nullptr ? 0 : PyTuple_GET_SIZE(kwnames);
  PyObject* given[5];  // the lock, and what it is asked with
  if (nargs + named > 4) {
    PyErr_SetString(PyExc_TypeError, "acquire() takes at most two arguments");
    return nullptr;
  }
  for (Py_ssize_t at = 0; at < nargs + named; ++at) given[at + 1] = args[at];
  for (Py_ssize_t at = 0; at < PyTuple_GET_SIZE(locks.get()); ++at) {
    given[0] = PyTuple_GET_ITEM(locks.get(), at);
    const Ref taken = Ref::steal(PyObject_VectorcallMethod(
        state->name_acquire.get(), given, static_cast<std::size_t>(nargs) + 1, kwnames));
    if (taken && taken.get() != Py_False) continue;
    const Ref error = taken ? Ref{} : take_exception();
    const bool released = release_first(locks.get(), at, *state);
    if (error) {
      PyErr_Clear();
      raise_statement(error.get());
      return nullptr;
    }
    return released ? Ref::share(Py_False).release() : nullptr;
  }
  Py_RETURN_TRUE;
}

Ref release(LockSelf self) noexcept {
  State* state = state_for(self.object);
  const Ref locks = taken_locks(self);
  if (state == nullptr || !locks) return Ref{};
  if (!release_first(locks.get(), PyTuple_GET_SIZE(locks.get()), *state)) return Ref{};
  return Ref::share(Py_None);
}

Ref enter(LockSelf self) noexcept {
  const Ref taken = Ref::steal(acquire(self.object, nullptr, 0, nullptr));
  return taken ? Ref::share(Py_None) : Ref{};
}

PyObject* exit(PyObject* self, PyObject* const*, Py_ssize_t) noexcept {
  return release({self}).release();
}

Ref get_locks(LockSelf self) noexcept { return taken_locks(self); }

bool set_locks(LockSelf self, PyObject* value) noexcept {
  if (value == nullptr || !PyTuple_CheckExact(value)) {
    PyErr_SetString(PyExc_TypeError, "locks are a tuple");
    return false;
  }
  self->locks = Ref::share(value);
  return true;
}

PyMethodDef kLockMethods[] = {
    {"acquire", as_method(&acquire), METH_FASTCALL | METH_KEYWORDS,
     "Take all locks; False when one was not to be had."},
    method<release, kShared>("release",
                             "release($self, /)\n--\n\nLet the locks go, the last one first."),
    method<enter, kShared>("__enter__", "__enter__($self, /)\n--\n\nTake all locks."),
    {"__exit__", as_method(&exit), METH_FASTCALL, "Let the locks go."},
    {},
};

PyGetSetDef kLockAttributes[] = {attribute<get_locks, set_locks>("locks", "The locks, in order."),
                                 {}};

constexpr TypeTable kLocks{
    .name = "mainstay.progress._native.Locks",
    .doc = "Several locks as one.",
    .methods = kLockMethods,
    .attributes = kLockAttributes,
    .subclassable = true,
};

// A function of a stream. When the stream is gone or closed, its bar is never due again.
struct Quiet {
  Ref function;
  Ref bar;  // a weak reference
  void each_reference(auto visit) {
    visit(function);
    visit(bar);
  }
};

// Whether `error` says that the stream is gone (EIO) or closed.
bool is_gone(PyObject* error) noexcept {
  if (PyObject_TypeCheck(error, reinterpret_cast<PyTypeObject*>(PyExc_OSError))) {
    const Ref code = Ref::steal(PyObject_GetAttrString(error, "errno"));
    if (code && PyLong_Check(code.get()) && PyLong_AsLong(code.get()) == EIO) return true;
    PyErr_Clear();
    return false;
  }
  if (!PyObject_TypeCheck(error, reinterpret_cast<PyTypeObject*>(PyExc_ValueError))) return false;
  const Ref text = Ref::steal(PyObject_Str(error));
  const Ref closed = Ref::steal(PyUnicode_FromString("closed"));
  const int found = text && closed ? PyUnicode_Contains(text.get(), closed.get()) : -1;
  if (found < 0) PyErr_Clear();
  return found > 0;
}

Ref call(Self<Quiet> self, PyObject* args, PyObject* kwargs) noexcept {
  const Ref function = Ref::share(self->function.get());
  if (!function) return Ref::share(Py_None);
  Ref result = Ref::steal(PyObject_Call(function.get(), args, kwargs));
  if (result) return result;
  const Ref error = take_exception();
  if (!is_gone(error.get())) {
    raise_statement(error.get());
    return Ref{};
  }
  const Ref weak = Ref::share(self->bar.get());
  const Ref bar = weak ? Ref::steal(PyObject_CallNoArgs(weak.get())) : Ref{};
  if (!bar) return Ref{};
  if (bar.get() == Py_None) return Ref::share(Py_None);
  const Ref never = Ref::steal(PyFloat_FromDouble(std::numeric_limits<double>::infinity()));
  if (!never || PyObject_SetAttrString(bar.get(), "miniters", never.get()) != 0) return Ref{};
  return Ref::share(Py_None);
}

const PyType_Slot kQuietSlots[] = {
    {Py_tp_call, as_slot<call, kShared>()},
};

constexpr TypeTable kQuiet{
    .name = "mainstay.progress._native.Quiet",
    .doc =
        "Quiet(function, bar)\n--\n\nCalls a function of a stream, and has its bar rest when the "
        "stream is gone.",
    .slots = kQuietSlots,
    .constructible = false,
};

}  // namespace

PyObject* quiet(PyObject* module, PyObject* const* args, Py_ssize_t nargs) noexcept {
  if (nargs != 2) {
    PyErr_SetString(PyExc_TypeError, "quiet() takes a function and a bar");
    return nullptr;
  }
  Ref bar = Ref::steal(PyWeakref_NewRef(args[1], nullptr));
  if (!bar) return nullptr;
  auto* type = reinterpret_cast<PyTypeObject*>(state_of<State>(module).quiet_type.get());
  Ref made = make_object<Quiet>(type);
  if (!made) return nullptr;
  value_of<Quiet>(made.get()).function = Ref::share(args[0]);
  value_of<Quiet>(made.get()).bar = std::move(bar);
  return made.release();
}

bool add_streams(PyObject* module, State& state) noexcept {
  state.locks_type = add_native_type<Locks>(module, kLocks);
  state.quiet_type = add_native_type<Quiet>(module, kQuiet);
  return state.locks_type && state.quiet_type;
}

}  // namespace mainstay::binding::progress
