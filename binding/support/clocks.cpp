// clocks.cpp - see clocks.hpp.
#include "binding/support/clocks.hpp"

namespace mainstay::binding {
namespace {

// What a module has under a name; a reference of its own, as other threads may replace it.
Ref look_up(PyObject* module, PyObject* name) noexcept {
  PyObject* names = PyModule_GetDict(module);
#if PY_VERSION_HEX >= 0x030D0000
  PyObject* found = nullptr;
  if (PyDict_GetItemRef(names, name, &found) < 0) PyErr_Clear();
  return Ref::steal(found);
#else
  PyObject* found = PyDict_GetItemWithError(names, name);
  if (found == nullptr) PyErr_Clear();
  return Ref::share(found);
#endif
}

PyMethodDef* definition_of(PyObject* function) noexcept {
  if (PyCFunction_Check(function)) return reinterpret_cast<PyCFunctionObject*>(function)->m_ml;
  if (Py_IS_TYPE(function, &PyMethodDescr_Type) || Py_IS_TYPE(function, &PyClassMethodDescr_Type)) {
    return reinterpret_cast<PyMethodDescrObject*>(function)->d_method;
  }
  return nullptr;
}

}  // namespace

bool Clocks::add_function(const char* name) noexcept {
  Entry& entry = entries_[count_++];
  entry.module = Ref::steal(PyImport_ImportModule("time"));
  entry.name = Ref::steal(PyUnicode_InternFromString(name));
  if (!entry.module || !entry.name) return false;
  Ref found = look_up(entry.module.get(), entry.name.get());
  // One that is the module's own; a patch that came before us may be a C function too.
  if (found && PyCFunction_CheckExact(found.get()) &&
      PyCFunction_GET_SELF(found.get()) == entry.module.get()) {
    entry.original = std::move(found);
    entry.definition = definition_of(entry.original.get());
    entry.call = entry.definition->ml_meth;
  }
  return true;
}

bool Clocks::add_datetime() noexcept {
  Entry& entry = entries_[count_++];
  entry.module = Ref::steal(PyImport_ImportModule("datetime"));
  entry.name = Ref::steal(PyUnicode_InternFromString("datetime"));
  if (!entry.module || !entry.name) return false;
  PyDateTime_IMPORT;
  if (PyDateTimeAPI == nullptr) return false;
  entry.original = Ref::share(reinterpret_cast<PyObject*>(PyDateTimeAPI->DateTimeType));
  const Ref names = Ref::steal(PyObject_GetAttrString(entry.original.get(), "__dict__"));
  const Ref now = names ? Ref::steal(PyMapping_GetItemString(names.get(), "now")) : Ref{};
  if (!now) return false;
  entry.definition = definition_of(now.get());
  if (entry.definition != nullptr) entry.call = entry.definition->ml_meth;
  return true;
}

bool Clocks::set_up(Uses uses) noexcept {
  const auto wants = [uses](Uses one) {
    return (static_cast<unsigned>(uses) & static_cast<unsigned>(one)) != 0;
  };
  return (!wants(Uses::wall_datetime) || add_datetime()) &&
         (!wants(Uses::time) || add_function("time")) &&
         (!wants(Uses::monotonic) || add_function("monotonic")) &&
         (!wants(Uses::sleep) || add_function("sleep"));
}

bool Clocks::patched() const noexcept {
  for (int i = 0; i < count_; ++i) {
    const Entry& entry = entries_[i];
    if (!entry.original) return true;  // patched before we looked
    if (look_up(entry.module.get(), entry.name.get()).get() != entry.original.get()) return true;
    if (entry.definition != nullptr && entry.definition->ml_meth != entry.call) return true;
  }
  return false;
}

}  // namespace mainstay::binding
