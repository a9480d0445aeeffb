// spec.cpp - see spec.hpp.
#include "binding/plugins/spec.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "binding/plugins/lookup.hpp"
#include "binding/plugins/names.hpp"
#include "binding/support/signature.hpp"

namespace mainstay::binding::plugins {
namespace {

struct Field {
  const char* name;
  PyObject* SpecObject::* object;
  const char* doc;
};

constexpr Field kFields[] = {
    {"namespace", &SpecObject::space, "The module or class the specification stands in."},
    {"name", &SpecObject::name, "The name of the hook."},
    {"function", &SpecObject::function, "The function that specifies it."},
    {"argnames", &SpecObject::argnames, "The arguments every call is to give, a tuple of str."},
    {"kwargnames", &SpecObject::kwargnames, "The arguments with a default, a tuple of str."},
    {"kwargdefaults", &SpecObject::kwargdefaults, "Those defaults, a dict."},
    {"opts", &SpecObject::opts, "The options it was marked with, a dict."},
    {"warn_on_impl", &SpecObject::warn_on_impl,
     "A warning for everyone who implements the hook, or None."},
    {"warn_on_impl_args", &SpecObject::warn_on_impl_args,
     "Warnings for those who ask for an argument, by its name; or None."},
};

void put(PyObject*& field, PyObject* value) noexcept {
  const Ref old = Ref::steal(std::exchange(field, Ref::share(value).release()));
}

// Whether a method without `self` is meant as one: it stands in a class and is no static method.
int expects_self(const ModuleState& state, PyObject* space, PyObject* name) noexcept {
  const int is_class = PyType_Check(space)
                           ? 1
                           : PyObject_IsInstance(space, reinterpret_cast<PyObject*>(&PyType_Type));
  if (is_class <= 0) return is_class;
  const Ref found = static_attribute(state, space, name);
  if (!found) {
    if (!PyErr_Occurred()) PyErr_SetObject(PyExc_AttributeError, name);
    return -1;
  }
  const int is_static =
      PyObject_IsInstance(found.get(), reinterpret_cast<PyObject*>(&PyStaticMethod_Type));
  return is_static < 0 ? -1 : 1 - is_static;
}

// {name: default}; as with zip(), the shorter of the two decides.
Ref defaults_by_name(const ModuleState& state, PyObject* function, PyObject* names) noexcept {
  if (is_plain_function(state, function) &&
      reinterpret_cast<PyFunctionObject*>(function)->func_defaults == nullptr) {
    return Ref::steal(PyDict_New());
  }
  const Ref inner = unwrap(state, function);
  if (!inner) return Ref{};
  const Ref defaults = Ref::steal(PyObject_GetAttr(inner.get(), state.names.defaults.get()));
  if (!defaults) return Ref{};
  Ref dict = Ref::steal(PyDict_New());
  const int any = PyObject_IsTrue(defaults.get());
  if (any <= 0 || !dict) return any < 0 ? Ref{} : std::move(dict);
  const Ref values = Ref::steal(PySequence_Tuple(defaults.get()));
  if (!values) return Ref{};
  const Py_ssize_t count = std::min(PyTuple_GET_SIZE(names), PyTuple_GET_SIZE(values.get()));
  for (Py_ssize_t i = 0; i < count; ++i) {
    if (PyDict_SetItem(dict.get(), PyTuple_GET_ITEM(names, i), PyTuple_GET_ITEM(values.get(), i)) <
        0) {
      return Ref{};
    }
  }
  return dict;
}

Ref option(PyObject* opts, const Ref& name) noexcept {
  if (!PyDict_CheckExact(opts))
    return Ref::steal(PyObject_CallMethod(opts, "get", "O", name.get()));
  PyObject* value = PyDict_GetItemWithError(opts, name.get());
  if (value == nullptr && PyErr_Occurred()) return Ref{};
  return Ref::share(value == nullptr ? Py_None : value);
}

int init(PyObject* self, PyObject* args, PyObject* kwargs) noexcept {
  static constexpr const char* kParameters[] = {"namespace", "name", "opts"};
  static constexpr Signature kSignature{"HookSpec.__init__", "self", kParameters, 3};
  PyObject* taken[std::size(kParameters)];
  if (!take_arguments(kSignature, args, kwargs, taken)) return -1;
  auto [space, name, opts] = taken;
  ModuleState* state = state_of(self);
  if (state == nullptr) return -1;
  const Ref function = Ref::steal(PyObject_GetAttr(space, name));
  if (!function) return -1;
  const int with_self = expects_self(*state, space, name);
  if (with_self < 0) return -1;
  ArgumentNames names;
  DoorObject* const door = door_of(*state, Py_TYPE(self), &DoorObject::hook_spec);
  if (!read_names(*state, function.get(), with_self == 1, names, door)) return -1;
  const Ref defaults = defaults_by_name(*state, function.get(), names.optional.get());
  if (!defaults) return -1;
  const Ref warning = option(opts, state->names.warn_on_impl);
  const Ref argument_warnings = warning ? option(opts, state->names.warn_on_impl_args) : Ref{};
  if (!argument_warnings) return -1;
  PyObject* const values[] = {
      space,          name, function.get(), names.required.get(),   names.optional.get(),
      defaults.get(), opts, warning.get(),  argument_warnings.get()};
  static_assert(std::size(values) == std::size(kFields));
  if (as_spec(self).function != nullptr) ++state->epoch;  // made anew: there may be plans of it
  for (std::size_t i = 0; i < std::size(kFields); ++i) {
    put(as_spec(self).*kFields[i].object, values[i]);
  }
  return 0;
}

PyObject* get_field(PyObject* self, void* closure) noexcept {
  const Field& field = *static_cast<const Field*>(closure);
  PyObject* value = as_spec(self).*field.object;
  if (value == nullptr) {
    return PyErr_Format(PyExc_AttributeError, "'%.100s' object has no attribute '%s'",
                        Py_TYPE(self)->tp_name, field.name);
  }
  return Ref::share(value).release();
}

int set_field(PyObject* self, PyObject* value, void* closure) noexcept {
  const Field& field = *static_cast<const Field*>(closure);
  ModuleState* state = state_of(self);
  if (state == nullptr) return -1;
  put(as_spec(self).*field.object, value);
  ++state->epoch;
  return 0;
}

int traverse(PyObject* self, visitproc visit, void* arg) noexcept {
  Py_VISIT(Py_TYPE(self));
  for (const Field& field : kFields) Py_VISIT(as_spec(self).*field.object);
  return 0;
}

int clear(PyObject* self) noexcept {
  for (const Field& field : kFields) Py_CLEAR(as_spec(self).*field.object);
  return 0;
}

std::array<PyGetSetDef, std::size(kFields) + 1> getters() noexcept {
  std::array<PyGetSetDef, std::size(kFields) + 1> all{};
  std::transform(std::begin(kFields), std::end(kFields), all.begin(), [](const Field& field) {
    return PyGetSetDef{field.name, get_field, set_field, field.doc, const_cast<Field*>(&field)};
  });
  return all;
}

char kDoc[] =
    "HookSpec(namespace, name, opts)\n--\n\nThe specification of the hook `name`.\n\n"
    "Raises AttributeError when the namespace has no such function. Shared between threads.";

}  // namespace

bool is_plain_spec(const ModuleState& state, PyObject* object) noexcept {
  const auto* type = reinterpret_cast<PyObject*>(Py_TYPE(object));
  const bool own = std::any_of(state.doors.begin(), state.doors.end(), [type](const Ref& door) {
    return as_door(door.get()).hook_spec == type;
  });
  if (!own) return false;
  const SpecObject& spec = as_spec(object);
  return spec.argnames != nullptr && PyTuple_CheckExact(spec.argnames) &&
         spec.kwargdefaults != nullptr && PyDict_CheckExact(spec.kwargdefaults) &&
         spec.opts != nullptr && PyDict_CheckExact(spec.opts);
}

bool add_spec_type(PyObject* module) noexcept {
  ModuleState& state = state_in(module);
  static auto all_getters = getters();  // a constant table, built from the list of fields
  PyType_Slot slots[] = {
      {Py_tp_doc, kDoc},
      {Py_tp_new, reinterpret_cast<void*>(PyType_GenericNew)},
      {Py_tp_init, reinterpret_cast<void*>(init)},
      {Py_tp_dealloc, reinterpret_cast<void*>(clear_and_free<clear>)},
      {Py_tp_traverse, reinterpret_cast<void*>(traverse)},
      {Py_tp_clear, reinterpret_cast<void*>(clear)},
      {Py_tp_getset, all_getters.data()},
      {0, nullptr},
  };
  PyType_Spec spec = {
      .name = "mainstay.plugins._native.HookSpec",
      .basicsize = sizeof(SpecObject),
      .itemsize = 0,
      .flags =
          Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE,
      .slots = slots,
  };
  state.spec_type = add_type(module, spec);
  return static_cast<bool>(state.spec_type);
}

}  // namespace mainstay::binding::plugins
