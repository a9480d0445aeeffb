// module.cpp - `mainstay.diff._native`: the engine's walk over Python objects.
#include "binding/diff/module.hpp"

#include "binding/support/native_module.hpp"
#include "binding/support/type.hpp"

namespace mainstay::binding::diff {

namespace {

bool intern(Ref& into, const char* text) {
  into = Ref::steal(PyUnicode_InternFromString(text));
  return static_cast<bool>(into);
}

bool set_up(PyObject* module, State& state) {
#define MAINSTAY_DIFF_INTERN(member, text) \
  if (!intern(state.names.member, text)) return false;
  MAINSTAY_DIFF_NAMES(MAINSTAY_DIFF_INTERN)
#undef MAINSTAY_DIFF_INTERN
  return add_settings(module, state) && add_changes(module, state);
}

PyMethodDef kFunctions[] = {
    {"compare", as_method(&compare), METH_FASTCALL,
     "compare($module, walk, settings, node, /)\n--\n\nCompare the two objects of a node."},
    {"opcodes", as_method(&opcodes_of), METH_FASTCALL,
     "opcodes($module, a, b, /)\n--\n\n"
     "How one sequence becomes another, as difflib's SequenceMatcher says it without autojunk."},
    {},
};

}  // namespace

PyModuleDef definition = native_module<State, set_up>(
    "mainstay.diff._native", "The native part of mainstay.diff.", kFunctions);

}  // namespace mainstay::binding::diff

PyMODINIT_FUNC PyInit_diff() { return PyModuleDef_Init(&mainstay::binding::diff::definition); }
