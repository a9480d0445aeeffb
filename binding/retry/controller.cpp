// controller.cpp - see controller.hpp.
#include "binding/retry/controller.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <new>
#include <span>
#include <utility>

#include "binding/retry/awaiting.hpp"
#include "binding/retry/construct.hpp"
#include "binding/retry/counts.hpp"
#include "binding/retry/decision.hpp"
#include "binding/retry/decorate.hpp"
#include "binding/retry/field.hpp"
#include "binding/retry/gate.hpp"
#include "binding/retry/open.hpp"
#include "binding/retry/pass.hpp"
#include "binding/retry/shown.hpp"
#include "binding/retry/untouched.hpp"
#include "binding/support/module_state.hpp"

namespace mainstay::binding::retry {
ControllerObject& known_controller(PyObject* self) noexcept {
  ControllerObject& controller = as_controller(self);
  if (controller.state == nullptr) {
    controller.state = &state_in(module_of(Py_TYPE(self), &module_definition));
    new (&controller.plan) std::shared_ptr<const Plan>();
    new (&controller.parts) std::shared_ptr<Snapshot>();
    new (&controller.counts) std::shared_ptr<Counts>();
  }
  return controller;
}

PyObject* own(const ControllerObject& controller, const Ref& name) noexcept {
  if (controller.attributes == nullptr) return nullptr;
  PyObject* found = PyDict_GetItemWithError(controller.attributes, name.get());
  if (found == nullptr) PyErr_Clear();
  return found;
}

namespace {

int visit_node(const Node& node, visitproc visit, void* arg) noexcept {
  Py_VISIT(node.object.get());
  for (const Node& part : node.parts) {
    if (const int stop = visit_node(part, visit, arg)) return stop;
  }
  return 0;
}

// A plan belongs to one controller. A running call may hold it as well; it then holds this
// controller too, so nothing the plan refers to is taken for garbage meanwhile.
int traverse(PyObject* self, visitproc visit, void* arg) noexcept {
  Py_VISIT(Py_TYPE(self));
  Py_VISIT(as_controller(self).attributes);
  Py_VISIT(as_controller(self).pending);
  const Plan* plan =
      as_controller(self).state == nullptr ? nullptr : as_controller(self).plan.get();
  if (plan != nullptr) {
    for (const Node* node : {&plan->stop, &plan->wait, &plan->retry}) {
      if (const int stop = visit_node(*node, visit, arg)) return stop;
    }
    Py_VISIT(plan->sleep.get());
    Py_VISIT(plan->error_class.get());
    Py_VISIT(plan->random_names.get());
  }
  return 0;
}

int clear(PyObject* self) noexcept {
  known_controller(self).plan.reset();
  Py_CLEAR(as_controller(self).attributes);
  Py_CLEAR(as_controller(self).pending);
  return 0;
}

void destroy(PyObject* self) noexcept {
  PyTypeObject* type = Py_TYPE(self);
  PyObject_GC_UnTrack(self);
  clear(self);
  as_controller(self).plan.~shared_ptr();
  as_controller(self).parts.~shared_ptr();
  as_controller(self).counts.~shared_ptr();
  type->tp_free(self);
  Py_DECREF(type);
}

// The parts of a policy in the order of the constructor, as places in an array; after those that
// every controller has, options of the strict door.
enum Part : std::size_t {
  kSleep,
  kStop,
  kWait,
  kRetry,
  kBefore,
  kAfter,
  kBeforeSleep,
  kReraise,
  kErrorClass,
  kCallback,
  kName,
  kEnabled,
  kParts,  // how many every controller has, which is kPolicyParts
  kKeep = kParts,
  kLimit,
  kAllParts,
};

// Borrowed; null where there is none.
using Parts = std::array<PyObject*, kAllParts>;

std::array<const Ref*, kAllParts> part_names(const Names& names) noexcept {
  return {&names.sleep,
          &names.stop,
          &names.wait,
          &names.retry,
          &names.before,
          &names.after,
          &names.before_sleep,
          &names.reraise,
          &names.retry_error_cls,
          &names.retry_error_callback,
          &names.name,
          &names.enabled,
          &names.keep_exceptions,
          &names.attempt_timeout};
}

// All parts in one walk: most dicts have them in order, under the very strings.
Parts parts_of(const ControllerObject& controller) noexcept {
  Parts parts{};
  if (controller.attributes == nullptr) return parts;
  const auto names = part_names(controller.state->names);
  PyObject *name = nullptr, *value = nullptr;
  Py_ssize_t position = 0;
  std::size_t due = 0;
  Py_ssize_t found = 0;
  while (PyDict_Next(controller.attributes, &position, &name, &value)) {
    for (std::size_t tried = 0; tried < kAllParts; ++tried) {
      const std::size_t place = (due + tried) % kAllParts;
      if (names[place]->get() != name) continue;
      parts[place] = value;
      due = place + 1;
      ++found;
      break;
    }
  }
  if (found == PyDict_GET_SIZE(controller.attributes)) return parts;
  for (std::size_t i = 0; i < kAllParts; ++i) {
    if (parts[i] == nullptr) parts[i] = own(controller, *names[i]);
  }
  return parts;
}

// What copies have: whatever else was set on the controller stays there. Empty with an exception
// set.
Ref copy_of_parts(const ControllerObject& controller) noexcept {
  if (controller.attributes == nullptr) return Ref{};
  if (PyDict_GET_SIZE(controller.attributes) == kParts) {
    return Ref::steal(PyDict_Copy(controller.attributes));
  }
  Ref copy = Ref::steal(PyDict_New());
  const auto names = part_names(controller.state->names);
  for (std::size_t i = 0; copy && i < kParts; ++i) {
    const Ref part = Ref::share(own(controller, *names[i]));
    if (part && PyDict_SetItem(copy.get(), names[i]->get(), part.get()) < 0) return Ref{};
  }
  return copy;
}

// To be called before an attribute changes: plans are no longer true from then on, and running
// calls keep what they began with.
ControllerObject& about_to_change(PyObject* self) noexcept {
  ControllerObject& controller = known_controller(self);
  controller.plan.reset();
  controller.plain = false;
  if (controller.parts && controller.parts.use_count() > 1) {
    controller.parts->fields = copy_of_parts(controller);
    PyErr_Clear();  // no memory: the call finds out when it needs the copy
  }
  controller.parts.reset();
  return controller;
}

PyObject** place_of_attributes(PyObject* self) noexcept { return &as_controller(self).attributes; }

void field_changes(PyObject* self, bool gone) noexcept {
  ControllerObject& controller = about_to_change(self);
  controller.lacks_parts = controller.lacks_parts || gone;
}

constexpr FieldHome kHome{.attributes = place_of_attributes, .about_to_change = field_changes};

Py_ssize_t size_of_attributes(const ControllerObject& controller) noexcept {
  return controller.attributes == nullptr ? 0 : PyDict_GET_SIZE(controller.attributes);
}

PyObject* attributes_of(PyObject* self) noexcept {
  ControllerObject& controller = as_controller(self);
  if (controller.attributes == nullptr) controller.attributes = PyDict_New();
  return controller.attributes;
}

bool is_of_a_door(const ControllerObject& controller, const PyTypeObject* type) noexcept {
  const auto& kinds = controller.state->controllers;
  return std::any_of(kinds.begin(), kinds.end(), [type](const auto& kind) {
    return kind->type.get() == reinterpret_cast<const PyObject*>(type);
  });
}

PyObject* get_dict(PyObject* self, void*) noexcept {
  if (is_of_a_door(known_controller(self), Py_TYPE(self)) && has_read_only_dict(Py_TYPE(self))) {
    PyObject* attributes = attributes_of(self);
    return attributes == nullptr ? nullptr : PyDictProxy_New(attributes);
  }
  (void)about_to_change(self);
  as_controller(self).exposed = true;
  return Ref::share(attributes_of(self)).release();
}

int set_dict(PyObject* self, PyObject* value, void*) noexcept {
  if (value == nullptr || !PyDict_Check(value)) {
    PyErr_Format(PyExc_TypeError, "__dict__ must be set to a dictionary, not a '%.200s'",
                 value == nullptr ? "nothing" : Py_TYPE(value)->tp_name);
    return -1;
  }
  ControllerObject& controller = about_to_change(self);
  controller.exposed = true;
  const Ref old = Ref::steal(controller.attributes);
  controller.attributes = Ref::share(value).release();
  return 0;
}

PyObject* get_fields(PyObject* self, PyObject*) noexcept {
  PyObject* attributes = attributes_of(self);
  return attributes == nullptr ? nullptr : PyDict_Copy(attributes);
}

PyObject* fill(PyObject* self, PyObject* fields) noexcept {
  if (!PyDict_Check(fields)) {
    return PyErr_Format(PyExc_TypeError, "the state of a controller is a dict, got %R", fields);
  }
  (void)about_to_change(self);
  PyObject* attributes = attributes_of(self);
  if (attributes == nullptr || PyDict_Update(attributes, fields) < 0) return nullptr;
  Py_RETURN_NONE;
}

// Sets all attributes at once; one by one where a subclass may want to know of each.
PyObject* configure(PyObject* self, PyObject* fields) noexcept {
  if (!PyDict_CheckExact(fields)) {
    return PyErr_Format(PyExc_TypeError, "the parts of a controller are a dict, got %R", fields);
  }
  const auto* type = reinterpret_cast<PyObject*>(Py_TYPE(self));
  const ModuleState& state = *known_controller(self).state;
  for (const auto& kind : state.controllers) {
    if (kind->type.get() == type) return fill(self, fields);
  }
  PyObject *name = nullptr, *value = nullptr;
  Py_ssize_t position = 0;
  while (PyDict_Next(fields, &position, &name, &value)) {
    const Ref held = Ref::share(value);
    if (PyObject_SetAttr(self, name, held.get()) < 0) return nullptr;
  }
  Py_RETURN_NONE;
}

PyMethodDef kMethods[] = {
    {"iter", as_method(iterate), METH_FASTCALL | METH_KEYWORDS,
     "iter($self, /, retry_state)\n--\n\n"
     "Decide what comes next: a DoAttempt, a DoSleep, or the value the call returns.\n\n"
     "Raises what the call is to raise when it ends that way."},
    {"_run", as_method(run_method), METH_FASTCALL,
     "The loop, from whatever the state says came of the last attempt."},
    {"_new_call", as_method(new_call), METH_FASTCALL,
     "Begin a call: statistics, then its state, which keeps its own count of both."},
    {"_decorated", make_decorated, METH_O, "The function decorated, with all it carries."},
    {"_decorated_async", make_decorated_async, METH_O, "The same as a coroutine function."},
    {"_await_call", as_method(await_call), METH_FASTCALL,
     "The loop of a call, to be awaited; None where the Python loop is needed."},
    {"_await_pass", await_pass, METH_O,
     "What iter() awaits; None where it needs the queue of methods."},
    {"_begin_async_block", start_async_block, METH_NOARGS,
     "What `async for` goes over; None where that is for Python."},
    {"_count", as_method(count_in_python), METH_FASTCALL,
     "Count a retry after a sleep of that length; with None, a call that gave up."},
    {"_count_for", count_for, METH_O, "Count where this other controller counts."},
    {"_counters", get_counters, METH_NOARGS, "The numbers of this moment."},
    {"_configure", configure, METH_O, "Set all parts from a dict."},
    {"_show", show_statistics, METH_O, "Make this dict the thread's `statistics`."},
    {"_fields", get_fields, METH_NOARGS, "A copy of the attributes."},
    {"_fill", fill, METH_O, "Set attributes from a dict, past a class's own __setattr__."},
    {nullptr, nullptr, 0, nullptr},
};

PyMemberDef kMembers[] = {
    {"__dictoffset__", T_PYSSIZET, offsetof(ControllerObject, attributes), READONLY, nullptr},
    {nullptr, 0, 0, 0, nullptr},
};

PyGetSetDef kGetSet[] = {
    {"__dict__", get_dict, set_dict, nullptr, nullptr},
    {"statistics", get_statistics, nullptr,
     "Numbers of this thread's newest call: empty before the first.\n\n"
     "start_time (seconds, monotonic clock), attempt_number, idle_for and\n"
     "delay_since_first_attempt (seconds).",
     nullptr},
    {"iter_state", get_iter_state, nullptr,
     "The pass of `iter()` this thread is in, or was in last.", nullptr},
    {"_local", get_local, nullptr, "What each thread keeps with this controller.", nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr},
};

char kDoc[] = "Base of the controllers: attributes in a dict, assignments noticed.";

PyType_Slot kSlots[] = {
    {Py_tp_doc, kDoc},
    {Py_tp_dealloc, reinterpret_cast<void*>(destroy)},
    {Py_tp_traverse, reinterpret_cast<void*>(traverse)},
    {Py_tp_clear, reinterpret_cast<void*>(clear)},
    {Py_tp_iter, reinterpret_cast<void*>(start_block)},
    {Py_tp_methods, kMethods},
    {Py_tp_members, kMembers},
    {Py_tp_getset, kGetSet},
    {0, nullptr},
};

PyType_Spec kSpec = {
    .name = "mainstay.retry._native.Controller",
    .basicsize = sizeof(ControllerObject),
    .itemsize = 0,
    .flags =
        Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = kSlots,
};

static_assert(kParts == kPolicyParts);

bool nothing(PyObject* hook, const Ref& stock) noexcept {
  return hook == Py_None || (stock && hook == stock.get());
}

Obstacle fill_plan(ControllerObject& controller, const ControllerKind& kind, Plan& plan,
                   bool& broken) noexcept {
  if (controller.exposed) return Obstacle::exposed;
  const Parts part = parts_of(controller);
  for (std::size_t i = 0; i < kParts; ++i) {
    if (part[i] == nullptr) return Obstacle::strategy;
  }
  PyObject* enabled = part[kEnabled];
  PyObject* reraise = part[kReraise];
  if (!PyBool_Check(enabled) || !PyBool_Check(reraise)) return Obstacle::flag;
  plan.enabled = enabled == Py_True;
  plan.reraise = reraise == Py_True;
  PyObject* before = part[kBefore];
  PyObject* after = part[kAfter];
  PyObject* before_sleep = part[kBeforeSleep];
  PyObject* callback = part[kCallback];
  plan.before = !nothing(before, kind.before);
  if (plan.before || !nothing(after, kind.after) || before_sleep != Py_None ||
      callback != Py_None) {
    plan.open = Obstacle::hook;
  }
  plan.error_class = Ref::share(part[kErrorClass]);
  if (plan.error_class.get() != kind.error_class.get() && plan.open == Obstacle::none) {
    plan.open = Obstacle::error_class;
  }
  // Options of the strict door; a controller without them has no such attributes. One that has them
  // may exchange them unseen: they are not fields.
  plan.has_options = part[kKeep] != nullptr || part[kLimit] != nullptr;
  if (part[kKeep] != nullptr && keeps_exceptions(controller)) return Obstacle::keeping;
  if (part[kLimit] != nullptr && part[kLimit] != Py_None) return Obstacle::timeout;
  if (part[kSleep] != kind.sleep.get()) plan.sleep = Ref::share(part[kSleep]);
  const struct {
    Part part;
    Node& node;
  } strategies[] = {{kRetry, plan.retry}, {kStop, plan.stop}, {kWait, plan.wait}};
  for (const auto& each : strategies) {
    const Ref strategy = Ref::share(part[each.part]);
    const bool others_call_out = std::exchange(plan.calls_out, false);
    const int done = compile(*controller.state, strategy.get(), each.node, plan);
    if (each.part == kStop) plan.stop_calls_out = plan.calls_out;
    plan.calls_out |= others_call_out;
    if (done < 0) {
      broken = true;
      return Obstacle::strategy;
    }
    if (done == 0) plan.open = Obstacle::strategy;
    if (each.part == kRetry) plan.judges = done == 1;
  }
  return Obstacle::none;
}

}  // namespace

int visit_controller_kinds(ModuleState& state, visitproc visit, void* arg) noexcept {
  for (const auto& kind : state.controllers) {
    for (const Ref* part : {&kind->type,        &kind->names,         &kind->sleep_names,
                            &kind->sleep,       &kind->before,        &kind->after,
                            &kind->error_class, &kind->future,        &kind->do_sleep,
                            &kind->error_init,  &kind->spare_sleep,   &kind->future_class,
                            &kind->state_class, &kind->manager_class, &kind->classes,
                            &kind->do_attempt,  &kind->retry_action,  &kind->retry_action_init,
                            &kind->check_sleep, &kind->check_entered, &kind->check_answer}) {
      Py_VISIT(part->get());
    }
    for (const Method& method : kind->methods) Py_VISIT(method.original.get());
    if (kind->construction) {
      if (const int stop = visit_construction(*kind->construction, visit, arg)) return stop;
    }
  }
  return 0;
}

ModuleState::ModuleState() = default;
ModuleState::~ModuleState() = default;

bool add_controller_base(PyObject* module) noexcept {
  ModuleState& state = state_in(module);
  state.controller_type = add_type(module, kSpec);
  if (!state.controller_type) return false;
  // The options of the strict door have defaults in its class; they are looked at in each plan.
  const auto names = part_names(state.names);
  return add_fields(state, state.controller_type.get(), kHome, std::span(names).first(kParts));
}

ControllerKind* kind_of(PyObject* self) noexcept {
  const Gate gate = gate_of(self);
  return gate.clean() ? gate.kind : nullptr;
}

bool limits_attempts(const ControllerObject& controller) noexcept {
  if (is_as_made(controller)) return false;
  PyObject* limit = own(controller, controller.state->names.attempt_timeout);
  return limit != nullptr && limit != Py_None;
}

bool is_part(const ControllerObject& controller, PyObject* name) noexcept {
  const Names& names = controller.state->names;
  if (name == names.local.get()) return true;
  const auto parts = part_names(names);
  return std::any_of(parts.begin(), parts.end(),
                     [name](const Ref* part) { return part->get() == name; });
}

bool keeps_exceptions(const ControllerObject& controller) noexcept {
  if (is_as_made(controller)) return false;
  PyObject* kept = own(controller, controller.state->names.keep_exceptions);
  return kept != nullptr && !(PyLong_CheckExact(kept) && PyObject_IsTrue(kept) == 0);
}

Ref copy_for_call(const ControllerObject& controller, const Plan& plan,
                  PyObject* statistics) noexcept {
  PyTypeObject* type = Py_TYPE(&controller);
  Ref made = Ref::steal(type->tp_alloc(type, 0));
  if (!made) return made;
  ControllerObject& copy = known_controller(made.get());
  copy.counts = plan.counts;
  const Ref& before = plan.parts->fields;
  if (before) {
    copy.attributes = PyDict_Copy(before.get());
  } else if (plan.parts == controller.parts) {
    copy.attributes = copy_of_parts(controller).release();
  } else {
    PyErr_NoMemory();
  }
  if (copy.attributes == nullptr) return Ref{};
  copy.pending = Ref::share(statistics).release();
  copy.pending_thread = this_thread();
  return made;
}

std::shared_ptr<const Plan> plan_of(ControllerObject& controller,
                                    const ControllerKind& kind) noexcept {
  if (controller.plan && !controller.plan->passing && !controller.plan->has_options &&
      controller.plan->attributes == size_of_attributes(controller) &&
      controller.plan->epoch == controller.state->epoch) {
    return controller.plan;
  }
  try {
    auto plan = std::make_shared<Plan>();
    bool broken = false;
    plan->epoch = controller.state->epoch;
    plan->attributes = size_of_attributes(controller);
    plan->counts = make_counts(controller);
    if (!controller.parts) controller.parts = std::make_shared<Snapshot>();
    plan->parts = controller.parts;
    plan->obstacle = fill_plan(controller, kind, *plan, broken);
    if (broken || PyErr_Occurred()) return nullptr;
    controller.plan = std::move(plan);
    return controller.plan;
  } catch (const std::bad_alloc&) {
    PyErr_NoMemory();
    return nullptr;
  }
}

PyObject* adopt_controller(PyObject* module, PyObject* args, PyObject* kwargs) noexcept {
  static const char* const keywords[] = {"",       "is_async", "namespace",   "sleep_namespace",
                                         "sleep",  "before",   "after",       "error_class",
                                         "future", "do_sleep", "state_class", "manager_class",
                                         "checks", "classes",  nullptr};
  PyObject *type = nullptr, *names = nullptr, *sleep_names = nullptr, *sleep = nullptr,
           *before = nullptr, *after = nullptr, *error_class = nullptr, *future = nullptr,
           *do_sleep = nullptr, *state_class = nullptr, *manager_class = nullptr,
           *classes = nullptr;
  int is_async = 0, checks = 0;
  if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O!|$pO!O!OOOOOOOOpO!:adopt_controller",
                                   const_cast<char**>(keywords), &PyType_Type, &type, &is_async,
                                   &PyDict_Type, &names, &PyDict_Type, &sleep_names, &sleep,
                                   &before, &after, &error_class, &future, &do_sleep, &state_class,
                                   &manager_class, &checks, &PyDict_Type, &classes)) {
    return nullptr;
  }
  for (PyObject* part : {names, sleep_names, sleep, before, after, error_class, future, do_sleep,
                         state_class, manager_class}) {
    if (part == nullptr) {
      return PyErr_Format(PyExc_TypeError, "adopt_controller() needs all its parts");
    }
  }
  for (PyObject* part : {do_sleep, state_class, manager_class}) {
    if (!PyType_Check(part)) {
      return PyErr_Format(PyExc_TypeError, "calls are made of classes, got %R", part);
    }
  }
  auto kind = std::make_unique<ControllerKind>();
  kind->type = Ref::share(type);
  kind->is_async = is_async != 0;
  kind->names = Ref::share(names);
  kind->sleep_names = Ref::share(sleep_names);
  kind->sleep = Ref::share(sleep);
  kind->before = Ref::share(before);
  kind->after = Ref::share(after);
  kind->error_class = Ref::share(error_class);
  kind->error_init = attribute(error_class, state_in(module).names.init);
  if (!kind->error_init) return nullptr;
  kind->future = Ref::share(future);
  kind->do_sleep = Ref::share(do_sleep);
  kind->nothing = Ref::steal(PyFloat_FromDouble(0.0));
  if (!kind->nothing) return nullptr;
  kind->state_class = Ref::share(state_class);
  kind->manager_class = Ref::share(manager_class);
  kind->classes = Ref::share(classes);
  const Ref door = attribute(type, state_in(module).names.door);
  if (!door) return nullptr;
  kind->do_attempt = Ref::steal(PyObject_GetAttrString(door.get(), "do_attempt"));
  kind->retry_action = Ref::steal(PyObject_GetAttrString(door.get(), "retry_action"));
  kind->check_sleep = Ref::steal(PyObject_GetAttrString(door.get(), "check_sleep"));
  if (!kind->do_attempt || !kind->retry_action || !kind->check_sleep) return nullptr;
  if (kind->check_sleep.get() == Py_None) kind->check_sleep = Ref{};
  kind->check_answer = Ref::steal(PyObject_GetAttrString(door.get(), "check_answer"));
  if (!kind->check_answer) return nullptr;
  if (kind->check_answer.get() == Py_None) kind->check_answer = Ref{};
  kind->check_entered = Ref::steal(PyObject_GetAttrString(door.get(), "check_entered"));
  if (!kind->check_entered) return nullptr;
  if (kind->check_entered.get() == Py_None) kind->check_entered = Ref{};
  kind->retry_action_init = attribute(kind->retry_action.get(), state_in(module).names.init);
  if (!kind->retry_action_init || !remember_methods(*kind)) return nullptr;
  if (!shorten_construction(*kind, checks != 0)) return nullptr;
  state_in(module).controllers.push_back(std::move(kind));
  return Ref::share(type).release();
}

}  // namespace mainstay::binding::retry
