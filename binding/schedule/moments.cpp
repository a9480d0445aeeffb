// moments.cpp - see moments.hpp.
#include "binding/schedule/moments.hpp"

#include <time.h>

namespace mainstay::binding::schedule {

namespace chrono = std::chrono;
using mainstay::schedule::Day;

bool set_up_moments() noexcept {
  PyDateTime_IMPORT;
  return PyDateTimeAPI != nullptr;
}

chrono::seconds LocalZone::offset_at(Instant instant) const noexcept {
  const auto seconds =
      static_cast<time_t>(chrono::floor<chrono::seconds>(instant).time_since_epoch().count());
  struct tm parts{};
  if (localtime_r(&seconds, &parts) == nullptr) return chrono::seconds{0};
  return chrono::seconds{parts.tm_gmtoff};
}

LocalRules LocalRules::now() noexcept { return {{tzname[0], tzname[1]}, timezone, daylight}; }

Instant system_clock() noexcept {
  struct timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  return Instant{chrono::seconds{now.tv_sec} +
                 chrono::duration_cast<Micros>(chrono::nanoseconds{now.tv_nsec})};
}

std::optional<Now> read_clock(const Clocks& clocks) noexcept {
  if (!clocks.patched()) return Now{system_clock(), {}};
  const Ref module = Ref::steal(PyImport_ImportModule("datetime"));
  const Ref type = module ? Ref::steal(PyObject_GetAttrString(module.get(), "datetime")) : Ref{};
  Ref now = type ? Ref::steal(PyObject_CallMethod(type.get(), "now", nullptr)) : Ref{};
  if (!now) return std::nullopt;
  if (!is_datetime(now.get())) {
    PyErr_Format(PyExc_TypeError,
                 "datetime.datetime.now() is patched and returned %s; wanted a datetime",
                 Py_TYPE(now.get())->tp_name);
    return std::nullopt;
  }
  if (type.get() == reinterpret_cast<PyObject*>(PyDateTimeAPI->DateTimeType)) {
    const auto instant = instant_of(now.get());  // time-machine: another time in the real calendar
    if (!instant) return std::nullopt;
    return Now{*instant, {}};
  }
  return Now{Instant{wall_of(now.get()).time_since_epoch()}, std::move(now)};
}

Ref local_datetime(Instant instant) noexcept {
  return local_datetime(mainstay::schedule::wall_at(LocalZone{}, instant), instant);
}

Ref local_datetime(Wall wall, Instant instant) noexcept {
  if (!mainstay::schedule::in_range(wall)) {
    PyErr_SetString(PyExc_OverflowError, "date value out of range");
    return Ref{};
  }
  const auto shown = mainstay::schedule::shown_at(LocalZone{}, wall);
  const chrono::year_month_day date{mainstay::schedule::day_of(wall)};
  const chrono::hh_mm_ss time{wall - mainstay::schedule::day_of(wall)};
  return Ref::steal(PyDateTimeAPI->DateTime_FromDateAndTimeAndFold(
      int(date.year()), int(unsigned(date.month())), int(unsigned(date.day())),
      int(time.hours().count()), int(time.minutes().count()), int(time.seconds().count()),
      int(time.subseconds().count()), Py_None, shown.twice() && instant == shown.second ? 1 : 0,
      PyDateTimeAPI->DateTimeType));
}

Ref later_by(PyObject* object, Micros amount) noexcept {
  const Ref delta = make_timedelta(amount);
  return delta ? Ref::steal(PyNumber_Add(object, delta.get())) : Ref{};
}

bool is_datetime(PyObject* object) noexcept { return PyDateTime_Check(object); }

Wall wall_of(PyObject* object) noexcept {
  const Day day{chrono::year{PyDateTime_GET_YEAR(object)} /
                chrono::month{unsigned(PyDateTime_GET_MONTH(object))} /
                chrono::day{unsigned(PyDateTime_GET_DAY(object))}};
  return day + chrono::hours{PyDateTime_DATE_GET_HOUR(object)} +
         chrono::minutes{PyDateTime_DATE_GET_MINUTE(object)} +
         chrono::seconds{PyDateTime_DATE_GET_SECOND(object)} +
         Micros{PyDateTime_DATE_GET_MICROSECOND(object)};
}

bool is_aware(PyObject* object) noexcept {
  return reinterpret_cast<PyDateTime_DateTime*>(object)->hastzinfo != 0;
}

std::optional<Instant> instant_of(PyObject* object) noexcept {
  const Wall wall = wall_of(object);
  if (!is_aware(object)) {
    const auto shown = mainstay::schedule::shown_at(LocalZone{}, wall);
    return PyDateTime_DATE_GET_FOLD(object) != 0 ? shown.second : shown.first;
  }
  const Ref offset = Ref::steal(PyObject_CallMethod(object, "utcoffset", nullptr));
  if (!offset) return std::nullopt;
  return Instant{wall.time_since_epoch() - length_of_timedelta(offset.get()).value_or(Micros{0})};
}

Ref make_time(chrono::seconds of_day) noexcept {
  const chrono::hh_mm_ss time{of_day};
  return Ref::steal(PyTime_FromTime(int(time.hours().count()), int(time.minutes().count()),
                                    int(time.seconds().count()), 0));
}

std::optional<chrono::seconds> time_of_day(PyObject* object) noexcept {
  if (!PyTime_Check(object)) return std::nullopt;
  return chrono::hours{PyDateTime_TIME_GET_HOUR(object)} +
         chrono::minutes{PyDateTime_TIME_GET_MINUTE(object)} +
         chrono::seconds{PyDateTime_TIME_GET_SECOND(object)};
}

Ref make_timedelta(Micros length) noexcept {
  const auto days = chrono::floor<chrono::days>(length);
  const auto seconds = chrono::floor<chrono::seconds>(length - days);
  if (chrono::abs(days) > chrono::days{999'999'999}) {
    PyErr_SetString(PyExc_OverflowError, "date value out of range");
    return Ref{};
  }
  return Ref::steal(PyDelta_FromDSU(int(days.count()), int(seconds.count()),
                                    int((length - days - seconds).count())));
}

std::optional<Micros> length_of_timedelta(PyObject* object) noexcept {
  if (!PyDelta_Check(object)) return std::nullopt;
  return chrono::days{PyDateTime_DELTA_GET_DAYS(object)} +
         chrono::seconds{PyDateTime_DELTA_GET_SECONDS(object)} +
         Micros{PyDateTime_DELTA_GET_MICROSECONDS(object)};
}

std::optional<chrono::seconds> fixed_offset(PyObject* object) noexcept {
  if (!Py_IS_TYPE(object, Py_TYPE(PyDateTime_TimeZone_UTC))) return std::nullopt;
  const Ref offset = Ref::steal(PyObject_CallMethod(object, "utcoffset", "O", Py_None));
  if (!offset) return std::nullopt;
  const auto length = length_of_timedelta(offset.get());
  return length ? std::optional{chrono::floor<chrono::seconds>(*length)} : std::nullopt;
}

Ref to_int(Instant instant) noexcept {
  return Ref::steal(PyLong_FromLongLong(instant.time_since_epoch().count()));
}

std::optional<Instant> from_int(PyObject* number) noexcept {
  const long long micros = PyLong_AsLongLong(number);
  if (micros == -1 && PyErr_Occurred() != nullptr) return std::nullopt;
  return Instant{Micros{micros}};
}

}  // namespace mainstay::binding::schedule
