// module.hpp - the state of `mainstay.progress._native`: types, names, the clock, what the face
// gave.
#pragma once

#include <array>
#include <ctime>
#include <optional>

#include "binding/support/native_module.hpp"
#include "binding/support/python.hpp"
#include "binding/support/ref.hpp"
#include "mainstay/progress/count.hpp"

namespace mainstay::binding::progress {

using mainstay::progress::Count;

// `time.time`, and whether it still is what it was: then it need not be called.
struct SystemClock {
  Ref function;
  PyMethodDef* definition = nullptr;
  PyCFunction call = nullptr;

  [[nodiscard]] bool set_up() noexcept;
  // time-machine exchanges what the function calls.
  [[nodiscard]] bool is_untouched() const noexcept {
    return definition != nullptr && definition->ml_meth == call;
  }

  // What time.time() returns, to the bit.
  [[nodiscard]] static double now() noexcept { return read(CLOCK_REALTIME); }
  // The same a few milliseconds late, for a fraction of the cost.
  [[nodiscard]] static double coarse() noexcept { return read(CLOCK_REALTIME_COARSE); }

 private:
  static double read(clockid_t clock) noexcept {
    timespec time{};
    clock_gettime(clock, &time);
    return static_cast<double>(static_cast<long long>(time.tv_sec) * 1'000'000'000 + time.tv_nsec) /
           1e9;
  }
};

// Below that many seconds between two drawings the coarse clock is too coarse.
inline constexpr double kCoarseInterval = 0.02;

// Functions of the face for what the native ones do not know, given by adopt(name=...).
// clang-format off
#define MAINSTAY_PROGRESS_ADOPTED(X) \
  X(meter_text) X(interval_text) X(disp_len)
// clang-format on

// Names of attributes, each interned as `state.name_...`.
// clang-format off
#define MAINSTAY_PROGRESS_NAMES(X) \
  X(n) X(close) X(update) X(iterable) X(dynamic_miniters) X(_walk) X(_update) X(_looked) X(_draw) \
  X(acquire) X(release)
// clang-format on

constexpr std::size_t kMeterArguments = 14;

struct State {
  std::array<Ref, kMeterArguments> meter_names;  // parameters of format_meter, interned
  Ref counter_type, iterator_type, ema_type, locks_type, quiet_type;
  SystemClock clock;
#define X(name) Ref name;
  MAINSTAY_PROGRESS_ADOPTED(X)
#undef X
#define X(name) Ref name_##name;
  MAINSTAY_PROGRESS_NAMES(X)
#undef X

  void each_reference(auto visit) {
    for (Ref* each :
         {&counter_type, &iterator_type, &ema_type, &locks_type, &quiet_type, &clock.function})
      visit(*each);
    for (Ref& each : meter_names) visit(each);
#define X(name) visit(name);
    MAINSTAY_PROGRESS_ADOPTED(X)
#undef X
#define X(name) visit(name_##name);
    MAINSTAY_PROGRESS_NAMES(X)
#undef X
  }
};

// The state of the module that made `object`, or null with an exception set.
[[nodiscard]] State* state_for(PyObject* object) noexcept;

// An exact int or float as a Count; empty for everything else, without an exception.
[[nodiscard]] std::optional<Count> plain_count(PyObject* object) noexcept;

[[nodiscard]] Ref to_python(Count count) noexcept;

// The types, and functions of the module; each in the file of its name.
[[nodiscard]] bool add_counter(PyObject* module, State& state) noexcept;
[[nodiscard]] bool add_iterator(PyObject* module, State& state) noexcept;
[[nodiscard]] bool add_ema(PyObject* module, State& state) noexcept;
[[nodiscard]] bool add_streams(PyObject* module, State& state) noexcept;
[[nodiscard]] bool set_up_meter_names(State& state) noexcept;

PyObject* format_meter(PyObject* module, PyObject* const* args, Py_ssize_t nargs,
                       PyObject* kwnames) noexcept;
PyObject* quiet(PyObject* module, PyObject* const* args, Py_ssize_t nargs) noexcept;
PyObject* format_interval(PyObject* module, PyObject* seconds) noexcept;
PyObject* disp_len(PyObject* module, PyObject* text) noexcept;
PyObject* postfix_text(PyObject* module, PyObject* const* args, Py_ssize_t nargs) noexcept;

}  // namespace mainstay::binding::progress
