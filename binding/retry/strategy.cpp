// strategy.cpp - see strategy.hpp: the base type of all strategies, and the making of the others.
#include "binding/retry/strategy.hpp"

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <new>
#include <utility>
#include <vector>

#include "binding/retry/field.hpp"
#include "binding/retry/plan.hpp"
#include "binding/support/module_state.hpp"

namespace mainstay::binding::retry {
namespace {

// The kind whose native call `type` still has; null when Python defined or patched its call.
const StrategyKind* kind_of(const ModuleState& state, const PyTypeObject* type) noexcept {
  for (const StrategyKind& kind : state.kinds) {
    if (kind.call == type->tp_call) return &kind;
  }
  return nullptr;
}

bool is_adopted(const ModuleState& state, PyTypeObject* type) noexcept {
  return std::any_of(state.adopted.begin(), state.adopted.end(), [type](const Ref& each) {
    return each.get() == reinterpret_cast<PyObject*>(type);
  });
}

int traverse(PyObject* self, visitproc visit, void* arg) noexcept {
  Py_VISIT(Py_TYPE(self));
  Py_VISIT(as_strategy(self).attributes);
  // The answer refers to nothing but the namespace of the class's own module.
  return 0;
}

int clear(PyObject* self) noexcept {
  Py_CLEAR(as_strategy(self).attributes);
  return 0;
}

void destroy(PyObject* self) noexcept {
  PyTypeObject* type = Py_TYPE(self);
  PyObject_GC_UnTrack(self);
  Py_CLEAR(as_strategy(self).attributes);
  delete as_strategy(self).answer;
  type->tp_free(self);
  Py_DECREF(type);
}

// Whatever a plan read from this object may be different from now on.
StrategyObject& forget(PyObject* self) noexcept {
  StrategyObject& strategy = known(self);
  if (strategy.watched) ++strategy.state->epoch;
  strategy.watched = false;
  forget_answer(self);
  return strategy;
}

PyObject* attributes_of(PyObject* self) noexcept {
  StrategyObject& strategy = as_strategy(self);
  if (strategy.attributes == nullptr) strategy.attributes = PyDict_New();
  return strategy.attributes;
}

PyObject* get_dict(PyObject* self, void*) noexcept {
  if (known(self).adopted == Py_TYPE(self) && has_read_only_dict(Py_TYPE(self))) {
    PyObject* attributes = attributes_of(self);
    return attributes == nullptr ? nullptr : PyDictProxy_New(attributes);
  }
  forget(self).exposed = true;
  return Ref::share(attributes_of(self)).release();
}

int set_dict(PyObject* self, PyObject* value, void*) noexcept {
  if (value == nullptr || !PyDict_Check(value)) {
    PyErr_Format(PyExc_TypeError, "__dict__ must be set to a dictionary, not a '%.200s'",
                 value == nullptr ? "nothing" : Py_TYPE(value)->tp_name);
    return -1;
  }
  StrategyObject& strategy = forget(self);
  strategy.exposed = true;
  const Ref old = Ref::steal(strategy.attributes);
  strategy.attributes = Ref::share(value).release();
  return 0;
}

PyObject* get_fields(PyObject* self, PyObject*) noexcept {
  PyObject* attributes = attributes_of(self);
  return attributes == nullptr ? nullptr : PyDict_Copy(attributes);
}

// As object's own: no attributes are no state, not an empty one.
PyObject* get_state(PyObject* self, PyObject*) noexcept {
  PyObject* attributes = as_strategy(self).attributes;
  if (attributes == nullptr || PyDict_GET_SIZE(attributes) == 0) Py_RETURN_NONE;
  return get_fields(self, nullptr);
}

PyObject* fill(PyObject* self, PyObject* args, PyObject* kwargs) noexcept {
  PyObject* fields = kwargs;
  if (PyTuple_GET_SIZE(args) == 1) fields = PyTuple_GET_ITEM(args, 0);
  if (PyTuple_GET_SIZE(args) > 1 || fields == nullptr || !PyDict_Check(fields)) {
    return PyErr_Format(PyExc_TypeError, "give the fields by keyword, or one dict of them");
  }
  forget(self);
  PyObject* attributes = attributes_of(self);
  if (attributes == nullptr || PyDict_Update(attributes, fields) < 0) return nullptr;
  Py_RETURN_NONE;
}

PyObject** place_of_attributes(PyObject* self) noexcept { return &as_strategy(self).attributes; }

void about_to_change(PyObject* self, bool) noexcept { forget(self); }

constexpr FieldHome kHome{.attributes = place_of_attributes, .about_to_change = about_to_change};

// What a strategy of that kind is read from: every attribute that a plan may hold.
bool add_fields_of(const ModuleState& state, PyObject* type, Kind kind) noexcept {
  const Names& names = state.names;
  const auto add = [&](std::initializer_list<const Ref*> fields) {
    return add_fields(state, type, kHome, {fields.begin(), fields.size()});
  };
  switch (kind) {
    case Kind::stop_after_attempt: return add({&names.max_attempt_number});
    case Kind::stop_after_delay:
    case Kind::stop_before_delay: return add({&names.max_delay});
    case Kind::stop_when_event_set: return add({&names.event});
    case Kind::stop_any:
    case Kind::stop_all: return add({&names.stops});
    case Kind::wait_fixed: return add({&names.wait_fixed});
    case Kind::wait_random: return add({&names.wait_random_min, &names.wait_random_max});
    case Kind::wait_incrementing: return add({&names.start, &names.increment, &names.max});
    case Kind::wait_exponential:
    case Kind::wait_random_exponential:
      return add({&names.multiplier, &names.max, &names.exp_base, &names.min});
    case Kind::wait_exponential_jitter:
      return add({&names.multiplier, &names.max, &names.exp_base, &names.min, &names.jitter});
    case Kind::wait_chain: return add({&names.strategies});
    case Kind::wait_combine: return add({&names.wait_funcs});
    case Kind::wait_exception:
    case Kind::retry_if_exception:
    case Kind::retry_unless_exception:
    case Kind::retry_if_result:
    case Kind::retry_if_not_result: return add({&names.predicate});
    case Kind::retry_if_exception_type:
    case Kind::retry_if_not_exception_type:
    case Kind::retry_unless_exception_type: return add({&names.predicate, &names.exception_types});
    case Kind::retry_if_exception_cause_type: return add({&names.exception_cause_types});
    case Kind::retry_any:
    case Kind::retry_all: return add({&names.retries});
    case Kind::opaque:
    case Kind::stop_never:
    case Kind::retry_never:
    case Kind::retry_always: break;
  }
  return true;
}

PyMethodDef kMethods[] = {
    {"_fields", get_fields, METH_NOARGS, "A copy of the attributes."},
    {"_fill", as_method(fill), METH_VARARGS | METH_KEYWORDS,
     "Set attributes, past a class's own __setattr__."},
    {"__getstate__", get_state, METH_NOARGS, "What is pickled: the attributes."},
    {"__setstate__", as_method(fill), METH_VARARGS | METH_KEYWORDS,
     "Take the attributes from a pickle."},
    {nullptr, nullptr, 0, nullptr},
};

PyMemberDef kMembers[] = {
    {"__dictoffset__", T_PYSSIZET, offsetof(StrategyObject, attributes), READONLY, nullptr},
    {"__vectorcalloffset__", T_PYSSIZET, offsetof(StrategyObject, vectorcall), READONLY, nullptr},
    {nullptr, 0, 0, 0, nullptr},
};

// Said again for each type that is called this way: a type made ready with the flag must know the
// place by itself, which debug builds of Python check before anything is inherited.
PyMemberDef kMembersOfKinds[] = {
    {"__vectorcalloffset__", T_PYSSIZET, offsetof(StrategyObject, vectorcall), READONLY, nullptr},
    {nullptr, 0, 0, 0, nullptr},
};

PyGetSetDef kGetSet[] = {
    {"__dict__", get_dict, set_dict, nullptr, nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr},
};

char kDoc[] = "Base of the built-in strategies: attributes in a dict, assignments noticed.";

PyType_Slot kSlots[] = {
    {Py_tp_doc, kDoc},
    {Py_tp_dealloc, reinterpret_cast<void*>(destroy)},
    {Py_tp_traverse, reinterpret_cast<void*>(traverse)},
    {Py_tp_clear, reinterpret_cast<void*>(clear)},
    {Py_tp_methods, kMethods},
    {Py_tp_members, kMembers},
    {Py_tp_getset, kGetSet},
    {0, nullptr},
};

PyType_Spec kSpec = {
    .name = "mainstay.retry._native.Strategy",
    .basicsize = sizeof(StrategyObject),
    .itemsize = 0,
    .flags =
        Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = kSlots,
};

// The type of a kind, new; null with an exception set on failure.
Ref made(PyObject* module, const StrategyKind& kind) noexcept {
  ModuleState& state = state_in(module);
  PyType_Slot slots[] = {
      {Py_tp_doc, const_cast<char*>(kind.doc)},
      {Py_tp_call, reinterpret_cast<void*>(kind.call)},
      {Py_tp_members, kMembersOfKinds},
      {kind.methods == nullptr ? 0 : Py_tp_methods, kind.methods},
      {0, nullptr},
  };
  PyType_Spec spec = {
      .name = kind.name,
      .basicsize = 0,
      .itemsize = 0,
      .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_VECTORCALL |
               Py_TPFLAGS_IMMUTABLETYPE,
      .slots = slots,
  };
  Ref type = Ref::steal(PyType_FromModuleAndSpec(module, &spec, state.strategy_type.get()));
  if (!type || !add_fields_of(state, type.get(), kind.kind)) return Ref{};
  return type;
}

}  // namespace

PyObject* quick_call(PyObject* self, PyObject* const* args, std::size_t nargsf,
                     PyObject* kwnames) noexcept {
  StrategyObject& strategy = as_strategy(self);
  const Py_ssize_t count = PyVectorcall_NARGS(nargsf);
  const Py_ssize_t named = kwnames == nullptr ? 0 : PyTuple_GET_SIZE(kwnames);
  // One argument, by position or by its name, as both kinds of caller write it.
  const bool fits =
      count + named == 1 &&
      (named == 0 || PyTuple_GET_ITEM(kwnames, 0) == strategy.state->names.retry_state.get());
  if (fits && strategy.verdict != nullptr && Py_TYPE(self)->tp_call == strategy.call) {
    if (strategy.kind <= Kind::retry_always) {
      PyObject* answer = answer_at_once(*strategy.state, self, args[0]);
      if (answer != nullptr || PyErr_Occurred()) return answer;
    }
    return strategy.verdict(*strategy.state, self, args[0]);
  }
  const Ref positional = Ref::steal(PyTuple_New(count));
  if (!positional) return nullptr;
  for (Py_ssize_t i = 0; i < count; ++i) {
    PyTuple_SET_ITEM(positional.get(), i, Ref::share(args[i]).release());
  }
  Ref keywords;
  if (named > 0) {
    keywords = Ref::steal(PyDict_New());
    if (!keywords) return nullptr;
    for (Py_ssize_t i = 0; i < named; ++i) {
      if (PyDict_SetItem(keywords.get(), PyTuple_GET_ITEM(kwnames, i), args[count + i]) < 0) {
        return nullptr;
      }
    }
  }
  return Py_TYPE(self)->tp_call(self, positional.get(), keywords.get());
}

StrategyObject& introduce(PyObject* self) noexcept {
  StrategyObject& strategy = as_strategy(self);
  // Never null: every strategy's type was made for the module, or derives from one that was.
  strategy.state = &state_in(module_of(Py_TYPE(self), &module_definition));
  strategy.vectorcall = &quick_call;
  if (is_adopted(*strategy.state, Py_TYPE(self))) strategy.adopted = Py_TYPE(self);
  if (const StrategyKind* kind = kind_of(*strategy.state, Py_TYPE(self))) {
    strategy.kind = kind->kind;
    strategy.verdict = kind->verdict;
    strategy.call = kind->call;
  }
  return strategy;
}

PyObject* adopt(PyObject* module, PyObject* type) noexcept {
  ModuleState& state = state_in(module);
  if (!PyType_Check(type) ||
      !PyType_IsSubtype(reinterpret_cast<PyTypeObject*>(type),
                        reinterpret_cast<PyTypeObject*>(state.strategy_type.get()))) {
    return PyErr_Format(PyExc_TypeError, "adopt() takes a strategy class, got %R", type);
  }
  auto* strategy_class = reinterpret_cast<PyTypeObject*>(type);
#if PY_VERSION_HEX < 0x030C0000
  // Newer Pythons pass this on to subclasses by themselves, and take it back when a program
  // patches __call__; quick_call() looks for that itself.
  if (kind_of(state, strategy_class) != nullptr) {
    strategy_class->tp_flags |= Py_TPFLAGS_HAVE_VECTORCALL;
    PyType_Modified(strategy_class);
  }
#endif
  if (!is_adopted(state, strategy_class)) state.adopted.push_back(Ref::share(type));
  return Ref::share(type).release();
}

bool add_strategy_base(PyObject* module) noexcept {
  ModuleState& state = state_in(module);
  state.strategy_type = add_type(module, kSpec);
  return static_cast<bool>(state.strategy_type);
}

bool add_strategies(PyObject* module, std::span<const StrategyKind> kinds) noexcept {
  std::vector<StrategyKind>& known_kinds = state_in(module).kinds;
  try {
    known_kinds.insert(known_kinds.end(), kinds.begin(), kinds.end());
  } catch (const std::bad_alloc&) {
    PyErr_NoMemory();
    return false;
  }
  return std::all_of(kinds.begin(), kinds.end(), [module](const StrategyKind& kind) {
    const Ref type = made(module, kind);
    return type && PyModule_AddType(module, reinterpret_cast<PyTypeObject*>(type.get())) == 0;
  });
}

bool is_transparent(ModuleState& state, PyObject* object) noexcept {
  PyTypeObject* type = Py_TYPE(object);
  if (!PyType_IsSubtype(type, reinterpret_cast<PyTypeObject*>(state.strategy_type.get()))) {
    return false;
  }
  const StrategyObject& strategy = known(object);
  return strategy.adopted == type && strategy.kind != Kind::opaque &&
         type->tp_call == strategy.call;
}

PyObject* own_attribute(PyObject* strategy, const Ref& name) noexcept {
  PyObject* attributes = as_strategy(strategy).attributes;
  return attributes == nullptr ? nullptr : PyDict_GetItemWithError(attributes, name.get());
}

}  // namespace mainstay::binding::retry
