// host.cpp - reading Python objects: steps of paths, items, calls.
#include "binding/reach/host.hpp"

#include <string_view>
#include <unordered_set>

#include "binding/support/exception.hpp"
#include "binding/support/gil.hpp"

namespace mainstay::binding::reach {
namespace {

constexpr std::array kOperations{"get", "iterate", "assign", "delete"};

// A position in a sequence of `size`, counted from its end when negative; -1 outside of it.
Py_ssize_t position_in(std::int64_t position, Py_ssize_t size) noexcept {
  const auto at = static_cast<Py_ssize_t>(position < 0 ? position + size : position);
  return at >= 0 && at < size ? at : -1;
}

Ref arithmetic(char sign, PyObject* left, PyObject* right) noexcept {
  switch (sign) {
    case '+': return Ref::steal(PyNumber_Add(left, right));
    case '-': return Ref::steal(PyNumber_Subtract(left, right));
    case '*': return Ref::steal(PyNumber_Multiply(left, right));
    case '#': return Ref::steal(PyNumber_FloorDivide(left, right));
    case '/': return Ref::steal(PyNumber_TrueDivide(left, right));
    case '%': return Ref::steal(PyNumber_Remainder(left, right));
    case ':': return Ref::steal(PyNumber_Power(left, right, Py_None));
    case '&': return Ref::steal(PyNumber_And(left, right));
    case '|': return Ref::steal(PyNumber_Or(left, right));
    case '^': return Ref::steal(PyNumber_Xor(left, right));
    case '~': return Ref::steal(PyNumber_Invert(left));
    default: return Ref::steal(PyNumber_Negative(left));
  }
}

// Empty without an exception: an exact dict has no such key.
Ref item_of(PyObject* from, PyObject* key) noexcept {
  return PyDict_CheckExact(from) ? dict_item(from, key) : Ref::steal(PyObject_GetItem(from, key));
}

}  // namespace

std::vector<Ref> parts_of(PyObject* object) {
  std::vector<Ref> parts;
  const CriticalSection section(object);
  if (PyDict_CheckExact(object)) {
    Py_ssize_t at = 0;
    PyObject* key = nullptr;
    PyObject* value = nullptr;
    while (PyDict_Next(object, &at, &key, &value)) {
      parts.push_back(Ref::share(key));
      parts.push_back(Ref::share(value));
    }
    return parts;
  }
  for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(object); ++i) {
    parts.push_back(Ref::share(PySequence_Fast_GET_ITEM(object, i)));
  }
  return parts;
}

bool Host::raised() {
  failure_.kind = Failure::Kind::raised;
  failure_.error = take_exception();
  return false;
}

bool Host::goes_on() { return (++steps_ & 0xFF) != 0 || PyErr_CheckSignals() == 0 || raised(); }

bool Host::access(const Node& node, std::size_t part, Ref cause) {
  failure_.kind = Failure::Kind::access;
  failure_.node = &node;
  failure_.part = static_cast<std::uint32_t>(part);
  failure_.first = std::move(cause);
  return false;
}

bool Host::access_or_raised(const Node& node, std::size_t part,
                            std::initializer_list<PyObject*> kinds) {
  for (PyObject* kind : kinds) {
    if (PyErr_ExceptionMatches(kind)) return access(node, part, take_exception());
  }
  return raised();
}

bool Host::is_own(const Failure& failure) const noexcept {
  return failure.kind != Failure::Kind::raised ||
         PyErr_GivenExceptionMatches(failure.error.get(), state_.GlomError.get());
}

bool Host::is_access(const Failure& failure) const noexcept {
  return failure.kind == Failure::Kind::access ||
         (failure.kind == Failure::Kind::raised &&
          PyErr_GivenExceptionMatches(failure.error.get(), state_.PathAccessError.get()));
}

bool Host::handler_of(PyObject* value, Operation operation, Handling& handling, Ref& handler) {
  auto* type = reinterpret_cast<PyObject*>(Py_TYPE(value));
  auto& table = state_.handlers[static_cast<std::size_t>(operation)];
  Handler& slot = table[reinterpret_cast<std::uintptr_t>(type) / 32 % kHandlers];
  std::uint64_t registrations = 0;
  {
    const CriticalSection section(module_);
    registrations = state_.registrations;
    if (slot.type.get() == type) {
      handling = slot.handling;
      if (handling == Handling::other) handler = Ref::share(slot.handler.get());
      return true;
    }
  }
  const char* name = kOperations[static_cast<std::size_t>(operation)];
  const Ref asked = Ref::steal(PyObject_CallMethod(state_.registry.get(), "get_handler", "sOOO",
                                                   name, value, Py_None, Py_False));
  if (!asked) return false;
  Handler fresh;
  fresh.type = Ref::share(type);
  if (asked.get() != Py_False) fresh.handler = Ref::share(asked.get());
  const PyObject* found = asked.get();
  const auto is = [&](const Ref& known) { return found == known.get(); };
  if (is(state_.builtin_getattr) || is(state_.builtin_setattr) || is(state_.builtin_delattr)) {
    fresh.handling = Handling::attribute;
  } else if (is(state_.getitem) || is(state_.setitem) || is(state_.delitem)) {
    fresh.handling = Handling::item;
  } else if (is(state_.get_sequence_item) || is(state_.set_position) ||
             is(state_.delete_position)) {
    fresh.handling = Handling::position;
  } else if (is(state_.builtin_iter)) {
    fresh.handling = Handling::iterator;
  }
  handling = fresh.handling;
  handler = Ref::share(fresh.handler.get());
  const CriticalSection section(module_);
  if (registrations != state_.registrations) return true;  // for this time only
  std::swap(slot, fresh);  // the old one is let go of behind the section
  return true;
}

bool Host::raise_unregistered(const char* operation, PyObject* value, Ref path) {
  const Ref raises = Ref::steal(PyObject_CallMethod(state_.registry.get(), "get_handler", "sOO",
                                                    operation, value, path.get()));
  return raised();
}

Ref Host::attribute_of(PyObject* from, PyObject* name) {
  if (PyUnicode_Check(name)) return Ref::steal(PyObject_GetAttr(from, name));
  return Ref::steal(
      PyObject_CallFunctionObjArgs(state_.builtin_getattr.get(), from, name, nullptr));
}

bool Host::part(const Node& node, std::size_t at, Ref& reached) {
  const Step& step = node.steps[at];
  PyObject* from = reached.get();
  Handling handling = Handling::other;
  Ref handler, found;
  if (!handler_of(from, Operation::get, handling, handler)) return raised();
  if (handling == Handling::item) {
    found = item_of(from, step.key);
    if (!found && PyErr_Occurred() == nullptr) return access(node, at, Ref{});
  } else if (handling == Handling::attribute) {
    found = attribute_of(from, step.key);
  } else if (handling == Handling::position) {
    const bool list = PyList_CheckExact(from);
    if (step.has_position && (list || PyTuple_CheckExact(from))) {
      const CriticalSection section(from);
      const Py_ssize_t size = list ? PyList_GET_SIZE(from) : PyTuple_GET_SIZE(from);
      const Py_ssize_t position = position_in(step.position, size);
      if (position >= 0) {
        found =
            Ref::share(list ? PyList_GET_ITEM(from, position) : PyTuple_GET_ITEM(from, position));
      }
    }
    if (!found) {
      found = Ref::steal(
          PyObject_CallFunctionObjArgs(state_.get_sequence_item.get(), from, step.key, nullptr));
    }
  } else if (handler) {
    found = Ref::steal(PyObject_CallFunctionObjArgs(handler.get(), from, step.key, nullptr));
  } else {
    Ref path = Ref::steal(PyTuple_New(static_cast<Py_ssize_t>(at) + 1));
    if (!path) return raised();
    for (std::size_t i = 0; i <= at; ++i) {
      PyTuple_SET_ITEM(path.get(), static_cast<Py_ssize_t>(i), hold(node.steps[i].key).release());
    }
    return raise_unregistered("get", from, std::move(path));
  }
  if (!found) return access_or_raised(node, at, {PyExc_Exception});
  reached = std::move(found);
  return true;
}

bool Host::step(const Node& node, std::size_t first, std::size_t at, Ref& reached, Where& where) {
  const Step& step = node.steps[at];
  PyObject* from = reached.get();
  Ref found;
  switch (step.access) {
    case Access::part: return part(node, at, reached);
    case Access::attribute:
      found = attribute_of(from, step.key);
      if (!found) return access_or_raised(node, at, {PyExc_AttributeError});
      break;
    case Access::item:
      found = item_of(from, step.key);
      if (!found && PyErr_Occurred() == nullptr) return access(node, at, Ref{});
      if (!found) {
        return access_or_raised(node, at, {PyExc_KeyError, PyExc_IndexError, PyExc_TypeError});
      }
      break;
    case Access::call: {
      if (!PyCallable_Check(from)) {
        PyErr_Format(PyExc_TypeError, "expected func to be a callable or T expression, not: %R",
                     from);
        return raised();
      }
      for (std::size_t i = first; i <= at; ++i) where.parts.push_back(node.steps[i].key);
      // The function gets a dict of its own.
      const Ref kwargs = Ref::steal(PyDict_Copy(PyTuple_GET_ITEM(step.key, 1)));
      if (!kwargs) return raised();
      found = Ref::steal(PyObject_Call(from, PyTuple_GET_ITEM(step.key, 0), kwargs.get()));
      if (!found) return raised();
      break;
    }
    default:
      found = arithmetic(step.sign, from, step.key);
      if (!found) return access_or_raised(node, at, {PyExc_TypeError, PyExc_ZeroDivisionError});
  }
  reached = std::move(found);
  return true;
}

Ref Host::call_spec(const Node& node, std::size_t at, const Ref& function) {
  PyObject* arguments = node.steps[at].key;
  Ref spec = Ref::steal(PyObject_CallFunctionObjArgs(state_.Call.get(), function.get(),
                                                     PyTuple_GET_ITEM(arguments, 0),
                                                     PyTuple_GET_ITEM(arguments, 1), nullptr));
  if (!spec) PyErr_Clear();  // what was called is no callable: the step itself failed
  return spec;
}

bool Host::add_children(PyObject* value, std::vector<Ref>& found) {
  if (!goes_on()) return false;
  Cursor cursor;
  Handling handling = Handling::other;
  Ref handler;
  if (PyDict_CheckExact(value)) {
    if (!handler_of(value, Operation::get, handling, handler)) return raised();
    if (handling == Handling::item) {
      Py_ssize_t at = 0;
      PyObject* child = nullptr;
      const CriticalSection section(value);
      while (PyDict_Next(value, &at, nullptr, &child)) found.push_back(Ref::share(child));
      return true;
    }
  } else if (PyList_CheckExact(value) || PyTuple_CheckExact(value)) {
    if (!handler_of(value, Operation::iterate, handling, handler)) return raised();
    if (handling == Handling::iterator) {
      return begin_list(Ref::share(value), cursor) && add_all(cursor, found);
    }
  }
  const Ref list = Ref::steal(PyObject_CallOneArg(state_.children.get(), value));
  if (!list) return raised();
  return begin_list(list, cursor) && add_all(cursor, found);
}

bool Host::add_all(Cursor& cursor, std::vector<Ref>& found) {
  Ref item;
  for (;;) {
    const Found answer = next(cursor, item);
    if (answer != Found::yes) return answer == Found::no;
    found.push_back(std::move(item));
  }
}

bool Host::children(const Ref& value, bool all, std::vector<Ref>& found) {
  if (!all) return add_children(value.get(), found);
  found.push_back(share(value));
  if (!add_children(value.get(), found)) return false;
  std::unordered_set<PyObject*> seen;
  for (std::size_t at = 1; at < found.size(); ++at) {
    PyObject* below = found[at].get();  // kept alive by `found`
    if (seen.insert(below).second && !add_children(below, found)) return false;
  }
  return true;
}

bool Host::call(const Node& node, const Ref& target, Ref& result) {
  result = Ref::steal(PyObject_CallOneArg(node.constant, target.get()));
  return result ? true : raised();
}

// Lists and dicts may contain themselves; then their copies do.
Ref Host::copy(PyObject* value, Copies& copies) {
  const bool list = PyList_CheckExact(value);
  if (!list && !PyDict_CheckExact(value) && !PyTuple_CheckExact(value)) {
    return PySet_CheckExact(value) ? Ref::steal(PySet_New(value)) : Ref::share(value);
  }
  const RecursionGuard guard(" while copying an argument");
  if (!guard) return Ref{};
  if (const auto known = copies.find(value); known != copies.end()) {
    return Ref::share(known->second);
  }
  const bool dict = PyDict_CheckExact(value);
  Ref made = Ref::steal(dict ? PyDict_New() : PyList_New(0));
  if (made && (list || dict)) copies.emplace(value, made.get());
  const std::vector<Ref> parts = parts_of(value);
  for (std::size_t i = 0; made && i < parts.size(); i += dict ? 2 : 1) {
    const Ref copied = copy(parts[dict ? i + 1 : i].get(), copies);
    if (!copied) return Ref{};
    const int status = dict ? PyDict_SetItem(made.get(), parts[i].get(), copied.get())
                            : PyList_Append(made.get(), copied.get());
    if (status < 0) return Ref{};
  }
  return list || dict || !made ? std::move(made) : Ref::steal(PyList_AsTuple(made.get()));
}

bool Host::make(PyObject* constant, Ref& result) {
  Copies copies;
  result = copy(constant, copies);
  return result ? true : raised();
}

bool Host::copy_argument(const Ref& value, Ref& copied) { return make(value.get(), copied); }

// --- sequences ---

bool Host::begin(const Ref& target, const Where& where, Cursor& cursor) {
  PyObject* value = target.get();
  Handling handling = Handling::other;
  Ref handler;
  if (!handler_of(value, Operation::iterate, handling, handler)) return raised();
  if (handling == Handling::iterator && (PyList_CheckExact(value) || PyTuple_CheckExact(value))) {
    return begin_list(target, cursor);
  }
  if (handling == Handling::other && !handler) {
    Ref path = path_list(where);
    return path ? raise_unregistered("iterate", value, std::move(path)) : raised();
  }
  Ref iterator = handling == Handling::iterator
                     ? Ref::steal(PyObject_GetIter(value))
                     : Ref::steal(PyObject_CallOneArg(handler.get(), value));
  if (!iterator) {
    if (!PyErr_ExceptionMatches(PyExc_Exception)) return raised();
    const Ref cause = take_exception();
    const Ref path = path_list(where);
    const Ref raises =
        path ? Ref::steal(PyObject_CallFunctionObjArgs(state_.iterate_error.get(), value,
                                                       path.get(), cause.get(), nullptr))
             : Ref{};
    return raised();
  }
  cursor.kind = Cursor::Kind::iterator;
  cursor.object = Ref::steal(PyObject_GetIter(iterator.get()));
  return cursor.object ? true : raised();
}

bool Host::begin_list(const Ref& target, Cursor& cursor) {
  PyObject* value = target.get();
  cursor.at = 0;
  if (PyList_CheckExact(value) || PyTuple_CheckExact(value)) {
    cursor.kind = PyList_CheckExact(value) ? Cursor::Kind::list : Cursor::Kind::tuple;
    cursor.object = share(target);
    return true;
  }
  cursor.kind = Cursor::Kind::iterator;
  cursor.object = Ref::steal(PyObject_GetIter(value));
  return cursor.object ? true : raised();
}

Found Host::next(Cursor& cursor, Ref& item) {
  if (!goes_on()) return Found::failed;
  PyObject* object = cursor.object.get();
  switch (cursor.kind) {
    case Cursor::Kind::list: {
      const CriticalSection section(object);
      if (cursor.at >= PyList_GET_SIZE(object)) return Found::no;
      item = Ref::share(PyList_GET_ITEM(object, cursor.at++));
      return Found::yes;
    }
    case Cursor::Kind::tuple:
      if (cursor.at >= PyTuple_GET_SIZE(object)) return Found::no;
      item = Ref::share(PyTuple_GET_ITEM(object, cursor.at++));
      return Found::yes;
    default:
      item = Ref::steal(PyIter_Next(object));
      if (item) return Found::yes;
      if (PyErr_Occurred() == nullptr) return Found::no;
      raised();
      return Found::failed;
  }
}

bool Host::append(Ref& list, Ref value) {
  return PyList_Append(list.get(), value.get()) == 0 || raised();
}

bool Host::set(Ref& map, PyObject* key, Ref value) {
  return PyDict_SetItem(map.get(), key, value.get()) == 0 || raised();
}

bool Host::has(const Ref& map, PyObject* key) noexcept {
  const int found = PyDict_Contains(map.get(), key);
  if (found < 0) PyErr_Clear();
  return found > 0;
}

bool Host::is_skipped(const Node& node, Failure& failure) {
  if (node.extra.first == state_.GlomError.get()) return is_own(failure);
  const Ref error = exception_of(failure);
  if (!error) {
    PyErr_Clear();
    return false;
  }
  return PyErr_GivenExceptionMatches(error.get(), node.extra.first) != 0;
}

bool Host::skips(const Node& node, const Ref& value, bool& skip) {
  PyObject* what = node.extra.second;
  if (what == nullptr) return true;
  int answer = 0;
  if (PyCallable_Check(what)) {
    const Ref said = Ref::steal(PyObject_CallOneArg(what, value.get()));
    answer = said ? PyObject_IsTrue(said.get()) : -1;
  } else if (PyTuple_Check(what)) {
    answer = PySequence_Contains(what, value.get());
  } else {
    answer = PyObject_RichCompareBool(value.get(), what, Py_EQ);
  }
  skip = answer > 0;
  return answer >= 0 || raised();
}

}  // namespace mainstay::binding::reach
