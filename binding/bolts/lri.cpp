// lri.cpp - `_native.Lri`: a dict beside which the engine's Lru keeps order, keys and values.
//
// The dict itself holds the values too, so that all that read it as a dict see them; a hit reads
// the engine's table alone. One class serves LRI and LRU: `_refreshes` says whether reading counts
// as use. On a free-threaded build each method holds the object's critical section.
#include <cstddef>
#include <new>
#include <optional>

#include "binding/bolts/module.hpp"
#include "binding/bolts/slot.hpp"
#include "binding/support/gil.hpp"
#include "binding/support/type.hpp"
#include "mainstay/bolts/lru.hpp"

namespace mainstay::binding::bolts {
namespace {

using Map = mainstay::bolts::Lru<Slot, Slot, Keys>;
using mainstay::bolts::kNoSlot;

constexpr std::size_t kDefaultSize = 128;

struct LriObject {
  PyDictObject dict;
  Map map;
  long long hit_count;
  long long miss_count;
  long long soft_miss_count;
  PyObject* on_miss;
  char refreshes;
};

LriObject& lri(PyObject* self) noexcept { return *reinterpret_cast<LriObject*>(self); }

// Calls `function(self)` while others are kept out; -1 or null when it threw.
template <class Result, class Function>
Result run(PyObject* self, Result failed, Function function) noexcept {
  const CriticalSection section(self);
  try {
    return function(lri(self));
  } catch (const Raised&) {
    return failed;
  } catch (const std::bad_alloc&) {
    PyErr_NoMemory();
    return failed;
  }
}

// The value of a key, counted as a hit. Empty without an exception: it is not there.
Ref hit(LriObject& self, PyObject* key) {
  const Slot wanted = Slot::share(key);
  const auto slot = self.map.find(wanted);
  if (slot == kNoSlot) return Ref{};
  ++self.hit_count;
  if (self.refreshes != 0) self.map.touch(slot);
  return Ref::share(self.map.value(slot).get());
}

PyObject* subscript(PyObject* object, PyObject* key) noexcept {
  Ref on_miss;
  PyObject* value = run<PyObject*>(object, nullptr, [&](LriObject& self) {
    Ref found = hit(self, key);
    if (found) return found.release();
    ++self.miss_count;
    const bool makes = self.on_miss != nullptr && self.on_miss != Py_None;
    if (makes) {
      on_miss = Ref::share(self.on_miss);
    } else {
      raise_key_error(key);
    }
    return static_cast<PyObject*>(nullptr);
  });
  if (value != nullptr || !on_miss) return value;
  Ref made = Ref::steal(PyObject_CallOneArg(on_miss.get(), key));
  if (!made || PyObject_SetItem(object, key, made.get()) != 0) return nullptr;
  return made.release();
}

int remove_key(PyObject* object, PyObject* key) noexcept {
  std::optional<Map::Entry> gone;  // let go of after the dict is whole
  return run<int>(object, -1, [&](LriObject& self) {
    const auto slot = self.map.find(Slot::share(key));
    if (slot == kNoSlot) {
      raise_key_error(key);
      return -1;
    }
    gone.emplace(self.map.remove(slot));
    return PyDict_DelItem(object, key);
  });
}

int assign(PyObject* object, PyObject* key, PyObject* value) noexcept {
  if (value == nullptr) return remove_key(object, key);
  std::optional<Map::Entry> gone;
  return run<int>(object, -1, [&](LriObject& self) {
    const std::uint64_t hash = Keys::hash(key);
    Slot wanted = Slot::share(key);
    auto slot = self.map.find(wanted, hash);
    const std::uint64_t version = self.map.version();
    if (PyDict_SetItem(object, key, value) != 0) return -1;
    if (self.map.version() != version) slot = self.map.find(wanted, hash);
    if (slot != kNoSlot) {
      self.map.touch(slot);
      gone.emplace(
          Map::Entry{std::move(wanted), std::exchange(self.map.value(slot), Slot::share(value))});
      return 0;
    }
    if (self.map.is_full()) gone.emplace(self.map.remove(self.map.oldest()));
    self.map.add(std::move(wanted), hash, Slot::share(value));
    if (gone && PyDict_DelItem(object, gone->key.get()) != 0) {
      if (!PyErr_ExceptionMatches(PyExc_KeyError)) return -1;
      PyErr_Clear();  // it was taken out of the dict past our methods
    }
    return 0;
  });
}

PyObject* get(PyObject* object, PyObject* const* args, Py_ssize_t nargs) noexcept {
  if (nargs < 1 || nargs > 2) {
    return PyErr_Format(PyExc_TypeError, "get() takes a key and a default, got %zd arguments",
                        nargs);
  }
  PyObject* fallback = nargs == 2 ? args[1] : Py_None;
  LriObject& lookup = lri(object);
  const bool is_own = Py_TYPE(object)->tp_as_mapping->mp_subscript == &subscript &&
                      (lookup.on_miss == nullptr || lookup.on_miss == Py_None);
  PyObject* value = is_own ? run<PyObject*>(object, nullptr,
                                            [&](LriObject& self) {
                                              Ref found = hit(self, args[0]);
                                              if (found) return found.release();
                                              ++self.miss_count;
                                              ++self.soft_miss_count;
                                              return Ref::share(fallback).release();
                                            })
                           : PyObject_GetItem(object, args[0]);
  if (value != nullptr || is_own || !PyErr_ExceptionMatches(PyExc_KeyError)) return value;
  PyErr_Clear();
  ++lookup.soft_miss_count;
  return Ref::share(fallback).release();
}

PyObject* pop(PyObject* object, PyObject* const* args, Py_ssize_t nargs) noexcept {
  if (nargs < 1 || nargs > 2) {
    return PyErr_Format(PyExc_TypeError, "pop() takes a key and a default, got %zd arguments",
                        nargs);
  }
  return run<PyObject*>(object, nullptr, [&](LriObject& self) -> PyObject* {
    const auto slot = self.map.find(Slot::share(args[0]));
    if (slot == kNoSlot) {
      if (nargs == 2) return Ref::share(args[1]).release();
      raise_key_error(args[0]);
      return nullptr;
    }
    Map::Entry gone = self.map.remove(slot);
    if (PyDict_DelItem(object, args[0]) != 0) return nullptr;
    return gone.value.ref().release();
  });
}

PyObject* clear(PyObject* object, PyObject*) noexcept {
  std::optional<Map> gone;
  return run<PyObject*>(object, nullptr, [&](LriObject& self) {
    gone.emplace(self.map.take_all());
    PyDict_Clear(object);
    return none().release();
  });
}

PyObject* oldest_first(PyObject* object, PyObject*) noexcept {
  return run<PyObject*>(object, nullptr, [](LriObject& self) {
    Ref list = Ref::steal(PyList_New(0));
    const bool done = list && self.map.each([&](const Map::Entry& entry) {
      const Ref pair = Ref::steal(PyTuple_Pack(2, entry.key.get(), entry.value.get()));
      return pair && PyList_Append(list.get(), pair.get()) == 0;
    });
    return done ? list.release() : nullptr;
  });
}

PyObject* max_size(PyObject* object, void*) noexcept {
  return PyLong_FromSize_t(lri(object).map.capacity());
}

int set_max_size(PyObject* object, PyObject* value, void*) noexcept {
  const Py_ssize_t size = value == nullptr ? -1 : PyNumber_AsSsize_t(value, PyExc_OverflowError);
  if (size == -1 && PyErr_Occurred() != nullptr) return -1;
  if (size <= 0) {
    PyErr_Format(PyExc_ValueError, "expected max_size > 0, not %zd", size);
    return -1;
  }
  return run<int>(object, -1, [&](LriObject& self) {
    self.map.set_capacity(static_cast<std::size_t>(size));
    return 0;
  });
}

PyObject* make(PyTypeObject* type, PyObject* args, PyObject* kwargs) noexcept {
  PyObject* object = PyDict_Type.tp_new(type, args, kwargs);
  if (object != nullptr) new (&lri(object).map) Map(kDefaultSize);
  return object;
}

int traverse(PyObject* object, visitproc visit, void* arg) noexcept {
  Py_VISIT(Py_TYPE(object));
  LriObject& self = lri(object);
  Py_VISIT(self.on_miss);
  int result = 0;
  self.map.each([&](const Map::Entry& entry) {
    if (entry.key.get() != nullptr) result = visit(entry.key.get(), arg);
    if (result == 0 && entry.value.get() != nullptr) result = visit(entry.value.get(), arg);
    return result == 0;
  });
  return result != 0 ? result : PyDict_Type.tp_traverse(object, visit, arg);
}

int clear_references(PyObject* object) noexcept {
  const Map gone = lri(object).map.take_all();
  Py_CLEAR(lri(object).on_miss);
  return PyDict_Type.tp_clear(object);
}

void end(PyObject* object) noexcept {
  PyTypeObject* type = Py_TYPE(object);
  PyObject_GC_UnTrack(object);
  Py_CLEAR(lri(object).on_miss);
  lri(object).map.~Map();
  PyDict_Type.tp_dealloc(object);
  Py_DECREF(type);
}

PyMethodDef kMethods[] = {
    {"get", as_method(&get), METH_FASTCALL,
     "get($self, key, default=None, /)\n--\n\nThe value of a key, or `default`."},
    {"pop", as_method(&pop), METH_FASTCALL,
     "Removes a key and returns its value; `default`, or KeyError, if it is not there."},
    {"clear", as_method(&clear), METH_NOARGS, "clear($self, /)\n--\n\nRemoves all items."},
    {"_oldest_first", as_method(&oldest_first), METH_NOARGS,
     "_oldest_first($self, /)\n--\n\nThe items; the next to be dropped is first."},
    {},
};

PyMemberDef kMembers[] = {
    {"hit_count", T_LONGLONG, offsetof(LriObject, hit_count), 0, "Reads that found a key."},
    {"miss_count", T_LONGLONG, offsetof(LriObject, miss_count), 0, "Reads that found none."},
    {"soft_miss_count", T_LONGLONG, offsetof(LriObject, soft_miss_count), 0,
     "Misses that raised nothing."},
    {"on_miss", T_OBJECT, offsetof(LriObject, on_miss), 0, "Makes the value of a missing key."},
    {"_refreshes", T_BOOL, offsetof(LriObject, refreshes), 0, "Whether reading counts as use."},
    {},
};

PyGetSetDef kAttributes[] = {
    {"max_size", &max_size, &set_max_size, "So many items are kept.", nullptr},
    {},
};

PyType_Slot kSlots[] = {
    {Py_tp_new, reinterpret_cast<void*>(&make)},
    {Py_tp_dealloc, reinterpret_cast<void*>(&end)},
    {Py_tp_traverse, reinterpret_cast<void*>(&traverse)},
    {Py_tp_clear, reinterpret_cast<void*>(&clear_references)},
    {Py_tp_methods, kMethods},
    {Py_tp_members, kMembers},
    {Py_tp_getset, kAttributes},
    {Py_mp_subscript, reinterpret_cast<void*>(&subscript)},
    {Py_mp_ass_subscript, reinterpret_cast<void*>(&assign)},
    {Py_tp_doc, const_cast<char*>("A dict of at most max_size items.")},
    {0, nullptr},
};

PyType_Spec spec{"mainstay.bolts._native.Lri", sizeof(LriObject), 0,
                 Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC, kSlots};

}  // namespace

bool add_lri(PyObject* module, State& state) noexcept {
  state.lri_type = add_type(module, spec, reinterpret_cast<PyObject*>(&PyDict_Type));
  return static_cast<bool>(state.lri_type);
}

}  // namespace mainstay::binding::bolts
