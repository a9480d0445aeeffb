// call.cpp - see call.hpp: the retry loop in the binding, driven by the engine's Turn.
//
// State of a call lives on the C stack. The objects programs could look at (the RetryCallState, the
// outcome as a Future) are made when somebody will: a plan has no hooks, so during the loop nobody
// can, and RetryError carries the one Future that is left to see. Anything out of the ordinary is
// handed to the loop of open.cpp, which has real objects, or to the Python loop, from the start
// (`_call_decorated`) or in the middle (`_resume`).
#include "binding/retry/call.hpp"

#include <cstddef>
#include <utility>

#include "binding/retry/open.hpp"
#include "binding/retry/untouched.hpp"
#include "binding/support/call.hpp"
#include "binding/support/module_state.hpp"

namespace mainstay::binding::retry {
namespace {

// The whole call in Python.
PyObject* in_python(const CallObject& call, PyObject* shell, const Arguments& arguments,
                    Obstacle why) noexcept {
  count(*call.state, why);
  const Ref positional = arguments.positional();
  const Ref keywords = arguments.keywords();
  if (!positional || !keywords) return nullptr;
  return PyObject_CallMethod(call.controller, "_call_decorated", "OOOO", shell, call.function,
                             positional.get(), keywords.get());
}

// The rest of a call in Python, from an outcome on.
PyObject* resume(const CallObject& call, PyObject* shell, const Arguments& arguments,
                 const Numbers& numbers, const Ref& value, const Ref& error,
                 Obstacle why) noexcept {
  count(*call.state, why);
  const Ref positional = arguments.positional();
  const Ref keywords = arguments.keywords();
  const Ref idle = numbers.idle.to_python();
  if (!positional || !keywords || !idle) return nullptr;
  return PyObject_CallMethod(call.controller, "_resume", "OOOOdKOOO", shell, call.function,
                             positional.get(), keywords.get(), numbers.start,
                             static_cast<unsigned long long>(numbers.attempt), idle.get(),
                             value ? value.get() : Py_None, error ? error.get() : Py_None);
}

PyObject* run(CallObject& call, PyObject* shell, const Arguments& arguments) noexcept {
  // First of all: the Python loop needs more stack for a call than this one.
  const RecursionGuard guard(" while calling a retried function");
  if (!guard) return nullptr;
  Running running;
  const Obstacle obstacle = begin_call(running, call.controller, shell);
  if (PyErr_Occurred()) return nullptr;
  if (obstacle != Obstacle::none) return in_python(call, shell, arguments, obstacle);
  PyObject* function = call.function;
  if (!running.plan->enabled) {
    return arguments.call(function);
  }
  if (running.is_open()) return run_open(call, arguments, running);
  for (;;) {
    Ref value = Ref::steal(arguments.call(function));
    Ref error;
    if (!value) error = take_exception();
    Obstacle why = Obstacle::none;
    // Nobody asks when a value was known that is returned as it is.
    const bool stands = value && !running.plan->looks_at_values;
    const double now = stands ? running.numbers.start : monotonic_now();
    switch (decide(running, value, error, now, why)) {
      case Step::give_back:
        if (!value) raise_again(std::move(error));
        if (value && !is_result(running.kind, function, value.get())) return nullptr;
        return value.release();
      case Step::raised: return nullptr;
      case Step::in_python:
        if (why == Obstacle::testing) {
          return resume(call, shell, arguments, running.numbers, value, error, why);
        }
        count(*running.state, why);
        return go_on_open(call, arguments, running, std::move(value), std::move(error), now);
      case Step::sleep: break;
    }
    value = Ref{};  // the old outcome need not outlive the sleep
    error = Ref{};
    if (!sleep_between(running)) return nullptr;
  }
}

// --- the Call object ----------------------------------------------------------------------------

// call(*args, **kwargs): what the body of a decorated function does where it is not native.
PyObject* call_from_body(PyObject* self, PyObject* const* args, std::size_t nargsf,
                         PyObject* kwnames) noexcept {
  CallObject& call = as_call(self);
  const Ref shell = owner_of(call);
  return run_call(call, shell.get(), args, nargsf, kwnames);
}

PyObject* make(PyTypeObject* type, PyObject* args, PyObject* kwargs) noexcept {
  PyObject *controller = nullptr, *function = nullptr;
  int awaits = 0;
  static const char* const keywords[] = {"", "", "", nullptr};
  if (!PyArg_ParseTupleAndKeywords(args, kwargs, "OO|p:Call", const_cast<char**>(keywords),
                                   &controller, &function, &awaits)) {
    return nullptr;
  }
  PyObject* module = module_of(type, &module_definition);
  if (module == nullptr) return nullptr;
  auto* base = reinterpret_cast<PyTypeObject*>(state_in(module).controller_type.get());
  if (!PyObject_TypeCheck(controller, base)) {
    return PyErr_Format(PyExc_TypeError, "the first argument must be a controller, got %R",
                        controller);
  }
  return make_call(state_in(module), controller, function, awaits != 0).release();
}

int traverse(PyObject* self, visitproc visit, void* arg) noexcept {
  Py_VISIT(Py_TYPE(self));
  Py_VISIT(as_call(self).controller);
  Py_VISIT(as_call(self).function);
  Py_VISIT(as_call(self).shell);
  return 0;
}

int clear(PyObject* self) noexcept {
  Py_CLEAR(as_call(self).controller);
  Py_CLEAR(as_call(self).function);
  Py_CLEAR(as_call(self).shell);
  return 0;
}

// As plain pickles take functions by name, this is for tools that take them apart.
PyObject* reduce(PyObject* self, PyObject*) noexcept {
  const CallObject& call = as_call(self);
  const Ref owner = owner_of(call);
  return Py_BuildValue("O(OOO)O", Py_TYPE(self), call.controller, call.function,
                       call.awaits ? Py_True : Py_False, owner.get());
}

PyObject* set_state(PyObject* self, PyObject* owner) noexcept {
  if (PyFunction_Check(owner) && !belong_to(as_call(self), owner)) return nullptr;
  Py_RETURN_NONE;
}

PyMethodDef kMethods[] = {
    {"start", as_method(start_call), METH_FASTCALL, "What a decorated coroutine function awaits."},
    {"__reduce__", reduce, METH_NOARGS, "Pickled as the controller and both functions."},
    {"__setstate__", set_state, METH_O, "Take the decorated function from a pickle."},
    {nullptr, nullptr, 0, nullptr},
};

PyMemberDef kMembers[] = {
    {"__vectorcalloffset__", T_PYSSIZET, offsetof(CallObject, vectorcall), READONLY, nullptr},
    {nullptr, 0, 0, 0, nullptr},
};

char kDoc[] =
    "Call(controller, function, awaits=False): what a decorated function hands over to.\n\n"
    "Called with the function's arguments. Shared between threads like the function itself:\n"
    "each call keeps its state to itself.";

PyType_Slot kSlots[] = {
    {Py_tp_doc, kDoc},
    {Py_tp_new, reinterpret_cast<void*>(make)},
    {Py_tp_call, reinterpret_cast<void*>(PyVectorcall_Call)},
    {Py_tp_dealloc, reinterpret_cast<void*>(clear_and_free<clear>)},
    {Py_tp_traverse, reinterpret_cast<void*>(traverse)},
    {Py_tp_clear, reinterpret_cast<void*>(clear)},
    {Py_tp_methods, kMethods},
    {Py_tp_members, kMembers},
    {0, nullptr},
};

PyType_Spec kSpec = {
    .name = "mainstay.retry._native.Call",
    .basicsize = sizeof(CallObject),
    .itemsize = 0,
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL |
             Py_TPFLAGS_IMMUTABLETYPE,
    .slots = kSlots,
};

}  // namespace

PyObject* run_call(CallObject& call, PyObject* shell, PyObject* const* args, std::size_t nargsf,
                   PyObject* kwnames) noexcept {
  return run(call, shell, {.values = args, .nargsf = nargsf, .kwnames = kwnames});
}

bool belong_to(CallObject& call, PyObject* function) noexcept {
  Ref weak = Ref::steal(PyWeakref_NewRef(function, nullptr));
  if (!weak) return false;
  const Ref old = Ref::steal(std::exchange(call.shell, weak.release()));
  return true;
}

Ref owner_of(const CallObject& call) noexcept {
  if (call.shell == nullptr) return Ref::share(Py_None);
#if PY_VERSION_HEX >= 0x030D0000
  PyObject* owner = nullptr;
  if (PyWeakref_GetRef(call.shell, &owner) == 1) return Ref::steal(owner);
  return Ref::share(Py_None);
#else
  return Ref::share(PyWeakref_GET_OBJECT(call.shell));
#endif
}

Ref make_call(ModuleState& state, PyObject* controller, PyObject* function, bool awaits) noexcept {
  auto* type = reinterpret_cast<PyTypeObject*>(state.call_type.get());
  Ref made = Ref::steal(type->tp_alloc(type, 0));
  if (!made) return made;
  CallObject& call = as_call(made.get());
  call.vectorcall = &call_from_body;
  call.state = &state;
  call.controller = Ref::share(controller).release();
  call.function = Ref::share(function).release();
  call.awaits = awaits;
  return made;
}

bool add_call_type(PyObject* module) noexcept {
  Ref type = add_type(module, kSpec);
  if (!type) return false;
  state_in(module).call_type = std::move(type);
  return true;
}

}  // namespace mainstay::binding::retry
