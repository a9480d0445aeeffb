// module.cpp - `mainstay.log._native`: bound loggers, renderers and writers as Python types.
#include "binding/log/module.hpp"

#include <cstring>

namespace mainstay::binding::log {

Utf8::Utf8(PyObject* str) noexcept {
  Py_ssize_t length = 0;
  if (PyUnicode_IS_ASCII(str)) {
    data = static_cast<const char*>(PyUnicode_DATA(str));
    length = PyUnicode_GET_LENGTH(str);
  } else {
    data = PyUnicode_AsUTF8AndSize(str, &length);
    if (data == nullptr && PyErr_ExceptionMatches(PyExc_UnicodeEncodeError) != 0) {
      PyErr_Clear();
      holder = Ref::steal(PyUnicode_AsEncodedString(str, "utf-8", "surrogatepass"));
      if (holder) {
        data = PyBytes_AS_STRING(holder.get());
        length = PyBytes_GET_SIZE(holder.get());
      }
    }
  }
  size = static_cast<std::size_t>(length);
}

Ref ascii_str(std::string_view text) noexcept {
  Ref made = Ref::steal(PyUnicode_New(static_cast<Py_ssize_t>(text.size()), 127));
  if (made && !text.empty()) std::memcpy(PyUnicode_DATA(made.get()), text.data(), text.size());
  return made;
}

PyObject* event_of_call(const char* type, PyObject* args, PyObject* kwargs) noexcept {
  // Nearly always so.
  if (kwargs == nullptr && PyTuple_GET_SIZE(args) == 3) return PyTuple_GET_ITEM(args, 2);
  static constexpr const char* kParameters[] = {"logger", "name", "event_dict"};
  const Signature signature{type, "self", kParameters, 3};
  PyObject* given[3] = {};
  return take_arguments(signature, args, kwargs, given) ? given[2] : nullptr;
}

namespace {

// adopt(**names): what the face defines and the native types need.
PyObject* adopt(PyObject* module, PyObject*, PyObject* kwargs) noexcept {
  State& state = state_of<State>(module);
#define X(name)                                                                            \
  {                                                                                        \
    PyObject* given = kwargs != nullptr ? PyDict_GetItemString(kwargs, #name) : nullptr;   \
    if (given == nullptr) return PyErr_Format(PyExc_TypeError, "adopt() needs %s", #name); \
    state.name = Ref::share(given);                                                        \
  }
  MAINSTAY_LOG_ADOPTED(X)
#undef X
  Py_RETURN_NONE;
}

PyMethodDef kFunctions[] = {
    {"adopt", as_method(&adopt), METH_VARARGS | METH_KEYWORDS,
     "Takes the classes and functions of the face that the native types use."},
    {},
};

bool set_up(PyObject* module, State& state) {
#define X(text)                                                     \
  state.names.text = Ref::steal(PyUnicode_InternFromString(#text)); \
  if (!state.names.text) return false;
  MAINSTAY_LOG_NAMES(X)
#undef X
  state.structlog_prefix = Ref::steal(PyUnicode_InternFromString("structlog_"));
  state.keys_of_vars = Ref::steal(PyDict_New());
  state.first_stdout = Ref::share(PySys_GetObject("stdout"));
  return state.structlog_prefix && state.keys_of_vars && add_link_functions(module, state) &&
         state.clocks.set_up(Clocks::Uses::wall_datetime | Clocks::Uses::time) &&
         add_bound_type(module, state) && add_stamper_type(module, state) &&
         add_json_type(module, state) && add_pair_types(module, state) &&
         add_writer_type(module, state);
}

}  // namespace

PyModuleDef definition = native_module<State, set_up>(
    "mainstay.log._native", "The native part of mainstay.log.", kFunctions);

}  // namespace mainstay::binding::log

PyMODINIT_FUNC PyInit_log() { return PyModuleDef_Init(&mainstay::binding::log::definition); }
