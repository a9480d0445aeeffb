// caller.cpp - see caller.hpp: the type, its fields, and its list of implementations.
#include "binding/plugins/caller.hpp"

#include <cstddef>
#include <iterator>
#include <new>
#include <utility>

#include "binding/plugins/impl.hpp"
#include "binding/plugins/manager.hpp"
#include "binding/plugins/special.hpp"
#include "binding/support/signature.hpp"

namespace mainstay::binding::plugins {
namespace {

void put(PyObject*& field, PyObject* value) noexcept {
  // The old object goes last: its finalizer may look at this field.
  const Ref old = Ref::steal(std::exchange(field, Ref::share(value).release()));
}

// A field that was never filled is an attribute that is not there, as with slots.
Ref present(PyObject* self, PyObject* field, const char* name) noexcept {
  if (field == nullptr) {
    PyErr_Format(PyExc_AttributeError, "'%.100s' object has no attribute '%s'",
                 Py_TYPE(self)->tp_name, name);
  }
  return Ref::share(field);
}

// --- fields -------------------------------------------------------------------------------------

struct Field {
  const char* name;
  PyObject* CallerObject::* object;
  Ref Names::* interned;
  bool shared;  // a subset shows the original's
};

constexpr Field kName{"name", &CallerObject::name, &Names::name, false};
constexpr Field kHookexec{"_hookexec", &CallerObject::hookexec, &Names::hookexec, false};
constexpr Field kHookimpls{"_hookimpls", &CallerObject::hookimpls, &Names::hookimpls, true};
constexpr Field kHistory{"_call_history", &CallerObject::history, &Names::call_history, true};
constexpr Field kSpec{"spec", &CallerObject::spec, &Names::spec, true};

// The value as the native type has it, whatever a subclass says.
Ref own_field(PyObject* self, const Field& field) noexcept {
  const CallerObject& caller = as_caller(self);
  const bool shared =
      field.shared || (field.object == &CallerObject::hookexec && follows_execution(caller));
  if (!shared || caller.original == nullptr) {
    return present(self, caller.*field.object, field.name);
  }
  Ref value =
      Ref::steal(PyObject_GetAttr(caller.original, (caller.state->names.*field.interned).get()));
  if (!value || field.object != &CallerObject::hookimpls) return value;
  return without(*caller.state, value.get(), caller.removed);
}

Ref field_of(PyObject* self, const Field& field) noexcept {
  if (is_own_caller(self)) return own_field(self, field);
  const ModuleState* state = state_of(self);
  if (state == nullptr) return Ref{};
  return Ref::steal(PyObject_GetAttr(self, (state->names.*field.interned).get()));
}

PyObject* get_field(PyObject* self, void* closure) noexcept {
  return own_field(self, *static_cast<const Field*>(closure)).release();
}

int set_field(PyObject* self, PyObject* value, void* closure) noexcept {
  const Field& field = *static_cast<const Field*>(closure);
  CallerObject& caller = as_caller(self);
  const bool shared =
      field.shared || (field.object == &CallerObject::hookexec && follows_execution(caller));
  if (shared && caller.original != nullptr) {
    PyErr_Format(PyExc_AttributeError,
                 "'%.100s' object has no setter for '%s': it is the original's",
                 Py_TYPE(self)->tp_name, field.name);
    return -1;
  }
  if (field.object == &CallerObject::hookexec) {
    set_hookexec(caller, value);
  } else {
    put(caller.*field.object, value);
  }
  return 0;
}

PyObject* get_removed(PyObject* self, void*) noexcept {
  return present(self, as_caller(self).removed, "_remove_plugins").release();
}

int set_removed(PyObject* self, PyObject* value, void*) noexcept {
  CallerObject& caller = as_caller(self);
  if (caller.original == nullptr || value == nullptr) {
    PyErr_Format(PyExc_AttributeError, "'%.100s' object has no attribute '_remove_plugins' to %s",
                 Py_TYPE(self)->tp_name, value == nullptr ? "delete" : "set");
    return -1;
  }
  // What was left out of the plan is to be found out again.
  const Held<Plan> old = std::exchange(caller.plan, {});
  put(caller.removed, value);
  return 0;
}

PyGetSetDef kGetters[] = {
    {"name", get_field, set_field, "The name of the hook.", const_cast<Field*>(&kName)},
    {"spec", get_field, set_field, "Its specification, a HookSpec; None while there is none.",
     const_cast<Field*>(&kSpec)},
    {"_hookexec", get_field, set_field, "What executes its calls.", const_cast<Field*>(&kHookexec)},
    {"_hookimpls", get_field, set_field, "The implementations, in reverse calling order.",
     const_cast<Field*>(&kHookimpls)},
    {"_call_history", get_field, set_field,
     "The calls so far of a historic hook, a list; None for any other.",
     const_cast<Field*>(&kHistory)},
    {"_remove_plugins", get_removed, set_removed,
     "Of a subset: the plugins that are left out, a set.", nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr},
};

PyMemberDef kMembers[] = {
    {"_orig", T_OBJECT_EX, offsetof(CallerObject, original), READONLY,
     "Of a subset: the hook it is a subset of."},
    {"__vectorcalloffset__", T_PYSSIZET, offsetof(CallerObject, vectorcall), READONLY, nullptr},
    {nullptr, 0, 0, 0, nullptr},
};

// --- the list of implementations ----------------------------------------------------------------

PyObject* has_spec(PyObject* self) noexcept {
  const Ref spec = spec_of(self);
  return spec ? PyBool_FromLong(spec.get() != Py_None) : nullptr;
}

PyObject* is_historic(PyObject* self) noexcept {
  const Ref history = history_of(self);
  return history ? PyBool_FromLong(history.get() != Py_None) : nullptr;
}

PyObject* get_hookimpls(PyObject* self) noexcept {
  const Ref list = hookimpls_of(self);
  if (!list) return nullptr;
  if (PyList_CheckExact(list.get())) {
    return PyList_GetSlice(list.get(), 0, PyList_GET_SIZE(list.get()));
  }
  return PyObject_CallMethod(list.get(), "copy", nullptr);
}

// A list as the engine's ordering sees it.
struct OwnImpls {
  PyObject* list;
  [[nodiscard]] std::size_t size() const noexcept {
    return static_cast<std::size_t>(PyList_GET_SIZE(list));
  }
  [[nodiscard]] PyObject* operator[](std::size_t at) const noexcept {
    return PyList_GET_ITEM(list, static_cast<Py_ssize_t>(at));
  }
};

bool all_own(const ModuleState& state, PyObject* list) noexcept {
  for (Py_ssize_t i = 0; i < PyList_GET_SIZE(list); ++i) {
    if (!is_own_impl(state, PyList_GET_ITEM(list, i))) return false;
  }
  return true;
}

// Where an implementation enters the list; -1 with an exception set.
Py_ssize_t place_in(const ModuleState& state, PyObject* list, PyObject* impl) {
  using mainstay::plugins::place;
  using mainstay::plugins::Traits;
  Traits added;
  if (!read_traits(state, impl, added)) return -1;
  if (all_own(state, list)) {
    return static_cast<Py_ssize_t>(place(OwnImpls{list}, added, own_traits));
  }
  // Asking foreign objects may run Python, which may change the list: ask all of them first.
  const Ref held = Ref::steal(PyList_AsTuple(list));
  if (!held) return -1;
  std::vector<Traits> traits(static_cast<std::size_t>(PyTuple_GET_SIZE(held.get())));
  for (std::size_t i = 0; i < traits.size(); ++i) {
    PyObject* each = PyTuple_GET_ITEM(held.get(), static_cast<Py_ssize_t>(i));
    if (!read_traits(state, each, traits[i])) return -1;
  }
  return static_cast<Py_ssize_t>(place(traits, added));
}

PyObject* add_hookimpl(PyObject* self, PyObject* impl) noexcept {
  const ModuleState* state = state_of(self);
  const Ref list = state == nullptr ? Ref{} : hookimpls_of(self);
  if (!list) return nullptr;
  if (!PyList_Check(list.get())) {
    return PyErr_Format(PyExc_TypeError, "_hookimpls must be a list, got %R", list.get());
  }
  try {
    const Py_ssize_t at = place_in(*state, list.get(), impl);
    if (at < 0 || PyList_Insert(list.get(), at, impl) < 0) return nullptr;
  } catch (const std::bad_alloc&) {
    return PyErr_NoMemory();
  }
  Py_RETURN_NONE;
}

PyObject* remove_plugin(PyObject* self, PyObject* plugin) noexcept {
  const ModuleState* state = state_of(self);
  const Ref list = state == nullptr ? Ref{} : hookimpls_of(self);
  if (!list) return nullptr;
  const Ref before = Ref::steal(PySequence_Tuple(list.get()));
  const Ref remaining = before ? Ref::steal(PyList_New(0)) : Ref{};
  if (!remaining) return nullptr;
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(before.get()); ++i) {
    PyObject* impl = PyTuple_GET_ITEM(before.get(), i);
    const Ref owner = Ref::steal(PyObject_GetAttr(impl, state->names.plugin.get()));
    const Ref differs =
        owner ? Ref::steal(PyObject_RichCompare(owner.get(), plugin, Py_NE)) : Ref{};
    const int stays = differs ? PyObject_IsTrue(differs.get()) : -1;
    if (stays < 0 || (stays == 1 && PyList_Append(remaining.get(), impl) < 0)) return nullptr;
  }
  if (PyList_GET_SIZE(remaining.get()) == PyTuple_GET_SIZE(before.get())) {
    return PyErr_Format(PyExc_ValueError, "plugin %R not found", plugin);
  }
  // The plugin is not to live on for a call that may never come.
  const Held<Plan> old = std::exchange(as_caller(self).plan, {});
  const Py_ssize_t size = PyObject_Length(list.get());
  if (size < 0 || PySequence_SetSlice(list.get(), 0, size, remaining.get()) < 0) return nullptr;
  Py_RETURN_NONE;
}

// --- the specification --------------------------------------------------------------------------

bool set_specification_to(PyObject* self, PyObject* space, PyObject* opts) noexcept {
  const CallerObject& caller = as_caller(self);
  const Ref before = spec_of(self);
  if (!before) return false;
  if (before.get() != Py_None) {
    const Ref name = Ref::steal(PyObject_GetAttrString(before.get(), "name"));
    const Ref old = name ? Ref::steal(PyObject_GetAttrString(before.get(), "namespace")) : Ref{};
    if (old) {
      PyErr_Format(PyExc_ValueError, "Hook %R is already registered within namespace %S",
                   name.get(), old.get());
    }
    return false;
  }
  if (caller.door == nullptr) {
    PyErr_SetString(PyExc_AttributeError, "the hook was not initialised");
    return false;
  }
  const Ref name = name_of(self);
  if (!name) return false;
  const Ref spec = Ref::steal(PyObject_CallFunctionObjArgs(as_door(caller.door).hook_spec, space,
                                                           name.get(), opts, nullptr));
  if (!spec || PyObject_SetAttr(self, caller.state->names.spec.get(), spec.get()) < 0) return false;
  const Ref historic =
      PyDict_CheckExact(opts)
          ? Ref::share(PyDict_GetItemWithError(opts, caller.state->names.historic.get()))
          : Ref::steal(PyObject_CallMethod(opts, "get", "s", "historic"));
  if (!historic) return !PyErr_Occurred();
  const int keeps = historic ? PyObject_IsTrue(historic.get()) : -1;
  if (keeps <= 0) return keeps == 0;
  const Ref history = Ref::steal(PyList_New(0));
  return history &&
         PyObject_SetAttr(self, caller.state->names.call_history.get(), history.get()) == 0;
}

PyObject* set_specification(PyObject* self, PyObject* args, PyObject* kwargs) noexcept {
  static constexpr const char* kParameters[] = {"specmodule_or_class", "spec_opts"};
  static constexpr Signature kSignature{"HookCaller.set_specification", "self", kParameters, 2};
  PyObject* taken[std::size(kParameters)];
  if (!take_arguments(kSignature, args, kwargs, taken)) return nullptr;
  auto [space, opts] = taken;
  if (!set_specification_to(self, space, opts)) return nullptr;
  Py_RETURN_NONE;
}

// --- making one ---------------------------------------------------------------------------------

PyObject* make(PyTypeObject* type, PyObject*, PyObject*) noexcept {
  PyObject* self = type->tp_alloc(type, 0);
  if (self == nullptr) return nullptr;
  CallerObject& caller = as_caller(self);
  new (&caller.plan) Held<Plan>();
  caller.vectorcall = &call_hook;
  caller.state = state_of(self);
  if (caller.state == nullptr) {
    Py_DECREF(self);
    return nullptr;
  }
  return self;
}

int init_subset(PyObject* self, PyObject* args, PyObject* kwargs) noexcept {
  static constexpr const char* kParameters[] = {"orig", "remove_plugins"};
  static constexpr Signature kSignature{"_SubsetHookCaller.__init__", "self", kParameters, 2};
  PyObject* taken[std::size(kParameters)];
  if (!take_arguments(kSignature, args, kwargs, taken)) return -1;
  auto [original, removed] = taken;
  CallerObject& caller = as_caller(self);
  const Names& names = caller.state->names;
  const Ref name = Ref::steal(PyObject_GetAttr(original, names.name.get()));
  const Ref hookexec = name ? Ref::steal(PyObject_GetAttr(original, names.hookexec.get())) : Ref{};
  if (!hookexec) return -1;
  caller.plan = {};
  put(caller.original, original);
  put(caller.removed, removed);
  put(caller.name, name.get());
  if (!follows_execution(caller)) set_hookexec(caller, hookexec.get());
  return 0;
}

int init_whole(PyObject* self, PyObject* args, PyObject* kwargs) noexcept {
  static constexpr const char* kParameters[] = {"name", "hook_execute", "specmodule_or_class",
                                                "spec_opts"};
  static constexpr Signature kSignature{"HookCaller.__init__", "self", kParameters, 2};
  PyObject* taken[std::size(kParameters)];
  if (!take_arguments(kSignature, args, kwargs, taken)) return -1;
  PyObject *name = taken[0], *hookexec = taken[1];
  PyObject* space = taken[2] == nullptr ? Py_None : taken[2];
  PyObject* opts = taken[3] == nullptr ? Py_None : taken[3];
  CallerObject& caller = as_caller(self);
  const Ref list = Ref::steal(PyList_New(0));
  if (!list) return -1;
  put(caller.name, name);
  set_hookexec(caller, hookexec);
  put(caller.hookimpls, list.get());
  put(caller.history, Py_None);
  put(caller.spec, Py_None);
  if (space == Py_None) return 0;
  if (opts == Py_None) {
    PyErr_SetNone(PyExc_AssertionError);
    return -1;
  }
  if (is_own_caller(self)) return set_specification_to(self, space, opts) ? 0 : -1;
  const Ref set = Ref::steal(PyObject_CallMethod(self, "set_specification", "OO", space, opts));
  return set ? 0 : -1;
}

int init(PyObject* self, PyObject* args, PyObject* kwargs) noexcept {
  CallerObject& caller = as_caller(self);
  const DoorObject* door = door_of(*caller.state, Py_TYPE(self), &DoorObject::subset_hook_caller);
  const bool is_subset = door != nullptr;
  if (!is_subset) door = door_of(*caller.state, Py_TYPE(self), &DoorObject::hook_caller);
  if (door == nullptr) {
    PyErr_Format(PyExc_TypeError, "%R is not the class of a door: use its HookCaller",
                 Py_TYPE(self));
    return -1;
  }
  put(caller.door, reinterpret_cast<PyObject*>(const_cast<DoorObject*>(door)));
  return is_subset ? init_subset(self, args, kwargs) : init_whole(self, args, kwargs);
}

PyObject* represent(PyObject* self) noexcept {
  const Ref name = name_of(self);
  if (!name) return nullptr;
  return PyUnicode_FromFormat(
      as_caller(self).original == nullptr ? "<HookCaller %R>" : "<_SubsetHookCaller %R>",
      name.get());
}

int traverse(PyObject* self, visitproc visit, void* arg) noexcept {
  CallerObject& caller = as_caller(self);
  Py_VISIT(Py_TYPE(self));
  for (PyObject* each : {caller.door, caller.name, caller.hookexec, caller.hookimpls,
                         caller.history, caller.spec, caller.original, caller.removed}) {
    Py_VISIT(each);
  }
  return caller.plan ? caller.plan->traverse(visit, arg) : 0;
}

int clear(PyObject* self) noexcept {
  CallerObject& caller = as_caller(self);
  caller.manager = nullptr;
  caller.special = nullptr;
  caller.plan = {};
  for (PyObject** each : {&caller.door, &caller.name, &caller.hookexec, &caller.hookimpls,
                          &caller.history, &caller.spec, &caller.original, &caller.removed}) {
    Py_CLEAR(*each);
  }
  return 0;
}

void destroy(PyObject* self) noexcept {
  PyTypeObject* type = Py_TYPE(self);
  PyObject_GC_UnTrack(self);
  clear(self);
  as_caller(self).plan.~Held<Plan>();
  type->tp_free(self);
  Py_DECREF(type);
}

constexpr const char* kHookimpl[] = {"hookimpl"};
constexpr const char* kPlugin[] = {"plugin"};
constexpr const char* kMethod[] = {"method"};
constexpr const char* kKwargs[] = {"kwargs"};
constexpr Signature kHasSpec{"HookCaller.has_spec", "self", {}, 0};
constexpr Signature kIsHistoric{"HookCaller.is_historic", "self", {}, 0};
constexpr Signature kGetHookimpls{"HookCaller.get_hookimpls", "self", {}, 0};
constexpr Signature kAddHookimpl{"HookCaller._add_hookimpl", "self", kHookimpl, 1};
constexpr Signature kRemovePlugin{"HookCaller._remove_plugin", "self", kPlugin, 1};
constexpr Signature kMaybeApplyHistory{"HookCaller._maybe_apply_history", "self", kMethod, 1};
constexpr Signature kApplyDefaults{"HookCaller._apply_defaults", "self", kKwargs, 1};
constexpr Signature kVerifyArguments{"HookCaller._verify_all_args_are_provided", "self", kKwargs,
                                     1};

PyMethodDef kMethods[] = {
    {"has_spec", as_signed_method<kHasSpec, has_spec>(), METH_FASTCALL | METH_KEYWORDS,
     "has_spec($self)\n--\n\nWhether the hook has a specification."},
    {"is_historic", as_signed_method<kIsHistoric, is_historic>(), METH_FASTCALL | METH_KEYWORDS,
     "is_historic($self)\n--\n\n"
     "Whether its calls are kept for implementations that are registered later."},
    {"get_hookimpls", as_signed_method<kGetHookimpls, get_hookimpls>(),
     METH_FASTCALL | METH_KEYWORDS,
     "get_hookimpls($self)\n--\n\n"
     "Return its implementations in reverse calling order, as a new list."},
    {"set_specification", as_method(set_specification), METH_VARARGS | METH_KEYWORDS,
     "set_specification($self, specmodule_or_class, spec_opts)\n--\n\n"
     "Give the hook its specification.\n\n"
     "Raises ValueError when it has one."},
    {"call_historic", as_method(call_historic), METH_VARARGS | METH_KEYWORDS,
     "call_historic($self, result_callback=None, kwargs=None)\n--\n\n"
     "Call all implementations, and those that are registered later when they are.\n"
     " Each result that is not None goes to the callback."},
    {"call_extra", as_method(call_extra), METH_VARARGS | METH_KEYWORDS,
     "call_extra($self, methods, kwargs)\n--\n\n"
     "Call the hook with further functions among its implementations for this one call."},
    {"_mainstay_report", as_method(report_hook), METH_FASTCALL | METH_KEYWORDS,
     "_mainstay_report($self, /, **kwargs)\n--\n\n"
     "The same call, with who said what: a Report. Raises what the call raises."},
    {"_mainstay_steps", as_method(steps_of_hook), METH_FASTCALL | METH_KEYWORDS,
     "_mainstay_steps($self, way, /, **kwargs)\n--\n\n"
     "The same call made step by step, for somebody who awaits: Steps, or None when it has to be\n"
     "made otherwise. `way`: 'in order', 'report' for the same with a Report, or 'together'."},
    {"_add_hookimpl", as_signed_method<kAddHookimpl, add_hookimpl>(), METH_FASTCALL | METH_KEYWORDS,
     "_add_hookimpl($self, hookimpl)\n--\n\nPut an implementation in its place in the list."},
    {"_remove_plugin", as_signed_method<kRemovePlugin, remove_plugin>(),
     METH_FASTCALL | METH_KEYWORDS,
     "_remove_plugin($self, plugin)\n--\n\n"
     "Remove all implementations of a plugin. Raises ValueError when there is none."},
    {"_maybe_apply_history", as_signed_method<kMaybeApplyHistory, maybe_apply_history>(),
     METH_FASTCALL | METH_KEYWORDS,
     "_maybe_apply_history($self, method)\n--\n\n"
     "Call an implementation with the calls kept so far."},
    {"_apply_defaults", as_signed_method<kApplyDefaults, apply_defaults>(),
     METH_FASTCALL | METH_KEYWORDS,
     "_apply_defaults($self, kwargs)\n--\n\n"
     "Return the arguments with the specification's defaults for those that are not given."},
    {"_verify_all_args_are_provided", as_signed_method<kVerifyArguments, verify_arguments>(),
     METH_FASTCALL | METH_KEYWORDS,
     "_verify_all_args_are_provided($self, kwargs)\n--\n\n"
     "Warn about arguments of the specification that are not given."},
    {nullptr, nullptr, 0, nullptr},
};

char kDoc[] =
    "HookCaller(name, hook_execute, specmodule_or_class=None, spec_opts=None)\n--\n\nOne hook.\n\n"
    "Called with keyword arguments it calls its implementations and returns their results.\n"
    "Shared between threads: a call runs the implementations there were when it began.";

PyType_Slot kSlots[] = {
    {Py_tp_doc, kDoc},
    {Py_tp_new, reinterpret_cast<void*>(make)},
    {Py_tp_init, reinterpret_cast<void*>(init)},
    {Py_tp_call, reinterpret_cast<void*>(call_hook_with_dict)},
    {Py_tp_repr, reinterpret_cast<void*>(represent)},
    {Py_tp_dealloc, reinterpret_cast<void*>(destroy)},
    {Py_tp_traverse, reinterpret_cast<void*>(traverse)},
    {Py_tp_clear, reinterpret_cast<void*>(clear)},
    {Py_tp_methods, kMethods},
    {Py_tp_members, kMembers},
    {Py_tp_getset, kGetters},
    {0, nullptr},
};

PyType_Spec kTypeSpec = {
    .name = "mainstay.plugins._native.HookCaller",
    .basicsize = sizeof(CallerObject),
    .itemsize = 0,
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC |
             Py_TPFLAGS_HAVE_VECTORCALL | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = kSlots,
};

}  // namespace

void set_hookexec(CallerObject& caller, PyObject* hookexec) noexcept {
  caller.special = native_special(*caller.state, hookexec);
  caller.manager =
      caller.special == nullptr ? native_manager(hookexec) : as_special(caller.special).manager;
  put(caller.hookexec, hookexec);
}

Ref hookimpls_of(PyObject* self) noexcept { return field_of(self, kHookimpls); }
Ref spec_of(PyObject* self) noexcept { return field_of(self, kSpec); }
Ref history_of(PyObject* self) noexcept { return field_of(self, kHistory); }
Ref name_of(PyObject* self) noexcept { return field_of(self, kName); }
Ref hookexec_of(PyObject* self) noexcept { return field_of(self, kHookexec); }

Ref without(const ModuleState& state, PyObject* list, PyObject* removed) noexcept {
  const Ref all = Ref::steal(PySequence_Tuple(list));
  Ref remaining = all ? Ref::steal(PyList_New(0)) : Ref{};
  if (!remaining) return remaining;
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(all.get()); ++i) {
    PyObject* impl = PyTuple_GET_ITEM(all.get(), i);
    const Ref owner = Ref::steal(PyObject_GetAttr(impl, state.names.plugin.get()));
    const int goes = owner ? PySequence_Contains(removed, owner.get()) : -1;
    if (goes < 0 || (goes == 0 && PyList_Append(remaining.get(), impl) < 0)) return Ref{};
  }
  return remaining;
}

bool add_caller_type(PyObject* module) noexcept {
  ModuleState& state = state_in(module);
  state.caller_type = add_type(module, kTypeSpec);
  return static_cast<bool>(state.caller_type);
}

}  // namespace mainstay::binding::plugins
