// moments.cpp - objects of `datetime` as text.
#include "binding/codec/moments.hpp"

#include "mainstay/codec/moment.hpp"

namespace mainstay::binding::codec {
namespace {

namespace engine = mainstay::codec;

PyObject* zone_of(PyObject* object) noexcept {
  if (PyDateTime_Check(object)) {
    auto* of = reinterpret_cast<PyDateTime_DateTime*>(object);
    return of->hastzinfo ? of->tzinfo : Py_None;
  }
  auto* of = reinterpret_cast<PyDateTime_Time*>(object);
  return of->hastzinfo ? of->tzinfo : Py_None;
}

// The offset of a zone in seconds; `known` is false when it has none. False with an exception set.
bool offset_of(const State& state, PyObject* zone, PyObject* when, bool& known, int& seconds) {
  known = true;
  seconds = 0;
  if (zone == PyDateTime_TimeZone_UTC) return true;
  const Ref offset = Ref::steal(PyObject_CallMethodOneArg(zone, state.s_utcoffset.get(), when));
  if (!offset) return false;
  if (offset.get() == Py_None) {
    known = false;
    return true;
  }
  if (!PyDelta_Check(offset.get())) {
    PyErr_SetString(PyExc_TypeError, "tzinfo.utcoffset returned a non-timedelta object");
    return false;
  }
  const int days = PyDateTime_DELTA_GET_DAYS(offset.get());
  seconds = PyDateTime_DELTA_GET_SECONDS(offset.get());
  const bool whole = seconds == 0 && PyDateTime_DELTA_GET_MICROSECONDS(offset.get()) == 0;
  if (days > 0 || days < -1 || (days == -1 && whole)) {
    PyErr_Format(PyExc_ValueError,
                 "tzinfo.utcoffset returned %R: an offset is less than 24 hours either way",
                 offset.get());
    return false;
  }
  seconds += days * 86'400;
  return true;
}

engine::Date date_of(PyObject* object) noexcept {
  return {PyDateTime_GET_YEAR(object), PyDateTime_GET_MONTH(object), PyDateTime_GET_DAY(object)};
}

engine::TimeOfDay time_of(PyObject* object) noexcept {
  if (PyDateTime_Check(object)) {
    return {PyDateTime_DATE_GET_HOUR(object),
            PyDateTime_DATE_GET_MINUTE(object),
            PyDateTime_DATE_GET_SECOND(object),
            PyDateTime_DATE_GET_MICROSECOND(object),
            {}};
  }
  return {PyDateTime_TIME_GET_HOUR(object),
          PyDateTime_TIME_GET_MINUTE(object),
          PyDateTime_TIME_GET_SECOND(object),
          PyDateTime_TIME_GET_MICROSECOND(object),
          {}};
}

}  // namespace

void import_datetime_for_moments() { PyDateTime_IMPORT; }

Moment moment_kind(PyObject* object) noexcept {
  PyTypeObject* type = Py_TYPE(object);
  if (type == PyDateTimeAPI->DateTimeType) return Moment::datetime;
  if (type == PyDateTimeAPI->DateType) return Moment::date;
  if (type == PyDateTimeAPI->TimeType) return Moment::time;
  if (type == PyDateTimeAPI->DeltaType) return Moment::timedelta;
  return Moment::none;
}

bool has_zone(PyObject* object) noexcept { return zone_of(object) != Py_None; }

Py_ssize_t write_moment(const State& state, PyObject* object, Moment kind, char* out) {
  std::size_t size = 0;
  if (kind == Moment::timedelta) {
    size = engine::write_duration(PyDateTime_DELTA_GET_DAYS(object),
                                  PyDateTime_DELTA_GET_SECONDS(object),
                                  PyDateTime_DELTA_GET_MICROSECONDS(object), out);
    return static_cast<Py_ssize_t>(size);
  }
  if (kind == Moment::date || kind == Moment::datetime) {
    size = engine::write_date(date_of(object), out);
  }
  if (kind == Moment::date) return static_cast<Py_ssize_t>(size);
  if (kind == Moment::datetime) out[size++] = 'T';
  engine::TimeOfDay time = time_of(object);
  PyObject* zone = zone_of(object);
  if (zone != Py_None) {
    bool known = false;
    int seconds = 0;
    PyObject* when = kind == Moment::datetime ? object : Py_None;
    if (!offset_of(state, zone, when, known, seconds)) return -1;
    if (known) time.offset = engine::offset_minutes(seconds);
  }
  return static_cast<Py_ssize_t>(size + engine::write_time(time, out + size));
}

bool epoch_of(const State& state, PyObject* object, std::int64_t& seconds,
              std::uint32_t& nanoseconds) {
  bool known = false;
  int offset = 0;
  if (!offset_of(state, zone_of(object), object, known, offset)) return false;
  seconds = engine::to_epoch(date_of(object), time_of(object)) - offset;
  nanoseconds = static_cast<std::uint32_t>(PyDateTime_DATE_GET_MICROSECOND(object)) * 1000;
  return true;
}

}  // namespace mainstay::binding::codec
