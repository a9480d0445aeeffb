// module.cpp - `mainstay.schedule._native`: jobs, schedulers and alarms as Python types.
#include "binding/schedule/module.hpp"

#include "binding/schedule/moments.hpp"
#include "binding/support/errors.hpp"
#include "binding/support/gil.hpp"
#include "binding/support/type.hpp"
#include "mainstay/schedule/clock_text.hpp"

namespace mainstay::binding::schedule {

namespace {

// The logger, once there is one; `made` is it then. The section is that of a class we never change.
Ref logger_of(State& state, Ref made) noexcept {
  const CriticalSection section(state.Job.get());
  if (made && !state.logger) state.logger = std::move(made);
  return Ref::share(state.logger.get());
}

}  // namespace

int is_debugging(State& state) noexcept {
  Ref logger = logger_of(state, Ref{});
  if (!logger) {
    PyObject* logging = PyDict_GetItemString(PyImport_GetModuleDict(), "logging");
    if (logging == nullptr) return 0;
    const Ref kept = Ref::share(logging);
    Ref made = Ref::steal(PyObject_CallMethod(kept.get(), "getLogger", "s", "schedule"));
    if (!made) return -1;
    logger = logger_of(state, std::move(made));
  }
  const Ref enabled = Ref::steal(
      PyObject_CallMethodOneArg(logger.get(), state.is_enabled_for.get(), state.debug_level.get()));
  return enabled ? PyObject_IsTrue(enabled.get()) : -1;
}

bool log_debug(State& state, const char* format, PyObject* job) noexcept {
  return bool(Ref::steal(PyObject_CallMethod(state.logger.get(), "debug", "sO", format, job)));
}

namespace {

// Where zoneinfo would look too: PYTHONTZPATH and the package tzdata, which only Python can find.
bool load_from_python(State& state, std::string_view name, Result<Zone>& zone) {
  const Ref folders = Ref::steal(PyObject_CallNoArgs(state.more_zone_folders.get()));
  if (!folders) return false;
  std::vector<std::string> paths;
  for (Py_ssize_t i = 0; i < PyList_GET_SIZE(folders.get()); ++i) {
    const char* path = PyUnicode_AsUTF8(PyList_GET_ITEM(folders.get(), i));
    if (path == nullptr) return false;
    paths.emplace_back(path);
  }
  zone = mainstay::schedule::load_zone(name, paths);
  return true;
}

ZonePointer zone_of_name(State& state, PyObject* name) {
  Py_ssize_t size = 0;
  const char* utf8 = PyUnicode_AsUTF8AndSize(name, &size);
  if (utf8 == nullptr) return nullptr;
  const std::string_view text{utf8, static_cast<std::size_t>(size)};
  {
    const std::lock_guard lock(state.zones_lock);
    if (const auto found = state.zones.find(text); found != state.zones.end()) {
      return found->second;
    }
  }
  auto zone = mainstay::schedule::load_zone(text);
  if (!zone && zone.error().code == ErrorCode::not_found && !load_from_python(state, text, zone)) {
    return nullptr;
  }
  if (!zone) {
    const Ref refused = Ref::steal(
        PyObject_CallFunction(state.refuse_zone.get(), "Os", name, zone.error().message.c_str()));
    return nullptr;  // it raises
  }
  auto made = std::make_shared<const Zone>(*std::move(zone));
  const std::lock_guard lock(state.zones_lock);
  return state.zones.try_emplace(std::string(text), std::move(made)).first->second;
}

}  // namespace

ZonePointer find_zone(State& state, PyObject* tz) {
  if (PyUnicode_Check(tz)) return zone_of_name(state, tz);
  for (const char* attribute : {"key", "zone"}) {
    const Ref name = Ref::steal(PyObject_GetAttrString(tz, attribute));
    if (!name) {
      PyErr_Clear();
    } else if (PyUnicode_Check(name.get())) {
      return zone_of_name(state, name.get());
    }
  }
  if (const auto offset = fixed_offset(tz)) {
    return std::make_shared<const Zone>(Zone::fixed(*offset));
  }
  if (PyErr_Occurred() == nullptr) {
    PyErr_SetString(state.ScheduleValueError.get(),
                    "Timezone must be string or pytz.timezone object");
  }
  return nullptr;
}

namespace {

// adopt(**names): what the face defines and the native types need.
PyObject* adopt(PyObject* module, PyObject*, PyObject* kwargs) noexcept {
  State& state = state_of<State>(module);
#define X(name)                                                                            \
  {                                                                                        \
    PyObject* given = kwargs != nullptr ? PyDict_GetItemString(kwargs, #name) : nullptr;   \
    if (given == nullptr) return PyErr_Format(PyExc_TypeError, "adopt() needs %s", #name); \
    state.name = Ref::share(given);                                                        \
  }
  MAINSTAY_SCHEDULE_ADOPTED(X)
#undef X
  state.own_run = Ref::steal(PyObject_GetAttr(state.Job.get(), state.run.get()));
  if (!state.own_run) return nullptr;
  Py_RETURN_NONE;
}

PyMethodDef kFunctions[] = {
    {"adopt", as_method(&adopt), METH_VARARGS | METH_KEYWORDS,
     "Takes the classes and functions of the face that the native types use."},
    {},
};

bool intern(Ref& name, const char* text) {
  name = Ref::steal(PyUnicode_InternFromString(text));
  return bool(name);
}

bool set_up(PyObject* module, State& state) {
  static constexpr std::array kUnits{"seconds", "minutes", "hours", "days", "weeks"};
  static constexpr std::array kDays{"monday", "tuesday",  "wednesday", "thursday",
                                    "friday", "saturday", "sunday"};
  for (std::size_t i = 0; i < kUnits.size(); ++i) {
    if (!intern(state.units[i], kUnits[i])) return false;
  }
  for (std::size_t i = 0; i < kDays.size(); ++i) {
    if (!intern(state.days[i], kDays[i])) return false;
  }
  state.one = Ref::steal(PyLong_FromLong(1));
  state.debug_level = Ref::steal(PyLong_FromLong(10));
  return state.one && state.debug_level && intern(state.is_enabled_for, "isEnabledFor") &&
         intern(state.forget, "_forget") && set_up_moments() &&
         state.clocks.set_up(Clocks::Uses::wall_datetime) && state.lifecycle.set_up(module) &&
         intern(state.run, "run") && intern(state.run_job, "_run_job") &&
         intern(state.run_extended, "_run_extended") && intern(state.registered, "_registered") &&
         intern(state.schedule_next_run, "_schedule_next_run") &&
         intern(state.should_run, "should_run") && intern(state.append, "append") &&
         intern(state.remove, "remove") && add_job_type(module, state) &&
         add_scheduler_type(module, state) && add_alarm_type(module, state);
}

}  // namespace

PyModuleDef definition = native_module<State, set_up>(
    "mainstay.schedule._native", "The native part of mainstay.schedule.", kFunctions);

}  // namespace mainstay::binding::schedule

PyMODINIT_FUNC PyInit_schedule() {
  return PyModuleDef_Init(&mainstay::binding::schedule::definition);
}
