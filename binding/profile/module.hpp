// module.hpp - the parts of `mainstay.profile._native`: its state, and texts between the languages.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "binding/support/native_module.hpp"
#include "binding/support/python.hpp"
#include "binding/support/ref.hpp"

namespace mainstay::binding::profile {

struct State {
  Ref samples_type, tree_type, recorder_type, stat_profile_type;
  void each_reference(auto visit) {
    for (Ref* each : {&samples_type, &tree_type, &recorder_type, &stat_profile_type}) visit(*each);
  }
};

// The state of the module that made `object`, or null with an exception set.
[[nodiscard]] State* state_for(PyObject* object) noexcept;

// The bytes of a str: UTF-8, in which lone surrogates are kept. `data` is null with an exception
// set; it is valid as long as this and the str live.
struct Text {
  explicit Text(PyObject* str) noexcept;
  [[nodiscard]] std::string_view view() const noexcept { return {data, size}; }

  const char* data = nullptr;
  std::size_t size = 0;
  Ref holder;
};

// The other way. Empty with an exception set.
[[nodiscard]] Ref to_str(std::string_view text) noexcept;

// Adds its type, and functions; each in the file of its name. False with an exception set.
[[nodiscard]] bool add_samples_type(PyObject* module, State& state) noexcept;
[[nodiscard]] bool add_tree_type(PyObject* module, State& state) noexcept;
[[nodiscard]] bool add_recorder_type(PyObject* module, State& state) noexcept;
[[nodiscard]] bool add_stat_profile_type(PyObject* module, State& state) noexcept;

PyObject* setstatprofile(PyObject* module, PyObject* args, PyObject* kwargs) noexcept;
PyObject* get_frame_info(PyObject* module, PyObject* frame) noexcept;

}  // namespace mainstay::binding::profile
