// names.cpp - see names.hpp.
#include "binding/plugins/names.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>
#include <vector>

namespace mainstay::binding::plugins {
namespace {

// isinstance(): also for objects that claim another class, such as mocks. -1 with an exception set.
int is_instance(PyObject* object, PyTypeObject& type) noexcept {
  if (PyObject_TypeCheck(object, &type)) return 1;
  return PyObject_IsInstance(object, reinterpret_cast<PyObject*>(&type));
}

int has_attribute(PyObject* object, PyObject* name) noexcept {
  Ref ignored;
  return look_up(object, name, ignored);
}

#if PY_VERSION_HEX >= 0x030D0000
// A partial has had `__get__` since 3.13 but is still taken for a callable object.
int is_partial(PyObject* object) noexcept {
  const Ref name = Ref::steal(PyUnicode_FromString("functools"));
  const Ref functools = name ? Ref::steal(PyImport_GetModule(name.get())) : Ref{};
  if (!functools) return PyErr_Occurred() ? -1 : 0;  // without that module there is no partial
  const Ref partial = Ref::steal(PyObject_GetAttrString(functools.get(), "partial"));
  if (!partial) return -1;
  return PyObject_IsInstance(object, partial.get());
}
#endif

// Whether the object is a descriptor of methods without being one of the kinds asked for before.
int is_method_descriptor(const ModuleState& state, PyObject* object) noexcept {
  auto* type = reinterpret_cast<PyObject*>(Py_TYPE(object));
  int answer = has_attribute(type, state.names.get.get());
  if (answer <= 0) return answer;
#if PY_VERSION_HEX >= 0x030D0000
  answer = is_partial(object);
  if (answer != 0) return answer < 0 ? -1 : 0;
  answer = has_attribute(type, state.names.delete_.get());
  if (answer != 0) return answer < 0 ? -1 : 0;
#endif
  answer = has_attribute(type, state.names.set.get());
  return answer < 0 ? -1 : (answer == 0 ? 1 : 0);
}

#if PY_VERSION_HEX >= 0x030B0000
// Whether it is a method of a built-in object, such as None.__str__: a type without a public name.
int is_method_wrapper(PyObject* object) noexcept {
  const Ref sample = Ref::steal(PyObject_GetAttrString(Py_None, "__str__"));
  return sample ? is_instance(object, *Py_TYPE(sample.get())) : -1;
}
#endif

// Functions and methods of any kind are read as they are; other objects through their `__call__`.
int is_routine(const ModuleState& state, PyObject* object) noexcept {
  if (PyFunction_Check(object) || PyMethod_Check(object) || PyCFunction_Check(object)) return 1;
  for (PyTypeObject* type : {&PyCFunction_Type, &PyFunction_Type, &PyMethod_Type}) {
    const int answer = is_instance(object, *type);
    if (answer != 0) return answer;
  }
  const int answer = is_method_descriptor(state, object);
#if PY_VERSION_HEX >= 0x030B0000
  return answer != 0 ? answer : is_method_wrapper(object);
#else
  return answer;
#endif
}

struct Code {
  Ref parameters;  // a tuple of str: all positional parameters
  Py_ssize_t defaults = 0;
  Ref qualname;
};

// What the function says of itself. 1 read, 0 there is nothing to read, -1 with an exception set.
int read_code(const ModuleState& state, PyObject* function, Code& code) noexcept {
  const Names& names = state.names;
  Ref object, defaults;
  for (const auto& [name, found] :
       {std::pair{&names.code, &object}, std::pair{&names.defaults, &defaults},
        std::pair{&names.qualname, &code.qualname}}) {
    const int answer = look_up(function, name->get(), *found);
    if (answer <= 0) return answer;
  }
  const Ref all = Ref::steal(PyObject_GetAttrString(object.get(), "co_varnames"));
  if (!all) return -1;
  const Ref number = Ref::steal(PyObject_GetAttrString(object.get(), "co_argcount"));
  if (!number) return -1;
  const Py_ssize_t count = PyNumber_AsSsize_t(number.get(), PyExc_OverflowError);
  if (count == -1 && PyErr_Occurred()) return -1;
  code.parameters = Ref::steal(PySequence_GetSlice(all.get(), 0, count));
  if (!code.parameters) return -1;
  if (!PyTuple_CheckExact(code.parameters.get())) {
    PyErr_Format(PyExc_TypeError, "co_varnames must be a tuple, got %R", all.get());
    return -1;
  }
  const int any = PyObject_IsTrue(defaults.get());
  if (any < 0) return -1;
  if (any == 1) code.defaults = PyObject_Length(defaults.get());
  return code.defaults < 0 ? -1 : 1;
}

// The part of a qualified name behind its last function: has it a dot, a class comes before the
// name.
std::string_view local_name(std::string_view qualname) noexcept {
  constexpr std::string_view kLocals = "<locals>.";
  const std::size_t at = qualname.rfind(kLocals);
  return at == std::string_view::npos ? qualname : qualname.substr(at + kLocals.size());
}

// Hook specifications of released packages that are known, and mended in their sources.
bool is_excused(std::string_view name) noexcept {
  return name == "TimeoutHooks.pytest_timeout_set_timer" ||
         name == "TimeoutHooks.pytest_timeout_cancel_timer";
}

bool warn_about_missing_self(PyObject* qualname, PyObject* first, DoorObject* door) noexcept {
  constexpr char kText[] =
      "%S is a method but its first parameter %R is not 'self'. Add 'self' as the first parameter "
      "or use @staticmethod. This will become an error in a future version of pluggy.";
  if (door == nullptr || door->spec_file == Py_None) {
    return PyErr_WarnFormat(PyExc_DeprecationWarning, 1, kText, qualname, first) == 0;
  }
  // Users choose warnings by the module that gives them, which is the peer's.
  if (door->warned == nullptr) door->warned = PyDict_New();
  const Ref text = Ref::steal(PyUnicode_FromFormat(kText, qualname, first));
  const Ref module = Ref::steal(PyObject_GetAttrString(door->hook_spec, "__module__"));
  return door->warned != nullptr && text && module &&
         PyErr_WarnExplicitObject(PyExc_DeprecationWarning, text.get(), door->spec_file, 1,
                                  module.get(), door->warned) == 0;
}

// How many leading parameters are filled in by binding: 0 or 1; -1 with an exception set.
int implicit_parameters(const Code& code, Py_ssize_t required, bool is_bound, bool specification,
                        DoorObject* door) noexcept {
  if (required == 0) return 0;
  if (is_bound) return 1;
  const char* text =
      PyUnicode_Check(code.qualname.get()) ? PyUnicode_AsUTF8(code.qualname.get()) : "";
  if (text == nullptr) return -1;
  const std::string_view local = local_name(text);
  if (local.find('.') == std::string_view::npos) return 0;
  PyObject* first = PyTuple_GET_ITEM(code.parameters.get(), 0);
  if (PyUnicode_CompareWithASCIIString(first, "self") == 0 ||
      PyUnicode_CompareWithASCIIString(first, "cls") == 0) {
    return 1;
  }
  if (!specification || is_excused(local)) return 0;
  return warn_about_missing_self(code.qualname.get(), first, door) ? 0 : -1;
}

int read_plain_code(PyObject* object, Code& code) noexcept {
  const auto* function = reinterpret_cast<PyFunctionObject*>(object);
  const Ref held = Ref::share(function->func_code);
  const auto* bytes = reinterpret_cast<PyCodeObject*>(held.get());
#if PY_VERSION_HEX >= 0x030B0000
  const Ref all = Ref::steal(PyCode_GetVarnames(reinterpret_cast<PyCodeObject*>(held.get())));
#else
  const Ref all = Ref::share(bytes->co_varnames);
#endif
  if (!all) return -1;
  code.parameters = Ref::steal(PyTuple_GetSlice(all.get(), 0, bytes->co_argcount));
  if (!code.parameters) return -1;
  PyObject* defaults = function->func_defaults;
  if (defaults != nullptr && PyTuple_Check(defaults)) code.defaults = PyTuple_GET_SIZE(defaults);
  code.qualname = Ref::share(function->func_qualname);
  return 1;
}

bool no_names(ArgumentNames& names) noexcept {
  names.required = Ref::steal(PyTuple_New(0));
  names.optional = Ref::steal(PyTuple_New(0));
  return names.required && names.optional;
}

}  // namespace

bool is_plain_function(const ModuleState& state, PyObject* function) noexcept {
  if (!PyFunction_Check(function)) return false;
  PyObject* dict = reinterpret_cast<PyFunctionObject*>(function)->func_dict;
  if (dict == nullptr) return true;
  const int wraps = PyDict_Contains(dict, state.names.wrapped.get());
  if (wraps < 0) PyErr_Clear();  // asked again, the long way
  return wraps == 0;
}

Ref unwrap(const ModuleState& state, PyObject* function) noexcept {
  std::vector<Ref> seen;
  Ref inner = Ref::share(function);
  for (;;) {
#if PY_VERSION_HEX >= 0x030D0000
    const int is_class = is_instance(inner.get(), PyType_Type);
    if (is_class < 0) return Ref{};
    if (is_class == 1) return inner;
#endif
    Ref next;
    const int answer = look_up(inner.get(), state.names.wrapped.get(), next);
    if (answer < 0) return Ref{};
    if (answer == 0) return inner;
    seen.push_back(std::move(inner));
    inner = std::move(next);
    const bool loops = std::any_of(seen.begin(), seen.end(),
                                   [&inner](const Ref& each) { return each.get() == inner.get(); });
    if (loops || seen.size() >= static_cast<std::size_t>(Py_GetRecursionLimit())) {
      PyErr_Format(PyExc_ValueError, "wrapper loop when unwrapping %R", function);
      return Ref{};
    }
  }
}

namespace {

// Goes from what was given to the function whose code says it. 1 found, 0 there is none to read, -1
// with an exception set.
int find_function(const ModuleState& state, PyObject* function, Ref& target,
                  bool& is_bound) noexcept {
  target = Ref::share(function);
  const int is_class = is_instance(function, PyType_Type);
  if (is_class < 0) return -1;
  if (is_class == 1) {
    const int answer = look_up(function, state.names.init.get(), target);
    if (answer < 0) return -1;
    if (answer == 0) return 0;
    is_bound = true;
  } else {
    const int routine = is_routine(state, function);
    if (routine < 0) return -1;
    if (routine == 0) {
      const int answer = look_up(function, state.names.call.get(), target);
      if (answer < 0) {
        if (!PyErr_ExceptionMatches(PyExc_Exception)) return -1;
        PyErr_Clear();
        return 0;
      }
      if (answer == 0) target = Ref::share(function);
    }
  }
  // Asked before and after: unwrapping loses that the method was bound.
  const int bound_before = is_instance(target.get(), PyMethod_Type);
  if (bound_before < 0) return -1;
  target = unwrap(state, target.get());
  if (!target) return -1;
  const int bound_after = is_instance(target.get(), PyMethod_Type);
  if (bound_after < 0) return -1;
  if (bound_after == 1) {
    target = Ref::steal(PyObject_GetAttr(target.get(), state.names.func.get()));
    if (!target) return -1;
  }
  is_bound = is_bound || bound_before == 1 || bound_after == 1;
  return 1;
}

}  // namespace

bool read_names(const ModuleState& state, PyObject* function, bool specification,
                ArgumentNames& names, DoorObject* door) noexcept {
  Code code;
  bool is_bound = PyMethod_Check(function);
  PyObject* inner = is_bound ? PyMethod_GET_FUNCTION(function) : function;
  int answer = 0;
  if (is_plain_function(state, inner)) {
    answer = read_plain_code(inner, code);
  } else {
    is_bound = false;
    Ref target;
    answer = find_function(state, function, target, is_bound);
    if (answer == 1) answer = read_code(state, target.get(), code);
  }
  if (answer < 0) return false;
  if (answer == 0) return no_names(names);
  const Py_ssize_t all = PyTuple_GET_SIZE(code.parameters.get());
  const Py_ssize_t required = all - std::min(code.defaults, all);
  const int implicit = implicit_parameters(code, required, is_bound, specification, door);
  if (implicit < 0) return false;
  names.required = Ref::steal(PyTuple_GetSlice(code.parameters.get(), implicit, required));
  names.optional = Ref::steal(PyTuple_GetSlice(code.parameters.get(), required, all));
  return names.required && names.optional;
}

PyObject* varnames(PyObject* module, PyObject* args, PyObject* kwargs) noexcept {
  static const char* const keywords[] = {"func", "legacy_noself", nullptr};
  PyObject* function = nullptr;
  int legacy_noself = 0;
  if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O|$p:varnames", const_cast<char**>(keywords),
                                   &function, &legacy_noself)) {
    return nullptr;
  }
  ArgumentNames names;
  if (!read_names(state_in(module), function, legacy_noself != 0, names)) return nullptr;
  return PyTuple_Pack(2, names.required.get(), names.optional.get());
}

}  // namespace mainstay::binding::plugins
