// module.hpp - the parts of `mainstay.bolts._native`; each function and type in the file named.
#pragma once

#include "binding/support/native_module.hpp"
#include "binding/support/native_type.hpp"
#include "binding/support/python.hpp"
#include "binding/support/ref.hpp"

namespace mainstay::binding::bolts {

struct State {
  Ref lri_type, counter_type, indexed_set_type, places_type, multi_dict_type, cached_type;
  // Of the face: takes a step of get_path that fails, and what that raises.
  Ref step, path_error;
  void each_reference(auto visit) {
    for (Ref* each : {&lri_type, &counter_type, &indexed_set_type, &places_type, &multi_dict_type,
                      &cached_type, &step, &path_error}) {
      visit(*each);
    }
  }
};

// nested.cpp
PyObject* remap(PyObject* module, PyObject* const* args, Py_ssize_t nargs) noexcept;
PyObject* research(PyObject* module, PyObject* const* args, Py_ssize_t nargs) noexcept;
PyObject* get_path(PyObject* module, PyObject* root, PyObject* path, PyObject* fallback) noexcept;

// flat.cpp
PyObject* flatten(PyObject* module, PyObject* const* args, Py_ssize_t nargs) noexcept;
PyObject* unique(PyObject* module, PyObject* const* args, Py_ssize_t nargs) noexcept;
PyObject* redundant(PyObject* module, PyObject* const* args, Py_ssize_t nargs) noexcept;
PyObject* bucketize(PyObject* module, PyObject* const* args, Py_ssize_t nargs) noexcept;
PyObject* partition(PyObject* module, PyObject* const* args, Py_ssize_t nargs) noexcept;

PyObject* locate(PyObject* module, PyObject* const* args, Py_ssize_t nargs) noexcept;

// lri.cpp, counter.cpp, indexed_set.cpp, multi_dict.cpp, cached.cpp
[[nodiscard]] bool add_lri(PyObject* module, State& state) noexcept;
[[nodiscard]] bool add_counter(PyObject* module, State& state) noexcept;
[[nodiscard]] bool add_indexed_set(PyObject* module, State& state) noexcept;

[[nodiscard]] bool add_multi_dict(PyObject* module, State& state) noexcept;
[[nodiscard]] bool add_cached(PyObject* module, State& state) noexcept;

[[nodiscard]] State* state_for(PyObject* object) noexcept;

}  // namespace mainstay::binding::bolts
