// arguments.hpp - room for the arguments of one call of one implementation.
#pragma once

#include <array>
#include <cstddef>

#include "binding/support/python.hpp"
#include "binding/support/ref.hpp"

namespace mainstay::binding::plugins {

// Values for a vectorcall: inline for all but the rare function of many parameters. The first slot
// is left to the callee. Borrowed values unless they were pushed as owned.
template <std::size_t Inline>
class Arguments {
 public:
  Arguments() noexcept = default;
  Arguments(const Arguments&) = delete;
  Arguments& operator=(const Arguments&) = delete;
  ~Arguments() {
    if (room_ != inline_.data()) PyMem_Free(room_);
  }

  // Makes room for `count` values; false with MemoryError set.
  [[nodiscard]] bool reserve(std::size_t count) noexcept {
    if (count < Inline) return true;
    void* room = PyMem_Malloc((count + 1) * sizeof(PyObject*));
    if (room == nullptr) {
      PyErr_NoMemory();
      return false;
    }
    room_ = static_cast<PyObject**>(room);
    return true;
  }

  [[nodiscard]] PyObject** values() noexcept { return room_ + 1; }

 private:
  std::array<PyObject*, Inline> inline_;  // uninitialised on purpose
  PyObject** room_ = inline_.data();
};

}  // namespace mainstay::binding::plugins
