// job.hpp - Job: what runs, how often and when next, as a native object.
//
// What programs may set is kept as they set it, in references; it is read when the next run is
// computed. The times of the last and the next run are instants, made into datetimes when asked
// for. A job is in the heap of at most one scheduler, which is its `owner` as long as it is there.
#pragma once

#include <memory>
#include <optional>

#include "binding/schedule/module.hpp"
#include "binding/schedule/moments.hpp"
#include "binding/support/native_type.hpp"
#include "mainstay/schedule/cron.hpp"
#include "mainstay/schedule/rule.hpp"

namespace mainstay::binding::schedule {

struct Scheduler;

// A time a program can read and set.
struct Moment {
  std::optional<Instant> instant;  // none: the object is no datetime, as None is not
  Ref object;                      // as it was set, or made when it was asked for
  std::optional<Wall> wall;  // of a local time: where it counts, and not the instant, after tzset

  void set(Instant at) noexcept {
    instant = at;
    object = Ref{};
    wall.reset();
  }
  // False: an exception is set.
  [[nodiscard]] bool set_object(PyObject* value) noexcept;
  [[nodiscard]] Ref get() noexcept;
};

struct Job {
  explicit Job(State& module) noexcept : state(&module) {}
  ~Job();

  State* state;
  Ref interval, latest, unit, at_time, at_time_zone, start_day, cancel_after, tags, scheduler;
  // What do() was given; `job_func`, made of it when it is asked for, or set by a program.
  Ref function, args, kwargs, job_func;
  Ref options;  // of the face: how errors, missed runs and results are dealt with

  Moment last_run, next_run;
  ZonePointer zone;  // of at_time_zone
  std::unique_ptr<mainstay::schedule::Window> window;
  std::unique_ptr<mainstay::schedule::Cron> cron;
  Micros jitter{0};
  bool drift = true;
  bool parked = false;             // taken by a runner: not due until it is released
  std::optional<Instant> planned;  // the next run without its jitter

  Scheduler* owner = nullptr;
  PyObject* self = nullptr;  // while it has an owner; borrowed, the list of the owner has it
  std::size_t place = static_cast<std::size_t>(-1);
  Py_ssize_t index_hint = 0;  // it is at this index of the list, or before

  void each_reference(auto visit) {
    for (Ref* each : {&interval, &latest, &unit, &at_time, &at_time_zone, &start_day, &cancel_after,
                      &tags, &scheduler, &function, &args, &kwargs, &job_func, &options,
                      &last_run.object, &next_run.object}) {
      visit(*each);
    }
  }
};

[[nodiscard]] inline bool is_none(const Ref& value) noexcept {
  return !value || value.get() == Py_None;
}

// Whether nothing is overridden: the object is of the face's class itself.
[[nodiscard]] inline bool is_exact(PyObject* self, const Job& job) noexcept {
  return reinterpret_cast<PyObject*>(Py_TYPE(self)) == job.state->Job.get();
}

// Of all these, empty, false and -1 mean that an exception is set.

// next_run.cpp. kNever: no day or time is left for the job, and no exception is set.
enum class Next { kSet, kNever, kFailed };
[[nodiscard]] Next set_next_run(Job& job, const Now& now);
// The run after an instant of the real world, without jitter, as if one were planned for then; of a
// job that does not drift, on its grid.
[[nodiscard]] Next next_after(Job& job, Instant from, Instant& found);

// run.cpp. Statuses are 1 or 0.
[[nodiscard]] int is_due(Job& job, const Now& now) noexcept;
// Whether the deadline is before this run, or before now when it is null.
[[nodiscard]] int is_overdue(Job& job, const Now& now, Moment* run) noexcept;
// Refuses a function that makes a coroutine, unless the caller can await it.
[[nodiscard]] Ref call_function(PyObject* self, Job& job, bool awaits);
// Notes that it ran, if it did, and sets the next run; whether the job has ended.
[[nodiscard]] int finish(PyObject* self, Job& job, bool ran);
// Runs it and finishes; the result, or the class CancelJob when the job has ended.
[[nodiscard]] Ref run(PyObject* self, Job& job, bool awaits, bool debugging);

// build.cpp
[[nodiscard]] bool accept_interval(State& state, PyObject* interval) noexcept;
[[nodiscard]] Ref make_job(State& state, PyObject* interval, PyObject* scheduler);
[[nodiscard]] Ref at(Self<Job> self, PyObject* text, PyObject* tz);
[[nodiscard]] bool schedule(Job& job);
PyObject* do_(PyObject* self, PyObject* const* args, Py_ssize_t nargs, PyObject* names) noexcept;

// job.cpp. Of what find_zone() understands, or None.
[[nodiscard]] bool set_zone(Job& job, PyObject* value);

}  // namespace mainstay::binding::schedule
