// next_run.cpp - from what a program set on a job to the engine's rule, and its next run.
#include <cmath>

#include "binding/schedule/job.hpp"
#include "binding/schedule/scheduler.hpp"

namespace mainstay::binding::schedule {

namespace chrono = std::chrono;
using mainstay::schedule::FixedZone;
using mainstay::schedule::Rule;
using mainstay::schedule::Unit;

namespace {

// The place of a text among interned ones; none when it is not among them.
template <std::size_t count>
std::optional<std::size_t> index_of(const std::array<Ref, count>& texts, PyObject* text) noexcept {
  for (std::size_t i = 0; i < count; ++i) {
    if (texts[i].get() == text) return i;
  }
  if (text == nullptr || !PyUnicode_Check(text)) return std::nullopt;
  for (std::size_t i = 0; i < count; ++i) {
    if (PyUnicode_Compare(texts[i].get(), text) == 0) return i;
  }
  return std::nullopt;
}

bool refuse_interval(State& state, PyObject* interval) {
  PyErr_Format(state.IntervalError.get(),
               "an interval is a number greater than zero, got %R; write every(10).seconds",
               interval);
  return false;
}

// The length of an interval. Ints by ourselves, other numbers by timedelta, with its errors.
bool read_period(State& state, PyObject* interval, Unit unit, Micros& period) {
  const Micros length = mainstay::schedule::length_of(unit);
  if (PyLong_CheckExact(interval)) {
    int overflow = 0;
    const long long count = PyLong_AsLongLongAndOverflow(interval, &overflow);
    if (overflow < 0 || (overflow == 0 && count < 1)) return refuse_interval(state, interval);
    if (overflow > 0 || count > Micros::max() / length) {
      PyErr_SetString(PyExc_OverflowError, "date value out of range");
      return false;
    }
    period = length * count;
    return true;
  }
  if (PyFloat_Check(interval) && std::isnan(PyFloat_AS_DOUBLE(interval))) {
    return refuse_interval(state, interval);
  }
  const Ref module = Ref::steal(PyImport_ImportModule("datetime"));
  const Ref type = module ? Ref::steal(PyObject_GetAttrString(module.get(), "timedelta")) : Ref{};
  const Ref none = Ref::steal(PyTuple_New(0));
  const Ref named = Ref::steal(PyDict_New());
  if (!type || !none || !named) return false;
  PyObject* name = state.units[static_cast<std::size_t>(unit)].get();
  if (PyDict_SetItem(named.get(), name, interval) < 0) return false;
  const Ref delta = Ref::steal(PyObject_Call(type.get(), none.get(), named.get()));
  if (!delta) return false;
  const auto read = length_of_timedelta(delta.get());
  if (!read || *read <= Micros{0}) return refuse_interval(state, interval);
  period = *read;
  return true;
}

// The interval of this run: drawn when it has an upper limit. Python's own generator, so that seeds
// count.
Ref choose_interval(const State& state, Job& job) {
  if (is_none(job.latest)) return Ref::share(job.interval.get());
  const int in_order = PyObject_RichCompareBool(job.latest.get(), job.interval.get(), Py_GE);
  if (in_order < 0) return Ref{};
  if (in_order == 0) {
    PyErr_SetString(state.ScheduleError.get(), "`latest` is greater than `interval`");
    return Ref{};
  }
  const Ref random = Ref::steal(PyImport_ImportModule("random"));
  if (!random) return Ref{};
  return Ref::steal(
      PyObject_CallMethod(random.get(), "randint", "OO", job.interval.get(), job.latest.get()));
}

bool read_rule(State& state, Job& job, Rule& rule) {
  const auto unit = index_of(state.units, job.unit.get());
  if (!unit) {
    PyErr_SetString(state.ScheduleValueError.get(),
                    "Invalid unit (valid units are `seconds`, `minutes`, `hours`, `days`, and "
                    "`weeks`)");
    return false;
  }
  rule.unit = static_cast<Unit>(*unit);
  rule.window = job.window.get();
  if (!is_none(job.start_day)) {
    if (rule.unit != Unit::weeks) {
      PyErr_SetString(state.ScheduleValueError.get(), "`unit` should be 'weeks'");
      return false;
    }
    const auto day = index_of(state.days, job.start_day.get());
    if (!day) {
      PyErr_SetString(state.ScheduleValueError.get(),
                      "Invalid start day (valid start days are ('monday', 'tuesday', 'wednesday', "
                      "'thursday', 'friday', 'saturday', 'sunday'))");
      return false;
    }
    rule.weekday = chrono::weekday{static_cast<unsigned>(*day + 1)};  // 7 is Sunday too
  }
  if (!is_none(job.at_time)) {
    rule.at = time_of_day(job.at_time.get());
    if (!rule.at) {
      PyErr_Format(PyExc_TypeError, "at_time is a datetime.time, got %R; use at()",
                   job.at_time.get());
      return false;
    }
  }
  return true;
}

// What is asked of the engine, whatever the zone.
struct Question {
  const Job& job;
  Rule rule{};
  Micros period{0};

  template <class Z>
  std::optional<Instant> ask(const Z& zone, Instant now, Instant base) const {
    if (job.cron) return job.cron->next(zone, now);
    return mainstay::schedule::next_run(rule, zone, period, now, std::min(base, now));
  }

  std::optional<Instant> ask_here(Instant now, Instant base) const {
    return job.zone ? ask(*job.zone, now, base) : ask(LocalZone{}, now, base);
  }

  // Whether the run is at a wall time of the local zone.
  [[nodiscard]] bool is_local() const noexcept {
    return !job.zone &&
           (job.cron || rule.at || rule.window != nullptr || period > chrono::hours{1});
  }
};

bool read_question(State& state, Job& job, Question& question) {
  if (job.cron) return true;
  const Ref interval = read_rule(state, job, question.rule) ? choose_interval(state, job) : Ref{};
  return interval && read_period(state, interval.get(), question.rule.unit, question.period);
}

Next refuse_overflow(const Job& job) {
  if (job.window || job.cron) return Next::kNever;
  PyErr_SetString(PyExc_OverflowError, "date value out of range");
  return Next::kFailed;
}

// Where the class `datetime.datetime` is replaced, its objects do the arithmetic.
Next set_in_replaced_world(Job& job, const Question& question, const Now& now) {
  Ref result;
  if (!job.zone) {
    const auto next = question.ask(FixedZone{}, now.instant, now.instant);
    if (!next) return refuse_overflow(job);
    result = later_by(now.object.get(), *next - now.instant);
  } else {
    const Ref stamp = Ref::steal(PyObject_CallMethod(now.object.get(), "timestamp", nullptr));
    if (!stamp) return Next::kFailed;
    const double seconds = PyFloat_AsDouble(stamp.get());
    if (seconds == -1 && PyErr_Occurred() != nullptr) return Next::kFailed;
    const Instant instant{Micros{std::llround(seconds * 1e6)}};
    const auto next = question.ask(*job.zone, instant, instant);
    if (!next) return refuse_overflow(job);
    const double then = static_cast<double>(next->time_since_epoch().count()) / 1e6;
    PyObject* type = reinterpret_cast<PyObject*>(Py_TYPE(now.object.get()));
    result = Ref::steal(PyObject_CallMethod(type, "fromtimestamp", "d", then));
  }
  if (!result || !job.next_run.set_object(result.get())) return Next::kFailed;
  return Next::kSet;
}

Micros draw_jitter(const Job& job, bool& failed) {
  if (job.jitter.count() == 0) return job.jitter;
  const Ref random = Ref::steal(PyImport_ImportModule("random"));
  const Ref drawn =
      random ? Ref::steal(PyObject_CallMethod(random.get(), "random", nullptr)) : Ref{};
  const double part = drawn ? PyFloat_AsDouble(drawn.get()) : -1;
  failed = PyErr_Occurred() != nullptr;
  return Micros{static_cast<std::int64_t>(part * static_cast<double>(job.jitter.count()))};
}

}  // namespace

Next set_next_run(Job& job, const Now& now) {
  State& state = *job.state;
  Question question{job};
  if (!read_question(state, job, question)) return Next::kFailed;
  if (!now.is_real()) {
    const Next result = set_in_replaced_world(job, question, now);
    if (result == Next::kSet) job_moved(job);
    return result;
  }
  const Instant base = !job.drift && job.planned ? *job.planned : now.instant;
  const auto next = question.ask_here(now.instant, base);
  if (!next) return refuse_overflow(job);
  bool failed = false;
  const Micros jitter = draw_jitter(job, failed);
  if (failed) return Next::kFailed;
  job.planned = *next;
  job.next_run.set(*next + jitter);
  if (question.is_local()) {
    job.next_run.wall = mainstay::schedule::wall_at(LocalZone{}, *job.next_run.instant);
  }
  job_moved(job);
  return Next::kSet;
}

Next next_after(Job& job, Instant from, Instant& found) {
  Question question{job};
  if (!read_question(*job.state, job, question)) return Next::kFailed;
  const bool on_grid = !job.drift && job.planned && is_none(job.latest);
  const auto next = question.ask_here(from, on_grid ? *job.planned : from);
  if (!next) return refuse_overflow(job);
  found = *next;
  return Next::kSet;
}

}  // namespace mainstay::binding::schedule
