// shell.cpp - the function subtype: a genuine function object whose call goes to C.
//
// A function's own vectorcall field cannot be redirected on every version (3.11 ignores it, later
// ones specialise around it), but a subtype of function is called through that field everywhere.
// The type is static because `function` may not be derived from at run time; it has no state.
// A function is retyped right when it was created, before any call site has seen it. What stays
// true: isinstance, binding, signature, source, attributes. What changes: `type(f) is FunctionType`
// is False, writing `f.__code__` has no effect, and tracebacks and profilers do not show the frame.
#include <array>
#include <cstddef>

#include "binding/retry/call.hpp"

namespace mainstay::binding::retry {
namespace {

PyFunctionObject& as_function(PyObject* self) noexcept {
  return *reinterpret_cast<PyFunctionObject*>(self);
}

// The Call in the function's closure. Borrowed; null when there is none.
PyObject* call_in_closure(const ModuleState& state, PyObject* function) noexcept {
  PyObject* cells = as_function(function).func_closure;
  if (cells == nullptr) return nullptr;
  PyObject* content = PyCell_GET(PyTuple_GET_ITEM(cells, 0));
  const bool is_call =
      content != nullptr && reinterpret_cast<PyObject*>(Py_TYPE(content)) == state.call_type.get();
  return is_call ? content : nullptr;
}

PyObject* call_shell(PyObject* self, PyObject* const* args, std::size_t nargsf,
                     PyObject* kwnames) noexcept {
  // bind() looked: the first cell holds the Call, and nothing in Python writes to it.
  PyObject* cell = PyTuple_GET_ITEM(as_function(self).func_closure, 0);
  const Ref call = Ref::share(PyCell_GET(cell));
  return run_call(as_call(call.get()), self, args, nargsf, kwnames);
}

// Pickled and copied by name, as every function is.
PyObject* reduce(PyObject* self, PyObject*) noexcept {
  return Ref::share(as_function(self).func_qualname).release();
}

PyMethodDef kMethods[] = {
    {"__reduce__", reduce, METH_NOARGS, "Pickled by name."},
    {nullptr, nullptr, 0, nullptr},
};

const PyVarObject kHead[] = {PyVarObject_HEAD_INIT(nullptr, 0)};
PyTypeObject shell_type{};

bool ready() noexcept {
  if (shell_type.tp_base != nullptr) return true;
  shell_type.ob_base = kHead[0];
  shell_type.tp_name = "function";
  shell_type.tp_basicsize = sizeof(PyFunctionObject);
  shell_type.tp_base = &PyFunction_Type;
  shell_type.tp_flags =
      Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_VECTORCALL | Py_TPFLAGS_METHOD_DESCRIPTOR;
  shell_type.tp_vectorcall_offset = PyFunction_Type.tp_vectorcall_offset;
  shell_type.tp_dictoffset = PyFunction_Type.tp_dictoffset;
  shell_type.tp_weaklistoffset = PyFunction_Type.tp_weaklistoffset;
  shell_type.tp_call = PyVectorcall_Call;
  shell_type.tp_descr_get = PyFunction_Type.tp_descr_get;
  shell_type.tp_methods = kMethods;
  if (PyType_Ready(&shell_type) < 0) return false;
  // A type that is made ready gets a `__doc__`, which would hide that of its functions.
#if PY_VERSION_HEX >= 0x030C0000
  const Ref names = Ref::steal(PyType_GetDict(&shell_type));
#else
  const Ref names = Ref::share(shell_type.tp_dict);
#endif
  if (!names || PyDict_DelItemString(names.get(), "__doc__") < 0) return false;
  PyType_Modified(&shell_type);
  return true;
}

constexpr long kArrived = 42;

PyObject* call_probe(PyObject*, PyObject* const*, std::size_t, PyObject*) noexcept {
  return PyLong_FromLong(kArrived);
}

// Whether this interpreter calls such functions the way we need, found out by calling one in the
// forms a program may use: 1, 0, or -1 with an exception set.
int try_calls() noexcept {
  const Ref names = Ref::steal(PyDict_New());
  if (!names || PyDict_SetItemString(names.get(), "__builtins__", PyEval_GetBuiltins()) < 0) {
    return -1;
  }
  const auto run = [&](const char* source) {
    return Ref::steal(PyRun_String(source, Py_file_input, names.get(), names.get()));
  };
  if (!run("def probe(*args, **kwargs):\n    return 0\n")) return -1;
  PyObject* probe = PyDict_GetItemString(names.get(), "probe");
  if (!Py_IS_TYPE(probe, &PyFunction_Type)) return 0;
  Py_SET_TYPE(probe, &shell_type);
  as_function(probe).vectorcall = &call_probe;
  if (!run("class Home:\n"
           "    method = probe\n"
           "came = set()\n"
           "for _ in range(20):\n"  // long enough for the interpreter to specialise the calls
           "    came |= {probe(), probe(1), probe(a=1), probe(*(1, 2), **{'b': 2}),\n"
           "             Home().method(), Home.method(1), list(map(probe, [0]))[0]}\n")) {
    PyErr_Clear();
    return 0;
  }
  PyObject* came = PyDict_GetItemString(names.get(), "came");
  if (came == nullptr || PySet_GET_SIZE(came) != 1) return 0;
  const Ref arrived = Ref::steal(PyLong_FromLong(kArrived));
  return arrived ? PySet_Contains(came, arrived.get()) : -1;
}

// The self-test, made once; where there is no interpreter lock the native path is not for.
int calls_arrive() noexcept {
#if defined(Py_GIL_DISABLED)
  return 0;
#else
  static int known = -1;
  if (known < 0) {
    if (!ready()) return -1;
    known = try_calls();
  }
  return known;
#endif
}

}  // namespace

PyObject* dress(PyObject*, PyObject* const* args, Py_ssize_t count_of) noexcept {
  if (count_of != 2 || !PyObject_TypeCheck(args[0], &PyFunction_Type)) {
    return PyErr_Format(PyExc_TypeError, "dress() takes the decorated function and the function");
  }
  PyObject* wrapper = args[0];
  PyObject* wrapped = args[1];
  static constexpr const char* kAssigned[] = {
      "__module__",      "__name__",       "__qualname__", "__doc__",
#if PY_VERSION_HEX >= 0x030E0000
      "__annotate__",
#else
      "__annotations__",
#endif
#if PY_VERSION_HEX >= 0x030C0000
      "__type_params__",
#endif
      "__defaults__",    "__kwdefaults__",
  };
  for (const char* name : kAssigned) {
    const Ref spelled = Ref::steal(PyUnicode_InternFromString(name));
    if (!spelled) return nullptr;
    const Ref value = Ref::steal(PyObject_GetAttr(wrapped, spelled.get()));
    if (!value) {
      if (!PyErr_ExceptionMatches(PyExc_AttributeError)) return nullptr;
      PyErr_Clear();
      continue;
    }
    if (PyObject_SetAttr(wrapper, spelled.get(), value.get()) < 0) return nullptr;
  }
  const Ref inherited = Ref::steal(PyObject_GetAttrString(wrapped, "__dict__"));
  if (inherited) {
    if (as_function(wrapper).func_dict == nullptr) as_function(wrapper).func_dict = PyDict_New();
    if (as_function(wrapper).func_dict == nullptr ||
        PyDict_Update(as_function(wrapper).func_dict, inherited.get()) < 0) {
      return nullptr;
    }
  } else {
    if (!PyErr_ExceptionMatches(PyExc_AttributeError)) return nullptr;
    PyErr_Clear();
  }
  if (PyObject_SetAttrString(wrapper, "__wrapped__", wrapped) < 0) return nullptr;
  return Ref::share(wrapper).release();
}

bool bind_shell(PyObject* function, CallObject& call) noexcept {
  const int works = calls_arrive();
  if (works < 0) return false;
  if (works == 1) {
    Py_SET_TYPE(function, &shell_type);
    as_function(function).vectorcall = &call_shell;
  } else {
    // The body hands over to the Call, which has to know whose calls they are.
    return belong_to(call, function);
  }
  return true;
}

PyObject* bind(PyObject* module, PyObject* function) noexcept {
  const ModuleState& state = state_in(module);
  if (!Py_IS_TYPE(function, &PyFunction_Type) || call_in_closure(state, function) == nullptr) {
    return PyErr_Format(PyExc_TypeError,
                        "bind() takes a function whose first free variable is a Call, got %R",
                        function);
  }
  if (!bind_shell(function, as_call(call_in_closure(state, function)))) return nullptr;
  return Ref::share(function).release();
}

}  // namespace mainstay::binding::retry
