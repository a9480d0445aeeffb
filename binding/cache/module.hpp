// module.hpp - the state of `mainstay.cache._native`: what the face registered, names, clocks.
#pragma once

#include "binding/support/clocks.hpp"
#include "binding/support/native_module.hpp"
#include "binding/support/python.hpp"
#include "binding/support/ref.hpp"
#include "mainstay/base/result.hpp"

namespace mainstay::binding::cache {

// The methods of the face that hot methods fall back to.
enum class General : std::size_t {
  get,
  set,
  add,
  delete_,
  incr,
  push,
  pull,
  getitem,
  setitem,
  delitem,
  contains,
  count_
};

struct State {
  Ref core_type;
  Ref timeout;     // exception class
  Ref disk;        // the class whose exact instances the hot methods know
  Ref constants;   // tuple: ENOVAL, UNKNOWN, the classes of plain values
  Ref make_error;  // (kind, words, errno) -> exception
  Ref general[static_cast<std::size_t>(General::count_)];  // names
  Ref fetched, dropped;                                    // names
  Clocks clocks;

  void each_reference(auto visit) {
    for (Ref* each : {&core_type, &timeout, &disk, &constants, &make_error, &fetched, &dropped}) {
      visit(*each);
    }
    for (Ref& each : general) visit(each);
    clocks.each_reference(visit);
  }
};

extern PyModuleDef module_definition;

// Raises what the face makes of an engine's error. Always null.
PyObject* raise(const State& state, const Error& error) noexcept;

}  // namespace mainstay::binding::cache
