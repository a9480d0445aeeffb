// decorate.cpp - see decorate.hpp.
#include "binding/retry/decorate.hpp"

#include <array>
#include <initializer_list>
#include <string_view>

#include "binding/retry/call.hpp"
#include "binding/support/module_state.hpp"

namespace mainstay::binding::retry {
namespace {

PyFunctionObject& as_function(PyObject* self) noexcept {
  return *reinterpret_cast<PyFunctionObject*>(self);
}

bool is_function(PyObject* object) noexcept {
  return Py_IS_TYPE(object, &PyFunction_Type) || PyObject_TypeCheck(object, &PyFunction_Type);
}

// The free variables of each sample, in the order of their cells.
struct Shape {
  const char* name;
  std::array<const char*, 2> variables;
};

constexpr std::array<Shape, static_cast<std::size_t>(Sample::count_)> kShapes{{
    {"shell", {"call", nullptr}},
    {"async_shell", {"start", nullptr}},
    {"retry_with", {"f", "self"}},
}};

// Whether the function's free variables are these; false with an exception set on failure.
bool has_shape(PyObject* function, const Shape& shape) noexcept {
  const Ref names =
      Ref::steal(PyObject_GetAttrString(as_function(function).func_code, "co_freevars"));
  if (!names) return false;
  Py_ssize_t count = 0;
  for (const char* variable : shape.variables) {
    if (variable == nullptr) continue;
    if (count >= PyTuple_GET_SIZE(names.get()) ||
        PyUnicode_CompareWithASCIIString(PyTuple_GET_ITEM(names.get(), count), variable) != 0) {
      return false;
    }
    ++count;
  }
  return count == PyTuple_GET_SIZE(names.get());
}

// Another function like the sample, over these variables.
Ref another(const ModuleState& state, Sample which,
            std::initializer_list<PyObject*> variables) noexcept {
  PyObject* sample = state.samples[static_cast<std::size_t>(which)].get();
  if (sample == nullptr) {
    PyErr_SetString(PyExc_SystemError, "mainstay.retry is not completely imported");
    return Ref{};
  }
  const auto& like = as_function(sample);
  Ref function =
      Ref::steal(PyFunction_NewWithQualName(like.func_code, like.func_globals, like.func_qualname));
  const Ref cells = Ref::steal(PyTuple_New(static_cast<Py_ssize_t>(variables.size())));
  if (!function || !cells) return Ref{};
  Py_ssize_t place = 0;
  for (PyObject* variable : variables) {
    PyObject* cell = PyCell_New(variable);
    if (cell == nullptr) return Ref{};
    PyTuple_SET_ITEM(cells.get(), place++, cell);
  }
  if (PyFunction_SetClosure(function.get(), cells.get()) < 0) return Ref{};
  return function;
}

void replace(PyObject*& field, PyObject* value) noexcept {
  const Ref old = Ref::steal(std::exchange(field, Ref::share(value).release()));
}

// What functools.wraps does, defaults included, from one function object to another.
bool dress_like_function(PyObject* wrapper, PyObject* wrapped) noexcept {
#if PY_VERSION_HEX >= 0x030E0000
  // Annotations are computed when somebody looks; that is Python's business.
  PyObject* const both[] = {wrapper, wrapped};
  return static_cast<bool>(Ref::steal(dress(nullptr, both, 2)));
#else
  PyFunctionObject& to = as_function(wrapper);
  const PyFunctionObject& from = as_function(wrapped);
  replace(to.func_module, from.func_module);
  replace(to.func_name, from.func_name);
  replace(to.func_qualname, from.func_qualname);
  replace(to.func_doc, from.func_doc);
#if PY_VERSION_HEX >= 0x030C0000
  replace(to.func_typeparams, from.func_typeparams);
#endif
  if (from.func_annotations != nullptr) {
    // By name: `wrapped` may be a decorated function itself, which the C functions do not take.
    const Ref annotations = Ref::steal(PyObject_GetAttrString(wrapped, "__annotations__"));
    if (!annotations || PyFunction_SetAnnotations(wrapper, annotations.get()) < 0) return false;
  }
  if (from.func_defaults != nullptr && PyFunction_SetDefaults(wrapper, from.func_defaults) < 0) {
    return false;
  }
  if (from.func_kwdefaults != nullptr &&
      PyFunction_SetKwDefaults(wrapper, from.func_kwdefaults) < 0) {
    return false;
  }
  to.func_dict = from.func_dict == nullptr ? PyDict_New() : PyDict_Copy(from.func_dict);
  return to.func_dict != nullptr;
#endif
}

// Gives the function the look of the one it wraps, and what a decorated function has.
bool equip(const ModuleState& state, PyObject* decorated, PyObject* controller,
           PyObject* function) noexcept {
  const Names& names = state.names;
  if (is_function(function)) {
    if (!dress_like_function(decorated, function)) return false;
  } else {
    PyObject* const both[] = {decorated, function};
    if (!Ref::steal(dress(nullptr, both, 2))) return false;
  }
  PyObject* attributes = as_function(decorated).func_dict;
  const Ref again = another(state, Sample::retry_with, {function, controller});
  const Ref statistics = Ref::steal(PyDict_New());
  return again && statistics && PyDict_SetItem(attributes, names.wrapped.get(), function) == 0 &&
         PyDict_SetItem(attributes, names.retry.get(), controller) == 0 &&
         PyDict_SetItem(attributes, names.retry_with.get(), again.get()) == 0 &&
         PyDict_SetItem(attributes, names.statistics.get(), statistics.get()) == 0;
}

}  // namespace

int is_coroutine_function(PyObject* function) noexcept {
  const auto& code = *reinterpret_cast<PyCodeObject*>(as_function(function).func_code);
  if ((code.co_flags & CO_COROUTINE) != 0) return 1;
  PyObject* attributes = as_function(function).func_dict;
  if (attributes == nullptr || PyDict_GET_SIZE(attributes) == 0) return 0;
  // Since 3.12 inspect.markcoroutinefunction() may have marked an ordinary function.
  PyObject* mark = PyDict_GetItemString(attributes, "_is_coroutine_mark");
  return mark == nullptr ? 0 : -1;
}

PyObject* function_kind(PyObject*, PyObject* function) noexcept {
  long kind = 0;
  if (is_function(function)) {
    const auto& code = *reinterpret_cast<PyCodeObject*>(as_function(function).func_code);
    const int coroutine = is_coroutine_function(function);
    const bool generates = (code.co_flags & (CO_GENERATOR | CO_ASYNC_GENERATOR)) != 0;
    if (coroutine >= 0 && !generates) kind = coroutine == 1 ? 2 : 1;
  }
  return PyLong_FromLong(kind);
}

PyObject* is_coroutine_callable(PyObject* module, PyObject* call) noexcept {
  ModuleState& state = state_in(module);
  int known = -1;
  if (is_function(call)) {
    known = is_coroutine_function(call);
  } else if (call == Py_None || PyCFunction_CheckExact(call) || is_transparent(state, call)) {
    known = 0;
  }
  if (known >= 0) return PyBool_FromLong(known);
  const Ref names = Ref::steal(PyImport_ImportModule("mainstay.retry._names"));
  if (!names) return nullptr;
  return PyObject_CallMethod(names.get(), "is_coroutine_object", "(O)", call);
}

PyObject* adopt_sample(PyObject* module, PyObject* const* args, Py_ssize_t count) noexcept {
  ModuleState& state = state_in(module);
  for (std::size_t i = 0; count == 2 && i < kShapes.size(); ++i) {
    if (!PyUnicode_Check(args[0]) || !Py_IS_TYPE(args[1], &PyFunction_Type)) break;
    if (PyUnicode_CompareWithASCIIString(args[0], kShapes[i].name) != 0) continue;
    if (!has_shape(args[1], kShapes[i])) break;
    state.samples[i] = Ref::share(args[1]);
    return Ref::share(args[1]).release();
  }
  if (PyErr_Occurred()) return nullptr;
  return PyErr_Format(PyExc_TypeError,
                      "adopt_sample() takes the name of a sample, and a function with the free "
                      "variables of that sample");
}

PyObject* make_decorated(PyObject* controller, PyObject* function) noexcept {
  ModuleState& state = *known_controller(controller).state;
  const Ref call = make_call(state, controller, function, false);
  if (!call) return nullptr;
  Ref decorated = another(state, Sample::shell, {call.get()});
  if (!decorated || !equip(state, decorated.get(), controller, function) ||
      !bind_shell(decorated.get(), as_call(call.get()))) {
    return nullptr;
  }
  return decorated.release();
}

PyObject* make_decorated_async(PyObject* controller, PyObject* function) noexcept {
  ModuleState& state = *known_controller(controller).state;
  const Ref module = Ref::share(module_of(Py_TYPE(controller), &module_definition));
  if (!module) return nullptr;
  const Ref awaits = Ref::steal(is_coroutine_callable(module.get(), function));
  if (!awaits) return nullptr;
  const Ref call = make_call(state, controller, function, awaits.get() == Py_True);
  if (!call) return nullptr;
  const Ref start = attribute(call.get(), state.names.start);
  if (!start) return nullptr;
  Ref decorated = another(state, Sample::async_shell, {start.get()});
  if (!decorated || !equip(state, decorated.get(), controller, function) ||
      !belong_to(as_call(call.get()), decorated.get())) {
    return nullptr;
  }
  return decorated.release();
}

}  // namespace mainstay::binding::retry
