// untouched.cpp - see untouched.hpp.
#include "binding/retry/untouched.hpp"

#include <ctime>
#include <utility>

namespace mainstay::binding::retry {
namespace {

// A name in a module's or a program's namespace. Borrowed; null when it is not there.
PyObject* in(PyObject* names, const Ref& name) noexcept {
  if (names == nullptr || !PyDict_CheckExact(names)) return nullptr;
  PyObject* found = PyDict_GetItemWithError(names, name.get());
  if (found == nullptr) PyErr_Clear();
  return found;
}

// Some tools leave the function object and exchange what it calls.
bool still_calls(PyObject* function, PyCFunction call) noexcept {
  return call != nullptr && PyCFunction_GET_FUNCTION(function) == call;
}

// Whether the two dicts are as they were when `seen` was noted.
bool as_seen(const SeenVersions& seen, PyObject* names, PyObject* module) noexcept {
  const SeenVersions::value_type now{version_of(names), version_of(module)};
  return now.first != 0 && (seen[0] == now || seen[1] == now);
}

void note(SeenVersions& seen, PyObject* names, PyObject* module) noexcept {
  seen[1] = std::exchange(seen[0], {version_of(names), version_of(module)});
}

// Whether `time` in the namespace is the module, with its own function of that name; `found` is
// what it has under that name, as far as anybody looked.
bool has(Originals& originals, SeenVersions& seen, PyObject* names, const Names& spelled,
         const Ref& name, const Ref& original, PyCFunction call, PyObject*& found) noexcept {
  if (!original || names == nullptr || !PyDict_CheckExact(names)) return false;
  PyObject* module = PyModule_GetDict(originals.time.get());
  if (!as_seen(seen, names, module)) {
    if (in(names, spelled.time) != originals.time.get()) return false;
    found = in(module, name);
    if (found != original.get()) return false;
    note(seen, names, module);
  }
  return still_calls(original.get(), call);
}

}  // namespace

bool remember_clock(ModuleState& state) noexcept {
  Originals& originals = state.originals;
  originals.time = Ref::steal(PyImport_ImportModule("time"));
  if (!originals.time) return false;
  const auto take = [&](const char* name, Ref& function, PyCFunction& call) {
    Ref found = Ref::steal(PyObject_GetAttrString(originals.time.get(), name));
    if (!found) return false;
    // A patch that came before us may be built in too (a list's append, say), but not the module's.
    if (PyCFunction_CheckExact(found.get()) &&
        PyCFunction_GET_SELF(found.get()) == originals.time.get()) {
      call = PyCFunction_GET_FUNCTION(found.get());
      function = std::move(found);
    }
    return true;
  };
  return take("monotonic", originals.monotonic, originals.monotonic_call) &&
         take("sleep", originals.sleep, originals.sleep_call);
}

bool remember_random(ModuleState& state) noexcept {
  Originals& originals = state.originals;
  originals.random = Ref::steal(PyImport_ImportModule("random"));
  if (!originals.random) return false;
  PyObject* names = PyModule_GetDict(originals.random.get());
  PyObject* uniform = in(names, state.names.uniform);
  PyObject* random = in(names, state.names.random);
  if (uniform == nullptr || random == nullptr || !PyMethod_Check(uniform) ||
      !PyCFunction_CheckExact(random) || PyCFunction_GET_FLAGS(random) != METH_NOARGS ||
      PyMethod_GET_SELF(uniform) != PyCFunction_GET_SELF(random)) {
    return true;  // patched before we looked: never native
  }
  originals.uniform = Ref::share(uniform);
  originals.random_random = Ref::share(random);
  return true;
}

bool clock_is_untouched(ModuleState& state, PyObject* names) noexcept {
  Originals& originals = state.originals;
  PyObject* found = nullptr;
  return has(originals, originals.clock_seen, names, state.names, state.names.monotonic,
             originals.monotonic, originals.monotonic_call, found);
}

bool sleep_is_untouched(ModuleState& state, PyObject* names, PyObject*& instead) noexcept {
  Originals& originals = state.originals;
  const SeenVersions::value_type now{version_of(names),
                                     version_of(PyModule_GetDict(originals.time.get()))};
  if (now.first != 0 && now == originals.patched_seen) {
    instead = originals.patched_sleep;
    return false;
  }
  instead = nullptr;
  const bool untouched = has(originals, originals.sleep_seen, names, state.names, state.names.sleep,
                             originals.sleep, originals.sleep_call, instead);
  if (!untouched && instead != nullptr && instead != originals.sleep.get()) {
    originals.patched_seen = now;
    originals.patched_sleep = instead;
  }
  return untouched;
}

bool random_is_untouched(ModuleState& state, PyObject* names) noexcept {
  Originals& originals = state.originals;
  if (!originals.uniform || !PyDict_CheckExact(names)) return false;
  PyObject* module = PyModule_GetDict(originals.random.get());
  if (as_seen(originals.random_seen, names, module)) return true;
  PyObject* seen = in(names, state.names.random);
  if (seen != nullptr && seen != originals.random.get()) return false;
  if (in(module, state.names.uniform) != originals.uniform.get() ||
      in(module, state.names.random) != originals.random_random.get()) {
    return false;
  }
  note(originals.random_seen, names, module);
  return true;
}

double monotonic_now() noexcept {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  // As CPython does: whole nanoseconds first, then one division.
  const auto nanoseconds = static_cast<long long>(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
  return static_cast<double>(nanoseconds) / 1e9;
}

Ref draw(const ModuleState& state) noexcept {
  // A method without arguments: remember_random() looked.
  PyObject* random = state.originals.random_random.get();
  return Ref::steal(PyCFunction_GET_FUNCTION(random)(PyCFunction_GET_SELF(random), nullptr));
}

bool draw(ModuleState& state, double& unit) noexcept {
  const Ref drawn = draw(state);
  if (!drawn) return false;
  unit = PyFloat_AsDouble(drawn.get());
  return !(unit == -1.0 && PyErr_Occurred());
}

bool sleep_for(ModuleState& state, double seconds) noexcept {
  if (seconds == 0.0) {
    // What sleeping for nothing is good for: other threads get their turn, signals are handled.
    Py_BEGIN_ALLOW_THREADS;
    Py_END_ALLOW_THREADS;
    return PyErr_CheckSignals() == 0;
  }
  const Ref length = Ref::steal(PyFloat_FromDouble(seconds));
  if (!length) return false;
  return static_cast<bool>(
      Ref::steal(PyObject_CallOneArg(state.originals.sleep.get(), length.get())));
}

}  // namespace mainstay::binding::retry
