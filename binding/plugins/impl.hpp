// impl.hpp - one hook implementation: a function, whose it is, and what its author asked for.
#pragma once

#include "binding/plugins/module.hpp"
#include "mainstay/plugins/rank.hpp"

namespace mainstay::binding::plugins {

// The fields programs see are Python objects as they were given; the flags beside them are what the
// call loop reads. Assigning to a field makes every plan that was built before look again.
struct ImplObject {
  PyObject_HEAD PyObject* function;
  PyObject* argnames;
  PyObject* kwargnames;
  PyObject* plugin;
  PyObject* plugin_name;
  PyObject* opts;
  PyObject* wrapper;
  PyObject* hookwrapper;
  PyObject* optionalhook;
  PyObject* tryfirst;
  PyObject* trylast;
  bool is_wrapper, is_hookwrapper;  // of the new kind, of the old kind
  bool is_first, is_last;
  bool named_plainly;  // both tuples of names hold nothing but str
};

[[nodiscard]] inline ImplObject& as_impl(PyObject* self) noexcept {
  return *reinterpret_cast<ImplObject*>(self);
}

// Whether `object` is of a door's own class, so that its flags may be read.
[[nodiscard]] bool is_own_impl(const ModuleState& state, PyObject* object) noexcept;

// What ordering asks of an implementation of a door's own class.
[[nodiscard]] inline mainstay::plugins::Traits own_traits(PyObject* impl) noexcept {
  const ImplObject& own = as_impl(impl);
  return {.wrapper = own.is_wrapper || own.is_hookwrapper,
          .tryfirst = own.is_first,
          .trylast = own.is_last};
}

// Whether `object` is of a door's own class, complete, and its argument names are tuples of str.
[[nodiscard]] bool is_plain_impl(const ModuleState& state, PyObject* object) noexcept;

// What ordering asks of any object in the place of an implementation. False with an exception set.
[[nodiscard]] bool read_traits(const ModuleState& state, PyObject* impl,
                               mainstay::plugins::Traits& traits) noexcept;

// HookImpl(plugin, plugin_name, function, opts) of the door's class.
[[nodiscard]] Ref new_impl(const DoorObject& door, PyObject* plugin, PyObject* plugin_name,
                           PyObject* function, PyObject* opts) noexcept;

}  // namespace mainstay::binding::plugins
