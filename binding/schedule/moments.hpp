// moments.hpp - Python's datetimes as the engine's instants and wall times, and what time it is.
//
// There are two worlds. Normally the clock is the system's and runs are compared as instants. Where
// a program has replaced `datetime.datetime` by a class of its own (mocks, freezegun), times are
// what that class says: naive, without clock changes, and results are made by its own arithmetic.
#pragma once

#include <optional>

#include "binding/support/clocks.hpp"
#include "binding/support/python.hpp"
#include "binding/support/ref.hpp"
#include "mainstay/schedule/calendar.hpp"

namespace mainstay::binding::schedule {

using mainstay::schedule::Instant;
using mainstay::schedule::Micros;
using mainstay::schedule::Wall;

// The local zone as the C library has it since the last tzset().
struct LocalZone {
  [[nodiscard]] std::chrono::seconds offset_at(Instant instant) const noexcept;
};

// What tzset() sets. When it differs from what it was, wall times mean other instants.
struct LocalRules {
  const char* names[2] = {};
  long offset = 0;
  int has_summer = 0;

  [[nodiscard]] static LocalRules now() noexcept;
  friend bool operator==(const LocalRules&, const LocalRules&) = default;
};

struct Now {
  Instant instant{};  // in a replaced world its wall time, as if it were UTC
  Ref object;         // what the replaced class said; empty in the real world

  [[nodiscard]] bool is_real() const noexcept { return !object; }
};

// Makes the API of datetime known to this module. False: an exception is set.
[[nodiscard]] bool set_up_moments() noexcept;

// What time it is. Empty with an exception set, which only a replaced clock can do.
[[nodiscard]] std::optional<Now> read_clock(const Clocks& clocks) noexcept;

// The clock itself, without a look at patches.
[[nodiscard]] Instant system_clock() noexcept;

// A naive datetime, of an instant in local time, or of a local wall time that is to be at that
// instant; empty with an exception set when out of range.
[[nodiscard]] Ref local_datetime(Instant instant) noexcept;
[[nodiscard]] Ref local_datetime(Wall wall, Instant instant) noexcept;

// `object + amount`, by the arithmetic of the object's class.
[[nodiscard]] Ref later_by(PyObject* object, Micros amount) noexcept;

[[nodiscard]] bool is_datetime(PyObject* object) noexcept;

// The wall time a datetime shows, whatever its zone. Precondition: is_datetime.
[[nodiscard]] Wall wall_of(PyObject* object) noexcept;

// Its instant, in local time where it has no zone. Empty with an exception set when its zone fails.
[[nodiscard]] std::optional<Instant> instant_of(PyObject* object) noexcept;

// Whether it has a zone. Precondition: is_datetime.
[[nodiscard]] bool is_aware(PyObject* object) noexcept;

// A datetime.time, and the time of day one stands for; none when it is no datetime.time.
[[nodiscard]] Ref make_time(std::chrono::seconds of_day) noexcept;
[[nodiscard]] std::optional<std::chrono::seconds> time_of_day(PyObject* object) noexcept;

// A timedelta, and the length of one; none when it is no timedelta.
[[nodiscard]] Ref make_timedelta(Micros length) noexcept;
[[nodiscard]] std::optional<Micros> length_of_timedelta(PyObject* object) noexcept;

// The offset of a datetime.timezone; none for anything else.
[[nodiscard]] std::optional<std::chrono::seconds> fixed_offset(PyObject* object) noexcept;

// Instants as Python's int of microseconds since the epoch.
[[nodiscard]] Ref to_int(Instant instant) noexcept;
[[nodiscard]] std::optional<Instant> from_int(PyObject* number) noexcept;

}  // namespace mainstay::binding::schedule
