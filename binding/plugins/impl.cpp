// impl.cpp - see impl.hpp.
#include "binding/plugins/impl.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "binding/plugins/names.hpp"
#include "binding/support/signature.hpp"

namespace mainstay::binding::plugins {
namespace {

struct Field {
  const char* name;
  PyObject* ImplObject::* object;
  bool ImplObject::* flag;  // what the object's truth is kept in; null for most
  const char* doc;
};

constexpr Field kFields[] = {
    {"function", &ImplObject::function, nullptr, "The function that is called."},
    {"argnames", &ImplObject::argnames, nullptr, "The arguments it requires, a tuple of str."},
    {"kwargnames", &ImplObject::kwargnames, nullptr,
     "The arguments it has defaults for, a tuple of str. Keyword-only ones are not among them."},
    {"plugin", &ImplObject::plugin, nullptr, "The plugin it belongs to."},
    {"plugin_name", &ImplObject::plugin_name, nullptr, "The name of that plugin."},
    {"opts", &ImplObject::opts, nullptr, "The options it was marked with, a dict."},
    {"wrapper", &ImplObject::wrapper, &ImplObject::is_wrapper,
     "Whether it runs around the others, as a generator of the present kind."},
    {"hookwrapper", &ImplObject::hookwrapper, &ImplObject::is_hookwrapper,
     "Whether it runs around the others, as a generator of the old kind, which gets a Result."},
    {"optionalhook", &ImplObject::optionalhook, nullptr,
     "Whether the hook it is for may be unknown."},
    {"tryfirst", &ImplObject::tryfirst, &ImplObject::is_first,
     "Whether it wants to run before the others."},
    {"trylast", &ImplObject::trylast, &ImplObject::is_last,
     "Whether it wants to run after the others."},
};

constexpr std::size_t kFirstOption = 6;  // from `wrapper` on the fields are keys of the options
constexpr Ref Names::* kOptions[] = {&Names::wrapper, &Names::hookwrapper, &Names::optionalhook,
                                     &Names::tryfirst, &Names::trylast};
static_assert(kFirstOption + std::size(kOptions) == std::size(kFields));

bool is_tuple_of_names(PyObject* object) noexcept {
  if (object == nullptr || !PyTuple_CheckExact(object)) return false;
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(object); ++i) {
    if (!PyUnicode_CheckExact(PyTuple_GET_ITEM(object, i))) return false;
  }
  return true;
}

// Puts a value into a field and its truth beside it. False with an exception set, and no change.
bool put(ImplObject& impl, const Field& field, PyObject* value) noexcept {
  int truth = 0;
  if (field.flag != nullptr && value != nullptr) {
    truth = PyObject_IsTrue(value);
    if (truth < 0) return false;
  }
  // The old object goes last: its finalizer may look at this field.
  const Ref old = Ref::steal(std::exchange(impl.*field.object, Ref::share(value).release()));
  if (field.flag != nullptr) impl.*field.flag = truth == 1;
  impl.named_plainly = is_tuple_of_names(impl.argnames) && is_tuple_of_names(impl.kwargnames);
  return true;
}

bool fill(ModuleState& state, ImplObject& impl, PyObject* plugin, PyObject* plugin_name,
          PyObject* function, PyObject* opts) noexcept {
  ArgumentNames names;
  if (!read_names(state, function, false, names)) return false;
  if (impl.function != nullptr) ++state.epoch;  // made anew: nobody has a plan of it otherwise
  PyObject* const values[] = {function, names.required.get(), names.optional.get(),
                              plugin,   plugin_name,          opts};
  for (std::size_t i = 0; i < kFirstOption; ++i) {
    if (!put(impl, kFields[i], values[i])) return false;
  }
  for (std::size_t i = kFirstOption; i < std::size(kFields); ++i) {
    const Ref value =
        Ref::steal(PyObject_GetItem(opts, (state.names.*kOptions[i - kFirstOption]).get()));
    if (!value || !put(impl, kFields[i], value.get())) return false;
  }
  return true;
}

int init(PyObject* self, PyObject* args, PyObject* kwargs) noexcept {
  static constexpr const char* kParameters[] = {"plugin", "plugin_name", "function",
                                                "hook_impl_opts"};
  static constexpr Signature kSignature{"HookImpl.__init__", "self", kParameters, 4};
  PyObject* taken[std::size(kParameters)];
  if (!take_arguments(kSignature, args, kwargs, taken)) return -1;
  auto [plugin, plugin_name, function, opts] = taken;
  ModuleState* state = state_of(self);
  if (state == nullptr) return -1;
  return fill(*state, as_impl(self), plugin, plugin_name, function, opts) ? 0 : -1;
}

PyObject* get_field(PyObject* self, void* closure) noexcept {
  const Field& field = *static_cast<const Field*>(closure);
  PyObject* value = as_impl(self).*field.object;
  if (value == nullptr) {
    return PyErr_Format(PyExc_AttributeError, "'%.100s' object has no attribute '%s'",
                        Py_TYPE(self)->tp_name, field.name);
  }
  return Ref::share(value).release();
}

int set_field(PyObject* self, PyObject* value, void* closure) noexcept {
  const Field& field = *static_cast<const Field*>(closure);
  ModuleState* state = state_of(self);
  if (state == nullptr || !put(as_impl(self), field, value)) return -1;
  ++state->epoch;
  return 0;
}

PyObject* represent(PyObject* self) noexcept {
  const Ref plugin_name = Ref::steal(PyObject_GetAttrString(self, "plugin_name"));
  if (!plugin_name) return nullptr;
  const Ref plugin = Ref::steal(PyObject_GetAttrString(self, "plugin"));
  if (!plugin) return nullptr;
  return PyUnicode_FromFormat("<HookImpl plugin_name=%R, plugin=%R>", plugin_name.get(),
                              plugin.get());
}

int traverse(PyObject* self, visitproc visit, void* arg) noexcept {
  Py_VISIT(Py_TYPE(self));
  for (const Field& field : kFields) Py_VISIT(as_impl(self).*field.object);
  return 0;
}

int clear(PyObject* self) noexcept {
  for (const Field& field : kFields) Py_CLEAR(as_impl(self).*field.object);
  return 0;
}

std::array<PyGetSetDef, std::size(kFields) + 1> getters() noexcept {
  std::array<PyGetSetDef, std::size(kFields) + 1> all{};
  std::transform(std::begin(kFields), std::end(kFields), all.begin(), [](const Field& field) {
    return PyGetSetDef{field.name, get_field, set_field, field.doc, const_cast<Field*>(&field)};
  });
  return all;
}

bool read_flag(PyObject* impl, PyObject* name, bool& flag) noexcept {
  const Ref value = Ref::steal(PyObject_GetAttr(impl, name));
  if (!value) return false;
  const int truth = PyObject_IsTrue(value.get());
  if (truth < 0) return false;
  flag = truth == 1;
  return true;
}

char kDoc[] =
    "HookImpl(plugin, plugin_name, function, hook_impl_opts)\n--\n\n"
    "One implementation of a hook.\n\n"
    "`hook_impl_opts` is a dict with the keys wrapper, hookwrapper, optionalhook, tryfirst and\n"
    "trylast. Raises KeyError for one that is missing. Shared between threads once it is made.";

}  // namespace

bool is_own_impl(const ModuleState& state, PyObject* object) noexcept {
  const auto* type = reinterpret_cast<PyObject*>(Py_TYPE(object));
  return std::any_of(state.doors.begin(), state.doors.end(),
                     [type](const Ref& door) { return as_door(door.get()).hook_impl == type; });
}

bool is_plain_impl(const ModuleState& state, PyObject* object) noexcept {
  return is_own_impl(state, object) && as_impl(object).function != nullptr &&
         as_impl(object).named_plainly;
}

bool read_traits(const ModuleState& state, PyObject* impl,
                 mainstay::plugins::Traits& traits) noexcept {
  if (is_own_impl(state, impl)) {
    traits = own_traits(impl);
    return true;
  }
  const Names& names = state.names;
  return read_flag(impl, names.hookwrapper.get(), traits.wrapper) &&
         (traits.wrapper || read_flag(impl, names.wrapper.get(), traits.wrapper)) &&
         read_flag(impl, names.trylast.get(), traits.trylast) &&
         read_flag(impl, names.tryfirst.get(), traits.tryfirst);
}

Ref new_impl(const DoorObject& door, PyObject* plugin, PyObject* plugin_name, PyObject* function,
             PyObject* opts) noexcept {
  return Ref::steal(
      PyObject_CallFunctionObjArgs(door.hook_impl, plugin, plugin_name, function, opts, nullptr));
}

bool add_impl_type(PyObject* module) noexcept {
  ModuleState& state = state_in(module);
  static auto all_getters = getters();  // a constant table, built from the list of fields
  PyType_Slot slots[] = {
      {Py_tp_doc, kDoc},
      {Py_tp_new, reinterpret_cast<void*>(PyType_GenericNew)},
      {Py_tp_init, reinterpret_cast<void*>(init)},
      {Py_tp_repr, reinterpret_cast<void*>(represent)},
      {Py_tp_dealloc, reinterpret_cast<void*>(clear_and_free<clear>)},
      {Py_tp_traverse, reinterpret_cast<void*>(traverse)},
      {Py_tp_clear, reinterpret_cast<void*>(clear)},
      {Py_tp_getset, all_getters.data()},
      {0, nullptr},
  };
  PyType_Spec spec = {
      .name = "mainstay.plugins._native.HookImpl",
      .basicsize = sizeof(ImplObject),
      .itemsize = 0,
      .flags =
          Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE,
      .slots = slots,
  };
  state.impl_type = add_type(module, spec);
  return static_cast<bool>(state.impl_type);
}

}  // namespace mainstay::binding::plugins
