// native_table.cpp - see native_table.hpp.
#include "binding/plugins/native_table.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "binding/plugins/native_value.hpp"
#include "binding/support/exception.hpp"
#include "mainstay/plugins/loader.hpp"
#include "mainstay/plugins/offer.hpp"

namespace mainstay::binding::plugins {
namespace {

using mainstay::plugins::Offer;
using mainstay::plugins::Offers;

// --- tables -------------------------------------------------------------------------------------

// The last reference tears the plugin down and unloads its library.
struct TableObject {
  PyObject_HEAD Offers offers;
};

// One implementation. Bound to its table it is a method: the table is its first argument.
struct FunctionObject {
  PyObject_HEAD PyObject* dict;
  PyObject* table;  // a TableObject; keeps the offer
  const Offer* offer;
  vectorcallfunc vectorcall;
};

TableObject& as_table(PyObject* self) noexcept { return *reinterpret_cast<TableObject*>(self); }
FunctionObject& as_function(PyObject* self) noexcept {
  return *reinterpret_cast<FunctionObject*>(self);
}

// What a plugin says of itself is UTF-8; what is not can be read, and is nobody's name.
Ref text(const std::string& bytes) noexcept {
  return Ref::steal(PyUnicode_DecodeUTF8(bytes.data(), static_cast<Py_ssize_t>(bytes.size()),
                                         "backslashreplace"));
}

Ref texts(const std::vector<std::string>& all) noexcept {
  Ref tuple = Ref::steal(PyTuple_New(static_cast<Py_ssize_t>(all.size())));
  for (std::size_t i = 0; tuple && i < all.size(); ++i) {
    // Interned, for names of arguments are compared by identity first.
    PyObject* name = text(all[i]).release();
    if (name == nullptr) return Ref{};
    PyUnicode_InternInPlace(&name);
    PyTuple_SET_ITEM(tuple.get(), static_cast<Py_ssize_t>(i), name);
  }
  return tuple;
}

PyObject* raise(ModuleState& state, const std::string& message) noexcept {
  const Ref words = text(message);
  if (words) PyErr_SetObject(state.native_error.get(), words.get());
  return nullptr;
}

// A plugin that knows Python may have set an exception of its own, which says more.
PyObject* wrap(PyObject* type, mainstay::Result<Offers> offers) {
  ModuleState& state = state_in(PyType_GetModule(reinterpret_cast<PyTypeObject*>(type)));
  if (!offers) return PyErr_Occurred() ? nullptr : raise(state, offers.error().message);
  if (PyErr_Occurred()) return nullptr;
  PyObject* self =
      reinterpret_cast<PyTypeObject*>(type)->tp_alloc(reinterpret_cast<PyTypeObject*>(type), 0);
  if (self != nullptr) new (&as_table(self).offers) Offers(*std::move(offers));
  return self;
}

PyObject* load(PyObject* type, PyObject* path) noexcept {
  char* bytes = nullptr;
  Py_ssize_t size = 0;
  if (PyBytes_AsStringAndSize(path, &bytes, &size) < 0) return nullptr;
  try {
    return wrap(type, mainstay::plugins::load({bytes, static_cast<std::size_t>(size)}));
  } catch (const std::exception&) {
    return PyErr_NoMemory();
  }
}

// How many of the table's bytes may be read: it says so itself, if it is one.
std::size_t readable(const mainstay_plugins_table& table) noexcept {
  return table.magic == MAINSTAY_PLUGINS_MAGIC && table.major == MAINSTAY_PLUGINS_MAJOR
             ? table.size
             : offsetof(mainstay_plugins_table, name);
}

PyObject* from_capsule(PyObject* type, PyObject* capsule) noexcept {
  try {
    if (PyCapsule_IsValid(capsule, MAINSTAY_PLUGINS_CAPSULE) == 0) {
      const char* name = PyCapsule_CheckExact(capsule) ? PyCapsule_GetName(capsule) : nullptr;
      return wrap(
          type,
          mainstay::Error{
              mainstay::ErrorCode::invalid_argument,
              std::string("a capsule ") +
                  (name == nullptr ? "without a name" : "named \"" + std::string(name) + "\"") +
                  " is no plugin; wanted one named \"" MAINSTAY_PLUGINS_CAPSULE "\""});
    }
    const auto* table = static_cast<const mainstay_plugins_table*>(
        PyCapsule_GetPointer(capsule, MAINSTAY_PLUGINS_CAPSULE));
    auto checked =
        mainstay::plugins::check({reinterpret_cast<const std::byte*>(table), readable(*table)},
                                 "capsule " MAINSTAY_PLUGINS_CAPSULE);
    if (!checked) return wrap(type, std::move(checked).error());
    // Tables are let go by objects, that is with the interpreter held.
    std::shared_ptr<const void> keeps(Ref::share(capsule).release(), [](const void* kept) {
      Py_DECREF(static_cast<PyObject*>(const_cast<void*>(kept)));
    });
    return wrap(type, mainstay::plugins::set_up(*checked, std::move(keeps)));
  } catch (const std::bad_alloc&) {
    return PyErr_NoMemory();
  }
}

PyObject* table_name(PyObject* self, void*) noexcept {
  return text(as_table(self).offers.plugin).release();
}
PyObject* table_version(PyObject* self, void*) noexcept {
  return text(as_table(self).offers.version).release();
}

void destroy_table(PyObject* self) noexcept {
  PyTypeObject* type = Py_TYPE(self);
  as_table(self).offers.~Offers();
  type->tp_free(self);
  Py_DECREF(type);
}

// --- calls --------------------------------------------------------------------------------------

// What an implementation says during one call.
struct Received {
  Ref result;
  Ref unusable;  // the exception that says why what it gave last is no value
  std::string why;
};

extern "C" {

static void take_result(const mainstay_plugins_call* call, const mainstay_plugins_value* value) {
  auto& received = *static_cast<Received*>(call->host);
  const Ref raised = take_exception();  // by the plugin: making a value must not replace it
  received.result = value == nullptr ? Ref::share(Py_None) : from_value(*value);
  // Not left set: the plugin goes on, and may know Python.
  received.unusable = received.result ? Ref{} : take_exception();
  if (raised) raise_statement(raised.get());
}

static void take_reason(const mainstay_plugins_call* call, const char* message,
                        std::uint64_t size) {
  try {
    static_cast<Received*>(call->host)->why.assign(message, message == nullptr ? 0 : size);
  } catch (const std::exception&) {  // the failure counts without its words
  }
}

}  // extern "C"

PyObject* fail(const FunctionObject& function, std::int32_t code, const std::string& why) {
  PyObject* module = PyType_GetModule(Py_TYPE(&function));
  const Offer& offer = *function.offer;
  return raise(
      state_in(module),
      "plugin \"" + offer.position.plugin + "\" failed in hook \"" + offer.hook + "\": " +
          (why.empty() ? "it returned " + std::to_string(code) + " and did not say why" : why));
}

// Raises NativePluginError about a value that cannot pass between the languages, because of
// `cause`.
PyObject* refuse_value(const FunctionObject& function, const std::string& what, const Ref& cause) {
  const Ref words = Ref::steal(PyObject_Str(cause.get()));
  const char* why = words ? PyUnicode_AsUTF8(words.get()) : nullptr;
  if (why == nullptr) PyErr_Clear();
  if (why == nullptr || *why == '\0') why = Py_TYPE(cause.get())->tp_name;
  PyObject* module = PyType_GetModule(Py_TYPE(&function));
  const Offer& offer = *function.offer;
  raise(state_in(module), "plugin \"" + offer.position.plugin + "\", hook \"" + offer.hook +
                              "\": " + what + " cannot pass between the languages: " + why);
  const Ref error = take_exception();
  raise_statement(error.get());
  set_cause(error.get(), cause.get());  // after it, which sets the context
  return nullptr;
}

// Puts the keywords of a call where the implementation wants them. False with TypeError set.
bool sort_keywords(const Offer& offer, PyObject* const* values, PyObject* kwnames,
                   std::vector<PyObject*>& sorted) {
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(kwnames); ++i) {
    const char* name = PyUnicode_AsUTF8(PyTuple_GET_ITEM(kwnames, i));
    if (name == nullptr) return false;
    const auto found = std::find(offer.arguments.begin(), offer.arguments.end(), name);
    const auto at = static_cast<std::size_t>(found - offer.arguments.begin());
    if (found == offer.arguments.end() || sorted[at] != nullptr) {
      PyErr_Format(PyExc_TypeError, "%.100s() got %s argument '%s'", offer.hook.c_str(),
                   found == offer.arguments.end() ? "an unexpected" : "twice the", name);
      return false;
    }
    sorted[at] = values[i];
  }
  return true;
}

PyObject* call_offer(const FunctionObject& function, PyObject* const* arguments,
                     std::size_t count) {
  constexpr std::size_t kInline = 8;
  std::array<mainstay_plugins_value, kInline> few;
  std::vector<mainstay_plugins_value> many(count > kInline ? count : 0);
  mainstay_plugins_value* values = count > kInline ? many.data() : few.data();
  for (std::size_t i = 0; i < count; ++i) {
    if (!to_value(arguments[i], values[i])) {
      return refuse_value(function, "argument \"" + function.offer->arguments[i] + "\"",
                          take_exception());
    }
  }
  Received received;
  const mainstay_plugins_call call{.size = sizeof(mainstay_plugins_call),
                                   .reserved = 0,
                                   .host = &received,
                                   .give = &take_result,
                                   .fail = &take_reason};
  const Offer& offer = *function.offer;
  const std::int32_t code =
      offer.call(offer.self, values, static_cast<std::uint32_t>(count), &call);
  if (PyErr_Occurred()) return nullptr;  // set by a plugin that knows Python
  if (code != 0) return fail(function, code, received.why);
  if (received.unusable) return refuse_value(function, "what it gave", received.unusable);
  return (received.result ? std::move(received.result) : Ref::share(Py_None)).release();
}

// function(table, *arguments) or with keywords, in the way of an unbound method.
PyObject* call(PyObject* self, PyObject* const* args, std::size_t nargsf,
               PyObject* kwnames) noexcept {
  const FunctionObject& function = as_function(self);
  const std::size_t wanted = function.offer->arguments.size();
  const auto given = static_cast<std::size_t>(PyVectorcall_NARGS(nargsf));
  const std::size_t keywords =
      kwnames == nullptr ? 0 : static_cast<std::size_t>(PyTuple_GET_SIZE(kwnames));
  if (given == 0 || given + keywords != wanted + 1) {
    return PyErr_Format(PyExc_TypeError, "%.100s() takes its table and %zu arguments, got %zu",
                        function.offer->hook.c_str(), wanted, given + keywords);
  }
  try {
    if (keywords == 0) return call_offer(function, args + 1, wanted);
    std::vector<PyObject*> sorted(args + 1, args + given);
    sorted.resize(wanted);
    if (!sort_keywords(*function.offer, args + given, kwnames, sorted)) return nullptr;
    return call_offer(function, sorted.data(), wanted);
  } catch (const std::bad_alloc&) {
    return PyErr_NoMemory();
  }
}

// --- functions ----------------------------------------------------------------------------------

PyObject* functions(PyObject* self, PyObject*) noexcept {
  const ModuleState& state = state_in(PyType_GetModule(Py_TYPE(self)));
  auto* type = reinterpret_cast<PyTypeObject*>(state.native_function_type.get());
  const auto& offers = as_table(self).offers.offers;
  Ref tuple = Ref::steal(PyTuple_New(static_cast<Py_ssize_t>(offers.size())));
  for (std::size_t i = 0; tuple && i < offers.size(); ++i) {
    PyObject* made = type->tp_alloc(type, 0);
    if (made == nullptr) return nullptr;
    as_function(made).table = Ref::share(self).release();
    as_function(made).offer = &offers[i];
    as_function(made).vectorcall = call;
    PyTuple_SET_ITEM(tuple.get(), static_cast<Py_ssize_t>(i), made);
  }
  return tuple.release();
}

PyObject* function_hook(PyObject* self, void*) noexcept {
  return text(as_function(self).offer->hook).release();
}
PyObject* function_argnames(PyObject* self, void*) noexcept {
  return texts(as_function(self).offer->arguments).release();
}
PyObject* function_before(PyObject* self, void*) noexcept {
  return texts(as_function(self).offer->position.before).release();
}
PyObject* function_after(PyObject* self, void*) noexcept {
  return texts(as_function(self).offer->position.after).release();
}
PyObject* function_tryfirst(PyObject* self, void*) noexcept {
  return PyBool_FromLong(as_function(self).offer->position.tryfirst);
}
PyObject* function_trylast(PyObject* self, void*) noexcept {
  return PyBool_FromLong(as_function(self).offer->position.trylast);
}
PyObject* function_optional(PyObject* self, void*) noexcept {
  return PyBool_FromLong(as_function(self).offer->optional);
}

PyObject* represent(PyObject* self) noexcept {
  const Offer& offer = *as_function(self).offer;
  return PyUnicode_FromFormat("<NativeFunction of hook '%s' in plugin '%s'>", offer.hook.c_str(),
                              offer.position.plugin.c_str());
}

int traverse(PyObject* self, visitproc visit, void* arg) noexcept {
  Py_VISIT(Py_TYPE(self));
  Py_VISIT(as_function(self).dict);
  Py_VISIT(as_function(self).table);
  return 0;
}

// The table stays: the offer is in it.
int clear(PyObject* self) noexcept {
  Py_CLEAR(as_function(self).dict);
  return 0;
}

void destroy_function(PyObject* self) noexcept {
  PyTypeObject* type = Py_TYPE(self);
  PyObject_GC_UnTrack(self);
  clear(self);
  Py_CLEAR(as_function(self).table);
  type->tp_free(self);
  Py_DECREF(type);
}

// --- types --------------------------------------------------------------------------------------

char kTableDoc[] =
    "What a plugin in another language offers. Made by load() or from_capsule(). Immutable; the\n"
    "plugin is torn down, and its library unloaded, with the last reference to it or to one of "
    "its\n"
    "functions.";

char kFunctionDoc[] =
    "One implementation of a hook in another language: function(table, *arguments). Attributes "
    "may\n"
    "be set on it, as on a Python function.";

PyMethodDef kTableMethods[] = {
    {"load", load, METH_O | METH_CLASS,
     "load(path, /): the table of a shared object, by its path in bytes.\n\nRaises "
     "NativePluginError when it has none that can be used."},
    {"from_capsule", from_capsule, METH_O | METH_CLASS,
     "from_capsule(capsule, /): the table an extension module offers.\n\nRaises NativePluginError "
     "when it cannot be used."},
    {"functions", functions, METH_NOARGS, "functions(): what it implements, a tuple."},
    {nullptr, nullptr, 0, nullptr},
};

PyGetSetDef kTableGetters[] = {
    {"name", table_name, nullptr, "The name of the plugin.", nullptr},
    {"version", table_version, nullptr, "Its version, empty when it does not say.", nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr},
};

PyGetSetDef kFunctionGetters[] = {
    {"hook", function_hook, nullptr, "The name of the hook.", nullptr},
    {"argnames", function_argnames, nullptr, "The arguments it wants, in its order.", nullptr},
    {"before", function_before, nullptr, "The plugins it wants to be before.", nullptr},
    {"after", function_after, nullptr, "The plugins it wants to be after.", nullptr},
    {"tryfirst", function_tryfirst, nullptr, "Whether it wants to be called early.", nullptr},
    {"trylast", function_trylast, nullptr, "Whether it wants to be called late.", nullptr},
    {"optional", function_optional, nullptr, "Whether the hook may be unknown.", nullptr},
    {"__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict, nullptr, nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr},
};

PyMemberDef kFunctionMembers[] = {
    {"__dictoffset__", T_PYSSIZET, offsetof(FunctionObject, dict), READONLY, nullptr},
    {"__vectorcalloffset__", T_PYSSIZET, offsetof(FunctionObject, vectorcall), READONLY, nullptr},
    {nullptr, 0, 0, 0, nullptr},
};

}  // namespace

bool add_native_table_types(PyObject* module) noexcept {
  ModuleState& state = state_in(module);
  PyType_Slot table_slots[] = {
      {Py_tp_doc, kTableDoc},
      {Py_tp_dealloc, reinterpret_cast<void*>(destroy_table)},
      {Py_tp_methods, kTableMethods},
      {Py_tp_getset, kTableGetters},
      {0, nullptr},
  };
  PyType_Spec table_spec = {
      .name = "mainstay.plugins._native.NativeTable",
      .basicsize = sizeof(TableObject),
      .itemsize = 0,
      .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
      .slots = table_slots,
  };
  PyType_Slot function_slots[] = {
      {Py_tp_doc, kFunctionDoc},
      {Py_tp_call, reinterpret_cast<void*>(PyVectorcall_Call)},
      {Py_tp_repr, reinterpret_cast<void*>(represent)},
      {Py_tp_dealloc, reinterpret_cast<void*>(destroy_function)},
      {Py_tp_traverse, reinterpret_cast<void*>(traverse)},
      {Py_tp_clear, reinterpret_cast<void*>(clear)},
      {Py_tp_getset, kFunctionGetters},
      {Py_tp_members, kFunctionMembers},
      {0, nullptr},
  };
  PyType_Spec function_spec = {
      .name = "mainstay.plugins._native.NativeFunction",
      .basicsize = sizeof(FunctionObject),
      .itemsize = 0,
      .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL |
               Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
      .slots = function_slots,
  };
  state.native_error =
      Ref::steal(PyErr_NewExceptionWithDoc("mainstay.plugins.NativePluginError",
                                           "A plugin in another language could not be loaded, or "
                                           "failed in a hook; the text says which,\n"
                                           "where and why.",
                                           PyExc_RuntimeError, nullptr));
  if (!state.native_error ||
      PyModule_AddObjectRef(module, "NativePluginError", state.native_error.get()) < 0) {
    return false;
  }
  const Ref table_type = add_type(module, table_spec);
  if (!table_type) return false;
  state.native_function_type = add_type(module, function_spec);
  return static_cast<bool>(state.native_function_type);
}

}  // namespace mainstay::binding::plugins
