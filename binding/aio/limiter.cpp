// limiter.cpp - `_native.CapacityLimiter`: the engine's tokens, and the set of who holds them.
//
// Objects belong to the thread of one event loop. Borrowers are hashed and compared, which may run
// Python; the accounts are right before that.
#include <utility>

#include "binding/aio/awaiting.hpp"
#include "binding/aio/module.hpp"
#include "binding/support/native_type.hpp"
#include "mainstay/aio/permits.hpp"

namespace mainstay::binding::aio {

namespace {

struct LimiterValue {
  mainstay::aio::Tokens<Waiter> tokens;
  Ref borrowers;  // a set
  Ref total;      // as the program gave it: an int or a float
  void each_reference(auto visit) {
    visit(borrowers);
    visit(total);
  }
};
using Self = Self<LimiterValue>;

// Notes the borrower of each waiter that gets a token.
struct LimiterHost : Host {
  LimiterValue& limiter;
  bool wake(Waiter& waiter) noexcept {
    const Ref borrower = Ref::share(waiter.item.get());
    if (!Host::wake(waiter)) return false;
    if (PySet_Add(limiter.borrowers.get(), borrower.get()) != 0) keep_error();
    return true;
  }
};

LimiterHost host_of(State& state, LimiterValue& limiter) noexcept {
  return LimiterHost{{state}, limiter};
}

bool prepare(LimiterValue& self) noexcept {
  if (!self.borrowers) self.borrowers = Ref::steal(PySet_New(nullptr));
  return static_cast<bool>(self.borrowers);
}

// 1: taken. 0: there is none, or others wait. -1 with an exception set.
int take(LimiterValue& self, PyObject* borrower) noexcept {
  if (!prepare(self)) return -1;
  const int holds = PySet_Contains(self.borrowers.get(), borrower);
  if (holds < 0) return -1;
  if (holds > 0) {
    PyErr_SetString(PyExc_RuntimeError,
                    "this borrower is already holding one of this CapacityLimiter's tokens");
    return -1;
  }
  if (!self.tokens.take()) return 0;
  return PySet_Add(self.borrowers.get(), borrower) == 0 ? 1 : -1;
}

// Takes a token back. False, with an exception set, if the borrower has none.
bool give(State& state, LimiterValue& self, PyObject* borrower) noexcept {
  if (!prepare(self)) return false;
  const int held = PySet_Discard(self.borrowers.get(), borrower);
  if (held <= 0) {
    if (held == 0) {
      PyErr_SetString(PyExc_RuntimeError,
                      "this borrower isn't holding any of this CapacityLimiter's tokens");
    }
    return false;
  }
  LimiterHost host = host_of(state, self);
  self.tokens.give(host);
  return host.ended();
}

Step begin(State& state, AwaitingValue& self) {
  auto& limiter = value_of<LimiterValue>(self.target.get());
  bool doomed = false;
  if (!take_task(state, self, doomed)) return Step::failed;
  if (doomed) return Step::doomed;
  if (!self.waiter.item) self.waiter.item = Ref::share(self.waiter.task.get());
  const int taken = take(limiter, self.waiter.item.get());
  if (taken < 0) return Step::failed;
  if (taken > 0) {
    self.waiter.is_served = true;
    return Step::turn;
  }
  limiter.tokens.waiting().push(self.waiter);
  return Step::park;
}

Step go_on(State&, AwaitingValue&) { return Step::done; }

void undo(State& state, AwaitingValue& self) noexcept {
  if (!self.waiter.is_served) return;
  const Ref limiter = Ref::share(self.target.get());
  give(state, value_of<LimiterValue>(limiter.get()), self.waiter.item.get());
}

constexpr Work kAcquire{begin, go_on, undo, true};

Ref acquire(Self self) {
  State* state = state_for(self.object);
  return state == nullptr ? Ref{} : make_awaiting(*state, kAcquire, self.object);
}

Ref acquire_on_behalf_of(Self self, PyObject* borrower) {
  State* state = state_for(self.object);
  return state == nullptr ? Ref{} : make_awaiting(*state, kAcquire, self.object, borrower);
}

// The current task, or None: what the peer takes where no task runs.
Ref current_or_none(State& state) noexcept {
  Ref task = current_task(state);
  return task || PyErr_Occurred() != nullptr ? std::move(task) : Ref::share(Py_None);
}

Ref acquire_on_behalf_of_now(Self self, PyObject* borrower) {
  State* state = state_for(self.object);
  if (state == nullptr) return Ref{};
  const int taken = take(*self, borrower);
  if (taken == 0) return raise(state->WouldBlock);
  return taken < 0 ? Ref{} : Ref::share(Py_None);
}

Ref acquire_now(Self self) {
  State* state = state_for(self.object);
  const Ref task = state == nullptr ? Ref{} : current_or_none(*state);
  return task ? acquire_on_behalf_of_now(self, task.get()) : Ref{};
}

Ref release_on_behalf_of(Self self, PyObject* borrower) {
  State* state = state_for(self.object);
  return state != nullptr && give(*state, *self, borrower) ? Ref::share(Py_None) : Ref{};
}

Ref release(Self self) {
  State* state = state_for(self.object);
  const Ref task = state == nullptr ? Ref{} : current_or_none(*state);
  return task ? release_on_behalf_of(self, task.get()) : Ref{};
}

PyObject* leave_block(PyObject* object, PyObject* const*, Py_ssize_t) noexcept {
  const CriticalSection section(object);
  const Ref released = release(Self{object});
  State* state = released ? state_for(object) : nullptr;
  return state == nullptr ? nullptr : done(*state).release();
}

// The face has looked at the number.
bool set_total(Self self, PyObject* value) {
  State* state = state_for(self.object);
  const double total = value == nullptr ? 0 : PyFloat_AsDouble(value);
  if (state == nullptr || !prepare(*self) || (total == -1 && PyErr_Occurred() != nullptr)) {
    return false;
  }
  self->total = Ref::share(value);
  LimiterHost host = host_of(*state, *self);
  self->tokens.set_total(total, host);
  return host.ended();
}

Ref get_total(Self self) noexcept { return Ref::share(self->total ? self->total.get() : Py_None); }

Ref get_borrowed(Self self) noexcept { return Ref::steal(PyLong_FromSize_t(self->tokens.held())); }

Ref get_available(Self self) noexcept {
  if (!self->total) return Ref{};
  const Ref held = get_borrowed(self);
  return held ? Ref::steal(PyNumber_Subtract(self->total.get(), held.get())) : Ref{};
}

Ref get_borrowers(Self self) noexcept {
  return prepare(*self) ? Ref::steal(PySequence_Tuple(self->borrowers.get())) : Ref{};
}

Ref count_waiting(Self self) noexcept {
  return Ref::steal(PyLong_FromSize_t(self->tokens.waiting().size()));
}

constexpr const char* kBorrower[] = {"borrower"};
constexpr Signature kAcquireFor{"acquire_on_behalf_of", "self", kBorrower, 1};
constexpr Signature kAcquireForNow{"acquire_on_behalf_of_nowait", "self", kBorrower, 1};
constexpr Signature kReleaseFor{"release_on_behalf_of", "self", kBorrower, 1};

PyMethodDef kMethods[] = {
    method<acquire>("acquire", "acquire($self, /)\n--\n\nTake a token for the current task."),
    method<acquire>("__aenter__", nullptr),
    {"__aexit__", as_method(&leave_block), METH_FASTCALL, nullptr},
    method<kAcquireFor, acquire_on_behalf_of>(
        "acquire_on_behalf_of", "acquire_on_behalf_of($self, borrower)\n--\n\nTake a token."),
    method<acquire_now>("acquire_nowait", "acquire_nowait($self, /)\n--\n\nTake a free token."),
    method<kAcquireForNow, acquire_on_behalf_of_now>(
        "acquire_on_behalf_of_nowait",
        "acquire_on_behalf_of_nowait($self, borrower)\n--\n\nTake a free token."),
    method<release>("release", "release($self, /)\n--\n\nGive the current task's token back."),
    method<kReleaseFor, release_on_behalf_of>(
        "release_on_behalf_of", "release_on_behalf_of($self, borrower)\n--\n\nGive it back."),
    {},
};

PyGetSetDef kAttributes[] = {
    attribute<get_total, set_total>("_total_tokens", nullptr),
    attribute<get_borrowed>("borrowed_tokens", "How many tokens are held."),
    attribute<get_available>("available_tokens", "How many tokens are free."),
    attribute<get_borrowers>("_borrowers", nullptr),
    attribute<count_waiting>("_waiting", nullptr),
    {},
};

constexpr TypeTable kLimiter{
    .name = "mainstay.aio._native.CapacityLimiter",
    .doc = "Tokens that borrowers hold.",
    .methods = kMethods,
    .attributes = kAttributes,
    .subclassable = true,
};

}  // namespace

bool add_limiter(PyObject* module, State&) noexcept {
  return static_cast<bool>(add_native_type<LimiterValue>(module, kLimiter));
}

}  // namespace mainstay::binding::aio
