// ref.hpp - who owns a Python reference, said by the type.
//
// `Ref` owns one reference and gives it back; it may be empty, which after a C API call means "an
// exception is set". A `PyObject*` parameter is always borrowed and must be kept alive by the
// caller; a `PyObject*` returned to Python is always owned. None of this may be used without the
// interpreter being held by this thread.
#pragma once

#include <utility>

#include "binding/support/python.hpp"

namespace mainstay::binding {

class Ref {
 public:
  constexpr Ref() noexcept = default;
  Ref(Ref&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  Ref(const Ref&) = delete;
  Ref& operator=(const Ref&) = delete;
  ~Ref() { Py_XDECREF(object_); }

  Ref& operator=(Ref&& other) noexcept {
    // The old object is given back last: its finalizer may run Python that looks at this very Ref.
    PyObject* old = std::exchange(object_, std::exchange(other.object_, nullptr));
    Py_XDECREF(old);
    return *this;
  }

  // Takes over a new reference (what most C API calls return); null is allowed.
  [[nodiscard]] static Ref steal(PyObject* object) noexcept { return Ref(object); }

  // Adds a reference to a borrowed object; null is allowed.
  [[nodiscard]] static Ref share(PyObject* object) noexcept {
    Py_XINCREF(object);
    return Ref(object);
  }

  [[nodiscard]] explicit operator bool() const noexcept { return object_ != nullptr; }
  [[nodiscard]] PyObject* get() const noexcept { return object_; }
  [[nodiscard]] PyObject* release() noexcept { return std::exchange(object_, nullptr); }

  // For Py_VISIT and module state only: the slot itself.
  [[nodiscard]] PyObject*& slot() noexcept { return object_; }

 private:
  explicit Ref(PyObject* object) noexcept : object_(object) {}
  PyObject* object_ = nullptr;
};

}  // namespace mainstay::binding
