// gate.cpp - see gate.hpp.
#include "binding/retry/gate.hpp"

#include "binding/retry/untouched.hpp"

namespace mainstay::binding::retry {
namespace {

struct Watched {
  const char* name;
  unsigned group;
};

// What a call under a policy goes through, or reads. A class with one of them exchanged is a class
// whose author wants that one used.
constexpr Watched kWatched[] = {
    {"iter", kOverridesIter},
    {"_begin_iter", kOverridesPass},
    {"_queue_actions", kOverridesPass},
    {"_add_action_func", kOverridesPass},
    {"_run_retry", kOverridesPass},
    {"_run_wait", kOverridesPass},
    {"_run_stop", kOverridesPass},
    {"_answer_retry", kOverridesPass},
    {"_answer_stop", kOverridesPass},
    {"_do_attempt", kOverridesPass},
    {"_do_sleep", kOverridesPass},
    {"_record", kOverridesPass},
    {"_count_delay", kOverridesPass},
    {"_give_up", kOverridesPass},
    {"iter_state", kOverridesPass},
    {"_iter_by_queue", kOverridesPass},
    {"begin", kOverridesBegin},
    {"statistics", kOverridesBegin | kOverridesPass | kOverridesStatistics},
    {"_new_call", kOverridesBegin},
    {"copy", kOverridesCopy},
    {"__init__", kOverridesCopy},
    {"__new__", kOverridesCopy},
    {"__setattr__", kOverridesCopy},
    {"__del__", kOverridesCopy},
    {"_copy_for_call", kOverridesCopy},
    {"_configure", kOverridesCopy},
    {"__call__", kOverridesCall},
    {"_run", kOverridesCall},
    {"_call_decorated", kOverridesCall},
    {"_pause", kOverridesCall},
    {"_attempts", kOverridesCall},
    {"_iterate", kOverridesCall},
    {"_limited", kOverridesCall},
    {"_attempt", kOverridesCall},
    {"__anext__", kOverridesCall},
    {"__getattribute__", kOverridesFields},
    {"_door", kOverridesFields},
    {"_local", kOverridesFields},
    {"sleep", kOverridesFields},
    {"stop", kOverridesFields},
    {"wait", kOverridesFields},
    {"retry", kOverridesFields},
    {"before", kOverridesFields},
    {"after", kOverridesFields},
    {"before_sleep", kOverridesFields},
    {"reraise", kOverridesFields},
    {"retry_error_cls", kOverridesFields},
    {"retry_error_callback", kOverridesFields},
    {"_name", kOverridesFields},
    {"enabled", kOverridesFields},
    {"keep_exceptions", kOverridesFields},
    {"attempt_timeout", kOverridesFields},
};

// An attribute of the class; empty when it has none. False with an exception set.
bool find(PyObject* type, const Ref& name, Ref& found) noexcept {
  found = Ref::steal(PyObject_GetAttr(type, name.get()));
  if (found) return true;
  if (!PyErr_ExceptionMatches(PyExc_AttributeError)) return false;
  PyErr_Clear();
  return true;
}

ControllerKind* nearest_kind(const ModuleState& state, const PyTypeObject* type) noexcept {
  PyObject* mro = type->tp_mro;
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(mro); ++i) {
    for (const auto& kind : state.controllers) {
      if (kind->type.get() == PyTuple_GET_ITEM(mro, i)) return kind.get();
    }
  }
  return nullptr;
}

Gate examine(const ModuleState& state, PyTypeObject* type) noexcept {
  Gate gate{.kind = nearest_kind(state, type), .overrides = 0};
  if (gate.kind == nullptr) return gate;
  for (const Method& method : gate.kind->methods) {
    Ref now;
    if (!find(reinterpret_cast<PyObject*>(type), method.name, now)) {
      PyErr_Clear();  // a metaclass of the program's that objects to being asked
      gate.overrides |= kOverridesFields;
    } else if (now.get() != method.original.get()) {
      gate.overrides |= method.group;
    }
  }
  return gate;
}

Gate gate_of_class(PyObject* self) noexcept {
  ModuleState& state = *known_controller(self).state;
  PyTypeObject* type = Py_TYPE(self);
  const unsigned int version = type->tp_version_tag;
  const KnownClass& known = state.known_classes[version % state.known_classes.size()];
  if (version != 0 && known.version == version) {
    return {.kind = known.kind, .overrides = known.overrides};
  }
  const Gate gate = examine(state, type);
  // The look-ups made Python give the class a version, unless it has run out of them. No two
  // classes ever have the same.
  if (const unsigned int fresh = type->tp_version_tag; fresh != 0) {
    state.known_classes[fresh % state.known_classes.size()] = {fresh, gate.kind, gate.overrides};
  }
  return gate;
}

// Whether there may be more than the parts of a policy among the attributes.
bool may_have_strangers(const ControllerObject& controller) noexcept {
  if (controller.attributes == nullptr) return false;
  const Py_ssize_t usual = kPolicyParts + (controller.keeps_local ? 1 : 0);
  return PyDict_GET_SIZE(controller.attributes) != usual || controller.exposed ||
         controller.lacks_parts;
}

// The groups of the methods that were assigned to this controller alone.
unsigned overrides_among_attributes(const ControllerObject& controller,
                                    const ControllerKind& kind) noexcept {
  unsigned overrides = kOverridesNothing;
  PyObject *name = nullptr, *value = nullptr;
  Py_ssize_t position = 0;
  while (PyDict_Next(controller.attributes, &position, &name, &value)) {
    if (is_part(controller, name) || !PyUnicode_CheckExact(name)) continue;
    for (const Method& method : kind.methods) {
      if (method.of_instances && PyUnicode_Compare(method.name.get(), name) == 0) {
        overrides |= method.group;
      }
    }
  }
  return overrides;
}

bool is_in(PyObject* names, const Ref& name, const Ref& original) noexcept {
  PyObject* found = PyDict_GetItemWithError(names, name.get());
  if (found == nullptr) PyErr_Clear();
  return found == original.get();
}

// Whether the classes that calls are made of are those the door began with.
bool has_own_classes(const ModuleState& state, ControllerKind& kind) noexcept {
  PyObject* classes = kind.classes.get();
  if (classes == nullptr) return true;
  const std::uint64_t version = version_of(classes);
  if (version != 0 && version == kind.classes_seen) return true;
  if (!is_in(classes, state.names.state_class, kind.state_class) ||
      !is_in(classes, state.names.manager_class, kind.manager_class)) {
    return false;
  }
  kind.classes_seen = version;
  return true;
}

}  // namespace

Gate gate_of(PyObject* self) noexcept {
  Gate gate = gate_of_class(self);
  if (gate.kind == nullptr) return gate;
  const ControllerObject& controller = as_controller(self);
  if (may_have_strangers(controller)) {
    gate.overrides |= overrides_among_attributes(controller, *gate.kind);
  }
  if (!has_own_classes(*controller.state, *gate.kind)) gate.overrides |= kOverridesFields;
  return gate;
}

bool remember_methods(ControllerKind& kind) noexcept {
  for (const auto& [text, group] : kWatched) {
    Method method{
        .name = Ref::steal(PyUnicode_InternFromString(text)), .original = Ref{}, .group = group};
    if (!method.name || !find(kind.type.get(), method.name, method.original)) return false;
    // Special methods and what the parts of the policy are called are looked up elsewhere, and a
    // property wins against an attribute.
    method.of_instances = group != kOverridesFields && text[1] != '_' && method.original &&
                          Py_TYPE(method.original.get())->tp_descr_set == nullptr;
    kind.methods.push_back(std::move(method));
  }
  return true;
}

}  // namespace mainstay::binding::retry
