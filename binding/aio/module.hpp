// module.hpp - the state of `mainstay.aio._native`: types, names, what the face gave.
#pragma once

#include "binding/aio/task_states.hpp"
#include "binding/support/native_module.hpp"
#include "binding/support/python.hpp"
#include "binding/support/ref.hpp"

namespace mainstay::binding::aio {

// Given by adopt(name=...): exceptions of the face, and functions of asyncio, which comes late.
// clang-format off
#define MAINSTAY_AIO_ADOPTED(X) \
  X(WouldBlock) X(ClosedResourceError) X(BrokenResourceError) X(EndOfStream) \
  X(current_task) X(get_running_loop)

// Names of attributes, each interned as `state.name_...`.
#define MAINSTAY_AIO_NAMES(X) \
  X(create_future) X(done) X(set_result) X(cancel) X(cancelling) X(_must_cancel) X(send) X(close) \
  X(_send_elsewhere) X(_receive_elsewhere) X(_deliver_cancellation) X(_watch_deadline) \
  X(_restart_cancellation_in_parent) X(_leave_cancelled)
// clang-format on

struct State {
  Ref awaiting_type, done, task_state_type, scope_type, node_type, channel_type;
  TaskStates tasks;
  Ref forget;  // what a weak reference to a task calls when the task has ended
#define X(name) Ref name;
  MAINSTAY_AIO_ADOPTED(X)
#undef X
#define X(name) Ref name_##name;
  MAINSTAY_AIO_NAMES(X)
#undef X

  void each_reference(auto visit) {
    for (Ref* each :
         {&awaiting_type, &done, &task_state_type, &scope_type, &node_type, &channel_type, &forget})
      visit(*each);
    tasks.each_reference(visit);
#define X(name) visit(name);
    MAINSTAY_AIO_ADOPTED(X)
#undef X
#define X(name) visit(name_##name);
    MAINSTAY_AIO_NAMES(X)
#undef X
  }
};

// The state of the module that made `object` or one of its bases, or null with an exception set.
[[nodiscard]] State* state_for(PyObject* object) noexcept;

// asyncio's current task. Empty without an exception: none runs in this thread.
[[nodiscard]] Ref current_task(State& state) noexcept;

// What an `await` of it is done with at once, with None. One object for all: it has no state.
[[nodiscard]] inline Ref done(State& state) noexcept { return Ref::share(state.done.get()); }

// `raise kind`, without a text. Always empty.
Ref raise(const Ref& kind) noexcept;

// The types, each in the file of its name.
[[nodiscard]] bool add_awaiting(PyObject* module, State& state) noexcept;
[[nodiscard]] bool add_task_states(PyObject* module, State& state) noexcept;
[[nodiscard]] bool add_scope(PyObject* module, State& state) noexcept;
[[nodiscard]] bool add_accounts(PyObject* module, State& state) noexcept;
[[nodiscard]] bool add_limiter(PyObject* module, State& state) noexcept;
[[nodiscard]] bool add_channel(PyObject* module, State& state) noexcept;

}  // namespace mainstay::binding::aio
