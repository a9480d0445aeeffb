// controller.hpp - the base type of the controllers (Retrying and its kin): attributes in a dict,
// every assignment to a part of the policy noticed (field.hpp), a compiled plan of them kept until
// then.
#pragma once

#include <memory>
#include <vector>

#include "binding/retry/plan.hpp"

namespace mainstay::binding::retry {

// A method of a door's own class as it was made; see gate.hpp. Empty where the class has none such.
struct Method {
  Ref name, original;
  unsigned group = 0;
  bool of_instances = false;  // whether one that is assigned to an instance takes its place
};

struct Construction;  // see construct.hpp

// The parts of a policy that every controller has as attributes.
inline constexpr Py_ssize_t kPolicyParts = 12;

// One of the doors' own controller classes, and what calls under it are made of.
struct ControllerKind {
  Ref type;
  bool is_async = false;
  Ref names;                 // the namespace whose `time` tells the time
  Ref sleep_names;           // the namespace whose `time` the door's own sleep() uses
  Ref sleep, before, after;  // the door's own: a sleep that sleeps, hooks that do nothing
  Ref future_class;          // what calling `future` returned, once needed
  Ref error_class, error_init, future, do_sleep, state_class, manager_class;
  Ref spare_sleep;  // a DoSleep nobody refers to, to be used again
  Ref nothing;      // 0.0, what every call has slept when it begins
  Ref do_attempt, retry_action, retry_action_init;
  Ref check_entered;  // called with the state when a block asks for another attempt; may be empty
  Ref check_answer;   // called with a part, its strategy and what it answered; as check_sleep
  Ref check_sleep;    // called with a wait and what it answered; empty where any answer is taken
  // The namespace in which programs exchange the classes of states and managers, and its version
  // when they were the door's own. Empty where nothing is looked up.
  Ref classes;
  std::uint64_t classes_seen = 0;
  std::vector<Method> methods;
  std::shared_ptr<const Construction> construction;  // null: the constructor is always Python's
};

class Counts;  // counts.hpp

struct ControllerObject {
  PyObject_HEAD ModuleState*
      state;  // lives as long as the type of this object, which refers to its module
  PyObject* attributes;
  std::shared_ptr<const Plan> plan;
  std::shared_ptr<Snapshot> parts;  // shared by all plans read since the last change
  std::shared_ptr<Counts> counts;   // null before anything was counted; a call's copy shares it
  bool exposed;
  bool of_a_call;    // a copy for one call of a decorated function
  bool lacks_parts;  // one was deleted
  bool keeps_local;  // the threads' storage is among the attributes
  // What `statistics` shows in which thread, as far as this object set it last: not to be set
  // again. The thread's own storage keeps the dict alive.
  PyObject* shown;
  std::uint64_t shown_thread;
  // The dict that `statistics` shows in that thread, as long as there is no storage to put it into:
  // few controllers ever need one.
  PyObject* pending;
  std::uint64_t pending_thread;
  std::uint64_t begun;  // see begin_statistics()
  bool local_seen;      // somebody outside was given the threads' storage
  // The parts are as the native constructor set them: enabled, no hook that sees an attempt begin.
  bool plain;
  // The first block began at that time in that thread, and nobody has looked at `statistics` since:
  // the dict is made when somebody does.
  bool unseen;
  double unseen_start;
  std::uint64_t unseen_thread;
  std::uint64_t uncounted;  // calls begun as long as there are no counts to count them in
};

[[nodiscard]] inline ControllerObject& as_controller(PyObject* self) noexcept {
  return *reinterpret_cast<ControllerObject*>(self);
}

// Whether a block may begin under it without a plan: it is as the native constructor made it, and
// has no attributes but its parts, such as the options of the strict door.
[[nodiscard]] inline bool is_plain(const ControllerObject& controller) noexcept {
  return controller.plain && controller.attributes != nullptr &&
         PyDict_GET_SIZE(controller.attributes) == kPolicyParts;
}

// Whether it is as the native constructor made it, enabled and without options, whatever its
// threads keep with it.
[[nodiscard]] inline bool is_as_made(const ControllerObject& controller) noexcept {
  return controller.plain && controller.attributes != nullptr &&
         PyDict_GET_SIZE(controller.attributes) == kPolicyParts + (controller.keeps_local ? 1 : 0);
}

// The object with its own part filled in: not by a constructor, see strategy.hpp.
ControllerObject& known_controller(PyObject* self) noexcept;

// An attribute in the controller's own dict. Borrowed; null without an exception when it is not
// there.
[[nodiscard]] PyObject* own(const ControllerObject& controller, const Ref& name) noexcept;

// Whether that is the name of an attribute which is no method of the program's: a part of the
// policy, an option of the strict door, the threads' storage.
[[nodiscard]] bool is_part(const ControllerObject& controller, PyObject* name) noexcept;

// Whether keep_exceptions is set: such calls are the Python loops'.
[[nodiscard]] bool keeps_exceptions(const ControllerObject& controller) noexcept;

// Whether attempt_timeout is set.
[[nodiscard]] bool limits_attempts(const ControllerObject& controller) noexcept;

// What `copy()` would make of a controller whose class overrides nothing, from the parts the plan
// was read from, with `statistics` for this thread. Empty with an exception set.
[[nodiscard]] Ref copy_for_call(const ControllerObject& controller, const Plan& plan,
                                PyObject* statistics) noexcept;

// The kind of a controller that is an instance of a door's own class, no method of it patched; null
// otherwise. Null with an exception set on failure.
[[nodiscard]] ControllerKind* kind_of(PyObject* controller) noexcept;

// The plan of the controller as it is now; null with an exception set on failure. A plan with an
// obstacle is not to be run.
[[nodiscard]] std::shared_ptr<const Plan> plan_of(ControllerObject& controller,
                                                  const ControllerKind& kind) noexcept;

// For the collector: everything the module's kinds of controllers refer to.
[[nodiscard]] int visit_controller_kinds(ModuleState& state, visitproc visit, void* arg) noexcept;

// `adopt_controller(cls, **parts)`: says that cls is one of the doors' own controller classes.
[[nodiscard]] PyObject* adopt_controller(PyObject* module, PyObject* args,
                                         PyObject* kwargs) noexcept;

}  // namespace mainstay::binding::retry
