// compile.cpp - from a spec to a program, and whether the program is still true.
//
// A spec is plain when it is made of exact built-in containers, callables, and specs of this
// package that look at no scope. Of anything else no program is made, before anything was done, and
// the face walks it. Compiling reads attributes and runs no code of specs beyond that.
#include <optional>
#include <string_view>

#include "binding/reach/program.hpp"
#include "binding/support/gil.hpp"
#include "binding/support/native_type.hpp"

namespace mainstay::binding::reach {
namespace {

using Pointer = std::unique_ptr<Node>;

constexpr int kMaxDepth = 100;
constexpr int kMaxNodes = 100'000;  // a small spec whose parts share parts may stand for millions

// A whole number, or a text that spells one in plain digits.
std::optional<std::int64_t> position_of(PyObject* key) noexcept {
  if (PyLong_CheckExact(key)) {
    int overflow = 0;
    const long long number = PyLong_AsLongLongAndOverflow(key, &overflow);
    return overflow == 0 ? std::optional<std::int64_t>(number) : std::nullopt;
  }
  if (!PyUnicode_CheckExact(key)) return std::nullopt;
  const Py_ssize_t length = PyUnicode_GET_LENGTH(key);
  if (length == 0 || length > 15) return std::nullopt;
  std::int64_t number = 0;
  bool negative = false;
  for (Py_ssize_t i = 0; i < length; ++i) {
    const Py_UCS4 c = PyUnicode_READ_CHAR(key, i);
    if (i == 0 && c == '-' && length > 1) {
      negative = true;
      continue;
    }
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + static_cast<std::int64_t>(c - '0');
  }
  return negative ? -number : number;
}

// Also when asking fails: then the face asks again, and raises. An exception that is none of
// Exception stays set.
bool has_glomit(const State& state, PyObject* object) noexcept {
  const Ref found = Ref::steal(PyObject_GetAttr(object, state.name_glomit.get()));
  if (found) return PyCallable_Check(found.get());
  const bool fails = PyErr_ExceptionMatches(PyExc_AttributeError) == 0;
  if (!fails || PyErr_ExceptionMatches(PyExc_Exception)) PyErr_Clear();
  return fails;
}

class Compiler {
 public:
  Compiler(State& state, Program& program) noexcept : state_(state), program_(program) {}

  // Null: the spec is not plain. An exception may be set then.
  Pointer spec(PyObject* object, bool matching) {
    if (depth_ >= kMaxDepth || ++nodes_ > kMaxNodes) return nullptr;
    ++depth_;
    Pointer node = any(object, matching);
    --depth_;
    if (node == nullptr) return nullptr;
    if (node->spec == nullptr) node->spec = keep(object);
    node->names_step = !PyList_Check(object);
    return node;
  }

 private:
  PyObject* keep(PyObject* object) {
    program_.kept.push_back(Ref::share(object));
    return object;
  }

  // An attribute of a spec, kept; the program is true as long as it is this very object.
  PyObject* attribute(PyObject* object, const Ref& name) {
    Ref value = Ref::steal(PyObject_GetAttr(object, name.get()));
    if (!value) return nullptr;
    PyObject* kept = value.get();
    program_.kept.push_back(std::move(value));
    program_.guards.push_back({Guard::Kind::attribute, object, name.get(), {kept}});
    return kept;
  }

  static Pointer make(Op op) {
    Pointer node = std::make_unique<Node>();
    node->op = op;
    return node;
  }

  bool is(PyObject* type, const Ref& known) const noexcept { return type == known.get(); }

  bool is_value(PyObject* object) const noexcept { return reach::is_value(state_, object); }
  bool has_glomit(PyObject* object) const noexcept { return reach::has_glomit(state_, object); }

  // A list or dict of values and of such: `made` copies it. Guarded against changes first, since
  // looking at what is in it may run code that takes it out.
  bool is_literal(PyObject* object, int depth) {
    if (depth > kMaxDepth || ++nodes_ > kMaxNodes) return false;
    const bool dict = PyDict_CheckExact(object);
    if (!dict && !PyList_CheckExact(object)) return is_value(object);
    const std::vector<PyObject*> parts = guarded(object);
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const bool key = dict && i % 2 == 0;
      if (!(key ? is_value(parts[i]) : is_literal(parts[i], depth + 1))) return false;
    }
    return true;
  }

  // The parts of a list or dict, kept; the program is true as long as they are these.
  std::vector<PyObject*> guarded(PyObject* object) {
    const auto kind = PyDict_CheckExact(object) ? Guard::Kind::dict : Guard::Kind::list;
    Guard guard{kind, keep(object), nullptr, {}};
    for (Ref& part : parts_of(object)) {
      guard.expected.push_back(part.get());
      program_.kept.push_back(std::move(part));
    }
    program_.guards.push_back(guard);
    return std::move(guard.expected);
  }

  // What stands in for a failure: a value, or a copy of a literal. Nothing when it is a spec.
  std::optional<Fallback> fallback(PyObject* value) {
    if (is_value(value)) return Fallback::constant;
    if (is_literal(value, 0)) return Fallback::made;
    return std::nullopt;
  }

  // Of a node or a field.
  bool set_fallback(auto& node, PyObject* object, const Ref& name) {
    PyObject* value = attribute(object, name);
    if (value == nullptr) return false;
    if (value == state_.MISSING.get()) return true;
    const auto kind = fallback(value);
    if (!kind) return false;
    node.fallback = *kind;
    node.fallback_value = value;
    return true;
  }

  Pointer any(PyObject* object, bool matching) {
    auto* type = reinterpret_cast<PyObject*>(Py_TYPE(object));
    if (is(type, state_.TType)) return path(object);
    // Not by a table: most are told by the first few.
    if (PyUnicode_CheckExact(object)) return matching ? equal(object) : text(object);
    if (PyDict_CheckExact(object)) return matching ? fields(object) : build(object);
    if (PyList_CheckExact(object)) return matching ? items(object) : map(object);
    if (PyTuple_CheckExact(object)) {
      return matching ? tuple(object) : chain(object, false);
    }
    if (is(type, state_.Path)) {
      PyObject* t = attribute(object, state_.name_path_t);
      return t != nullptr ? path(t) : nullptr;
    }
    if (is(type, state_.Coalesce)) return coalesce(object, matching);
    if (is(type, state_.Val)) return value(object);
    if (is(type, state_.Spec)) return wrapped_spec(object, matching);
    if (is(type, state_.Auto)) return wrap(object, false);
    if (is(type, state_.Pipe)) {
      PyObject* steps = attribute(object, state_.name_steps);
      return steps != nullptr && PyTuple_CheckExact(steps) ? chain(steps, matching) : nullptr;
    }
    if (is(type, state_.Match)) {
      Pointer node = wrap(object, true);
      if (node != nullptr && !set_fallback(*node, object, state_.name_default)) return nullptr;
      return node;
    }
    if (is(type, state_.And) || is(type, state_.Or)) {
      return junction(object, is(type, state_.And) ? Op::all : Op::any, matching);
    }
    if (is(type, state_.Not)) {
      return around(Op::negate, attribute(object, state_.name_child), matching);
    }
    if (is(type, state_.MType)) return make(Op::truthy);
    if (is(type, state_.MExpr)) return comparison(object, matching);
    if (is(type, state_.MSubspec)) {
      return around(Op::truthy, attribute(object, state_.name_spec), matching);
    }
    if (is(type, state_.Regex)) return pattern(object);
    if (is(type, state_.Switch)) return choose(object, matching);
    if (is(type, state_.Optional)) {
      PyObject* key = attribute(object, state_.name_key);
      Pointer node = key != nullptr ? equal(key) : nullptr;
      if (node != nullptr) node->extra.flag = true;
      return node;
    }
    if (is(type, state_.Check)) return gate(object, matching);
    if (is(type, state_.Assign)) return assign(object, matching);
    if (is(type, state_.Delete)) return erase(object);
    if (!PyType_Check(object) && has_glomit(object)) return nullptr;
    if (PyList_Check(object) || PyDict_Check(object) || PyTuple_Check(object) ||
        PyUnicode_Check(object)) {
      return nullptr;  // a subclass may look like more than it is
    }
    if (!matching) {
      if (!PyCallable_Check(object)) return nullptr;
      return constant(Op::call, object);
    }
    if (PyType_Check(object)) return constant(Op::kind_of, object);
    if (PyAnySet_CheckExact(object)) return items(object);
    if (PyAnySet_Check(object)) return nullptr;
    return PyCallable_Check(object) ? constant(Op::satisfies, object) : equal(object);
  }

  Pointer constant(Op op, PyObject* object) {
    Pointer node = make(op);
    node->constant = keep(object);
    return node;
  }
  Pointer equal(PyObject* object) { return constant(Op::equals, object); }

  Pointer around(Op op, PyObject* below, bool matching) {
    if (below == nullptr) return nullptr;
    Pointer child = spec(below, matching);
    if (child == nullptr) return nullptr;
    Pointer node = make(op);
    node->children.push_back(std::move(child));
    return node;
  }
  Pointer wrap(PyObject* object, bool matching) {
    return around(Op::wrap, attribute(object, state_.name_spec), matching);
  }
  Pointer wrapped_spec(PyObject* object, bool matching) {
    PyObject* scope = attribute(object, state_.name_scope);
    const Py_ssize_t names = scope != nullptr ? PyObject_Size(scope) : -1;
    return names == 0 ? wrap(object, matching) : nullptr;
  }
  Pointer value(PyObject* object) {
    PyObject* held = attribute(object, state_.name_value);
    return held != nullptr ? constant(Op::constant, held) : nullptr;
  }

  // --- paths ---

  Pointer text(PyObject* object) {
    const Ref made = Ref::steal(
        PyObject_CallMethodOneArg(state_.Path.get(), state_.name_from_text.get(), object));
    const Ref t = made ? Ref::steal(PyObject_GetAttr(made.get(), state_.name_path_t.get())) : Ref{};
    return t ? path(t.get()) : nullptr;
  }

  Pointer path(PyObject* t) {
    Pointer node = make(Op::path);
    return steps(*node, t) ? std::move(node) : nullptr;
  }

  bool steps(Node& node, PyObject* t) {
    const Ref ops = Ref::steal(PyObject_GetAttr(t, state_.name___ops__.get()));
    if (!ops || !PyTuple_CheckExact(ops.get()) || PyTuple_GET_SIZE(ops.get()) % 2 == 0 ||
        PyTuple_GET_ITEM(ops.get(), 0) != state_.T.get()) {
      return false;
    }
    keep(ops.get());
    for (Py_ssize_t i = 1; i < PyTuple_GET_SIZE(ops.get()); i += 2) {
      Step step;
      step.key = PyTuple_GET_ITEM(ops.get(), i + 1);
      if (!read_step(PyTuple_GET_ITEM(ops.get(), i), step)) return false;
      node.stars += step.access == Access::children || step.access == Access::descendants;
      node.steps.push_back(step);
    }
    return true;
  }

  bool read_step(PyObject* op, Step& step) {
    if (!PyUnicode_Check(op) || PyUnicode_GET_LENGTH(op) != 1) return false;
    const Py_UCS4 sign = PyUnicode_READ_CHAR(op, 0);
    switch (sign) {
      case 'x': step.access = Access::children; return true;
      case 'X': step.access = Access::descendants; return true;
      case '(': step.access = Access::call; return are_values(step.key);
      case '.': step.access = Access::attribute; break;
      case '[': step.access = Access::item; break;
      case 'P': step.access = Access::part; break;
      default: step.access = Access::arithmetic; step.sign = static_cast<char>(sign);
    }
    if (const auto position = position_of(step.key)) {
      step.has_position = true;
      step.position = *position;
    }
    return is_value(step.key);
  }

  // The arguments of a call, (args, kwargs).
  bool are_values(PyObject* arguments) {
    if (!PyTuple_CheckExact(arguments) || PyTuple_GET_SIZE(arguments) != 2) return false;
    PyObject* args = PyTuple_GET_ITEM(arguments, 0);
    PyObject* kwargs = PyTuple_GET_ITEM(arguments, 1);
    if (!PyTuple_CheckExact(args) || !PyDict_CheckExact(kwargs) || !is_value(args)) return false;
    const std::vector<PyObject*> pairs = guarded(kwargs);
    for (std::size_t i = 1; i < pairs.size(); i += 2) {
      if (!is_value(pairs[i])) return false;
    }
    return true;
  }

  // --- containers ---

  Pointer build(PyObject* object) {
    Pointer node = make(Op::build);
    const std::vector<PyObject*> pairs = guarded(object);
    for (std::size_t i = 0; i < pairs.size(); i += 2) {
      Field field;
      field.key = pairs[i];
      auto* type = reinterpret_cast<PyObject*>(Py_TYPE(pairs[i]));
      if (is(type, state_.Spec) || is(type, state_.TType)) {
        field.key_node = spec(pairs[i], false);
        if (field.key_node == nullptr) return nullptr;
      }
      field.value = spec(pairs[i + 1], false);
      if (field.value == nullptr) return nullptr;
      node->fields.push_back(std::move(field));
    }
    return node;
  }

  Pointer map(PyObject* object) {
    const std::vector<PyObject*> items = guarded(object);
    return items.empty() ? nullptr : around(Op::map, items.front(), false);
  }

  Pointer chain(PyObject* steps, bool matching) {
    Pointer node = make(Op::chain);
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(steps); ++i) {
      PyObject* step = PyTuple_GET_ITEM(steps, i);
      Pointer child = spec(step, matching);
      if (child == nullptr) return nullptr;
      node->children.push_back(std::move(child));
      matching = mode_behind(step, matching);
    }
    return node;
  }

  // The mode that a spec leaves behind, for what is evaluated in its scope.
  bool mode_behind(PyObject* object, bool matching) const noexcept {
    auto* type = reinterpret_cast<PyObject*>(Py_TYPE(object));
    return is(type, state_.Match) || (matching && !is(type, state_.Auto));
  }

  bool children(Node& node, PyObject* tuple, bool matching) {
    if (tuple == nullptr || !PyTuple_CheckExact(tuple)) return false;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(tuple); ++i) {
      Pointer child = spec(PyTuple_GET_ITEM(tuple, i), matching);
      if (child == nullptr) return false;
      node.children.push_back(std::move(child));
    }
    return true;
  }

  Pointer coalesce(PyObject* object, bool matching) {
    Pointer node = make(Op::coalesce);
    if (!children(*node, attribute(object, state_.name_subspecs), matching)) return nullptr;
    if (!set_fallback(*node, object, state_.name_default)) return nullptr;
    PyObject* factory = attribute(object, state_.name_default_factory);
    PyObject* skip = attribute(object, state_.name_skip);
    node->extra.first = attribute(object, state_.name_skip_exc);
    if (factory != state_.MISSING.get() || skip == nullptr || node->extra.first == nullptr ||
        !is_catchable(node->extra.first)) {
      return nullptr;
    }
    if (skip != state_.MISSING.get()) node->extra.second = skip;
    return node;
  }

  // --- matching ---

  Pointer junction(PyObject* object, Op op, bool matching) {
    Pointer node = make(op);
    if (!children(*node, attribute(object, state_.name_children), matching)) return nullptr;
    return set_fallback(*node, object, state_.name_default) ? std::move(node) : nullptr;
  }

  Pointer pattern(PyObject* object) {
    PyObject* function = attribute(object, state_.name_match_func);
    if (function == nullptr) return nullptr;
    Pointer node = constant(Op::pattern, function);
    node->extra.first = attribute(object, state_.name_pattern);
    return node->extra.first != nullptr ? std::move(node) : nullptr;
  }

  Pointer comparison(PyObject* object, bool matching) {
    PyObject* op = attribute(object, state_.name_op);
    if (op == nullptr || !PyUnicode_Check(op) || PyUnicode_GET_LENGTH(op) != 1) return nullptr;
    Pointer node = make(Op::compare);
    node->sign = static_cast<char>(PyUnicode_READ_CHAR(op, 0));
    if (std::string_view("=!<>lg").find(node->sign) == std::string_view::npos) return nullptr;
    for (const Ref* name : {&state_.name_lhs, &state_.name_rhs}) {
      Field side;
      side.key = attribute(object, *name);
      if (side.key == nullptr) return nullptr;
      if (side.key == state_.M.get()) {
        side.required = true;
      } else if (reinterpret_cast<PyObject*>(Py_TYPE(side.key)) == state_.MSubspec.get()) {
        PyObject* below = attribute(side.key, state_.name_spec);
        side.value = below != nullptr ? spec(below, matching) : nullptr;
        if (side.value == nullptr) return nullptr;
      }
      node->fields.push_back(std::move(side));
    }
    return node;
  }

  Pointer choose(PyObject* object, bool matching) {
    PyObject* cases = attribute(object, state_.name_cases);
    if (cases == nullptr || !PyList_CheckExact(cases)) return nullptr;
    const std::vector<PyObject*> pairs = guarded(cases);
    Pointer node = make(Op::choose);
    for (PyObject* pair : pairs) {
      if (!PyTuple_CheckExact(pair) || PyTuple_GET_SIZE(pair) != 2) return nullptr;
      PyObject* key = PyTuple_GET_ITEM(pair, 0);
      for (PyObject* each : {key, PyTuple_GET_ITEM(pair, 1)}) {
        Pointer child = spec(each, each == key ? matching : mode_behind(key, matching));
        if (child == nullptr) return nullptr;
        node->children.push_back(std::move(child));
      }
    }
    return set_fallback(*node, object, state_.name_default) ? std::move(node) : nullptr;
  }

  // A Check that asks only whether something is true, and has a default.
  Pointer gate(PyObject* object, bool matching) {
    PyObject* below = attribute(object, state_.name_spec);
    if (below == nullptr || attribute(object, state_.name_is_gate) != Py_True) return nullptr;
    Pointer node = below == state_.T.get() ? make(Op::gate) : around(Op::gate, below, matching);
    if (node == nullptr || !set_fallback(*node, object, state_.name_default)) return nullptr;
    return node->fallback != Fallback::none ? std::move(node) : nullptr;
  }

  Pointer fields(PyObject* object) {
    Pointer node = make(Op::fields);
    const std::vector<PyObject*> pairs = guarded(object);
    Ref index = Ref::steal(PyDict_New());
    if (!index) return nullptr;
    node->keyed = true;
    for (std::size_t i = 0; i < pairs.size(); i += 2) {
      Field field;
      if (!read_field(pairs[i], field)) return nullptr;
      node->keyed = node->keyed && PyUnicode_CheckExact(field.key);
      if (node->keyed) {
        const Ref at = Ref::steal(PyLong_FromSize_t(i / 2));
        if (!at || PyDict_SetItem(index.get(), field.key, at.get()) < 0) return nullptr;
      }
      field.value = spec(pairs[i + 1], mode_behind(pattern_of(pairs[i]), true));
      if (field.value == nullptr) return nullptr;
      node->fields.push_back(std::move(field));
    }
    node->keyed =
        node->keyed && PyDict_GET_SIZE(index.get()) == static_cast<Py_ssize_t>(node->fields.size());
    node->extra.first = keep(index.get());
    return node;
  }

  // What the key of a pattern is evaluated as; borrowed.
  PyObject* pattern_of(PyObject* key) {
    auto* type = reinterpret_cast<PyObject*>(Py_TYPE(key));
    PyObject* inner = is(type, state_.Required) ? attribute(key, state_.name_key) : nullptr;
    return inner != nullptr ? inner : key;
  }

  bool read_field(PyObject* key, Field& field) {
    auto* type = reinterpret_cast<PyObject*>(Py_TYPE(key));
    field.key = key;
    if (is(type, state_.Optional)) {
      field.key = attribute(key, state_.name_key);
      if (field.key == nullptr || !set_fallback(field, key, state_.name_default)) return false;
      field.key_node = spec(key, true);
      return field.key_node != nullptr;
    }
    PyObject* pattern = pattern_of(key);
    field.key_node = spec(pattern, true);
    if (field.key_node == nullptr) return false;
    // What is compared must be there; what is a pattern only when it is marked so.
    field.required = is(type, state_.Required) || is_compared(pattern);
    field.fallback_value = key;
    // Only texts that stand for themselves are looked up.
    if (pattern != key) field.key = pattern;
    return true;
  }

  bool is_compared(PyObject* pattern) const {
    if (PyTuple_CheckExact(pattern)) {
      for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(pattern); ++i) {
        if (!is_compared(PyTuple_GET_ITEM(pattern, i))) return false;
      }
      return true;
    }
    if (PyFrozenSet_CheckExact(pattern)) {
      const Ref items = Ref::steal(PySequence_Tuple(pattern));
      return items && is_compared(items.get());
    }
    if (PyType_Check(pattern)) return false;
    const Ref found = Ref::steal(PyObject_GetAttr(pattern, state_.name_glomit.get()));
    if (!found) PyErr_Clear();
    return !found;
  }

  Pointer items(PyObject* object) {
    Pointer node = make(Op::items);
    node->constant = reinterpret_cast<PyObject*>(Py_TYPE(object));
    if (PySet_CheckExact(object)) return nullptr;  // may change without a trace
    if (PyList_CheckExact(object)) guarded(object);
    const Ref all = Ref::steal(PySequence_Tuple(object));
    return all && children(*node, keep(all.get()), true) ? std::move(node) : nullptr;
  }

  Pointer tuple(PyObject* object) {
    Pointer node = make(Op::tuple);
    node->constant = reinterpret_cast<PyObject*>(&PyTuple_Type);
    return children(*node, object, true) ? std::move(node) : nullptr;
  }

  // --- changing ---

  // The steps of the whole path, and the path to what holds the place.
  bool place(Node& node, PyObject* object) {
    PyObject* whole = attribute(object, state_.name__orig_path);
    PyObject* holder = attribute(object, state_.name_path);
    if (whole == nullptr || holder == nullptr) return false;
    const Ref t = Ref::steal(PyObject_GetAttr(whole, state_.name_path_t.get()));
    if (!t || !steps(node, t.get()) || node.steps.empty()) return false;
    for (const Step& step : node.steps) {
      if (step.access == Access::call || step.access == Access::arithmetic) return false;
    }
    Pointer path = spec(holder, false);
    if (path == nullptr || path->op != Op::path || path->steps.size() + 1 != node.steps.size()) {
      return false;
    }
    node.children.push_back(std::move(path));
    return true;
  }

  Pointer assign(PyObject* object, bool matching) {
    Pointer node = make(Op::assign);
    PyObject* given = attribute(object, state_.name_val);
    PyObject* missing = attribute(object, state_.name_missing);
    if (given == nullptr || missing == nullptr || !place(*node, object)) return nullptr;
    if (missing != Py_None) {
      if (node->stars != 0) return nullptr;
      node->extra.first = missing;
    }
    Pointer child;
    if (const auto kind = fallback(given)) {
      child = constant(Op::constant, given);
      child->fallback = *kind == Fallback::made ? Fallback::made : Fallback::none;
      child->spec = given;
    } else {
      if (PyList_Check(given) || PyDict_Check(given) || PyTuple_Check(given) ||
          PyAnySet_Check(given)) {
        return nullptr;
      }
      child = spec(given, matching);
    }
    if (child == nullptr) return nullptr;
    node->children.push_back(std::move(child));
    return node;
  }

  Pointer erase(PyObject* object) {
    Pointer node = make(Op::erase);
    PyObject* ignore = attribute(object, state_.name_ignore_missing);
    if (ignore == nullptr || !place(*node, object)) return nullptr;
    node->extra.flag = PyObject_IsTrue(ignore) > 0;
    return node;
  }

  State& state_;
  Program& program_;
  int depth_ = 0;
  int nodes_ = 0;
};

bool is_same(const Guard& guard) noexcept {
  if (guard.kind == Guard::Kind::attribute) {
    const Ref value = Ref::steal(PyObject_GetAttr(guard.object, guard.name));
    return value && value.get() == guard.expected[0];
  }
  const CriticalSection section(guard.object);
  if (guard.kind == Guard::Kind::list) {
    const auto size = static_cast<std::size_t>(PyList_GET_SIZE(guard.object));
    if (size != guard.expected.size()) return false;
    for (std::size_t i = 0; i < size; ++i) {
      if (PyList_GET_ITEM(guard.object, static_cast<Py_ssize_t>(i)) != guard.expected[i]) {
        return false;
      }
    }
    return true;
  }
  if (static_cast<std::size_t>(PyDict_GET_SIZE(guard.object)) * 2 != guard.expected.size()) {
    return false;
  }
  Py_ssize_t at = 0;
  PyObject* key = nullptr;
  PyObject* value = nullptr;
  for (std::size_t i = 0; PyDict_Next(guard.object, &at, &key, &value); i += 2) {
    if (key != guard.expected[i] || value != guard.expected[i + 1]) return false;
  }
  return true;
}

}  // namespace

bool is_current(const Program& program) noexcept {
  for (const Guard& guard : program.guards) {
    if (!is_same(guard)) {
      PyErr_Clear();
      return false;
    }
  }
  return true;
}

bool is_catchable(PyObject* object) noexcept {
  if (!PyTuple_Check(object)) return PyExceptionClass_Check(object);
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(object); ++i) {
    if (!PyExceptionClass_Check(PyTuple_GET_ITEM(object, i))) return false;
  }
  return true;
}

bool is_value(const State& state, PyObject* object) noexcept {
  if (PyUnicode_CheckExact(object) || PyLong_CheckExact(object) || object == Py_None ||
      PyBool_Check(object) || PyFloat_CheckExact(object) || PyBytes_CheckExact(object)) {
    return true;
  }
  if (PyTuple_CheckExact(object)) {
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(object); ++i) {
      PyObject* each = PyTuple_GET_ITEM(object, i);
      if (PyTuple_Check(each) || !is_value(state, each)) return false;
    }
    return true;
  }
  if (PyList_Check(object) || PyDict_Check(object) || PyAnySet_Check(object)) return false;
  if (reinterpret_cast<PyObject*>(Py_TYPE(object)) == state.TType.get()) return false;
  return PyType_Check(object) || !has_glomit(state, object);
}

Ref compile_place(State& state, PyObject* path) {
  const Ref spec =
      Ref::steal(PyObject_CallFunctionObjArgs(state.Assign.get(), path, Py_None, nullptr));
  Ref made = spec ? compile(state, spec.get()) : Ref{};
  if (!made) return Ref{};
  Node* root = value_of<Program>(made.get()).root.get();
  if (root != nullptr) root->children[1]->constant = nullptr;  // the value that a run was given
  return made;
}

Ref compile(State& state, PyObject* spec) {
  Ref made = make_object<Program>(reinterpret_cast<PyTypeObject*>(state.program_type.get()));
  if (!made) return Ref{};
  auto& program = value_of<Program>(made.get());
  program.spec = Ref::share(spec);
  program.root = Compiler(state, program).spec(spec, false);
  if (program.root == nullptr) {
    if (PyErr_Occurred() != nullptr) {
      if (!PyErr_ExceptionMatches(PyExc_Exception)) return Ref{};
      PyErr_Clear();
    }
    program.guards.clear();
    program.kept.clear();
  }
  return made;
}

}  // namespace mainstay::binding::reach
