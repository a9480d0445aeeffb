// scheduler.cpp - the type Scheduler: the pass over what is due, and the upkeep of the heap.
#include "binding/schedule/scheduler.hpp"

#include <vector>

#include "binding/support/exception.hpp"
#include "binding/support/gil.hpp"

namespace mainstay::binding::schedule {

Job::~Job() {
  if (owner == nullptr) return;
  const CriticalSection section(owner->self);
  if (owner != nullptr) owner->heap.remove(*this);
}

void Scheduler::let_go() noexcept {
  for (const Heap::Entry& entry : heap.entries()) entry.item->owner = nullptr;
  heap.clear();
}

void job_moved(Job& job) noexcept {
  Scheduler* owner = job.owner;
  if (owner == nullptr) return;
  const CriticalSection section(owner->self);
  if (job.owner != owner) return;  // another thread has cancelled it meanwhile
  if (!job.next_run.instant) {
    owner->stale = true;
    return;
  }
  if (job.parked) return;
  owner->heap.move(job, *job.next_run.instant);
  if (owner->alarm && owner->heap.top().item == &job) ring(owner->alarm.get());
}

namespace {

bool is_exact(const Scheduler& self) noexcept {
  return reinterpret_cast<PyObject*>(Py_TYPE(self.self)) == self.state->Scheduler.get();
}

bool is_exact_job(const State& state, PyObject* object) noexcept {
  return reinterpret_cast<PyObject*>(Py_TYPE(object)) == state.Job.get();
}

// Whether the list tells us when it changes.
bool has_own_list(const Scheduler& self) noexcept {
  return self.jobs &&
         reinterpret_cast<PyObject*>(Py_TYPE(self.jobs.get())) == self.state->Jobs.get();
}

// Puts a job into the heap. False when it cannot be in one.
bool insert(Scheduler& self, PyObject* object, Py_ssize_t index) {
  if (!is_exact_job(*self.state, object)) return false;
  Job& job = value_of<Job>(object);
  if (job.owner != nullptr || !job.next_run.instant) return false;
  self.heap.insert(job, job.parked ? Instant::max() : *job.next_run.instant);
  job.owner = &self;
  job.self = object;
  job.index_hint = index;
  return true;
}

bool is_fresh(const Scheduler& self, const LocalRules& rules) noexcept {
  return !self.stale && rules == self.rules &&
         (self.scanned || PyList_GET_SIZE(self.jobs.get()) == Py_ssize_t(self.heap.size()));
}

// With the critical sections of the scheduler and of its list.
void remake(Scheduler& self, const LocalRules& rules) {
  const bool same_rules = rules == self.rules;
  self.let_go();
  self.stale = false;
  self.rules = rules;
  self.scanned = !has_own_list(self);
  if (self.scanned) return;
  for (Py_ssize_t i = 0; i < PyList_GET_SIZE(self.jobs.get()) && !self.scanned; ++i) {
    PyObject* object = PyList_GET_ITEM(self.jobs.get(), i);
    if (!same_rules && is_exact_job(*self.state, object)) {
      Moment& next = value_of<Job>(object).next_run;
      if (next.wall) next.instant = mainstay::schedule::instant_of(LocalZone{}, *next.wall);
    }
    self.scanned = !insert(self, object, i);
  }
  if (self.scanned) self.let_go();
}

// Makes the heap that of the list again, where it is not.
void freshen(Scheduler& self) {
  for (;;) {
    const LocalRules rules = LocalRules::now();
    if (is_fresh(self, rules)) return;
    const Ref jobs =
        Ref::share(self.jobs.get());  // another may be set while this one is waited for
    const CriticalSectionOfTwo section(self.self, jobs.get());
    if (self.jobs.get() == jobs.get()) return remake(self, rules);
  }
}

// The index in the list, from a guess downwards and then upwards; -1 when it is not there. With the
// list's critical section.
Py_ssize_t index_of(PyObject* list, PyObject* job, Py_ssize_t guess) noexcept {
  const Py_ssize_t size = PyList_GET_SIZE(list);
  const Py_ssize_t start = std::min(guess, size - 1);
  for (Py_ssize_t i = start; i >= 0; --i) {
    if (PyList_GET_ITEM(list, i) == job) return i;
  }
  for (Py_ssize_t i = start + 1; i < size; ++i) {
    if (PyList_GET_ITEM(list, i) == job) return i;
  }
  return -1;
}

bool holds(PyObject* list, PyObject* job) noexcept {
  const CriticalSection section(list);
  return index_of(list, job, PY_SSIZE_T_MAX) >= 0;
}

bool has_list(const Scheduler& self) noexcept {
  if (!self.jobs)
    PyErr_SetString(PyExc_AttributeError, "jobs: Scheduler.__init__() was not called");
  return bool(self.jobs);
}

Ref list_of(const Scheduler& self) noexcept {
  const CriticalSection section(self.self);
  return Ref::share(self.jobs.get());
}

// Takes a job out of the list: 1, or 0 when it is not there; -1 with an exception set.
int remove(Scheduler& self, PyObject* object) {
  if (!has_list(self)) return -1;
  const Ref jobs = list_of(self);
  const CriticalSectionOfTwo section(self.self, jobs.get());
  if (self.jobs.get() != jobs.get()) return remove(self, object);  // another list was set
  if (!has_own_list(self) || !is_exact_job(*self.state, object)) {
    if (Ref::steal(PyObject_CallMethodOneArg(jobs.get(), self.state->remove.get(), object))) {
      return 1;
    }
    if (PyErr_ExceptionMatches(PyExc_ValueError) == 0) return -1;
    PyErr_Clear();
    return 0;
  }
  Job& job = value_of<Job>(object);
  const Py_ssize_t index = index_of(jobs.get(), object, job.index_hint);
  if (index < 0) return 0;
  if (job.owner == &self) {
    self.heap.remove(job);
    job.owner = nullptr;
  } else {
    self.stale = true;
  }
  return PyList_SetSlice(jobs.get(), index, index + 1, nullptr) < 0 ? -1 : 1;
}

Ref cancel_job(Scheduler& self, PyObject* job) {
  const int debugging = is_debugging(*self.state);
  if (debugging < 0) return Ref{};
  if (debugging > 0 && !log_debug(*self.state, "Cancelling job \"%s\"", job)) return Ref{};
  const Ref kept = Ref::share(job);
  const int removed = remove(self, job);
  if (removed < 0) return Ref{};
  if (self.extended &&
      !Ref::steal(PyObject_CallMethodOneArg(self.self, self.state->forget.get(), job))) {
    return Ref{};
  }
  if (removed == 0 && debugging > 0 &&
      !log_debug(*self.state, "Cancelling not-scheduled job \"%s\"", job)) {
    return Ref{};
  }
  return Ref::share(Py_None);
}

// --- the pass ---

// What a pass asks once: programs put functions of their own in the place of methods.
struct Manner {
  bool debugging = false;
  bool own_run_job = true;  // nothing overrides or replaces Scheduler._run_job
  bool own_run = true;      // nothing replaces Job.run
};

// Runs one job as `_run_job` does. False: an exception is set.
bool run_job(Scheduler& self, PyObject* object, const Manner& manner) {
  State& state = *self.state;
  Ref result;
  if (self.extended || (is_exact_job(state, object) && !is_none(value_of<Job>(object).options))) {
    return bool(Ref::steal(PyObject_CallMethodOneArg(self.self, state.run_extended.get(), object)));
  }
  if (is_exact_job(state, object) && manner.own_run) {
    result = run(object, value_of<Job>(object), false, manner.debugging);
  } else {
    result = Ref::steal(PyObject_CallMethod(object, "run", nullptr));
  }
  if (!result) return false;
  int ended = result.get() == state.CancelJob.get() ? 1 : 0;
  if (ended == 0 && result.get() != Py_None) {
    ended = PyObject_IsInstance(result.get(), state.CancelJob.get());
  }
  if (ended <= 0) return ended == 0;
  if (is_exact(self)) return bool(cancel_job(self, object));
  return bool(Ref::steal(PyObject_CallMethod(self.self, "cancel_job", "O", object)));
}

// Those that are due, in the order in which they are to run. False: an exception is set.
bool collect_by_scan(Scheduler& self, const Now& now, std::vector<Ref>& due) {
  const Ref jobs = list_of(self);
  const Ref all = Ref::steal(PySequence_List(jobs.get()));
  const Ref found = Ref::steal(PyList_New(0));
  if (!all || !found) return false;
  for (Py_ssize_t i = 0; i < PyList_GET_SIZE(all.get()); ++i) {
    PyObject* object = PyList_GET_ITEM(all.get(), i);
    int is_due_now = -1;
    if (is_exact_job(*self.state, object)) {
      is_due_now = is_due(value_of<Job>(object), now);
    } else if (const Ref should =
                   Ref::steal(PyObject_GetAttr(object, self.state->should_run.get()))) {
      is_due_now = PyObject_IsTrue(should.get());
    }
    if (is_due_now < 0) return false;
    if (is_due_now > 0 && PyList_Append(found.get(), object) < 0) return false;
  }
  if (PyList_Sort(found.get()) < 0) return false;
  for (Py_ssize_t i = 0; i < PyList_GET_SIZE(found.get()); ++i) {
    due.push_back(Ref::share(PyList_GET_ITEM(found.get(), i)));
  }
  return true;
}

void collect_from_heap(const Scheduler& self, Instant now, std::vector<Ref>& due) {
  std::vector<Heap::Entry> entries;
  self.heap.due(now, entries);
  due.reserve(entries.size());
  for (const Heap::Entry& entry : entries) due.push_back(Ref::share(entry.item->self));
}

// Whether a job of the pass is still to run: an earlier one can have cancelled it.
bool is_registered(const Scheduler& self, PyObject* object) noexcept {
  const CriticalSection section(self.self);
  if (!self.stale && is_exact_job(*self.state, object) && value_of<Job>(object).owner == &self) {
    return true;
  }
  if (!PyList_Check(self.jobs.get())) return true;
  return holds(self.jobs.get(), object);
}

Ref run_job_method(Scheduler& self, PyObject* job);

// Empty: an exception is set.
std::optional<Manner> manner_of(const Scheduler& self) {
  const State& state = *self.state;
  const int debugging = is_debugging(*self.state);
  if (debugging < 0) return std::nullopt;
  const Ref bound = Ref::steal(PyObject_GetAttr(self.self, state.run_job.get()));
  const Ref run = Ref::steal(PyObject_GetAttr(state.Job.get(), state.run.get()));
  if (!bound || !run) return std::nullopt;
  static const PyCFunction own = method<run_job_method, kShared>("", "").ml_meth;
  return Manner{debugging > 0,
                PyCFunction_Check(bound.get()) && PyCFunction_GET_FUNCTION(bound.get()) == own,
                run.get() == state.own_run.get()};
}

// Runs them all; the first error comes when the others have run, what is no Exception at once.
Ref run_due(Scheduler& self, const std::vector<Ref>& due) {
  State& state = *self.state;
  const auto manner = manner_of(self);
  if (!manner) return Ref{};
  Ref first_error;
  for (const Ref& job : due) {
    if (!is_registered(self, job.get())) continue;
    const bool ran = manner->own_run_job ? run_job(self, job.get(), *manner)
                                         : bool(Ref::steal(PyObject_CallMethodOneArg(
                                               self.self, state.run_job.get(), job.get())));
    if (ran) continue;
    if (PyErr_ExceptionMatches(PyExc_Exception) == 0) return Ref{};
    Ref error = take_exception();
    if (!first_error) {
      first_error = std::move(error);
    } else if (!Ref::steal(PyObject_CallFunctionObjArgs(state.report.get(), job.get(), error.get(),
                                                        nullptr))) {
      return Ref{};
    }
  }
  if (!first_error) return Ref::share(Py_None);
  raise_statement(first_error.get());
  return Ref{};
}

Ref run_pending(Scheduler& self) {
  const auto now = read_clock(self.state->clocks);
  if (!now || !has_list(self)) return Ref{};
  std::vector<Ref> due;
  bool scan = !now->is_real();
  if (!scan) {
    const CriticalSection section(self.self);
    freshen(self);
    scan = self.scanned;
    if (!scan) {
      if (self.heap.empty() || self.heap.top().when > now->instant) return Ref::share(Py_None);
      collect_from_heap(self, now->instant, due);
    }
  }
  if (scan && !collect_by_scan(self, *now, due)) return Ref{};
  return run_due(self, due);
}

// For runners: the due jobs, which are not due again before they are released.
Ref take_due(Scheduler& self) {
  Ref taken = Ref::steal(PyList_New(0));
  const auto now = read_clock(self.state->clocks);
  if (!taken || !now || !has_list(self)) return Ref{};
  std::vector<Ref> due;
  freshen(self);
  if (!now->is_real() || self.scanned) {
    PyErr_SetString(
        self.state->ScheduleError.get(),
        "a runner needs the real clock and a list of jobs of the class Job itself; call "
        "run_pending() in a loop instead");
    return Ref{};
  }
  collect_from_heap(self, now->instant, due);
  for (const Ref& object : due) {
    Job& job = value_of<Job>(object.get());
    job.parked = true;
    self.heap.move(job, Instant::max());
    if (PyList_Append(taken.get(), object.get()) < 0) return Ref{};
  }
  return taken;
}

// What was taken and has not run is due as before.
Ref give_back(Scheduler& self) {
  std::vector<Job*> jobs;
  for (const Heap::Entry& entry : self.heap.entries()) {
    if (entry.when == Instant::max()) jobs.push_back(entry.item);
  }
  for (Job* job : jobs) {
    if (job->parked && job->next_run.instant) self.heap.move(*job, *job->next_run.instant);
    job->parked = false;
  }
  return Ref::share(Py_None);
}

Ref has(Scheduler& self, PyObject* job) {
  return has_list(self) ? Ref::steal(PyBool_FromLong(is_registered(self, job))) : Ref{};
}

Ref run_job_method(Scheduler& self, PyObject* job) {
  const auto manner = manner_of(self);
  if (!manner || !run_job(self, job, *manner)) return Ref{};
  return Ref::share(Py_None);
}

// --- what is next ---

// Null when it has to be looked for in the list.
const Heap::Entry* first_of(Scheduler& self, bool& empty) {
  freshen(self);
  empty = !self.scanned && (self.heap.empty() || self.heap.top().when == Instant::max());
  return self.scanned || empty ? nullptr : &self.heap.top();
}

Ref next_run(Scheduler& self) {
  bool empty = false;
  if (!has_list(self)) return Ref{};
  const Heap::Entry* first = first_of(self, empty);
  if (first == nullptr) return Ref::share(empty ? Py_None : Py_NotImplemented);
  const Ref job = Ref::share(first->item->self);
  return Ref::steal(PyObject_GetAttrString(job.get(), "next_run"));
}

Ref next_instant(Scheduler& self) {
  bool empty = false;
  if (!has_list(self)) return Ref{};
  const Heap::Entry* first = first_of(self, empty);
  if (first == nullptr) return Ref::share(empty ? Py_None : Py_NotImplemented);
  return to_int(first->when);
}

Ref idle_seconds(Scheduler& self) {
  bool empty = false;
  if (!has_list(self)) return Ref{};
  const auto now = read_clock(self.state->clocks);
  if (!now) return Ref{};
  const Heap::Entry* first = now->is_real() ? first_of(self, empty) : nullptr;
  if (first == nullptr) return Ref::share(empty ? Py_None : Py_NotImplemented);
  return Ref::steal(
      PyFloat_FromDouble(static_cast<double>((first->when - now->instant).count()) / 1e6));
}

// --- the list ---

Ref get_jobs(Scheduler& self) { return has_list(self) ? Ref::share(self.jobs.get()) : Ref{}; }

bool set_jobs(Scheduler& self, PyObject* value) {
  if (value == nullptr) {
    PyErr_SetString(PyExc_AttributeError, "jobs cannot be deleted; set a list");
    return false;
  }
  self.let_go();
  self.stale = true;
  self.jobs = Ref::share(value);
  return true;
}

Ref changed(Scheduler& self) {
  self.stale = true;
  if (self.alarm) ring(self.alarm.get());
  return Ref::share(Py_None);
}

Ref get_alarm(Scheduler& self) { return Ref::share(self.alarm ? self.alarm.get() : Py_None); }

bool set_alarm(Scheduler& self, PyObject* value) {
  const bool none = value == nullptr || value == Py_None;
  if (!none && !Py_IS_TYPE(value, reinterpret_cast<PyTypeObject*>(self.state->alarm_type.get()))) {
    PyErr_Format(PyExc_TypeError, "wanted an Alarm or None, got %R", value);
    return false;
  }
  self.alarm = none ? Ref{} : Ref::share(value);
  return true;
}

Ref get_extended(Scheduler& self) { return Ref::steal(PyBool_FromLong(self.extended)); }

bool set_extended(Scheduler& self, PyObject* value) {
  const int extended = value != nullptr ? PyObject_IsTrue(value) : 0;
  self.extended = extended > 0;
  return extended >= 0;
}

// every(interval=1): options are for the face.
PyObject* every(PyObject* self, PyObject* const* args, Py_ssize_t nargs, PyObject* names) noexcept {
  try {
    State& state = *value_of<Scheduler>(self).state;
    const Py_ssize_t named = names != nullptr ? PyTuple_GET_SIZE(names) : 0;
    if (named > 0 || value_of<Scheduler>(self).extended) {
      const Ref function = Ref::share(state.every_with.get());
      std::vector<PyObject*> all{self};
      all.insert(all.end(), args, args + nargs + named);
      return PyObject_Vectorcall(function.get(), all.data(), static_cast<std::size_t>(nargs) + 1,
                                 names);
    }
    if (nargs > 1) {
      return PyErr_Format(PyExc_TypeError,
                          "Scheduler.every() takes from 1 to 2 positional arguments but %zd were "
                          "given",
                          nargs + 1);
    }
    return make_job(state, nargs == 1 ? args[0] : state.one.get(), self).release();
  } catch (const std::bad_alloc&) {
    return PyErr_NoMemory();
  }
}

PyMethodDef kMethods[] = {
    {"every", as_method(&every), METH_FASTCALL | METH_KEYWORDS,
     "every($self, interval=1, **options)\n--\n\nA new job, to be described by the methods of Job "
     "and registered by its do()."},
    method<run_pending, kShared>(
        "run_pending",
        "run_pending($self)\n--\n\nRuns the jobs that are due, in the order "
        "of their next runs; each once.\n\nWhen jobs raise, the others of "
        "the pass run first; then the first error is raised."),
    method<take_due>("_take_due",
                     "_take_due($self)\n--\n\nFor runners: the due jobs, which are not due again "
                     "before they are released."),
    method<give_back>("_give_back",
                      "_give_back($self)\n--\n\nWhat was taken and has not run is due as before."),
    method<has>("_has", "_has($self, job, /)\n--\n\nWhether the job is in the list."),
    method<run_job_method, kShared>("_run_job",
                                    "_run_job($self, job, /)\n--\n\nRuns one job of the pass."),
    method<cancel_job, kShared>("cancel_job",
                                "cancel_job($self, job, /)\n--\n\nRemoves a job; one that is not "
                                "there is only logged."),
    method<next_run>("_next_run",
                     "_next_run($self)\n--\n\nOf the next job, or None; NotImplemented where the "
                     "list has to be looked through."),
    method<next_instant>("_next_instant", "_next_instant($self)\n--\n\nThe same in microseconds."),
    method<idle_seconds>("_idle_seconds",
                         "_idle_seconds($self)\n--\n\nThe same from now, in seconds."),
    method<changed>("_changed", "_changed($self)\n--\n\nThe list of jobs was changed."),
    {},
};

PyGetSetDef kAttributes[] = {
    attribute<get_jobs, set_jobs>("jobs", "The jobs, a list that programs may change."),
    attribute<get_alarm, set_alarm>("_alarm", "What is rung when a run comes earlier, or None."),
    attribute<get_extended, set_extended>("_extended", "Whether runs go through the face."),
    {},
};

PyObject* new_scheduler(PyTypeObject* type, PyObject*, PyObject*) noexcept {
  State* state = state_of_type(type);
  if (state == nullptr) return nullptr;
  Ref made = make_object<Scheduler>(type, *state);
  if (made) value_of<Scheduler>(made.get()).self = made.get();
  return made.release();
}

const PyType_Slot kSlots[] = {{Py_tp_new, reinterpret_cast<void*>(&new_scheduler)}};

constexpr TypeTable kScheduler{
    .name = "mainstay.schedule._native.Scheduler",
    .doc = "What a scheduler is natively; the face's class derives from it.",
    .methods = kMethods,
    .attributes = kAttributes,
    .slots = kSlots,
    .subclassable = true,
};

}  // namespace

bool add_job(PyObject* scheduler, PyObject* job) {
  Scheduler& self = value_of<Scheduler>(scheduler);
  if (!has_list(self)) return false;
  const Ref jobs = list_of(self);
  const CriticalSectionOfTwo section(scheduler, jobs.get());
  if (self.jobs.get() != jobs.get()) return add_job(scheduler, job);  // another list was set
  if (!has_own_list(self)) {
    return bool(Ref::steal(PyObject_CallMethodOneArg(jobs.get(), self.state->append.get(), job)));
  }
  const Py_ssize_t index = PyList_GET_SIZE(jobs.get());
  if (PyList_Append(jobs.get(), job) < 0) return false;
  if (self.stale || self.scanned || !insert(self, job, index)) {
    self.stale = true;
  } else if (self.heap.top().item->self != job) {
    return true;
  }
  if (self.alarm) ring(self.alarm.get());
  return true;
}

bool has_job(PyObject* scheduler, PyObject* job) noexcept {
  auto* type = reinterpret_cast<PyTypeObject*>(value_of<Job>(job).state->scheduler_type.get());
  if (scheduler == nullptr || !PyObject_TypeCheck(scheduler, type)) return false;
  const CriticalSection section(scheduler);
  const Ref& jobs = value_of<Scheduler>(scheduler).jobs;
  return jobs && PyList_Check(jobs.get()) && holds(jobs.get(), job);
}

bool add_scheduler_type(PyObject* module, State& state) noexcept {
  state.scheduler_type = add_native_type<Scheduler>(module, kScheduler);
  return bool(state.scheduler_type);
}

}  // namespace mainstay::binding::schedule
