// construct.cpp - see construct.hpp.
#include "binding/retry/construct.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>
#include <utility>

#include "binding/retry/decorate.hpp"
#include "binding/support/module_state.hpp"

namespace mainstay::binding::retry {
namespace {

using Role = Construction::Role;

struct KnownPart {
  std::string_view keyword;
  Role role;
};

constexpr std::array kKnownParts{
    KnownPart{"sleep", Role::sleep},
    KnownPart{"stop", Role::strategy_stop},
    KnownPart{"wait", Role::strategy_wait},
    KnownPart{"retry", Role::strategy_retry},
    KnownPart{"before", Role::hook},
    KnownPart{"after", Role::hook},
    KnownPart{"before_sleep", Role::hook},
    KnownPart{"reraise", Role::flag},
    KnownPart{"retry_error_cls", Role::error_class},
    KnownPart{"retry_error_callback", Role::hook},
    KnownPart{"name", Role::name},
    KnownPart{"enabled", Role::flag},
    KnownPart{"keep_exceptions", Role::option},
    KnownPart{"attempt_timeout", Role::option},
};

bool is_plain_function(PyObject* value) noexcept { return Py_IS_TYPE(value, &PyFunction_Type); }

bool is_of_kinds(ModuleState& state, PyObject* value, Kind first, Kind last) noexcept {
  if (!is_transparent(state, value)) return false;
  const Kind kind = as_strategy(value).kind;
  return first <= kind && kind <= last;
}

// The sleep of the loop that awaits nothing: it would hold up every task.
bool is_blocking_sleep(const ModuleState& state, const PyObject* value) noexcept {
  return std::any_of(state.controllers.begin(), state.controllers.end(), [value](const auto& kind) {
    return !kind->is_async && kind->sleep.get() == value;
  });
}

// Whether the constructor would store `value` as it is and say nothing.
bool is_beyond_question(ModuleState& state, const Construction& how, const ControllerKind& kind,
                        Role role, PyObject* value) noexcept {
  switch (role) {
    case Role::strategy_stop:
      if (!how.checks) return true;
      if (is_of_kinds(state, value, Kind::stop_never, Kind::stop_all)) return true;
      break;
    case Role::strategy_wait:
      // The lenient constructor takes what equals 0 for no wait: a function or a strategy does not.
      if (is_of_kinds(state, value, Kind::wait_fixed, Kind::wait_exception)) return true;
      if (!how.checks) return is_plain_function(value);
      break;
    case Role::strategy_retry:
      if (!how.checks) return true;
      if (is_of_kinds(state, value, Kind::retry_never, Kind::retry_all)) return true;
      break;
    case Role::sleep:
      if (!how.checks) return true;
      if (kind.is_async && is_blocking_sleep(state, value)) return false;
      break;
    case Role::hook:
      if (!how.checks || value == Py_None) return true;
      break;
    case Role::flag: return !how.checks || PyBool_Check(value);
    case Role::error_class: return !how.checks;
    case Role::name: return !how.checks || value == Py_None || PyUnicode_CheckExact(value);
    case Role::option: return false;
  }
  // A function that is not a coroutine function may stand anywhere; with AsyncRetrying any may.
  if (!is_plain_function(value)) return false;
  return kind.is_async || is_coroutine_function(value) == 0;
}

const ControllerKind* kind_of_class(const ModuleState& state, const PyTypeObject* type) noexcept {
  for (const auto& kind : state.controllers) {
    if (kind->type.get() == reinterpret_cast<const PyObject*>(type)) return kind.get();
  }
  return nullptr;
}

bool is_as_read(const Construction& how) noexcept {
  const auto& function = *reinterpret_cast<PyFunctionObject*>(how.function.get());
  return function.func_defaults == how.positional_defaults.get() &&
         function.func_kwdefaults == how.keyword_defaults.get();
}

// Goes through what the constructor was given: `take(part, value)` for each argument that is not
// the default, and may be taken as it is. False as soon as one may not, or `take` says so.
template <class Take>
bool each_given(ModuleState& state, const ControllerKind& kind, PyObject* args, PyObject* kwargs,
                Take take) noexcept {
  const Construction& how = *kind.construction;
  const auto given = args == nullptr ? 0 : static_cast<std::size_t>(PyTuple_GET_SIZE(args));
  if (given > how.positional || !is_as_read(how)) return false;
  const auto check = [&](const Construction::Part& part, PyObject* value) {
    if (value == part.standard.get()) return true;
    return is_beyond_question(state, how, kind, part.role, value) && take(part, value);
  };
  for (std::size_t i = 0; i < given; ++i) {
    if (!check(how.parts[i], PyTuple_GET_ITEM(args, static_cast<Py_ssize_t>(i)))) return false;
  }
  PyObject *keyword = nullptr, *value = nullptr;
  Py_ssize_t position = 0;
  while (kwargs != nullptr && PyDict_Next(kwargs, &position, &keyword, &value)) {
    const auto part = std::find_if(
        how.parts.begin() + static_cast<std::ptrdiff_t>(given), how.parts.end(),
        [keyword](const Construction::Part& each) { return each.keyword.get() == keyword; });
    if (part == how.parts.end() || !check(*part, value)) return false;
  }
  return true;
}

// Whether such a controller runs and lets nobody see an attempt begin, as far as this part says.
bool leaves_plain(const Names& names, const ControllerKind& kind, const Construction::Part& part,
                  PyObject* value) noexcept {
  if (part.attribute.get() == names.before.get()) {
    return value == Py_None || value == kind.before.get();
  }
  if (part.attribute.get() == names.enabled.get()) return value == Py_True;
  return part.role != Role::flag || PyBool_Check(value);
}

// The filled dict; empty when the constructor is to be called, or with an exception set.
Ref fields_from(ModuleState& state, const ControllerKind& kind, PyObject* args, PyObject* kwargs,
                bool& plain) noexcept {
  Ref fields = Ref::steal(PyDict_Copy(kind.construction->fields.get()));
  if (!fields) return fields;
  plain = kind.construction->plain;
  const bool taken =
      each_given(state, kind, args, kwargs, [&](const Construction::Part& part, PyObject* value) {
        plain = plain && leaves_plain(state.names, kind, part, value);
        return PyDict_SetItem(fields.get(), part.attribute.get(), value) == 0;
      });
  return taken ? std::move(fields) : Ref{};
}

// What Python's own tp_init does: `type(self).__init__(self, *args, **kwargs)`.
int construct_in_python(PyObject* self, PyObject* args, PyObject* kwargs) noexcept {
  const Names& names = known_controller(self).state->names;
  const Ref method = Ref::steal(PyObject_GetAttr(self, names.init.get()));
  if (!method) return -1;
  return Ref::steal(PyObject_Call(method.get(), args, kwargs)) ? 0 : -1;
}

int construct(PyObject* self, PyObject* args, PyObject* kwargs) noexcept {
  ControllerObject& controller = known_controller(self);
  const ControllerKind* kind = kind_of_class(*controller.state, Py_TYPE(self));
  // 3.11 makes the dict with the object.
  const bool is_new =
      controller.attributes == nullptr || PyDict_GET_SIZE(controller.attributes) == 0;
  if (kind == nullptr || kind->construction == nullptr || !is_new) {
    return construct_in_python(self, args, kwargs);
  }
  bool plain = false;
  Ref fields = fields_from(*controller.state, *kind, args, kwargs, plain);
  if (!fields) return PyErr_Occurred() ? -1 : construct_in_python(self, args, kwargs);
  controller.plain = plain;
  const Ref empty = Ref::steal(std::exchange(controller.attributes, fields.release()));
  return 0;
}

// The default of the constructor's parameter `index`, the object itself not counted. Borrowed.
PyObject* standard_of(const PyFunctionObject& function, const Ref& keyword, Py_ssize_t index,
                      Py_ssize_t positional) noexcept {
  if (index >= positional) {
    if (function.func_kwdefaults == nullptr) return nullptr;
    return PyDict_GetItemWithError(function.func_kwdefaults, keyword.get());
  }
  if (function.func_defaults == nullptr) return nullptr;
  const Py_ssize_t first = positional - PyTuple_GET_SIZE(function.func_defaults);
  return index < first ? nullptr : PyTuple_GET_ITEM(function.func_defaults, index - first);
}

}  // namespace

PyObject* takes_policy(PyObject* module, PyObject* const* args, Py_ssize_t count) noexcept {
  if (count != 2 || !PyType_Check(args[0]) || !PyDict_Check(args[1])) {
    return PyErr_Format(PyExc_TypeError, "takes() takes a controller class and a dict of a policy");
  }
  ModuleState& state = state_in(module);
  const auto* type = reinterpret_cast<PyTypeObject*>(args[0]);
  const ControllerKind* kind = kind_of_class(state, type);
  const bool taken = kind != nullptr && kind->construction && type->tp_init == construct &&
                     each_given(state, *kind, nullptr, args[1],
                                [](const Construction::Part&, PyObject*) { return true; });
  return PyBool_FromLong(taken ? 1 : 0);
}

bool shorten_construction(ControllerKind& kind, bool checks) noexcept {
  auto* type = reinterpret_cast<PyTypeObject*>(kind.type.get());
  const ModuleState& state = state_in(module_of(type, &module_definition));
  auto how = std::make_unique<Construction>();
  how->function = attribute(kind.type.get(), state.names.init);
  if (!how->function) return false;
  if (!is_plain_function(how->function.get())) return true;
  const auto& function = *reinterpret_cast<PyFunctionObject*>(how->function.get());
  const Ref names = Ref::steal(PyObject_GetAttrString(function.func_code, "co_varnames"));
  if (!names) return false;
  const auto& code = *reinterpret_cast<PyCodeObject*>(function.func_code);
  const Py_ssize_t positional = code.co_argcount - 1;
  const Py_ssize_t count = positional + code.co_kwonlyargcount;
  how->positional = static_cast<std::size_t>(positional);
  how->positional_defaults = Ref::share(function.func_defaults);
  how->keyword_defaults = Ref::share(function.func_kwdefaults);
  how->checks = checks;
  how->fields = Ref::steal(PyDict_New());
  if (!how->fields) return false;
  for (Py_ssize_t i = 0; i < count; ++i) {
    Construction::Part part;
    part.keyword = Ref::share(PyTuple_GET_ITEM(names.get(), i + 1));
    const char* text = PyUnicode_AsUTF8(part.keyword.get());
    if (text == nullptr) return false;
    const auto* known =
        std::find_if(kKnownParts.begin(), kKnownParts.end(),
                     [text](const KnownPart& each) { return each.keyword == text; });
    if (known == kKnownParts.end()) return true;
    part.role = known->role;
    part.standard = Ref::share(standard_of(function, part.keyword, i, positional));
    if (!part.standard) return PyErr_Occurred() == nullptr;
    if (part.role != Role::option) {
      part.attribute =
          Ref::share(part.role == Role::name ? state.names.name.get() : part.keyword.get());
      if (PyDict_SetItem(how->fields.get(), part.attribute.get(), part.standard.get()) < 0) {
        return false;
      }
      how->plain = how->plain && leaves_plain(state.names, kind, part, part.standard.get());
    }
    how->parts.push_back(std::move(part));
  }
  if (PyDict_GET_SIZE(how->fields.get()) != kPolicyParts) return true;
  kind.construction = std::move(how);
  // Python puts its own back whenever `__init__` of this class or of a base is assigned, and gives
  // subclasses their own.
  type->tp_init = construct;
  return true;
}

int visit_construction(const Construction& how, visitproc visit, void* arg) noexcept {
  for (const Ref* part :
       {&how.function, &how.positional_defaults, &how.keyword_defaults, &how.fields}) {
    Py_VISIT(part->get());
  }
  for (const Construction::Part& part : how.parts) Py_VISIT(part.standard.get());
  return 0;
}

}  // namespace mainstay::binding::retry
