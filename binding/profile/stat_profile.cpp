// stat_profile.cpp - setstatprofile(): the function that the interpreter calls at each call and
// return of a thread.
//
// It runs for every function the program calls, so it does nothing until a sample is due: it looks
// whether the context changed, by the thread's counter of that, and at the time, by a number that
// the clock thread writes. Clocks of a few milliseconds' or less than a millisecond's step, and
// those that programs give, are read each time.
#include <limits>

#include "binding/profile/module.hpp"
#include "binding/profile/recorder.hpp"
#include "binding/support/native_type.hpp"
#include "mainstay/profile/clock_thread.hpp"

namespace mainstay::binding::profile {
namespace {

using mainstay::profile::ClockThread;
using mainstay::profile::coarse_seconds;
using mainstay::profile::monotonic_seconds;

enum class Timer : unsigned char { direct, coarse, thread, function };

// From here on the clock thread keeps the time; shorter steps cost it more than they save.
constexpr double kShortestStep = 0.001;
// Steps are not exact to the last bit.
constexpr double kAlmost = 0.95;

struct StatProfile {
  Ref target;
  Recorder* recorder = nullptr;  // of the target, when it is one
  Ref context_var, context_value, timer_function;
  Ref await_list;               // texts, for targets that are no recorder
  std::vector<FrameId> awaits;  // the coroutines that returned since the last other event
  PyThreadState* thread = nullptr;
  std::uint64_t context_version = 0;
  const ClockThread* clock = nullptr;
  double interval = 0;
  double last = 0;
  Timer timer = Timer::direct;
  int subscription = -1;

  StatProfile() = default;
  StatProfile(const StatProfile&) = delete;
  StatProfile& operator=(const StatProfile&) = delete;
  ~StatProfile() {
    if (subscription >= 0) static_cast<void>(ClockThread::shared().unsubscribe(subscription));
  }

  void each_reference(auto visit) {
    for (Ref* each : {&target, &context_var, &context_value, &timer_function, &await_list}) {
      visit(*each);
    }
  }
};

// The time by this timer; false with an exception set.
bool read_time(StatProfile& self, double& now) noexcept {
  switch (self.timer) {
    case Timer::direct: now = monotonic_seconds(); return true;
    case Timer::coarse: now = coarse_seconds(); return true;
    case Timer::thread:
      now = self.clock->now();
      if (now > std::numeric_limits<double>::max()) {  // the child of a fork has no such thread
        self.timer = Timer::direct;
        now = monotonic_seconds();
      }
      return true;
    case Timer::function: break;
  }
  const Ref result = Ref::steal(PyObject_CallNoArgs(self.timer_function.get()));
  if (!result) return false;
  if (PyFloat_Check(result.get()) == 0) {
    PyErr_Format(PyExc_RuntimeError, "custom time function must return a float, got %.100s",
                 Py_TYPE(result.get())->tp_name);
    return false;
  }
  now = PyFloat_AS_DOUBLE(result.get());
  return true;
}

constexpr const char* kEvents[] = {"call",   "exception",   "line",    "return",
                                   "c_call", "c_exception", "c_return"};

bool call_target(StatProfile& self, PyFrameObject* frame, const char* event, PyObject* arg) {
  const Ref target = Ref::share(self.target.get());
  const Ref name = Ref::steal(PyUnicode_InternFromString(event));
  if (!name) return false;
  PyObject* const args[] = {reinterpret_cast<PyObject*>(frame), name.get(),
                            arg == nullptr ? Py_None : arg};
  const Ref result = Ref::steal(PyObject_Vectorcall(target.get(), args, 3, nullptr));
  if (!result) PyTraceBack_Here(frame);
  return static_cast<bool>(result);
}

// Tells the target that the context variable has another value, if it has. False with an exception
// set.
bool look_at_context(StatProfile& self, PyFrameObject* frame, int what) {
  PyObject* value = nullptr;
  if (PyContextVar_Get(self.context_var.get(), nullptr, &value) < 0) return false;
  const Ref before = std::exchange(self.context_value, Ref::steal(value));
  if (value == before.get()) return true;
  const Ref caller = what == PyTrace_CALL ? caller_of(frame) : Ref{};
  auto* at = caller ? reinterpret_cast<PyFrameObject*>(caller.get()) : frame;
  if (self.recorder != nullptr) {
    return self.recorder->change_context(at, value, before.get(), self.awaits);
  }
  const Ref arg = Ref::steal(PyTuple_Pack(3, value == nullptr ? Py_None : value,
                                          before ? before.get() : Py_None, self.await_list.get()));
  return arg && call_target(self, at, "context_changed", arg.get());
}

// A coroutine returns, or waits: perhaps the context is left because of that.
bool note_await(StatProfile& self, PyFrameObject* frame) {
  if (self.recorder != nullptr) {
    self.awaits.push_back(self.recorder->frame_id(frame));
    return true;
  }
  const Ref text = Ref::steal(get_frame_info(nullptr, reinterpret_cast<PyObject*>(frame)));
  return text && PyList_Append(self.await_list.get(), text.get()) == 0;
}

bool forget_awaits(StatProfile& self) {
  self.awaits.clear();
  if (self.await_list && PyList_GET_SIZE(self.await_list.get()) != 0) {
    return PyList_SetSlice(self.await_list.get(), 0, PyList_GET_SIZE(self.await_list.get()),
                           nullptr) == 0;
  }
  return true;
}

bool follow_context(StatProfile& self, PyFrameObject* frame, int what) {
  const std::uint64_t version = self.thread->context_ver;
  // Only subscribing sets the variable of a recorder; that of another target anything may set.
  if (self.recorder == nullptr || version != self.context_version || self.recorder->is_changed) {
    self.context_version = version;
    if (self.recorder != nullptr) self.recorder->is_changed = false;
    if (!look_at_context(self, frame, what)) return false;
  }
  if (what == PyTrace_RETURN && is_coroutine(frame)) return note_await(self, frame);
  return forget_awaits(self);
}

bool is_due(const StatProfile& self, double now) noexcept {
  return now >= self.last + (self.timer == Timer::thread ? self.interval * kAlmost : self.interval);
}

bool take_sample(StatProfile& self, PyFrameObject* frame, int what, PyObject* arg, double now) {
  self.last = now;
  if (self.recorder == nullptr) return call_target(self, frame, kEvents[what], arg);
  // What a sample stands for is measured by the exact clock, whatever said that it is due.
  return self.recorder->sample(frame, what, arg,
                               self.timer == Timer::function ? now : monotonic_seconds());
}

// Nearly all events: no sample is due, and what would have to be noted did not happen.
bool is_nothing(const StatProfile& self, PyFrameObject* frame, int what) noexcept {
  if (self.timer != Timer::thread || is_due(self, self.clock->now())) return false;
  if (!self.context_var) return true;
  return self.recorder != nullptr && !self.recorder->is_changed && self.awaits.empty() &&
         self.thread->context_ver == self.context_version &&
         (what != PyTrace_RETURN || !is_coroutine(frame));
}

int profile(PyObject* object, PyFrameObject* frame, int what, PyObject* arg) noexcept {
  auto& self = value_of<StatProfile>(object);
  if (is_nothing(self, frame, what)) return 0;
  // The target may have itself removed.
  const Ref alive = Ref::share(object);
  bool succeeded = true;
  try {
    double now = 0;
    succeeded = read_time(self, now);
    if (succeeded && self.context_var) succeeded = follow_context(self, frame, what);
    if (succeeded && is_due(self, now)) succeeded = take_sample(self, frame, what, arg, now);
  } catch (const std::bad_alloc&) {
    PyErr_NoMemory();
    succeeded = false;
  }
  if (succeeded) return 0;
  PyEval_SetProfile(nullptr, nullptr);
  return -1;
}

// Which timer a call of setstatprofile() asks for. False with an exception set.
bool choose_timer(StatProfile& self, PyObject* type, PyObject* function) {
  const auto is = [&](const char* name) {
    return PyUnicode_Check(type) && PyUnicode_CompareWithASCIIString(type, name) == 0;
  };
  const bool has_function = function != nullptr && function != Py_None;
  bool falls_back = false;
  if (type == nullptr || type == Py_None || is("walltime")) {
    if (self.interval >= kShortestStep) self.timer = Timer::thread;
    falls_back = true;
  } else if (is("walltime_thread")) {
    self.timer = Timer::thread;
  } else if (is("walltime_coarse")) {
    self.timer = Timer::coarse;
  } else if (is("timer_func")) {
    self.timer = Timer::function;
  } else {
    PyErr_Format(PyExc_TypeError,
                 "timer_type must be 'walltime', 'walltime_thread', 'walltime_coarse', or "
                 "'timer_func', got %R",
                 type);
    return false;
  }
  if ((self.timer == Timer::function) != has_function) {
    PyErr_SetString(PyExc_TypeError, has_function
                                         ? "timer_type must be 'timer_func' if timer_func is set"
                                         : "timer_func must be set if timer_type is 'timer_func'");
    return false;
  }
  if (has_function) self.timer_function = Ref::share(function);
  if (self.timer != Timer::thread) return true;
  self.clock = &ClockThread::shared();
  const auto subscribed = ClockThread::shared().subscribe(self.interval);
  if (subscribed) {
    self.subscription = *subscribed;
  } else if (falls_back) {
    self.timer = Timer::direct;
  } else {
    PyErr_Format(PyExc_RuntimeError, "failed to subscribe to timing thread: %s",
                 subscribed.error().message.c_str());
    return false;
  }
  return true;
}

}  // namespace

PyObject* setstatprofile(PyObject* module, PyObject* args, PyObject* kwargs) noexcept {
  static const char* kNames[] = {"target",     "interval",   "context_var",
                                 "timer_type", "timer_func", nullptr};
  PyObject *target = nullptr, *context_var = nullptr, *type = nullptr, *function = nullptr;
  double interval = 0;
  if (PyArg_ParseTupleAndKeywords(args, kwargs, "O|dOOO", const_cast<char**>(kNames), &target,
                                  &interval, &context_var, &type, &function) == 0) {
    return nullptr;
  }
  if (target == Py_None) {
    PyEval_SetProfile(nullptr, nullptr);
    Py_RETURN_NONE;
  }
  State& state = state_of<State>(module);
  const bool is_recorder =
      Py_TYPE(target) == reinterpret_cast<PyTypeObject*>(state.recorder_type.get());
  if (!is_recorder && PyCallable_Check(target) == 0) {
    return PyErr_Format(PyExc_TypeError, "target must be callable, got %.100s",
                        Py_TYPE(target)->tp_name);
  }
  if (context_var == Py_None) context_var = nullptr;
  if (context_var != nullptr && !PyContextVar_CheckExact(context_var)) {
    return PyErr_Format(PyExc_TypeError, "context_var must be a ContextVar, got %.100s",
                        Py_TYPE(context_var)->tp_name);
  }
  try {
    const Ref made =
        make_object<StatProfile>(reinterpret_cast<PyTypeObject*>(state.stat_profile_type.get()));
    if (!made) return nullptr;
    auto& self = value_of<StatProfile>(made.get());
    self.target = Ref::share(target);
    self.interval = interval > 0 ? interval : 0.001;
    self.thread = PyThreadState_Get();
    if (is_recorder) {
      self.recorder = &value_of<Recorder>(target);
    } else {
      self.await_list = Ref::steal(PyList_New(0));
      if (!self.await_list) return nullptr;
    }
    if (!choose_timer(self, type, function) || !read_time(self, self.last)) return nullptr;
    if (context_var != nullptr) {
      self.context_var = Ref::share(context_var);
      PyObject* value = nullptr;
      if (PyContextVar_Get(context_var, nullptr, &value) < 0) return nullptr;
      self.context_value = Ref::steal(value);
      self.context_version = self.thread->context_ver;
    }
    PyEval_SetProfile(&profile, made.get());
  } catch (const std::bad_alloc&) {
    return PyErr_NoMemory();
  }
  Py_RETURN_NONE;
}

bool add_stat_profile_type(PyObject* module, State& state) noexcept {
  const TypeTable table{
      .name = "mainstay.profile.StatProfile",
      .doc = "What sys.getprofile() returns while setstatprofile() is at work.",
      .constructible = false,
  };
  state.stat_profile_type = add_native_type<StatProfile>(module, table);
  return static_cast<bool>(state.stat_profile_type);
}

}  // namespace mainstay::binding::profile
