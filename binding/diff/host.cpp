// host.cpp - see host.hpp: what needs the Python walk, and counters.
#include "binding/diff/host.hpp"

#include <bit>
#include <cmath>
#include <limits>
#include <string_view>

#include "binding/support/exception.hpp"
#include "mainstay/base/utf8.hpp"

namespace mainstay::binding::diff {

using mainstay::diff::Event;
using mainstay::diff::Events;
using mainstay::diff::Mixer;

namespace {

bool read_count(PyObject* stats, PyObject* name, std::uint64_t& into) {
  PyObject* number = PyDict_GetItemWithError(stats, name);
  if (number == nullptr) return PyErr_Occurred() == nullptr;
  into = PyLong_AsUnsignedLongLongMask(number);
  return PyErr_Occurred() == nullptr;
}

bool read_flag(PyObject* stats, PyObject* name, bool& into) {
  PyObject* flag = PyDict_GetItemWithError(stats, name);
  if (flag == nullptr) return PyErr_Occurred() == nullptr;
  const int truth = PyObject_IsTrue(flag);
  into = truth == 1;
  return truth >= 0;
}

bool write_count(PyObject* stats, PyObject* name, std::uint64_t count) {
  const Ref number = Ref::steal(PyLong_FromUnsignedLongLong(count));
  return number && PyDict_SetItem(stats, name, number.get()) == 0;
}

// walk.shared.stats, which has to be a dict.
Ref stats_of(PyObject* walk, const Names& names) {
  const Ref shared = Ref::steal(PyObject_GetAttr(walk, names.shared.get()));
  if (!shared) return Ref{};
  Ref stats = Ref::steal(PyObject_GetAttr(shared.get(), names.stats.get()));
  if (stats && !PyDict_Check(stats.get())) {
    PyErr_SetString(PyExc_TypeError, "walk.shared.stats must be a dict");
    return Ref{};
  }
  return stats;
}

}  // namespace

bool Host::take_statistics() {
  const Ref stats = stats_of(walk_, names_);
  return stats && read_count(stats.get(), names_.diff_count.get(), statistics.diffs) &&
         read_count(stats.get(), names_.passes_count.get(), statistics.passes) &&
         read_flag(stats.get(), names_.max_diff_limit_reached.get(),
                   statistics.max_diffs_reached) &&
         read_flag(stats.get(), names_.max_pass_limit_reached.get(), statistics.max_passes_reached);
}

bool Host::give_statistics() {
  const Ref stats = stats_of(walk_, names_);
  return stats && write_count(stats.get(), names_.diff_count.get(), statistics.diffs) &&
         write_count(stats.get(), names_.passes_count.get(), statistics.passes) &&
         PyDict_SetItem(stats.get(), names_.max_diff_limit_reached.get(),
                        statistics.max_diffs_reached ? Py_True : Py_False) == 0 &&
         PyDict_SetItem(stats.get(), names_.max_pass_limit_reached.get(),
                        statistics.max_passes_reached ? Py_True : Py_False) == 0;
}

// Nodes

Held Host::make_node(const Held& up, const Step& step, const Held& a, const Held& b) const {
  PyObject* none = Py_None;
  PyObject* relation = settings_.member_relation.get();
  Ref first = Ref::share(none);
  Ref second = Ref::share(none);
  if (step.kind == StepKind::entry) {
    relation = settings_.entry_relation.get();
    first = Ref::share(step.key.get());
    second = Ref::share(step.key.get());
  } else if (step.kind == StepKind::item) {
    relation = settings_.item_relation.get();
    first = Ref::steal(PyLong_FromUnsignedLong(step.a));
    second = Ref::steal(PyLong_FromUnsignedLong(step.b));
    if (!first || !second) return Held{};
  }
  PyObject* absent = settings_.absent.get();
  PyObject* arguments[] = {a ? a.get() : absent, b ? b.get() : absent,
                           up ? up.get() : none, relation,
                           first.get(),          second.get()};
  const std::size_t count = step.kind == StepKind::root ? 2 : 6;
  return Held(
      Ref::steal(PyObject_Vectorcall(settings_.node_type.get(), arguments, count, nullptr)));
}

Held Host::node_of_trail(const Events<Host>& events, std::uint32_t entry) {
  // From the first that has a node downwards; a trail may be as long as the tree is deep.
  std::vector<std::uint32_t> missing;
  if (trail_nodes.size() < events.trail.size()) trail_nodes.resize(events.trail.size());
  for (std::uint32_t at = entry; at != kNone && !trail_nodes[at]; at = events.trail[at].parent) {
    missing.push_back(at);
  }
  for (std::size_t i = missing.size(); i-- > 0;) {
    const auto& made = events.trail[missing[i]];
    const Held node = made.parent == kNone
                          ? Held::share(root_node_)
                          : make_node(trail_nodes[made.parent], made.step, made.a, made.b);
    if (!node) return Held{};
    trail_nodes[missing[i]] = node;
  }
  return trail_nodes[entry];
}

Held Host::node_of_event(const Events<Host>& events, const Event<Host>& event) {
  if (event.step.kind == StepKind::root) return Held::share(root_node_);
  const Held up = node_of_trail(events, event.trail);
  return up ? make_node(up, event.step, event.a, event.b) : Held{};
}

// The node of the innermost open pair of a walk, of which there must be one.
Held Host::node_of_open(Walk& walk) {
  if (&walk == outermost) {
    const std::uint32_t entry = walk.trail();
    return node_of_trail(walk.events(), entry);
  }
  Held node;
  bool failed = false;
  walk.each_open([&](const Step& step, const Held& a, const Held& b) {
    if (failed) return;
    node = make_node(node, step, a, b);
    failed = !node;
  });
  return node;
}

bool Host::general(Walk& walk, const Held& a, const Held& b, const Step& step) {
  Held node;
  if (step.kind == StepKind::root) {
    node = &walk == outermost ? Held::share(root_node_) : make_node(Held{}, step, a, b);
  } else {
    const Held up = node_of_open(walk);
    if (!up) return false;
    node = make_node(up, step, a, b);
  }
  const Ref active = Ref::steal(PyFrozenSet_New(nullptr));
  if (!node || !active || !give_statistics()) return false;
  bool failed = false;
  walk.each_open([&](const Step&, const Held& open, const Held&) {
    const Ref id = Ref::steal(PyLong_FromVoidPtr(open.get()));
    failed = failed || !id || PySet_Add(active.get(), id.get()) < 0;
  });
  const Ref events = Ref::steal(PyObject_GetAttr(walk_, names_.active_events.get()));
  if (failed || !events) return false;
  if (!PyList_Check(events.get())) {
    PyErr_SetString(PyExc_TypeError, "walk.events must be a list");
    return false;
  }
  const Py_ssize_t before = PyList_GET_SIZE(events.get());
  PyObject* arguments[] = {walk_, node.get(), active.get()};
  const Ref done =
      Ref::steal(PyObject_VectorcallMethod(names_.general.get(), arguments, 3, nullptr));
  if (!done || !take_statistics()) return false;
  const Py_ssize_t after = PyList_GET_SIZE(events.get());
  for (Py_ssize_t at = before; at < after && at < PyList_GET_SIZE(events.get()); ++at) {
    PyObject* pair = PyList_GET_ITEM(events.get(), at);
    if (!PyTuple_Check(pair) || PyTuple_GET_SIZE(pair) != 2) {
      PyErr_SetString(PyExc_TypeError, "walk.events must hold pairs of a kind and a node");
      return false;
    }
    foreign.emplace_back(Held::share(PyTuple_GET_ITEM(pair, 0)),
                         Held::share(PyTuple_GET_ITEM(pair, 1)));
    const auto number = static_cast<std::uint32_t>(foreign.size() - 1);
    if (!walk.report(Change::foreign, a, b, step, number)) return false;
  }
  return before >= after || PyList_SetSlice(events.get(), before, after, nullptr) == 0;
}

bool Host::other(Walk& walk, const Held& a, const Held& b, const Step& step) {
  PyTypeObject* type = Py_TYPE(a.get());
  if (type == Py_TYPE(b.get())) {
    const int known =
        PySet_Contains(settings_.equal_types.get(), reinterpret_cast<PyObject*>(type));
    if (known < 0) return false;
    if (known == 1) {
      const int equal = PyObject_RichCompareBool(a.get(), b.get(), Py_EQ);
      if (equal < 0) return false;
      if (equal == 1) return true;
    }
  }
  return general(walk, a, b, step);
}

bool Host::retyped(Walk& walk, const Held& a, const Held& b, const Step& step) {
  if (settings_.special_types) return general(walk, a, b, step);
  return walk.report(Change::type, a, b, step);
}

bool Host::unequal(Walk& walk, const Held& a, const Held& b, const Step& step) {
  const NodeKind kind = kind_of(a.get());
  if (settings_.special_scalars && (kind == NodeKind::integer || kind == NodeKind::real)) {
    return general(walk, a, b, step);
  }
  return walk.report(Change::value, a, b, step);
}

// Looking

bool Host::equal(const Held& left, const Held& right, bool& equal) const {
  PyObject* a = left.get();
  PyObject* b = right.get();
  switch (kind_of(a)) {
    case NodeKind::text: equal = same_text(a, b); return true;
    case NodeKind::boolean:
    case NodeKind::null: equal = a == b; return true;
    case NodeKind::real: {
      const double x = PyFloat_AS_DOUBLE(a);
      const double y = PyFloat_AS_DOUBLE(b);
      equal = x == y || (settings_.ignore_nan_inequality && std::isnan(x) && std::isnan(y));
      return true;
    }
    default: break;
  }
  const int same = PyObject_RichCompareBool(a, b, Py_EQ);
  equal = same == 1;
  return same >= 0;
}

bool Host::simple(const Held& node, bool& answer) const {
  const NodeKind kind = kind_of(node.get());
  if (kind == NodeKind::other) {
    const int is = PyObject_IsInstance(node.get(), settings_.simple_types.get());
    answer = is == 1;
    return is >= 0;
  }
  answer = kind != NodeKind::mapping && kind != NodeKind::sequence && kind != NodeKind::set;
  return true;
}

bool Host::hash(const Held& node, std::uint64_t& hash) noexcept {
  const Py_hash_t found = PyObject_Hash(node.get());
  // Hashes of small ints are the ints: spread them.
  hash = mainstay::diff::detail::fold(
      static_cast<std::uint64_t>(found) ^ mainstay::diff::detail::kMix[0],
      mainstay::diff::detail::kMix[1]);
  return found != -1;
}

bool Host::same_item(const Held& left, const Held& right, bool& answer) noexcept {
  if (PyUnicode_CheckExact(left.get()) && PyUnicode_CheckExact(right.get())) {
    answer = same_text(left.get(), right.get());
    return true;
  }
  const int same = PyObject_RichCompareBool(left.get(), right.get(), Py_EQ);
  answer = same == 1;
  return same >= 0;
}

// Distances

int Host::number_type(const Held& node) const noexcept {
  if (!settings_.numbers_at_once) return 0;
  PyObject* type = reinterpret_cast<PyObject*>(Py_TYPE(node.get()));
  if (type == reinterpret_cast<PyObject*>(&PyLong_Type)) return 1;
  if (type == reinterpret_cast<PyObject*>(&PyFloat_Type)) return 2;
  return type == settings_.decimal_type.get() ? 3 : 0;
}

bool Host::number(const Held& node, double& number) noexcept {
  const Ref real = Ref::steal(PyNumber_Float(node.get()));
  if (real) {
    number = PyFloat_AS_DOUBLE(real.get());
    return true;
  }
  if (!PyErr_ExceptionMatches(PyExc_OverflowError)) return false;
  PyErr_Clear();
  number = std::numeric_limits<double>::infinity();
  return true;
}

bool Host::other_distance(const Held& a, const Held& b, double& far, bool& known) {
  if (!give_statistics()) return false;
  PyObject* arguments[] = {walk_, a.get(), b.get()};
  const Ref found =
      Ref::steal(PyObject_VectorcallMethod(names_.distance.get(), arguments, 3, nullptr));
  if (!found || !take_statistics()) return false;
  known = found.get() != Py_None;
  if (known) far = PyFloat_AsDouble(found.get());
  return !known || far != -1 || PyErr_Occurred() == nullptr;
}

bool Host::ask_length(PyObject* kind, PyObject* object, std::uint64_t& length) {
  PyObject* arguments[] = {walk_, kind, object};
  const Ref found =
      Ref::steal(PyObject_VectorcallMethod(names_.length.get(), arguments, 3, nullptr));
  if (!found) return false;
  length = PyLong_AsUnsignedLongLong(found.get());
  return PyErr_Occurred() == nullptr;
}

bool Host::scalar_length(const Held& node, std::uint64_t& length) {
  const NodeKind kind = kind_of(node.get());
  if (kind == NodeKind::other) return ask_length(Py_None, node.get(), length);
  length = kind == NodeKind::null ? 0 : 1;
  return true;
}

bool Host::foreign_length(std::uint32_t number, std::uint64_t& length) {
  const auto [kind, node] = foreign[number];
  return ask_length(kind.get(), node.get(), length);
}

bool Host::internal(const Held& key) noexcept {
  PyObject* text = key.get();
  if (!PyUnicode_Check(text) || PyUnicode_GET_LENGTH(text) == 0) return false;
  if (PyUnicode_READ_CHAR(text, 0) == '_') return true;
  for (const char* name : {"deep_distance", "new_path", "old_type", "old_value"}) {
    if (PyUnicode_CompareWithASCIIString(text, name) == 0) return true;
  }
  return false;
}

bool Host::converts(const Held& a, const Held& b, bool& answer) noexcept {
  answer = false;
  const Ref made =
      Ref::steal(PyObject_CallOneArg(reinterpret_cast<PyObject*>(Py_TYPE(b.get())), a.get()));
  const int differs = made ? PyObject_RichCompareBool(made.get(), b.get(), Py_NE) : -1;
  if (differs >= 0) {
    answer = differs == 0;
    return true;
  }
  if (!PyErr_ExceptionMatches(PyExc_Exception)) return false;
  PyErr_Clear();
  return true;
}

bool Host::limit_reached(bool of_diffs) {
  if (!give_statistics()) return false;
  PyObject* arguments[] = {walk_, of_diffs ? Py_False : Py_True};
  const Ref done = Ref::steal(PyObject_VectorcallMethod(names_.limit.get(), arguments, 2, nullptr));
  return static_cast<bool>(done);
}

bool Host::too_deep() noexcept {
  PyErr_SetString(PyExc_RecursionError, "the objects are nested deeper than max_depth");
  return false;
}

// Measuring

std::uint64_t Host::seed() {
  // The interpreter's hashes of texts differ from process to process, unless it was told not to.
  if (seed_ == 0) seed_ = static_cast<std::uint64_t>(PyObject_Hash(names_.general.get())) | 1U;
  return seed_;
}

bool Host::measure_scalar(const Held& node, Measure& measure) {
  PyObject* object = node.get();
  const NodeKind kind = kind_of(object);
  Mixer mixer(seed(), static_cast<std::uint64_t>(kind));
  measure.count = 1;
  switch (kind) {
    case NodeKind::text: {
      const auto width = static_cast<std::size_t>(PyUnicode_KIND(object));
      mixer.add(width);
      mixer.add(std::string_view(static_cast<const char*>(PyUnicode_DATA(object)),
                                 static_cast<std::size_t>(PyUnicode_GET_LENGTH(object)) * width));
      break;
    }
    case NodeKind::integer: {
      int overflow = 0;
      const long long number = PyLong_AsLongLongAndOverflow(object, &overflow);
      if (overflow == 0) {
        mixer.add(static_cast<std::uint64_t>(number));
        break;
      }
      const Ref digits = Ref::steal(PyNumber_ToBase(object, 16));
      if (!digits) return false;
      mixer.add(std::string_view(static_cast<const char*>(PyUnicode_DATA(digits.get())),
                                 static_cast<std::size_t>(PyUnicode_GET_LENGTH(digits.get()))));
      break;
    }
    case NodeKind::real: {
      double number = PyFloat_AS_DOUBLE(object);
      if (number == 0) number = 0;  // both zeros are one
      if (std::isnan(number)) number = std::numeric_limits<double>::quiet_NaN();
      mixer.add(std::bit_cast<std::uint64_t>(number));
      break;
    }
    case NodeKind::boolean: mixer.add(object == Py_True ? 1 : 0); break;
    case NodeKind::null: break;
    default: {
      if (kind == NodeKind::bytes) {
        const std::string_view bytes(PyBytes_AS_STRING(object),
                                     static_cast<std::size_t>(PyBytes_GET_SIZE(object)));
        std::size_t at = 0;
        while (at < bytes.size()) {
          const std::size_t length = utf8_length(bytes.substr(at));
          if (length == 0) break;
          at += length;
        }
        if (at == bytes.size()) {
          mixer.add(bytes);
          break;
        }
      }
      PyObject* arguments[] = {walk_, object, kind == NodeKind::bytes ? root_node_ : Py_None};
      if (!give_statistics()) return false;
      const Ref found =
          Ref::steal(PyObject_VectorcallMethod(names_.digest.get(), arguments, 3, nullptr));
      if (!found || !take_statistics()) return false;
      PyObject* digest = nullptr;
      unsigned long long count = 0;
      if (!PyTuple_Check(found.get())) {
        PyErr_SetString(PyExc_TypeError, "native_digest() must return a digest and a count");
        return false;
      }
      if (!PyArg_ParseTuple(found.get(), "OK", &digest, &count)) return false;
      const Ref text = Ref::steal(PyObject_Str(digest));
      if (!text) return false;
      Py_ssize_t size = 0;
      const char* bytes = PyUnicode_AsUTF8AndSize(text.get(), &size);
      if (bytes == nullptr) return false;
      mixer.add(std::string_view(bytes, static_cast<std::size_t>(size)));
      measure.count = count;
      break;
    }
  }
  measure.digest = mixer.end();
  return true;
}

bool Host::measure_key(const Held& key, Measure& measure) {
  const NodeKind kind = kind_of(key.get());
  if (kind == NodeKind::sequence || kind == NodeKind::set) {
    mainstay::diff::Measuring<Host> measuring(*this);
    return measuring.measure(key, measure);
  }
  return measure_scalar(key, measure);
}

bool Host::combine(const Held& node, std::span<mainstay::diff::Part<Digest>> parts,
                   Digest& digest) {
  PyObject* object = node.get();
  const std::uint64_t type = PyList_CheckExact(object)    ? 100
                             : PyTuple_CheckExact(object) ? 101
                             : PyDict_CheckExact(object)  ? 102
                             : PySet_CheckExact(object)   ? 103
                                                          : 104;
  digest = mainstay::diff::combine_fingerprints(seed(), type, parts,
                                                settings_.options.report_repetition);
  return true;
}

bool Host::recall(const Held& node, Measure& measure) {
  PyObject* object = node.get();
  const auto found = measured_.find(object);
  if (found != measured_.end()) {
    measure = found->second.measure;
    return true;
  }
  if (!measured_tuples_ || !(PyTuple_CheckExact(object) || PyFrozenSet_CheckExact(object))) {
    return false;
  }
  PyObject* number = PyDict_GetItemWithError(measured_tuples_.get(), object);
  if (number == nullptr) {
    PyErr_Clear();  // what cannot be hashed is known by its identity
    return false;
  }
  measure = tuple_measures_[PyLong_AsSize_t(number)];
  return true;
}

bool Host::remember(const Held& node, const Measure& measure) {
  PyObject* object = node.get();
  if (PyTuple_CheckExact(object) || PyFrozenSet_CheckExact(object)) {
    if (!measured_tuples_) measured_tuples_ = Ref::steal(PyDict_New());
    const Ref number = Ref::steal(PyLong_FromSize_t(tuple_measures_.size()));
    if (!measured_tuples_ || !number) return false;
    if (PyDict_SetItem(measured_tuples_.get(), object, number.get()) == 0) {
      tuple_measures_.push_back(measure);
      return true;
    }
    if (!PyErr_ExceptionMatches(PyExc_TypeError)) return false;
    PyErr_Clear();
  }
  measured_.insert_or_assign(object, Remembered{node, measure});
  return true;
}

}  // namespace mainstay::binding::diff
