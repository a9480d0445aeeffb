// objects.hpp - making the objects that messages are full of: texts, integers and lists.
#pragma once

#include <climits>
#include <cstdint>
#include <optional>
#include <string_view>

#include "binding/support/call.hpp"
#include "binding/support/python.hpp"
#include "binding/support/ref.hpp"
#include "mainstay/codec/text.hpp"

namespace mainstay::binding::codec {

// A str of ASCII. Owned; null with an exception set.
[[nodiscard, gnu::always_inline]] inline PyObject* ascii_text(std::string_view text) noexcept {
  const std::size_t size = text.size();
  PyObject* made = PyUnicode_New(static_cast<Py_ssize_t>(size), 127);
  if (made != nullptr && size != 0) {
    mainstay::codec::copy_bytes(reinterpret_cast<char*>(PyUnicode_1BYTE_DATA(made)), text.data(),
                                size);
  }
  return made;
}

// The value of an int, if it is one of the small ones, which are most. False: it may be another.
[[nodiscard]] inline bool small_integer(PyObject* object, long long& number) noexcept {
  const auto* of = reinterpret_cast<PyLongObject*>(object);
#if PY_VERSION_HEX >= 0x030C0000
  if (!PyUnstable_Long_IsCompact(of)) return false;
  number = PyUnstable_Long_CompactValue(of);
#else
  const Py_ssize_t size = Py_SIZE(of);
  if (size < -1 || size > 1) return false;
  number = static_cast<long long>(size) * static_cast<long long>(of->ob_digit[0]);
#endif
  return true;
}

[[nodiscard]] inline Ref integer_object(bool negative, std::uint64_t magnitude) noexcept {
  if (magnitude <= static_cast<std::uint64_t>(LONG_MAX)) {
    const auto number = static_cast<long>(magnitude);
    return Ref::steal(PyLong_FromLong(negative ? -number : number));
  }
  return Ref::steal(negative ? PyLong_FromLongLong(static_cast<long long>(0 - magnitude))
                             : PyLong_FromUnsignedLongLong(magnitude));
}

// A list without items, with room for so many, if they are not too many to be believed.
[[nodiscard]] inline Ref list_with_room(std::size_t count) noexcept {
#if defined(Py_GIL_DISABLED)
  count = 0;
#endif
  constexpr std::size_t kMost = 4096;
  Ref made = Ref::steal(PyList_New(static_cast<Py_ssize_t>(count < kMost ? count : kMost)));
  if (made && count != 0) Py_SET_SIZE(reinterpret_cast<PyVarObject*>(made.get()), 0);
  return made;
}

// To a list that is being made. False with an exception set.
[[nodiscard]] inline bool append(PyObject* list, Ref item) noexcept {
#if !defined(Py_GIL_DISABLED)
  auto* made = reinterpret_cast<PyListObject*>(list);
  const Py_ssize_t size = PyList_GET_SIZE(list);
  if (size < made->allocated) {
    made->ob_item[size] = item.release();
    Py_SET_SIZE(reinterpret_cast<PyVarObject*>(list), size + 1);
    return true;
  }
#endif
  return PyList_Append(list, item.get()) == 0;
}

// One level of nesting. RecursionGuard looks at the stack each time; here each fourth level does,
// counted in `depth`, which begins with kShallow.
class Nesting {
 public:
  static constexpr unsigned kShallow = 3;
  Nesting(unsigned& depth, const char* where) noexcept : depth_(depth) {
    if ((++depth_ & 3U) == 0) {
      entered_ = static_cast<bool>(looking_.emplace(where));
    } else {
      entered_ = Py_EnterRecursiveCall(where) == 0;
    }
  }
  Nesting(const Nesting&) = delete;
  Nesting& operator=(const Nesting&) = delete;
  ~Nesting() {
    --depth_;
    if (entered_ && !looking_) Py_LeaveRecursiveCall();
  }
  [[nodiscard]] explicit operator bool() const noexcept { return entered_; }

 private:
  unsigned& depth_;
  bool entered_;
  std::optional<RecursionGuard> looking_;
};

// Keeps the collector away while a call makes many objects that are all in use. Before Python 3.12
// it runs when an object is made, and goes through all of them again and again; later ones collect
// between two instructions of Python.
class CollectorPause {
 public:
  CollectorPause() noexcept = default;
  CollectorPause(const CollectorPause&) = delete;
  CollectorPause& operator=(const CollectorPause&) = delete;
  ~CollectorPause() { end(); }

#if PY_VERSION_HEX < 0x030C0000
  void begin() noexcept { paused_ = PyGC_Disable() == 1; }
  // Comes before whatever may run Python, which is not to notice.
  void end() noexcept {
    if (!paused_) return;
    paused_ = false;
    PyGC_Enable();
  }

 private:
  bool paused_ = false;
#else
  void begin() noexcept {}
  void end() noexcept {}
#endif
};

}  // namespace mainstay::binding::codec
