// module.cpp - `mainstay.profile._native`: the engine's Total as a Python type.
#include "binding/support/errors.hpp"
#include "binding/support/native_module.hpp"
#include "binding/support/native_type.hpp"
#include "mainstay/profile/profile.hpp"

namespace mainstay::binding::profile {
namespace {

using mainstay::profile::Total;

struct State {
  Ref total_type;
  void each_reference(auto visit) { visit(total_type); }
};

Ref add(Total& self, PyObject* argument) {
  const long long number = PyLong_AsLongLong(argument);
  if (number == -1 && PyErr_Occurred()) return Ref{};
  const auto added = self.add(number);
  if (!added) return Ref::steal(raise_error(added.error()));
  return Ref::share(Py_None);
}

Ref value(Total& self) { return Ref::steal(PyLong_FromLongLong(self.value())); }

PyMethodDef kMethods[] = {
    method<add>("add", "add($self, number, /)\n--\n\nAdd a whole number, or raise OverflowError."),
    {},
};

PyGetSetDef kAttributes[] = {attribute<value>("value", "The total so far."), {}};

constexpr TypeTable kTotal{
    .name = "mainstay.profile.Total",
    .doc = "A running total of whole numbers. May be shared by threads.",
    .methods = kMethods,
    .attributes = kAttributes,
    .subclassable = true,
};

bool set_up(PyObject* module, State& state) {
  state.total_type = add_native_type<Total>(module, kTotal);
  return static_cast<bool>(state.total_type);
}

PyModuleDef definition = native_module<State, set_up>("mainstay.profile._native",
                                                      "The native part of mainstay.profile.", nullptr);

}  // namespace
}  // namespace mainstay::binding::profile

PyMODINIT_FUNC PyInit_profile() { return PyModuleDef_Init(&mainstay::binding::profile::definition); }
