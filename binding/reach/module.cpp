// module.cpp - `mainstay.reach._native`: running specs, and the programs that are kept for them.
#include "binding/reach/module.hpp"

#include "binding/reach/program.hpp"
#include "binding/support/errors.hpp"
#include "binding/support/gil.hpp"
#include "binding/support/native_type.hpp"

namespace mainstay::binding::reach {
namespace {

constexpr Py_ssize_t kMaxTexts = 10'000;

// What a call raises: made by the face, told from results by its type.
struct Outcome {
  Ref error;
  void each_reference(auto visit) { visit(error); }
};

bool init_outcome(Outcome& self, PyObject* args, PyObject*) {
  PyObject* error = nullptr;
  if (!PyArg_ParseTuple(args, "O", &error)) return false;
  self.error = Ref::share(error);
  return true;
}

Ref outcome_error(Outcome& self) { return Ref::share(self.error.get()); }

PyGetSetDef kOutcomeAttributes[] = {attribute<outcome_error>("error", "The exception to raise."),
                                    {}};
const PyType_Slot kOutcomeSlots[] = {{Py_tp_init, as_slot<init_outcome>()}};
const TypeTable kOutcome{
    .name = "mainstay.reach._native.Failure",
    .doc = "What a call raises, on its way to the function that raises it.",
    .attributes = kOutcomeAttributes,
    .slots = kOutcomeSlots,
};

Ref program_spec(Program& self) { return Ref::share(self.spec.get()); }

PyGetSetDef kProgramAttributes[] = {attribute<program_spec>("spec", "What it was compiled from."),
                                    {}};
const TypeTable kProgram{
    .name = "mainstay.reach._native.Program",
    .doc = "A compiled spec. Does not change; threads may share it.",
    .attributes = kProgramAttributes,
    .constructible = false,
};

std::size_t slot_of(PyObject* spec) noexcept {
  return reinterpret_cast<std::uintptr_t>(spec) / 16 % kPrograms;
}

// The program of a text, by its content: of the dict, or made and kept there.
Ref program_of_text(PyObject* programs, PyObject* text, auto make) {
  Ref program = dict_item(programs, text);
  if (program || PyErr_Occurred() != nullptr) return program;
  program = make();
  if (program && PyDict_GET_SIZE(programs) < kMaxTexts &&
      PyDict_SetItem(programs, text, program.get()) < 0) {
    return Ref{};
  }
  return program;
}

// The program of a spec: the one kept for this very object while that is true, or a new one. A
// Program stands for its spec.
Ref program_of(PyObject* module, State& state, PyObject* spec) {
  if (reinterpret_cast<PyObject*>(Py_TYPE(spec)) == state.program_type.get()) {
    const auto& given = value_of<Program>(spec);
    if (is_current(given)) return Ref::share(spec);
    spec = given.spec.get();  // kept by the one that was given
  }
  Ref& slot = state.programs[slot_of(spec)];
  Ref program;
  {
    const CriticalSection section(module);
    if (slot && value_of<Program>(slot.get()).spec.get() == spec) {
      program = Ref::share(slot.get());
    }
  }
  if (program && is_current(value_of<Program>(program.get()))) return program;
  const auto make = [&] { return compile(state, spec); };
  program = PyUnicode_CheckExact(spec) ? program_of_text(state.texts.get(), spec, make) : make();
  if (!program || value_of<Program>(program.get()).spec.get() != spec) return program;
  Ref kept = Ref::share(program.get());
  const CriticalSection section(module);
  std::swap(slot, kept);
  return program;
}

// The spec that a Program stands for. Borrowed.
PyObject* spec_of(const State& state, PyObject* spec) noexcept {
  const bool compiled = reinterpret_cast<PyObject*>(Py_TYPE(spec)) == state.program_type.get();
  return compiled ? value_of<Program>(spec).spec.get() : spec;
}

// What a failed run comes to: the default, or an Outcome. Empty with an exception set.
Ref failed(Host& host, State& state, Trace& trace, PyObject* skip_exc, PyObject* fallback) {
  const Ref error = host.exception_of(mainstay::reach::failure_of(trace));
  if (!error) return Ref{};
  if (fallback != state.MISSING.get() && PyErr_GivenExceptionMatches(error.get(), skip_exc) != 0) {
    return Ref::share(fallback);
  }
  if (!PyErr_GivenExceptionMatches(error.get(), PyExc_Exception)) {
    PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(error.get())), error.get());
    return Ref{};
  }
  const Ref levels = host.tuple_of(trace);
  if (!levels) return Ref{};
  const Ref finished = Ref::steal(
      PyObject_CallFunctionObjArgs(state.finished.get(), error.get(), levels.get(), nullptr));
  if (!finished) return Ref{};
  return Ref::steal(PyObject_CallOneArg(state.failure_type.get(), finished.get()));
}

// run(target, spec, debug, star, default[, skip_exc]): the result, or an Outcome.
Ref run(PyObject* module, PyObject* const* args, Py_ssize_t nargs) {
  State& state = state_of<State>(module);
  if (nargs < 5 || nargs > 6) {
    PyErr_Format(PyExc_TypeError, "run() takes 5 or 6 arguments, got %zd", nargs);
    return Ref{};
  }
  PyObject* spec = args[1];
  PyObject* fallback = args[4] != state.ABSENT.get() ? args[4] : state.MISSING.get();
  PyObject* skip_exc = nargs == 6 ? args[5] : state.GlomError.get();
  const bool plain =
      args[2] == Py_False && args[3] == Py_True && (nargs == 5 || is_catchable(skip_exc));
  Ref program = plain ? program_of(module, state, spec) : Ref{};
  if (plain && !program) return Ref{};
  const Node* root = program ? value_of<Program>(program.get()).root.get() : nullptr;
  if (root == nullptr) {
    spec = spec_of(state, spec);
    return Ref::steal(PyObject_CallFunctionObjArgs(state.interpret.get(), args[0], spec, args[2],
                                                   fallback, skip_exc, nullptr));
  }
  Host host(module, state);
  mainstay::reach::Run<Host> running(host);
  const Ref target = Ref::share(args[0]);
  Ref result;
  Where where;
  if (running.evaluate(*root, target, result, where)) return result;
  const auto trace = running.take_trace();
  if (fallback != state.MISSING.get() && skip_exc == state.GlomError.get() &&
      host.is_own(mainstay::reach::failure_of(*trace))) {
    return Ref::share(fallback);
  }
  return failed(host, state, *trace, skip_exc, fallback);
}

// run_below(target, spec, path, scope): the result of a spec within a call of the interpreter; on
// failure (exception, levels of its trace) in an Outcome; NotImplemented when it is not compiled.
// The place of the last item of a list is noted in `scope`, a dict or None.
Ref run_below(PyObject* module, PyObject* const* args, Py_ssize_t nargs) {
  State& state = state_of<State>(module);
  if (nargs != 4 || !PyList_CheckExact(args[2])) return Ref::share(Py_NotImplemented);
  const Ref program = program_of(module, state, args[1]);
  if (!program) return Ref{};
  const Node* root = value_of<Program>(program.get()).root.get();
  if (root == nullptr) return Ref::share(Py_NotImplemented);
  Host host(module, state);
  host.given.path = args[2];
  mainstay::reach::Run<Host> running(host);
  const Ref target = Ref::share(args[0]);
  Ref result;
  Where where;
  Where last;
  if (root->op == Op::map && PyDict_CheckExact(args[3])) running.keep_place(&last);
  const bool done = running.evaluate(*root, target, result, where);
  if (done && last.position >= 0) {
    const Ref place = host.path_list(last);
    if (!place || PyDict_SetItem(args[3], state.Path.get(), place.get()) < 0) return Ref{};
  }
  if (done) return host.note_path(where) ? std::move(result) : Ref{};
  const auto trace = running.take_trace();
  const Ref error = host.exception_of(mainstay::reach::failure_of(*trace));
  const Ref levels = error ? host.tuple_of(*trace) : Ref{};
  const Ref both = levels ? Ref::steal(PyTuple_Pack(2, error.get(), levels.get())) : Ref{};
  if (!both || !host.note_path(where)) return Ref{};
  return Ref::steal(PyObject_CallOneArg(state.failure_type.get(), both.get()));
}

// assign(target, path, value, missing, debug, star): as a call with Assign(path, value, missing),
// whose program is kept by its path. NotImplemented when the arguments want more than that.
Ref assign(PyObject* module, PyObject* const* args, Py_ssize_t nargs) {
  State& state = state_of<State>(module);
  PyObject* path = nargs == 6 ? args[1] : Py_None;
  if (!PyUnicode_CheckExact(path) || args[4] != Py_False || args[5] != Py_True ||
      !is_value(state, args[2]) || (args[3] != Py_None && !PyCallable_Check(args[3]))) {
    if (PyErr_Occurred() != nullptr) return Ref{};
    return Ref::share(Py_NotImplemented);
  }
  const Ref program =
      program_of_text(state.places.get(), path, [&] { return compile_place(state, path); });
  if (!program) return Ref{};
  const Node* root = value_of<Program>(program.get()).root.get();
  if (root == nullptr || (root->stars != 0 && args[3] != Py_None))
    return Ref::share(Py_NotImplemented);
  Host host(module, state);
  host.given.value = args[2];
  host.given.missing = args[3] != Py_None ? args[3] : nullptr;
  mainstay::reach::Run<Host> running(host);
  const Ref target = Ref::share(args[0]);
  Ref result;
  Where where;
  if (running.evaluate(*root, target, result, where)) return result;
  const auto trace = running.take_trace();
  const Ref value = Ref::share(args[2]);
  trace->spec = host.rest_spec(*root, 0, value);
  return failed(host, state, *trace, nullptr, state.MISSING.get());
}

PyObject* forget_handlers(PyObject* module, PyObject*) noexcept {
  State& state = state_of<State>(module);
  {
    const CriticalSection section(module);
    ++state.registrations;
  }
  for (auto& operation : state.handlers) {
    for (Handler& each : operation) {
      Handler old;
      const CriticalSection section(module);
      std::swap(each, old);
    }
  }
  Py_RETURN_NONE;
}

// compile(spec): a Program of its own, which stands for the spec in calls.
Ref compile_spec(PyObject* module, PyObject* spec) {
  return compile(state_of<State>(module), spec);
}

// is_plain(spec): whether a spec is compiled.
Ref is_plain(PyObject* module, PyObject* spec) {
  const Ref program = program_of(module, state_of<State>(module), spec);
  if (!program) return Ref{};
  return Ref::steal(PyBool_FromLong(value_of<Program>(program.get()).root != nullptr));
}

// adopt(**names): what the face defines and programs need.
PyObject* adopt(PyObject* module, PyObject*, PyObject* kwargs) noexcept {
  State& state = state_of<State>(module);
#define X(name)                                                                            \
  {                                                                                        \
    PyObject* given = kwargs != nullptr ? PyDict_GetItemString(kwargs, #name) : nullptr;   \
    if (given == nullptr) return PyErr_Format(PyExc_TypeError, "adopt() needs %s", #name); \
    state.name = Ref::share(given);                                                        \
  }
  MAINSTAY_REACH_ADOPTED(X)
#undef X
  Py_RETURN_NONE;
}

// A function as Python calls it.
template <auto function, class... Rest>
PyObject* caught(PyObject* module, Rest... rest) noexcept {
  try {
    return function(module, rest...).release();
  } catch (const std::bad_alloc&) {
    return PyErr_NoMemory();
  }
}

PyMethodDef kFunctions[] = {
    {"run", as_method(&caught<run, PyObject* const*, Py_ssize_t>), METH_FASTCALL,
     "run(target, spec, debug, star, default[, skip_exc]): the result of a spec, or a Failure."},
    {"run_below", as_method(&caught<run_below, PyObject* const*, Py_ssize_t>), METH_FASTCALL,
     "run_below(target, spec, path, scope): the same within a call of the interpreter."},
    {"assign", as_method(&caught<assign, PyObject* const*, Py_ssize_t>), METH_FASTCALL,
     "assign(target, path, value, missing, debug, star): a call with an Assign that is not made."},
    {"compile", as_method(&caught<compile_spec, PyObject*>), METH_O,
     "A Program, which stands for the spec in calls."},
    {"is_plain", as_method(&caught<is_plain, PyObject*>), METH_O,
     "Whether a spec is compiled, and not walked by Python."},
    {"forget_handlers", as_method(&forget_handlers), METH_NOARGS,
     "Handlers of the default registry changed."},
    {"adopt", as_method(&adopt), METH_VARARGS | METH_KEYWORDS,
     "Takes the classes and functions of the face that programs use."},
    {},
};

bool take_builtin(Ref& into, const char* name) {
  PyObject* builtins = PyEval_GetBuiltins();
  into = Ref::share(PyDict_GetItemString(builtins, name));
  if (!into) PyErr_Format(PyExc_RuntimeError, "builtins has no %s", name);
  return static_cast<bool>(into);
}

bool set_up(PyObject* module, State& state) {
#define X(name)                                                      \
  state.name_##name = Ref::steal(PyUnicode_InternFromString(#name)); \
  if (!state.name_##name) return false;
  MAINSTAY_REACH_NAMES(X)
#undef X
  state.texts = Ref::steal(PyDict_New());
  state.places = Ref::steal(PyDict_New());
  state.program_type = add_native_type<Program>(module, kProgram);
  state.failure_type = add_native_type<Outcome>(module, kOutcome);
  return state.texts && state.places && state.program_type && state.failure_type &&
         take_builtin(state.builtin_getattr, "getattr") &&
         take_builtin(state.builtin_setattr, "setattr") &&
         take_builtin(state.builtin_delattr, "delattr") && take_builtin(state.builtin_iter, "iter");
}

PyModuleDef definition = native_module<State, set_up>(
    "mainstay.reach._native", "The native part of mainstay.reach.", kFunctions);

}  // namespace
}  // namespace mainstay::binding::reach

PyMODINIT_FUNC PyInit_reach() { return PyModuleDef_Init(&mainstay::binding::reach::definition); }
