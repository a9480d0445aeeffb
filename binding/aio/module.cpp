// module.cpp - `mainstay.aio._native`: the engine's Total as a Python type.
#include "binding/support/errors.hpp"
#include "binding/support/native_module.hpp"
#include "binding/support/native_type.hpp"
#include "mainstay/aio/aio.hpp"

namespace mainstay::binding::aio {
namespace {

using mainstay::aio::Total;

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
    .name = "mainstay.aio.Total",
    .doc = "A running total of whole numbers. May be shared by threads.",
    .methods = kMethods,
    .attributes = kAttributes,
    .subclassable = true,
};

bool set_up(PyObject* module, State& state) {
  state.total_type = add_native_type<Total>(module, kTotal);
  return static_cast<bool>(state.total_type);
}

PyModuleDef definition = native_module<State, set_up>("mainstay.aio._native",
                                                      "The native part of mainstay.aio.", nullptr);

}  // namespace
}  // namespace mainstay::binding::aio

PyMODINIT_FUNC PyInit_aio() { return PyModuleDef_Init(&mainstay::binding::aio::definition); }
