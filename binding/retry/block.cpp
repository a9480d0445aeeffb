// block.cpp - `for attempt in retrying: with attempt: ...` natively.
//
// The loop yields a manager per attempt; leaving its `with` block settles the state, and the next
// pass decides by the plan. The state is a real object here, which a program may look at and write
// to: as soon as it did, or anything else is out of the ordinary, passes over the real objects
// (open.hpp) decide, to the end of the block.
#include <cstddef>
#include <new>
#include <utility>

#include "binding/retry/gate.hpp"
#include "binding/retry/open.hpp"
#include "binding/retry/state.hpp"
#include "binding/retry/tally.hpp"
#include "binding/support/number.hpp"

namespace mainstay::binding::retry {
namespace {

// --- the manager of one attempt -----------------------------------------------------------------

struct ManagerObject {
  PyObject_HEAD
      // Null in a manager the program made; both live as long as the type's module.
      ModuleState* state;
  ControllerKind* kind;
  PyObject* attributes;
  PyObject* retry_state;
};

ManagerObject& as_manager(PyObject* self) noexcept {
  return *reinterpret_cast<ManagerObject*>(self);
}

PyObject* enter(PyObject*, PyObject*) noexcept { Py_RETURN_NONE; }

// Settles the state: by its own methods when a class of the program's has overridden them.
PyObject* leave(PyObject* self, PyObject* const* args, Py_ssize_t count_of) noexcept {
  if (count_of != 3) {
    return PyErr_Format(PyExc_TypeError, "__exit__() takes 3 arguments, got %zd", count_of);
  }
  const Ref retry_state = Ref::share(as_manager(self).retry_state);
  if (!retry_state) {
    PyErr_SetString(PyExc_AttributeError, "retry_state");
    return nullptr;
  }
  const bool raised = args[0] != Py_None && args[1] != Py_None;
  bool settled = false;
  ModuleState* state = as_manager(self).state;
  if (state != nullptr && is_own_state(*state, retry_state.get())) {
    Ref now = clock_now(*state, as_manager(self).kind->names.get());
    // A block has no value of its own; the program may set one on the state afterwards.
    settled = now &&
              settle(retry_state.get(), Ref::share(raised ? nullptr : Py_None),
                     Ref::share(raised ? args[1] : nullptr)) &&
              put(as_state(retry_state.get()).outcome_timestamp, std::move(now));
  } else if (raised) {
    const Ref exc_info = Ref::steal(PyTuple_Pack(3, args[0], args[1], args[2]));
    settled = exc_info && Ref::steal(PyObject_CallMethod(retry_state.get(), "set_exception", "(O)",
                                                         exc_info.get()));
  } else {
    settled = static_cast<bool>(
        Ref::steal(PyObject_CallMethod(retry_state.get(), "set_result", "O", Py_None)));
  }
  if (!settled) return nullptr;
  return Ref::share(raised ? Py_True : Py_None).release();
}

int manager_traverse(PyObject* self, visitproc visit, void* arg) noexcept {
  Py_VISIT(Py_TYPE(self));
  Py_VISIT(as_manager(self).attributes);
  Py_VISIT(as_manager(self).retry_state);
  return 0;
}

int manager_clear(PyObject* self) noexcept {
  Py_CLEAR(as_manager(self).attributes);
  Py_CLEAR(as_manager(self).retry_state);
  return 0;
}

PyMethodDef kManagerMethods[] = {
    {"__enter__", enter, METH_NOARGS, "Begin the attempt."},
    {"__exit__", as_method(leave), METH_FASTCALL,
     "Take what the block came to as the outcome of the attempt."},
    {nullptr, nullptr, 0, nullptr},
};

PyMemberDef kManagerMembers[] = {
    {"retry_state", T_OBJECT_EX, offsetof(ManagerObject, retry_state), 0,
     "The state of the call the attempt belongs to."},
    {"__dictoffset__", T_PYSSIZET, offsetof(ManagerObject, attributes), READONLY, nullptr},
    {nullptr, 0, 0, 0, nullptr},
};

char kManagerDoc[] = "The `with` block of one attempt: what it raises is the outcome.";

PyType_Slot kManagerSlots[] = {
    {Py_tp_doc, kManagerDoc},
    {Py_tp_dealloc, reinterpret_cast<void*>(clear_and_free<manager_clear>)},
    {Py_tp_traverse, reinterpret_cast<void*>(manager_traverse)},
    {Py_tp_clear, reinterpret_cast<void*>(manager_clear)},
    {Py_tp_methods, kManagerMethods},
    {Py_tp_members, kManagerMembers},
    {0, nullptr},
};

PyType_Spec kManagerSpec = {
    .name = "mainstay.retry._native.AttemptManager",
    .basicsize = sizeof(ManagerObject),
    .itemsize = 0,
    .flags =
        Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = kManagerSlots,
};

// --- the loop
// -------------------------------------------------------------------------------------

struct BlockObject {
  PyObject_HEAD PyObject* controller;
  PyObject* retry_state;  // null before the first attempt
  Running running;        // the numbers, as long as nobody has looked at the block
  bool open;              // somebody has: the state and its tally are all there is
  bool over;
  bool busy;  // a generator may not be resumed while it runs
};

BlockObject& as_block(PyObject* self) noexcept { return *reinterpret_cast<BlockObject*>(self); }

Ref new_state(const BlockObject& block) noexcept {
  const Ref nothing = Ref::steal(PyTuple_New(0));
  if (!nothing) return Ref{};
  if (block.open) {
    const Ref none_named = Ref::steal(PyDict_New());
    if (!none_named) return Ref{};
    PyObject* const call[] = {Py_None, nothing.get(), none_named.get()};
    return Ref::steal(new_call(block.controller, call, 3));
  }
  return make_state(*block.running.kind, Ref::share(block.running.start.get()), block.controller,
                    Py_None, nothing.get(), nullptr);
}

PyObject* manager_for(const BlockObject& block) noexcept {
  return new_manager(*block.running.state, *block.running.kind, block.retry_state);
}

// Whether the state is as the loop left it, but for the outcome nobody has looked at; and when that
// outcome was known.
bool as_left(const BlockObject& block, double& known) noexcept {
  if (!is_own_state(*block.running.state, block.retry_state)) return false;
  const StateObject& call = as_state(block.retry_state);
  const OutcomeView outcome = settled(block.retry_state);
  if (call.outcome != nullptr || (outcome.value == nullptr && outcome.error == nullptr)) {
    return false;
  }
  const auto start = plain_float(call.start_time);
  const auto when = plain_float(call.outcome_timestamp);
  const auto attempt = plain_count(call.attempt_number);
  const auto idle = plain_float(call.idle_for);
  if (!start || !when || !attempt || !idle || *start != block.running.numbers.start ||
      *attempt != block.running.numbers.attempt) {
    return false;
  }
  known = *when;
  return true;
}

// Makes the state what it is at the beginning of the next attempt, and sleeps.
bool sleep_and_prepare(BlockObject& block) noexcept {
  StateObject& call = as_state(block.retry_state);
  const Numbers& numbers = block.running.numbers;
  const double idle = plain_float(call.idle_for).value_or(0.0) + numbers.upcoming.seconds;
  return put(call.idle_for, Ref::steal(PyFloat_FromDouble(idle))) &&
         put(call.upcoming_sleep, numbers.upcoming.to_python()) &&
         settle(block.retry_state, Ref{}, Ref{}) &&
         put(call.outcome_timestamp, Ref::share(Py_None)) &&
         put(call.attempt_number, Ref::steal(PyLong_FromUnsignedLongLong(numbers.attempt))) &&
         sleep_between(block.running);
}

PyObject* next_openly(BlockObject& block) noexcept {
  const Opened opened = opened_by(block.controller, block.retry_state);
  for (;;) {
    Ref what;
    switch (decide_openly(opened, what)) {
      case Want::attempt: return manager_for(block);
      case Want::sleep:
        if (!sleep_openly(opened, what)) return nullptr;
        break;
      case Want::done: block.over = true; return nullptr;
      case Want::call:
      case Want::raised: return nullptr;
    }
  }
}

// Goes on openly, with the numbers as they are, from an outcome on.
PyObject* open_block(BlockObject& block) noexcept {
  const Running& running = block.running;
  block.open = true;
  count(*running.state, Obstacle::none);
  Ref tally = new_tally(*running.state, running.statistics.get(), Ref::share(running.start.get()));
  if (!tally) return nullptr;
  TallyObject& numbers = as_tally(tally.get());
  if (!put(numbers.attempt_number,
           Ref::steal(PyLong_FromUnsignedLongLong(running.numbers.attempt))) ||
      !put(numbers.idle_for, running.numbers.idle.to_python()) ||
      !put(as_state(block.retry_state).tally, std::move(tally))) {
    return nullptr;
  }
  return next_openly(block);
}

// Whether that condition is content with any value, without a look at it.
bool takes_any_value(ModuleState& state, PyObject* condition) noexcept {
  if (condition == nullptr || !is_transparent(state, condition)) return false;
  switch (as_strategy(condition).kind) {
    case Kind::retry_never:
    case Kind::retry_if_exception:
    case Kind::retry_if_exception_type:
    case Kind::retry_if_not_exception_type:
    case Kind::retry_if_exception_cause_type: return true;
    default: return false;
  }
}

// Whether a block that began without a plan needs none: its attempt came to a value, and there is
// nothing to ask about values.
bool is_content(const BlockObject& block) noexcept {
  const ControllerObject& controller = as_controller(block.controller);
  ModuleState& state = *block.running.state;
  double known = 0;
  return is_plain(controller) && kind_of(block.controller) == block.running.kind &&
         as_left(block, known) && settled(block.retry_state).value != nullptr &&
         takes_any_value(state, own(controller, state.names.retry));
}

// Makes up for what such a block did not do when it began; false with an exception set.
bool make_up(Running& running, PyObject* controller) noexcept {
  running.unplanned = false;
  running.statistics = attribute(controller, running.state->names.statistics);
  return static_cast<bool>(running.statistics);
}

PyObject* next_attempt(BlockObject& block) noexcept {
  if (block.over) return nullptr;
  if (block.retry_state == nullptr) {
    block.retry_state = new_state(block).release();
    if (block.retry_state == nullptr) return nullptr;
    return block.open ? next_openly(block) : manager_for(block);
  }
  if (block.open) {
    if (!was_entered(*block.running.state, *block.running.kind, block.retry_state)) return nullptr;
    return next_openly(block);
  }
  // Blocks run under the controller itself, not a copy: what was assigned since counts.
  Running& running = block.running;
  if (running.unplanned) {
    if (is_content(block)) {
      block.over = true;
      count(*running.state, Obstacle::none);
      return nullptr;
    }
    if (!make_up(running, block.controller)) return nullptr;
    if (!PyDict_CheckExact(running.statistics.get())) return open_block(block);
  }
  double known = 0;
  if (kind_of(block.controller) != running.kind) return open_block(block);
  running.plan = plan_of(as_controller(block.controller), *running.kind);
  if (!running.plan) return nullptr;
  if (running.plan->obstacle != Obstacle::none || running.plan->open != Obstacle::none ||
      !as_left(block, known)) {
    if (!was_entered(*running.state, *running.kind, block.retry_state)) return nullptr;
    return open_block(block);
  }
  const OutcomeView outcome = settled(block.retry_state);
  Ref value = Ref::share(outcome.value);
  Ref error = Ref::share(outcome.error);
  Obstacle why = Obstacle::none;
  switch (decide(running, value, error, known, why)) {
    case Step::give_back:
      block.over = true;
      if (error) raise_again(std::move(error));
      return nullptr;
    case Step::raised: block.over = true; return nullptr;
    case Step::in_python: return open_block(block);
    case Step::sleep: break;
  }
  value = Ref{};
  error = Ref{};
  return sleep_and_prepare(block) ? manager_for(block) : nullptr;
}

PyObject* block_next(PyObject* self) noexcept {
  BlockObject& block = as_block(self);
  if (block.busy) {
    PyErr_SetString(PyExc_ValueError, "generator already executing");
    return nullptr;
  }
  block.busy = true;
  PyObject* manager = next_attempt(block);
  block.busy = false;
  if (manager == nullptr && PyErr_Occurred()) {
    block.over = true;
    replace_stop_iteration("generator raised StopIteration");
  }
  return manager;
}

PyObject* itself(PyObject* self) noexcept { return Ref::share(self).release(); }

int block_traverse(PyObject* self, visitproc visit, void* arg) noexcept {
  Py_VISIT(Py_TYPE(self));
  Py_VISIT(as_block(self).controller);
  Py_VISIT(as_block(self).retry_state);
  Py_VISIT(as_block(self).running.statistics.get());
  return 0;
}

int block_clear(PyObject* self) noexcept {
  Py_CLEAR(as_block(self).controller);
  Py_CLEAR(as_block(self).retry_state);
  as_block(self).running.statistics = Ref{};
  return 0;
}

void block_destroy(PyObject* self) noexcept {
  PyTypeObject* type = Py_TYPE(self);
  PyObject_GC_UnTrack(self);
  block_clear(self);
  as_block(self).running.~Running();
  type->tp_free(self);
  Py_DECREF(type);
}

// The peer's loop is a generator: what programs may do with one, besides iterating.
PyObject* block_close(PyObject* self, PyObject*) noexcept {
  as_block(self).over = true;
  Py_RETURN_NONE;
}

PyObject* block_send(PyObject* self, PyObject*) noexcept {
  PyObject* manager = block_next(self);
  if (manager == nullptr && !PyErr_Occurred()) PyErr_SetNone(PyExc_StopIteration);
  return manager;
}

PyObject* block_throw(PyObject* self, PyObject* error) noexcept {
  as_block(self).over = true;
  if (PyExceptionInstance_Check(error)) {
    PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(error)), error);
  } else if (PyExceptionClass_Check(error)) {
    PyErr_SetNone(error);
  } else {
    PyErr_Format(PyExc_TypeError, "throw() takes an exception, got %R", error);
  }
  return nullptr;
}

PyMethodDef kBlockMethods[] = {
    {"close", block_close, METH_NOARGS, "End the loop."},
    {"send", block_send, METH_O, "Go on to the next attempt; the value is not used."},
    {"throw", block_throw, METH_O, "End the loop with an exception."},
    {nullptr, nullptr, 0, nullptr},
};

char kBlockDoc[] = "One `for` loop over a controller.";

PyType_Slot kBlockSlots[] = {
    {Py_tp_doc, kBlockDoc},
    {Py_tp_dealloc, reinterpret_cast<void*>(block_destroy)},
    {Py_tp_traverse, reinterpret_cast<void*>(block_traverse)},
    {Py_tp_clear, reinterpret_cast<void*>(block_clear)},
    {Py_tp_iter, reinterpret_cast<void*>(itself)},
    {Py_tp_iternext, reinterpret_cast<void*>(block_next)},
    {Py_tp_methods, kBlockMethods},
    {0, nullptr},
};

PyType_Spec kBlockSpec = {
    .name = "mainstay.retry._native.Block",
    .basicsize = sizeof(BlockObject),
    .itemsize = 0,
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE |
             Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = kBlockSlots,
};

}  // namespace

PyObject* new_manager(ModuleState& state, ControllerKind& kind, PyObject* retry_state) noexcept {
  auto* type = reinterpret_cast<PyTypeObject*>(kind.manager_class.get());
  PyObject* manager = type->tp_alloc(type, 0);
  if (manager == nullptr) return nullptr;
  as_manager(manager).state = &state;
  as_manager(manager).kind = &kind;
  as_manager(manager).retry_state = Ref::share(retry_state).release();
  return manager;
}

PyObject* start_block(PyObject* controller) noexcept {
  Running running;
  const Obstacle obstacle = begin_block(running, controller);
  if (PyErr_Occurred()) return nullptr;
  const bool disabled = running.plan && !running.plan->enabled;
  if ((!running.plan && !running.unplanned) || disabled || obstacle == Obstacle::testing ||
      obstacle == Obstacle::without_gil) {
    if (obstacle != Obstacle::none) count(*running.state, obstacle);
    return PyObject_CallMethod(controller, "_iterate", nullptr);
  }
  auto* type = reinterpret_cast<PyTypeObject*>(running.state->block_type.get());
  PyObject* object = type->tp_alloc(type, 0);
  if (object == nullptr) return nullptr;
  BlockObject& block = as_block(object);
  new (&block.running) Running(std::move(running));
  block.controller = Ref::share(controller).release();
  block.open = obstacle != Obstacle::none;
  if (block.open) count(*block.running.state, way_of(obstacle));
  return object;
}

bool add_block_types(PyObject* module) noexcept {
  state_in(module).block_type = add_type(module, kBlockSpec);
  return state_in(module).block_type && add_type(module, kManagerSpec);
}

}  // namespace mainstay::binding::retry
