// bound.cpp - `Bound`, the native base of bound loggers: binding, and a method's way to its logger.
//
// The methods of filtering loggers, below and above their level, are descriptors of this type that
// the face puts into its classes. A class or an object that overrides `_process_event` or
// `_proxy_to_logger` is asked; one question at each call, and no other path.
#include <atomic>
#include <string_view>

#include "binding/log/module.hpp"

namespace mainstay::binding::log {
namespace {

struct Bound {
  Ref logger, processors, context;
  State* state = nullptr;                // lives as long as the type, which keeps the module
  std::atomic<bool> overridden = false;  // one of the two methods was set on the object
  void each_reference(auto visit) {
    visit(logger);
    visit(processors);
    visit(context);
  }
};

State* state_of_bound(Self<Bound> self) noexcept {
  if (self->state == nullptr) self->state = state_of_type(Py_TYPE(self.object));
  return self->state;
}

// What a call works with, kept for as long as it runs Python. False with AttributeError set.
bool take_parts(Self<Bound> self, Parts& parts) noexcept {
  {
    const CriticalSection section(self.object);
    parts = {Ref::share(self->logger.get()), Ref::share(self->processors.get()),
             Ref::share(self->context.get())};
  }
  if (parts.logger && parts.processors && parts.context) return true;
  PyErr_Format(PyExc_AttributeError, "%s was made without its base class's __init__",
               Py_TYPE(self.object)->tp_name);
  return false;
}

// Whether the class has its `name` from Bound.
bool is_inherited(PyTypeObject* type, PyObject* name, const Ref& own) noexcept {
  const Ref found = Ref::steal(PyObject_GetAttr(reinterpret_cast<PyObject*>(type), name));
  if (!found) PyErr_Clear();
  return found.get() == own.get();
}

// After a failure: None when the event was dropped.
Ref unless_dropped(State& state, Ref result) noexcept {
  if (result || PyErr_ExceptionMatches(state.DropEvent.get()) == 0) return result;
  PyErr_Clear();
  return Ref::share(Py_None);
}

// ---- _process_event, _proxy_to_logger -----------------------------------------------------------

constexpr const char* kProcessParameters[] = {"method_name", "event", "event_kw"};
constexpr Signature kProcess{"_process_event", "self", kProcessParameters, 3};

Ref process_event(Self<Bound> self, PyObject* method_name, PyObject* event, PyObject* keywords) {
  State* state = state_of_bound(self);
  Parts parts;
  if (state == nullptr || !take_parts(self, parts)) return Ref{};
  Ref made = make_event(*state, parts, Py_None, nullptr, nullptr, nullptr);
  if (!made) return Ref{};
  if (PyDict_CheckExact(made.get())) {
    if (PyDict_Update(made.get(), keywords) < 0) return Ref{};
  } else {
    const Ref update = Ref::steal(PyObject_GetAttr(made.get(), state->names.update.get()));
    const Ref nothing = Ref::steal(PyTuple_New(0));
    if (!update || !nothing) return Ref{};
    if (!Ref::steal(PyObject_Call(update.get(), nothing.get(), keywords))) return Ref{};
  }
  if (event != Py_None && !set_item(made.get(), state->names.event.get(), event)) return Ref{};
  Ref result = run_processors(*state, parts, method_name, std::move(made));
  return result ? arguments_of_result(std::move(result)) : Ref{};
}

// A call of _proxy_to_logger with what it was given, already taken apart.
Ref proxy(State& state, Self<Bound> self, PyObject* method_name, PyObject* event,
          PyObject* const* values, PyObject* names, PyObject* without) {
  Parts parts;
  if (!take_parts(self, parts)) return Ref{};
  const bool plain =
      !self->overridden &&
      is_inherited(Py_TYPE(self.object), state.names._process_event.get(), state.process_event);
  Ref result;
  if (plain) {
    if (!render_fields(state, parts, method_name, event, values, names, without, result)) {
      result = make_event(state, parts, event, values, names, without);
      if (result) result = run_processors(state, parts, method_name, std::move(result));
    }
  } else {
    const Ref keywords = Ref::steal(PyDict_New());
    const Py_ssize_t count = names != nullptr ? PyTuple_GET_SIZE(names) : 0;
    for (Py_ssize_t i = 0; keywords && i < count; ++i) {
      PyObject* name = PyTuple_GET_ITEM(names, i);
      if (name != without && PyDict_SetItem(keywords.get(), name, values[i]) < 0) return Ref{};
    }
    if (!keywords) return Ref{};
    result = Ref::steal(PyObject_CallMethodObjArgs(self.object, state.names._process_event.get(),
                                                   method_name, event, keywords.get(), nullptr));
    if (result && !PyTuple_Check(result.get())) {
      result = Ref::steal(PySequence_Tuple(result.get()));
    }
  }
  if (result) result = call_logger(state, parts, method_name, std::move(result));
  return unless_dropped(state, std::move(result));
}

// Where `wanted` stands among the keywords; -1 when it does not.
Py_ssize_t place_of(PyObject* names, PyObject* wanted) noexcept {
  const Py_ssize_t count = names != nullptr ? PyTuple_GET_SIZE(names) : 0;
  for (Py_ssize_t i = 0; i < count; ++i) {
    PyObject* name = PyTuple_GET_ITEM(names, i);
    if (name == wanted) return i;
    if (PyUnicode_GET_LENGTH(name) != PyUnicode_GET_LENGTH(wanted)) continue;
    if (PyUnicode_Compare(name, wanted) == 0) return i;
  }
  return -1;
}

PyObject* refuse_twice(const char* method, PyObject* name) noexcept {
  PyErr_Format(PyExc_TypeError, "%s() got multiple values for argument %R", method, name);
  return nullptr;
}

// Several keywords may be parameters here, so that a dict of the others is made.
PyObject* proxy_to_logger(PyObject* object, PyObject* const* args, Py_ssize_t nargs,
                          PyObject* names) noexcept {
  const Self<Bound> self{object};
  State* state = state_of_bound(self);
  if (state == nullptr) return nullptr;
  PyObject* given[] = {nargs > 0 ? args[0] : nullptr, nargs > 1 ? args[1] : nullptr};
  PyObject* parameters[] = {state->names.method_name.get(), state->names.event.get()};
  if (nargs > 2) {
    PyErr_Format(PyExc_TypeError,
                 "_proxy_to_logger() takes from 2 to 3 positional arguments but %zd were given",
                 nargs + 1);
    return nullptr;
  }
  PyObject* without = nullptr;  // the key of `event`, as the caller wrote it
  for (int i = 0; i < 2; ++i) {
    const Py_ssize_t place = place_of(names, parameters[i]);
    if (place < 0) continue;
    if (given[i] != nullptr) return refuse_twice("_proxy_to_logger", parameters[i]);
    given[i] = args[nargs + place];
    if (i == 1) {
      without = PyTuple_GET_ITEM(names, place);
      continue;
    }
    // method_name by name: rare enough to be called once more, with it by position.
    const Ref keywords = Ref::steal(PyDict_New());
    const Ref first = Ref::steal(PyTuple_Pack(2, object, given[0]));
    if (!keywords || !first) return nullptr;
    for (Py_ssize_t at = 0; at < PyTuple_GET_SIZE(names); ++at) {
      if (at == place) continue;
      if (PyDict_SetItem(keywords.get(), PyTuple_GET_ITEM(names, at), args[nargs + at]) < 0) {
        return nullptr;
      }
    }
    return PyObject_Call(state->proxy_to_logger.get(), first.get(), keywords.get());
  }
  if (given[0] == nullptr) {
    PyErr_SetString(PyExc_TypeError,
                    "_proxy_to_logger() missing 1 required positional argument: 'method_name'");
    return nullptr;
  }
  try {
    PyObject* event = given[1] != nullptr ? given[1] : Py_None;
    return proxy(*state, self, given[0], event, args + nargs, names, without).release();
  } catch (const std::bad_alloc&) {
    return PyErr_NoMemory();
  }
}

// ---- methods of filtering loggers ---------------------------------------------------------------

// The event of a method's call, by position or by name. Null with TypeError set.
PyObject* event_of(State& state, const char* method, PyObject* const* args, Py_ssize_t nargs,
                   PyObject* names, PyObject*& without) noexcept {
  if (place_of(names, state.names.method_name.get()) >= 0) {
    return refuse_twice("_proxy_to_logger", state.names.method_name.get());
  }
  const Py_ssize_t place = place_of(names, state.names.event.get());
  if (place >= 0) {
    if (nargs > 0) return refuse_twice(method, state.names.event.get());
    without = PyTuple_GET_ITEM(names, place);
    return args[place];
  }
  if (nargs > 0) return args[0];
  PyErr_Format(PyExc_TypeError, "%s() missing 1 required positional argument: 'event'", method);
  return nullptr;
}

bool has_name(PyObject* names, std::string_view wanted) noexcept {
  const Py_ssize_t count = names != nullptr ? PyTuple_GET_SIZE(names) : 0;
  for (Py_ssize_t i = 0; i < count; ++i) {
    PyObject* name = PyTuple_GET_ITEM(names, i);
    if (PyUnicode_GET_LENGTH(name) == static_cast<Py_ssize_t>(wanted.size()) &&
        PyUnicode_CompareWithASCIIString(name, wanted.data()) == 0) {
      return true;
    }
  }
  return false;
}

// An overridden _proxy_to_logger gets what a method of Python would give it.
Ref call_overridden(State& state, PyObject* self, PyObject* method_name, PyObject* event,
                    PyObject* const* values, PyObject* names, PyObject* without) noexcept {
  const Ref method = Ref::steal(PyObject_GetAttr(self, state.names._proxy_to_logger.get()));
  const Ref args = Ref::steal(PyTuple_Pack(2, method_name, event));
  const Ref keywords = Ref::steal(PyDict_New());
  if (!method || !args || !keywords) return Ref{};
  const Py_ssize_t count = names != nullptr ? PyTuple_GET_SIZE(names) : 0;
  for (Py_ssize_t i = 0; i < count; ++i) {
    PyObject* name = PyTuple_GET_ITEM(names, i);
    if (name != without && PyDict_SetItem(keywords.get(), name, values[i]) < 0) return Ref{};
  }
  return Ref::steal(PyObject_Call(method.get(), args.get(), keywords.get()));
}

template <Ref State::Names::* kName>
PyObject* log_event(PyObject* object, PyObject* const* args, Py_ssize_t nargs,
                    PyObject* names) noexcept {
  const Self<Bound> self{object};
  State* state = state_of_bound(self);
  if (state == nullptr) return nullptr;
  PyObject* method_name = (state->names.*kName).get();
  if (has_name(names, "self")) {
    PyErr_Format(PyExc_TypeError, "%U() got multiple values for argument 'self'", method_name);
    return nullptr;
  }
  PyObject* without = nullptr;
  PyObject* event = event_of(*state, PyUnicode_AsUTF8(method_name), args, nargs, names, without);
  if (event == nullptr) return nullptr;
  Ref formatted;
  if (nargs > 1) {
    const Ref rest = Ref::steal(PyTuple_New(nargs - 1));
    if (!rest) return nullptr;
    for (Py_ssize_t i = 1; i < nargs; ++i) {
      PyTuple_SET_ITEM(rest.get(), i - 1, Ref::share(args[i]).release());
    }
    formatted = Ref::steal(
        PyObject_CallFunctionObjArgs(state->interpolate.get(), event, rest.get(), nullptr));
    if (!formatted) return nullptr;
    event = formatted.get();
  }
  try {
    PyObject* const* values = args + nargs;
    const bool plain =
        !self->overridden &&
        is_inherited(Py_TYPE(object), state->names._proxy_to_logger.get(), state->proxy_to_logger);
    return (plain ? proxy(*state, self, method_name, event, values, names, without)
                  : call_overridden(*state, object, method_name, event, values, names, without))
        .release();
  } catch (const std::bad_alloc&) {
    return PyErr_NoMemory();
  }
}

// A method below the lowest level; it still wants one event.
PyObject* log_nothing(PyObject*, PyObject* const*, Py_ssize_t nargs, PyObject* names) noexcept {
  const bool named = has_name(names, "event");
  if (named == (nargs > 0)) {
    PyErr_SetString(PyExc_TypeError,
                    named ? "_nop() got multiple values for argument 'event'"
                          : "_nop() missing 1 required positional argument: 'event'");
    return nullptr;
  }
  if (has_name(names, "self")) {
    PyErr_SetString(PyExc_TypeError, "_nop() got multiple values for argument 'self'");
    return nullptr;
  }
  Py_RETURN_NONE;
}

constexpr int kKeywords = METH_FASTCALL | METH_KEYWORDS;
PyMethodDef kLevels[] = {
    {"debug", as_method(&log_event<&State::Names::debug>), kKeywords,
     "debug($self, event, *args, **kw)\n--\n\nLogs at the level debug."},
    {"info", as_method(&log_event<&State::Names::info>), kKeywords,
     "info($self, event, *args, **kw)\n--\n\nLogs at the level info."},
    {"warning", as_method(&log_event<&State::Names::warning>), kKeywords,
     "warning($self, event, *args, **kw)\n--\n\nLogs at the level warning."},
    {"error", as_method(&log_event<&State::Names::error>), kKeywords,
     "error($self, event, *args, **kw)\n--\n\nLogs at the level error."},
    {"critical", as_method(&log_event<&State::Names::critical>), kKeywords,
     "critical($self, event, *args, **kw)\n--\n\nLogs at the level critical."},
    {"_nop", as_method(&log_nothing), kKeywords,
     "_nop($self, event, *args, **kw)\n--\n\nA method below the lowest level."},
    {},
};

// ---- making and binding -------------------------------------------------------------------------

constexpr const char* kInitParameters[] = {"logger", "processors", "context"};
constexpr Signature kInit{"__init__", "self", kInitParameters, 3};

bool initialize(Self<Bound> self, PyObject* args, PyObject* kwargs) {
  PyObject* given[3] = {};
  if (!take_arguments(kInit, args, kwargs, given)) return false;
  self->logger = Ref::share(given[0]);
  self->processors = Ref::share(given[1]);
  self->context = Ref::share(given[2]);
  return state_of_bound(self) != nullptr;
}

// A logger of the same class around a context.
Ref again(Self<Bound> self, const Parts& parts, Ref context) {
  PyTypeObject* type = Py_TYPE(self.object);
  const auto* base = reinterpret_cast<PyTypeObject*>(self->state->bound_type.get());
  if (type->tp_init != base->tp_init || type->tp_new != base->tp_new) {
    return Ref::steal(PyObject_CallFunctionObjArgs(reinterpret_cast<PyObject*>(type),
                                                   parts.logger.get(), parts.processors.get(),
                                                   context.get(), nullptr));
  }
  Ref made = make_object<Bound>(type);
  if (!made) return Ref{};
  Bound& bound = value_of<Bound>(made.get());
  bound.logger = Ref::share(parts.logger.get());
  bound.processors = Ref::share(parts.processors.get());
  bound.context = std::move(context);
  bound.state = self->state;
  return made;
}

PyObject* bind(PyObject* object, PyObject* const* args, Py_ssize_t nargs,
               PyObject* names) noexcept {
  const Self<Bound> self{object};
  Parts parts;
  if (nargs != 0) {
    PyErr_Format(PyExc_TypeError, "bind() takes 1 positional argument but %zd were given",
                 nargs + 1);
    return nullptr;
  }
  if (state_of_bound(self) == nullptr || !take_parts(self, parts)) return nullptr;
  if (has_name(names, "self")) {
    PyErr_SetString(PyExc_TypeError, "bind() got multiple values for argument 'self'");
    return nullptr;
  }
  const Py_ssize_t count = names != nullptr ? PyTuple_GET_SIZE(names) : 0;
  PyObject* old = parts.context.get();
  const bool plain = PyDict_CheckExact(old);
  Ref context = Ref::steal(plain ? PyDict_Copy(old) : PyDict_New());
  for (Py_ssize_t i = 0; context && i < count; ++i) {
    if (PyDict_SetItem(context.get(), PyTuple_GET_ITEM(names, i), args[i]) < 0) return nullptr;
  }
  if (!plain && context) {
    const Ref first = Ref::steal(PyTuple_Pack(1, old));
    if (!first) return nullptr;
    PyObject* type = reinterpret_cast<PyObject*>(Py_TYPE(old));
    context = Ref::steal(PyObject_Call(type, first.get(), context.get()));
  }
  if (!context) return nullptr;
  try {
    return again(self, parts, std::move(context)).release();
  } catch (const std::bad_alloc&) {
    return PyErr_NoMemory();
  }
}

bool set_attribute(Self<Bound> self, PyObject* name, PyObject* value) {
  State* state = state_of_bound(self);
  if (state == nullptr) return false;
  if (PyUnicode_Check(name) &&
      (PyUnicode_Compare(name, state->names._process_event.get()) == 0 ||
       PyUnicode_Compare(name, state->names._proxy_to_logger.get()) == 0)) {
    self->overridden = true;
  }
  return PyObject_GenericSetAttr(self.object, name, value) == 0;
}

template <Ref Bound::* kPart>
Ref get_part(Bound& self) {
  if (!(self.*kPart)) PyErr_SetString(PyExc_AttributeError, "the logger is not initialised");
  return Ref::share((self.*kPart).get());
}
template <Ref Bound::* kPart>
bool set_part(Bound& self, PyObject* value) {
  self.*kPart = Ref::share(value);
  return true;
}

PyGetSetDef kParts[] = {
    attribute<get_part<&Bound::logger>, set_part<&Bound::logger>>("_logger", "The wrapped logger."),
    attribute<get_part<&Bound::processors>, set_part<&Bound::processors>>("_processors",
                                                                          "The processors."),
    attribute<get_part<&Bound::context>, set_part<&Bound::context>>("_context", "The context."),
    {},
};

PyMethodDef kMethods[] = {
    {"bind", as_method(&bind), kKeywords,
     "bind($self, /, **new_values)\n--\n\nA new logger with `new_values` added to the context."},
    method<kProcess, process_event, kShared>(
        "_process_event",
        "_process_event($self, method_name, event, event_kw)\n--\n\nSends an event through the "
        "processors; returns what the wrapped logger is called with.\n\nRaises DropEvent when a "
        "processor does, ValueError when the last one returns neither text, bytes, a dict, nor a "
        "tuple (args, kwargs)."),
    {"_proxy_to_logger", as_method(&proxy_to_logger), kKeywords,
     "_proxy_to_logger($self, method_name, event=None, **event_kw)\n--\n\nSends an event "
     "through the processors and calls the wrapped logger's method with it."},
    {},
};

const PyType_Slot kSlots[] = {
    {Py_tp_init, as_slot<initialize>()},
    {Py_tp_setattro, as_slot<set_attribute>()},
};

constexpr TypeTable kBound{
    .name = "mainstay.log._native.Bound",
    .doc = "The native part of bound loggers; see BoundLoggerBase.",
    .methods = kMethods,
    .attributes = kParts,
    .slots = kSlots,
    .subclassable = true,
};

}  // namespace

bool add_bound_type(PyObject* module, State& state) noexcept {
  state.bound_type = add_native_type<Bound>(module, kBound);
  const Ref methods = Ref::steal(PyDict_New());
  if (!state.bound_type || !methods) return false;
  auto* type = reinterpret_cast<PyTypeObject*>(state.bound_type.get());
  for (PyMethodDef* each = kLevels; each->ml_name != nullptr; ++each) {
    const Ref descriptor = Ref::steal(PyDescr_NewMethod(type, each));
    if (!descriptor || PyDict_SetItemString(methods.get(), each->ml_name, descriptor.get()) < 0) {
      return false;
    }
  }
  state.process_event =
      Ref::steal(PyObject_GetAttr(state.bound_type.get(), state.names._process_event.get()));
  state.proxy_to_logger =
      Ref::steal(PyObject_GetAttr(state.bound_type.get(), state.names._proxy_to_logger.get()));
  return state.process_event && state.proxy_to_logger &&
         PyModule_AddObjectRef(module, "level_methods", methods.get()) == 0;
}

}  // namespace mainstay::binding::log
