// text.cpp - the text view of plain changes at the usual level of detail: paths as Python spells
// them, and a dict or a set for each kind.
#include <charconv>
#include <cstring>
#include <string_view>

#include "binding/diff/changes.hpp"
#include "binding/support/native_type.hpp"

namespace mainstay::binding::diff {

namespace {

// `prefix` + before + middle + after. Texts of ASCII are put together at once.
Ref joined(PyObject* prefix, std::string_view before, PyObject* middle, std::string_view after) {
  if (PyUnicode_IS_ASCII(prefix) && PyUnicode_IS_ASCII(middle)) {
    const Py_ssize_t first = PyUnicode_GET_LENGTH(prefix);
    const Py_ssize_t second = PyUnicode_GET_LENGTH(middle);
    const auto around = static_cast<Py_ssize_t>(before.size() + after.size());
    Ref made = Ref::steal(PyUnicode_New(first + second + around, 127));
    if (!made) return made;
    char* at = static_cast<char*>(PyUnicode_DATA(made.get()));
    const auto put = [&at](const void* from, std::size_t size) {
      std::memcpy(at, from, size);
      at += size;
    };
    put(PyUnicode_DATA(prefix), static_cast<std::size_t>(first));
    put(before.data(), before.size());
    put(PyUnicode_DATA(middle), static_cast<std::size_t>(second));
    put(after.data(), after.size());
    return made;
  }
  return Ref::steal(PyUnicode_FromFormat("%U%s%U%s", prefix, before.data(), middle, after.data()));
}

Ref number_after(PyObject* path, std::uint32_t number) {
  char digits[16];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  const Ref shown = Ref::steal(PyUnicode_FromStringAndSize(digits, end - digits));
  return shown ? joined(path, "[", shown.get(), "]") : Ref{};
}

// Whether a text has one of two characters; -1 with an exception set.
int has_quote(PyObject* text, Py_UCS4 one, Py_UCS4 other) {
  const Py_ssize_t length = PyUnicode_GET_LENGTH(text);
  for (const Py_UCS4 quote : {one, other}) {
    const Py_ssize_t found = PyUnicode_FindChar(text, quote, 0, length, 1);
    if (found == -2) return -1;
    if (found >= 0) return 1;
  }
  return 0;
}

}  // namespace

Ref path_after(const Names& names, PyObject* walk, const Settings&, PyObject* path,
               const Host::Step& step, bool second) {
  if (path == Py_None) return Ref::share(path);
  PyObject* key = step.key.get();
  if (step.kind == StepKind::member) return Ref::steal(PyUnicode_FromFormat("%U:", path));
  if (step.relation != 0) {
    // Rare: the relation itself says how it is written.
    Ref shown = Ref::share(Py_None);
    if (step.kind == StepKind::entry && PyTuple_CheckExact(key)) {
      shown = call_method(names.key_text, walk, key);
    }
    if (!shown || shown.get() == Py_None) return shown;
    return joined(path, "", shown.get(), "");
  }
  if (step.kind == StepKind::item) return number_after(path, second ? step.b : step.a);
  if (PyUnicode_CheckExact(key)) {
    if (step.kind == StepKind::attribute) {
      const int quoted = has_quote(key, '\'', '"');
      if (quoted < 0) return Ref{};
      if (quoted == 0) return joined(path, ".", key, "");
    }
    const int quoted = has_quote(key, '\'', '\'');
    if (quoted < 0) return Ref{};
    const bool attribute = step.kind == StepKind::attribute;
    return quoted == 1 ? joined(path, attribute ? ".\"" : "[\"", key, attribute ? "\"" : "\"]")
                       : joined(path, attribute ? ".'" : "['", key, attribute ? "'" : "']");
  }
  if (step.kind == StepKind::entry &&
      (PyLong_CheckExact(key) || PyBool_Check(key) || key == Py_None)) {
    const Ref shown = Ref::steal(PyObject_Repr(key));
    return shown ? joined(path, "[", shown.get(), "]") : Ref{};
  }
  const Ref shown = call_method(names.key_text, walk, key);
  if (!shown || shown.get() == Py_None) return Ref::share(shown.get());
  if (!PyUnicode_Check(shown.get())) {
    PyErr_SetString(PyExc_TypeError, "native_key_text() must return a str or None");
    return Ref{};
  }
  return joined(path, "", shown.get(), "");
}

namespace {

class TextView {
 public:
  TextView(State& state, Changes& changes)
      : names_(state.names),
        changes_(changes),
        settings_(value_of<Settings>(changes.settings.get())) {}

  // Empty with an exception set.
  Ref make() {
    Ref root = Ref::steal(PyObject_CallMethodNoArgs(changes_.root_node.get(), names_.path.get()));
    if (!root) return root;
    root_path_ = std::move(root);
    for (const Host::Event& event : changes_.found.events) {
      const bool both = event.change == Change::type || event.change == Change::value;
      if ((++written_ & 0x3FFFU) == 0 && PyErr_CheckSignals() < 0) return Ref{};
      if (!(both ? add_changed(event) : add_one_sided(event))) return Ref{};
    }
    Ref view = Ref::steal(PyDict_New());
    if (!view) return view;
    for (const Change change : {Change::type, Change::entry_added, Change::entry_removed,
                                Change::value, Change::item_added, Change::item_removed}) {
      Ref& found = kinds_[static_cast<std::size_t>(change)];
      if (!found) continue;
      if (PyList_CheckExact(found.get())) {
        found = Ref::steal(PyObject_CallOneArg(settings_.set_type.get(), found.get()));
        if (!found) return Ref{};
      }
      if (PyDict_SetItem(view.get(), name_of(names_, change, StepKind::entry), found.get()) < 0) {
        return Ref{};
      }
    }
    return view;
  }

 private:
  // The path to an entry of the trail, through the first objects.
  Ref path_of(std::uint32_t entry) {
    if (entry == kNone) return Ref::share(root_path_.get());
    const auto& trail = changes_.found.trail;
    if (paths_.size() < trail.size()) paths_.resize(trail.size());
    std::vector<std::uint32_t> missing;
    std::uint32_t at = entry;
    for (; at != kNone && !paths_[at]; at = trail[at].parent) missing.push_back(at);
    Ref path = Ref::share(at == kNone ? root_path_.get() : paths_[at].get());
    if (missing.size() > kLongWay) {
      path = path_along(path, missing);
      paths_[entry] = Ref::share(path.get());
      return path;
    }
    for (std::size_t i = missing.size(); i-- > 0;) {
      const auto& step = trail[missing[i]].step;
      if (step.kind != StepKind::root) path = after(path.get(), step, false);
      if (!path) return path;
      paths_[missing[i]] = Ref::share(path.get());
    }
    return path;
  }

  // The same without the paths between, which would take quadratic time in a deep tree.
  Ref path_along(const Ref& path, const std::vector<std::uint32_t>& missing) {
    const Ref nothing = Ref::steal(PyUnicode_New(0, 0));
    const Ref parts = Ref::steal(PyList_New(0));
    if (!nothing || !parts || PyList_Append(parts.get(), path.get()) < 0) return Ref{};
    if (path.get() == Py_None) return Ref::share(Py_None);
    for (std::size_t i = missing.size(); i-- > 0;) {
      const auto& step = changes_.found.trail[missing[i]].step;
      if (step.kind == StepKind::root) continue;
      const Ref part = after(nothing.get(), step, false);
      if (!part || part.get() == Py_None) return Ref::share(part.get());
      if (PyList_Append(parts.get(), part.get()) < 0) return Ref{};
    }
    return Ref::steal(PyUnicode_Join(nothing.get(), parts.get()));
  }

  // What is there on one side only has the position of that side.
  Ref path_of(const Host::Event& event) {
    Ref up = path_of(event.trail);
    if (!up || event.step.kind == StepKind::root) return up;
    return after(up.get(), event.step, !event.a);
  }

  Ref after(PyObject* path, const Host::Step& step, bool second) {
    return path_after(names_, changes_.walk.get(), settings_, path, step, second);
  }

  PyObject* kind(Change change, bool as_list) {
    Ref& found = kinds_[static_cast<std::size_t>(change)];
    if (!found) found = Ref::steal(as_list ? PyList_New(0) : PyDict_New());
    return found.get();
  }

  bool put(PyObject* dict, const Ref& name, PyObject* value) {
    return PyDict_SetItem(dict, name.get(), value) == 0;
  }

  bool add_changed(const Host::Event& event) {
    const bool of_type = event.change == Change::type;
    const Ref path = path_of(event);
    const Ref told = Ref::steal(PyDict_New());
    PyObject* all = kind(event.change, false);
    if (!path || !told || all == nullptr) return false;
    PyObject* a = event.a.get();
    PyObject* b = event.b.get();
    if (of_type) {
      if (!put(told.get(), names_.old_type, reinterpret_cast<PyObject*>(Py_TYPE(a))) ||
          !put(told.get(), names_.new_type, reinterpret_cast<PyObject*>(Py_TYPE(b))) ||
          !put(told.get(), names_.old_value, a) || !put(told.get(), names_.new_value, b)) {
        return false;
      }
    } else if (!put(told.get(), names_.new_value, b) || !put(told.get(), names_.old_value, a) ||
               (event.extra != mainstay::diff::kMerged && !add_text_diff(told.get(), a, b))) {
      return false;
    }
    return PyDict_SetItem(all, path.get(), told.get()) == 0;
  }

  // Texts of several lines are shown line by line too.
  bool add_text_diff(PyObject* told, PyObject* a, PyObject* b) {
    bool lines = false;
    for (PyObject* text : {a, b}) {
      if (PyUnicode_CheckExact(text)) {
        const Py_ssize_t length = PyUnicode_GET_LENGTH(text);
        lines = lines || PyUnicode_FindChar(text, '\n', 0, length, 1) >= 0;
      } else if (PyBytes_CheckExact(text)) {
        const auto size = static_cast<std::size_t>(PyBytes_GET_SIZE(text));
        lines = lines || std::memchr(PyBytes_AS_STRING(text), '\n', size) != nullptr;
      } else {
        return true;
      }
    }
    if (!lines) return true;
    const Ref found = call_method(names_.text_diff, changes_.walk.get(), a, b);
    const int any = found ? PyObject_IsTrue(found.get()) : -1;
    return any == 0 || (any == 1 && put(told, names_.diff, found.get()));
  }

  bool add_one_sided(const Host::Event& event) {
    const bool of_entry =
        event.change == Change::entry_added || event.change == Change::entry_removed;
    const Ref path = path_of(event);
    PyObject* all = kind(event.change, of_entry);
    if (!path || all == nullptr) return false;
    if (of_entry) return PyList_Append(all, path.get()) == 0;
    return PyDict_SetItem(all, path.get(), event.b ? event.b.get() : event.a.get()) == 0;
  }

  static constexpr std::size_t kLongWay = 64;

  const Names& names_;
  Changes& changes_;
  const Settings& settings_;
  Ref root_path_;
  std::size_t written_ = 0;
  std::vector<Ref> paths_;  // through the first objects, by entries of the trail
  Ref kinds_[static_cast<std::size_t>(Change::item_moved)];
};

}  // namespace

Ref text_view(State& state, Changes& changes) {
  if (!changes.foreign.empty() || !changes.relations.empty()) return Ref::share(Py_None);
  for (const Host::Event& event : changes.found.events) {
    // Python writes what is rarer, attributes, and what has paths of its own.
    if (event.step.kind == StepKind::attribute || event.change >= Change::item_moved ||
        event.step.relation != 0) {
      return Ref::share(Py_None);
    }
  }
  for (const auto& entry : changes.found.trail) {
    if (entry.step.relation != 0) return Ref::share(Py_None);
  }
  return TextView(state, changes).make();
}

}  // namespace mainstay::binding::diff
