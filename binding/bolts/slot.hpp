// slot.hpp - Python objects as keys and values of the engine, and how errors pass through it.
//
// Code of the program that runs inside the engine (`__eq__` of a key) may raise: then the Python
// exception is set and `Raised` is thrown, which the engine lets pass and `guarded` catches.
#pragma once

#include <cstdint>
#include <utility>

#include "binding/support/python.hpp"
#include "binding/support/ref.hpp"

namespace mainstay::binding::bolts {

// A Python exception is set.
struct Raised {};

// Owns one reference; empty only after it was moved from.
class Slot {
 public:
  explicit Slot(Ref object) noexcept : object_(std::move(object)) {}
  Slot(Slot&&) noexcept = default;
  Slot& operator=(Slot&&) noexcept = default;

  [[nodiscard]] static Slot share(PyObject* object) noexcept { return Slot(Ref::share(object)); }
  [[nodiscard]] PyObject* get() const noexcept { return object_.get(); }
  [[nodiscard]] Ref& ref() noexcept { return object_; }

 private:
  Ref object_;
};

struct Keys {
  [[nodiscard]] static std::uint64_t hash(const Slot& key) { return hash(key.get()); }
  [[nodiscard]] static std::uint64_t hash(PyObject* key) {
    const Py_hash_t hash = PyObject_Hash(key);
    if (hash == -1) throw Raised{};
    return static_cast<std::uint64_t>(hash);
  }
  // Asked only for keys of one hash.
  [[nodiscard]] static bool equal(const Slot& stored, const Slot& key) {
    if (stored.get() == key.get()) return true;
    if (stored.get() == nullptr) return false;  // the collector took it
    const Ref kept = Ref::share(stored.get());
    const int same = PyObject_RichCompareBool(kept.get(), key.get(), Py_EQ);
    if (same < 0) throw Raised{};
    return same != 0;
  }
};

// The result of `function`, which may throw Raised; empty then.
template <class Function>
[[nodiscard]] Ref guarded(Function function) {
  try {
    return function();
  } catch (const Raised&) {
    return Ref{};
  }
}

// KeyError(key), also for keys that are tuples.
inline void raise_key_error(PyObject* key) noexcept {
  const Ref arguments = Ref::steal(PyTuple_Pack(1, key));
  if (arguments) PyErr_SetObject(PyExc_KeyError, arguments.get());
}

// Whether a function got so many arguments; TypeError set if not.
[[nodiscard]] inline bool takes(const char* name, Py_ssize_t given, Py_ssize_t wanted) noexcept {
  if (given == wanted) return true;
  PyErr_Format(PyExc_TypeError, "%s() takes %zd arguments, got %zd", name, wanted, given);
  return false;
}

[[nodiscard]] inline Ref none() noexcept { return Ref::share(Py_None); }

}  // namespace mainstay::binding::bolts
