// module.hpp - what the files of `mainstay.diff._native` share: its state, and what each adds.
#pragma once

#include "binding/support/python.hpp"
#include "binding/support/ref.hpp"

namespace mainstay::binding::diff {

struct Names {
#define MAINSTAY_DIFF_NAME(member, text) Ref member;
#include "binding/diff/names.def"
#undef MAINSTAY_DIFF_NAME
};

struct State {
  Names names;
  Ref settings_type, changes_type;
  Ref deepcopy;  // copy.deepcopy

  void each_reference(auto visit) {
#define MAINSTAY_DIFF_NAME(member, text) visit(names.member);
#include "binding/diff/names.def"
#undef MAINSTAY_DIFF_NAME
    visit(settings_type);
    visit(changes_type);
    visit(deepcopy);
  }
};

extern PyModuleDef definition;

// `self.name(rest...)`. Empty: an exception is set.
template <class... Objects>
[[nodiscard]] Ref call_method(const Ref& name, PyObject* self, Objects... rest) {
  PyObject* arguments[] = {self, rest...};
  return Ref::steal(PyObject_VectorcallMethod(name.get(), arguments, 1 + sizeof...(rest), nullptr));
}

[[nodiscard]] bool add_settings(PyObject* module, State& state);
[[nodiscard]] bool add_changes(PyObject* module, State& state);

// Functions of the module.
[[nodiscard]] PyObject* deep_copy(PyObject* module, PyObject* object);
[[nodiscard]] PyObject* digest_tree(PyObject* module, PyObject* const* args, Py_ssize_t nargs);
[[nodiscard]] PyObject* parse_path(PyObject* module, PyObject* path);
[[nodiscard]] PyObject* apply_patch(PyObject* module, PyObject* const* args, Py_ssize_t nargs);
[[nodiscard]] PyObject* apply_values(PyObject* module, PyObject* const* args, Py_ssize_t nargs);
[[nodiscard]] PyObject* search(PyObject* module, PyObject* const* args, Py_ssize_t nargs);
[[nodiscard]] PyObject* compare(PyObject* module, PyObject* const* args, Py_ssize_t nargs);

}  // namespace mainstay::binding::diff
