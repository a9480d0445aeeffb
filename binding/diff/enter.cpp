// enter.cpp - what a walk asks Python, and the instructions it carries out.
//
// `walk.native_enter(node)` answers None when the pair is done, one instruction, or a list of them,
// of which only the first may find that mappings are one change:
//   ("items", d1, d2, attributes, whole)           two dicts
//   ("list", s1, s2, subscriptable, ordered, basic)  two lists or tuples
//   ("keyed", s1, s2, keys, keys, subscriptable)   two lists matched by keys; absent ones for none
//   ("set", s1, s2)                                members
//   ("pairs", [(p1, p2, x, y)], relation, moves)   matched children
//   ("rows", [(path, s1, s2, x, y)])               lists that are not asked about
//   ("count", n)                                   so many comparisons were made in Python
#include <string_view>

#include "binding/diff/host.hpp"
#include "binding/support/native_module.hpp"

namespace mainstay::binding::diff {

using mainstay::diff::Order;

namespace {

constexpr std::uint8_t kPlainRelation = 1;

bool of_kind(PyObject* first, PyObject* second, NodeKind kind) {
  if (kind_of(first) == kind && kind_of(second) == kind) return true;
  PyErr_Format(PyExc_TypeError,
               "an instruction of native_enter() takes built-in containers of one kind, got %s "
               "and %s",
               Py_TYPE(first)->tp_name, Py_TYPE(second)->tp_name);
  return false;
}

}  // namespace

PyObject* Host::python_of(const Walk& walk) const noexcept {
  for (std::size_t i = inner_.size(); i-- > 0;) {
    if (inner_[i].walk == &walk) return inner_[i].python.get();
  }
  return walk_;
}

// Nodes

Held Host::make_node(const Held& up, const Step& step, const Held& a, const Held& b) const {
  if (step.note.node) return step.note.node;
  PyObject* none = Py_None;
  PyObject* relation = settings_.member_relation.get();
  Ref first = Ref::share(none);
  Ref second = Ref::share(none);
  switch (step.kind) {
    case StepKind::entry:
    case StepKind::attribute:
      relation =
          (step.kind == StepKind::entry ? settings_.entry_relation : settings_.attribute_relation)
              .get();
      first = Ref::share(step.key.get());
      second = Ref::share(step.key.get());
      break;
    case StepKind::item:
      relation = settings_.item_relation.get();
      first = Ref::steal(PyLong_FromUnsignedLong(step.a));
      second = Ref::steal(PyLong_FromUnsignedLong(step.b));
      if (!first || !second) return Held{};
      break;
    case StepKind::root:
    case StepKind::member: break;
  }
  if (step.relation == kPlainRelation) {
    relation = settings_.plain_relation.get();
  } else if (step.relation > kPlainRelation) {
    relation = relations[step.relation - kPlainRelation - 1U].get();
  }
  PyObject* absent = settings_.absent.get();
  PyObject* arguments[] = {a ? a.get() : absent, b ? b.get() : absent,
                           up ? up.get() : none, relation,
                           first.get(),          second.get()};
  const std::size_t count = step.kind == StepKind::root ? 2 : 6;
  Held node(Ref::steal(PyObject_Vectorcall(settings_.node_type.get(), arguments, count, nullptr)));
  if (node && step.flipped && PyObject_SetAttr(node.get(), names_.moved_above.get(), Py_True) < 0) {
    return Held{};
  }
  return node;
}

// The node of the innermost open pair of a walk. Empty without an exception when none is open.
Held Host::node_of_open(Walk& walk) {
  Place* innermost = walk.innermost();
  if (innermost == nullptr || innermost->step.note.node) {
    return innermost == nullptr ? Held{} : innermost->step.note.node;
  }
  Held up;
  walk.each_open([&](Place& place) {
    Held& node = place.step.note.node;
    if (!node) {
      node = place.step.kind == StepKind::root && &walk == outermost
                 ? Held::share(root_node_)
                 : make_node(up, place.step, place.a, place.b);
    }
    up = node;
    return static_cast<bool>(up);
  });
  return up;
}

// The node of a pair under the innermost open one.
Held Host::node_at(Walk& walk, const Held& a, const Held& b, const Step& step) {
  if (step.note.node) return step.note.node;
  if (step.kind == StepKind::root) {
    return &walk == outermost ? Held::share(root_node_) : make_node(Held{}, step, a, b);
  }
  const Held up = node_of_open(walk);
  return up ? make_node(up, step, a, b) : Held{};
}

Held Host::node_of_trail(Events& events, std::uint32_t entry) const {
  // From the first that has a node downwards; a trail may be as long as the tree is deep.
  std::vector<std::uint32_t> missing;
  for (std::uint32_t at = entry; at != kNone && !events.trail[at].step.note.node;
       at = events.trail[at].parent) {
    missing.push_back(at);
  }
  for (std::size_t i = missing.size(); i-- > 0;) {
    auto& made = events.trail[missing[i]];
    made.step.note.node = made.parent == kNone ? Held::share(root_node_)
                                               : make_node(events.trail[made.parent].step.note.node,
                                                           made.step, made.a, made.b);
    if (!made.step.note.node) return Held{};
  }
  return events.trail[entry].step.note.node;
}

Held Host::node_of_event(Events& events, Event& event) const {
  if (event.step.kind == StepKind::root) return Held::share(root_node_);
  const Held up = node_of_trail(events, event.trail);
  return up ? make_node(up, event.step, event.a, event.b) : Held{};
}

// Paths

Held Host::path_of_open(Walk& walk) {
  Place* innermost = walk.innermost();
  if (innermost != nullptr && innermost->step.note.path) return innermost->step.note.path;
  Held path(Ref::steal(PyUnicode_FromString("root")));
  walk.each_open([&](Place& place) {
    Held& text = place.step.note.path;
    if (!text && place.step.kind == StepKind::root) text = path;
    if (!text) {
      text = Held(path_after(names_, walk_, settings_, path.get(), place.step, place.step.flipped));
    }
    path = text;
    return static_cast<bool>(path);
  });
  return path;
}

bool Host::asked_left_out(Walk& walk, const Held& a, const Held& b, const Step& step, bool report,
                          bool& answer) {
  Held path = path_of_open(walk);
  if (path && step.kind != StepKind::root) {
    const bool second = a && b ? step.flipped : !a;
    path = Held(path_after(names_, walk_, settings_, path.get(), step, second));
  }
  if (!path) return false;
  PyObject* excluded = settings_.exclude_paths.get();
  if (excluded != Py_None) {
    const int is = PySet_Contains(excluded, path.get());
    answer = is == 1;
    if (is != 0) return is > 0;
  }
  PyObject* absent = settings_.absent.get();
  PyObject* arguments[] = {a ? a.get() : absent, b ? b.get() : absent, path.get()};
  const auto ask = [&answer](PyObject* question, PyObject** given, std::size_t count) {
    if (question == Py_None) return true;
    const Ref found = Ref::steal(PyObject_Vectorcall(question, given, count, nullptr));
    const int truth = found ? PyObject_IsTrue(found.get()) : -1;
    answer = truth == 1;
    return truth >= 0;
  };
  if (!ask(settings_.skip_pair.get(), arguments, 3)) return false;
  return answer || !report || ask(settings_.skip_report.get(), arguments + 2, 1);
}

// Asking

// Takes what Python has added to the events of its walk.
bool Host::collect(Walk& walk, PyObject* python) {
  const Ref events = Ref::steal(PyObject_GetAttr(python, names_.active_events.get()));
  if (!events) return false;
  const Py_ssize_t size = PyList_Size(events.get());
  for (Py_ssize_t at = 0; at < size && at < PyList_GET_SIZE(events.get()); ++at) {
    PyObject* kind = nullptr;
    PyObject* node = nullptr;
    if (!PyArg_ParseTuple(PyList_GET_ITEM(events.get(), at), "OO", &kind, &node)) return false;
    foreign.emplace_back(Held::share(kind), Held::share(node));
    walk.report_foreign(static_cast<std::uint32_t>(foreign.size() - 1));
  }
  if (size < 0) return false;
  return size == 0 || PyList_SetSlice(events.get(), 0, size, nullptr) == 0;
}

bool Host::enter(Walk& walk, const Held& a, const Held& b, const Step& step) {
  const Held node = node_at(walk, a, b, step);
  if (!node) return false;
  PyObject* python = python_of(walk);
  const Ref answer = call_method(names_.enter, python, node.get());
  if (!answer || !collect(walk, python)) return false;
  if (answer.get() == Py_None) return true;
  Step known = step;
  known.note.node = node;
  if (PyTuple_CheckExact(answer.get())) return carry_out(walk, node, known, answer.get());
  if (!PyList_CheckExact(answer.get())) {
    PyErr_Format(PyExc_TypeError, "native_enter() must return None, a tuple or a list, got %s",
                 Py_TYPE(answer.get())->tp_name);
    return false;
  }
  const std::size_t depth = walk.open_count();
  const std::size_t events = walk.events().events.size();
  for (Py_ssize_t i = 0; i < PyList_GET_SIZE(answer.get()); ++i) {
    const bool opened = walk.open_count() > depth;
    if (!opened && walk.events().events.size() > events) break;  // it was one change
    if (opened) walk.open_again();
    const Ref each = Ref::share(PyList_GET_ITEM(answer.get(), i));
    if (!carry_out(walk, node, known, each.get())) return false;
  }
  return true;
}

bool Host::carry_out(Walk& walk, const Held& node, const Step& step, PyObject* instruction) {
  const Held a(Ref::steal(PyObject_GetAttr(node.get(), names_.t1.get())));
  const Held b(Ref::steal(PyObject_GetAttr(node.get(), names_.t2.get())));
  if (!a || !b) return false;
  const char* what = nullptr;
  if (PyTuple_CheckExact(instruction) && PyTuple_GET_SIZE(instruction) > 0) {
    what = PyUnicode_AsUTF8(PyTuple_GET_ITEM(instruction, 0));
  }
  const std::string_view name = what == nullptr ? "" : what;
  PyObject* x = nullptr;
  PyObject* y = nullptr;
  int flags[3] = {};
  const auto parts = [&](const char* format, auto*... into) {
    return PyArg_ParseTuple(instruction, format, &what, into...) != 0;
  };
  const Place place{a, b, step, a, b};
  const auto inside = [&] { return Place{a, b, step, Held::share(x), Held::share(y)}; };
  if (name == "items") {
    return parts("sO!O!pp", &PyDict_Type, &x, &PyDict_Type, &y, &flags[0], &flags[1]) &&
           walk.enter_mapping(inside(), flags[0] != 0 ? StepKind::attribute : StepKind::entry,
                              flags[1] != 0);
  }
  if (name == "list") {
    return parts("sOOppp", &x, &y, &flags[0], &flags[1], &flags[2]) &&
           of_kind(x, y, NodeKind::sequence) &&
           walk.enter_sequence(inside(), flags[1] != 0 ? Order::counts : Order::ignored,
                               flags[2] != 0, flags[0] != 0 ? std::uint8_t{0} : kPlainRelation);
  }
  if (name == "keyed") {
    PyObject* lists[2] = {};
    if (!parts("sOOO!O!p", &x, &y, &PyList_Type, &lists[0], &PyList_Type, &lists[1], &flags[0]) ||
        !of_kind(x, y, NodeKind::sequence)) {
      return false;
    }
    std::vector<Held> keys[2];
    for (std::size_t side : {0U, 1U}) {
      for (Py_ssize_t i = 0; i < PyList_GET_SIZE(lists[side]); ++i) {
        PyObject* key = PyList_GET_ITEM(lists[side], i);
        keys[side].push_back(key == settings_.absent.get() ? Held{} : Held::share(key));
      }
    }
    return walk.enter_keyed(inside(), keys[0], keys[1],
                            flags[0] != 0 ? std::uint8_t{0} : kPlainRelation);
  }
  if (name == "set") return parts("sOO", &x, &y) && walk.enter_set(inside());
  if (name == "pairs") {
    return parts("sO!Op", &PyList_Type, &x, &y, &flags[0]) &&
           enter_pairs(walk, place, x, y, flags[0] != 0);
  }
  if (name == "rows") return parts("sO!", &PyList_Type, &x) && enter_rows(walk, place, x);
  unsigned long long count = 0;
  if (name == "count") {
    if (!parts("sK", &count)) return false;
    statistics.diffs += count;
    return true;
  }
  PyErr_Format(PyExc_ValueError, "native_enter() gave an instruction that is none: %R",
               instruction);
  return false;
}

std::uint8_t Host::number_of_relation(PyObject* relation) {
  if (relation == settings_.plain_relation.get()) return kPlainRelation;
  for (std::size_t i = 0; i < relations.size(); ++i) {
    if (relations[i].get() == relation) {
      return static_cast<std::uint8_t>(i + kPlainRelation + 1U);
    }
  }
  if (relations.size() == 200) return 0;  // the number has 8 bits
  relations.push_back(Held::share(relation));
  return static_cast<std::uint8_t>(relations.size() + kPlainRelation);
}

// A step by positions where both are plain ones, by a key otherwise.
bool Host::step_of(PyObject* p1, PyObject* p2, PyObject* relation, Step& step) {
  if (relation == settings_.attribute_relation.get()) {
    step.kind = StepKind::attribute;
    step.key = Held::share(p1);
    return true;
  }
  long first = -1;
  long second = -1;
  const bool plain = PyLong_CheckExact(p1) && (PyLong_CheckExact(p2) || p2 == Py_None);
  if (plain) {
    first = PyLong_AsLong(p1);
    second = p2 == Py_None ? first : PyLong_AsLong(p2);
    if (PyErr_Occurred()) return false;
  }
  if (plain && relation != settings_.entry_relation.get() && (first >= 0 || second >= 0)) {
    step.kind = StepKind::item;
    step.a = static_cast<std::uint32_t>(first >= 0 ? first : second);
    step.b = static_cast<std::uint32_t>(second >= 0 ? second : first);
    if (relation != settings_.item_relation.get()) step.relation = number_of_relation(relation);
    return true;
  }
  step.kind = StepKind::entry;
  step.key = Held::share(p1);
  if (relation != settings_.entry_relation.get()) step.relation = number_of_relation(relation);
  return true;
}

bool Host::enter_pairs(Walk& walk, const Place& place, PyObject* pairs, PyObject* relation,
                       bool moves) {
  std::vector<Walk::Pair> made;
  PyObject* absent = settings_.absent.get();
  for (Py_ssize_t i = 0; i < PyList_GET_SIZE(pairs); ++i) {
    PyObject *p1 = nullptr, *p2 = nullptr, *x = nullptr, *y = nullptr;
    Walk::Pair pair;
    if (!PyArg_ParseTuple(PyList_GET_ITEM(pairs, i), "OOOO", &p1, &p2, &x, &y) ||
        !step_of(p1, p2, relation, pair.step)) {
      return false;
    }
    if (x != absent) pair.a = Held::share(x);
    if (y != absent) pair.b = Held::share(y);
    pair.moved = moves && pair.a && pair.b && pair.step.a != pair.step.b;
    made.push_back(std::move(pair));
  }
  return walk.enter_pairs(place, std::move(made));
}

bool Host::enter_rows(Walk& walk, const Place& place, PyObject* rows) {
  std::vector<Walk::Pair> made;
  for (Py_ssize_t i = 0; i < PyList_GET_SIZE(rows); ++i) {
    PyObject *path = nullptr, *list_a = nullptr, *list_b = nullptr, *a = nullptr, *b = nullptr;
    Walk::Pair pair;
    if (!PyArg_ParseTuple(PyList_GET_ITEM(rows, i), "OOOOO", &path, &list_a, &list_b, &a, &b) ||
        !of_kind(list_a, list_b, NodeKind::sequence) ||
        !step_of(path, path, settings_.array_relation.get(), pair.step)) {
      return false;
    }
    pair.row = true;
    pair.in_a = Held::share(list_a);
    pair.in_b = Held::share(list_b);
    pair.a = Held::share(a);
    pair.b = Held::share(b);
    made.push_back(std::move(pair));
  }
  return walk.enter_pairs(place, std::move(made));
}

bool Host::other(Walk& walk, const Held& a, const Held& b, const Step& step) {
  PyTypeObject* type = Py_TYPE(a.get());
  if (type == Py_TYPE(b.get()) && kind_of(a.get()) == NodeKind::other) {
    const int known =
        PySet_Contains(settings_.equal_types.get(), reinterpret_cast<PyObject*>(type));
    if (known < 0) return false;
    if (known == 1) {
      const int equal = PyObject_RichCompareBool(a.get(), b.get(), Py_EQ);
      if (equal < 0) return false;
      if (equal == 1) return true;
    }
  }
  return enter(walk, a, b, step);
}

bool Host::retyped(Walk& walk, const Held& a, const Held& b, const Step& step) {
  if (settings_.special_types) return enter(walk, a, b, step);
  return walk.report(Change::type, a, b, step);
}

bool Host::unequal(Walk& walk, const Held& a, const Held& b, const Step& step) {
  if (settings_.special_scalars) return enter(walk, a, b, step);
  return walk.report(Change::value, a, b, step);
}

bool Host::operators(Walk& walk, Held& a, Held& b, Step& step, bool& taken) {
  const Held node = node_at(walk, a, b, step);
  if (!node) return false;
  step.note.node = node;
  PyObject* python = python_of(walk);
  const Ref answer = call_method(names_.operators, python, node.get());
  const int truth = answer ? PyObject_IsTrue(answer.get()) : -1;
  if (truth < 0 || !collect(walk, python)) return false;
  taken = truth == 1;
  a = Held(Ref::steal(PyObject_GetAttr(node.get(), names_.t1.get())));
  b = Held(Ref::steal(PyObject_GetAttr(node.get(), names_.t2.get())));
  return a && b;
}

bool Host::seen(Walk& walk, Event& event) {
  if (event.change == Change::foreign) return true;  // Python has reported it
  event.step.note.node = node_at(walk, event.a, event.b, event.step);
  if (!event.step.note.node) return false;
  return static_cast<bool>(call_method(names_.seen, python_of(walk),
                                       name_of(names_, event.change, event.step.kind),
                                       event.step.note.node.get()));
}

bool Host::clean_keys(Walk& walk, const Place& place, Held& keys_a, Held& keys_b) {
  const Held node = node_of(walk, place);
  if (!node) return false;
  for (Held* keys : {&keys_a, &keys_b}) {
    PyObject* mapping = (keys == &keys_a ? place.in_a : place.in_b).get();
    *keys = Held(call_method(names_.keys, python_of(walk), node.get(), mapping));
    if (!*keys) return false;
    if (!PyDict_CheckExact(keys->get())) {
      PyErr_SetString(PyExc_TypeError, "native_keys() must return a dict");
      return false;
    }
  }
  return true;
}

bool Host::union_size(Walk& walk, const Place& place, const std::vector<Held>& keys,
                      std::size_t& count) {
  const Held node = node_of(walk, place);
  const Ref list = Ref::steal(PyList_New(0));
  if (!node || !list) return false;
  for (const Held& key : keys) {
    if (PyList_Append(list.get(), key.get()) < 0) return false;
  }
  const Ref found = call_method(names_.union_size, python_of(walk), node.get(), list.get());
  if (!found) return false;
  count = PyLong_AsSize_t(found.get());
  return PyErr_Occurred() == nullptr;
}

Host::Descent::Descent(Host& host, Walk& walk, const Held& a, const Held& b)
    : host_(host), guard_(" while comparing lists whose order is ignored") {
  if (!guard_) return;
  if (!host.settings_.ask_operators) {
    entered_ = true;
    return;
  }
  Held python(call_method(host.names_.inner, host.walk_, a.get(), b.get()));
  if (!python) return;
  host.inner_.push_back({&walk, std::move(python)});
  pushed_ = entered_ = true;
}

Host::Descent::~Descent() {
  if (pushed_) host_.inner_.pop_back();
}

}  // namespace mainstay::binding::diff
