// paths.cpp - which way calls went, in words: the proof that a fast path was taken.
#include "binding/retry/call.hpp"

namespace mainstay::binding::retry {
namespace {

const char* words(Obstacle way) noexcept {
  switch (way) {
    case Obstacle::none: return "native";
    case Obstacle::hook: return "a hook is set";
    case Obstacle::strategy: return "a strategy is not built in";
    case Obstacle::error_class: return "retry_error_cls is set";
    case Obstacle::flag: return "enabled or reraise is not a bool";
    case Obstacle::clock: return "the clock is patched";
    case Obstacle::randomness: return "randomness is patched";
    case Obstacle::subclass: return "the controller's class is not built in";
    case Obstacle::statistics: return "the function's statistics are not a dict";
    case Obstacle::looked_at: return "the state of the block was looked at";
    case Obstacle::exposed: return "the controller's __dict__ was handed out";
    case Obstacle::testing: return "the test switch is on";
    case Obstacle::keeping: return "exceptions are kept";
    case Obstacle::timeout: return "attempts have a time limit";
    case Obstacle::without_gil: return "the interpreter is free-threaded";
    case Obstacle::count_: break;
  }
  return "";
}

}  // namespace

PyObject* paths(PyObject* module, PyObject*) noexcept {
  const ModuleState& state = state_in(module);
  Ref ways = Ref::steal(PyDict_New());
  if (!ways) return nullptr;
  static_assert(static_cast<std::size_t>(Obstacle::count_) <=
                std::tuple_size_v<decltype(ModuleState::paths)>);
  for (std::size_t way = 0; way < static_cast<std::size_t>(Obstacle::count_); ++way) {
    const Ref times = Ref::steal(PyLong_FromUnsignedLongLong(state.paths[way]));
    if (!times ||
        PyDict_SetItemString(ways.get(), words(static_cast<Obstacle>(way)), times.get()) < 0) {
      return nullptr;
    }
  }
  return ways.release();
}

}  // namespace mainstay::binding::retry
