// slot.hpp - a Python object as a key, value or element of the engine, and how errors pass through.
//
// Code of the program that runs inside the engine (`__eq__` of a key) may raise: then the Python
// exception is set and `Raised` is thrown, which the engine lets pass. `safe<function>` catches it
// where the interpreter called us.
#pragma once

#include <cstdint>
#include <cstring>
#include <new>
#include <utility>

#include "binding/support/python.hpp"
#include "binding/support/ref.hpp"

namespace mainstay::binding::persistent {

// A Python exception is set.
struct Raised {};

// The same object as a Ref that must not be empty.
[[nodiscard]] inline Ref checked(PyObject* object) {
  if (object == nullptr) throw Raised{};
  return Ref::steal(object);
}

// KeyError(key), for every kind of key.
inline void raise_key_error(PyObject* key) noexcept {
  const Ref arguments = Ref::steal(PyTuple_Pack(1, key));
  if (arguments) PyErr_SetObject(PyExc_KeyError, arguments.get());
}
// KeyError(str(key)), as changes of pyrsistent's maps raise it.
inline void raise_missing(PyObject* key) noexcept {
  const Ref text = Ref::steal(PyObject_Str(key));
  if (text) raise_key_error(text.get());
}

// Owns one reference; copying takes another. Empty only after it was moved from.
class Slot {
 public:
  explicit Slot(Ref object) noexcept : object_(object.release()) {}
  Slot(const Slot& other) noexcept : object_(other.object_) { Py_INCREF(object_); }
  Slot(Slot&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  Slot& operator=(Slot other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }
  ~Slot() { Py_XDECREF(object_); }

  [[nodiscard]] static Slot share(PyObject* object) noexcept { return Slot(Ref::share(object)); }
  [[nodiscard]] PyObject* get() const noexcept { return object_; }
  [[nodiscard]] Ref ref() const noexcept { return Ref::share(object_); }

 private:
  PyObject* object_;
};

[[nodiscard]] inline std::uint64_t hash_of(PyObject* key) {
  Py_hash_t hash = -1;
  if (PyUnicode_CheckExact(key)) hash = reinterpret_cast<PyASCIIObject*>(key)->hash;
  if (hash == -1) hash = PyObject_Hash(key);
  if (hash == -1) throw Raised{};
  return static_cast<std::uint64_t>(hash);
}

// Whether two objects are known to be equal or not without running code of the program:
// 1 and 0; -1 when only `==` can tell.
[[nodiscard]] inline int equal_at_sight(PyObject* a, PyObject* b) noexcept {
  if (a == b) return 1;
  if (PyUnicode_CheckExact(a) && PyUnicode_CheckExact(b) && PyUnicode_IS_READY(a) &&
      PyUnicode_IS_READY(b)) {
    const Py_ssize_t length = PyUnicode_GET_LENGTH(a);
    if (length != PyUnicode_GET_LENGTH(b) || PyUnicode_KIND(a) != PyUnicode_KIND(b)) return 0;
    const auto bytes =
        static_cast<std::size_t>(length) * static_cast<std::size_t>(PyUnicode_KIND(a));
    return std::memcmp(PyUnicode_DATA(a), PyUnicode_DATA(b), bytes) == 0 ? 1 : 0;
  }
  return -1;
}

// Identity or `==`, as in lists and dicts. Both must be kept alive by the caller.
[[nodiscard]] inline bool equal(PyObject* a, PyObject* b) {
  const int known = equal_at_sight(a, b);
  if (known >= 0) return known == 1;
  const int answer = PyObject_RichCompareBool(a, b, Py_EQ);
  if (answer < 0) throw Raised{};
  return answer == 1;
}

// For the engine: a key of a node that cannot change, and the one that is asked for.
struct SameKey {
  [[nodiscard]] bool operator()(const Slot& mine, PyObject* asked) const {
    return equal(mine.get(), asked);
  }
  [[nodiscard]] bool operator()(const Slot& mine, const Slot& asked) const {
    return equal(mine.get(), asked.get());
  }
};

namespace detail {

template <auto function>
struct Safe;
template <class R, class... Arguments, R (*function)(Arguments...)>
struct Safe<function> {
  static R call(Arguments... arguments) {
    try {
      return function(arguments...);
    } catch (const Raised&) {
      return failed();
    } catch (const std::bad_alloc&) {
      PyErr_NoMemory();
      return failed();
    }
  }
  static R failed() noexcept {
    if constexpr (std::is_same_v<R, bool>) {
      return false;
    } else if constexpr (std::is_integral_v<R>) {
      return static_cast<R>(-1);
    } else {
      return R{};
    }
  }
};

}  // namespace detail

// `function`, which may throw Raised, for native_type.hpp: returns as one that has set an
// exception.
template <auto function>
inline constexpr auto safe = &detail::Safe<function>::call;

// Keeps the collector from running, and with it code of the program, while nodes that a transient
// owns are changed in place. From 3.12 on it never runs inside an allocation.
class NoCollection {
 public:
  NoCollection(const NoCollection&) = delete;
  NoCollection& operator=(const NoCollection&) = delete;
#if PY_VERSION_HEX < 0x030C0000
  NoCollection() noexcept : enabled_(PyGC_Disable() != 0) {}
  ~NoCollection() {
    if (enabled_) PyGC_Enable();
  }

 private:
  bool enabled_;
#else
  NoCollection() noexcept {}
  ~NoCollection() {}  // NOLINT: not trivial, so that one with nothing in it is no warning
#endif
};

}  // namespace mainstay::binding::persistent
