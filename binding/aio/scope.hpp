// scope.hpp - a cancel scope of asyncio tasks: the engine's node, and what Python delivers with.
#pragma once

#include "binding/aio/task_states.hpp"
#include "binding/support/native_type.hpp"

namespace mainstay::binding::aio {

struct ScopeValue : ScopeNode {
  PyObject* object = nullptr;  // this very one
  Ref outer;                   // owns parent()
  Ref host_task;
  bool is_active = false;
  bool was_caught = false;
  long owed = 0;     // cancellations of the host task by this scope, not yet taken back
  long earlier = 0;  // those that it had when it came in
  double pause = 0;  // seconds before the next delivery
  // Of the delivery, which is in Python.
  Ref reason, timeout_handle, cancel_handle, tried;

  void each_reference(auto visit) {
    for (Ref* each : {&outer, &host_task, &reason, &timeout_handle, &cancel_handle, &tried})
      visit(*each);
  }
};

}  // namespace mainstay::binding::aio
