// build.cpp - at() and do(): how a job is described and registered.
#include "binding/schedule/job.hpp"
#include "binding/schedule/scheduler.hpp"
#include "binding/support/exception.hpp"
#include "binding/support/gil.hpp"
#include "binding/support/native_type.hpp"
#include "mainstay/schedule/clock_text.hpp"

namespace mainstay::binding::schedule {

using mainstay::schedule::Unit;

bool accept_interval(State& state, PyObject* interval) noexcept {
  const char* wanted = "an interval is a number greater than zero, got %R; write every(10).seconds";
  if (!PyLong_Check(interval) && !PyFloat_Check(interval)) {
    PyErr_Format(PyExc_TypeError, wanted, interval);
    return false;
  }
  const int positive = PyObject_RichCompareBool(interval, Py_False, Py_GT);
  if (positive == 0) PyErr_Format(state.IntervalError.get(), wanted, interval);
  return positive > 0;
}

Ref make_job(State& state, PyObject* interval, PyObject* scheduler) {
  if (!accept_interval(state, interval)) return Ref{};
  Ref made = make_object<Job>(reinterpret_cast<PyTypeObject*>(state.Job.get()), state);
  if (made) {
    auto& job = value_of<Job>(made.get());
    job.interval = Ref::share(interval);
    job.scheduler = Ref::share(scheduler);
  }
  return made;
}

namespace {

bool refuse(const Job& job, const char* text) {
  PyErr_SetString(job.state->ScheduleValueError.get(), text);
  return false;
}

// The unit that decides how a time is written; none for units that have no time.
std::optional<Unit> unit_of_time(const Job& job) noexcept {
  if (!is_none(job.start_day)) return Unit::days;
  if (job.unit && PyUnicode_Check(job.unit.get())) {
    for (const Unit unit : {Unit::days, Unit::hours, Unit::minutes}) {
      const auto& name = job.state->units[static_cast<std::size_t>(unit)];
      if (PyUnicode_Compare(job.unit.get(), name.get()) == 0) return unit;
    }
  }
  return std::nullopt;
}

bool set_at_time(Job& job, PyObject* text, Unit unit) {
  Py_ssize_t size = 0;
  const char* utf8 = PyUnicode_AsUTF8AndSize(text, &size);
  if (utf8 == nullptr) return false;
  const auto at = mainstay::schedule::read_at({utf8, static_cast<std::size_t>(size)}, unit);
  if (!at) {
    return refuse(job, unit == Unit::days
                           ? "Invalid time format for a daily job (valid format is HH:MM(:SS)?)"
                       : unit == Unit::hours
                           ? "Invalid time format for an hourly job (valid format is (MM)?:SS)"
                           : "Invalid time format for a minutely job (valid format is :SS)");
  }
  if (*at >= std::chrono::days{1}) {  // in the peer's words, with its empty braces
    return refuse(job, "Invalid number of hours ({} is not between 0 and 23)");
  }
  job.at_time = make_time(*at);
  return bool(job.at_time);
}

// Registers the job with its scheduler, whatever that is.
bool register_job(PyObject* self, Job& job) {
  State& state = *job.state;
  const Ref scheduler = Ref::share(job.scheduler.get());
  if (is_none(scheduler)) {
    PyErr_SetString(state.ScheduleError.get(),
                    "Unable to a add job to schedule. Job is not associated with an scheduler");
    return false;
  }
  auto* type = reinterpret_cast<PyTypeObject*>(state.scheduler_type.get());
  if (PyObject_TypeCheck(scheduler.get(), type)) return add_job(scheduler.get(), self);
  const Ref jobs = Ref::steal(PyObject_GetAttrString(scheduler.get(), "jobs"));
  return jobs && bool(Ref::steal(PyObject_CallMethodOneArg(jobs.get(), state.append.get(), self)));
}

// Refuses what cannot be called, and a second function for a job that is to run the first one.
bool accept_function(PyObject* self, Job& job, PyObject* function) {
  if (!PyCallable_Check(function)) {
    PyErr_Format(PyExc_TypeError, "the first argument must be callable, got %R", function);
    return false;
  }
  if ((job.function || !is_none(job.job_func)) && has_job(job.scheduler.get(), self)) {
    PyErr_Format(job.state->ScheduleError.get(),
                 "this job is registered already; begin one of its own with every(): %R", self);
    return false;
  }
  return true;
}

// Takes what do() was called with. False: an exception is set.
bool take_call(PyObject* self, Job& job, PyObject* const* args, Py_ssize_t nargs, PyObject* names) {
  const Py_ssize_t named = names != nullptr ? PyTuple_GET_SIZE(names) : 0;
  PyObject* function = nargs > 0 ? args[0] : nullptr;
  Ref kwargs;
  for (Py_ssize_t i = 0; i < named; ++i) {
    PyObject* name = PyTuple_GET_ITEM(names, i);
    if (function == nullptr && PyUnicode_CompareWithASCIIString(name, "job_func") == 0) {
      function = args[nargs + i];
      continue;
    }
    if (!kwargs) kwargs = Ref::steal(PyDict_New());
    if (!kwargs || PyDict_SetItem(kwargs.get(), name, args[nargs + i]) < 0) return false;
  }
  if (function == nullptr) {
    PyErr_SetString(PyExc_TypeError, "Job.do() missing 1 required positional argument: 'job_func'");
    return false;
  }
  Ref given = Ref::steal(PyTuple_New(std::max<Py_ssize_t>(nargs - 1, 0)));
  if (!given || !accept_function(self, job, function)) return false;
  for (Py_ssize_t i = 1; i < nargs; ++i) {
    PyTuple_SET_ITEM(given.get(), i - 1, Ref::share(args[i]).release());
  }
  job.function = Ref::share(function);
  job.args = std::move(given);
  job.kwargs = std::move(kwargs);
  job.job_func = Ref{};
  return true;
}

}  // namespace

Ref at(Self<Job> self, PyObject* text, PyObject* tz) {
  const auto unit = unit_of_time(*self);
  if (!unit) {
    refuse(*self, "Invalid unit (valid units are `days`, `hours`, and `minutes`)");
    return Ref{};
  }
  if (tz != nullptr && tz != Py_None && !set_zone(*self, tz)) return Ref{};
  if (!PyUnicode_Check(text)) {
    PyErr_SetString(PyExc_TypeError, "at() should be passed a string");
    return Ref{};
  }
  return set_at_time(*self, text, *unit) ? Ref::share(self.object) : Ref{};
}

bool schedule(Job& job) {
  const auto now = read_clock(job.state->clocks);
  if (!now) return false;
  const Next next = set_next_run(job, *now);
  return next == Next::kNever ? refuse(job, "the job would never run: no such day is left")
                              : next == Next::kSet;
}

namespace {

// The first run of a job that do() registers. Its days can be over, and a run of them be kept that
// was missed while nothing ran. False: an exception is set.
bool schedule_first(PyObject* self, Job& job) {
  State& state = *job.state;
  if (!is_exact(self, job)) {
    return bool(Ref::steal(PyObject_CallMethodNoArgs(self, state.schedule_next_run.get())));
  }
  if (schedule(job)) return true;
  if (is_none(job.options) || PyErr_ExceptionMatches(state.ScheduleValueError.get()) == 0) {
    return false;
  }
  const Ref refusal = take_exception();
  const Ref kept = Ref::steal(PyObject_CallMethod(self, "_kept_run", nullptr));
  if (!kept) return false;
  if (kept.get() == Py_None) {
    raise_statement(refusal.get());
    return false;
  }
  job.planned = from_int(kept.get());
  if (job.planned) job.next_run.set(*job.planned);
  return job.planned.has_value();
}

}  // namespace

PyObject* do_(PyObject* self, PyObject* const* args, Py_ssize_t nargs, PyObject* names) noexcept {
  try {
    const CriticalSection section(self);
    Job& job = value_of<Job>(self);
    if (!take_call(self, job, args, nargs, names)) return nullptr;
    if (!schedule_first(self, job) || !register_job(self, job)) return nullptr;
    if (!is_none(job.options) &&
        !Ref::steal(PyObject_CallMethodNoArgs(self, job.state->registered.get()))) {
      return nullptr;
    }
    return Ref::share(self).release();
  } catch (const std::bad_alloc&) {
    return PyErr_NoMemory();
  }
}

}  // namespace mainstay::binding::schedule
