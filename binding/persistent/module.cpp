// module.cpp - the init function of `mainstay.persistent._native`, and the functions that make
// collections.
#include "binding/persistent/module.hpp"

#include "binding/persistent/field.hpp"
#include "binding/persistent/freeze.hpp"
#include "binding/persistent/map.hpp"
#include "binding/persistent/set.hpp"
#include "binding/persistent/transform.hpp"
#include "binding/persistent/vector.hpp"

namespace mainstay::binding::persistent {
namespace {

Ref pmap(PyObject* module, PyObject* initial, PyObject*) {
  State& state = module_state(module);
  if (initial == nullptr) return Ref::share(state.empty_map.get());
  const int any = PyObject_IsTrue(initial);
  if (any < 0) return {};
  return any == 1 ? map_from(state, initial) : Ref::share(state.empty_map.get());
}

Ref pset(PyObject* module, PyObject* iterable, PyObject*) {
  State& state = module_state(module);
  return iterable == nullptr ? Ref::share(state.empty_set.get()) : set_from(state, iterable);
}

Ref pvector(PyObject* module, PyObject* iterable) {
  State& state = module_state(module);
  if (iterable == nullptr) return Ref::share(state.empty_vector.get());
  if (is_exactly(iterable, state.vector_type)) return Ref::share(iterable);
  Host host = state.host();
  Tree tree;
  extend(state, host, tree, iterable);
  return make_vector(state, std::move(tree));
}

PyObject* m(PyObject* module, PyObject* args, PyObject* kwargs) {
  if (PyTuple_GET_SIZE(args) != 0) {
    PyErr_Format(PyExc_TypeError, "m() takes 0 positional arguments but %zd %s given",
                 PyTuple_GET_SIZE(args), PyTuple_GET_SIZE(args) == 1 ? "was" : "were");
    return nullptr;
  }
  return safe<&pmap>(module, kwargs, nullptr).release();
}

PyObject* s(PyObject* module, PyObject* elements) {
  return safe<&pset>(module, elements, nullptr).release();
}

PyObject* v(PyObject* module, PyObject* elements) {
  return safe<&pvector>(module, elements).release();
}

using Conversion = Ref(State&, PyObject*, bool);

template <Conversion* convert>
Ref convert_all(PyObject* module, PyObject* object, PyObject* strict) {
  const int answer = strict == nullptr ? 1 : PyObject_IsTrue(strict);
  if (answer < 0) return {};
  return convert(module_state(module), object, answer == 1);
}

Ref step(PyObject* module, PyObject* structure, PyObject* path, PyObject* command,
         PyObject* pending) {
  return transform_step(module_state(module), structure, path, 0, command, pending);
}

// An object of a class that derives from PMap, PSet or PVector, with what one of these has.
Ref shared(PyObject* module, PyObject* cls, PyObject* collection) {
  State& state = module_state(module);
  auto* type = reinterpret_cast<PyTypeObject*>(cls);
  const auto derives = [&](const Ref& base) {
    return PyType_Check(cls) &&
           PyType_IsSubtype(type, reinterpret_cast<PyTypeObject*>(base.get())) != 0;
  };
  if (state.is_map(collection) && derives(state.map_type)) {
    const MapValue& map = map_value(collection);
    return make_derived(type, MapValue{map.root, map.size});
  }
  if (state.is_set(collection) && derives(state.set_type)) {
    return make_derived(type, SetValue{set_value(collection)});
  }
  if (state.is_vector(collection) && derives(state.vector_type)) {
    return make_derived(type, VectorValue{tree_of(collection)});
  }
  PyErr_Format(PyExc_TypeError, "%R cannot have what a %.200s has", cls,
               Py_TYPE(collection)->tp_name);
  return {};
}

// provide(**parts): the face hands over what native code calls. Again when a part of it is
// reloaded.
PyObject* provide(PyObject* module, PyObject*, PyObject* kwargs) {
  static constexpr const char* kNamesOfParts[] = {
#define MAINSTAY_PERSISTENT_PART(name) #name,
#include "binding/persistent/parts.def"
#undef MAINSTAY_PERSISTENT_PART
  };
  State& state = module_state(module);
  PyObject *name = nullptr, *value = nullptr;
  Py_ssize_t position = 0;
  while (kwargs != nullptr && PyDict_Next(kwargs, &position, &name, &value) != 0) {
    std::size_t part = 0;
    while (part < kParts && PyUnicode_CompareWithASCIIString(name, kNamesOfParts[part]) != 0) {
      ++part;
    }
    if (part == kParts) {
      PyErr_Format(PyExc_TypeError, "native code has no use for %R; see parts.def", name);
      return nullptr;
    }
    state.parts[part] = Ref::share(value);
  }
  return Ref::share(Py_None).release();
}

bool set_up(PyObject* module, State& state) {
  static constexpr const char* kTexts[] = {
#define MAINSTAY_PERSISTENT_NAME(name) #name,
#include "binding/persistent/names.def"
#undef MAINSTAY_PERSISTENT_NAME
  };
  for (std::size_t i = 0; i < kNames; ++i) {
    state.names[i] = Ref::steal(PyUnicode_InternFromString(kTexts[i]));
    if (!state.names[i]) return false;
  }
  for (Ref& part : state.parts) part = Ref::share(Py_None);
  return add_node_types(module, state) && add_map_types(module, state) &&
         add_set_types(module, state) && add_vector_types(module, state) &&
         add_field_types(module, state) && add_class_types(module, state) &&
         add_record_types(module, state);
}

constexpr const char* kObjectStrict[] = {"o", "strict"};
constexpr Signature kFreeze{"freeze", nullptr, kObjectStrict, 1};
constexpr Signature kThaw{"thaw", nullptr, kObjectStrict, 1};
constexpr const char* kStepNames[] = {"structure", "path", "command", "pending"};
constexpr Signature kStep{"transform_step", nullptr, kStepNames, 4};
constexpr const char* kClsCollection[] = {"cls", "collection"};
constexpr Signature kSharedSignature{"shared", nullptr, kClsCollection, 2};
constexpr const char* kInitialSize[] = {"initial", "pre_size"};
constexpr Signature kMap{"pmap", nullptr, kInitialSize, 0};
constexpr const char* kIterableSize[] = {"iterable", "pre_size"};
constexpr Signature kSet{"pset", nullptr, kIterableSize, 0};
constexpr const char* kIterable[] = {"iterable"};
constexpr Signature kVector{"pvector", nullptr, kIterable, 0};

PyMethodDef kFunctions[] = {
    method<kMap, safe<pmap>, kShared>("pmap",
                                      "pmap($module, initial={}, pre_size=0)\n--\n\nA PMap of a "
                                      "mapping or of pairs. pre_size is accepted and not needed."),
    {"m", as_method(&m), METH_VARARGS | METH_KEYWORDS,
     "m($module, /, **entries)\n--\n\nm(**entries): a PMap of them."},
    method<kSet, safe<pset>, kShared>("pset",
                                      "pset($module, iterable=(), pre_size=8)\n--\n\nA PSet of "
                                      "what iterable gives. pre_size is accepted and not needed."),
    {"s", as_method(&s), METH_VARARGS,
     "s($module, /, *elements)\n--\n\ns(*elements): a PSet of them."},
    method<kVector, safe<pvector>, kShared>(
        "pvector", "pvector($module, iterable=())\n--\n\nA PVector of what iterable gives."),
    method<kVector, safe<pvector>, kShared>(
        "python_pvector", "python_pvector($module, iterable=())\n--\n\nThe same as pvector()."),
    {"v", as_method(&v), METH_VARARGS,
     "v($module, /, *elements)\n--\n\nv(*elements): a PVector of them."},
    method<kSharedSignature, safe<shared>, kShared>("shared",
                                                    "An object of cls with what collection has."),
    method<kFreeze, safe<convert_all<&freeze>>, kShared>(
        "freeze",
        "freeze($module, o, strict=True)\n--\n\no with its dicts, lists and sets, at any depth, as "
        "PMaps, PVectors and PSets."),
    method<kThaw, safe<convert_all<&thaw>>, kShared>(
        "thaw",
        "thaw($module, o, strict=True)\n--\n\no with its PMaps, PVectors and PSets, at any depth, "
        "as dicts, lists and sets."),
    method<kStep, safe<step>, kShared>("transform_step", "One step of a transform()."),
    {"provide", as_method(&provide), METH_VARARGS | METH_KEYWORDS,
     "For the face: what native code calls back."},
    {},
};

}  // namespace

State& state_of_made_type(PyTypeObject* type) noexcept {
  return *static_cast<State*>(PyType_GetModuleState(type));
}

PyModuleDef definition = native_module<State, set_up>(
    "mainstay.persistent._native", "The native part of mainstay.persistent.", kFunctions);

}  // namespace mainstay::binding::persistent

PyMODINIT_FUNC PyInit_persistent() {
  return PyModuleDef_Init(&mainstay::binding::persistent::definition);
}
