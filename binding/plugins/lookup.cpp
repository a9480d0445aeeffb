// lookup.cpp - see lookup.hpp.
#include "binding/plugins/lookup.hpp"

namespace mainstay::binding::plugins {
namespace {

// The dict of a class. Borrowed from the class, or owned where the interpreter makes it (3.12 on
// for its static types).
Ref class_dict(PyTypeObject* type) noexcept {
#if PY_VERSION_HEX >= 0x030C0000
  return Ref::steal(PyType_GetDict(type));
#else
  return Ref::share(type->tp_dict);
#endif
}

// The value under `name` in a class's own dict, empty when there is none or when reading raised.
Ref own_entry(PyTypeObject* type, PyObject* name) noexcept {
  const Ref dict = class_dict(type);
  if (!dict) return Ref{};
  return Ref::share(PyDict_GetItemWithError(dict.get(), name));
}

PyTypeObject* entry_of(PyObject* mro, Py_ssize_t at) noexcept {
  return reinterpret_cast<PyTypeObject*>(PyTuple_GET_ITEM(mro, at));
}

// Whether a class of the type's says itself what its instances' `__dict__` is, and what that is.
// Empty for the ordinary case. Only metaclasses of an unusual kind do that.
Ref shadowed_dict(PyTypeObject* type) noexcept {
  // The descriptors Python makes itself carry the name; nothing else can be told from the outside.
  const Ref name = Ref::steal(PyUnicode_InternFromString("__dict__"));
  if (!name) return Ref{};
  const Ref mro = Ref::share(type->tp_mro);
  for (Py_ssize_t i = 0; mro && i < PyTuple_GET_SIZE(mro.get()); ++i) {
    PyTypeObject* entry = entry_of(mro.get(), i);
    Ref found = own_entry(entry, name.get());
    if (!found) {
      if (PyErr_Occurred()) return Ref{};
      continue;
    }
    const bool ordinary =
        Py_IS_TYPE(found.get(), &PyGetSetDescr_Type) &&
        reinterpret_cast<PyDescrObject*>(found.get())->d_type == entry &&
        PyUnicode_CompareWithASCIIString(reinterpret_cast<PyDescrObject*>(found.get())->d_name,
                                         "__dict__") == 0;
    if (!ordinary) return found;
  }
  return Ref{};
}

// The value under `name` in the classes of a type, in their order.
Ref class_attribute(PyTypeObject* type, PyObject* name) noexcept {
  const Ref mro = Ref::share(type->tp_mro);
  for (Py_ssize_t i = 0; mro && i < PyTuple_GET_SIZE(mro.get()); ++i) {
    PyTypeObject* entry = entry_of(mro.get(), i);
    // A metaclass that says itself what `__dict__` is makes the entry unreadable; type does not.
    if (!Py_IS_TYPE(reinterpret_cast<PyObject*>(entry), &PyType_Type)) {
      const Ref shadowed = shadowed_dict(Py_TYPE(entry));
      if (PyErr_Occurred()) return Ref{};
      if (shadowed) continue;
    }
    Ref found = own_entry(entry, name);
    if (found || PyErr_Occurred()) return found;
  }
  return Ref{};
}

int has_class_attribute(PyTypeObject* type, PyObject* name) noexcept {
  const Ref found = class_attribute(type, name);
  return found ? 1 : (PyErr_Occurred() ? -1 : 0);
}

// The dict of an instance without __getattribute__; empty when it has none.
Ref instance_dict(PyObject* object) noexcept {
  const Ref name = Ref::steal(PyUnicode_InternFromString("__dict__"));
  if (!name) return Ref{};
  Ref dict = Ref::steal(PyObject_GenericGetAttr(object, name.get()));
  if (!dict && PyErr_ExceptionMatches(PyExc_AttributeError)) PyErr_Clear();
  if (dict && !PyDict_Check(dict.get())) return Ref{};
  return dict;
}

// Whether descriptors of this type come before what the instance itself has. -1 with an exception.
int overrides_instance(const ModuleState& state, PyTypeObject* type) noexcept {
  const int gets = has_class_attribute(type, state.names.get.get());
  if (gets <= 0) return gets;
  const int sets = has_class_attribute(type, state.names.set.get());
#if PY_VERSION_HEX >= 0x030B0000
  return sets != 0 ? sets : has_class_attribute(type, state.names.delete_.get());
#else
  return sets;
#endif
}

// What an instance has under `name`, unless its class says itself what its `__dict__` is.
Ref instance_attribute(PyObject* object, PyObject* name) noexcept {
  const Ref shadowed = shadowed_dict(Py_TYPE(object));
  if (PyErr_Occurred()) return Ref{};
  if (shadowed && !Py_IS_TYPE(shadowed.get(), &PyMemberDescr_Type)) return Ref{};
  return stored_attribute(object, name);
}

}  // namespace

Ref stored_attribute(PyObject* object, PyObject* name) noexcept {
  const Ref dict = instance_dict(object);
  if (!dict) return Ref{};
  return Ref::share(PyDict_GetItemWithError(dict.get(), name));
}

Ref static_attribute(const ModuleState& state, PyObject* object, PyObject* name) noexcept {
  const bool is_class = PyType_Check(object);
  PyTypeObject* type = is_class ? reinterpret_cast<PyTypeObject*>(object) : Py_TYPE(object);
  Ref instance = is_class ? Ref{} : instance_attribute(object, name);
  if (!instance && PyErr_Occurred()) return instance;
  Ref klass = class_attribute(type, name);
  if (!klass && PyErr_Occurred()) return klass;
  if (instance && klass) {
    const int first = overrides_instance(state, Py_TYPE(klass.get()));
    if (first < 0) return Ref{};
    if (first == 1) return klass;
  }
  if (instance) return instance;
  if (klass || !is_class) return klass;
  return class_attribute(Py_TYPE(object), name);
}

}  // namespace mainstay::binding::plugins
