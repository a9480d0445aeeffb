// search.cpp - `search(searcher, object, path, text, flags)`: DeepSearch of
// a text in built-in objects.
//
// A match in a path is one in all paths below it, so of each path only its last step is searched.
// What was found goes to `searcher._report`; objects of other types, and numbers where they are
// compared as texts, are searched by `searcher._search`.
#include <charconv>
#include <string>
#include <string_view>
#include <vector>

#include "binding/diff/module.hpp"
#include "binding/diff/on_the_way.hpp"
#include "binding/diff/view.hpp"
#include "binding/support/native_module.hpp"
#include "mainstay/diff/detail/ancestors.hpp"

namespace mainstay::binding::diff {

namespace {

bool append(std::string& into, PyObject* text) {
  return with_utf8(text, [&into](std::string_view bytes) { into.append(bytes); });
}

bool append_lower(std::string& into, PyObject* text, PyObject* lower) {
  if (PyUnicode_IS_ASCII(text)) {
    const auto* data = static_cast<const char*>(PyUnicode_DATA(text));
    const auto size = static_cast<std::size_t>(PyUnicode_GET_LENGTH(text));
    const std::size_t begin = into.size();
    into.append(data, size);
    for (std::size_t i = begin; i < into.size(); ++i) {
      if (into[i] >= 'A' && into[i] <= 'Z') into[i] = static_cast<char>(into[i] + ('a' - 'A'));
    }
    return true;
  }
  const Ref lowered = Ref::steal(PyObject_CallMethodNoArgs(text, lower));
  return lowered && append(into, lowered.get());
}

class Searcher {
 public:
  // All are kept by the caller.
  Searcher(State& state, PyObject* searcher, PyObject* active, bool case_sensitive,
           bool match_string, bool strict)
      : names_(state.names),
        searcher_(searcher),
        active_(active),
        cased_(case_sensitive),
        whole_(match_string),
        strict_(strict) {}

  bool run(PyObject* object, PyObject* path, PyObject* text) {
    if (!append(text_, text) || !append(path_, path)) return false;
    if (!cased_ && !append_lower(lower_, path, names_.lower.get())) return false;
    // Whether the first path has it is not asked: only steps are.
    open(object, !whole_ && searched().find(text_) != std::string::npos);
    for (std::size_t steps = 1; !open_.empty(); ++steps) {
      if (!advance() || ((steps & 0x3FFFU) == 0 && PyErr_CheckSignals() < 0)) return false;
    }
    return true;
  }

 private:
  struct Open {
    Held node;
    NodeKind kind;
    View::Cursor cursor{};
    std::size_t at = 0;
    std::size_t path_size, lower_size;  // of the path to it
    bool found;                         // in that path
  };

  [[nodiscard]] std::string& searched() noexcept { return cased_ ? path_ : lower_; }

  void open(PyObject* object, bool found) {
    above_.push(object);
    open_.push_back({.node = Held::share(object),
                     .kind = kind_of(object),
                     .path_size = path_.size(),
                     .lower_size = lower_.size(),
                     .found = found});
  }

  // One child of the innermost open object.
  bool advance() {
    Open& top = open_.back();
    path_.resize(top.path_size);
    lower_.resize(top.lower_size);
    Held key;
    Held child;
    const std::size_t at = top.at++;
    const Found found = top.kind == NodeKind::mapping
                            ? View::entry(top.node, top.cursor, key, child)
                            : View::item(top.node, at, child);
    if (found == Found::failed) return false;
    if (found == Found::no) {
      above_.pop();
      open_.pop_back();
      return true;
    }
    const bool in_path = top.found;
    const std::size_t before = searched().size();
    if (top.kind != NodeKind::mapping) {
      append_number(at);
      bool same = false;
      if (!same_as_text(child.get(), same)) return false;
      if (same) return report(names_.matched_values, child.get());
      if (is_above(child.get())) return true;
      return enter(child.get(), in_path || (!whole_ && found_after(before)));
    }
    if (is_above(child.get())) return true;
    if (!append_key(key.get())) return false;
    const bool here = whole_ ? searched() == text_ : in_path || found_after(before);
    if (here && !report(names_.matched_paths, child.get())) return false;
    return enter(child.get(), here && !whole_);
  }

  [[nodiscard]] bool found_after(std::size_t before) {
    const std::size_t overlap = text_.empty() ? 0 : text_.size() - 1;
    return searched().find(text_, before > overlap ? before - overlap : 0) != std::string::npos;
  }

  [[nodiscard]] bool is_above(PyObject* object) {
    return above_.contains(object) || OnTheWay::contains(active_, object);
  }

  void append_number(std::size_t number) {
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
    const std::string_view shown(digits, static_cast<std::size_t>(end - digits));
    for (std::string* into : {&path_, &lower_}) {
      if (into == &lower_ && cased_) break;
      into->push_back('[');
      into->append(shown);
      into->push_back(']');
    }
  }

  bool append_key(PyObject* key) {
    const bool quoted = PyUnicode_Check(key) || PyBytes_Check(key) || PyMemoryView_Check(key);
    const Ref shown =
        PyUnicode_CheckExact(key) ? Ref::share(key) : Ref::steal(PyObject_Format(key, nullptr));
    if (!shown) return false;
    const std::string_view before = quoted ? "['" : "[";
    const std::string_view after = quoted ? "']" : "]";
    path_.append(before);
    if (!append(path_, shown.get())) return false;
    path_.append(after);
    if (cased_) return true;
    lower_.append(before);
    if (!append_lower(lower_, shown.get(), names_.lower.get())) return false;
    lower_.append(after);
    return true;
  }

  bool read(PyObject* text, bool& matched, bool only_whole) {
    value_.clear();
    const bool done =
        cased_ ? append(value_, text) : append_lower(value_, text, names_.lower.get());
    if (!done) return false;
    matched = only_whole ? value_ == text_ : value_.find(text_) != std::string::npos;
    return true;
  }

  // Items that equal the text are found without being entered.
  bool same_as_text(PyObject* child, bool& same) {
    return !PyUnicode_CheckExact(child) || read(child, same, true);
  }

  bool enter(PyObject* child, bool found) {
    switch (kind_of(child)) {
      case NodeKind::null: return true;
      case NodeKind::text: {
        bool matched = false;
        if (!read(child, matched, whole_)) return false;
        return !matched || report(names_.matched_values, child);
      }
      case NodeKind::boolean:
      case NodeKind::integer:
      case NodeKind::real: return strict_ || foreign(child);
      case NodeKind::mapping:
      case NodeKind::sequence: open(child, found); return true;
      default: return foreign(child);
    }
  }

  Ref shown_path() {
    return Ref::steal(
        PyUnicode_DecodeUTF8(path_.data(), static_cast<Py_ssize_t>(path_.size()), "surrogatepass"));
  }

  bool report(const Ref& kind, PyObject* value) {
    const Ref path = shown_path();
    if (!path) return false;
    return static_cast<bool>(call_method(names_.report, searcher_, kind.get(), path.get(), value));
  }

  // By Python, which is told what is on the way.
  bool foreign(PyObject* object) {
    OnTheWay way(active_);
    for (const Open& each : open_) {
      if (!way.add(each.node.get())) return false;
    }
    const Ref path = shown_path();
    if (!path || !way.add(object)) return false;
    const Ref done = call_method(names_.search, searcher_, object, path.get());
    return done && way.end();
  }

  const Names& names_;
  PyObject* searcher_;
  PyObject* active_;
  bool cased_;
  bool whole_;
  bool strict_;  // numbers are not compared as texts
  std::string text_, path_, lower_, value_;
  std::vector<Open> open_;
  mainstay::diff::detail::Ancestors above_;
};

}  // namespace

PyObject* search(PyObject* module, PyObject* const* args, Py_ssize_t nargs) {
  State& state = state_of<State>(module);
  int case_sensitive = 0;
  int match_string = 0;
  int strict = 0;
  if (nargs != 5 || !PyUnicode_Check(args[2]) || !PyUnicode_Check(args[3]) ||
      !PyTuple_Check(args[4])) {
    PyErr_SetString(PyExc_TypeError,
                    "search() takes a searcher, an object, a path, a text and a tuple of flags");
    return nullptr;
  }
  if (!PyArg_ParseTuple(args[4], "ppp", &case_sensitive, &match_string, &strict)) return nullptr;
  const Ref active = Ref::steal(PyObject_GetAttr(args[0], state.names.active.get()));
  if (!active) return nullptr;
  if (!PySet_Check(active.get())) {
    PyErr_SetString(PyExc_TypeError, "searcher._active must be a set");
    return nullptr;
  }
  try {
    Searcher searcher(state, args[0], active.get(), case_sensitive == 1, match_string == 1,
                      strict == 1);
    if (!searcher.run(args[1], args[2], args[3])) return nullptr;
    Py_RETURN_NONE;
  } catch (const std::bad_alloc&) {
    return PyErr_NoMemory();
  }
}

}  // namespace mainstay::binding::diff
