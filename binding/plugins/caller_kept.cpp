// caller_kept.cpp - calls of a hook that are kept for later implementations, and those with extra
// ones.
#include <iterator>

#include "binding/plugins/caller_dict.hpp"
#include "binding/plugins/impl.hpp"
#include "binding/plugins/strict.hpp"
#include "binding/support/signature.hpp"

namespace mainstay::binding::plugins {

namespace {

// Whether a program of the strict door gives arguments by name: any mapping. False with TypeError
// set, which says what to `write`.
bool check_named(PyObject* kwargs, const char* write) noexcept {
  const bool is_mapping = PyDict_Check(kwargs) || (PyMapping_Check(kwargs) != 0 &&
                                                   PyObject_HasAttrString(kwargs, "keys") != 0);
  if (is_mapping) return true;
  PyErr_Format(PyExc_TypeError, "kwargs must be a dict of the call's arguments, got %R; write %s",
               kwargs, write);
  return false;
}

// The extra functions as a list; those of a program of the strict door can all be called. Empty
// with an exception set.
Ref extra_functions(PyObject* methods, bool strict) noexcept {
  if (strict && Py_TYPE(methods)->tp_iter == nullptr && PySequence_Check(methods) == 0) {
    PyErr_Format(PyExc_TypeError, "methods must be a list of functions, got %R; write [function]",
                 methods);
    return Ref{};
  }
  Ref functions = Ref::steal(PySequence_List(methods));
  if (!functions || !strict) return functions;
  for (Py_ssize_t i = 0; i < PyList_GET_SIZE(functions.get()); ++i) {
    PyObject* function = PyList_GET_ITEM(functions.get(), i);
    if (PyCallable_Check(function) != 0) continue;
    PyErr_Format(PyExc_TypeError, "methods must be functions to be called, got %R", function);
    return Ref{};
  }
  return functions;
}

}  // namespace

PyObject* call_historic(PyObject* self, PyObject* args, PyObject* kwargs) noexcept {
  static constexpr const char* kParameters[] = {"result_callback", "kwargs"};
  static constexpr Signature kSignature{"HookCaller.call_historic", "self", kParameters, 0};
  PyObject* taken[std::size(kParameters)];
  if (!take_arguments(kSignature, args, kwargs, taken)) return nullptr;
  PyObject* callback = taken[0] == nullptr ? Py_None : taken[0];
  PyObject* given = taken[1] == nullptr ? Py_None : taken[1];
  const Ref history = history_of(self);
  if (!history) return nullptr;
  const CallerObject& caller = as_caller(self);
  const bool strict = is_strict(caller);
  if (history.get() == Py_None) {
    if (strict && caller.name != nullptr) {
      refuse_keeping(caller.name);
    } else {
      PyErr_SetNone(PyExc_AssertionError);
    }
    return nullptr;
  }
  if (strict && callback != Py_None && PyCallable_Check(callback) == 0) {
    return PyErr_Format(PyExc_TypeError,
                        "result_callback must be a function that takes one result, got %R; the "
                        "arguments of the call are kwargs={...}",
                        callback);
  }
  bool any = false;
  if (!is_true(given, any)) return nullptr;
  if (strict && any && !check_named(given, "call_historic(kwargs={\"name\": value, ...})")) {
    return nullptr;
  }
  const Ref arguments = any ? Ref::share(given) : Ref::steal(PyDict_New());
  const Ref complete = arguments ? prepare(self, arguments.get()) : Ref{};
  if (!complete) return nullptr;
  const Ref entry = Ref::steal(PyTuple_Pack(2, complete.get(), callback));
  if (!entry || !Ref::steal(PyObject_CallMethod(history.get(), "append", "(O)", entry.get()))) {
    return nullptr;
  }
  const Ref impls = copy_of_hookimpls(self);
  if (!impls) return nullptr;
  const Ref results = execute(self, Way::history, impls.get(), complete.get(), Py_False);
  if (!results) return nullptr;
  if (callback == Py_None || !PyList_Check(results.get())) Py_RETURN_NONE;
  for (Py_ssize_t i = 0; i < PyList_GET_SIZE(results.get()); ++i) {
    const Ref result = Ref::share(PyList_GET_ITEM(results.get(), i));
    if (!Ref::steal(PyObject_CallOneArg(callback, result.get()))) return nullptr;
  }
  Py_RETURN_NONE;
}

namespace {

Ref replayed(PyObject* self, PyObject* impl, PyObject* kwargs) noexcept {
  const Ref impls = Ref::steal(PyList_New(1));
  if (!impls) return Ref{};
  PyList_SET_ITEM(impls.get(), 0, Ref::share(impl).release());
  return execute(self, Way::history, impls.get(), kwargs, Py_False);
}

bool replay(PyObject* self, PyObject* impl, PyObject* entry) noexcept {
  PyObject *kwargs = nullptr, *callback = nullptr;
  if (!PyTuple_Check(entry) || !PyArg_ParseTuple(entry, "OO", &kwargs, &callback)) {
    if (!PyErr_Occurred()) {
      PyErr_Format(PyExc_TypeError, "an entry of _call_history must be a tuple, got %R", entry);
    }
    return false;
  }
  const Ref results = replayed(self, impl, kwargs);
  bool any = false;
  if (!results || !is_true(results.get(), any)) return false;
  if (!any || callback == Py_None) return true;
  if (!PyList_Check(results.get())) {
    PyErr_SetNone(PyExc_AssertionError);
    return false;
  }
  const Ref first = Ref::share(PyList_GET_ITEM(results.get(), 0));
  return static_cast<bool>(Ref::steal(PyObject_CallOneArg(callback, first.get())));
}

// The options of the functions of one call_extra: they ask for nothing.
Ref no_options(const Names& names) noexcept {
  Ref opts = Ref::steal(PyDict_New());
  for (const Ref* name :
       {&names.wrapper, &names.hookwrapper, &names.optionalhook, &names.trylast, &names.tryfirst}) {
    if (!opts || PyDict_SetItem(opts.get(), name->get(), Py_False) < 0) return Ref{};
  }
  if (!opts || PyDict_SetItem(opts.get(), names.specname.get(), Py_None) < 0) return Ref{};
  return opts;
}

// Puts an extra implementation before the last one that is neither a wrapper nor wants to be first.
bool insert_extra(const ModuleState& state, PyObject* impls, PyObject* impl) noexcept {
  Py_ssize_t at = PyList_GET_SIZE(impls);
  for (; at > 0; --at) {
    const Ref before = Ref::share(PyList_GET_ITEM(impls, at - 1));
    mainstay::plugins::Traits traits;
    if (!read_traits(state, before.get(), traits)) return false;
    if (!traits.wrapper && !traits.tryfirst) break;
  }
  return PyList_Insert(impls, at, impl) == 0;
}

}  // namespace

PyObject* maybe_apply_history(PyObject* self, PyObject* impl) noexcept {
  if (!is_own_caller(self)) {
    const Ref historic =
        Ref::steal(PyObject_CallMethodNoArgs(self, as_caller(self).state->names.is_historic.get()));
    bool replays = false;
    if (!historic || !is_true(historic.get(), replays)) return nullptr;
    if (!replays) Py_RETURN_NONE;
  }
  const Ref history = history_of(self);
  if (!history) return nullptr;
  if (history.get() == Py_None) {
    if (is_own_caller(self)) Py_RETURN_NONE;
    PyErr_SetNone(PyExc_AssertionError);
    return nullptr;
  }
  const Ref entries = Ref::steal(PyObject_GetIter(history.get()));
  if (!entries) return nullptr;
  for (;;) {
    const Ref entry = Ref::steal(PyIter_Next(entries.get()));
    if (!entry) break;
    if (!replay(self, impl, entry.get())) return nullptr;
  }
  if (PyErr_Occurred()) return nullptr;
  Py_RETURN_NONE;
}

PyObject* call_extra(PyObject* self, PyObject* args, PyObject* kwargs) noexcept {
  static constexpr const char* kParameters[] = {"methods", "kwargs"};
  static constexpr Signature kSignature{"HookCaller.call_extra", "self", kParameters, 2};
  PyObject* taken[std::size(kParameters)];
  if (!take_arguments(kSignature, args, kwargs, taken)) return nullptr;
  auto [methods, given] = taken;
  const bool strict = is_strict(as_caller(self));
  if (strict && !check_named(given, "call_extra([function, ...], {\"name\": value, ...})")) {
    return nullptr;
  }
  if (!refuse_historic(self)) return nullptr;
  const CallerObject& caller = as_caller(self);
  const Ref door = Ref::share(caller.door);
  const Ref complete = prepare(self, given);
  const Ref opts = complete ? no_options(caller.state->names) : Ref{};
  const Ref impls = opts ? copy_of_hookimpls(self) : Ref{};
  const Ref extra = impls ? extra_functions(methods, strict) : Ref{};
  const Ref nobody = extra ? Ref::steal(PyUnicode_FromString("<temp>")) : Ref{};
  if (!nobody) return nullptr;
  for (Py_ssize_t i = 0; i < PyList_GET_SIZE(extra.get()); ++i) {
    const Ref impl = new_impl(as_door(door.get()), Py_None, nobody.get(),
                              PyList_GET_ITEM(extra.get(), i), opts.get());
    if (!impl || !insert_extra(*caller.state, impls.get(), impl.get())) return nullptr;
  }
  Ref first;
  if (!read_first_result(self, first)) return nullptr;
  return execute(self, Way::extra, impls.get(), complete.get(), first.get()).release();
}

}  // namespace mainstay::binding::plugins
