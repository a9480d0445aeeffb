// module.cpp - `mainstay.cache._native`: the codec's functions, the store's type.
#include "binding/cache/module.hpp"

#include "binding/cache/codec.hpp"
#include "binding/cache/core.hpp"
#include "mainstay/cache/detail/crc32c.hpp"

namespace mainstay::binding::cache {
namespace {

constexpr const char* kGeneralNames[] = {"_general_get",     "_general_set",     "_general_add",
                                         "_general_delete",  "_general_incr",    "_general_push",
                                         "_general_pull",    "_general_getitem", "_general_setitem",
                                         "_general_delitem", "_general_contains"};
static_assert(std::size(kGeneralNames) == static_cast<std::size_t>(General::count_));

// Keyword arguments only, and all of them.
PyObject* register_names(PyObject* module, PyObject* args, PyObject* kwargs) {
  static const char* const names[] = {"timeout", "disk", "constants", "make_error", nullptr};
  PyObject *timeout = nullptr, *disk = nullptr, *constants = nullptr, *make_error = nullptr;
  if (!PyArg_ParseTupleAndKeywords(args, kwargs, "$OOO!O", const_cast<char**>(names), &timeout,
                                   &disk, &PyTuple_Type, &constants, &make_error)) {
    return nullptr;
  }
  State& state = state_of<State>(module);
  state.timeout = Ref::share(timeout);
  state.disk = Ref::share(disk);
  state.constants = Ref::share(constants);
  state.make_error = Ref::share(make_error);
  Py_RETURN_NONE;
}

template <auto encode_it>
PyObject* encoded(PyObject* module, PyObject* object) {
  try {
    std::string bytes;
    switch (encode_it(state_of<State>(module), object, bytes)) {
      case Encoded::raised: return nullptr;
      case Encoded::other: Py_RETURN_NONE;
      case Encoded::plain: break;
    }
    return PyBytes_FromStringAndSize(bytes.data(), static_cast<Py_ssize_t>(bytes.size()));
  } catch (const std::bad_alloc&) {
    return PyErr_NoMemory();
  }
}

template <auto decode_it>
PyObject* decoded(PyObject* module, PyObject* data) {
  Py_buffer view;
  if (PyObject_GetBuffer(data, &view, PyBUF_SIMPLE) != 0) return nullptr;
  Ref object;
  try {
    object = decode_it(state_of<State>(module),
                       {static_cast<const char*>(view.buf), static_cast<std::size_t>(view.len)});
  } catch (const std::bad_alloc&) {
    PyErr_NoMemory();
  }
  PyBuffer_Release(&view);
  return object.release();
}

// Disk.hash of the exact Disk: the same for equal keys in each process and release.
PyObject* hash_key(PyObject* module, PyObject* key) {
  PyTypeObject* const type = Py_TYPE(key);
  std::string bytes;
  if (type == &PyUnicode_Type) {
    Py_ssize_t size = 0;
    const char* const utf8 = PyUnicode_AsUTF8AndSize(key, &size);
    if (utf8 == nullptr) return nullptr;
    bytes.assign(utf8, static_cast<std::size_t>(size));
  } else if (type == &PyBytes_Type) {
    bytes.assign(PyBytes_AS_STRING(key), static_cast<std::size_t>(PyBytes_GET_SIZE(key)));
  } else if (type == &PyFloat_Type) {
    const auto word = std::bit_cast<std::uint64_t>(PyFloat_AS_DOUBLE(key));
    for (int shift = 56; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(word >> shift));
  } else {
    int overflow = 1;
    const long long number =
        type == &PyLong_Type ? PyLong_AsLongLongAndOverflow(key, &overflow) : 0;
    if (overflow == 0) {
      const long long rest = number % 0xffffffffLL;
      return PyLong_FromLongLong(rest < 0 ? rest + 0xffffffffLL : rest);
    }
    switch (encode_key(state_of<State>(module), key, bytes)) {
      case Encoded::raised: return nullptr;
      case Encoded::other:
        PyErr_Format(PyExc_TypeError, "a %.100s is not plain, and has no hash here", type->tp_name);
        return nullptr;
      case Encoded::plain: break;
    }
  }
  return PyLong_FromUnsignedLong(adler32(bytes));
}

PyObject* crc32c(PyObject*, PyObject* args) {
  Py_buffer view;
  unsigned int start = 0;
  if (!PyArg_ParseTuple(args, "y*|I", &view, &start)) return nullptr;
  const std::uint32_t sum =
      mainstay::cache::detail::crc32c(view.buf, static_cast<std::size_t>(view.len), start);
  PyBuffer_Release(&view);
  return PyLong_FromUnsignedLong(sum);
}

PyMethodDef kFunctions[] = {
    {"register", as_method(&register_names), METH_VARARGS | METH_KEYWORDS,
     "register($module, /, *, timeout, disk, constants, make_error)\n--\n\n"
     "Tells what the face's classes are."},
    {"encode", &encoded<encode_value>, METH_O,
     "encode($module, value, /)\n--\n\nA plain value as bytes, else None."},
    {"decode", &decoded<decode_value>, METH_O, "decode($module, data, /)\n--\n\nAnd back."},
    {"encode_key", &encoded<encode_key>, METH_O,
     "encode_key($module, key, /)\n--\n\nA plain key as bytes, the same for equal ones, else "
     "None."},
    {"decode_key", &decoded<decode_key>, METH_O, "decode_key($module, data, /)\n--\n\nAnd back."},
    {"hash_key", &hash_key, METH_O,
     "hash_key($module, key, /)\n--\n\nA number below 2**32, stable across releases."},
    {"crc32c", &crc32c, METH_VARARGS,
     "crc32c($module, data, start=0, /)\n--\n\nThe check sum of value files."},
    {},
};

bool set_up(PyObject* module, State& state) {
  if (!state.clocks.set_up(Clocks::Uses::time)) return false;
  for (std::size_t i = 0; i < std::size(kGeneralNames); ++i) {
    state.general[i] = Ref::steal(PyUnicode_InternFromString(kGeneralNames[i]));
    if (!state.general[i]) return false;
  }
  state.fetched = Ref::steal(PyUnicode_InternFromString("_fetched"));
  state.dropped = Ref::steal(PyUnicode_InternFromString("_dropped"));
  state.core_type = add_core_type(module);
  return state.fetched && state.dropped && state.core_type;
}

}  // namespace

PyModuleDef module_definition = native_module<State, set_up>(
    "mainstay.cache._native", "The native part of mainstay.cache.", kFunctions);

}  // namespace mainstay::binding::cache

PyMODINIT_FUNC PyInit_cache() {
  return PyModuleDef_Init(&mainstay::binding::cache::module_definition);
}
