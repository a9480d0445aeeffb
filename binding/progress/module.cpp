// module.cpp - `mainstay.progress._native`: counters, their loops and the texts of bars.
#include "binding/progress/module.hpp"

#include "binding/support/gil.hpp"
#include "binding/support/signature.hpp"

namespace mainstay::binding::progress {

bool SystemClock::set_up() noexcept {
  const Ref time = Ref::steal(PyImport_ImportModule("time"));
  if (!time) return false;
  function = Ref::steal(PyObject_GetAttrString(time.get(), "time"));
  if (!function) return false;
  if (PyCFunction_CheckExact(function.get())) {
    definition = reinterpret_cast<PyCFunctionObject*>(function.get())->m_ml;
    call = definition->ml_meth;
  }
  return true;
}

std::optional<Count> plain_count(PyObject* object) noexcept {
  if (PyFloat_CheckExact(object)) return Count(PyFloat_AS_DOUBLE(object));
  if (!PyLong_CheckExact(object)) return std::nullopt;
  int overflow = 0;
  const long long whole = PyLong_AsLongLongAndOverflow(object, &overflow);
  if (overflow != 0 || whole > Count::kLargest || whole < -Count::kLargest) return std::nullopt;
  return Count(std::int64_t{whole});
}

Ref to_python(Count count) noexcept {
  return Ref::steal(count.is_whole() ? PyLong_FromLongLong(count.whole())
                                     : PyFloat_FromDouble(count.number()));
}

namespace {

// adopt(**names): what the face defines and the native functions need.
PyObject* adopt(PyObject* module, PyObject*, PyObject* kwargs) noexcept {
  auto& state = state_of<State>(module);
#define X(name)                                                                            \
  {                                                                                        \
    PyObject* given = kwargs != nullptr ? PyDict_GetItemString(kwargs, #name) : nullptr;   \
    if (given == nullptr) return PyErr_Format(PyExc_TypeError, "adopt() needs %s", #name); \
    state.name = Ref::share(given);                                                        \
  }
  MAINSTAY_PROGRESS_ADOPTED(X)
#undef X
  Py_RETURN_NONE;
}

PyMethodDef kFunctions[] = {
    {"adopt", as_method(&adopt), METH_VARARGS | METH_KEYWORDS, "Take functions of the face."},
    {"format_meter", as_method(&format_meter), METH_FASTCALL | METH_KEYWORDS,
     "The line of a bar: counts, bar, times and rate."},
    {"quiet", as_method(&quiet), METH_FASTCALL,
     "quiet($module, function, bar, /)\n--\n\nThe function of a stream, which has the bar rest "
     "when the stream is gone."},
    {"format_interval", as_method(&format_interval), METH_O,
     "format_interval($module, t, /)\n--\n\nSeconds as [H:]MM:SS."},
    {"disp_len", as_method(&disp_len), METH_O,
     "disp_len($module, data, /)\n--\n\nColumns that a text takes on a terminal."},
    {"postfix_text", as_method(&postfix_text), METH_FASTCALL,
     "postfix_text($module, values, more, /)\n--\n\n`name=value, ...`; None for what only Python "
     "can write."},
    {},
};

bool set_up(PyObject* module, State& state) {
#define X(name)                                                      \
  state.name_##name = Ref::steal(PyUnicode_InternFromString(#name)); \
  if (!state.name_##name) return false;
  MAINSTAY_PROGRESS_NAMES(X)
#undef X
  return set_up_meter_names(state) && state.clock.set_up() && add_counter(module, state) &&
         add_iterator(module, state) && add_ema(module, state) && add_streams(module, state);
}

PyModuleDef definition = native_module<State, set_up>(
    "mainstay.progress._native", "The native part of mainstay.progress.", kFunctions);

}  // namespace

State* state_for(PyObject* object) noexcept {
  PyObject* module = module_of(Py_TYPE(object), &definition);
  return module == nullptr ? nullptr : &state_of<State>(module);
}

}  // namespace mainstay::binding::progress

PyMODINIT_FUNC PyInit_progress() {
  return PyModuleDef_Init(&mainstay::binding::progress::definition);
}
