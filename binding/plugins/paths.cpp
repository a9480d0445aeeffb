// paths.cpp - which way hook calls went, in words, and how often plans had to be made for them: the
// proof that a fast path was taken.
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
    case Way::awaited: return "the call is awaited in a way that Python makes";
    case Way::count_: break;
  }
  return "";
}

const char* words(Event event) noexcept {
  switch (event) {
    case Event::plan: return "made";
    case Event::keywords: return "laid out for a set of keywords";
    case Event::subset: return "made for a subset";
    case Event::count_: break;
  }
  return "";
}

// The counters in words; null with an exception set.
template <class Kind, class Counters>
PyObject* told(const Counters& counters) noexcept {
  Ref all = Ref::steal(PyDict_New());
  for (std::size_t i = 0; all && i < counters.size(); ++i) {
    const Ref times = Ref::steal(PyLong_FromUnsignedLongLong(counters[i]));
    if (!times || PyDict_SetItemString(all.get(), words(static_cast<Kind>(i)), times.get()) < 0) {
      return nullptr;
    }
  }
  return all.release();
}

}  // namespace

PyObject* paths(PyObject* module, PyObject*) noexcept { return told<Way>(state_in(module).ways); }

PyObject* awaited(PyObject* module, PyObject*) noexcept {
  state_in(module).count(Way::awaited);
  Py_RETURN_NONE;
}

PyObject* plans(PyObject* module, PyObject*) noexcept {
  return told<Event>(state_in(module).events);
}

}  // namespace mainstay::binding::plugins
