// alarm.cpp - the type Alarm: what a runner sleeps on, until a moment of the wall clock or a ring.
//
// A timer of the kernel that also goes off when the wall clock is set, an event that rings from any
// thread, and one descriptor that is readable when either has something to say. Waiting polls
// nothing and lets other threads run. After a fork the child has descriptors of its own.
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <cerrno>

#include "binding/schedule/module.hpp"
#include "binding/schedule/moments.hpp"
#include "binding/schedule/scheduler.hpp"
#include "binding/support/native_type.hpp"
#include "binding/support/wait.hpp"

namespace mainstay::binding::schedule {

namespace {

struct Alarm final : Lifecycle::Member {
  explicit Alarm(State& module) noexcept { module.lifecycle.join(*this); }
  ~Alarm() { close_all(); }

  int timer = -1;
  int event = -1;
  int both = -1;

  // False: errno is set.
  bool open() noexcept {
    timer = timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC);
    event = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    both = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event readable{};
    readable.events = EPOLLIN;
    return timer >= 0 && event >= 0 && both >= 0 &&
           epoll_ctl(both, EPOLL_CTL_ADD, timer, &readable) == 0 &&
           epoll_ctl(both, EPOLL_CTL_ADD, event, &readable) == 0;
  }

  void close_all() noexcept {
    for (int* each : {&timer, &event, &both}) {
      if (*each >= 0) close(*each);
      *each = -1;
    }
  }

  void after_fork_in_child() noexcept override {
    close_all();
    open();
  }

  // Goes off at that moment and when the clock is set; never, without one.
  bool set(std::optional<Instant> when) noexcept {
    struct itimerspec spec{};
    if (when) {
      // 0 would disarm it, and times before the epoch have passed as well.
      const auto at = std::max<std::int64_t>(when->time_since_epoch().count(), 1);
      spec.it_value.tv_sec = static_cast<time_t>(at / 1'000'000);
      spec.it_value.tv_nsec = static_cast<long>(at % 1'000'000 * 1000);
    } else {
      spec.it_value.tv_sec = static_cast<time_t>(1) << 40;  // so that a set clock still counts
    }
    return timerfd_settime(timer, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &spec, nullptr) == 0;
  }

  void ring() const noexcept {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = write(event, &one, sizeof one);
  }

  // Takes what made the descriptor readable, so that it is not any more.
  void clear() const noexcept {
    std::uint64_t count = 0;
    [[maybe_unused]] auto got = read(event, &count, sizeof count);
    got = read(timer, &count, sizeof count);  // ECANCELED: the clock was set
  }
};

// Where Python's signal handlers run, as good as always.
bool is_main_thread() noexcept { return getpid() == static_cast<pid_t>(syscall(SYS_gettid)); }

Ref raise_errno() {
  PyErr_SetFromErrno(PyExc_OSError);
  return Ref{};
}

Ref set(Alarm& self, PyObject* when) {
  std::optional<Instant> instant;
  if (when != Py_None) {
    instant = from_int(when);
    if (!instant) return Ref{};
  }
  return self.set(instant) ? Ref::share(Py_None) : raise_errno();
}

// Blocks until it goes off or is rung. In the main thread signals are heard meanwhile.
Ref wait(Alarm& self) {
  const int fd = self.both;
  const auto wait_slice = [fd](std::chrono::milliseconds slice) {
    struct pollfd readable{fd, POLLIN, 0};
    return poll(&readable, 1, static_cast<int>(slice.count())) > 0;
  };
  if (is_main_thread()) {
    if (wait_interruptibly(wait_slice, std::nullopt) == Waited::kRaised) return Ref{};
  } else {
    const Unlocked gil;
    while (!wait_slice(std::chrono::milliseconds{-1})) {
      if (errno != EINTR) break;
    }
  }
  self.clear();
  return Ref::share(Py_None);
}

Ref ring_method(Alarm& self) {
  self.ring();
  return Ref::share(Py_None);
}

Ref clear(Alarm& self) {
  self.clear();
  return Ref::share(Py_None);
}

Ref fileno(Alarm& self) { return Ref::steal(PyLong_FromLong(self.both)); }

PyMethodDef kMethods[] = {
    method<set>(
        "set",
        "set($self, micros, /)\n--\n\nWhen to go off, in microseconds since the epoch; None: "
        "only when the wall clock is set."),
    method<wait, kShared>("wait", "wait($self)\n--\n\nBlocks until it goes off or is rung."),
    method<ring_method, kShared>("ring", "ring($self)\n--\n\nWakes what waits; from any thread."),
    method<clear, kShared>("clear", "clear($self)\n--\n\nForgets that it went off or was rung."),
    method<fileno, kShared>(
        "fileno",
        "fileno($self)\n--\n\nA descriptor that is readable when it went off or "
        "was rung."),
    {},
};

PyObject* new_alarm(PyTypeObject* type, PyObject*, PyObject*) noexcept {
  State* state = state_of_type(type);
  if (state == nullptr) return nullptr;
  Ref made = make_object<Alarm>(type, *state);
  if (made && !value_of<Alarm>(made.get()).open()) return raise_errno().release();
  return made.release();
}

const PyType_Slot kSlots[] = {{Py_tp_new, reinterpret_cast<void*>(&new_alarm)}};

constexpr TypeTable kAlarm{
    .name = "mainstay.schedule._native.Alarm",
    .doc = "Sleeps until a moment of the wall clock, or until it is rung. For all threads.",
    .methods = kMethods,
    .slots = kSlots,
};

}  // namespace

void ring(PyObject* alarm) noexcept { value_of<Alarm>(alarm).ring(); }

bool add_alarm_type(PyObject* module, State& state) noexcept {
  state.alarm_type = add_native_type<Alarm>(module, kAlarm);
  return bool(state.alarm_type);
}

}  // namespace mainstay::binding::schedule
