// steps.cpp - see steps.hpp.
#include "binding/plugins/steps.hpp"

#include <cstddef>
#include <memory>
#include <new>
#include <utility>
#include <vector>

#include "binding/plugins/account.hpp"
#include "binding/support/call.hpp"
#include "binding/support/module_state.hpp"

namespace mainstay::binding::plugins {
namespace {

// `hasattr(object, "__await__")`; -1 with an exception set.
int is_awaitable(const ModuleState& state, PyObject* object) noexcept {
  if (PyCoro_CheckExact(object)) return 1;
  const PyTypeObject* type = Py_TYPE(object);
  if (type->tp_as_async != nullptr && type->tp_as_async->am_await != nullptr) return 1;
  // Of the interpreter's own types it is known; others may have it anywhere.
  if (!PyType_HasFeature(Py_TYPE(object), Py_TPFLAGS_HEAPTYPE)) return 0;
  Ref found;
  return look_up(object, state.names.await.get(), found);
}

// A call with all it needs, for as long as it takes.
class Walking {
 public:
  // Throws bad_alloc.
  Walking(const ModuleState& state, DoorObject& door, PyObject* hook_name, Held<Plan> plan,
          Held<Layout> layout, Ref given, bool first_result, PyObject* special,
          const Wishes& wishes, bool together)
      : state_(state),
        door_(door),
        held_door_(Ref::share(reinterpret_cast<PyObject*>(&door))),
        held_name_(Ref::share(hook_name)),
        held_special_(Ref::share(special)),
        plan_(std::move(plan)),
        layout_(std::move(layout)),
        given_(std::move(given)),
        wishes_(wishes),
        flow_(state, door, hook_name, first_result, plan_->entries.size(), plan_->wrappers),
        account_(door, hook_name, wishes_, values_, flow_, plan_->entries.size() - plan_->wrappers),
        progress_{.left = layout_->parts.size()},
        together_(together) {
    if (!together) return;
    plain_.reserve(plan_->entries.size() - plan_->wrappers);
    for (std::size_t i = layout_->parts.size(); i > 0; --i) {
      const Part& part = layout_->parts[i - 1];
      if (!part.entry->wrapper) plain_.push_back(&part);
    }
  }
  Walking(const Walking&) = delete;
  Walking& operator=(const Walking&) = delete;

  // Once, before anything else; false with an exception set.
  [[nodiscard]] bool take_values() noexcept {
    PyObject* const* given = given_ ? &PyTuple_GET_ITEM(given_.get(), 0) : nullptr;
    return values_.take(*plan_, *layout_, given, wishes_.waterfall);
  }

  [[nodiscard]] bool waits() const noexcept { return waiting_ != nullptr; }
  [[nodiscard]] bool ended() const noexcept { return ended_; }

  // What is to be awaited next, or None when the call has ended; null with an exception set.
  [[nodiscard]] PyObject* begin() noexcept { return go_on(Next::go_on); }

  // The same after what was awaited came to `result`, or raised `error`.
  [[nodiscard]] PyObject* resume(PyObject* result) noexcept {
    PyObject* impl = std::exchange(waiting_, nullptr);
    return go_on(account_.take(impl, Ref::share(result).release()));
  }
  [[nodiscard]] PyObject* resume_with(PyObject* error) noexcept {
    PyObject* impl = std::exchange(waiting_, nullptr);
    return go_on(account_.take_error(impl, Ref::share(error)));
  }

  [[nodiscard]] std::size_t implementations() const noexcept { return plain_.size(); }
  // What implementation `number` returns; null with what it raises. Changes nothing here.
  [[nodiscard]] PyObject* call_one(std::size_t number) noexcept {
    return by_plan().call_function(*plain_[number]);
  }

  // What the call comes to; null with the exception that it raises.
  [[nodiscard]] PyObject* finish() noexcept {
    Ref result = Ref::steal(flow_.finish());
    const Ref answers = result && wishes_.report ? account_.answers() : Ref{};
    account_.forget();
    if (!result || !wishes_.report) return result.release();
    return answers ? new_report(door_, result.get(), answers.get()).release() : nullptr;
  }

  int traverse(visitproc visit, void* arg) noexcept {
    Py_VISIT(held_door_.get());
    Py_VISIT(held_name_.get());
    Py_VISIT(held_special_.get());
    Py_VISIT(given_.get());
    Py_VISIT(pending_.get());
    if (const int found = values_.traverse(visit, arg)) return found;
    if (const int found = account_.traverse(visit, arg)) return found;
    return flow_.traverse(visit, arg);
  }

  // As a host of the engine's walk.
  [[nodiscard]] bool is_wrapper(const Part& part) const noexcept { return part.entry->wrapper; }
  [[nodiscard]] Next open(const Part& part) noexcept { return by_plan().open(part); }
  [[nodiscard]] Next call(const Part& part) noexcept {
    if (together_) {
      pending_ = Ref::share(Py_True);  // somebody else calls it, and knows which it is
      waiting_ = part.entry->impl;
      return Next::wait;
    }
    Ref result = Ref::steal(by_plan().call_function(part));
    const int awaited = result ? is_awaitable(state_, result.get()) : 0;
    if (awaited < 0) result = Ref{};
    if (awaited <= 0) return account_.take(part.entry->impl, result.release());
    pending_ = std::move(result);
    waiting_ = part.entry->impl;
    return Next::wait;
  }
  void close(std::size_t nth) noexcept {
    account_.settle();
    flow_.close(nth);
  }

 private:
  [[nodiscard]] PlanHost by_plan() noexcept {
    return PlanHost(door_, *layout_, values_.given(), values_.defaults(), flow_);
  }

  [[nodiscard]] PyObject* go_on(Next next) noexcept {
    if (mainstay::plugins::walk_on(layout_->parts, *this, progress_, next) == Next::wait) {
      return pending_.release();
    }
    account_.settle();
    ended_ = true;
    Py_RETURN_NONE;
  }

  const ModuleState& state_;
  DoorObject& door_;
  Ref held_door_, held_name_, held_special_;
  Held<Plan> plan_;
  Held<Layout> layout_;
  Ref given_;
  Wishes wishes_;
  Values values_;
  Flow flow_;
  Account account_;
  mainstay::plugins::Progress progress_;
  bool together_;
  std::vector<const Part*> plain_;  // in calling order, when they run at the same time
  Ref pending_;                     // on its way out
  PyObject* waiting_ = nullptr;     // whose result is awaited; borrowed from the plan
  bool ended_ = false;
};

struct StepsObject {
  PyObject_HEAD Walking* walking;
  bool runs;  // a step is being made
};

StepsObject& as_steps(PyObject* self) noexcept { return *reinterpret_cast<StepsObject*>(self); }

// One step; `ready` says whether the call has come to where such a step is in turn.
template <class Step>
PyObject* make_step(PyObject* self, bool ready, const char* step_name, Step step) noexcept {
  StepsObject& steps = as_steps(self);
  if (!ready || steps.runs) {
    return PyErr_Format(PyExc_RuntimeError,
                        "%s() of Steps came out of turn: begin(), send() or throw() for each thing "
                        "to await, finish()",
                        step_name);
  }
  const RecursionGuard guard(" while calling a hook");
  if (!guard) return nullptr;
  const Ref alive = Ref::share(self);
  steps.runs = true;
  PyObject* came = step(*steps.walking);
  steps.runs = false;
  return came;
}

PyObject* begin(PyObject* self, PyObject*) noexcept {
  const Walking& walking = *as_steps(self).walking;
  return make_step(self, !walking.waits() && !walking.ended(), "begin",
                   [](Walking& call) { return call.begin(); });
}

PyObject* send(PyObject* self, PyObject* value) noexcept {
  return make_step(self, as_steps(self).walking->waits(), "send",
                   [value](Walking& call) { return call.resume(value); });
}

PyObject* throw_error(PyObject* self, PyObject* error) noexcept {
  if (!PyExceptionInstance_Check(error)) {
    return PyErr_Format(PyExc_TypeError, "throw() takes an exception, got %R", error);
  }
  return make_step(self, as_steps(self).walking->waits(), "throw",
                   [error](Walking& call) { return call.resume_with(error); });
}

PyObject* finish(PyObject* self, PyObject*) noexcept {
  return make_step(self, as_steps(self).walking->ended(), "finish",
                   [](Walking& call) { return call.finish(); });
}

PyObject* call_one(PyObject* self, PyObject* number) noexcept {
  Walking& walking = *as_steps(self).walking;
  const std::size_t at = PyLong_AsSize_t(number);
  if (at == static_cast<std::size_t>(-1) && PyErr_Occurred()) return nullptr;
  if (!walking.waits() || at >= walking.implementations()) {
    return PyErr_Format(PyExc_RuntimeError,
                        "call(%zu) of Steps: there are %zu implementations, to be called between "
                        "begin() and the end of the call",
                        at, walking.implementations());
  }
  const RecursionGuard guard(" while calling a hook");
  if (!guard) return nullptr;
  const Ref alive = Ref::share(self);
  return walking.call_one(at);
}

PyObject* get_implementations(PyObject* self, void*) noexcept {
  return PyLong_FromSize_t(as_steps(self).walking->implementations());
}

PyGetSetDef kGetters[] = {
    {"implementations", get_implementations, nullptr,
     "How many there are to call(), when they run at the same time.", nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr},
};

int traverse(PyObject* self, visitproc visit, void* arg) noexcept {
  Py_VISIT(Py_TYPE(self));
  Walking* walking = as_steps(self).walking;
  return walking == nullptr ? 0 : walking->traverse(visit, arg);
}

// There is no clearing: a circle through a call that waits is taken apart at the coroutine.
void destroy(PyObject* self) noexcept {
  PyTypeObject* type = Py_TYPE(self);
  PyObject_GC_UnTrack(self);
  delete std::exchange(as_steps(self).walking, nullptr);
  type->tp_free(self);
  Py_DECREF(type);
}

PyMethodDef kMethods[] = {
    {"begin", begin, METH_NOARGS,
     "begin($self, /)\n--\n\n"
     "Call implementations until one returns what has to be awaited: that, or None at the end."},
    {"send", send, METH_O,
     "send($self, value, /)\n--\n\nGo on with what awaiting came to; returns the same."},
    {"throw", throw_error, METH_O,
     "throw($self, error, /)\n--\n\nGo on with what awaiting raised; returns the same."},
    {"finish", finish, METH_NOARGS,
     "finish($self, /)\n--\n\n"
     "What the call comes to at its end, a Report if that was asked for; or raise what it raises."},
    {"call", call_one, METH_O,
     "call($self, number, /)\n--\n\n"
     "Call one implementation, counted from 0 in calling order, when they run at the same time."},
    {nullptr, nullptr, 0, nullptr},
};

char kDoc[] =
    "One awaited call of a hook, made step by step: native code calls, Python awaits.\n\n"
    "Made by HookCaller._mainstay_steps, driven by one coroutine and thrown away. A step out of "
    "turn "
    "raises\n"
    "RuntimeError.";

PyType_Slot kSlots[] = {
    {Py_tp_doc, kDoc},
    {Py_tp_dealloc, reinterpret_cast<void*>(destroy)},
    {Py_tp_traverse, reinterpret_cast<void*>(traverse)},
    {Py_tp_methods, kMethods},
    {Py_tp_getset, kGetters},
    {0, nullptr},
};

PyType_Spec kSpec = {
    .name = "mainstay.plugins._native.Steps",
    .basicsize = sizeof(StepsObject),
    .itemsize = 0,
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE |
             Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = kSlots,
};

}  // namespace

Ref new_steps(ModuleState& state, DoorObject& door, PyObject* hook_name, const Held<Plan>& plan,
              const Held<Layout>& layout, PyObject* const* values, bool first_result,
              PyObject* special, const Wishes& wishes, bool together) noexcept {
  if ((wishes.collects || wishes.report) && !load_answers(state, door)) return Ref{};
  PyObject* kwnames = layout->kwnames.get();
  const Py_ssize_t size = kwnames == nullptr ? 0 : PyTuple_GET_SIZE(kwnames);
  Ref given = size == 0 ? Ref{} : Ref::steal(PyTuple_New(size));
  if (size != 0 && !given) return given;
  for (Py_ssize_t i = 0; i < size; ++i) {
    PyTuple_SET_ITEM(given.get(), i, Ref::share(values[i]).release());
  }
  std::unique_ptr<Walking> walking;
  try {
    walking = std::make_unique<Walking>(state, door, hook_name, plan, layout, std::move(given),
                                        first_result, special, wishes, together);
  } catch (const std::bad_alloc&) {
    PyErr_NoMemory();
    return Ref{};
  }
  if (!walking->take_values()) return Ref{};
  auto* type = reinterpret_cast<PyTypeObject*>(state.steps_type.get());
  Ref made = Ref::steal(type->tp_alloc(type, 0));
  if (made) as_steps(made.get()).walking = walking.release();
  return made;
}

bool add_steps_type(PyObject* module) noexcept {
  ModuleState& state = state_in(module);
  state.steps_type = add_type(module, kSpec);
  return static_cast<bool>(state.steps_type);
}

}  // namespace mainstay::binding::plugins
