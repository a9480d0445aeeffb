// host.cpp - see host.hpp: what needs the Python walk, and counters.
#include "binding/diff/host.hpp"

#include <bit>
#include <cmath>
#include <limits>
#include <string_view>

#include "binding/support/exception.hpp"
#include "mainstay/base/utf8.hpp"

namespace mainstay::binding::diff {

using mainstay::diff::Mixer;

bool Host::give_statistics() {
  const Ref shared = Ref::steal(PyObject_GetAttr(walk_, names_.shared.get()));
  const Ref stats = shared ? Ref::steal(PyObject_GetAttr(shared.get(), names_.stats.get())) : Ref{};
  if (!stats) return false;
  const auto put = [&](const Ref& name, const Ref& value) {
    return value && PyObject_SetItem(stats.get(), name.get(), value.get()) == 0;
  };
  const auto count = [](std::uint64_t n) { return Ref::steal(PyLong_FromUnsignedLongLong(n)); };
  const auto flag = [](bool is) { return Ref::share(is ? Py_True : Py_False); };
  return put(names_.diff_count, count(statistics.diffs)) &&
         put(names_.passes_count, count(statistics.passes)) &&
         put(names_.cache_hit_count, count(statistics.cache_hits)) &&
         put(names_.max_diff_limit_reached, flag(statistics.max_diffs_reached)) &&
         put(names_.max_pass_limit_reached, flag(statistics.max_passes_reached));
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

bool Host::simple(const Held& node, bool& answer) {
  const NodeKind kind = kind_of(node.get());
  if (kind == NodeKind::other) {
    PyTypeObject* type = Py_TYPE(node.get());
    answer = type == simple_;
    if (answer) return true;
    PyObject* types = settings_.simple_types.get();
    int is = PyObject_IsSubclass(reinterpret_cast<PyObject*>(type), types);
    if (is == 1) simple_ = type;
    if (is == 0) is = PyObject_IsInstance(node.get(), types);  // proxies are what they stand for
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

namespace {

bool read_distance(const Ref& found, double& far, bool& known) {
  if (!found) return false;
  known = found.get() != Py_None;
  if (known) far = PyFloat_AsDouble(found.get());
  return !known || far != -1 || PyErr_Occurred() == nullptr;
}

}  // namespace

bool Host::other_distance(const Held& a, const Held& b, double& far, bool& known) {
  return read_distance(call_method(names_.distance, walk_, a.get(), b.get()), far, known);
}

bool Host::pair_distance(const Held& added, const Held& removed, bool numbers, double& far,
                         bool& known) {
  const Ref found = call_method(names_.pair_distance, walk_, added.get(), removed.get(),
                                numbers ? Py_True : Py_False);
  if (!read_distance(found, far, known)) return false;
  // The distance of two numbers stands for their comparison; one by a function does not.
  if (known && !numbers && !settings_.ask_lists) ++statistics.diffs;
  return true;
}

bool Host::ask_length(PyObject* kind, PyObject* object, std::uint64_t& length) {
  const Ref found = call_method(names_.length, walk_, kind, object);
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

bool Host::words(const Held& node, std::vector<Digest>& parts) {
  const Ref words = Ref::steal(PyUnicode_Split(node.get(), nullptr, -1));
  if (!words) return false;
  for (Py_ssize_t i = 0; i < PyList_GET_SIZE(words.get()); ++i) {
    Measure measure;
    if (!measure_scalar(Held::share(PyList_GET_ITEM(words.get(), i)), measure)) return false;
    parts.push_back(measure.digest);
  }
  return true;
}

bool Host::tuned(bool on) {
  return static_cast<bool>(call_method(names_.tuned, walk_, on ? Py_True : Py_False));
}

bool Host::limit_reached(bool of_diffs) {
  if (!give_statistics()) return false;
  const Ref done = call_method(names_.limit, walk_, of_diffs ? Py_False : Py_True);
  return static_cast<bool>(done);
}

// Measuring

std::uint64_t Host::seed() {
  // The interpreter's hashes of texts differ from process to process, unless it was told not to.
  if (seed_ == 0) seed_ = static_cast<std::uint64_t>(PyObject_Hash(names_.enter.get())) | 1U;
  return seed_;
}

// `walk.native_digest(object, node, at)`: a digest and a count, or None where there is none.
bool Host::ask_digest(PyObject* object, PyObject* node, Py_ssize_t at, Measure& measure,
                      bool& known) {
  const Ref place = Ref::steal(PyLong_FromSsize_t(at));
  if (!place) return false;
  const Ref found = call_method(names_.digest, walk_, object, node, place.get());
  if (!found) return false;
  known = found.get() != Py_None;
  if (!known) return true;
  PyObject* digest = nullptr;
  unsigned long long count = 0;
  if (!PyTuple_Check(found.get())) {
    PyErr_SetString(PyExc_TypeError, "native_digest() must return a digest and a count");
    return false;
  }
  if (!PyArg_ParseTuple(found.get(), "OK", &digest, &count)) return false;
  const Ref text = Ref::steal(PyObject_Str(digest));
  Py_ssize_t size = 0;
  const char* bytes = text ? PyUnicode_AsUTF8AndSize(text.get(), &size) : nullptr;
  if (bytes == nullptr) return false;
  Mixer mixer(seed(), static_cast<std::uint64_t>(NodeKind::other));
  mixer.add(std::string_view(bytes, static_cast<std::size_t>(size)));
  measure.digest = mixer.end();
  measure.count = count;
  return true;
}

Found Host::digest_item(Walk& walk, const Place& place, std::size_t at, const Held& item,
                        Measure& measure) {
  if (at == 0) list_node_ = node_of(walk, place);
  bool known = false;
  if (!list_node_ ||
      !ask_digest(item.get(), list_node_.get(), static_cast<Py_ssize_t>(at), measure, known)) {
    return Found::failed;
  }
  return known ? Found::yes : Found::no;
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
      Held here;
      if (kind == NodeKind::bytes && filling_.walk != nullptr) {
        here = node_of(*filling_.walk, *filling_.place);
        if (!here) return false;
      }
      bool known = true;
      if (!ask_digest(object, here ? here.get() : Py_None, -1, measure, known)) return false;
      if (known) return true;
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

bool Host::combine(const Held& node, Parts parts, Digest& digest) {
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
