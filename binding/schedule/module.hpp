// module.hpp - the state of `mainstay.schedule._native`: its types, what the face gave it, names.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "binding/support/clocks.hpp"
#include "binding/support/lifecycle.hpp"
#include "binding/support/module_state.hpp"
#include "binding/support/native_module.hpp"
#include "binding/support/python.hpp"
#include "binding/support/ref.hpp"
#include "mainstay/schedule/zone.hpp"

namespace mainstay::binding::schedule {

using mainstay::schedule::Zone;
using ZonePointer = std::shared_ptr<const Zone>;

// What the module gets from the face by `adopt(name=...)`, once, while the face is imported. The
// names are spelled the same there.
#define MAINSTAY_SCHEDULE_ADOPTED(X) \
  X(Job)                             \
  X(Scheduler)                       \
  X(Jobs)                            \
  X(CancelJob)                       \
  X(ScheduleError)                   \
  X(ScheduleValueError)              \
  X(IntervalError) X(every_with) X(report) X(wrap) X(tzinfo_of) X(refuse_zone) X(more_zone_folders)

struct State {
  Clocks clocks;
  Lifecycle lifecycle;

#define X(name) Ref name;
  MAINSTAY_SCHEDULE_ADOPTED(X)
#undef X
  Ref job_type, scheduler_type, alarm_type;
  Ref logger;  // once the program has imported logging
  std::array<Ref, 5> units;
  std::array<Ref, 7> days;
  Ref run, own_run;  // the name of Job.run, and what it is unless programs replace it
  Ref run_job, run_extended, registered, schedule_next_run, should_run, append, remove;
  Ref forget, is_enabled_for;
  Ref one, debug_level;  // numbers

  std::mutex zones_lock;
  std::map<std::string, ZonePointer, std::less<>> zones;

  void each_reference(auto visit) {
    clocks.each_reference(visit);
#define X(name) visit(name);
    MAINSTAY_SCHEDULE_ADOPTED(X)
#undef X
    for (Ref* each : {&job_type, &scheduler_type, &alarm_type, &logger, &run, &own_run, &run_job,
                      &run_extended, &registered, &schedule_next_run, &should_run, &append, &remove,
                      &forget, &is_enabled_for, &one, &debug_level}) {
      visit(*each);
    }
    for (Ref& each : units) visit(each);
    for (Ref& each : days) visit(each);
  }
};

extern PyModuleDef definition;

// The state that a type or one of its bases was made for. Null with an exception set.
[[nodiscard]] inline State* state_of_type(PyTypeObject* type) noexcept {
  PyObject* module = module_of(type, &definition);
  return module != nullptr ? &state_of<State>(module) : nullptr;
}

// Whether messages of level debug are wanted: 1 or 0; -1 with an exception set. A program that has
// not imported logging wants none.
[[nodiscard]] int is_debugging(State& state) noexcept;

// `logger.debug(format, job)`, when `is_debugging`. False: an exception is set.
[[nodiscard]] bool log_debug(State& state, const char* format, PyObject* job) noexcept;

// The zone that `tz` stands for: a name, an object with one (zoneinfo, pytz), a datetime.timezone.
// Null with an exception set.
[[nodiscard]] ZonePointer find_zone(State& state, PyObject* tz);

[[nodiscard]] bool add_job_type(PyObject* module, State& state) noexcept;
[[nodiscard]] bool add_scheduler_type(PyObject* module, State& state) noexcept;
[[nodiscard]] bool add_alarm_type(PyObject* module, State& state) noexcept;

}  // namespace mainstay::binding::schedule
