// run.cpp - the times of a job, whether it is due, and a run of it.
//
// Runs hold no critical section while they call the program; what they read before is kept.
#include "binding/schedule/job.hpp"
#include "binding/schedule/scheduler.hpp"
#include "binding/support/gil.hpp"

namespace mainstay::binding::schedule {

bool Moment::set_object(PyObject* value) noexcept {
  std::optional<Instant> at;
  wall.reset();
  if (is_datetime(value)) {
    at = instant_of(value);
    if (!at) return false;
    if (!is_aware(value)) wall = wall_of(value);
  }
  instant = at;
  object = Ref::share(value);
  return true;
}

Ref Moment::get() noexcept {
  if (!object) {
    if (!instant) return Ref::share(Py_None);
    object = wall ? local_datetime(*wall, *instant) : local_datetime(*instant);
  }
  return Ref::share(object.get());
}

int is_due(Job& job, const Now& now) noexcept {
  if (!job.next_run.instant) {
    PyErr_SetString(PyExc_AssertionError, "must run _schedule_next_run before");
    return -1;
  }
  if (now.is_real()) return now.instant >= *job.next_run.instant ? 1 : 0;
  const Ref next = job.next_run.get();
  return next ? PyObject_RichCompareBool(now.object.get(), next.get(), Py_GE) : -1;
}

int is_overdue(Job& job, const Now& now, Moment* run) noexcept {
  if (is_none(job.cancel_after)) return 0;
  if (now.is_real() && is_datetime(job.cancel_after.get())) {
    const auto deadline = instant_of(job.cancel_after.get());
    if (!deadline) return -1;
    return (run != nullptr ? run->instant.value_or(now.instant) : now.instant) > *deadline;
  }
  const Ref when = run != nullptr  ? run->get()
                   : now.is_real() ? local_datetime(now.instant)
                                   : Ref::share(now.object.get());
  return when ? PyObject_RichCompareBool(when.get(), job.cancel_after.get(), Py_GT) : -1;
}

namespace {

// What only an event loop can run must not pass for a run.
Ref refuse_coroutine(PyObject* function, PyObject* coroutine) noexcept {
  const Ref closed = Ref::steal(PyObject_CallMethod(coroutine, "close", nullptr));
  if (closed) {
    PyErr_Format(
        PyExc_TypeError,
        "%R made a coroutine, which is awaited by AsyncRunner only; run the scheduler with "
        "one",
        function);
  }
  return Ref{};
}

}  // namespace

Ref call_function(PyObject* self, Job& job, bool awaits) {
  Ref function, args, kwargs;
  {
    const CriticalSection section(self);
    function = Ref::share(job.function ? job.function.get() : job.job_func.get());
    args = Ref::share(job.args.get());
    kwargs = Ref::share(job.kwargs.get());
  }
  if (is_none(function)) {
    PyErr_SetString(job.state->ScheduleError.get(),
                    "the job has no function yet; give it one by do()");
    return Ref{};
  }
  const bool bare = !kwargs && (!args || PyTuple_GET_SIZE(args.get()) == 0);
  Ref result = Ref::steal(bare ? PyObject_CallNoArgs(function.get())
                               : PyObject_Call(function.get(), args.get(), kwargs.get()));
  if (result && !awaits && PyCoro_CheckExact(result.get())) {
    return refuse_coroutine(function.get(), result.get());
  }
  return result;
}

int finish(PyObject* self, Job& job, bool ran) {
  const auto now = read_clock(job.state->clocks);
  if (!now) return -1;
  const CriticalSection section(self);
  if (ran && now->is_real()) {
    job.last_run.set(now->instant);
  } else if (ran && !job.last_run.set_object(now->object.get())) {
    return -1;
  }
  if (is_exact(self, job)) {
    const Next next = set_next_run(job, *now);
    if (next != Next::kSet) return next == Next::kNever ? 1 : -1;
  } else if (!Ref::steal(PyObject_CallMethodNoArgs(self, job.state->schedule_next_run.get()))) {
    return -1;
  }
  return is_overdue(job, *now, &job.next_run);
}

namespace {

Ref end(PyObject* self, const Job& job, bool debugging) noexcept {
  const bool logged = !debugging || log_debug(*job.state, "Cancelling job %s", self);
  return logged ? Ref::share(job.state->CancelJob.get()) : Ref{};
}

}  // namespace

Ref run(PyObject* self, Job& job, bool awaits, bool debugging) {
  if (!is_none(job.cancel_after)) {
    const auto now = read_clock(job.state->clocks);
    const CriticalSection section(self);
    const int overdue = now ? is_overdue(job, *now, nullptr) : -1;
    if (overdue != 0) return overdue > 0 ? end(self, job, debugging) : Ref{};
  }
  if (debugging && !log_debug(*job.state, "Running job %s", self)) return Ref{};
  Ref result = call_function(self, job, awaits);
  if (!result) return Ref{};
  const int ended = finish(self, job, true);
  if (ended < 0) return Ref{};
  return ended > 0 ? end(self, job, debugging) : std::move(result);
}

}  // namespace mainstay::binding::schedule
