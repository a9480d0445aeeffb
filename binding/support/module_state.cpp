// module_state.cpp - see module_state.hpp.
#include "binding/support/module_state.hpp"

#include "binding/support/ref.hpp"

namespace mainstay::binding {

int runs_without_gil() noexcept {
#if defined(Py_GIL_DISABLED)
  PyObject* ask = PySys_GetObject("_is_gil_enabled");
  const Ref enabled =
      Ref::steal(ask == nullptr ? Ref::share(Py_True).release() : PyObject_CallNoArgs(ask));
  if (!enabled) return -1;
  return enabled.get() == Py_True ? 0 : 1;
#else
  return 0;
#endif
}

}  // namespace mainstay::binding
