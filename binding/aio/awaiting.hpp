// awaiting.hpp - `_native.Awaiting`: what `await lock.acquire()` waits on, without a coroutine.
//
// The work begins when it is first awaited, in the task that awaits. It is done at once, or lets
// other tasks run for a turn, or waits for a future of the loop until a Waiter is served. An
// exception that comes in meanwhile undoes what was taken. One object per await; it belongs to the
// thread of its loop.
#pragma once

#include <cstdint>

#include "binding/aio/task_states.hpp"
#include "binding/support/native_type.hpp"
#include "mainstay/aio/queue.hpp"

namespace mainstay::binding::aio {

struct State;

// One that waits in a line of the engine.
struct Waiter : mainstay::aio::Link<Waiter> {
  PyObject* keeper = nullptr;  // the object this is a part of
  Ref future;                  // of asyncio: its result wakes the task
  Ref task;                    // that waits
  Ref wake_call, gave_up;      // of another library: what wakes the task, and tells if it gave up
  Ref item;                    // a borrower, or what is sent or received
  PyObject* end = nullptr;     // of a channel: the end it came by; identity only
  bool is_served = false;

  void each_reference(auto visit) {
    for (Ref* each : {&future, &task, &wake_call, &gave_up, &item}) visit(*each);
  }
};

// The engine's host: wakes waiters. Errors of waking do not stop an operation half way: they are
// kept, and ended() raises the first.
struct Host {
  State& state;
  Ref error = {};

  bool wake(Waiter& waiter) noexcept;
  // For channels.
  bool hand(Waiter& receiver, Ref& item) noexcept;
  void taken(Waiter& sender) noexcept;

  // Keeps the exception that is set, if there is one.
  void keep_error() noexcept;
  // After the operation. False: an exception is set.
  [[nodiscard]] bool ended() noexcept;

 private:
  [[nodiscard]] bool has_given_up(Waiter& waiter) noexcept;
};

enum class Step : std::uint8_t {
  done,      // the result is in `result`, None if that is empty
  turn,      // let others run, then go on with resume()
  doomed,    // a scope is cancelled: let others run until that arrives, then begin again
  park,      // wait until the waiter, which is in a line, is served; then go on with resume()
  delegate,  // await `inner` instead
  failed,    // an exception is set
};

struct AwaitingValue;

struct Work {
  Step (*begin)(State&, AwaitingValue&);
  Step (*resume)(State&, AwaitingValue&);
  void (*undo)(State&, AwaitingValue&) noexcept;  // an exception comes in during a turn or a wait
  bool shields_turn;                              // cancellation of scopes waits for its end
};

struct AwaitingValue {
  enum class Phase : std::uint8_t { fresh, turn, doomed, parked, delegated, ended };

  const Work* work = nullptr;
  Ref target;      // the lock, the event, the end of a channel
  Ref task_state;  // while in a shielded turn
  Ref inner;       // an iterator of the future, or a coroutine that is awaited instead
  Ref result;
  Waiter waiter;
  Phase phase = Phase::fresh;
  bool is_iteration = false;  // EndOfStream becomes StopAsyncIteration

  void each_reference(auto visit) {
    for (Ref* each : {&target, &task_state, &inner, &result}) visit(*each);
    waiter.each_reference(visit);
  }
  AwaitingValue() = default;
  ~AwaitingValue();
};

// An Awaiting that does `work` on `target`. `item`: what its waiter is to hold; null for nothing.
[[nodiscard]] Ref make_awaiting(State& state, const Work& work, PyObject* target,
                                PyObject* item = nullptr);

// The task that begins, into `waiter.task`; and whether a scope around it is cancelled. False with
// an exception set if no task runs.
[[nodiscard]] bool take_task(State& state, AwaitingValue& self, bool& is_cancelled_too);

}  // namespace mainstay::binding::aio
