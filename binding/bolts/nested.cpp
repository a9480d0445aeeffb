// nested.cpp - remap, research and get_path over Python objects: hosts of the engine's walk.
//
// Exact dicts, lists, tuples, sets and frozensets are taken apart and put together here; every
// other value goes through the face's default_enter and default_exit, as all do in Python. Where a
// callback of the program runs, containers are copied before their items are looked at, so that it
// may change them.
#include <array>
#include <vector>

#include "binding/bolts/module.hpp"
#include "binding/bolts/slot.hpp"
#include "mainstay/bolts/walk.hpp"

namespace mainstay::binding::bolts {
namespace {

using mainstay::bolts::IdentityMap;
using mainstay::bolts::Looked;
using mainstay::bolts::Next;

struct Item {
  Ref key;
  Ref value;
};

enum class Kind : std::uint8_t { dict, list, tuple, set, frozenset, other };

struct Frame {
  Kind kind = Kind::other;
  Ref key;
  Ref old;
  Ref source;  // its items: a dict, a list or a tuple; of `other`, a list of pairs
  Ref fresh;   // what is filled: a dict, set or list; of `other`, the list of new items
  Ref blank;   // of `other`: what default_enter made
  Ref odd;     // new items from the first on that is no plain pair
  Ref inside;  // the path to its items, once it was asked for
  Py_ssize_t position = 0;
};

struct Done {
  Ref old;  // keeps the address taken
  Ref result;
};

constexpr unsigned kBetweenSignals = 4096;
constexpr std::size_t kDepthToLookForCycles = 1000;

// Whether a value is none of the classes that could be a container.
bool is_plain(PyObject* value) noexcept {
  return PyUnicode_CheckExact(value) || PyLong_CheckExact(value) || value == Py_None ||
         PyFloat_CheckExact(value) || PyBool_Check(value) || PyBytes_CheckExact(value);
}

Kind kind_of(PyObject* value) noexcept {
  if (PyDict_CheckExact(value)) return Kind::dict;
  if (PyList_CheckExact(value)) return Kind::list;
  if (PyTuple_CheckExact(value)) return Kind::tuple;
  if (PySet_CheckExact(value)) return Kind::set;
  if (PyFrozenSet_CheckExact(value)) return Kind::frozenset;
  return Kind::other;
}

Ref call(PyObject* function, std::initializer_list<PyObject*> arguments) noexcept {
  return Ref::steal(PyObject_Vectorcall(function, arguments.begin(), arguments.size(), nullptr));
}

struct Walker {
  using Item = bolts::Item;
  using Frame = bolts::Frame;

  PyObject* root;
  PyObject* enter;
  bool copies = false;  // containers, before their items are looked at
  bool cached = false;
  bool builds = false;
  unsigned looks = 0;

  // The path to the items of the innermost frame. Empty with an exception set.
  Ref path(std::vector<Frame>& above) const {
    if (above.empty()) return Ref::steal(PyTuple_New(0));
    std::size_t known = above.size();
    while (known > 0 && !above[known - 1].inside) --known;
    for (; known < above.size(); ++known) {
      Frame& frame = above[known];
      Ref around =
          known == 0 ? Ref::steal(PyTuple_New(0)) : Ref::share(above[known - 1].inside.get());
      if (!around) return Ref{};
      frame.inside =
          frame.old.get() == root ? std::move(around) : longer(around.get(), frame.key.get());
      if (!frame.inside) return Ref{};
    }
    return Ref::share(above.back().inside.get());
  }

  static Ref longer(PyObject* path, PyObject* key) {
    const Py_ssize_t size = PyTuple_GET_SIZE(path);
    Ref made = Ref::steal(PyTuple_New(size + 1));
    if (!made) return made;
    for (Py_ssize_t at = 0; at < size; ++at) {
      PyTuple_SET_ITEM(made.get(), at, Ref::share(PyTuple_GET_ITEM(path, at)).release());
    }
    PyTuple_SET_ITEM(made.get(), size, Ref::share(key).release());
    return made;
  }

  // Pushes a frame for a container.
  Looked open(std::vector<Frame>& above, Item& item) {
    PyObject* value = item.value.get();
    if (is_plain(value)) return Looked::value;
    if (++looks % kBetweenSignals == 0 && PyErr_CheckSignals() != 0) return Looked::failed;
    Frame frame;
    frame.kind = kind_of(value);
    if (!(frame.kind == Kind::other ? ask(above, item, frame) : take_apart(value, frame))) {
      return Looked::failed;
    }
    if (!frame.source) return Looked::value;
    if (!cached && above.size() > kDepthToLookForCycles) {
      for (const Frame& each : above) {
        if (each.old.get() != value) continue;
        PyErr_SetString(PyExc_RecursionError,
                        "nested data contains itself, so its paths have no end; break the cycle, "
                        "or use remap with cache=True");
        return Looked::failed;
      }
    }
    frame.key = std::move(item.key);
    frame.old = std::move(item.value);
    above.push_back(std::move(frame));
    return Looked::container;
  }

  bool take_apart(PyObject* value, Frame& frame) const {
    switch (frame.kind) {
      case Kind::dict:
        frame.source = copies ? Ref::steal(PyDict_Copy(value)) : Ref::share(value);
        if (builds) frame.fresh = Ref::steal(PyDict_New());
        break;
      case Kind::list:
        frame.source = copies ? Ref::steal(PySequence_Tuple(value)) : Ref::share(value);
        break;
      case Kind::tuple: frame.source = Ref::share(value); break;
      default: frame.source = Ref::steal(PySequence_List(value)); break;
    }
    if (builds && frame.kind == Kind::set) frame.fresh = Ref::steal(PySet_New(nullptr));
    if (builds && !frame.fresh) frame.fresh = Ref::steal(PyList_New(0));
    return frame.source && (!builds || frame.fresh);
  }

  // Has default_enter look at the value.
  bool ask(std::vector<Frame>& above, const Item& item, Frame& frame) const {
    const Ref around = path(above);
    if (!around) return false;
    const Ref answer = call(enter, {around.get(), item.key.get(), item.value.get()});
    if (!answer) return false;
    PyObject* items = PyTuple_GET_ITEM(answer.get(), 1);
    if (items == Py_False) return true;
    frame.blank = Ref::share(PyTuple_GET_ITEM(answer.get(), 0));
    frame.source = Ref::steal(PySequence_List(items));
    if (builds) frame.fresh = Ref::steal(PyList_New(0));
    return frame.source && (!builds || frame.fresh);
  }

  static Next next(Frame& frame, Item& item) {
    PyObject* source = frame.source.get();
    if (frame.kind == Kind::dict) {
      PyObject* key = nullptr;
      PyObject* value = nullptr;
      if (!PyDict_Next(source, &frame.position, &key, &value)) return Next::end;
      item.key = Ref::share(key);
      item.value = Ref::share(value);
      return Next::child;
    }
    const bool is_list = PyList_CheckExact(source) != 0;
    const Py_ssize_t size = is_list ? PyList_GET_SIZE(source) : PyTuple_GET_SIZE(source);
    if (frame.position >= size) return Next::end;
    PyObject* child = is_list ? PyList_GET_ITEM(source, frame.position)
                              : PyTuple_GET_ITEM(source, frame.position);
    if (frame.kind != Kind::other) {
      item.value = Ref::share(child);
      item.key = Ref::steal(PyLong_FromSsize_t(frame.position++));
      return item.key ? Next::child : Next::failed;
    }
    ++frame.position;
    return take_pair(child, item) ? Next::child : Next::failed;
  }

  // `key, value = pair`.
  static bool take_pair(PyObject* pair, Item& item) {
    const Ref items =
        PyTuple_CheckExact(pair) ? Ref::share(pair) : Ref::steal(PySequence_Tuple(pair));
    if (!items) return false;
    if (PyTuple_GET_SIZE(items.get()) != 2) {
      PyErr_Format(PyExc_ValueError, "expected a pair of key and value, got %R", pair);
      return false;
    }
    item.key = Ref::share(PyTuple_GET_ITEM(items.get(), 0));
    item.value = Ref::share(PyTuple_GET_ITEM(items.get(), 1));
    return true;
  }

  bool refuse(PyObject* value) const {
    PyErr_Format(PyExc_TypeError, "expected remappable root, not: %R", value);
    return false;
  }
};

struct Remapping : Walker {
  PyObject* visit;  // null: the default one
  PyObject* exit;
  bool reraise = true;
  IdentityMap<Done> done;

  Looked look(std::vector<Frame>& above, Item& item) {
    PyObject* value = item.value.get();
    if (cached && !is_plain(value)) {
      if (const Done* known = done.find(value)) {
        item.value = Ref::share(known->result.get());
        return Looked::value;
      }
    }
    const Looked looked = open(above, item);
    if (looked == Looked::container && cached) {
      Frame& frame = above.back();
      Ref begun;  // what a cycle finds
      switch (frame.kind) {
        case Kind::tuple: begun = Ref::steal(PyTuple_New(0)); break;
        case Kind::frozenset: begun = Ref::steal(PyFrozenSet_New(nullptr)); break;
        case Kind::other: begun = Ref::share(frame.blank.get()); break;
        default: begun = Ref::share(frame.fresh.get()); break;
      }
      if (!begun) return Looked::failed;
      done.set(frame.old.get(), {Ref::share(frame.old.get()), std::move(begun)});
    }
    return looked;
  }

  bool keep(std::vector<Frame>& above, Item& item) {
    if (above.empty()) {
      if (visit != nullptr) {
        const Ref nowhere = path(above);
        if (!nowhere) return false;
        const Ref answer = call(visit, {nowhere.get(), item.key.get(), item.value.get()});
        if (!answer && !may_pass()) return false;
        if (answer.get() == Py_False) return true;  // dropped, so that the root is left as it is
      }
      return refuse(item.value.get());
    }
    Frame& frame = above.back();
    if (visit == nullptr) return add(frame, item.key.get(), item.value.get());
    const Ref around = path(above);
    if (!around) return false;
    const Ref answer = call(visit, {around.get(), item.key.get(), item.value.get()});
    if (!answer && !may_pass()) return false;
    if (!answer || answer.get() == Py_True) return add(frame, item.key.get(), item.value.get());
    if (answer.get() == Py_False) return true;
    if (PyTuple_CheckExact(answer.get()) && PyTuple_GET_SIZE(answer.get()) == 2) {
      return add(frame, PyTuple_GET_ITEM(answer.get(), 0), PyTuple_GET_ITEM(answer.get(), 1));
    }
    if (frame.kind == Kind::other) return PyList_Append(frame.fresh.get(), answer.get()) == 0;
    // No plain pair: default_exit will say what becomes of it, or why it cannot be.
    if (!frame.odd) frame.odd = Ref::steal(PyList_New(0));
    return frame.odd && PyList_Append(frame.odd.get(), answer.get()) == 0;
  }

  // Whether the exception that is set makes the item stay.
  bool may_pass() const {
    if (reraise || !PyErr_ExceptionMatches(PyExc_Exception)) return false;
    PyErr_Clear();
    return true;
  }

  static bool add(Frame& frame, PyObject* key, PyObject* value) {
    if (frame.odd || frame.kind == Kind::other) {
      const Ref pair = Ref::steal(PyTuple_Pack(2, key, value));
      return pair && PyList_Append((frame.odd ? frame.odd : frame.fresh).get(), pair.get()) == 0;
    }
    switch (frame.kind) {
      case Kind::dict: return PyDict_SetItem(frame.fresh.get(), key, value) == 0;
      case Kind::set: return PySet_Add(frame.fresh.get(), value) == 0;
      default: return PyList_Append(frame.fresh.get(), value) == 0;
    }
  }

  bool leave(std::vector<Frame>& above, Frame& frame, Item& item) {
    if (frame.odd) {
      const Ref around = path(above);
      if (!around || !call(exit, {around.get(), frame.key.get(), frame.old.get(), frame.fresh.get(),
                                  frame.odd.get()})) {
        return false;
      }
    }
    switch (frame.kind) {
      case Kind::tuple: item.value = Ref::steal(PyList_AsTuple(frame.fresh.get())); break;
      case Kind::frozenset: item.value = Ref::steal(PyFrozenSet_New(frame.fresh.get())); break;
      case Kind::other: {
        const Ref around = path(above);
        if (!around) return false;
        item.value = call(exit, {around.get(), frame.key.get(), frame.old.get(), frame.blank.get(),
                                 frame.fresh.get()});
        break;
      }
      default: item.value = std::move(frame.fresh); break;
    }
    item.key = std::move(frame.key);
    if (!item.value) return false;
    if (cached) {
      const PyObject* old = frame.old.get();
      done.set(old, {std::move(frame.old), Ref::share(item.value.get())});
    }
    return true;
  }
};

struct Searching : Walker {
  PyObject* query;
  bool reraise = false;
  Ref found;

  Looked look(std::vector<Frame>& above, Item& item) {
    const Ref around = path(above);
    if (!around || !ask_query(around.get(), item)) return Looked::failed;
    return open(above, item);
  }

  bool ask_query(PyObject* around, const Item& item) {
    const Ref answer = call(query, {around, item.key.get(), item.value.get()});
    const int is_true = answer ? PyObject_IsTrue(answer.get()) : -1;
    if (is_true < 0) {
      if (reraise || !PyErr_ExceptionMatches(PyExc_Exception)) return false;
      PyErr_Clear();
    }
    if (is_true <= 0) return true;
    const Ref whole = longer(around, item.key.get());
    const Ref pair = whole ? Ref::steal(PyTuple_Pack(2, whole.get(), item.value.get())) : Ref{};
    return pair && PyList_Append(found.get(), pair.get()) == 0;
  }

  bool keep(std::vector<Frame>& above, Item& item) {
    return above.empty() ? refuse(item.value.get()) : true;
  }
  static bool leave(std::vector<Frame>&, Frame&, Item&) { return true; }
};

}  // namespace

PyObject* remap(PyObject*, PyObject* const* args, Py_ssize_t nargs) noexcept try {
  if (!takes("remap", nargs, 6)) return nullptr;
  Remapping host;
  host.root = args[0];
  host.visit = args[1] == Py_None ? nullptr : args[1];
  host.cached = PyObject_IsTrue(args[2]) == 1;
  host.reraise = PyObject_IsTrue(args[3]) == 1;
  host.enter = args[4];
  host.exit = args[5];
  host.builds = true;
#if defined(Py_GIL_DISABLED)
  host.copies = true;
#else
  host.copies = host.visit != nullptr;
#endif
  Item item{Ref::share(Py_None), Ref::share(args[0])};
  return mainstay::bolts::walk(host, item) ? item.value.release() : nullptr;
} catch (const std::bad_alloc&) {
  return PyErr_NoMemory();
}

PyObject* research(PyObject*, PyObject* const* args, Py_ssize_t nargs) noexcept try {
  if (!takes("research", nargs, 4)) return nullptr;
  Searching host;
  host.root = args[0];
  host.query = args[1];
  host.reraise = PyObject_IsTrue(args[2]) == 1;
  host.enter = args[3];
  host.copies = true;
  host.found = Ref::steal(PyList_New(0));
  Item item{Ref::share(Py_None), Ref::share(args[0])};
  return host.found && mainstay::bolts::walk(host, item) ? host.found.release() : nullptr;
} catch (const std::bad_alloc&) {
  return PyErr_NoMemory();
}

namespace {

// One step that needs no code of the program; empty, without an exception, where it would.
Ref step_into(PyObject* object, PyObject* seg) noexcept {
  if (PyDict_CheckExact(object)) {
    Ref child = Ref::share(PyDict_GetItemWithError(object, seg));
    if (!child) PyErr_Clear();
    return child;
  }
  if (!PyList_CheckExact(object) && !PyTuple_CheckExact(object)) return Ref{};
  Ref number;
  if (PyUnicode_CheckExact(seg)) {
    number = Ref::steal(PyLong_FromUnicodeObject(seg, 10));
    if (!number) PyErr_Clear();
  } else if (PyLong_CheckExact(seg)) {
    number = Ref::share(seg);
  }
  if (!number) return Ref{};
  const Py_ssize_t size = Py_SIZE(object);
  Py_ssize_t at = PyLong_AsSsize_t(number.get());
  if (at == -1 && PyErr_Occurred() != nullptr) PyErr_Clear();
  if (at < 0) at += size;
  if (at < 0 || at >= size) return Ref{};
  return Ref::steal(PySequence_GetItem(object, at));
}

}  // namespace

PyObject* get_path(PyObject* module, PyObject* root, PyObject* path, PyObject* fallback) noexcept {
  const auto& state = state_of<State>(module);
  Ref segments;
  if (PyUnicode_Check(path)) {
    const Ref dot = Ref::steal(PyUnicode_FromString("."));
    segments = dot ? Ref::steal(PyUnicode_Split(path, dot.get(), -1)) : Ref{};
  } else {
    segments = PyTuple_CheckExact(path) ? Ref::share(path) : Ref::steal(PySequence_List(path));
  }
  if (!segments) return nullptr;
  PyObject* told = PyUnicode_Check(path) ? segments.get() : path;
  Ref value = Ref::share(root);
  for (Py_ssize_t at = 0; at < PySequence_Fast_GET_SIZE(segments.get()); ++at) {
    PyObject* seg = PySequence_Fast_GET_ITEM(segments.get(), at);
    Ref child = step_into(value.get(), seg);
    if (!child && PyErr_Occurred() == nullptr) {
      child = call(state.step.get(), {value.get(), seg, told});
    }
    if (!child) {
      if (fallback == nullptr || !PyErr_ExceptionMatches(state.path_error.get())) return nullptr;
      PyErr_Clear();
      return Ref::share(fallback).release();
    }
    value = std::move(child);
  }
  return value.release();
}

PyObject* locate(PyObject*, PyObject* const* args, Py_ssize_t nargs) noexcept {
  if (!takes("locate", nargs, 2)) return nullptr;
  Py_ssize_t left = PyNumber_AsSsize_t(args[1], PyExc_IndexError);
  if (left == -1 && PyErr_Occurred() != nullptr) return nullptr;
  PyObject* lists = args[0];
  if (left < 0) {
    for (Py_ssize_t at = 0; at < PyList_GET_SIZE(lists); ++at) {
      left += PySequence_Size(PyList_GET_ITEM(lists, at));
    }
  }
  for (Py_ssize_t at = 0; left >= 0 && at < PyList_GET_SIZE(lists); ++at) {
    const Py_ssize_t size = PySequence_Size(PyList_GET_ITEM(lists, at));
    if (size < 0) return nullptr;
    if (left < size) return Py_BuildValue("(nn)", at, left);
    left -= size;
  }
  return PyErr_Format(PyExc_IndexError, "list index out of range");
}

}  // namespace mainstay::binding::bolts
