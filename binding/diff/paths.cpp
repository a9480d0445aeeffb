// paths.cpp - paths such as root['a'][0].b: taken apart, and followed to set values.
//
// Only what is plain is done here; for the rest these functions answer that they did not do it,
// and Python does.
#include <charconv>
#include <cstring>
#include <string_view>

#include "binding/diff/held.hpp"
#include "binding/diff/module.hpp"
#include "binding/support/gil.hpp"
#include "binding/support/native_module.hpp"

namespace mainstay::binding::diff {

namespace {

[[nodiscard]] bool starts_name(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
[[nodiscard]] bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

// Takes one step off the front of `rest`; empty without an exception when it is not a plain one.
class Steps {
 public:
  Steps(std::string_view rest, const Names& names) : rest_(rest), names_(names) {}

  [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }

  Ref next() {
    if (rest_.front() == '.') return attribute();
    if (rest_.front() != '[' || rest_.size() < 3) return Ref{};
    const char quote = rest_[1];
    if (quote == '\'' || quote == '"') return text(quote);
    return number();
  }

 private:
  Ref made(Ref element, const Ref& action, std::size_t taken) {
    rest_.remove_prefix(taken);
    return element ? Ref::steal(PyTuple_Pack(2, element.get(), action.get())) : Ref{};
  }

  Ref text(char quote) {
    const std::size_t end = rest_.find(quote, 2);
    if (end == std::string_view::npos || end + 1 >= rest_.size() || rest_[end + 1] != ']') {
      return Ref{};
    }
    const std::string_view inside = rest_.substr(2, end - 2);
    if (inside.find('\\') != std::string_view::npos) return Ref{};
    if (inside.find("\xF0\x9D\x86\xBA") != std::string_view::npos) return Ref{};  // an escape
    Ref element = Ref::steal(PyUnicode_DecodeUTF8(
        inside.data(), static_cast<Py_ssize_t>(inside.size()), "surrogatepass"));
    return made(std::move(element), names_.get, end + 2);
  }

  Ref number() {
    std::size_t end = rest_[1] == '-' ? 2 : 1;
    const std::size_t first = end;
    while (end < rest_.size() && is_digit(rest_[end])) ++end;
    const std::size_t digits = end - first;
    if (digits == 0 || digits > 18 || (rest_[first] == '0' && digits > 1)) return Ref{};
    if (end >= rest_.size() || rest_[end] != ']') return Ref{};
    long long number = 0;
    std::from_chars(rest_.data() + 1, rest_.data() + end, number);
    return made(Ref::steal(PyLong_FromLongLong(number)), names_.get, end + 1);
  }

  Ref attribute() {
    std::size_t end = 1;
    if (end >= rest_.size() || !starts_name(rest_[end])) return Ref{};
    while (end < rest_.size() && (starts_name(rest_[end]) || is_digit(rest_[end]))) ++end;
    if (end < rest_.size() && rest_[end] != '.' && rest_[end] != '[') return Ref{};
    const std::string_view name = rest_.substr(1, end - 1);
    // The first are left out, the others are taken for values.
    if (name.substr(0, 2) == "__" || name == "True" || name == "False" || name == "None") {
      return Ref{};
    }
    Ref element =
        Ref::steal(PyUnicode_FromStringAndSize(name.data(), static_cast<Py_ssize_t>(name.size())));
    return made(std::move(element), names_.get_attribute, end);
  }

  std::string_view rest_;
  const Names& names_;
};

// One step down, in exact dicts and lists with plain keys. `into` is where it leads; when it is
// the last, `value` is put there. no: not plain, or not there.
Found step_down(PyObject* object, PyObject* element, Ref* into, PyObject* value) {
  const CriticalSection section(object);
  if (PyDict_CheckExact(object)) {
    if (!PyUnicode_CheckExact(element) && !PyLong_CheckExact(element)) return Found::no;
    PyObject* found = PyDict_GetItemWithError(object, element);
    if (found == nullptr) return PyErr_Occurred() ? Found::failed : Found::no;
    if (into != nullptr) {
      *into = Ref::share(found);
      return Found::yes;
    }
    return PyDict_SetItem(object, element, value) == 0 ? Found::yes : Found::failed;
  }
  const bool is_list = PyList_CheckExact(object);
  if (!PyLong_CheckExact(element) || !(is_list || (PyTuple_CheckExact(object) && into))) {
    return Found::no;
  }
  Py_ssize_t at = PyLong_AsSsize_t(element);
  if (at == -1 && PyErr_Occurred()) {
    PyErr_Clear();
    return Found::no;
  }
  const Py_ssize_t size = Py_SIZE(object);
  if (at < 0) at += size;
  if (at < 0 || at >= size) return Found::no;
  if (into != nullptr) {
    *into = Ref::share(is_list ? PyList_GET_ITEM(object, at) : PyTuple_GET_ITEM(object, at));
    return Found::yes;
  }
  Py_INCREF(value);
  return PyList_SetItem(object, at, value) == 0 ? Found::yes : Found::failed;
}

// Whether names lead out of the data: those are refused, in Python.
[[nodiscard]] bool is_internal(PyObject* element) noexcept {
  return PyUnicode_Check(element) && PyUnicode_GET_LENGTH(element) >= 4 &&
         PyUnicode_READ_CHAR(element, 0) == '_' && PyUnicode_READ_CHAR(element, 1) == '_';
}

// Sets the value at the end of `elements`, whose first stands for the root.
Found set_at(PyObject* root, PyObject* elements, PyObject* value, const Names& names) {
  const Py_ssize_t last = PyTuple_GET_SIZE(elements) - 1;
  if (last < 1) return Found::no;
  for (Py_ssize_t i = 1; i <= last; ++i) {
    PyObject* pair = PyTuple_GET_ITEM(elements, i);
    if (!PyTuple_CheckExact(pair) || PyTuple_GET_SIZE(pair) != 2) return Found::no;
    const int plain = PyObject_RichCompareBool(PyTuple_GET_ITEM(pair, 1), names.get.get(), Py_EQ);
    if (plain < 0) return Found::failed;
    if (plain == 0 || is_internal(PyTuple_GET_ITEM(pair, 0))) return Found::no;
  }
  Ref at = Ref::share(root);
  for (Py_ssize_t i = 1; i < last; ++i) {
    Ref next;
    const Found found =
        step_down(at.get(), PyTuple_GET_ITEM(PyTuple_GET_ITEM(elements, i), 0), &next, nullptr);
    if (found != Found::yes) return found;
    at = std::move(next);
  }
  return step_down(at.get(), PyTuple_GET_ITEM(PyTuple_GET_ITEM(elements, last), 0), nullptr, value);
}

}  // namespace

PyObject* parse_path(PyObject* module, PyObject* path) {
  if (!PyUnicode_CheckExact(path)) Py_RETURN_NONE;
  Py_ssize_t size = 0;
  const char* text = PyUnicode_AsUTF8AndSize(path, &size);
  if (text == nullptr) {
    if (!PyErr_ExceptionMatches(PyExc_UnicodeEncodeError)) return nullptr;
    PyErr_Clear();
    Py_RETURN_NONE;
  }
  std::string_view rest(text, static_cast<std::size_t>(size));
  if (rest.substr(0, 4) != "root") Py_RETURN_NONE;
  rest.remove_prefix(4);
  const Ref list = Ref::steal(PyList_New(0));
  if (!list) return nullptr;
  Steps steps(rest, state_of<State>(module).names);
  while (!steps.at_end()) {
    const Ref step = steps.next();
    if (!step) {
      if (PyErr_Occurred()) return nullptr;
      Py_RETURN_NONE;
    }
    if (PyList_Append(list.get(), step.get()) < 0) return nullptr;
  }
  return PyList_AsTuple(list.get());
}

PyObject* apply_values(PyObject* module, PyObject* const* args, Py_ssize_t nargs) {
  const Names& names = state_of<State>(module).names;
  if (nargs != 3 || !PyDict_CheckExact(args[1])) {
    PyErr_SetString(PyExc_TypeError, "apply_values() takes an object, a dict and a function");
    return nullptr;
  }
  Ref left = Ref::steal(PyDict_New());
  const Ref items = Ref::steal(PyDict_Items(args[1]));
  if (!left || !items) return nullptr;
  for (Py_ssize_t i = 0; i < PyList_GET_SIZE(items.get()); ++i) {
    PyObject* path = PyTuple_GET_ITEM(PyList_GET_ITEM(items.get(), i), 0);
    PyObject* change = PyTuple_GET_ITEM(PyList_GET_ITEM(items.get(), i), 1);
    Found found = Found::no;
    if (PyDict_CheckExact(change) && PyUnicode_CheckExact(path)) {
      const Ref value = Ref::share(PyDict_GetItemWithError(change, names.new_value.get()));
      const int moved = PyDict_Contains(change, names.new_path.get());
      if (PyErr_Occurred()) return nullptr;
      if (value && moved == 0) {
        const Ref elements = Ref::steal(PyObject_CallOneArg(args[2], path));
        if (!elements) return nullptr;
        if (PyTuple_CheckExact(elements.get())) {
          found = set_at(args[0], elements.get(), value.get(), names);
        }
      }
    }
    if (found == Found::failed) return nullptr;
    if (found == Found::no && PyDict_SetItem(left.get(), path, change) < 0) return nullptr;
  }
  return left.release();
}

}  // namespace mainstay::binding::diff
