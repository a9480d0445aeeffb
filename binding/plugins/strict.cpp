// strict.cpp - see strict.hpp.
#include "binding/plugins/strict.hpp"

namespace mainstay::binding::plugins {
namespace {

// The names of both kinds the specification has, as one tuple. Empty with an exception set.
Ref names_of(const ModuleState& state, PyObject* spec) noexcept {
  const Ref required = Ref::steal(PyObject_GetAttr(spec, state.names.argnames.get()));
  const Ref optional =
      required ? Ref::steal(PyObject_GetAttr(spec, state.names.kwargnames.get())) : Ref{};
  return optional ? Ref::steal(PySequence_Concat(required.get(), optional.get())) : Ref{};
}

// "a, b" out of a tuple of str; "no arguments" out of an empty one.
Ref listed(PyObject* names) noexcept {
  if (PyTuple_GET_SIZE(names) == 0) return Ref::steal(PyUnicode_FromString("no arguments"));
  const Ref comma = Ref::steal(PyUnicode_FromString(", "));
  return comma ? Ref::steal(PyUnicode_Join(comma.get(), names)) : Ref{};
}

}  // namespace

bool check_arguments(const ModuleState& state, const DoorObject& door, PyObject* hook_name,
                     PyObject* spec, PyObject* given) noexcept {
  if (spec == Py_None) return true;
  const Ref names = names_of(state, spec);
  const Ref iterator = names ? Ref::steal(PyObject_GetIter(given)) : Ref{};
  if (!iterator) return false;
  while (const Ref name = Ref::steal(PyIter_Next(iterator.get()))) {
    const int known = PySequence_Contains(names.get(), name.get());
    if (known < 0) return false;
    if (known == 1) continue;
    const Ref text = listed(names.get());
    if (!text) return false;
    PyErr_Format(PyExc_TypeError,
                 "hook %R has no argument %R; its specification names %U: correct the name, or add "
                 "it to the specification",
                 hook_name, name.get(), text.get());
    return false;
  }
  if (PyErr_Occurred()) return false;
  const Ref required = Ref::steal(PyObject_GetAttr(spec, state.names.argnames.get()));
  if (!required) return false;
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(required.get()); ++i) {
    PyObject* name = PyTuple_GET_ITEM(required.get(), i);
    const int is_given = PySequence_Contains(given, name);
    if (is_given < 0) return false;
    if (is_given == 1) continue;
    PyErr_Format(door.call_error,
                 "hook %R was called without %R, which its specification names; pass it, or give "
                 "it a default there",
                 hook_name, name);
    return false;
  }
  return true;
}

void refuse_unnamed(const ModuleState& state, PyObject* hook_name, PyObject* spec,
                    Py_ssize_t given) noexcept {
  Ref example = Ref::steal(PyUnicode_FromString("name"));
  if (example && spec != Py_None) {
    const Ref names = names_of(state, spec);
    if (!names) return;
    if (PyTuple_GET_SIZE(names.get()) > 0) {
      example = Ref::share(PyTuple_GET_ITEM(names.get(), 0));
    }
  }
  if (!example) return;
  PyErr_Format(PyExc_TypeError,
               "hook %R is called with keyword arguments only, got %zd without a name; write "
               "%U(%U=...)",
               hook_name, given, hook_name, example.get());
}

void refuse_direct(PyObject* hook_name) noexcept {
  PyErr_Format(PyExc_TypeError,
               "hook %R is historic: its calls are kept for plugins that come later; write "
               "%U.call_historic(kwargs={...})",
               hook_name, hook_name);
}

void refuse_keeping(PyObject* hook_name) noexcept {
  PyErr_Format(PyExc_TypeError,
               "hook %R is not historic: its calls are not kept; call it directly, or specify it "
               "with @hookspec(historic=True)",
               hook_name);
}

}  // namespace mainstay::binding::plugins
