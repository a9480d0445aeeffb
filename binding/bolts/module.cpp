// module.cpp - `mainstay.bolts._native`: walks over nested data, groups, bounded dicts, sets.
#include "binding/bolts/module.hpp"

namespace mainstay::binding::bolts {
namespace {

PyMethodDef kFunctions[] = {
    {"remap", as_method(&remap), METH_FASTCALL,
     "remap($module, root, visit, cache, reraise, enter, exit, /)\n--\n\nNested data, rebuilt; "
     "`enter` and `exit` are the default ones, for what is no built-in container."},
    {"research", as_method(&research), METH_FASTCALL,
     "research($module, root, query, reraise, enter, /)\n--\n\nA list of (path, value)."},
    {"get_path", as_method(&get_path), METH_FASTCALL,
     "get_path($module, root, path, step, /)\n--\n\nWhat a path leads to; `step` takes the steps "
     "that fail."},
    {"flatten", as_method(&flatten), METH_FASTCALL,
     "flatten($module, iterable, Iterable, /)\n--\n\nA list of what nested iterables hold."},
    {"unique", as_method(&unique), METH_FASTCALL,
     "unique($module, src, key, /)\n--\n\nA list of values whose key comes for the first time."},
    {"redundant", as_method(&redundant), METH_FASTCALL,
     "redundant($module, src, key, groups, /)\n--\n\nA list of values that come again."},
    {"bucketize", as_method(&bucketize), METH_FASTCALL,
     "bucketize($module, src, key, transform, filter, /)\n--\n\nA dict of lists."},
    {"partition", as_method(&partition), METH_FASTCALL,
     "partition($module, src, tests, /)\n--\n\nA tuple of lists."},
    {},
};

bool set_up(PyObject* module, State& state) {
  return add_lri(module, state) && add_counter(module, state) && add_indexed_set(module, state);
}

PyModuleDef definition = native_module<State, set_up>(
    "mainstay.bolts._native", "The native part of mainstay.bolts.", kFunctions);

}  // namespace

State* state_for(PyObject* object) noexcept {
  PyObject* module = module_of(Py_TYPE(object), &definition);
  return module == nullptr ? nullptr : &state_of<State>(module);
}

}  // namespace mainstay::binding::bolts

PyMODINIT_FUNC PyInit_bolts() { return PyModuleDef_Init(&mainstay::binding::bolts::definition); }
