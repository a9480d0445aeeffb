// matching.cpp - whether Python objects are as a pattern wants them.
#include "binding/reach/host.hpp"
#include "binding/support/exception.hpp"
#include "binding/support/gil.hpp"

namespace mainstay::binding::reach {
namespace {

PyObject* type_of(PyObject* object) noexcept {
  return reinterpret_cast<PyObject*>(Py_TYPE(object));
}

constexpr const char* kUnequal = "{0!r} does not match {1!r}";

}  // namespace

bool Host::refuse(const char* format, PyObject* first, PyObject* second, PyObject* third) {
  failure_.kind = Failure::Kind::refused;
  failure_.format = format;
  failure_.first = Ref::share(first);
  failure_.second = Ref::share(second);
  failure_.third = Ref::share(third);
  return false;
}

bool Host::is_kind(const Node& node, const Ref& target) {
  if (type_of(target.get()) == node.constant) return true;
  const int answer = PyObject_IsInstance(target.get(), node.constant);
  if (answer != 0) return answer > 0 || raised();
  failure_.kind = Failure::Kind::type;
  failure_.first = Ref::share(type_of(target.get()));
  failure_.second = Ref::share(node.constant);
  return false;
}

bool Host::equals(const Node& node, const Ref& target) {
  if (target.get() == node.constant && PyUnicode_CheckExact(target.get())) return true;
  const Ref differs = Ref::steal(PyObject_RichCompare(target.get(), node.constant, Py_NE));
  const int answer = differs ? PyObject_IsTrue(differs.get()) : -1;
  if (answer < 0) return raised();
  if (answer == 0) return true;
  fail_key(node, target);
  return false;
}

bool Host::satisfies(const Node& node, const Ref& target) {
  const Ref said = Ref::steal(PyObject_CallOneArg(node.constant, target.get()));
  Ref cause;
  if (!said) {
    if (!PyErr_ExceptionMatches(PyExc_Exception)) return raised();
    cause = take_exception();
  } else {
    const int answer = PyObject_IsTrue(said.get());
    if (answer != 0) return answer > 0 || raised();
  }
  Ref name = Ref::steal(PyObject_GetAttr(node.constant, state_.name___name__.get()));
  if (!name) {
    PyErr_Clear();
    name = Ref::steal(PyObject_CallOneArg(state_.bbrepr.get(), node.constant));
    if (!name) return raised();
  }
  return cause
             ? refuse("{0}({1!r}) did not validate (got exception {2!r})", name.get(), target.get(),
                      cause.get())
             : refuse("{0}({1!r}) did not validate (non truthy return)", name.get(), target.get());
}

bool Host::is_true(const Ref& value, bool& answer) {
  const int said = PyObject_IsTrue(value.get());
  answer = said > 0;
  return said >= 0 || raised();
}

bool Host::is_true_or(const Ref& said, const char* format, PyObject* first, PyObject* second) {
  const int answer = said ? PyObject_IsTrue(said.get()) : -1;
  if (answer != 0) return answer > 0 || raised();
  return refuse(format, first, second);
}

bool Host::is_truthy(const Node& node, const Ref& value) {
  if (node.children.empty()) return is_true_or(value, "{0!r} not truthy", value.get());
  return is_true_or(value, "expected truthy value from {0!r}, got {1!r}", node.child().spec,
                    value.get());
}

bool Host::matches(const Node& node, const Ref& target) {
  PyObject* text = target.get();
  if (!PyUnicode_CheckExact(text) && !PyBytes_CheckExact(text)) {
    const Ref both = Ref::steal(PyTuple_Pack(2, &PyUnicode_Type, &PyBytes_Type));
    if (!both) return raised();
    return refuse("{0!r} not valid as a Regex target -- expected {1!r}", type_of(text), both.get());
  }
  const Ref match = Ref::steal(PyObject_CallOneArg(node.constant, text));
  return is_true_or(match, "target did not match pattern {0!r}", node.extra.first);
}

bool Host::compare(const Node& node, const Ref& left, const Ref& right) {
  struct Comparison {
    char sign;
    int operation;
    const char* format;
  };
  static constexpr std::array<Comparison, 6> kComparisons{{{'=', Py_EQ, "{0!r} == {1!r}"},
                                                           {'!', Py_NE, "{0!r} != {1!r}"},
                                                           {'<', Py_LT, "{0!r} < {1!r}"},
                                                           {'>', Py_GT, "{0!r} > {1!r}"},
                                                           {'l', Py_LE, "{0!r} <= {1!r}"},
                                                           {'g', Py_GE, "{0!r} >= {1!r}"}}};
  const Comparison* found = kComparisons.data();
  while (found->sign != node.sign) ++found;  // compiled are no others
  const Ref said = Ref::steal(PyObject_RichCompare(left.get(), right.get(), found->operation));
  return is_true_or(said, found->format, left.get(), right.get());
}

// --- mappings ---

bool Host::begin_entries(const Node&, const Ref& target, Cursor& cursor) {
  PyObject* object = target.get();
  cursor.at = 0;
  if (PyDict_CheckExact(object)) {
    cursor.kind = Cursor::Kind::dict;
    cursor.object = share(target);
    cursor.size = PyDict_GET_SIZE(object);
    return true;
  }
  if (PyDict_Check(object)) {
    const Ref pairs = Ref::steal(PyMapping_Items(object));
    cursor.kind = Cursor::Kind::pairs;
    cursor.object = pairs ? Ref::steal(PyObject_GetIter(pairs.get())) : Ref{};
    return cursor.object ? true : raised();
  }
  failure_.kind = Failure::Kind::type;
  failure_.first = Ref::share(type_of(object));
  failure_.second = Ref::share(reinterpret_cast<PyObject*>(&PyDict_Type));
  return false;
}

Found Host::next_entry(Cursor& cursor, Ref& key, Ref& value) {
  if (!goes_on()) return Found::failed;
  PyObject* object = cursor.object.get();
  if (cursor.kind == Cursor::Kind::pairs) {
    const Ref pair = Ref::steal(PyIter_Next(object));
    if (!pair) {
      if (PyErr_Occurred() == nullptr) return Found::no;
      raised();
      return Found::failed;
    }
    key = Ref::steal(PySequence_GetItem(pair.get(), 0));
    value = key ? Ref::steal(PySequence_GetItem(pair.get(), 1)) : Ref{};
    if (value) return Found::yes;
    raised();
    return Found::failed;
  }
  PyObject* next_key = nullptr;
  PyObject* next_value = nullptr;
  bool found = false;
  bool changed = false;
  {
    const CriticalSection section(object);
    changed = PyDict_GET_SIZE(object) != cursor.size;
    found = !changed && PyDict_Next(object, &cursor.at, &next_key, &next_value) != 0;
    if (found) {
      Py_INCREF(next_key);
      Py_INCREF(next_value);
    }
  }
  if (changed) {
    PyErr_SetString(PyExc_RuntimeError, "dictionary changed size during iteration");
    raised();
    return Found::failed;
  }
  if (!found) return Found::no;
  key = Ref::steal(next_key);
  value = Ref::steal(next_value);
  return Found::yes;
}

// All keys of the node are exact texts: an exact text is looked up, anything else compared.
Found Host::find_field(const Node& node, const Ref& key, std::size_t& at) {
  PyObject* wanted = key.get();
  for (at = 0; at < node.fields.size(); ++at) {
    if (node.fields[at].key == wanted) return Found::yes;
  }
  if (PyUnicode_CheckExact(wanted)) {
    const Ref found = dict_item(node.extra.first, wanted);
    if (found) at = PyLong_AsSize_t(found.get());
    return found ? Found::yes : Found::no;
  }
  for (at = 0; at < node.fields.size(); ++at) {
    const Ref differs = Ref::steal(PyObject_RichCompare(wanted, node.fields[at].key, Py_NE));
    const int answer = differs ? PyObject_IsTrue(differs.get()) : -1;
    if (answer < 0) {
      raised();
      return Found::failed;
    }
    if (answer == 0) return Found::yes;
  }
  return Found::no;
}

void Host::fail_key(const Node& tried, const Ref& key) {
  // The flag says that it is an Optional, which has words of its own.
  refuse(tried.extra.flag ? "target {0} != spec {1}" : kUnequal, key.get(), tried.constant);
}

void Host::fail_unknown_key(const Node& node, const Ref& key) {
  refuse("key {0!r} didn't match any of {1!r}", key.get(), node.spec);
}

void Host::fail_missing(const Node& node, const Seen& seen, const Ref&) {
  Ref names = Ref::steal(PyUnicode_FromString(""));
  for (std::size_t at = 0; names && at < node.fields.size(); ++at) {
    const Field& field = node.fields[at];
    if (!field.required || seen.has(at)) continue;
    const Ref name = Ref::steal(PyObject_CallOneArg(state_.bbrepr.get(), field.fallback_value));
    if (!name) {
      raised();
      return;
    }
    const char* form = PyUnicode_GET_LENGTH(names.get()) > 0 ? "%U, %U" : "%U%U";
    names = Ref::steal(PyUnicode_FromFormat(form, names.get(), name.get()));
  }
  if (!names) {
    raised();
  } else {
    refuse("target missing expected keys: {0}", names.get());
  }
}

// --- collections ---

bool Host::begin_items(const Node& node, const Ref& target, Cursor& cursor) {
  return is_kind(node, target) && begin_list(target, cursor);
}

bool Host::begin_tuple(const Node& node, const Ref& target, std::size_t size, Cursor& cursor) {
  if (!is_kind(node, target)) return false;
  const Py_ssize_t length = PyObject_Size(target.get());
  if (length < 0) return raised();
  if (static_cast<std::size_t>(length) != size) {
    return refuse(kUnequal, target.get(), node.spec);
  }
  return begin_list(target, cursor);
}

bool Host::finish(const Node& node, Ref& list, Ref& result) {
  auto* type = reinterpret_cast<PyTypeObject*>(node.constant);
  if (type == &PyList_Type) {
    result = std::move(list);
  } else if (type == &PyTuple_Type) {
    result = Ref::steal(PyList_AsTuple(list.get()));
  } else {
    result = Ref::steal(type == &PySet_Type ? PySet_New(list.get()) : PyFrozenSet_New(list.get()));
  }
  return result ? true : raised();
}

void Host::fail_empty(const Node& node, const Ref& target) {
  const Ref name = Ref::steal(PyObject_GetAttr(node.constant, state_.name___name__.get()));
  if (name) {
    refuse("{0!r} does not match empty {1}", target.get(), name.get());
  } else {
    raised();
  }
}

void Host::fail_negated(const Node& node) {
  const Ref error = Ref::steal(PyObject_CallFunction(
      state_.GlomError.get(), "sO", "child shouldn't have passed", node.child().spec));
  if (error) PyErr_SetObject(state_.GlomError.get(), error.get());
  raised();
}

void Host::fail_choice(const Node&) { refuse("no matches for target in Switch", nullptr); }

}  // namespace mainstay::binding::reach
