// paths.cpp - which way hook calls went, in words: the proof that a fast path was taken.
#include "binding/plugins/module.hpp"

namespace mainstay::binding::plugins {
namespace {

const char* words(Way way) noexcept {
  switch (way) {
    case Way::native: return "native";
    case Way::monitored: return "calls are monitored";
    case Way::history: return "the call is kept or replayed";
    case Way::extra: return "extra implementations take part";
    case Way::overridden: return "the manager's execution is overridden";
    case Way::subclass: return "the hook's class is not built in";
    case Way::foreign: return "an implementation or the specification is not built in";
    case Way::multicall: return "the call loop was called directly";
    case Way::without_gil: return "the interpreter is free-threaded";
    case Way::count_: break;
  }
  return "";
}

const char* words(Event event) noexcept {
  switch (event) {
    case Event::plan: return "plans built";
    case Event::keywords: return "sets of keywords met";
    case Event::subset: return "subsets filtered";
    case Event::count_: break;
  }
  return "";
}

template <class Kind, class Counters>
bool add(PyObject* ways, const Counters& counters) noexcept {
  for (std::size_t i = 0; i < counters.size(); ++i) {
    const Ref times = Ref::steal(PyLong_FromUnsignedLongLong(counters[i]));
    if (!times || PyDict_SetItemString(ways, words(static_cast<Kind>(i)), times.get()) < 0) {
      return false;
    }
  }
  return true;
}

}  // namespace

PyObject* paths(PyObject* module, PyObject*) noexcept {
  const ModuleState& state = state_in(module);
  Ref ways = Ref::steal(PyDict_New());
  if (!ways || !add<Way>(ways.get(), state.ways) || !add<Event>(ways.get(), state.events)) {
    return nullptr;
  }
  return ways.release();
}

}  // namespace mainstay::binding::plugins
