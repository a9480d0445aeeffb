// task_states.hpp - what is known of each asyncio task: the scope it is in, and its parent's id.
//
// The table does not keep tasks alive: an entry goes when its task does. It may be asked from any
// thread; a state belongs to the thread of its task's loop.
#pragma once

#include <mutex>
#include <unordered_map>

#include "binding/support/python.hpp"
#include "binding/support/ref.hpp"
#include "mainstay/aio/scope.hpp"

namespace mainstay::binding::aio {

struct State;

struct TaskStateValue : mainstay::aio::Link<TaskStateValue> {
  PyObject* task = nullptr;  // borrowed; null when it has ended
  Ref parent_id;
  Ref scope;                         // the innermost one, in whose members this is; empty: none
  bool is_in_shielded_turn = false;  // not to be cancelled until it has run

  void each_reference(auto visit) {
    visit(parent_id);
    visit(scope);
  }
};

using ScopeNode = mainstay::aio::Scope<TaskStateValue>;

class TaskStates {
 public:
  // The state of `task`. Empty, without an exception, if it has none.
  [[nodiscard]] Ref find(PyObject* task);
  // Adds an empty state. Empty with an exception set if that fails.
  [[nodiscard]] Ref add(State& state, PyObject* task);
  // Takes the state of `task` out. Empty, without an exception, if it has none.
  Ref take(PyObject* task);
  void forget(PyObject* weak_reference);

  void each_reference(auto visit) {
    for (auto& [task, entry] : entries_) {
      visit(entry.weak);
      visit(entry.state);
    }
  }

 private:
  struct Entry {
    Ref weak, state;
  };
  std::mutex lock_;  // never held while Python runs
  std::unordered_map<PyObject*, Entry> entries_;
  std::unordered_map<PyObject*, PyObject*> tasks_;  // by weak reference
};

// Puts the task of `state` into `scope`, null: into none.
void enter_scope(PyObject* state, PyObject* scope) noexcept;

// Whether a scope around the task of `state` is cancelled.
[[nodiscard]] bool is_cancelled(const TaskStateValue& state) noexcept;

}  // namespace mainstay::binding::aio
