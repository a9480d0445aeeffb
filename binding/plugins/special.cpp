// special.cpp - see special.hpp.
#include "binding/plugins/special.hpp"

#include <algorithm>
#include <cstddef>
#include <new>
#include <utility>
#include <vector>

#include "binding/plugins/answer.hpp"
#include "binding/plugins/manager.hpp"
#include "binding/plugins/plan_host.hpp"
#include "binding/support/call.hpp"
#include "binding/support/exception.hpp"
#include "binding/support/module_state.hpp"

namespace mainstay::binding::plugins {
namespace {

// The values of one call, of which a waterfall changes one.
class Values {
 public:
  Values() noexcept = default;
  Values(const Values&) = delete;
  Values& operator=(const Values&) = delete;

  // `given`: in the order of the layout's keywords, kept alive by the caller; `waterfall`: the name
  // of the argument that changes, null for none. False with an exception set.
  [[nodiscard]] bool take(const Plan& plan, const Layout& layout, PyObject* const* given,
                          PyObject* waterfall) noexcept {
    given_ = given;
    if (!layout.defaults.empty()) {
      tuple_ = read_defaults(plan, layout);
      if (!tuple_) return false;
      defaults_ = &PyTuple_GET_ITEM(tuple_.get(), 0);
    }
    return waterfall == nullptr || make_room(layout, waterfall);
  }

  [[nodiscard]] PyObject* const* given() const noexcept { return given_; }
  [[nodiscard]] PyObject* const* defaults() const noexcept { return defaults_; }

  // Of a waterfall: the value that goes from one implementation to the next.
  [[nodiscard]] PyObject* carried() const noexcept { return *place_; }
  void carry(Ref value) noexcept {
    *place_ = value.get();
    // The old one goes last: its finalizer may run anything but see this call.
    carried_ = std::move(value);
  }

 private:
  [[nodiscard]] bool make_room(const Layout& layout, PyObject* waterfall) noexcept {
    PyObject* kwnames = layout.kwnames.get();
    const auto size = static_cast<std::size_t>(kwnames == nullptr ? 0 : PyTuple_GET_SIZE(kwnames));
    const std::size_t defaulted = layout.defaults.size();
    if (!room_.reserve(size + defaulted)) return false;
    std::copy_n(given_, size, room_.values());
    if (defaulted > 0) std::copy_n(defaults_, defaulted, room_.values() + size);
    given_ = room_.values();
    defaults_ = room_.values() + size;
    for (std::size_t i = 0; i < size + defaulted; ++i) {
      PyObject* name = i < size ? PyTuple_GET_ITEM(kwnames, static_cast<Py_ssize_t>(i))
                                : layout.defaults[i - size].get();
      if (name != waterfall && PyUnicode_Compare(name, waterfall) != 0) continue;
      place_ = room_.values() + i;
      return true;
    }
    PyErr_SetObject(PyExc_KeyError, waterfall);
    return false;
  }

  PyObject* const* given_ = nullptr;
  PyObject* const* defaults_ = nullptr;
  Ref tuple_, carried_;
  Arguments<10> room_;
  PyObject** place_ = nullptr;
};

// What implementations came to, as far as it is kept, and what all of it comes to.
class Account {
 public:
  // Throws bad_alloc.
  Account(DoorObject& door, PyObject* hook_name, const Wishes& wishes, Values& values, Flow& flow,
          std::size_t implementations)
      : door_(door), hook_name_(hook_name), wishes_(wishes), values_(values), flow_(flow) {
    if (keeps()) noted_.reserve(implementations);
  }

  // After an implementation was called; null with the exception set when it raised.
  [[nodiscard]] Next take(PyObject* impl, PyObject* result) noexcept {
    if (result == nullptr) {
      if (!wishes_.collects || !PyErr_ExceptionMatches(PyExc_Exception)) return flow_.fail();
      failed_ = true;
      noted_.push_back({impl, Ref{}, take_exception()});
      return Next::go_on;
    }
    if (keeps()) noted_.push_back({impl, Ref::share(result), Ref{}});
    if (wishes_.waterfall == nullptr) return flow_.called(result);
    Ref value = Ref::steal(result);
    if (result != Py_None) values_.carry(std::move(value));
    return Next::go_on;
  }

  // Everybody was asked: the outcome that wrappers see.
  void settle() noexcept {
    if (std::exchange(settled_, true) || flow_.failed()) return;
    if (failed_) {
      flow_.come_to_error(all_errors());
    } else if (wishes_.waterfall != nullptr) {
      flow_.come_to(Ref::share(values_.carried()));
    }
  }

  // A tuple of Answers; empty with an exception set.
  [[nodiscard]] Ref answers() const noexcept {
    Ref all = Ref::steal(PyTuple_New(static_cast<Py_ssize_t>(noted_.size())));
    for (std::size_t i = 0; all && i < noted_.size(); ++i) {
      const Noted& noted = noted_[i];
      Ref answer = new_answer(door_, noted.impl, noted.value.get(), noted.error.get());
      if (!answer) return Ref{};
      PyTuple_SET_ITEM(all.get(), static_cast<Py_ssize_t>(i), answer.release());
    }
    return all;
  }

 private:
  struct Noted {
    PyObject* impl;  // borrowed from the plan
    Ref value, error;
  };

  [[nodiscard]] bool keeps() const noexcept { return wishes_.collects || wishes_.report; }

  // One error of all, or what kept it from being made.
  [[nodiscard]] Ref all_errors() const noexcept {
    const Ref said = answers();
    Ref made = said ? Ref::steal(PyObject_CallFunctionObjArgs(door_.errors, hook_name_, said.get(),
                                                              nullptr))
                    : Ref{};
    return made ? std::move(made) : take_exception();
  }

  DoorObject& door_;
  PyObject* hook_name_;
  const Wishes& wishes_;
  Values& values_;
  Flow& flow_;
  std::vector<Noted> noted_;
  bool failed_ = false;
  bool settled_ = false;
};

class SpecialHost {
 public:
  SpecialHost(PlanHost& host, Account& account) noexcept : host_(host), account_(account) {}

  [[nodiscard]] bool is_wrapper(const Part& part) const noexcept { return host_.is_wrapper(part); }
  [[nodiscard]] Next call(const Part& part) noexcept {
    return account_.take(part.entry->impl, host_.call_function(part));
  }
  [[nodiscard]] Next open(const Part& part) noexcept { return host_.open(part); }
  void close(std::size_t nth) noexcept {
    account_.settle();
    host_.close(nth);
  }

 private:
  PlanHost& host_;
  Account& account_;
};

PyObject* run(const ModuleState& state, DoorObject& door, PyObject* hook_name, const Plan& plan,
              const Layout& layout, PyObject* const* given, bool first_result,
              const Wishes& wishes) {
  Values values;
  if (!values.take(plan, layout, given, wishes.waterfall)) return nullptr;
  Flow flow(state, door, hook_name, first_result, plan.entries.size(), plan.wrappers);
  Account account(door, hook_name, wishes, values, flow, plan.entries.size() - plan.wrappers);
  PlanHost by_plan(door, layout, values.given(), values.defaults(), flow);
  SpecialHost host(by_plan, account);
  (void)mainstay::plugins::walk(layout.parts, host);
  account.settle();
  Ref result = Ref::steal(flow.finish());
  if (!result || !wishes.report) return result.release();
  const Ref answers = account.answers();
  return answers ? new_report(door, result.get(), answers.get()).release() : nullptr;
}

// --- what stands in the place of `_hookexec` ----------------------------------------------------

SpecialObject& special_of(PyObject* self) noexcept {
  return *reinterpret_cast<SpecialObject*>(self);
}

PyObject* make(PyTypeObject* type, PyObject* args, PyObject* kwargs) noexcept {
  static const char* const keywords[] = {"manager", "opts", "by_plan", nullptr};
  PyObject *manager = nullptr, *opts = nullptr;
  int by_plan = 0;
  PyObject* module = module_of(type, &module_definition);
  if (module == nullptr) return nullptr;
  const ModuleState& state = state_in(module);
  if (!PyArg_ParseTupleAndKeywords(args, kwargs, "OO$p:Special", const_cast<char**>(keywords),
                                   &manager, &opts, &by_plan)) {
    return nullptr;
  }
  Ref self = Ref::steal(type->tp_alloc(type, 0));
  if (!self) return nullptr;
  SpecialObject& special = special_of(self.get());
  special.manager = Ref::share(manager).release();
  special.opts = Ref::share(opts).release();
  const Ref waterfall =
      Ref::steal(PyObject_CallMethod(opts, "get", "O", state.names.waterfall.get()));
  const Ref collects =
      waterfall
          ? Ref::steal(PyObject_CallMethod(opts, "get", "O", state.names.collect_errors.get()))
          : Ref{};
  const int truth = collects ? PyObject_IsTrue(collects.get()) : -1;
  if (truth < 0) return nullptr;
  const bool named = PyUnicode_Check(waterfall.get()) && PyUnicode_GET_LENGTH(waterfall.get()) > 0;
  if (named) special.waterfall = Ref::share(waterfall.get()).release();
  special.collects = truth == 1;
  auto* native = reinterpret_cast<PyTypeObject*>(state.manager_type.get());
  special.by_plan = by_plan == 1 && PyObject_TypeCheck(manager, native) != 0;
  return self.release();
}

int traverse(PyObject* self, visitproc visit, void* arg) noexcept {
  Py_VISIT(Py_TYPE(self));
  const SpecialObject& special = as_special(self);
  for (PyObject* each : {special.manager, special.opts, special.waterfall}) Py_VISIT(each);
  return 0;
}

// Nothing is cleared by the collector, as of a bound method: hooks borrow the manager from here.
// Cycles are taken apart at the hook and at the manager.
void destroy(PyObject* self) noexcept {
  PyTypeObject* type = Py_TYPE(self);
  PyObject_GC_UnTrack(self);
  SpecialObject& special = special_of(self);
  for (PyObject** each : {&special.manager, &special.opts, &special.waterfall}) Py_CLEAR(*each);
  type->tp_free(self);
  Py_DECREF(type);
}

PyMemberDef kMembers[] = {
    {"__self__", T_OBJECT_EX, offsetof(SpecialObject, manager), READONLY,
     "The manager, where a hook's own bound `_hookexec` has it, too."},
    {"opts", T_OBJECT_EX, offsetof(SpecialObject, opts), READONLY,
     "The options of the specification."},
    {nullptr, 0, 0, 0, nullptr},
};

char kDoc[] =
    "Special(manager, opts, *, by_plan)\n--\n\n"
    "In the place of a hook's `_hookexec`: its specification asks for more than a list.\n\n"
    "Immutable; for any thread. `by_plan`: whether calls may go natively while nobody looks on.";

PyType_Slot kSlots[] = {
    {Py_tp_doc, kDoc},
    {Py_tp_new, reinterpret_cast<void*>(make)},
    {Py_tp_dealloc, reinterpret_cast<void*>(destroy)},
    {Py_tp_traverse, reinterpret_cast<void*>(traverse)},
    {Py_tp_members, kMembers},
    {0, nullptr},
};

PyType_Spec kSpec = {
    .name = "mainstay.plugins._native.Special",
    .basicsize = sizeof(SpecialObject),
    .itemsize = 0,
    .flags =
        Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = kSlots,
};

}  // namespace

PyObject* native_special(const ModuleState& state, PyObject* hookexec) noexcept {
  auto* native = reinterpret_cast<PyTypeObject*>(state.special_type.get());
  if (hookexec == nullptr || PyObject_TypeCheck(hookexec, native) == 0) return nullptr;
  return as_special(hookexec).by_plan ? hookexec : nullptr;
}

PyObject* run_special(const ModuleState& state, DoorObject& door, PyObject* hook_name,
                      const Held<Plan>& plan, const Held<Layout>& layout, PyObject* const* values,
                      bool first_result, const Wishes& wishes) noexcept {
  const RecursionGuard guard(" while calling a hook");
  if (!guard) return nullptr;
  if ((wishes.collects || wishes.report) && !load_answers(state, door)) return nullptr;
  try {
    return run(state, door, hook_name, *plan, *layout, values, first_result, wishes);
  } catch (const std::bad_alloc&) {
    return PyErr_NoMemory();
  }
}

bool add_special_type(PyObject* module) noexcept {
  ModuleState& state = state_in(module);
  state.special_type = add_type(module, kSpec);
  return static_cast<bool>(state.special_type);
}

}  // namespace mainstay::binding::plugins
