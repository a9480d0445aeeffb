// counter.cpp - `_native.Counter`, the base of every bar: live numbers and update().
#include "binding/progress/counter.hpp"

#include <utility>

namespace mainstay::binding::progress {

namespace {

using Self = Self<CounterValue>;

enum Field : std::size_t { kN, kPrintedN, kMiniters, kPrintedT, kStartT, kMininterval, kDelay };

constexpr std::array<const char*, CounterValue::kFields> kNames{
    "n", "last_print_n", "miniters", "last_print_t", "start_t", "mininterval", "delay"};

Ref missing(PyObject* self, const char* name) noexcept {
  PyErr_Format(PyExc_AttributeError, "'%.100s' object has no attribute '%s'",
               Py_TYPE(self)->tp_name, name);
  return Ref{};
}

template <std::size_t field>
Ref get_field(Self self) noexcept {
  const unsigned bit = 1U << field;
  if ((self->set & bit) == 0) return missing(self.object, kNames[field]);
  if ((self->odd & bit) != 0) return Ref::share(self->others[field].get());
  return to_python(self->counter.*CounterValue::kMembers[field]);
}

template <std::size_t field>
bool set_field(Self self, PyObject* value) noexcept {
  constexpr unsigned kBit = 1U << field;
  if (value == nullptr) {
    if ((self->set & kBit) == 0) return static_cast<bool>(missing(self.object, kNames[field]));
    self->set &= ~kBit;
    self->odd &= ~kBit;
    self->others[field] = Ref{};
    return true;
  }
  Ref old;
  if (const auto number = plain_count(value)) {
    self->counter.*CounterValue::kMembers[field] = *number;
    self->odd &= ~kBit;
    old = std::move(self->others[field]);
  } else {
    old = std::exchange(self->others[field], Ref::share(value));
    self->odd |= kBit;
  }
  self->set |= kBit;
  if constexpr (field == kMiniters) {
    // A loop looks at the clock at every item while miniters are no plain number.
    if ((self->odd & kBit) != 0) {
      self->limit.store(0, std::memory_order_relaxed);
    } else {
      self->follow_miniters();
    }
  }
  return true;
}

Ref get_disable(Self self) noexcept {
  return self->disable ? Ref::share(self->disable.get()) : missing(self.object, "disable");
}

bool set_disable(Self self, PyObject* value) noexcept {
  if (value == nullptr) {
    self->disable = Ref{};
    return true;
  }
  const int truth = PyObject_IsTrue(value);
  if (truth < 0) return false;
  self->is_disabled = truth != 0;
  self->disable = Ref::share(value);
  return true;
}

Ref get_clock(Self self) noexcept {
  return self->clock ? Ref::share(self->clock.get()) : missing(self.object, "_time");
}

bool set_clock(Self self, PyObject* value) noexcept {
  State* state = state_for(self.object);
  if (state == nullptr) return false;
  self->system = value != nullptr && value == state->clock.function.get() ? &state->clock : nullptr;
  self->clock = Ref::share(value);
  return true;
}

constexpr const char* kUpdateParameters[] = {"n"};
constexpr Signature kUpdate{"update", "self", kUpdateParameters, 0};

// What the counter does not know is counted by the face, in Python.
Ref update_in_python(Self self, PyObject* step) noexcept {
  State* state = state_for(self.object);
  if (state == nullptr) return Ref{};
  const Ref one = step == nullptr ? Ref::steal(PyLong_FromLong(1)) : Ref::share(step);
  if (!one) return Ref{};
  return Ref::steal(PyObject_CallMethodOneArg(self.object, state->name__update.get(), one.get()));
}

// The clock of a bar that is no time.time is called, and what it says is compared in Python.
Ref look_in_python(Self self, State& state) noexcept {
  const Ref clock = Ref::share(self->clock.get());
  if (!clock) return missing(self.object, "_time");
  const Ref now = Ref::steal(PyObject_CallNoArgs(clock.get()));
  if (!now) return Ref{};
  return Ref::steal(PyObject_CallMethodOneArg(self.object, state.name__looked.get(), now.get()));
}

Ref update(Self self, PyObject* step) noexcept {
  if (self->is_disabled && self->disable) return Ref::share(Py_None);
  auto number = std::optional(Count(std::int64_t{1}));
  if (step != nullptr) number = plain_count(step);
  if (!number || !self->is_plain() || !self->disable || !self->counter.add(*number)) {
    return update_in_python(self, step);
  }
  if (!self->counter.wants_clock()) return Ref::share(Py_None);
  if (self->reads_system_clock()) {
    if (self->counter.mininterval.number() >= kCoarseInterval &&
        !self->counter.is_due(SystemClock::coarse())) {
      return Ref::share(Py_None);
    }
    const double now = SystemClock::now();
    if (!self->counter.is_due(now)) return Ref::share(Py_None);
    State* state = state_for(self.object);
    const Ref spent = Ref::steal(PyFloat_FromDouble(now - self->counter.printed_t.number()));
    if (state == nullptr || !spent) return Ref{};
    return Ref::steal(PyObject_CallMethodOneArg(self.object, state->name__draw.get(), spent.get()));
  }
  State* state = state_for(self.object);
  return state == nullptr ? Ref{} : look_in_python(self, *state);
}

PyObject* named_update(PyObject* self, PyObject* step) noexcept {
  const CriticalSection section(self);
  return update(Self{self}, step).release();
}

// update() as most programs call it, with nothing or one number, costs no look at names.
PyObject* call_update(PyObject* self, PyObject* const* args, Py_ssize_t nargs,
                      PyObject* kwnames) noexcept {
  if (nargs > 1 || kwnames != nullptr) {
    return call_as_signed<kUpdate, named_update>(self, args, nargs, kwnames);
  }
  const CriticalSection section(self);
  return update(Self{self}, nargs == 0 ? nullptr : args[0]).release();
}

Ref iterate_over(Self self, PyObject* iterable) {
  State* state = state_for(self.object);
  if (state == nullptr) return Ref{};
  return Ref::steal(
      PyObject_CallFunctionObjArgs(state->iterator_type.get(), self.object, iterable, nullptr));
}

Ref iterate(Self self) { return iterate_over(self, nullptr); }

PyMethodDef kMethods[] = {
    {"update", as_method(&call_update), METH_FASTCALL | METH_KEYWORDS,
     "update($self, n=1)\n--\n\nCount `n` more. True when the bar was drawn."},
    method<iterate_over, kShared>("_iterate",
                                  "_iterate($self, iterable, /)\n--\n\nIts items, counted."),
    {},
};

template <std::size_t field>
PyGetSetDef number(const char* doc) noexcept {
  return attribute<get_field<field>, set_field<field>>(kNames[field], doc);
}

PyGetSetDef kAttributes[] = {
    number<kN>("What was counted."),
    number<kPrintedN>("What was counted when the bar was drawn."),
    number<kMiniters>("Counts between two looks at the clock."),
    number<kPrintedT>("When the bar was drawn."),
    number<kStartT>("When counting began."),
    number<kMininterval>("Seconds between two drawings at least."),
    number<kDelay>("Seconds after the start in which nothing is drawn."),
    attribute<get_disable, set_disable>("disable", "Whether the bar does nothing."),
    attribute<get_clock, set_clock>("_time", "The clock: a function that returns seconds."),
    {},
};

const PyType_Slot kSlots[] = {{Py_tp_iter, as_slot<iterate, kShared>()}};

constexpr TypeTable kCounter{
    .name = "mainstay.progress._native.Counter",
    .doc = "What a bar counts, and when it is due to be drawn.",
    .methods = kMethods,
    .attributes = kAttributes,
    .slots = kSlots,
    .subclassable = true,
};

}  // namespace

bool add_counter(PyObject* module, State& state) noexcept {
  state.counter_type = add_native_type<CounterValue>(module, kCounter);
  return static_cast<bool>(state.counter_type);
}

}  // namespace mainstay::binding::progress
