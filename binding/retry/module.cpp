// module.cpp - the init function of `mainstay.retry._native`: names, state, types, in that order.
//
// The module holds what the engine evaluates for Python: the order of one decision (`Turn`) and the
// strategies whose arithmetic is the engine's. Their constructors, documentation and operators are
// Python classes on top (mainstay/retry/_stop.py and its drop-in twin), so both doors share these.
#include "binding/retry/module.hpp"

#include <array>
#include <new>

#include "binding/retry/call.hpp"
#include "binding/retry/construct.hpp"
#include "binding/retry/controller.hpp"
#include "binding/retry/decorate.hpp"
#include "binding/retry/state.hpp"
#include "binding/retry/strategy.hpp"
#include "binding/retry/untouched.hpp"
#include "binding/support/module_state.hpp"

namespace mainstay::binding::retry {
namespace {

// Every Ref of the state with the attribute name it interns. One list, read by init, traverse and
// clear, so that none of them can forget a field.
template <class Visit>
bool each_name(Names& names, Visit visit) {
  struct Entry {
    Ref Names::* field;
    const char* text;
  };
  static constexpr std::array kEntries{
      Entry{&Names::retry_state, "retry_state"},
      Entry{&Names::attempt_number, "attempt_number"},
      Entry{&Names::seconds_since_start, "seconds_since_start"},
      Entry{&Names::upcoming_sleep, "upcoming_sleep"},
      Entry{&Names::outcome, "outcome"},
      Entry{&Names::exception, "exception"},
      Entry{&Names::max_attempt_number, "max_attempt_number"},
      Entry{&Names::max_delay, "max_delay"},
      Entry{&Names::event, "event"},
      Entry{&Names::is_set, "is_set"},
      Entry{&Names::stops, "stops"},
      Entry{&Names::wait_fixed, "wait_fixed"},
      Entry{&Names::wait_random_min, "wait_random_min"},
      Entry{&Names::wait_random_max, "wait_random_max"},
      Entry{&Names::start, "start"},
      Entry{&Names::increment, "increment"},
      Entry{&Names::max, "max"},
      Entry{&Names::min, "min"},
      Entry{&Names::multiplier, "multiplier"},
      Entry{&Names::exp_base, "exp_base"},
      Entry{&Names::jitter, "jitter"},
      Entry{&Names::wait_funcs, "wait_funcs"},
      Entry{&Names::strategies, "strategies"},
      Entry{&Names::predicate, "predicate"},
      Entry{&Names::namespace_, "_namespace"},
      Entry{&Names::random, "random"},
      Entry{&Names::uniform, "uniform"},
      Entry{&Names::failed, "failed"},
      Entry{&Names::result, "result"},
      Entry{&Names::retries, "retries"},
      Entry{&Names::exception_types, "exception_types"},
      Entry{&Names::exception_cause_types, "exception_cause_types"},
      Entry{&Names::time, "time"},
      Entry{&Names::monotonic, "monotonic"},
      Entry{&Names::sleep, "sleep"},
      Entry{&Names::statistics, "statistics"},
      Entry{&Names::start_time, "start_time"},
      Entry{&Names::idle_for, "idle_for"},
      Entry{&Names::delay_since_first_attempt, "delay_since_first_attempt"},
      Entry{&Names::stop, "stop"},
      Entry{&Names::wait, "wait"},
      Entry{&Names::retry, "retry"},
      Entry{&Names::before, "before"},
      Entry{&Names::after, "after"},
      Entry{&Names::before_sleep, "before_sleep"},
      Entry{&Names::reraise, "reraise"},
      Entry{&Names::enabled, "enabled"},
      Entry{&Names::retry_error_cls, "retry_error_cls"},
      Entry{&Names::retry_error_callback, "retry_error_callback"},
      Entry{&Names::local, "_local"},
      Entry{&Names::keep_exceptions, "keep_exceptions"},
      Entry{&Names::attempt_timeout, "attempt_timeout"},
      Entry{&Names::future_result, "_result"},
      Entry{&Names::future_exception, "_exception"},
      Entry{&Names::future_class, "_future"},
      Entry{&Names::init, "__init__"},
      Entry{&Names::last_attempt, "last_attempt"},
      Entry{&Names::next_action, "next_action"},
      Entry{&Names::outcome_timestamp, "outcome_timestamp"},
      Entry{&Names::tally, "_tally"},
      Entry{&Names::iter, "iter"},
      Entry{&Names::iter_by_queue, "_iter_by_queue"},
      Entry{&Names::iter_state, "iter_state"},
      Entry{&Names::begin, "begin"},
      Entry{&Names::prepare, "prepare_for_next_attempt"},
      Entry{&Names::wrapped, "__wrapped__"},
      Entry{&Names::retry_with, "retry_with"},
      Entry{&Names::door, "_door"},
      Entry{&Names::name, "_name"},
      Entry{&Names::running, "running"},
      Entry{&Names::newest_loop, "newest_loop"},
      Entry{&Names::state_class, "RetryCallState"},
      Entry{&Names::manager_class, "AttemptManager"},
      Entry{&Names::attempt, "_attempt"},
      Entry{&Names::future_state, "_state"},
      Entry{&Names::finished, "FINISHED"},
      Entry{&Names::enough, "_enough"},
      Entry{&Names::pause, "_pause"},
      Entry{&Names::update, "update"},
  };
  for (const Entry& entry : kEntries) {
    if (!visit(names.*entry.field, entry.text)) return false;
  }
  return true;
}

int exec(PyObject* module) {
  ModuleState& state = *new (PyModule_GetState(module)) ModuleState{};
  const int without_gil = runs_without_gil();
  if (without_gil < 0) return -1;
  state.without_gil = without_gil == 1;
  const bool interned = each_name(state.names, [](Ref& name, const char* text) {
    name = Ref::steal(PyUnicode_InternFromString(text));
    return static_cast<bool>(name);
  });
  const bool complete =
      interned && remember_clock(state) && remember_random(state) && add_field_type(module) &&
      add_turn(module) && add_strategy_base(module) && add_stop_types(module) &&
      add_wait_types(module) && add_conditions(module) && add_controller_base(module) &&
      add_counters_type(module) && add_state_base(module) && add_call_type(module) &&
      add_awaiting_type(module) && add_block_types(module) && add_tally_type(module) &&
      add_async_block_type(module) && add_outcome_type(module);
  return complete ? 0 : -1;
}

// Names are strings and cannot take part in a cycle; classes and modules can.
int traverse(PyObject* module, visitproc visit, void* arg) {
  if (PyModule_GetState(module) == nullptr) return 0;
  ModuleState& state = state_in(module);
  Py_VISIT(state.arithmetic.get());
  Py_VISIT(state.counters_type.get());
  Py_VISIT(state.strategy_type.get());
  Py_VISIT(state.controller_type.get());
  Py_VISIT(state.call_type.get());
  Py_VISIT(state.state_type.get());
  Py_VISIT(state.awaiting_type.get());
  Py_VISIT(state.block_type.get());
  Py_VISIT(state.tally_type.get());
  Py_VISIT(state.async_block_type.get());
  Py_VISIT(state.outcome_type.get());
  Py_VISIT(state.field_type.get());
  Py_VISIT(state.is_coroutine_callable.get());
  for (const Ref& type : state.state_classes) Py_VISIT(type.get());
  for (const Ref& sample : state.samples) Py_VISIT(sample.get());
  Py_VISIT(state.try_again.get());
  Py_VISIT(state.do_attempt.get());
  Py_VISIT(state.do_sleep.get());
  for (const Ref& type : state.adopted) Py_VISIT(type.get());
  for (const Ref* part :
       {&state.originals.time, &state.originals.monotonic, &state.originals.sleep,
        &state.originals.random, &state.originals.uniform, &state.originals.random_random}) {
    Py_VISIT(part->get());
  }
  return visit_controller_kinds(state, visit, arg);
}

int clear(PyObject* module) {
  if (PyModule_GetState(module) == nullptr) return 0;
  ModuleState& state = state_in(module);
  state.arithmetic = Ref{};
  state.is_coroutine_callable = Ref{};
  state.try_again = Ref{};
  state.do_attempt = Ref{};
  state.do_sleep = Ref{};
  for (Ref& sample : state.samples) sample = Ref{};
  state.adopted.clear();
  state.state_classes.clear();
  state.controllers.clear();
  state.originals = Originals{};
  return 0;
}

PyObject* set_try_again(PyObject* module, PyObject* type) noexcept {
  state_in(module).try_again = Ref::share(type);
  return Ref::share(type).release();
}

PyObject* set_steps(PyObject* module, PyObject* args) noexcept {
  PyObject *do_attempt = nullptr, *do_sleep = nullptr;
  if (!PyArg_ParseTuple(args, "O!O!:adopt_steps", &PyType_Type, &do_attempt, &PyType_Type,
                        &do_sleep)) {
    return nullptr;
  }
  state_in(module).do_attempt = Ref::share(do_attempt);
  state_in(module).do_sleep = Ref::share(do_sleep);
  Py_RETURN_NONE;
}

PyObject* set_testing(PyObject* module, PyObject* on) noexcept {
  const int truth = PyObject_IsTrue(on);
  if (truth < 0) return nullptr;
  state_in(module).testing.store(truth == 1, std::memory_order_relaxed);
  Py_RETURN_NONE;
}

PyMethodDef kMethods[] = {
    {"adopt", adopt, METH_O,
     "Say that a class is one of a door's own strategies: plans may read its instances."},
    {"adopt_controller", as_method(adopt_controller), METH_VARARGS | METH_KEYWORDS,
     "Say that a class is one of a door's own controllers, and what its calls are made of."},
    {"adopt_sample", as_method(adopt_sample), METH_FASTCALL,
     "Say what decorated functions are made like."},
    {"takes", as_method(takes_policy), METH_FASTCALL,
     "Whether one of a door's own controller classes takes these arguments without a question."},
    {"function_kind", function_kind, METH_O,
     "1 for a plain function, 2 for a coroutine function, 0 for everything else."},
    {"is_coroutine_callable", is_coroutine_callable, METH_O,
     "Whether calling it gives a coroutine; partials and async __call__ count."},
    {"adopt_state", adopt_state, METH_O,
     "Say that a class is one of a door's own RetryCallState classes."},
    {"adopt_try_again", set_try_again, METH_O,
     "Say which exception class asks for another attempt."},
    {"adopt_steps", set_steps, METH_VARARGS,
     "Say which classes iter() answers with when there is an attempt or a sleep to come."},
    {"bind", bind, METH_O, "Make the calls of a decorated function, just created, native."},
    {"set_testing", set_testing, METH_O,
     "Send all calls through the Python loops, which know the switch of mainstay.retry.testing."},
    {"dress", as_method(dress), METH_FASTCALL,
     "Make a wrapper look like the function it wraps, as functools.wraps does."},
    {"to_seconds", to_seconds, METH_O,
     "A number of seconds, or the length of a timedelta, as a float."},
    {"paths", paths, METH_NOARGS, "How many calls went which way, by the reason."},
    {nullptr, nullptr, 0, nullptr},
};

PyModuleDef_Slot kSlots[] = {
    {Py_mod_exec, reinterpret_cast<void*>(exec)},
    {0, nullptr},
};

}  // namespace

PyModuleDef module_definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "mainstay.retry._native",
    .m_doc = "What the engine decides for mainstay.retry; see docs/internals/retry.md.",
    .m_size = sizeof(ModuleState),
    .m_methods = kMethods,
    .m_slots = kSlots,
    .m_traverse = traverse,
    .m_clear = clear,
    .m_free = destroy_state<ModuleState>,
};

PyObject* general(ModuleState& state, const char* function, PyObject* first, PyObject* second,
                  PyObject* third) noexcept {
  if (!state.arithmetic) {
    state.arithmetic = Ref::steal(PyImport_ImportModule("mainstay.retry._arithmetic"));
    if (!state.arithmetic) return nullptr;
  }
  const Ref callable = Ref::steal(PyObject_GetAttrString(state.arithmetic.get(), function));
  if (!callable) return nullptr;
  return PyObject_CallFunctionObjArgs(callable.get(), first, second, third, nullptr);
}

}  // namespace mainstay::binding::retry

PyMODINIT_FUNC PyInit_retry() {
  return PyModuleDef_Init(&mainstay::binding::retry::module_definition);
}
