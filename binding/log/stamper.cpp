// stamper.cpp - `TimeStamper`: the time under a key.
//
// The common formats are written natively while nothing patched the clocks; else, and for other
// directives of strftime, the face's `stamp(fmt, utc)` asks what Python has there now.
#include <string>

#include "binding/log/module.hpp"
#include "mainstay/log/timestamp.hpp"

namespace mainstay::binding::log {
namespace {

using mainstay::log::DateTime;

struct Stamper {
  enum class Way : unsigned char { python, unix_time, iso, formatted };
  State* state = nullptr;
  Ref fmt, utc, key;
  Way way = Way::python;
  bool is_utc = true;
  std::string format;
  void each_reference(auto visit) {
    visit(fmt);
    visit(utc);
    visit(key);
  }
};

constexpr const char* kParameters[] = {"fmt", "utc", "key"};
constexpr Signature kInit{"__init__", "self", kParameters, 0};

bool initialize(Self<Stamper> self, PyObject* args, PyObject* kwargs) {
  PyObject* given[3] = {};
  if (!take_arguments(kInit, args, kwargs, given)) return false;
  self->state = state_of_type(Py_TYPE(self.object));
  if (self->state == nullptr) return false;
  self->fmt = Ref::share(given[0] != nullptr ? given[0] : Py_None);
  self->utc = Ref::share(given[1] != nullptr ? given[1] : Py_True);
  self->key = given[2] != nullptr ? Ref::share(given[2])
                                  : Ref::steal(PyUnicode_InternFromString("timestamp"));
  const int utc = PyObject_IsTrue(self->utc.get());
  if (!self->key || utc < 0) return false;
  self->is_utc = utc == 1;
  PyObject* fmt = self->fmt.get();
  if (fmt == Py_None) {
    if (!self->is_utc) {
      PyErr_SetString(PyExc_ValueError, "UNIX timestamps are always UTC.");
      return false;
    }
    self->way = Stamper::Way::unix_time;
    return true;
  }
  if (!PyUnicode_Check(fmt)) {
    PyErr_Format(PyExc_TypeError,
                 "fmt must be None, 'iso' or a format of strftime, got %.100s; write it as str",
                 Py_TYPE(fmt)->tp_name);
    return false;
  }
  self->way = Stamper::Way::python;
  if (!PyUnicode_IS_ASCII(fmt)) return true;
  self->format.assign(static_cast<const char*>(PyUnicode_DATA(fmt)),
                      static_cast<std::size_t>(PyUnicode_GET_LENGTH(fmt)));
  std::string upper = self->format;
  for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  if (upper == "ISO") {
    self->way = Stamper::Way::iso;
  } else if (mainstay::log::is_plain_format(self->format)) {
    self->way = Stamper::Way::formatted;
  }
  return true;
}

// The time, made natively. Empty without an exception: Python has to make it.
Ref native_time(State& state, Stamper& stamper) {
  if (stamper.way == Stamper::Way::python || state.clocks.patched()) return Ref{};
  const std::int64_t now = mainstay::log::now_microseconds();
  if (stamper.way == Stamper::Way::unix_time) {
    return Ref::steal(PyFloat_FromDouble(static_cast<double>(now) / 1e6));
  }
  const DateTime time =
      stamper.is_utc ? mainstay::log::utc_time(now) : mainstay::log::local_time(now);
  if (time.year < 1000 || time.year > 9999) return Ref{};
  Line text;
  if (stamper.way == Stamper::Way::iso) {
    mainstay::log::append_iso(text, time);
    if (stamper.is_utc) text.append('Z');
  } else {
    mainstay::log::append_formatted(text, stamper.format, time);
  }
  return ascii_str(text.view());
}

Ref call(Self<Stamper> self, PyObject* args, PyObject* kwargs) {
  PyObject* event = event_of_call("TimeStamper", args, kwargs);
  if (event == nullptr) return Ref{};
  if (self->state == nullptr) {
    PyErr_SetString(PyExc_AttributeError, "the TimeStamper is not initialised");
    return Ref{};
  }
  if (!stamp_event(*self->state, self.object, event)) return Ref{};
  return Ref::share(event);
}

template <Ref Stamper::* kField>
Ref get(Stamper& self) {
  if (!(self.*kField)) PyErr_SetString(PyExc_AttributeError, "the TimeStamper is not initialised");
  return Ref::share((self.*kField).get());
}

// Pickles as a call, so that no state has to be put back into a half-made object.
Ref reduce(Self<Stamper> self) {
  if (!self->key) return get<&Stamper::key>(*self);
  return Ref::steal(Py_BuildValue("O(OOO)", Py_TYPE(self.object), self->fmt.get(), self->utc.get(),
                                  self->key.get()));
}

// What the peer's pickles hold.
Ref set_state(Self<Stamper> self, PyObject* state) {
  const Ref nothing = Ref::steal(PyTuple_New(0));
  if (!nothing || !PyDict_Check(state)) {
    if (nothing) PyErr_SetString(PyExc_TypeError, "the state of a TimeStamper is a dict");
    return Ref{};
  }
  return initialize(self, nothing.get(), state) ? Ref::share(Py_None) : Ref{};
}

PyGetSetDef kAttributes[] = {
    attribute<get<&Stamper::fmt>>("fmt", "The format, 'iso', or None for seconds since 1970."),
    attribute<get<&Stamper::utc>>("utc", "Whether it is UTC and not local time."),
    attribute<get<&Stamper::key>>("key", "The key that the time is added under."),
    {},
};
PyMethodDef kMethods[] = {
    method<reduce>("__reduce__", "Pickles as a call."),
    method<set_state>("__setstate__", "Takes the state that structlog pickles."),
    {},
};
const PyType_Slot kSlots[] = {
    {Py_tp_init, as_slot<initialize>()},
    {Py_tp_call, as_slot<call, kShared>()},
};
constexpr TypeTable kStamper{
    .name = "mainstay.log.processors.TimeStamper",
    .doc =
        "TimeStamper(fmt=None, utc=True, key='timestamp')\n--\n\nAdds the time under `key`.\n\n"
        "`fmt` is a format of strftime, \"iso\" for ISO 8601, or None for seconds since 1970; "
        "`utc` chooses between UTC and local time. Raises ValueError for local seconds since "
        "1970.",
    .methods = kMethods,
    .attributes = kAttributes,
    .slots = kSlots,
    .subclassable = true,
};

}  // namespace

bool stamp_event(State& state, PyObject* stamper, PyObject* event) {
  Stamper& value = value_of<Stamper>(stamper);
  if (!value.key) {
    PyErr_SetString(PyExc_AttributeError, "the TimeStamper is not initialised");
    return false;
  }
  const Ref key = Ref::share(value.key.get());
  Ref time = native_time(state, value);
  if (!time && PyErr_Occurred() == nullptr) {
    time = Ref::steal(
        PyObject_CallFunctionObjArgs(state.stamp.get(), value.fmt.get(), value.utc.get(), nullptr));
  }
  return time && set_item(event, key.get(), time.get());
}

Stamp native_stamp(State& state, PyObject* stamper) {
  Stamper& value = value_of<Stamper>(stamper);
  if (!value.key) return {};
  Ref time = native_time(state, value);
  if (!time && PyErr_Occurred() == nullptr) return {};
  return {true, Ref::share(value.key.get()), std::move(time)};
}

bool add_stamper_type(PyObject* module, State& state) noexcept {
  state.stamper_type = add_native_type<Stamper>(module, kStamper);
  return bool(state.stamper_type);
}

}  // namespace mainstay::binding::log
