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
#define MAINSTAY_DIFF_NAME(member, text) \
  if (!intern(state.names.member, text)) return false;
#include "binding/diff/names.def"
#undef MAINSTAY_DIFF_NAME
  const Ref copy = Ref::steal(PyImport_ImportModule("copy"));
  if (!copy) return false;
  state.deepcopy = Ref::steal(PyObject_GetAttrString(copy.get(), "deepcopy"));
  if (!state.deepcopy) return false;
  return add_settings(module, state) && add_changes(module, state);
}

PyMethodDef kFunctions[] = {
    {"apply_patch", as_method(&apply_patch), METH_FASTCALL,
     "apply_patch($module, document, patch, /)\n--\n\nJSON Patch on a document, both as JSON."},
    {"apply_values", as_method(&apply_values), METH_FASTCALL,
     "apply_values($module, object, changes, elements_of, /)\n--\n\n"
     "Set the new values at plain paths; returns the changes that were not made."},
    {"compare", as_method(&compare), METH_FASTCALL,
     "compare($module, walk, settings, node, /)\n--\n\nCompare the two objects of a node."},
    {"deep_copy", as_method(&deep_copy), METH_O,
     "deep_copy($module, object, /)\n--\n\nAs copy.deepcopy."},
    {"digest_tree", as_method(&digest_tree), METH_FASTCALL,
     "digest_tree($module, hasher, object, parent, flags, /)\n--\n\n"
     "The SHA-256 DeepHash knows an object by, and its size; or NotImplemented."},
    {"parse_path", as_method(&parse_path), METH_O,
     "parse_path($module, path, /)\n--\n\nThe steps of a plain path without its root, or None."},
    {"search", as_method(&search), METH_FASTCALL,
     "search($module, searcher, object, path, text, flags, /)\n--\n\n"
     "Search a text in an object; flags: case_sensitive, match_string, strict_checking."},
    {},
};

}  // namespace

PyModuleDef definition = native_module<State, set_up>(
    "mainstay.diff._native", "The native part of mainstay.diff.", kFunctions);

}  // namespace mainstay::binding::diff

PyMODINIT_FUNC PyInit_diff() { return PyModuleDef_Init(&mainstay::binding::diff::definition); }
