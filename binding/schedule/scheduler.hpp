// scheduler.hpp - Scheduler: the list of jobs that programs see, and a heap over it.
//
// The heap is used while it can be right: the list is the face's class Jobs, which says when
// programs change it, and holds nothing but jobs of the exact class, each once. Otherwise the list
// is scanned.
#pragma once

#include "binding/schedule/job.hpp"
#include "mainstay/schedule/timer_heap.hpp"

namespace mainstay::binding::schedule {

using Heap = mainstay::schedule::TimerHeap<Job, &Job::place>;

struct Scheduler {
  explicit Scheduler(State& module) noexcept : state(&module) {}
  ~Scheduler() { let_go(); }

  State* state;
  PyObject* self = nullptr;  // the object it lies in
  Ref jobs;
  Ref alarm;              // rung when a run comes earlier than all others
  bool extended = false;  // runs go through the face, which has options to look at

  Heap heap;
  bool stale = true;     // the list has changed since the heap was made
  bool scanned = false;  // the list is none for a heap
  LocalRules rules;      // those by which the instants in the heap were made

  void each_reference(auto visit) {
    visit(jobs);
    visit(alarm);
  }

  // Empties the heap; its jobs have no owner then.
  void let_go() noexcept;
};

// Tells the scheduler that has the job, if any, that its next run is another.
void job_moved(Job& job) noexcept;

// Appends a job to the list of a scheduler. False: an exception is set.
[[nodiscard]] bool add_job(PyObject* scheduler, PyObject* job);

// Whether a scheduler of ours has the job in its list.
[[nodiscard]] bool has_job(PyObject* scheduler, PyObject* job) noexcept;

// Rings an alarm (alarm.cpp).
void ring(PyObject* alarm) noexcept;

}  // namespace mainstay::binding::schedule
