// scalars.cpp - values that are no containers.
#include "binding/codec/scalars.hpp"

#include <cmath>
#include <cstring>
#include <limits>
#include <string>

#include "mainstay/codec/base64.hpp"
#include "mainstay/codec/moment.hpp"
#include "mainstay/codec/number.hpp"
#include "mainstay/codec/uuid.hpp"

namespace mainstay::binding::codec {
namespace {

namespace engine = mainstay::codec;

constexpr std::size_t kMostDigits = 4300;

double as_double(bool negative, std::uint64_t magnitude) noexcept {
  const auto number = static_cast<double>(magnitude);
  return negative ? -number : number;
}

// As a number of 64 bits signed; what does not fit becomes the end of the range.
std::int64_t clamped(bool negative, std::uint64_t magnitude) noexcept {
  constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
  if (magnitude > static_cast<std::uint64_t>(kMost)) {
    return negative ? std::numeric_limits<std::int64_t>::min() : kMost;
  }
  const auto number = static_cast<std::int64_t>(magnitude);
  return negative ? -number : number;
}

bool integer_in_limits(const Context& context, const Plan& plan, const Path* path, bool negative,
                       std::uint64_t magnitude) {
  const auto refused = [&](const char* format, std::int64_t limit) {
    refuse(context.state, path, format, static_cast<long long>(limit));
    return false;
  };
  constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  const bool beyond = !negative && magnitude > kMost;  // above all limits
  const std::int64_t number = clamped(negative, magnitude);
  if (plan.has(P_INT_MIN) && !beyond && number < plan.int_min) {
    return refused("Expected `int` >= %lld", plan.int_min);
  }
  if (plan.has(P_INT_MAX) && (beyond || number > plan.int_max)) {
    return refused("Expected `int` <= %lld", plan.int_max);
  }
  if (plan.has(P_INT_MULTIPLE) &&
      (plan.int_multiple < 0 || magnitude % static_cast<std::uint64_t>(plan.int_multiple) != 0)) {
    return refused("Expected `int` that's a multiple of %lld", plan.int_multiple);
  }
  return true;
}

// Of a number beyond 64 bits.
bool big_integer_in_limits(const Context& context, const Plan& plan, const Path* path,
                           PyObject* number) {
  const auto refused = [&](const char* format, std::int64_t limit) {
    refuse(context.state, path, format, static_cast<long long>(limit));
    return false;
  };
  const Ref zero = Ref::steal(PyLong_FromLong(0));
  if (!zero) return false;
  const int negative = PyObject_RichCompareBool(number, zero.get(), Py_LT);
  if (negative < 0) return false;
  if (plan.has(P_INT_MIN) && negative != 0) {
    return refused("Expected `int` >= %lld", plan.int_min);
  }
  if (plan.has(P_INT_MAX) && negative == 0) {
    return refused("Expected `int` <= %lld", plan.int_max);
  }
  if (plan.has(P_INT_MULTIPLE)) {
    const Ref base = Ref::steal(PyLong_FromLongLong(plan.int_multiple));
    const Ref rest = base ? Ref::steal(PyNumber_Remainder(number, base.get())) : Ref{};
    if (!rest) return false;
    const int truth = PyObject_IsTrue(rest.get());
    if (truth < 0) return false;
    if (truth != 0) {
      return refused("Expected `int` that's a multiple of %lld", plan.int_multiple);
    }
  }
  return true;
}

bool real_in_limits(const Context& context, const Plan& plan, const Path* path, double number) {
  const auto refused = [&](const char* relation, double limit) {
    const Ref shown = Ref::steal(PyFloat_FromDouble(limit));
    if (shown) refuse(context.state, path, "Expected `float` %s %R", relation, shown.get());
    return false;
  };
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  // The limits of the open ranges are the nearest doubles that are allowed.
  if (plan.has(P_FLOAT_GE | P_FLOAT_GT) && !(number >= plan.float_min)) {
    return plan.has(P_FLOAT_GE) ? refused(">=", plan.float_min)
                                : refused(">", std::nextafter(plan.float_min, -kInfinity));
  }
  if (plan.has(P_FLOAT_LE | P_FLOAT_LT) && !(number <= plan.float_max)) {
    return plan.has(P_FLOAT_LE) ? refused("<=", plan.float_max)
                                : refused("<", std::nextafter(plan.float_max, kInfinity));
  }
  if (plan.has(P_FLOAT_MULTIPLE) && number != 0 &&
      !(std::fmod(number, plan.float_multiple) == 0.0)) {
    return refused("that's a multiple of", plan.float_multiple);
  }
  return true;
}

Ref float_object(const Context& context, const Plan& plan, const Path* path, double number) {
  if (plan.has(kFloatLimits) && !real_in_limits(context, plan, path, number)) return Ref{};
  return Ref::steal(PyFloat_FromDouble(number));
}

Ref decimal_of(const Context& context, PyObject* argument) {
  return Ref::steal(PyObject_CallOneArg(context.state.Decimal.get(), argument));
}

Ref decimal_of_text(const Context& context, const Path* path, std::string_view text,
                    PyObject* object) {
  const Ref made = object != nullptr ? Ref::share(object) : text_object(text, false);
  if (!made) return Ref{};
  Ref decimal = decimal_of(context, made.get());
  if (decimal) return decimal;
  PyErr_Clear();
  return refuse(context.state, path, "Invalid decimal string");
}

Ref duration_object(std::int64_t seconds, int microseconds) {
  constexpr std::int64_t kDay = 86'400;
  return Ref::steal(PyDelta_FromDSU(static_cast<int>(seconds / kDay),
                                    static_cast<int>(seconds % kDay), microseconds));
}

Ref duration_of_integer(const Context& context, const Path* path, std::int64_t seconds) {
  if (seconds > engine::kMaxDurationSeconds || seconds < engine::kMinDurationSeconds) {
    return refuse(context.state, path, "Duration is out of range");
  }
  return duration_object(seconds, 0);
}

Ref duration_of_real(const Context& context, const Path* path, double number) {
  if (!std::isfinite(number) || number > static_cast<double>(engine::kMaxDurationSeconds) ||
      number < static_cast<double>(engine::kMinDurationSeconds)) {
    return refuse(context.state, path, "Duration is out of range");
  }
  const double whole = std::trunc(number);
  return duration_object(static_cast<std::int64_t>(whole),
                         static_cast<int>(std::lround(1'000'000 * (number - whole))));
}

Ref datetime_of_real(const Context& context, const Plan& plan, const Path* path, double number) {
  if (!std::isfinite(number)) return refuse(context.state, path, "Invalid epoch timestamp");
  constexpr double kFar = 1e15;
  if (std::fabs(number) > kFar) return refuse(context.state, path, "Timestamp is out of range ");
  auto seconds = static_cast<std::int64_t>(std::trunc(number));
  auto nanoseconds =
      static_cast<std::int64_t>(1'000'000'000 * (number - static_cast<double>(seconds)));
  if (nanoseconds != 0 && number < 0) {
    --seconds;
    nanoseconds += 1'000'000'000;
  }
  return datetime_of_epoch(context, plan, path, seconds, nanoseconds);
}

Ref zone_object(const Context& context, const engine::TimeOfDay& time) {
  if (!time.offset) return Ref::share(Py_None);
  if (*time.offset == 0) return Ref::share(PyDateTime_TimeZone_UTC);
  const Ref minutes = Ref::steal(PyLong_FromLong(*time.offset));
  if (!minutes) return Ref{};
  return Ref::steal(PyObject_CallOneArg(context.state.timezone_of.get(), minutes.get()));
}

Ref datetime_object(const engine::Date& date, const engine::TimeOfDay& time, PyObject* zone) {
  return Ref::steal(PyDateTimeAPI->DateTime_FromDateAndTime(
      date.year, date.month, date.day, time.hour, time.minute, time.second, time.microsecond, zone,
      PyDateTimeAPI->DateTimeType));
}

Ref datetime_of_text(const Context& context, const Plan& plan, const Path* path,
                     std::string_view text) {
  engine::Date date;
  engine::TimeOfDay time;
  if (!engine::read_datetime(text, date, time)) {
    return refuse(context.state, path, "Invalid RFC3339 encoded datetime");
  }
  if (!zone_allowed(context, plan, path, time.offset.has_value())) return Ref{};
  const Ref zone = zone_object(context, time);
  return zone ? datetime_object(date, time, zone.get()) : Ref{};
}

Ref time_of_text(const Context& context, const Plan& plan, const Path* path,
                 std::string_view text) {
  engine::TimeOfDay time;
  if (!engine::read_time(text, time)) {
    return refuse(context.state, path, "Invalid RFC3339 encoded time");
  }
  if (!zone_allowed(context, plan, path, time.offset.has_value())) return Ref{};
  const Ref zone = zone_object(context, time);
  if (!zone) return Ref{};
  return Ref::steal(PyDateTimeAPI->Time_FromTime(
      time.hour, time.minute, time.second, time.microsecond, zone.get(), PyDateTimeAPI->TimeType));
}

Ref duration_of_text(const Context& context, const Path* path, std::string_view text) {
  engine::Duration duration;
  switch (engine::read_duration(text, duration)) {
    case engine::DurationText::good: break;
    case engine::DurationText::malformed:
      return refuse(context.state, path, "Invalid ISO8601 duration");
    case engine::DurationText::out_of_range:
      return refuse(context.state, path, "Duration is out of range");
    case engine::DurationText::unsupported_unit:
      return refuse(context.state, path,
                    "Only units 'D', 'H', 'M', and 'S' are supported when parsing ISO8601 "
                    "durations");
  }
  return duration_object(duration.seconds, duration.microseconds);
}

Ref uuid_object(const State& state, const engine::UuidBytes& bytes) {
  const Ref number = Ref::steal(_PyLong_FromByteArray(bytes.data(), bytes.size(), 0, 0));
  auto* type = reinterpret_cast<PyTypeObject*>(state.UUID.get());
  Ref uuid = number ? Ref::steal(type->tp_alloc(type, 0)) : Ref{};
  // As its constructor does: a UUID refuses to be changed.
  if (!uuid || PyObject_GenericSetAttr(uuid.get(), state.s_int.get(), number.get()) < 0 ||
      PyObject_GenericSetAttr(uuid.get(), state.s_is_safe.get(), state.safe_unknown.get()) < 0) {
    return Ref{};
  }
  return uuid;
}

bool is_word(std::string_view text, std::string_view lower) noexcept {
  if (text.size() != lower.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if ((text[i] | 0x20) != lower[i]) return false;
  }
  return true;
}

// A text as the number it spells, if it does: then `value` is the result, which may be an error.
bool number_in_text(const Context& context, const Plan& plan, const Path* path,
                    std::string_view text, Ref& value) {
  if (text.empty()) return false;
  const engine::Number number = engine::scan_number(text);
  switch (number.kind) {
    case engine::NumberKind::misplaced: {
      double special = 0;
      if (!engine::scan_nonfinite(text, special)) return false;
      value = plan.has(P_DECIMAL) && !plan.has(P_ANY | P_FLOAT)
                  ? decimal_of_text(context, path, text, nullptr)
                  : real_value(context, plan, path, special, true);
      return true;
    }
    case engine::NumberKind::malformed: return false;
    case engine::NumberKind::integer:
      if (number.length != text.size()) return false;
      value = integer_value(context, plan, path, number.negative, number.magnitude, true);
      return true;
    case engine::NumberKind::big_integer:
    case engine::NumberKind::real: break;
  }
  if (number.length != text.size()) return false;
  value = spelled_number(context, plan, path, text, number.kind == engine::NumberKind::big_integer,
                         true);
  return true;
}

Ref big_integer_object(const Context& context, const Path* path, std::string_view spelling) {
  if (spelling.size() <= kMostDigits) {
    const std::string terminated(spelling);
    Ref number = Ref::steal(PyLong_FromString(terminated.c_str(), nullptr, 10));
    if (number) return number;
    if (!PyErr_ExceptionMatches(PyExc_ValueError)) return Ref{};
    PyErr_Clear();
  }
  return refuse(context.state, path, "Integer value out of range");
}

// What a lookup has no value for: an enum may know one.
Ref unknown_member(const Context& context, const Lookup& lookup, const Path* path,
                   PyObject* value) {
  if (lookup.enum_type) {
    context.pause.end();
    Ref member = Ref::steal(
        PyObject_CallMethodOneArg(lookup.enum_type.get(), context.state.s_missing.get(), value));
    if (!member) {
      PyErr_Clear();
    } else if (member.get() != Py_None) {
      return member;
    }
  }
  return refuse(context.state, path, "Invalid enum value %R", value);
}

}  // namespace

void import_datetime_for_scalars() { PyDateTime_IMPORT; }

Ref mismatch(const Context& context, const Plan& plan, const Path* path, const char* got) {
  const Ref wanted = spelling(plan);
  if (!wanted) return Ref{};
  return refuse(context.state, path, "Expected `%U`, got `%s`", wanted.get(), got);
}

Ref integer_value(const Context& context, const Plan& plan, const Path* path, bool negative,
                  std::uint64_t magnitude, bool from_text) {
  if (plan.has(P_ANY | P_INT)) {
    if (plan.has(kIntLimits) && !integer_in_limits(context, plan, path, negative, magnitude)) {
      return Ref{};
    }
    return integer_object(negative, magnitude);
  }
  if (plan.has(P_INTENUM | P_INTLITERAL)) {
    const Ref number = integer_object(negative, magnitude);
    return number ? integer_member(context, plan, path, number.get()) : Ref{};
  }
  if (plan.has(P_FLOAT)) {
    return float_object(context, plan, path, as_double(negative, magnitude));
  }
  if (plan.has(P_DECIMAL)) {
    const Ref number = integer_object(negative, magnitude);
    return number ? decimal_of(context, number.get()) : Ref{};
  }
  if (!context.strict) {
    if (plan.has(P_BOOL) && magnitude <= 1 && !negative) {
      return Ref::share(magnitude == 1 ? Py_True : Py_False);
    }
    const std::int64_t seconds = clamped(negative, magnitude);
    if (plan.has(P_DATETIME)) return datetime_of_epoch(context, plan, path, seconds, 0);
    if (plan.has(P_TIMEDELTA)) return duration_of_integer(context, path, seconds);
  }
  return mismatch(context, plan, path, from_text ? "str" : "int");
}

Ref python_integer(const Context& context, const Plan& plan, const Path* path, PyObject* number) {
  if (plan.has(P_INTENUM | P_INTLITERAL) && !plan.has(P_INT)) {
    return integer_member(context, plan, path, number);
  }
  int overflow = 0;
  const long long small = PyLong_AsLongLongAndOverflow(number, &overflow);
  if (small == -1 && PyErr_Occurred() != nullptr) return Ref{};
  bool negative = small < 0;
  std::uint64_t magnitude =
      negative ? 0 - static_cast<std::uint64_t>(small) : static_cast<std::uint64_t>(small);
  bool big = overflow < 0;
  if (overflow > 0) {
    negative = false;
    magnitude = PyLong_AsUnsignedLongLong(number);
    if (magnitude == static_cast<std::uint64_t>(-1) && PyErr_Occurred() != nullptr) {
      PyErr_Clear();
      big = true;
    }
  }
  if (plan.has(P_INT)) {
    const bool allowed = !plan.has(kIntLimits) ||
                         (big ? big_integer_in_limits(context, plan, path, number)
                              : integer_in_limits(context, plan, path, negative, magnitude));
    if (!allowed) return Ref{};
    if (PyLong_CheckExact(number)) return Ref::share(number);
    return big ? Ref::steal(PyNumber_Long(number)) : integer_object(negative, magnitude);
  }
  if (plan.has(P_FLOAT)) {
    const double real = PyLong_AsDouble(number);
    if (real == -1.0 && PyErr_Occurred() != nullptr) {
      PyErr_Clear();
      return refuse(context.state, path, "Number out of range");
    }
    return float_object(context, plan, path, real);
  }
  if (plan.has(P_DECIMAL & ~context.builtin)) return decimal_of(context, number);
  if (!context.strict) {
    if (plan.has(P_BOOL) && !big && !negative && magnitude <= 1) {
      return Ref::share(magnitude == 1 ? Py_True : Py_False);
    }
    constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
    const std::int64_t seconds = big ? kMost : clamped(negative, magnitude);
    if (plan.has(P_DATETIME)) return datetime_of_epoch(context, plan, path, seconds, 0);
    if (plan.has(P_TIMEDELTA)) return duration_of_integer(context, path, seconds);
  }
  return mismatch(context, plan, path, "int");
}

Ref real_value(const Context& context, const Plan& plan, const Path* path, double number,
               bool from_text) {
  if (plan.has(P_ANY | P_FLOAT)) return float_object(context, plan, path, number);
  if (!context.strict) {
    constexpr double kExact = 9007199254740992.0;
    if (plan.has(P_INT) && std::fabs(number) <= kExact && std::fmod(number, 1.0) == 0.0) {
      return integer_value(context, plan, path, number < 0,
                           static_cast<std::uint64_t>(std::fabs(number)), from_text);
    }
    if (plan.has(P_DATETIME)) return datetime_of_real(context, plan, path, number);
    if (plan.has(P_TIMEDELTA)) return duration_of_real(context, path, number);
  }
  return mismatch(context, plan, path, from_text ? "str" : "float");
}

Ref spelled_number(const Context& context, const Plan& plan, const Path* path,
                   std::string_view spelling, bool is_integer, bool from_text) {
  if (is_integer && plan.has(P_ANY | P_INT)) {
    Ref number = big_integer_object(context, path, spelling);
    if (number && plan.has(kIntLimits) &&
        !big_integer_in_limits(context, plan, path, number.get())) {
      return Ref{};
    }
    return number;
  }
  if (plan.has(P_DECIMAL) && !plan.has(P_ANY | P_FLOAT)) {
    return decimal_of_text(context, path, spelling, nullptr);
  }
  if (context.float_hook != nullptr && plan.has(P_ANY) && !from_text) {
    const Ref text = text_object(spelling, true);
    if (!text) return Ref{};
    Ref made = Ref::steal(PyObject_CallOneArg(context.float_hook, text.get()));
    return made ? std::move(made) : refuse_as_raised(context.state, path);
  }
  const double number = engine::to_double(spelling);
  if (std::isinf(number)) return refuse(context.state, path, "Number out of range");
  return real_value(context, plan, path, number, from_text);
}

Ref boolean_value(const Context& context, const Plan& plan, const Path* path, bool value) {
  if (plan.has(P_ANY | P_BOOL | (value ? P_TRUE : P_FALSE))) {
    return Ref::share(value ? Py_True : Py_False);
  }
  if (plan.has(P_TRUE | P_FALSE)) {
    return refuse(context.state, path, "Invalid enum value %R", value ? Py_True : Py_False);
  }
  return mismatch(context, plan, path, "bool");
}

Ref checked_text(const Context& context, const Plan& plan, const Path* path, Ref text) {
  if (!text || !plan.has(kStrLimits)) return text;
  const Py_ssize_t length = PyUnicode_GET_LENGTH(text.get());
  if (plan.has(P_STR_MIN) && length < plan.str_min) {
    return refuse(context.state, path, "Expected `str` of length >= %zd", plan.str_min);
  }
  if (plan.has(P_STR_MAX) && length > plan.str_max) {
    return refuse(context.state, path, "Expected `str` of length <= %zd", plan.str_max);
  }
  if (plan.has(P_STR_REGEX)) {
    const Ref found = Ref::steal(
        PyObject_CallMethodOneArg(plan.regex.get(), context.state.s_search.get(), text.get()));
    if (!found) return Ref{};
    if (found.get() == Py_None) {
      const Ref pattern =
          Ref::steal(PyObject_GetAttr(plan.regex.get(), context.state.s_pattern.get()));
      if (!pattern) return Ref{};
      return refuse(context.state, path, "Expected `str` matching regex %R", pattern.get());
    }
  }
  return text;
}

Ref text_for(const Context& context, const Plan& plan, const Path* path, std::string_view text,
             PyObject* object, bool is_key) {
  constexpr std::uint64_t kNumbers = kIntTypes | P_FLOAT | P_DECIMAL;
  const bool spelled = is_key && context.str_keys;
  // What is always a text in keys is read there, whatever the caller passes as itself.
  const std::uint64_t types = plan.types & ~(spelled ? 0 : context.builtin);
  if (!context.strict) {
    Ref value;
    if (plan.has(kNumbers | P_BOOL | P_DATETIME | P_TIMEDELTA) &&
        number_in_text(context, plan, path, text, value)) {
      return value;
    }
    if (plan.has(P_BOOL) && is_word(text, "true")) return Ref::share(Py_True);
    if (plan.has(P_BOOL) && is_word(text, "false")) return Ref::share(Py_False);
    if (plan.has(P_NONE) && is_word(text, "null")) return Ref::share(Py_None);
  } else if (spelled && plan.has(kNumbers)) {
    Ref value;
    if (number_in_text(context, plan, path, text, value)) return value;
  }
  if ((types & (P_ENUM | P_STRLITERAL)) != 0) return text_member(context, plan, path, text);
  if ((types & P_DATETIME) != 0) return datetime_of_text(context, plan, path, text);
  if ((types & P_DATE) != 0) {
    engine::Date date;
    if (!engine::read_date(text, date)) {
      return refuse(context.state, path, "Invalid RFC3339 encoded date");
    }
    return Ref::steal(PyDate_FromDate(date.year, date.month, date.day));
  }
  if ((types & P_TIME) != 0) return time_of_text(context, plan, path, text);
  if ((types & P_TIMEDELTA) != 0) return duration_of_text(context, path, text);
  if ((types & P_UUID) != 0) {
    engine::UuidBytes bytes;
    if (!engine::read_uuid(text, bytes)) return refuse(context.state, path, "Invalid UUID");
    return uuid_object(context.state, bytes);
  }
  if ((types & P_DECIMAL) != 0) return decimal_of_text(context, path, text, object);
  if (context.base64 && (types & kBytesTypes) != 0) {
    return bytes_of_base64(context, plan, path, text);
  }
  return mismatch(context, plan, path, "str");
}

Ref bytes_of_base64(const Context& context, const Plan& plan, const Path* path,
                    std::string_view text) {
  const auto size = engine::base64_byte_size(text);
  if (!size) return refuse(context.state, path, "Invalid base64 encoded string");
  if (!bytes_in_limits(context, plan, path, static_cast<Py_ssize_t>(*size))) return Ref{};
  Ref bytes;
  char* out = nullptr;
  if (plan.has(P_BYTEARRAY)) {
    bytes = Ref::steal(PyByteArray_FromStringAndSize(nullptr, static_cast<Py_ssize_t>(*size)));
    if (bytes) out = PyByteArray_AS_STRING(bytes.get());
  } else {
    bytes = Ref::steal(PyBytes_FromStringAndSize(nullptr, static_cast<Py_ssize_t>(*size)));
    if (bytes) out = PyBytes_AS_STRING(bytes.get());
  }
  if (!bytes) return Ref{};
  if (!engine::read_base64(text, out)) {
    return refuse(context.state, path, "Invalid base64 encoded string");
  }
  if (plan.has(P_MEMORYVIEW)) return Ref::steal(PyMemoryView_FromObject(bytes.get()));
  return bytes;
}

Ref uuid_of_bytes(const Context& context, const Path* path, std::string_view bytes) {
  engine::UuidBytes uuid;
  if (bytes.size() != uuid.size()) return refuse(context.state, path, "Invalid UUID bytes");
  std::memcpy(uuid.data(), bytes.data(), uuid.size());
  return uuid_object(context.state, uuid);
}

bool bytes_in_limits(const Context& context, const Plan& plan, const Path* path, Py_ssize_t size) {
  if (plan.has(P_BYTES_MIN) && size < plan.bytes_min) {
    refuse(context.state, path, "Expected `bytes` of length >= %zd", plan.bytes_min);
    return false;
  }
  if (plan.has(P_BYTES_MAX) && size > plan.bytes_max) {
    refuse(context.state, path, "Expected `bytes` of length <= %zd", plan.bytes_max);
    return false;
  }
  return true;
}

bool array_in_limits(const Context& context, const Plan& plan, const Path* path, Py_ssize_t size) {
  if (plan.has(P_ARRAY_MIN) && size < plan.array_min) {
    refuse(context.state, path, "Expected `array` of length >= %zd", plan.array_min);
    return false;
  }
  if (plan.has(P_ARRAY_MAX) && size > plan.array_max) {
    refuse(context.state, path, "Expected `array` of length <= %zd", plan.array_max);
    return false;
  }
  return true;
}

bool map_in_limits(const Context& context, const Plan& plan, const Path* path, Py_ssize_t size) {
  if (plan.has(P_MAP_MIN) && size < plan.map_min) {
    refuse(context.state, path, "Expected `object` of length >= %zd", plan.map_min);
    return false;
  }
  if (plan.has(P_MAP_MAX) && size > plan.map_max) {
    refuse(context.state, path, "Expected `object` of length <= %zd", plan.map_max);
    return false;
  }
  return true;
}

bool zone_allowed(const Context& context, const Plan& plan, const Path* path, bool has_zone) {
  const char* format = nullptr;
  if (!has_zone && plan.has(P_TZ_AWARE)) format = "Expected `%s` with a timezone component";
  if (has_zone && plan.has(P_TZ_NAIVE)) format = "Expected `%s` with no timezone component";
  if (format == nullptr) return true;
  refuse(context.state, path, format, plan.has(P_TIME) ? "time" : "datetime");
  return false;
}

Ref datetime_of_epoch(const Context& context, const Plan& plan, const Path* path,
                      std::int64_t seconds, std::int64_t nanoseconds) {
  engine::Date date;
  engine::TimeOfDay time;
  if (seconds < engine::kMinEpochSeconds || seconds > engine::kMaxEpochSeconds) {
    return refuse(context.state, path, "Timestamp is out of range ");
  }
  engine::from_epoch(seconds, date, time);
  time.microsecond = static_cast<int>(nanoseconds / 1000);
  if (nanoseconds % 1000 >= 500 && !engine::add_microsecond(date, time)) {
    return refuse(context.state, path, "Timestamp is out of range ");
  }
  if (!zone_allowed(context, plan, path, true)) return Ref{};
  return datetime_object(date, time, PyDateTime_TimeZone_UTC);
}

Ref text_member(const Context& context, const Plan& plan, const Path* path, std::string_view text) {
  const auto& lookup = value_of<Lookup>(plan.texts.get());
  PyObject* member = lookup.find(text);
  if (member != nullptr) return Ref::share(member);
  const Ref value = text_object(text, false);
  return value ? unknown_member(context, lookup, path, value.get()) : Ref{};
}

Ref integer_member(const Context& context, const Plan& plan, const Path* path, PyObject* number) {
  const auto& lookup = value_of<Lookup>(plan.ints.get());
  PyObject* member = lookup.find(number);
  if (member != nullptr) return Ref::share(member);
  if (PyErr_Occurred() != nullptr) return Ref{};
  // A member of another enum is its number.
  const Ref plain =
      PyLong_CheckExact(number) ? Ref::share(number) : Ref::steal(PyNumber_Long(number));
  return plain ? unknown_member(context, lookup, path, plain.get()) : Ref{};
}

Ref custom_value(const Context& context, const Plan& plan, const Path* path, Ref object) {
  if (!object || (object.get() == Py_None && plan.has(P_NONE))) return object;
  context.pause.end();
  if (context.dec_hook != nullptr) {
    object = Ref::steal(
        PyObject_CallFunctionObjArgs(context.dec_hook, plan.custom.get(), object.get(), nullptr));
    if (!object) return refuse_as_raised(context.state, path);
  }
  const Ref type =
      plan.has(P_CUSTOM_GENERIC)
          ? Ref::steal(PyObject_GetAttr(plan.custom.get(), context.state.s_origin.get()))
          : Ref::share(plan.custom.get());
  if (!type) return Ref{};
  const int matches = PyObject_IsInstance(object.get(), type.get());
  if (matches < 0) return Ref{};
  if (matches != 0) return object;
  return refuse(context.state, path, "Expected `%s`, got `%s`",
                reinterpret_cast<PyTypeObject*>(type.get())->tp_name,
                Py_TYPE(object.get())->tp_name);
}

}  // namespace mainstay::binding::codec
