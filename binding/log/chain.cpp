// chain.cpp - an event through the processors, and its result to the wrapped logger.
//
// One loop for all chains: the processors are looked at anew at each call, since programs change
// the list in place. Those of ours are called without Python's call in between, the others by it.
#include "binding/log/module.hpp"

namespace mainstay::binding::log {
namespace {

// Whether this processor does nothing with an event dict that lacks its key.
bool has_nothing_to_do(State& state, PyObject* processor, PyObject* event) noexcept {
  PyObject* type = reinterpret_cast<PyObject*>(Py_TYPE(processor));
  PyObject* key = nullptr;
  if (type == state.StackInfoRenderer.get()) {
    key = state.names.stack_info.get();
  } else if (type == state.ExceptionRenderer.get()) {
    key = state.names.exc_info.get();
  } else {
    return false;
  }
  return PyDict_CheckExact(event) && PyDict_Contains(event, key) == 0;
}

// What a processor makes of the event.
Ref call_processor(State& state, const Parts& parts, PyObject* processor, PyObject* method_name,
                   Ref event) {
  PyObject* type = reinterpret_cast<PyObject*>(Py_TYPE(processor));
  if (type == state.stamper_type.get()) {
    if (!stamp_event(state, processor, event.get())) return Ref{};
    return event;
  }
  if (type == state.json_type.get()) return render_json(state, processor, event.get());
  if (has_nothing_to_do(state, processor, event.get())) return event;
  PyObject* arguments[] = {nullptr, parts.logger.get(), method_name, event.get()};
  return Ref::steal(
      PyObject_Vectorcall(processor, arguments + 1, 3 | PY_VECTORCALL_ARGUMENTS_OFFSET, nullptr));
}

}  // namespace

Ref processor_at(PyObject* list, Py_ssize_t place) noexcept {
#if PY_VERSION_HEX >= 0x030D0000
  PyObject* found = PyList_GetItemRef(list, place);
  if (found == nullptr) PyErr_Clear();
  return Ref::steal(found);
#else
  if (place >= PyList_GET_SIZE(list)) return Ref{};
  return Ref::share(PyList_GET_ITEM(list, place));
#endif
}

Ref make_event(State& state, const Parts& parts, PyObject* event, PyObject* const* values,
               PyObject* names, PyObject* without) {
  const Py_ssize_t count = names != nullptr ? PyTuple_GET_SIZE(names) : 0;
  PyObject* context = parts.context.get();
  const bool plain = PyDict_CheckExact(context);
  Ref made = Ref::steal(plain ? PyDict_Copy(context)
                              : PyObject_CallMethodNoArgs(context, state.names.copy.get()));
  if (!made) return Ref{};
  Ref keywords = plain ? Ref::share(made.get()) : Ref::steal(PyDict_New());
  if (!keywords) return Ref{};
  for (Py_ssize_t i = 0; i < count; ++i) {
    PyObject* name = PyTuple_GET_ITEM(names, i);
    if (name == without) continue;
    if (PyDict_SetItem(keywords.get(), name, values[i]) < 0) return Ref{};
  }
  if (!plain) {
    const Ref update = Ref::steal(PyObject_GetAttr(made.get(), state.names.update.get()));
    const Ref nothing = Ref::steal(PyTuple_New(0));
    if (!update || !nothing) return Ref{};
    if (!Ref::steal(PyObject_Call(update.get(), nothing.get(), keywords.get()))) return Ref{};
  }
  if (event != Py_None && !set_item(made.get(), state.names.event.get(), event)) return Ref{};
  return made;
}

Ref run_processors(State& state, const Parts& parts, PyObject* method_name, Ref event) {
  PyObject* processors = parts.processors.get();
  if (PyList_CheckExact(processors)) {
    for (Py_ssize_t i = 0; event; ++i) {
      const Ref processor = processor_at(processors, i);
      if (!processor) break;
      event = call_processor(state, parts, processor.get(), method_name, std::move(event));
    }
    return event;
  }
  const Ref iterator = Ref::steal(PyObject_GetIter(processors));
  if (!iterator) return Ref{};
  while (event) {
    const Ref processor = Ref::steal(PyIter_Next(iterator.get()));
    if (!processor) break;
    event = call_processor(state, parts, processor.get(), method_name, std::move(event));
  }
  return PyErr_Occurred() != nullptr ? Ref{} : std::move(event);
}

Ref arguments_of_result(Ref result) noexcept {
  PyObject* value = result.get();
  if (PyUnicode_Check(value) || PyBytes_Check(value) || PyByteArray_Check(value)) {
    return Ref::steal(Py_BuildValue("((O){})", value));
  }
  if (PyTuple_Check(value)) return result;
  if (PyDict_Check(value)) return Ref::steal(Py_BuildValue("(()O)", value));
  PyErr_SetString(PyExc_ValueError,
                  "Last processor didn't return an appropriate value.  Valid return values are a "
                  "dict, a tuple of (args, kwargs), bytes, or a str.");
  return Ref{};
}

Ref call_logger(State&, const Parts& parts, PyObject* method_name, Ref result) noexcept {
  PyObject* value = result.get();
  PyObject* logger = parts.logger.get();
  if (PyUnicode_Check(value) || PyBytes_Check(value) || PyByteArray_Check(value)) {
    return Ref::steal(PyObject_CallMethodOneArg(logger, method_name, value));
  }
  const Ref both = arguments_of_result(std::move(result));
  if (!both) return Ref{};
  if (PyTuple_GET_SIZE(both.get()) != 2) {
    PyErr_Format(PyExc_ValueError,
                 "the last processor returned a tuple of %zd, wanted (args, kwargs)",
                 PyTuple_GET_SIZE(both.get()));
    return Ref{};
  }
  const Ref method = Ref::steal(PyObject_GetAttr(logger, method_name));
  const Ref args = Ref::steal(PySequence_Tuple(PyTuple_GET_ITEM(both.get(), 0)));
  const Ref kwargs = Ref::steal(PyDict_New());
  if (!method || !args || !kwargs) return Ref{};
  if (PyDict_Update(kwargs.get(), PyTuple_GET_ITEM(both.get(), 1)) < 0) return Ref{};
  return Ref::steal(PyObject_Call(method.get(), args.get(), kwargs.get()));
}

}  // namespace mainstay::binding::log
