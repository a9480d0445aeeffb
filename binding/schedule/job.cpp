// job.cpp - the type Job: its attributes, its units and days, the table of its methods.
#include "binding/schedule/job.hpp"

#include "binding/schedule/scheduler.hpp"
#include "binding/support/errors.hpp"

namespace mainstay::binding::schedule {

bool set_zone(Job& job, PyObject* value) {
  ZonePointer zone;
  if (value != Py_None) {
    zone = find_zone(*job.state, value);
    if (!zone) return false;
  }
  job.zone = std::move(zone);
  job.at_time_zone = Ref::share(value);
  return true;
}

namespace {

Ref to_python(const Ref& value) noexcept { return Ref::share(value ? value.get() : Py_None); }

// --- attributes ---

// `set(job, value)`, which attributes have unless they are being deleted.
template <auto set>
bool set_given(Job& self, PyObject* value) {
  if (value != nullptr) return set(self, value);
  PyErr_SetString(PyExc_AttributeError, "attributes of a job cannot be deleted; set None");
  return false;
}

template <Ref Job::* member>
Ref get_plain(Job& self) {
  return to_python(self.*member);
}

template <Ref Job::* member>
bool set_plain(Job& self, PyObject* value) {
  self.*member = Ref::share(value);
  return true;
}

template <Ref Job::* member>
PyGetSetDef plain(const char* name, const char* doc) {
  return attribute<get_plain<member>, set_given<set_plain<member>>>(name, doc);
}

Ref get_last_run(Job& self) { return self.last_run.get(); }
bool set_last_run(Job& self, PyObject* value) { return self.last_run.set_object(value); }

Ref get_next_run(Job& self) { return self.next_run.get(); }
bool set_next_run_to(Job& self, PyObject* value) {
  if (!self.next_run.set_object(value)) return false;
  self.planned = self.next_run.instant;
  job_moved(self);
  return true;
}

// The next run as an int, without its jitter.
Ref get_planned(Job& self) { return self.planned ? to_int(*self.planned) : Ref::share(Py_None); }
bool set_planned(Job& self, PyObject* value) {
  const auto at = from_int(value);
  if (!at) return false;
  self.planned = *at;
  self.next_run.set(*at);
  job_moved(self);
  return true;
}

Ref get_tags(Job& self) {
  if (!self.tags) self.tags = Ref::steal(PySet_New(nullptr));
  return Ref::share(self.tags.get());
}

Ref get_zone(Job& self) {
  if (self.at_time_zone && PyUnicode_Check(self.at_time_zone.get())) {
    return Ref::steal(PyObject_CallOneArg(self.state->tzinfo_of.get(), self.at_time_zone.get()));
  }
  return to_python(self.at_time_zone);
}

// The partial that programs see is made when one looks.
Ref get_job_func(Job& self) {
  if (!self.job_func && self.function) {
    self.job_func = Ref::steal(
        PyObject_CallFunctionObjArgs(self.state->wrap.get(), self.function.get(), self.args.get(),
                                     self.kwargs ? self.kwargs.get() : Py_None, nullptr));
    return Ref::share(self.job_func.get());
  }
  return to_python(self.job_func);
}
bool set_job_func(Job& self, PyObject* value) {
  self.function = Ref{};
  self.args = Ref{};
  self.kwargs = Ref{};
  self.job_func = Ref::share(value);
  return true;
}

Ref get_drift(Job& self) { return Ref::steal(PyBool_FromLong(self.drift)); }
bool set_drift(Job& self, PyObject* value) {
  const int drift = PyObject_IsTrue(value);
  self.drift = drift != 0;
  return drift >= 0;
}

Ref get_jitter(Job& self) {
  return Ref::steal(PyFloat_FromDouble(static_cast<double>(self.jitter.count()) / 1e6));
}
bool set_jitter(Job& self, PyObject* value) {
  const double seconds = PyFloat_AsDouble(value);
  if (seconds == -1 && PyErr_Occurred() != nullptr) return false;
  if (!(seconds >= 0 && seconds < 1e9)) {
    PyErr_Format(self.state->ScheduleValueError.get(),
                 "jitter is a number of seconds that is not negative, got %R", value);
    return false;
  }
  self.jitter = Micros{static_cast<std::int64_t>(seconds * 1e6)};
  return true;
}

Ref get_cron(Job& self) {
  if (!self.cron) return Ref::share(Py_None);
  const std::string& text = self.cron->text();
  return Ref::steal(PyUnicode_FromStringAndSize(text.data(), static_cast<Py_ssize_t>(text.size())));
}
bool set_cron(Job& self, PyObject* value) {
  if (!PyUnicode_Check(value)) {
    PyErr_Format(PyExc_TypeError, "a cron expression is a str such as '0 9 * * mon-fri', got %R",
                 value);
    return false;
  }
  Py_ssize_t size = 0;
  const char* utf8 = PyUnicode_AsUTF8AndSize(value, &size);
  if (utf8 == nullptr) return false;
  auto cron = mainstay::schedule::Cron::parse({utf8, static_cast<std::size_t>(size)});
  if (!cron) {
    raise_error(self.state->ScheduleValueError.get(), cron.error());
    return false;
  }
  self.cron = std::make_unique<mainstay::schedule::Cron>(*std::move(cron));
  return true;
}

// --- units and days ---

constexpr const char* kUnits[] = {"second", "minute", "hour", "day", "week"};
constexpr const char* kDays[] = {"monday", "tuesday",  "wednesday", "thursday",
                                 "friday", "saturday", "sunday"};

// Whether the interval is 1: 1 or 0; -1 with an exception set.
int is_one(Job& self) {
  if (PyLong_CheckExact(self.interval.get())) {
    int overflow = 0;
    return PyLong_AsLongLongAndOverflow(self.interval.get(), &overflow) == 1 ? 1 : 0;
  }
  return PyObject_RichCompareBool(self.interval.get(), Py_True, Py_EQ);
}

template <std::size_t unit>
Ref take_units(Self<Job> self) {
  self->unit = Ref::share(self->state->units[unit].get());
  return Ref::share(self.object);
}

template <std::size_t unit>
Ref take_unit(Self<Job> self) {
  const int one = is_one(*self);
  if (one > 0) return take_units<unit>(self);
  if (one == 0) {
    PyErr_Format(self->state->IntervalError.get(), "Use %ss instead of %s", kUnits[unit],
                 kUnits[unit]);
  }
  return Ref{};
}

template <std::size_t day>
Ref take_day(Self<Job> self) {
  const int one = is_one(*self);
  if (one > 0) {
    self->start_day = Ref::share(self->state->days[day].get());
    return take_units<4>(self);
  }
  if (one == 0) {
    PyErr_Format(self->state->IntervalError.get(),
                 "Scheduling .%s() jobs is only allowed for weekly jobs. Using .%s() on a job "
                 "scheduled to run every 2 or more weeks is not supported.",
                 kDays[day], kDays[day]);
  }
  return Ref{};
}

Ref to_bool(int status) { return status < 0 ? Ref{} : Ref::steal(PyBool_FromLong(status)); }

Ref should_run(Job& self) {
  const auto now = read_clock(self.state->clocks);
  return to_bool(now ? is_due(self, *now) : -1);
}

PyGetSetDef kAttributes[] = {
    plain<&Job::interval>("interval", "How many units lie between two runs."),
    plain<&Job::latest>("latest", "The upper limit of a random interval, or None."),
    plain<&Job::unit>("unit", "'seconds', 'minutes', 'hours', 'days' or 'weeks'; None before."),
    plain<&Job::at_time>("at_time", "The time set by at(), or None."),
    plain<&Job::start_day>("start_day", "The day of a weekly job, such as 'monday', or None."),
    plain<&Job::cancel_after>("cancel_after", "The moment after which it does not run, or None."),
    plain<&Job::scheduler>("scheduler", "The scheduler it is for, or None."),
    plain<&Job::options>("_options", "How the face deals with errors and missed runs."),
    attribute<get_last_run, set_given<set_last_run>>(
        "last_run", "When it last ended, as a naive local datetime, or None."),
    attribute<get_next_run, set_given<set_next_run_to>>(
        "next_run", "When it runs next, as a naive local datetime, or None."),
    attribute<get_planned, set_given<set_planned>>(
        "_planned", "The next run without its jitter, in microseconds since the epoch."),
    attribute<get_tags, set_given<set_plain<&Job::tags>>>("tags", "Its tags, a set."),
    attribute<get_zone, set_given<set_zone>>("at_time_zone",
                                             "The zone its times are in; None: local time."),
    attribute<get_job_func, set_given<set_job_func>>("job_func",
                                                     "What is called, a functools.partial."),
    attribute<get_drift, set_given<set_drift>>("_drift", "Whether intervals count from the end."),
    attribute<get_jitter, set_given<set_jitter>>("_jitter", "Up to so many seconds later."),
    attribute<get_cron, set_given<set_cron>>("_cron", "The cron expression it follows, or None."),
    attribute<should_run>("should_run", "Whether the job is due."),
    attribute<take_unit<0>>("second", "Every second."),
    attribute<take_units<0>>("seconds", "Every so many seconds."),
    attribute<take_unit<1>>("minute", "Every minute."),
    attribute<take_units<1>>("minutes", "Every so many minutes."),
    attribute<take_unit<2>>("hour", "Every hour."),
    attribute<take_units<2>>("hours", "Every so many hours."),
    attribute<take_unit<3>>("day", "Every day."),
    attribute<take_units<3>>("days", "Every so many days."),
    attribute<take_unit<4>>("week", "Every week."),
    attribute<take_units<4>>("weeks", "Every so many weeks."),
    attribute<take_day<0>>("monday", "Every Monday."),
    attribute<take_day<1>>("tuesday", "Every Tuesday."),
    attribute<take_day<2>>("wednesday", "Every Wednesday."),
    attribute<take_day<3>>("thursday", "Every Thursday."),
    attribute<take_day<4>>("friday", "Every Friday."),
    attribute<take_day<5>>("saturday", "Every Saturday."),
    attribute<take_day<6>>("sunday", "Every Sunday."),
    {},
};

// --- methods ---

Ref schedule_next_run(Job& self) { return schedule(self) ? Ref::share(Py_None) : Ref{}; }

Ref run_method(Self<Job> self) {
  const int debugging = is_debugging(*self->state);
  return debugging < 0 ? Ref{} : run(self.object, *self, true, debugging > 0);
}

Ref is_overdue_now(Job& self) {
  const auto now = read_clock(self.state->clocks);
  return to_bool(now ? is_overdue(self, *now, nullptr) : -1);
}

Ref call_method(Self<Job> self, PyObject* awaits) {
  return call_function(self.object, *self, awaits == Py_True);
}
Ref finish_method(Self<Job> self, PyObject* ran) {
  return to_bool(finish(self.object, *self, ran == Py_True));
}

// After a run by a runner, when all about it is noted.
Ref release(Job& self) {
  self.parked = false;
  job_moved(self);
  return Ref::share(Py_None);
}

Ref next_after_method(Job& self, PyObject* from) {
  const auto instant = from_int(from);
  if (!instant) return Ref{};
  Instant found;
  switch (next_after(self, *instant, found)) {
    case Next::kSet: return to_int(found);
    case Next::kNever: return Ref::share(Py_None);
    case Next::kFailed: break;
  }
  return Ref{};
}

constexpr const char* kWindowNames[] = {"weekdays", "months", "month_days", "last_days",
                                        "dates",    "opens",  "closes"};
constexpr Signature kSetWindow{"Job._set_window", "self", kWindowNames, 7};

// Masks as in the engine's Days, dates as days since the epoch, times as seconds of the day.
Ref set_window(Job& self, PyObject* weekdays, PyObject* months, PyObject* month_days,
               PyObject* last_days, PyObject* dates, PyObject* opens, PyObject* closes) {
  auto window = std::make_unique<mainstay::schedule::Window>();
  auto& days = window->days;
  days.weekdays = static_cast<std::uint8_t>(PyLong_AsUnsignedLong(weekdays));
  days.months = static_cast<std::uint16_t>(PyLong_AsUnsignedLong(months));
  days.month_days = static_cast<std::uint32_t>(PyLong_AsUnsignedLong(month_days));
  days.last_days = static_cast<std::uint32_t>(PyLong_AsUnsignedLong(last_days));
  window->opens = std::chrono::seconds{PyLong_AsLong(opens)};
  window->closes = std::chrono::seconds{PyLong_AsLong(closes)};
  for (Py_ssize_t i = 0; i < PyList_GET_SIZE(dates); ++i) {
    days.dates.emplace_back(std::chrono::days{PyLong_AsLong(PyList_GET_ITEM(dates, i))});
  }
  if (PyErr_Occurred() != nullptr) return Ref{};
  std::sort(days.dates.begin(), days.dates.end());
  self.window = std::move(window);
  return Ref::share(Py_None);
}

constexpr const char* kAtNames[] = {"time_str", "tz"};
constexpr Signature kAt{"Job.at", "self", kAtNames, 1};

PyMethodDef kMethods[] = {
    method<kAt, at>("at",
                    "at($self, time_str, tz=None)\n--\n\nThe time of a daily, hourly or minutely "
                    "job, in a time zone of its own if one is given.\n\n`HH:MM` or `HH:MM:SS` by "
                    "day, `MM:SS` or `:MM` by hour, `:SS` by minute."),
    {"do", as_method(&do_), METH_FASTCALL | METH_KEYWORDS,
     "do($self, job_func, *args, **kwargs)\n--\n\nSets what is run, with its arguments; the job is "
     "registered and its first run set."},
    method<run_method, kShared>("run",
                                "run($self)\n--\n\nRuns the job and sets its next run; returns the "
                                "result, to be awaited if it is a coroutine, or CancelJob when the "
                                "job has ended."),
    method<schedule_next_run>("_schedule_next_run",
                              "_schedule_next_run($self)\n--\n\nSets the next run."),
    method<call_method, kShared>("_call",
                                 "_call($self, awaits, /)\n--\n\nCalls the function; a coroutine "
                                 "is refused unless it can be awaited."),
    method<finish_method, kShared>(
        "_finish",
        "_finish($self, ran, /)\n--\n\nNotes that it ran, if it did, and "
        "sets the next run; whether the job has ended."),
    method<release>("_release", "_release($self)\n--\n\nA runner that took it is done with it."),
    method<is_overdue_now>("_is_over", "_is_over($self)\n--\n\nWhether its deadline has passed."),
    method<next_after_method>("_next_after",
                              "_next_after($self, micros, /)\n--\n\nThe run after that instant, in "
                              "microseconds since the epoch; None when there is none."),
    method<kSetWindow, set_window>("_set_window",
                                   "_set_window($self, weekdays, months, month_days, last_days, "
                                   "dates, opens, closes)\n--\n\nWhen runs may begin."),
    {},
};

// --- the type ---

PyObject* new_job(PyTypeObject* type, PyObject*, PyObject*) noexcept {
  State* state = state_of_type(type);
  return state != nullptr ? make_object<Job>(type, *state).release() : nullptr;
}

constexpr const char* kInitNames[] = {"interval", "scheduler"};
constexpr Signature kInit{"Job.__init__", "self", kInitNames, 1};

bool init_job(Self<Job> self, PyObject* args, PyObject* kwargs) {
  PyObject* given[2] = {};
  if (!take_arguments(kInit, args, kwargs, given)) return false;
  // Classes of programs that set their own next runs have no use for an interval, and give 0.
  if (is_exact(self.object, *self) && !accept_interval(*self->state, given[0])) return false;
  self->interval = Ref::share(given[0]);
  self->scheduler = Ref::share(given[1] != nullptr ? given[1] : Py_None);
  return true;
}

const PyType_Slot kSlots[] = {{Py_tp_new, reinterpret_cast<void*>(&new_job)},
                              {Py_tp_init, as_slot<init_job>()}};

constexpr TypeTable kJob{
    .name = "mainstay.schedule._native.Job",
    .doc = "What a job is natively; the face's class derives from it.",
    .methods = kMethods,
    .attributes = kAttributes,
    .slots = kSlots,
    .subclassable = true,
};

}  // namespace

bool add_job_type(PyObject* module, State& state) noexcept {
  state.job_type = add_native_type<Job>(module, kJob);
  return bool(state.job_type);
}

}  // namespace mainstay::binding::schedule
