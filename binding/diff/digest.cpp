// digest.cpp - `digest_tree(hasher, object, parent, flags)`: DeepHash of built-in objects.
//
// SHA-256 of the very texts DeepHash is known for. The digests of all objects go to
// `hasher.hashes`; objects of other types are digested by `hasher._child`. Answers NotImplemented
// where a digest turns out to be something else than 64 hexadecimal digits.
#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "binding/diff/module.hpp"
#include "binding/diff/on_the_way.hpp"
#include "binding/diff/view.hpp"
#include "binding/support/native_module.hpp"
#include "mainstay/base/sha256.hpp"
#include "mainstay/base/utf8.hpp"
#include "mainstay/diff/measure.hpp"

namespace mainstay::binding::diff {

namespace {

using mainstay::diff::Measuring;
using mainstay::diff::Part;

using Hex = std::array<char, 64>;

[[nodiscard]] std::string_view view(const Hex& hex) noexcept { return {hex.data(), hex.size()}; }

class Digester : public View {
 public:
  using Digest = Hex;
  using Measure = mainstay::diff::Measured<Hex>;

  struct Flags {
    int ignore_repetition, ignore_order, ignore_private;
    PyObject* true_key;
    PyObject* false_key;
  };

  // All are kept by the caller.
  Digester(PyObject* hasher, PyObject* hashes, PyObject* active, PyObject* parent,
           const Flags& flags)
      : hasher_(hasher),
        hashes_(hashes),
        active_(active),
        parent_(parent),
        flags_(flags),
        nested_(PySet_GET_SIZE(active) > 1) {}

  [[nodiscard]] bool unusual() const noexcept { return unusual_; }

  bool measure(PyObject* object, Measure& measure) {
    Measuring<Digester> measuring(*this);
    Measuring<Digester>* const outer = std::exchange(measuring_, &measuring);
    const bool done = measuring.measure(Held::share(object), measure);
    measuring_ = outer;
    return done;
  }

  // What measuring asks.

  static bool go_on() { return PyErr_CheckSignals() == 0; }

  bool measure_scalar(const Held& node, Measure& measure) {
    PyObject* object = node.get();
    const NodeKind kind = kind_of(object);
    if (kind == NodeKind::other) return foreign("_child", object, measure);
    const Ref key = key_of(object, kind);
    bool known = false;
    if (!key || !look_up(key.get(), measure, known)) return false;
    if (known) return true;
    Sha256 sha;
    bool readable = true;
    if (!add_scalar(sha, object, kind, readable)) return false;
    if (!readable) return foreign("_hash", object, measure);
    measure.digest = sha.hex();
    measure.count = 1;
    return store(key.get(), measure);
  }

  bool measure_key(const Held& key, Measure& measure) {
    const NodeKind kind = kind_of(key.get());
    if (kind == NodeKind::sequence || kind == NodeKind::set)
      return this->measure(key.get(), measure);
    return measure_scalar(key, measure);
  }

  [[nodiscard]] bool hidden(const Held& key) const noexcept {
    return flags_.ignore_private != 0 && is_private(key.get());
  }

  bool above(const void* identity) { return nested_ && OnTheWay::contains(active_, identity); }

  bool combine(const Held& node, std::span<Part<Hex>> parts, Hex& digest) {
    PyObject* object = node.get();
    Sha256 sha;
    sha.add("str:");
    if (PyDict_CheckExact(object)) {
      std::sort(parts.begin(), parts.end());
      sha.add("dict:{");
      for (std::size_t i = 0; i < parts.size(); ++i) {
        if (i > 0) sha.add(";");
        sha.add(view(parts[i].key));
        sha.add(":");
        sha.add(view(parts[i].value));
      }
      sha.add("}");
    } else {
      sha.add(PyList_CheckExact(object)    ? "list:"
              : PyTuple_CheckExact(object) ? "tuple:"
              : PySet_CheckExact(object)   ? "set:"
                                           : "frozenset:");
      add_items(sha, parts);
    }
    digest = sha.hex();
    return true;
  }

  // Lists, dicts and sets are looked through each time, as they may have changed; but once only as
  // long as no code of Python runs.
  bool recall(const Held& node, Measure& measure) {
    if (may_come_again(node)) {
      const auto found = shared_.find(node.get());
      if (found != shared_.end()) {
        measure = found->second.second;
        return true;
      }
    }
    if (!known_by_value(node.get())) return false;
    bool known = false;
    if (!look_up(node.get(), measure, known)) PyErr_Clear();
    return known;
  }

  bool remember(const Held& node, const Measure& measure, bool whole) {
    PyObject* object = node.get();
    if (whole && may_come_again(node)) shared_.insert_or_assign(object, std::pair{node, measure});
    if (known_by_value(object)) {
      if (store(object, measure)) return true;
      if (!PyErr_ExceptionMatches(PyExc_TypeError)) return false;
      PyErr_Clear();
    }
    std::array<char, 32> text{};
    std::memcpy(text.data(), "!>*id", 5);
    const auto number = reinterpret_cast<std::uintptr_t>(object);
    const auto end = std::to_chars(text.data() + 5, text.data() + text.size(), number).ptr;
    const Ref key = Ref::steal(PyUnicode_FromStringAndSize(text.data(), end - text.data()));
    return key && store(key.get(), measure);
  }

 private:
  // Whether more refers to it than where it was found, and the walk.
  [[nodiscard]] static bool may_come_again(const Held& node) noexcept {
    return Py_REFCNT(node.get()) > 2;
  }

  // What an object is known by in `hashes`: numbers with their type, as 1 and 1.0 are equal.
  Ref key_of(PyObject* object, NodeKind kind) const {
    if (kind == NodeKind::boolean) {
      return Ref::share(object == Py_True ? flags_.true_key : flags_.false_key);
    }
    if (kind == NodeKind::integer || kind == NodeKind::real) {
      return Ref::steal(PyTuple_Pack(2, reinterpret_cast<PyObject*>(Py_TYPE(object)), object));
    }
    return Ref::share(object);
  }

  bool read(PyObject* pair, Measure& measure) {
    PyObject* digest = PyTuple_CheckExact(pair) && PyTuple_GET_SIZE(pair) == 2
                           ? PyTuple_GET_ITEM(pair, 0)
                           : nullptr;
    unusual_ = digest == nullptr || !PyUnicode_CheckExact(digest) || !PyUnicode_IS_ASCII(digest) ||
               PyUnicode_GET_LENGTH(digest) != 64;
    if (unusual_) return false;
    std::memcpy(measure.digest.data(), PyUnicode_DATA(digest), 64);
    measure.count = PyLong_AsUnsignedLongLong(PyTuple_GET_ITEM(pair, 1));
    return PyErr_Occurred() == nullptr;
  }

  bool look_up(PyObject* key, Measure& measure, bool& known) {
    const Ref found = Ref::share(PyDict_GetItemWithError(hashes_, key));
    known = static_cast<bool>(found);
    return known ? read(found.get(), measure) : PyErr_Occurred() == nullptr;
  }

  bool store(PyObject* key, const Measure& measure) {
    Ref digest = Ref::steal(PyUnicode_New(64, 127));
    Ref count = Ref::steal(PyLong_FromUnsignedLongLong(measure.count));
    if (!digest || !count) return false;
    std::memcpy(PyUnicode_DATA(digest.get()), measure.digest.data(), 64);
    const Ref pair = Ref::steal(PyTuple_Pack(2, digest.get(), count.get()));
    return pair && PyDict_SetItem(hashes_, key, pair.get()) == 0;
  }

  // False with an exception set; not readable: Python has to say what is wrong.
  static bool add_scalar(Sha256& sha, PyObject* object, NodeKind kind, bool& readable) {
    switch (kind) {
      case NodeKind::null: sha.add("str:NONE"); return true;
      case NodeKind::boolean:
        sha.add(object == Py_True ? "str:bool:true" : "str:bool:false");
        return true;
      case NodeKind::text: sha.add("str:"); return add_text(sha, object);
      case NodeKind::bytes: {
        std::string_view bytes(PyBytes_AS_STRING(object),
                               static_cast<std::size_t>(PyBytes_GET_SIZE(object)));
        sha.add("bytes:");
        sha.add(bytes);
        while (!bytes.empty() && readable) {
          const std::size_t length = utf8_length(bytes);
          readable = length > 0;
          bytes.remove_prefix(length);
        }
        return true;
      }
      case NodeKind::integer: sha.add("str:int:"); return add_integer(sha, object);
      default: {
        sha.add("str:float:");
        char* text =
            PyOS_double_to_string(PyFloat_AS_DOUBLE(object), 'r', 0, Py_DTSF_ADD_DOT_0, nullptr);
        if (text == nullptr) return false;
        sha.add(text);
        PyMem_Free(text);
        return true;
      }
    }
  }

  static bool add_text(Sha256& sha, PyObject* object) {
    return with_utf8(object, [&sha](std::string_view bytes) { sha.add(bytes); });
  }

  static bool add_integer(Sha256& sha, PyObject* object) {
    int overflow = 0;
    const long long number = PyLong_AsLongLongAndOverflow(object, &overflow);
    if (overflow != 0) {
      const Ref digits = Ref::steal(PyObject_Str(object));
      return digits && add_text(sha, digits.get());
    }
    std::array<char, 24> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
    sha.add(std::string_view(text.data(), static_cast<std::size_t>(end - text.data())));
    return true;
  }

  // Each digest once, in the order in which it came first, or sorted; with how often, when asked.
  void add_items(Sha256& sha, std::span<Part<Hex>> parts) const {
    std::vector<std::uint32_t> order(parts.size());
    for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
    std::sort(order.begin(), order.end(), [&](std::uint32_t x, std::uint32_t y) {
      return parts[x] < parts[y] || (!(parts[y] < parts[x]) && x < y);
    });
    struct Kind {
      std::uint32_t first, times;
    };
    std::vector<Kind> kinds;
    for (const std::uint32_t i : order) {
      if (!kinds.empty() && parts[kinds.back().first] == parts[i]) {
        ++kinds.back().times;
      } else {
        kinds.push_back({i, 1});
      }
    }
    if (flags_.ignore_order == 0) {
      std::sort(kinds.begin(), kinds.end(),
                [](const Kind& x, const Kind& y) { return x.first < y.first; });
    }
    bool first = true;
    for (const Kind& kind : kinds) {
      if (!std::exchange(first, false)) sha.add(",");
      sha.add(view(parts[kind.first].value));
      if (flags_.ignore_repetition == 0) sha.add("|" + std::to_string(kind.times));
    }
  }

  // `hasher.method(object, parent)`, told what is on the way to it.
  bool foreign(const char* method, PyObject* object, Measure& measure) {
    OnTheWay way(active_);
    bool added = true;
    measuring_->each_open([&](const Held& open) { added = added && way.add(open.get()); });
    if (!added) return false;
    const Ref result = Ref::steal(PyObject_CallMethod(hasher_, method, "OO", object, parent_));
    shared_.clear();
    return result && way.end() && read(result.get(), measure);
  }

  PyObject* hasher_;
  PyObject* hashes_;
  PyObject* active_;
  PyObject* parent_;
  const Flags& flags_;
  bool nested_;  // Python is inside of other objects
  bool unusual_ = false;
  Measuring<Digester>* measuring_ = nullptr;
  std::unordered_map<PyObject*, std::pair<Held, Measure>> shared_;
};

}  // namespace

PyObject* digest_tree(PyObject* module, PyObject* const* args, Py_ssize_t nargs) {
  State& state = state_of<State>(module);
  Digester::Flags flags{};
  if (nargs != 4 || !PyTuple_Check(args[3]) ||
      !PyArg_ParseTuple(args[3], "pppOO", &flags.ignore_repetition, &flags.ignore_order,
                        &flags.ignore_private, &flags.true_key, &flags.false_key)) {
    if (!PyErr_Occurred()) {
      PyErr_SetString(PyExc_TypeError, "digest_tree() takes a hasher, an object, a path and flags");
    }
    return nullptr;
  }
  const Ref hashes = Ref::steal(PyObject_GetAttr(args[0], state.names.hashes.get()));
  const Ref active = Ref::steal(PyObject_GetAttr(args[0], state.names.active.get()));
  if (!hashes || !active) return nullptr;
  if (!PyDict_CheckExact(hashes.get()) || !PySet_Check(active.get())) Py_RETURN_NOTIMPLEMENTED;
  try {
    Digester digester(args[0], hashes.get(), active.get(), args[2], flags);
    mainstay::diff::Measured<Hex> measure;
    if (!digester.measure(args[1], measure)) {
      if (digester.unusual() && !PyErr_Occurred()) Py_RETURN_NOTIMPLEMENTED;
      return nullptr;
    }
    return Py_BuildValue("(s#K)", measure.digest.data(), static_cast<Py_ssize_t>(64),
                         static_cast<unsigned long long>(measure.count));
  } catch (const std::bad_alloc&) {
    return PyErr_NoMemory();
  }
}

}  // namespace mainstay::binding::diff
