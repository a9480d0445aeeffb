// ema.cpp - `_native.EMA`: the engine's moving average as a callable.
#include "binding/progress/module.hpp"
#include "binding/support/native_type.hpp"
#include "mainstay/progress/rate.hpp"

namespace mainstay::binding::progress {

namespace {

using mainstay::progress::Ema;

constexpr const char* kInitParameters[] = {"smoothing"};
constexpr Signature kInit{"EMA", nullptr, kInitParameters, 0};

bool initialize(Self<Ema> self, PyObject* args, PyObject* kwargs) noexcept {
  PyObject* smoothing = nullptr;
  if (!take_arguments(kInit, args, kwargs, &smoothing)) return false;
  double value = 0.3;
  if (smoothing != nullptr) {
    value = PyFloat_AsDouble(smoothing);
    if (value == -1 && PyErr_Occurred() != nullptr) return false;
  }
  *self = Ema(value);
  return true;
}

constexpr const char* kCallParameters[] = {"x"};
constexpr Signature kCall{"EMA.__call__", "self", kCallParameters, 0};

Ref call(Self<Ema> self, PyObject* args, PyObject* kwargs) noexcept {
  PyObject* x = nullptr;
  if (!take_arguments(kCall, args, kwargs, &x)) return Ref{};
  if (x == nullptr || x == Py_None) {
    // 0 and not 0.0, as long as there is no value.
    if (self->calls() == 0) return Ref::steal(PyLong_FromLong(0));
    return Ref::steal(PyFloat_FromDouble(self->average()));
  }
  const double value = PyFloat_AsDouble(x);
  if (value == -1 && PyErr_Occurred() != nullptr) return Ref{};
  return Ref::steal(PyFloat_FromDouble(self->add(value)));
}

Ref alpha(Ema& self) noexcept { return Ref::steal(PyFloat_FromDouble(self.smoothing())); }
Ref last(Ema& self) noexcept { return Ref::steal(PyFloat_FromDouble(self.last())); }
Ref calls(Ema& self) noexcept { return Ref::steal(PyLong_FromLongLong(self.calls())); }

PyGetSetDef kAttributes[] = {
    attribute<alpha>("alpha", "The weight of the newest value."),
    attribute<last>("last", "The average with the bias of its beginning."),
    attribute<calls>("calls", "How many values there were."),
    {},
};

const PyType_Slot kSlots[] = {
    {Py_tp_init, as_slot<initialize>()},
    {Py_tp_call, as_slot<call>()},
};

constexpr TypeTable kEma{
    .name = "mainstay.progress._native.EMA",
    .doc =
        "EMA(smoothing=0.3)\n--\n\nAn exponential moving average: call it with a value, or for the "
        "average.",
    .attributes = kAttributes,
    .slots = kSlots,
    .subclassable = true,
};

}  // namespace

bool add_ema(PyObject* module, State& state) noexcept {
  state.ema_type = add_native_type<Ema>(module, kEma);
  return static_cast<bool>(state.ema_type);
}

}  // namespace mainstay::binding::progress
