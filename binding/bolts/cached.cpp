// cached.cpp - `_native.Cached`, the base of CachedFunction: a call that is looked up in a cache.
//
// The key of a call without `key_func`, its arguments as make_cache_key puts them together, is made
// here; everything else - another key function, types in the key - asks Python. The cache is any
// mapping; nothing is held while the function runs, so two threads may both run it.
#include "binding/bolts/module.hpp"
#include "binding/bolts/slot.hpp"

namespace mainstay::binding::bolts {
namespace {

struct CachedObject {
  PyObject head;
  PyObject* func;
  PyObject* get_cache;
  PyObject* cache;     // the mapping, where get_cache would only return it; else null
  PyObject* key_func;  // null or None: make_cache_key
  PyObject* mark;      // between positional arguments and those with names
  char typed;
  char scoped;
};

CachedObject& cached(PyObject* self) noexcept { return *reinterpret_cast<CachedObject*>(self); }

// What make_cache_key returns without `typed`.
Ref key_for(const CachedObject& self, PyObject* args, PyObject* kwargs) noexcept {
  const Py_ssize_t count = PyTuple_GET_SIZE(args);
  if (kwargs == nullptr || PyDict_GET_SIZE(kwargs) == 0) {
    if (count != 1) return Ref::share(args);
    PyObject* only = PyTuple_GET_ITEM(args, 0);
    const bool is_simple = PyUnicode_CheckExact(only) || PyLong_CheckExact(only) ||
                           only == Py_None || PyFrozenSet_CheckExact(only);
    return Ref::share(is_simple ? only : args);
  }
  const Ref named = Ref::steal(PyDict_Items(kwargs));
  if (!named) return Ref{};
  const Py_ssize_t names = PyList_GET_SIZE(named.get());
  if (names > 1 && PyList_Sort(named.get()) != 0) return Ref{};
  Ref key = Ref::steal(PyTuple_New(count + 1 + names));
  if (!key) return key;
  for (Py_ssize_t at = 0; at < count; ++at) {
    PyTuple_SET_ITEM(key.get(), at, Ref::share(PyTuple_GET_ITEM(args, at)).release());
  }
  PyTuple_SET_ITEM(key.get(), count, Ref::share(self.mark).release());
  for (Py_ssize_t at = 0; at < names; ++at) {
    PyTuple_SET_ITEM(key.get(), count + 1 + at,
                     Ref::share(PyList_GET_ITEM(named.get(), at)).release());
  }
  return key;
}

Ref ask_key(const CachedObject& self, PyObject* args, PyObject* kwargs) noexcept {
  const Ref named = kwargs != nullptr ? Ref::share(kwargs) : Ref::steal(PyDict_New());
  const Ref options =
      Ref::steal(Py_BuildValue("{s:O}", "typed", self.typed != 0 ? Py_True : Py_False));
  const Ref both = named ? Ref::steal(PyTuple_Pack(2, args, named.get())) : Ref{};
  if (!both || !options) return Ref{};
  return Ref::steal(PyObject_Call(self.key_func, both.get(), options.get()));
}

PyObject* call(PyObject* object, PyObject* args, PyObject* kwargs) noexcept {
  const CachedObject& self = cached(object);
  if (self.func == nullptr || self.mark == nullptr) {
    return PyErr_Format(PyExc_TypeError, "%s was not initialized", Py_TYPE(object)->tp_name);
  }
  const Ref cache = self.cache != nullptr ? Ref::share(self.cache)
                                          : Ref::steal(PyObject_CallNoArgs(self.get_cache));
  if (!cache) return nullptr;
  const bool is_own = self.typed == 0 && (self.key_func == nullptr || self.key_func == Py_None);
  const Ref key = is_own ? key_for(self, args, kwargs) : ask_key(self, args, kwargs);
  if (!key) return nullptr;
  PyObject* known = PyObject_GetItem(cache.get(), key.get());
  if (known != nullptr || !PyErr_ExceptionMatches(PyExc_KeyError)) return known;
  PyErr_Clear();
  const Ref function = Ref::share(self.func);
  Ref value = Ref::steal(PyObject_Call(function.get(), args, kwargs));
  if (!value || PyObject_SetItem(cache.get(), key.get(), value.get()) != 0) return nullptr;
  return value.release();
}

int traverse(PyObject* object, visitproc visit, void* arg) noexcept {
  Py_VISIT(Py_TYPE(object));
  const CachedObject& self = cached(object);
  for (PyObject* each : {self.func, self.get_cache, self.cache, self.key_func, self.mark}) {
    Py_VISIT(each);
  }
  return 0;
}

int clear(PyObject* object) noexcept {
  CachedObject& self = cached(object);
  for (PyObject** each : {&self.func, &self.get_cache, &self.cache, &self.key_func, &self.mark}) {
    Py_CLEAR(*each);
  }
  return 0;
}

PyMemberDef kMembers[] = {
    {"func", T_OBJECT_EX, offsetof(CachedObject, func), 0, "The function itself."},
    {"get_cache", T_OBJECT_EX, offsetof(CachedObject, get_cache), 0, "Returns the cache."},
    {"_cache", T_OBJECT, offsetof(CachedObject, cache), 0, "The cache, if it is always one."},
    {"_key_func", T_OBJECT, offsetof(CachedObject, key_func), 0, "Makes keys; None: the default."},
    {"_mark", T_OBJECT, offsetof(CachedObject, mark), 0, "Stands before named arguments."},
    {"typed", T_BOOL, offsetof(CachedObject, typed), 0, "Whether types are part of the key."},
    {"scoped", T_BOOL, offsetof(CachedObject, scoped), 0, "What the repr says."},
    {},
};

PyType_Slot kSlots[] = {
    {Py_tp_dealloc, reinterpret_cast<void*>(&clear_and_free<&clear>)},
    {Py_tp_traverse, reinterpret_cast<void*>(&traverse)},
    {Py_tp_clear, reinterpret_cast<void*>(&clear)},
    {Py_tp_members, kMembers},
    {Py_tp_call, reinterpret_cast<void*>(&call)},
    {Py_tp_doc, const_cast<char*>("A function whose results are kept in a cache.")},
    {0, nullptr},
};

PyType_Spec spec{"mainstay.bolts._native.Cached", sizeof(CachedObject), 0,
                 Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC, kSlots};

}  // namespace

bool add_cached(PyObject* module, State& state) noexcept {
  state.cached_type = add_type(module, spec);
  return static_cast<bool>(state.cached_type);
}

}  // namespace mainstay::binding::bolts
