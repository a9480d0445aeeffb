// module.cpp - `mainstay.bolts._native`: walks over nested data, groups, bounded dicts, sets.
#include "binding/bolts/module.hpp"

#include "binding/bolts/slot.hpp"

namespace mainstay::binding::bolts {
namespace {

// adopt(step, path_error): what the face defines and get_path needs.
PyObject* adopt(PyObject* module, PyObject* const* args, Py_ssize_t nargs) noexcept {
  if (!takes("adopt", nargs, 2)) return nullptr;
  auto& state = state_of<State>(module);
  state.step = Ref::share(args[0]);
  state.path_error = Ref::share(args[1]);
  return none().release();
}

constexpr const char* kGetPathParameters[] = {"root", "path", "default"};
constexpr Signature kGetPath{"get_path", nullptr, kGetPathParameters, 2};

PyMethodDef kFunctions[] = {
    {"adopt", as_method(&adopt), METH_FASTCALL, "Take functions of the face."},
    {"remap", as_method(&remap), METH_FASTCALL,
     "remap($module, root, visit, cache, reraise, enter, exit, /)\n--\n\nNested data, rebuilt; "
     "`enter` and `exit` are the default ones, for what is no built-in container."},
    {"research", as_method(&research), METH_FASTCALL,
     "research($module, root, query, reraise, enter, /)\n--\n\nA list of (path, value)."},
    {"get_path", as_signed_method<kGetPath, &get_path>(), METH_FASTCALL | METH_KEYWORDS,
     "The value that a path leads to: an iterable of keys and indexes, or a text with dots.\n\n"
     "Raises PathAccessError, or returns `default` if one is given. A text is tried as an index\n"
     "where a key of that kind does not fit.\n\n"
     ">>> get_path({'a': [{'b': 1}]}, 'a.0.b')\n1"},
    {"locate", as_method(&locate), METH_FASTCALL,
     "locate($module, lists, index, /)\n--\n\nThe list that holds the item of an index, and "
     "where."},
    {"flatten", as_method(&flatten), METH_FASTCALL,
     "flatten($module, iterable, kind, /)\n--\n\nA list of what nested iterables hold."},
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
  return add_lri(module, state) && add_counter(module, state) && add_indexed_set(module, state) &&
         add_multi_dict(module, state) && add_cached(module, state);
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
