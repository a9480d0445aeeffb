// type.cpp - see type.hpp.
#include "binding/support/type.hpp"

#include <cstring>

namespace mainstay::binding {

Ref add_type(PyObject* module, PyType_Spec& spec, PyObject* base) noexcept {
  Ref type = Ref::steal(PyType_FromModuleAndSpec(module, &spec, base));
  if (!type) return type;
  const char* name = std::strrchr(spec.name, '.') + 1;
  if (PyModule_AddObjectRef(module, name, type.get()) < 0) return Ref{};
  return type;
}

}  // namespace mainstay::binding
