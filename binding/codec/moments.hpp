// moments.hpp - the objects of `datetime`, read and written as text.
#pragma once

#include <cstddef>
#include <cstdint>

#include "binding/codec/module.hpp"

namespace mainstay::binding::codec {

// What an object of exactly one of datetime's types is.
enum class Moment : unsigned char { none, datetime, date, time, timedelta };
[[nodiscard]] Moment moment_kind(PyObject* object) noexcept;
// Of a datetime or time.
[[nodiscard]] bool has_zone(PyObject* object) noexcept;

inline constexpr std::size_t kMaxMomentText = 40;
// Writes the text of such an object at `out` and returns its size; -1 with an exception set.
[[nodiscard]] Py_ssize_t write_moment(const State& state, PyObject* object, Moment kind, char* out);
// Seconds since 1970 and nanoseconds of a datetime with a zone; false with an exception set.
[[nodiscard]] bool epoch_of(const State& state, PyObject* object, std::int64_t& seconds,
                            std::uint32_t& nanoseconds);

void import_datetime_for_moments();

}  // namespace mainstay::binding::codec
