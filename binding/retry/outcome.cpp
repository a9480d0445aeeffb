// outcome.cpp - what programs ask of a finished Future, without its lock.
//
// The outcome of an attempt is a real `concurrent.futures.Future`, which takes a lock whenever it
// is asked. A finished one never changes, so it is answered at once; everything else (one that a
// program made and has not finished) is left to the class behind this one.
#include "binding/retry/decision.hpp"
#include "binding/support/module_state.hpp"

namespace mainstay::binding::retry {
namespace {

ModuleState* module_state(PyObject* self) noexcept {
  PyObject* module = module_of(Py_TYPE(self), &module_definition);
  return module == nullptr ? nullptr : &state_in(module);
}

// 1, 0, or -1 with an exception set.
int is_finished(const ModuleState& state, PyObject* self) noexcept {
  const Ref how = attribute(self, state.names.future_state);
  if (!how) return -1;
  if (how.get() == state.names.finished.get()) return 1;
  return PyObject_RichCompareBool(how.get(), state.names.finished.get(), Py_EQ);
}

PyObject* ask_the_class_behind(const ModuleState& state, PyObject* self, const Ref& method,
                               PyObject* args, PyObject* kwargs) noexcept {
  const Ref behind = Ref::steal(PyObject_CallFunctionObjArgs(
      reinterpret_cast<PyObject*>(&PySuper_Type), state.outcome_type.get(), self, nullptr));
  const Ref bound = behind ? attribute(behind.get(), method) : Ref{};
  return bound ? PyObject_Call(bound.get(), args, kwargs) : nullptr;
}

PyObject* exception(PyObject* self, PyObject* args, PyObject* kwargs) noexcept {
  const ModuleState* state = module_state(self);
  const int finished = state == nullptr ? -1 : is_finished(*state, self);
  if (finished < 0) return nullptr;
  if (finished == 0) {
    return ask_the_class_behind(*state, self, state->names.exception, args, kwargs);
  }
  return attribute(self, state->names.future_exception).release();
}

PyObject* result(PyObject* self, PyObject* args, PyObject* kwargs) noexcept {
  const ModuleState* state = module_state(self);
  const int finished = state == nullptr ? -1 : is_finished(*state, self);
  if (finished < 0) return nullptr;
  if (finished == 0) {
    return ask_the_class_behind(*state, self, state->names.result, args, kwargs);
  }
  Ref error = attribute(self, state->names.future_exception);
  const int raised = error ? PyObject_IsTrue(error.get()) : -1;
  if (raised < 0) return nullptr;
  if (raised == 0) return attribute(self, state->names.future_result).release();
  raise_again(std::move(error));
  return nullptr;
}

PyObject* failed(PyObject* self, void*) noexcept {
  const ModuleState* state = module_state(self);
  if (state == nullptr) return nullptr;
  // By name: a subclass may have an exception() of its own.
  const Ref error = Ref::steal(PyObject_CallMethodNoArgs(self, state->names.exception.get()));
  return error ? PyBool_FromLong(error.get() != Py_None) : nullptr;
}

PyMethodDef kMethods[] = {
    {"exception", as_method(exception), METH_VARARGS | METH_KEYWORDS,
     "exception($self, /, timeout=None)\n--\n\nWhat the attempt raised; None when it returned."},
    {"result", as_method(result), METH_VARARGS | METH_KEYWORDS,
     "result($self, /, timeout=None)\n--\n\nWhat the attempt returned; raises what it raised."},
    {nullptr, nullptr, 0, nullptr},
};

PyGetSetDef kGetSet[] = {
    {"failed", failed, nullptr, "Whether the attempt raised.", nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr},
};

char kDoc[] = "What is asked of a finished Future, without its lock.";

PyType_Slot kSlots[] = {
    {Py_tp_doc, kDoc},
    {Py_tp_methods, kMethods},
    {Py_tp_getset, kGetSet},
    {0, nullptr},
};

PyType_Spec kSpec = {
    .name = "mainstay.retry._native.Outcome",
    .basicsize = sizeof(PyObject),
    .itemsize = 0,
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = kSlots,
};

}  // namespace

bool add_outcome_type(PyObject* module) noexcept {
  state_in(module).outcome_type = add_type(module, kSpec);
  return static_cast<bool>(state_in(module).outcome_type);
}

}  // namespace mainstay::binding::retry
