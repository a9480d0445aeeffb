// accounts.cpp - `_native.Event`, `Lock` and `Semaphore`: the engine's accounts, awaited by tasks.
//
// Objects belong to the thread of one event loop.
#include <optional>
#include <utility>

#include "binding/aio/awaiting.hpp"
#include "binding/aio/module.hpp"
#include "binding/support/native_type.hpp"
#include "mainstay/aio/permits.hpp"

namespace mainstay::binding::aio {

namespace {

using Line = mainstay::aio::WaitQueue<Waiter>;

Ref to_number(std::size_t number) noexcept { return Ref::steal(PyLong_FromSize_t(number)); }

Ref none_after(Host& host) noexcept { return host.ended() ? Ref::share(Py_None) : Ref{}; }

// What a waiter does with an exception: it leaves the line; one that was served gives back.
template <auto give_back>
void undo(State& state, AwaitingValue& self) noexcept {
  if (!self.waiter.is_served) return;
  Host host{state};
  give_back(self.target.get(), host);
  if (!host.ended()) PyErr_WriteUnraisable(self.target.get());
}

Step go_on(State&, AwaitingValue&) { return Step::done; }

// Event

struct EventValue {
  bool is_set = false;
  Line waiting;
  void each_reference(auto) {}  // a program's own class may have a cycle through it
};
using EventSelf = Self<EventValue>;

Step wait_for_event(State&, AwaitingValue& self) {
  auto& event = value_of<EventValue>(self.target.get());
  if (event.is_set) return Step::turn;
  event.waiting.push(self.waiter);
  return Step::park;
}

void nothing_to_undo(State&, AwaitingValue&) noexcept {}

constexpr Work kWaitForEvent{wait_for_event, go_on, nothing_to_undo, false};

Ref wait(EventSelf self) {
  State* state = state_for(self.object);
  return state == nullptr ? Ref{} : make_awaiting(*state, kWaitForEvent, self.object);
}

Ref set(EventSelf self) {
  State* state = state_for(self.object);
  if (state == nullptr) return Ref{};
  self->is_set = true;
  Host host{*state};
  while (Waiter* each = self->waiting.pop()) host.wake(*each);
  return none_after(host);
}

Ref is_set(EventSelf self) noexcept { return Ref::share(self->is_set ? Py_True : Py_False); }

template <class Value>
Ref count_waiting(Self<Value> self) noexcept {
  return to_number(self->waiting.size());
}

PyMethodDef kEventMethods[] = {
    method<wait>("wait", "wait($self, /)\n--\n\nWait until the flag is set."),
    method<set>("set", "set($self, /)\n--\n\nSet the flag and wake all who wait."),
    method<is_set>("is_set", "is_set($self, /)\n--\n\nTell whether the flag is set."),
    {},
};
PyGetSetDef kEventAttributes[] = {
    attribute<count_waiting<EventValue>>("_waiting", nullptr),
    {},
};
constexpr TypeTable kEvent{
    .name = "mainstay.aio._native.Event",
    .doc = "A flag that tasks of asyncio wait for.",
    .methods = kEventMethods,
    .attributes = kEventAttributes,
    .subclassable = true,
};

// Lock

// A task that is an owner; compared by identity.
struct Owner {
  Ref task;
  friend bool operator==(const Owner& one, const Owner& other) noexcept {
    return one.task.get() == other.task.get();
  }
};

struct LockHost : Host {
  static Owner owner_of(Waiter& waiter) noexcept { return {Ref::share(waiter.task.get())}; }
};

struct LockValue {
  mainstay::aio::Ownership<Waiter, Owner> owned;
  bool is_fast = false;
  void each_reference(auto visit) { visit(owned.owner().task); }
};
using LockSelf = Self<LockValue>;

Ref refuse_owner() noexcept {
  PyErr_SetString(PyExc_RuntimeError, "Attempted to acquire an already held Lock");
  return Ref{};
}

Step begin_acquire(State& state, AwaitingValue& self) {
  auto& lock = value_of<LockValue>(self.target.get());
  bool doomed = false;
  if (!take_task(state, self, doomed)) return Step::failed;
  PyObject* task = self.waiter.task.get();
  if (lock.owned.is_free()) {
    if (doomed) return Step::doomed;
    lock.owned.take({Ref::share(task)});
    self.waiter.is_served = true;
    return lock.is_fast ? Step::done : Step::turn;
  }
  if (lock.owned.owner().task.get() == task) {
    refuse_owner();
    return Step::failed;
  }
  lock.owned.waiting().push(self.waiter);
  return Step::park;
}

void give_lock(PyObject* lock, Host& host) noexcept {
  LockHost next{{host.state}};
  value_of<LockValue>(lock).owned.give(next);
  host.error = std::move(next.error);
}

constexpr Work kAcquireLock{begin_acquire, go_on, undo<give_lock>, true};

Ref acquire_lock(LockSelf self) {
  State* state = state_for(self.object);
  return state == nullptr ? Ref{} : make_awaiting(*state, kAcquireLock, self.object);
}

Ref acquire_lock_now(LockSelf self) {
  State* state = state_for(self.object);
  if (state == nullptr) return Ref{};
  Ref task = current_task(*state);
  if (!task && PyErr_Occurred() != nullptr) return Ref{};
  if (self->owned.is_free()) {
    self->owned.take({std::move(task)});
    return Ref::share(Py_None);
  }
  return self->owned.owner().task.get() == task.get() ? refuse_owner() : raise(state->WouldBlock);
}

Ref release_lock(LockSelf self) {
  State* state = state_for(self.object);
  if (state == nullptr) return Ref{};
  const Ref task = current_task(*state);
  if (!task || task.get() != self->owned.owner().task.get()) {
    if (PyErr_Occurred() == nullptr) {
      PyErr_SetString(PyExc_RuntimeError, "The current task is not holding this lock");
    }
    return Ref{};
  }
  LockHost host{{*state}};
  self->owned.give(host);
  return none_after(host);
}

// async with: releases when the block ends, and is done when that is awaited.
template <auto release>
PyObject* leave_block(PyObject* self, PyObject* const*, Py_ssize_t) noexcept {
  const CriticalSection section(self);
  const Ref released = release({self});
  State* state = released ? state_for(self) : nullptr;
  return state == nullptr ? nullptr : done(*state).release();
}

Ref locked(LockSelf self) noexcept {
  return Ref::share(self->owned.owner().task ? Py_True : Py_False);
}

Ref get_owner(LockSelf self) noexcept {
  const Ref& task = self->owned.owner().task;
  return Ref::share(task ? task.get() : Py_None);
}

Ref count_lock_waiting(LockSelf self) noexcept { return to_number(self->owned.waiting().size()); }

Ref get_fast(LockSelf self) noexcept { return Ref::share(self->is_fast ? Py_True : Py_False); }

bool set_fast(LockSelf self, PyObject* value) noexcept {
  const int truth = value == nullptr ? 0 : PyObject_IsTrue(value);
  if (truth < 0) return false;
  self->is_fast = truth != 0;
  return true;
}

PyMethodDef kLockMethods[] = {
    method<acquire_lock>("acquire", "acquire($self, /)\n--\n\nTake the lock, waiting for it."),
    method<acquire_lock>("__aenter__", nullptr),
    {"__aexit__", as_method(&leave_block<release_lock>), METH_FASTCALL, nullptr},
    method<acquire_lock_now>("acquire_nowait", "acquire_nowait($self, /)\n--\n\nTake a free lock."),
    method<release_lock>("release", "release($self, /)\n--\n\nGive the lock back."),
    method<locked>("locked", "locked($self, /)\n--\n\nTell whether a task holds the lock."),
    {},
};
PyGetSetDef kLockAttributes[] = {
    attribute<get_owner>("_owner_task", nullptr),
    attribute<count_lock_waiting>("_waiting", nullptr),
    attribute<get_fast, set_fast>("_fast_acquire", nullptr),
    {},
};
constexpr TypeTable kLock{
    .name = "mainstay.aio._native.Lock",
    .doc = "A lock of asyncio tasks.",
    .methods = kLockMethods,
    .attributes = kLockAttributes,
    .subclassable = true,
};

// Semaphore

struct SemaphoreValue {
  SemaphoreValue() = default;
  std::optional<mainstay::aio::Permits<Waiter>> permits{std::in_place};
  bool is_fast = false;
  void each_reference(auto) {}
};
using SemaphoreSelf = Self<SemaphoreValue>;

Step begin_semaphore(State& state, AwaitingValue& self) {
  auto& semaphore = value_of<SemaphoreValue>(self.target.get());
  bool doomed = false;
  if (!take_task(state, self, doomed)) return Step::failed;
  if (!semaphore.permits->is_free()) {
    semaphore.permits->waiting().push(self.waiter);
    return Step::park;
  }
  if (doomed) return Step::doomed;
  semaphore.permits->take();
  self.waiter.is_served = true;
  return semaphore.is_fast ? Step::done : Step::turn;
}

void give_permit(PyObject* semaphore, Host& host) noexcept {
  value_of<SemaphoreValue>(semaphore).permits->give(host);
}

constexpr Work kAcquireSemaphore{begin_semaphore, go_on, undo<give_permit>, true};

Ref acquire_semaphore(SemaphoreSelf self) {
  State* state = state_for(self.object);
  return state == nullptr ? Ref{} : make_awaiting(*state, kAcquireSemaphore, self.object);
}

// async with: the semaphore itself is what the block gets.
Step go_on_with_target(State&, AwaitingValue& self) {
  self.result = Ref::share(self.target.get());
  return Step::done;
}
Step begin_block(State& state, AwaitingValue& self) {
  const Step step = begin_semaphore(state, self);
  return step == Step::done ? go_on_with_target(state, self) : step;
}
constexpr Work kEnterSemaphore{begin_block, go_on_with_target, undo<give_permit>, true};

Ref enter_semaphore(SemaphoreSelf self) {
  State* state = state_for(self.object);
  return state == nullptr ? Ref{} : make_awaiting(*state, kEnterSemaphore, self.object);
}

Ref acquire_semaphore_now(SemaphoreSelf self) {
  if (self->permits->take()) return Ref::share(Py_None);
  State* state = state_for(self.object);
  return state == nullptr ? Ref{} : raise(state->WouldBlock);
}

Ref release_semaphore(SemaphoreSelf self) {
  State* state = state_for(self.object);
  if (state == nullptr) return Ref{};
  Host host{*state};
  if (!self->permits->give(host)) {
    PyErr_SetString(PyExc_ValueError, "semaphore released too many times");
    return Ref{};
  }
  return none_after(host);
}

// _set_up(initial_value, max_value, fast_acquire): after the face has looked at them.
PyObject* set_up_semaphore(PyObject* object, PyObject* const* args, Py_ssize_t nargs) noexcept {
  if (nargs != 3) return PyErr_Format(PyExc_TypeError, "_set_up() takes 3 arguments");
  const SemaphoreSelf self{object};
  const std::size_t value = PyLong_AsSize_t(args[0]);
  std::optional<std::size_t> most;
  if (args[1] != Py_None) most = PyLong_AsSize_t(args[1]);
  const int fast = PyObject_IsTrue(args[2]);
  if (PyErr_Occurred() != nullptr || fast < 0) return nullptr;
  self->permits.emplace(value, most);
  self->is_fast = fast != 0;
  Py_RETURN_NONE;
}

Ref get_value(SemaphoreSelf self) noexcept { return to_number(self->permits->value()); }

Ref get_most(SemaphoreSelf self) noexcept {
  const auto most = self->permits->most();
  return most ? to_number(*most) : Ref::share(Py_None);
}

Ref count_semaphore_waiting(SemaphoreSelf self) noexcept {
  return to_number(self->permits->waiting().size());
}

PyMethodDef kSemaphoreMethods[] = {
    method<acquire_semaphore>("acquire", "acquire($self, /)\n--\n\nTake a permit."),
    method<enter_semaphore>("__aenter__", nullptr),
    {"__aexit__", as_method(&leave_block<release_semaphore>), METH_FASTCALL, nullptr},
    method<acquire_semaphore_now>("acquire_nowait",
                                  "acquire_nowait($self, /)\n--\n\nTake a permit that is there."),
    method<release_semaphore>("release", "release($self, /)\n--\n\nGive a permit back."),
    {"_set_up", as_method(&set_up_semaphore), METH_FASTCALL, nullptr},
    {},
};
PyGetSetDef kSemaphoreAttributes[] = {
    attribute<get_value>("value", "How many permits are left."),
    attribute<get_most>("max_value", "The most permits there may be, or None."),
    attribute<count_semaphore_waiting>("_waiting", nullptr),
    {},
};
constexpr TypeTable kSemaphore{
    .name = "mainstay.aio._native.Semaphore",
    .doc = "A semaphore of asyncio tasks.",
    .methods = kSemaphoreMethods,
    .attributes = kSemaphoreAttributes,
    .subclassable = true,
};

}  // namespace

bool add_accounts(PyObject* module, State&) noexcept {
  return add_native_type<EventValue>(module, kEvent) && add_native_type<LockValue>(module, kLock) &&
         add_native_type<SemaphoreValue>(module, kSemaphore);
}

}  // namespace mainstay::binding::aio
