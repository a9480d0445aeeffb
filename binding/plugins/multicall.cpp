// multicall.cpp - see multicall.hpp.
#include "binding/plugins/multicall.hpp"

#include <array>
#include <iterator>
#include <memory>
#include <new>

#include "binding/plugins/arguments.hpp"
#include "binding/plugins/flow.hpp"
#include "binding/plugins/impl.hpp"
#include "binding/support/call.hpp"
#include "binding/support/exception.hpp"
#include "binding/support/signature.hpp"

namespace mainstay::binding::plugins {
namespace {

struct Entry {
  PyObject* impl;  // borrowed from the snapshot
  bool own;        // of a door's own class: its fields may be read where they are
};

// The value of one argument; empty with KeyError (or what the mapping raises) set.
Ref argument(PyObject* kwargs, PyObject* name) noexcept {
  if (!PyDict_CheckExact(kwargs)) return Ref::steal(PyObject_GetItem(kwargs, name));
  PyObject* value = PyDict_GetItemWithError(kwargs, name);
  if (value == nullptr && !PyErr_Occurred()) PyErr_SetObject(PyExc_KeyError, name);
  return Ref::share(value);
}

// 1 with the value, 0 when it is not given, -1 with an exception set.
int optional_argument(PyObject* kwargs, PyObject* name, Ref& value) noexcept {
  const int given =
      PyDict_CheckExact(kwargs) ? PyDict_Contains(kwargs, name) : PySequence_Contains(kwargs, name);
  if (given <= 0) return given;
  value = argument(kwargs, name);
  return value ? 1 : -1;
}

// What one implementation is called with. Owned: its own call may change the dict.
class Chosen {
 public:
  Chosen() noexcept = default;
  Chosen(const Chosen&) = delete;
  Chosen& operator=(const Chosen&) = delete;
  ~Chosen() {
    for (std::size_t i = 0; i < count_; ++i) Py_DECREF(arguments_.values()[i]);
  }

  // False with an exception set: KeyError when an argument is missing.
  [[nodiscard]] bool choose(PyObject* required, PyObject* optional, PyObject* kwargs) noexcept {
    const Py_ssize_t positional = PyTuple_GET_SIZE(required);
    const Py_ssize_t defaulted = PyTuple_GET_SIZE(optional);
    if (!arguments_.reserve(static_cast<std::size_t>(positional + defaulted))) return false;
    for (Py_ssize_t i = 0; i < positional; ++i) {
      if (!push(argument(kwargs, PyTuple_GET_ITEM(required, i)))) return false;
    }
    positional_ = count_;
    return defaulted == 0 || choose_optional(optional, kwargs);
  }

  [[nodiscard]] PyObject* call(PyObject* function) noexcept {
    return PyObject_Vectorcall(function, arguments_.values(),
                               positional_ | PY_VECTORCALL_ARGUMENTS_OFFSET, kwnames_.get());
  }

 private:
  [[nodiscard]] bool push(Ref value) noexcept {
    if (!value) return false;
    arguments_.values()[count_++] = value.release();
    return true;
  }

  [[nodiscard]] bool choose_optional(PyObject* optional, PyObject* kwargs) noexcept {
    const Ref given = Ref::steal(PyList_New(0));
    if (!given) return false;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(optional); ++i) {
      PyObject* name = PyTuple_GET_ITEM(optional, i);
      Ref value;
      const int answer = optional_argument(kwargs, name, value);
      if (answer < 0) return false;
      if (answer == 0) continue;
      if (PyList_Append(given.get(), name) < 0 || !push(std::move(value))) return false;
    }
    if (PyList_GET_SIZE(given.get()) == 0) return true;
    kwnames_ = Ref::steal(PyList_AsTuple(given.get()));
    return static_cast<bool>(kwnames_);
  }

  Arguments<12> arguments_;
  std::size_t count_ = 0, positional_ = 0;
  Ref kwnames_;
};

// The argument names of something that is not a HookImpl of ours, as tuples.
Ref names_of(PyObject* impl, const Ref& attribute) noexcept {
  const Ref names = Ref::steal(PyObject_GetAttr(impl, attribute.get()));
  if (!names) return Ref{};
  return Ref::steal(PySequence_Tuple(names.get()));
}

// The entries of one call: inline for all but the many.
class Entries {
 public:
  // Throws bad_alloc.
  explicit Entries(std::size_t size)
      : many_(size > few_.size() ? new Entry[size] : nullptr), size_(size) {}
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] Entry& operator[](std::size_t at) noexcept { return data()[at]; }
  [[nodiscard]] const Entry& operator[](std::size_t at) const noexcept {
    return many_ ? many_[at] : few_[at];
  }

 private:
  [[nodiscard]] Entry* data() noexcept { return many_ ? many_.get() : few_.data(); }

  std::array<Entry, 16> few_;  // uninitialised on purpose
  std::unique_ptr<Entry[]> many_;
  std::size_t size_;
};

class DictHost {
 public:
  DictHost(const ModuleState& state, const DoorObject& door, PyObject* kwargs, Flow& flow) noexcept
      : state_(state), door_(door), kwargs_(kwargs), flow_(flow) {}

  // Of foreign objects it is not known before they are asked, which may run Python: see open().
  [[nodiscard]] bool is_wrapper(const Entry& entry) const noexcept {
    if (!entry.own) return true;
    const ImplObject& impl = as_impl(entry.impl);
    return impl.is_wrapper || impl.is_hookwrapper;
  }

  [[nodiscard]] Next call(const Entry& entry) noexcept {
    Chosen chosen;
    if (!choose(entry, chosen)) return flow_.fail();
    return flow_.called(call_function(entry, chosen));
  }

  [[nodiscard]] Next open(const Entry& entry) noexcept {
    Chosen chosen;
    if (!choose(entry, chosen)) return flow_.fail();
    if (entry.own) {
      const bool old = as_impl(entry.impl).is_hookwrapper;
      PyObject* generator = call_function(entry, chosen);
      return old ? flow_.opened_old(generator, entry.impl) : flow_.opened(generator);
    }
    const int old = flag(entry.impl, state_.names.hookwrapper);
    if (old == 1) return flow_.opened_old(call_function(entry, chosen), entry.impl);
    const int wrapper = old < 0 ? -1 : flag(entry.impl, state_.names.wrapper);
    if (wrapper < 0) return flow_.fail();
    if (wrapper == 1) return flow_.opened(call_function(entry, chosen));
    const Next next = flow_.called(call_function(entry, chosen));
    return next == Next::go_on ? flow_.opened_nothing() : next;
  }

  void close(std::size_t nth) noexcept { flow_.close(nth); }

 private:
  [[nodiscard]] static int flag(PyObject* impl, const Ref& name) noexcept {
    const Ref value = Ref::steal(PyObject_GetAttr(impl, name.get()));
    return value ? PyObject_IsTrue(value.get()) : -1;
  }

  [[nodiscard]] PyObject* call_function(const Entry& entry, Chosen& chosen) const noexcept {
    const Ref function =
        entry.own ? Ref::share(as_impl(entry.impl).function)
                  : Ref::steal(PyObject_GetAttr(entry.impl, state_.names.function.get()));
    return function ? chosen.call(function.get()) : nullptr;
  }

  [[nodiscard]] bool choose(const Entry& entry, Chosen& chosen) const noexcept {
    const Ref required = entry.own ? Ref::share(as_impl(entry.impl).argnames)
                                   : names_of(entry.impl, state_.names.argnames);
    const Ref optional = !required   ? Ref{}
                         : entry.own ? Ref::share(as_impl(entry.impl).kwargnames)
                                     : names_of(entry.impl, state_.names.kwargnames);
    if (optional && chosen.choose(required.get(), optional.get(), kwargs_)) return true;
    if (PyErr_ExceptionMatches(PyExc_KeyError)) raise_call_error(door_);
    return false;
  }

  const ModuleState& state_;
  const DoorObject& door_;
  PyObject* kwargs_;
  Flow& flow_;
};

// The implementations as they are now: the call does not see what is added or removed meanwhile.
Ref snapshot(PyObject* impls) noexcept {
  if (PyList_CheckExact(impls)) return Ref::steal(PyList_AsTuple(impls));
  if (PyTuple_CheckExact(impls)) return Ref::share(impls);
  const Ref reversed =
      Ref::steal(PyObject_CallOneArg(reinterpret_cast<PyObject*>(&PyReversed_Type), impls));
  if (!reversed) return Ref{};
  const Ref list = Ref::steal(PySequence_List(reversed.get()));
  if (!list || PyList_Reverse(list.get()) < 0) return Ref{};
  return Ref::steal(PyList_AsTuple(list.get()));
}

PyObject* run(const ModuleState& state, const DoorObject& door, PyObject* hook_name,
              PyObject* impls, PyObject* kwargs, bool first_result) {
  const Ref held = snapshot(impls);
  if (!held) return nullptr;
  const auto size = static_cast<std::size_t>(PyTuple_GET_SIZE(held.get()));
  Entries entries(size);
  std::size_t wrappers = 0;
  for (std::size_t i = 0; i < size; ++i) {
    PyObject* impl = PyTuple_GET_ITEM(held.get(), static_cast<Py_ssize_t>(i));
    entries[i] = {.impl = impl, .own = is_plain_impl(state, impl)};
    wrappers += !entries[i].own || own_traits(impl).wrapper;
  }
  Flow flow(state, door, hook_name, first_result, size, wrappers);
  DictHost host(state, door, kwargs, flow);
  (void)mainstay::plugins::walk(entries, host);
  return flow.finish();
}

PyObject* call_multicall(PyObject* self, PyObject* const* args, Py_ssize_t nargs,
                         PyObject* kwnames) noexcept {
  static constexpr const char* kParameters[] = {"hook_name", "hook_impls", "caller_kwargs",
                                                "firstresult"};
  static constexpr Signature kSignature{"_multicall", nullptr, kParameters, 4};
  PyObject* given[std::size(kParameters)];
  if (!take_arguments(kSignature, args, nargs, kwnames, given)) return nullptr;
  ModuleState* state = state_of(self);
  if (state == nullptr) return nullptr;
  const int first_result = PyObject_IsTrue(given[3]);
  if (first_result < 0) return nullptr;
  state->count(Way::multicall);
  return multicall(*state, as_door(self), given[0], given[1], given[2], first_result == 1);
}

}  // namespace

void raise_call_error(const DoorObject& door) noexcept {
  const Ref key_error = take_exception();
  const Ref arguments = Ref::steal(PyObject_GetAttrString(key_error.get(), "args"));
  const Ref name = arguments ? Ref::steal(PySequence_GetItem(arguments.get(), 0)) : Ref{};
  if (!name) return;
  PyErr_Format(door.call_error, "hook call must provide argument %R", name.get());
  const Ref error = take_exception();
  raise_statement(error.get());
  set_cause(error.get(), key_error.get());  // after it, which sets the context
}

PyObject* multicall(const ModuleState& state, const DoorObject& door, PyObject* hook_name,
                    PyObject* impls, PyObject* kwargs, bool first_result) noexcept {
  const RecursionGuard guard(" while calling a hook");
  if (!guard) return nullptr;
  try {
    return run(state, door, hook_name, impls, kwargs, first_result);
  } catch (const std::bad_alloc&) {
    return PyErr_NoMemory();
  }
}

PyMethodDef multicall_definition = {
    "_multicall", as_method(call_multicall), METH_FASTCALL | METH_KEYWORDS,
    "_multicall(hook_name, hook_impls, caller_kwargs, firstresult)\n--\n\n"
    "Call the implementations, the last of the sequence first, each with the arguments it asks\n"
    "for, and return the results, or the first one. Raises HookCallError when one is missing."};

}  // namespace mainstay::binding::plugins
