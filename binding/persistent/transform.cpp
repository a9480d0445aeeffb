// transform.cpp - see transform.hpp.
#include "binding/persistent/transform.hpp"

namespace mainstay::binding::persistent {

Ref transform(PyObject* structure, PyObject* const* steps, Py_ssize_t count) {
  const State& state = state_of_object(structure);
  const Ref all = checked(PyTuple_New(count));
  for (Py_ssize_t i = 0; i < count; ++i) {
    PyTuple_SET_ITEM(all.get(), i, Ref::share(steps[i]).release());
  }
  return call(state.part(p_transform), structure, all.get());
}

}  // namespace mainstay::binding::persistent
