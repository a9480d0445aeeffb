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
      content != nullptr &&
      reinterpret_cast<PyObject*>(Py_TYPE(content)) == state.call_type.get();
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

PyTypeObject shell_type = {
    .ob_base = PyVarObject_HEAD_INIT(nullptr, 0)
    .tp_name = "function",
    .tp_basicsize = sizeof(PyFunctionObject),
};

bool ready() noexcept {
  if (shell_type.tp_base != nullptr) return true;
  shell_type.tp_base = &PyFunction_Type;
  shell_type.tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_VECTORCALL |
                        Py_TPFLAGS_METHOD_DESCRIPTOR;
  shell_type.tp_vectorcall_offset = PyFunction_Type.tp_vectorcall_offset;
  shell_type.tp_dictoffset = PyFunction_Type.tp_dictoffset;
  shell_type.tp_weaklistoffset = PyFunction_Type.tp_weaklistoffset;
  shell_type.tp_call = PyVectorcall_Call;
  shell_type.tp_descr_get = PyFunction_Type.tp_descr_get;
  shell_type.tp_methods = kMethods;
  return PyType_Ready(&shell_type) == 0;
}

}  // namespace

PyObject* dress(PyObject*, PyObject* const* args, Py_ssize_t count_of) noexcept {
  if (count_of != 2 || !PyObject_TypeCheck(args[0], &PyFunction_Type)) {
    return PyErr_Format(PyExc_TypeError, "dress() takes the decorated function and the function");
  }
  PyObject* wrapper = args[0];
  PyObject* wrapped = args[1];
  static constexpr const char* kAssigned[] = {
      "__module__",    "__name__",        "__qualname__", "__doc__",
#if PY_VERSION_HEX >= 0x030E0000
      "__annotate__",
#else
      "__annotations__",
#endif
#if PY_VERSION_HEX >= 0x030C0000
      "__type_params__",
#endif
      "__defaults__",  "__kwdefaults__",
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

PyObject* bind(PyObject* module, PyObject* function) noexcept {
  const ModuleState& state = state_in(module);
  if (!Py_IS_TYPE(function, &PyFunction_Type) || call_in_closure(state, function) == nullptr) {
    return PyErr_Format(PyExc_TypeError,
                        "bind() takes a function whose first free variable is a Call, got %R",
                        function);
  }
#if !defined(Py_GIL_DISABLED)
  if (!ready()) return nullptr;
  Py_SET_TYPE(function, &shell_type);
  as_function(function).vectorcall = &call_shell;
#endif
  return Ref::share(function).release();
}

}  // namespace mainstay::binding::retry
