// state.cpp - see state.hpp.
#include "binding/retry/state.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <utility>

#include "binding/retry/untouched.hpp"
#include "binding/support/module_state.hpp"

namespace mainstay::binding::retry {
namespace {

using Field = PyObject* StateObject::*;

constexpr Field kFields[] = {
    &StateObject::extras,         &StateObject::start_time,
    &StateObject::retry_object,   &StateObject::fn,
    &StateObject::args,           &StateObject::kwargs,
    &StateObject::attempt_number, &StateObject::outcome_timestamp,
    &StateObject::idle_for,       &StateObject::next_action,
    &StateObject::upcoming_sleep, &StateObject::outcome,
    &StateObject::settled_value,  &StateObject::settled_error,
    &StateObject::settled_number, &StateObject::tally,
};

int traverse(PyObject* self, visitproc visit, void* arg) noexcept {
  Py_VISIT(Py_TYPE(self));
  for (const Field field : kFields) Py_VISIT(as_state(self).*field);
  return 0;
}

int clear(PyObject* self) noexcept {
  for (const Field field : kFields) Py_CLEAR(as_state(self).*field);
  return 0;
}

ModuleState* module_state(PyObject* self) noexcept {
  PyObject* module = module_of(Py_TYPE(self), &module_definition);
  return module == nullptr ? nullptr : &state_in(module);
}

// A field as programs know it.
struct Known {
  const char* name;
  Field field;
  const char* doc;
};

constexpr Known kKnown[] = {
    {"start_time", &StateObject::start_time,
     "When the call began, in seconds of the monotonic clock."},
    {"retry_object", &StateObject::retry_object, "The controller the call runs under."},
    {"fn", &StateObject::fn, "The function being called; None inside a block."},
    {"args", &StateObject::args, "Its positional arguments."},
    {"kwargs", &StateObject::kwargs, "Its keyword arguments."},
    {"attempt_number", &StateObject::attempt_number, "The number of the attempt, from 1."},
    {"outcome", &StateObject::outcome,
     "What the last attempt came to, as a Future; None while one is due or under way."},
    {"outcome_timestamp", &StateObject::outcome_timestamp,
     "When the outcome was known, in seconds of the monotonic clock; None before."},
    {"idle_for", &StateObject::idle_for, "Seconds slept so far."},
    {"next_action", &StateObject::next_action,
     "What was decided after the last attempt; None before."},
    {"upcoming_sleep", &StateObject::upcoming_sleep, "Seconds the next sleep will take."},
};

// The class of a state's outcomes: of a door's own state what its first call said.
Ref future_class_of(const ModuleState& state, PyObject* self) noexcept {
  for (const auto& kind : state.controllers) {
    if (kind->future_class &&
        kind->state_class.get() == reinterpret_cast<PyObject*>(Py_TYPE(self))) {
      return Ref::share(kind->future_class.get());
    }
  }
  Ref type = Ref::steal(PyObject_CallMethodNoArgs(self, state.names.future_class.get()));
  for (const auto& kind : state.controllers) {
    if (type && kind->state_class.get() == reinterpret_cast<PyObject*>(Py_TYPE(self))) {
      kind->future_class = Ref::share(type.get());
    }
  }
  return type;
}

// Makes the Future of an outcome nobody has looked at yet; false with an exception set.
bool look_at_outcome(PyObject* self) noexcept {
  StateObject& call = as_state(self);
  const OutcomeView outcome = settled(self);
  if (call.outcome != nullptr || (outcome.value == nullptr && outcome.error == nullptr)) {
    return true;
  }
  const ModuleState* state = module_state(self);
  if (state == nullptr) return false;
  const Ref type = future_class_of(*state, self);
  if (!type) return false;
  if (!PyType_Check(type.get())) {
    PyErr_Format(PyExc_TypeError, "_future() must return a class, got %R", type.get());
    return false;
  }
  const Ref future = finished_future(*state, reinterpret_cast<PyTypeObject*>(type.get()),
                                     call.settled_number, outcome);
  if (!future) return false;
  // Making it may have run Python that looked as well: the first one made is the one that stays.
  if (call.outcome == nullptr) call.outcome = Ref::share(future.get()).release();
  return true;
}

// The keywords that a state was made without; false with an exception set.
bool look_at_keywords(PyObject* self) noexcept {
  StateObject& call = as_state(self);
  if (!call.bare) return true;
  Ref none_named = Ref::steal(PyDict_New());
  if (!none_named) return false;
  if (std::exchange(call.bare, false)) call.kwargs = none_named.release();
  return true;
}

int refuse(PyObject* self, const char* name) noexcept {
  PyErr_Format(PyExc_AttributeError, "'%.100s' object has no attribute '%s'",
               Py_TYPE(self)->tp_name, name);
  return -1;
}

PyObject* get_known(PyObject* self, void* closure) noexcept {
  const Known& known = *static_cast<const Known*>(closure);
  StateObject& call = as_state(self);
  PyObject* value = nullptr;
  if (call.exposed) {
    value = PyDict_GetItemString(call.extras, known.name);
  } else {
    if (known.field == &StateObject::outcome && !look_at_outcome(self)) return nullptr;
    if (known.field == &StateObject::kwargs && !look_at_keywords(self)) return nullptr;
    value = call.*known.field;
    if (value == nullptr && known.field == &StateObject::outcome) value = Py_None;
  }
  if (value == nullptr) (void)refuse(self, known.name);
  return Ref::share(value).release();
}

// The fields as the dict they look like; null with an exception set.
Ref as_dict(PyObject* self) noexcept {
  StateObject& call = as_state(self);
  if (call.exposed) return Ref::steal(PyDict_Copy(call.extras));
  if (!look_at_outcome(self) || !look_at_keywords(self)) return Ref{};
  Ref fields = Ref::steal(PyDict_New());
  if (!fields) return fields;
  for (const Known& known : kKnown) {
    PyObject* value = call.*known.field;
    if (value == nullptr && known.field == &StateObject::outcome) value = Py_None;
    if (value != nullptr && PyDict_SetItemString(fields.get(), known.name, value) < 0) {
      return Ref{};
    }
  }
  if (call.extras != nullptr && PyDict_Update(fields.get(), call.extras) < 0) return Ref{};
  return fields;
}

// A program that has the dict itself may write to it: from then on the dict is where fields live.
PyObject* get_dict(PyObject* self, void*) noexcept {
  StateObject& call = as_state(self);
  if (!call.exposed) {
    Ref fields = as_dict(self);
    if (!fields) return nullptr;
    const Ref old = Ref::steal(std::exchange(call.extras, fields.release()));
    call.exposed = true;
  }
  return Ref::share(call.extras).release();
}

// What has been deleted is not there, not even as the outcome that is None as long as there is
// none: only the dict can say so.
int delete_known(PyObject* self, const Known& known) noexcept {
  const Ref fields = Ref::steal(get_dict(self, nullptr));
  if (!fields) return -1;
  if (PyDict_GetItemString(fields.get(), known.name) == nullptr) return refuse(self, known.name);
  return PyDict_DelItemString(fields.get(), known.name);
}

int set_known(PyObject* self, PyObject* value, void* closure) noexcept {
  const Known& known = *static_cast<const Known*>(closure);
  StateObject& call = as_state(self);
  if (value == nullptr) return delete_known(self, known);
  if (call.exposed) return PyDict_SetItemString(call.extras, known.name, value);
  if (known.field == &StateObject::outcome) (void)settle(self, Ref{}, Ref{});
  if (known.field == &StateObject::kwargs) call.bare = false;
  const Ref old = Ref::steal(std::exchange(call.*known.field, Ref::share(value).release()));
  return 0;
}

PyObject* get_state(PyObject* self, PyObject*) noexcept { return as_dict(self).release(); }

// The clock as the class's namespace has it: native when it is Python's own.
Ref now(PyObject* self) noexcept {
  ModuleState* state = module_state(self);
  if (state == nullptr) return Ref{};
  const Ref names = Ref::steal(PyObject_GetAttr(self, state->names.namespace_.get()));
  if (!names) return Ref{};
  return clock_now(*state, names.get());
}

bool stamp(PyObject* self, Ref when) noexcept {
  StateObject& call = as_state(self);
  if (call.exposed) {
    return PyDict_SetItemString(call.extras, "outcome_timestamp", when.get()) == 0;
  }
  return put(call.outcome_timestamp, std::move(when));
}

PyObject* set_result(PyObject* self, PyObject* args, PyObject* kwargs) noexcept {
  static const char* const keywords[] = {"val", nullptr};
  PyObject* value = nullptr;
  if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O:set_result", const_cast<char**>(keywords),
                                   &value)) {
    return nullptr;
  }
  if (!settle_now(self, Ref::share(value), Ref{})) return nullptr;
  Py_RETURN_NONE;
}

PyObject* set_exception(PyObject* self, PyObject* args, PyObject* kwargs) noexcept {
  static const char* const keywords[] = {"exc_info", nullptr};
  PyObject* exc_info = nullptr;
  if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O:set_exception", const_cast<char**>(keywords),
                                   &exc_info)) {
    return nullptr;
  }
  Ref error = Ref::steal(PySequence_GetItem(exc_info, 1));
  if (!error || !settle_now(self, Ref{}, std::move(error))) return nullptr;
  Py_RETURN_NONE;
}

PyMethodDef kMethods[] = {
    {"__getstate__", get_state, METH_NOARGS, "What is pickled: a dict of all attributes."},
    {"set_result", as_method(set_result), METH_VARARGS | METH_KEYWORDS,
     "Say that the attempt returned `val`."},
    {"set_exception", as_method(set_exception), METH_VARARGS | METH_KEYWORDS,
     "Say that the attempt raised; `exc_info` is what sys.exc_info() returns."},
    {nullptr, nullptr, 0, nullptr},
};

PyMemberDef kMembers[] = {
    {"_tally", T_OBJECT, offsetof(StateObject, tally), 0, nullptr},
    {"__dictoffset__", T_PYSSIZET, offsetof(StateObject, extras), READONLY, nullptr},
    {nullptr, 0, 0, 0, nullptr},
};

// The known fields, and the dict they look like.
std::array<PyGetSetDef, std::size(kKnown) + 2> getters() noexcept {
  std::array<PyGetSetDef, std::size(kKnown) + 2> all{};
  std::size_t count = 0;
  for (const Known& known : kKnown) {
    all[count++] = {known.name, get_known, set_known, known.doc, const_cast<Known*>(&known)};
  }
  all[count] = {"__dict__", get_dict, nullptr, nullptr, nullptr};
  return all;
}

char kDoc[] = "The fields of a RetryCallState.";

}  // namespace

bool put(PyObject*& field, Ref value) noexcept {
  if (!value) return false;
  // The old object goes last: its finalizer may look at this field.
  const Ref old = Ref::steal(std::exchange(field, value.release()));
  return true;
}

Ref clock_now(ModuleState& state, PyObject* names) noexcept {
  if (clock_is_untouched(state, names)) return Ref::steal(PyFloat_FromDouble(monotonic_now()));
  const Ref time = Ref::steal(PyObject_GetItem(names, state.names.time.get()));
  if (!time) return Ref{};
  return Ref::steal(PyObject_CallMethodNoArgs(time.get(), state.names.monotonic.get()));
}

Ref make_state(const ControllerKind& kind, Ref start, PyObject* controller, PyObject* fn,
               PyObject* args, PyObject* kwargs) noexcept {
  auto* type = reinterpret_cast<PyTypeObject*>(kind.state_class.get());
  Ref made = Ref::steal(type->tp_alloc(type, 0));
  if (!made) return made;
  // The fields of a new object are empty: there is nothing to give back.
  StateObject& call = as_state(made.get());
  call.start_time = start.release();
  call.retry_object = Ref::share(controller).release();
  call.fn = Ref::share(fn).release();
  call.args = Ref::share(args).release();
  call.kwargs = Ref::share(kwargs).release();
  call.bare = kwargs == nullptr;
  call.attempt_number = PyLong_FromLong(1);
  call.outcome_timestamp = Ref::share(Py_None).release();
  call.idle_for = Ref::share(kind.nothing.get()).release();
  call.next_action = Ref::share(Py_None).release();
  call.upcoming_sleep = Ref::share(kind.nothing.get()).release();
  return call.start_time == nullptr || call.attempt_number == nullptr ? Ref{} : std::move(made);
}

Ref get_field(const ModuleState& state, PyObject* retry_state, PyObject* StateObject::* field,
              const Ref& name) noexcept {
  if (is_own_state(state, retry_state)) {
    if (PyObject* value = as_state(retry_state).*field) return Ref::share(value);
  }
  return attribute(retry_state, name);
}

bool set_field(const ModuleState& state, PyObject* retry_state, PyObject* StateObject::* field,
               const Ref& name, Ref value) noexcept {
  if (is_own_state(state, retry_state)) return put(as_state(retry_state).*field, std::move(value));
  return value && PyObject_SetAttr(retry_state, name.get(), value.get()) == 0;
}

bool prepare_for_next(const ModuleState& state, PyObject* retry_state) noexcept {
  if (!is_own_state(state, retry_state)) {
    return static_cast<bool>(
        Ref::steal(PyObject_CallMethodNoArgs(retry_state, state.names.prepare.get())));
  }
  StateObject& call = as_state(retry_state);
  if (!settle(retry_state, Ref{}, Ref{}) || !put(call.outcome_timestamp, Ref::share(Py_None))) {
    return false;
  }
  const Ref number =
      get_field(state, retry_state, &StateObject::attempt_number, state.names.attempt_number);
  const Ref one = Ref::steal(PyLong_FromLong(1));
  if (!number || !one) return false;
  return set_field(state, retry_state, &StateObject::attempt_number, state.names.attempt_number,
                   Ref::steal(PyNumber_InPlaceAdd(number.get(), one.get()))) &&
         set_field(state, retry_state, &StateObject::next_action, state.names.next_action,
                   Ref::share(Py_None));
}

bool settle(PyObject* self, Ref value, Ref error) noexcept {
  StateObject& call = as_state(self);
  Ref number = Ref::share(call.exposed ? PyDict_GetItemString(call.extras, "attempt_number")
                                       : call.attempt_number);
  const Ref old_outcome = Ref::steal(std::exchange(call.outcome, nullptr));
  const Ref old_value = Ref::steal(std::exchange(call.settled_value, value.release()));
  const Ref old_error = Ref::steal(std::exchange(call.settled_error, error.release()));
  const Ref old_number = Ref::steal(std::exchange(call.settled_number, number.release()));
  if (!call.exposed) return true;
  if (!look_at_outcome(self)) return false;
  return PyDict_SetItemString(call.extras, "outcome",
                              call.outcome == nullptr ? Py_None : call.outcome) == 0;
}

bool settle_now(PyObject* self, Ref value, Ref error) noexcept {
  Ref when = now(self);
  return when && settle(self, std::move(value), std::move(error)) && stamp(self, std::move(when));
}

OutcomeView settled(PyObject* self) noexcept {
  return {.value = as_state(self).settled_value, .error = as_state(self).settled_error};
}

bool was_entered(const ModuleState& state, const ControllerKind& kind,
                 PyObject* retry_state) noexcept {
  if (!kind.check_entered) return true;
  if (is_own_state(state, retry_state)) {
    const OutcomeView outcome = settled(retry_state);
    if (outcome.value != nullptr || outcome.error != nullptr) return true;
  }
  return static_cast<bool>(Ref::steal(PyObject_CallOneArg(kind.check_entered.get(), retry_state)));
}

Ref finished_future(const ModuleState& state, PyTypeObject* type, PyObject* number,
                    OutcomeView outcome) noexcept {
  const Names& names = state.names;
  const Ref no_arguments = Ref::steal(PyTuple_New(0));
  if (!no_arguments) return Ref{};
  Ref future = Ref::steal(PyBaseObject_Type.tp_new(type, no_arguments.get(), nullptr));
  if (!future) return future;
  // The rest is what the class says of a finished future (Future in mainstay/retry/_state.py).
  const bool raised = outcome.error != nullptr;
  PyObject* came = raised ? outcome.error : outcome.value;
  if (PyObject_SetAttr(future.get(), names.attempt_number.get(), number) < 0 ||
      PyObject_SetAttr(future.get(), (raised ? names.future_exception : names.future_result).get(),
                       came) < 0) {
    return Ref{};
  }
  return future;
}

PyObject* adopt_state(PyObject* module, PyObject* type) noexcept {
  state_in(module).state_classes.push_back(Ref::share(type));
  return Ref::share(type).release();
}

bool add_state_base(PyObject* module) noexcept {
  ModuleState& state = state_in(module);
  static auto all_getters = getters();  // a constant table, built from the list of known fields
  PyType_Slot slots[] = {
      {Py_tp_doc, kDoc},
      {Py_tp_dealloc, reinterpret_cast<void*>(clear_and_free<clear>)},
      {Py_tp_traverse, reinterpret_cast<void*>(traverse)},
      {Py_tp_clear, reinterpret_cast<void*>(clear)},
      {Py_tp_methods, kMethods},
      {Py_tp_members, kMembers},
      {Py_tp_getset, all_getters.data()},
      {0, nullptr},
  };
  PyType_Spec spec = {
      .name = "mainstay.retry._native.CallState",
      .basicsize = sizeof(StateObject),
      .itemsize = 0,
      .flags =
          Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE,
      .slots = slots,
  };
  state.state_type = add_type(module, spec);
  return static_cast<bool>(state.state_type);
}

}  // namespace mainstay::binding::retry
