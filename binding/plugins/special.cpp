// special.cpp - see special.hpp.
#include "binding/plugins/special.hpp"

#include <cstddef>
#include <new>

#include "binding/plugins/account.hpp"
#include "binding/plugins/manager.hpp"
#include "binding/support/call.hpp"
#include "binding/support/module_state.hpp"

namespace mainstay::binding::plugins {
namespace {

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
