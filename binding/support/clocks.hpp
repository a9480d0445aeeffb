// clocks.hpp - whether a program patched time: one question, asked by identity.
//
// freezegun, time-machine, mocks and test suites replace `datetime.datetime` in its module, the
// functions of `time`, or what these functions call. Native code reads the clock by itself only
// while nothing was touched; otherwise it asks what Python has there now. Values of a module's
// state; the interpreter is held throughout.
#pragma once

#include "binding/support/python.hpp"
#include "binding/support/ref.hpp"

namespace mainstay::binding {

class Clocks {
 public:
  // What a capability reads: only that is compared.
  enum class Uses : unsigned { wall_datetime = 1, time = 2, monotonic = 4, sleep = 8 };
  friend constexpr Uses operator|(Uses a, Uses b) noexcept {
    return static_cast<Uses>(static_cast<unsigned>(a) | static_cast<unsigned>(b));
  }

  // Remembers Python's own clocks. A function of `time` that is patched already counts as patched
  // for ever. False: an exception is set.
  [[nodiscard]] bool set_up(Uses uses) noexcept;

  // Whether one of them is not Python's own at this moment. A few nanoseconds each; sets no error.
  [[nodiscard]] bool patched() const noexcept;

  template <class Visit>
  void each_reference(Visit visit) {
    for (Entry& each : entries_) {
      visit(each.module);
      visit(each.name);
      visit(each.original);
    }
  }

 private:
  // `module`.`name` was `original`; `definition` is what its C function is made of, where it has
  // one, and `call` what that called: time-machine exchanges it.
  struct Entry {
    Ref module, name, original;
    PyMethodDef* definition = nullptr;
    PyCFunction call = nullptr;
  };
  [[nodiscard]] bool add_function(const char* name) noexcept;
  [[nodiscard]] bool add_datetime() noexcept;

  Entry entries_[4];
  int count_ = 0;
};

}  // namespace mainstay::binding
