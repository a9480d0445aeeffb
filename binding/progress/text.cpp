// text.cpp - the texts of bars: the engine's for plain values, the face's for all others.
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "binding/progress/module.hpp"
#include "mainstay/progress/meter.hpp"
#include "mainstay/progress/texts.hpp"
#include "mainstay/progress/width.hpp"

namespace mainstay::binding::progress {

namespace {

using mainstay::progress::Layout;
using mainstay::progress::Meter;

enum Argument : std::size_t {
  kN,
  kTotal,
  kElapsed,
  kColumns,
  kPrefix,
  kAscii,
  kUnit,
  kScale,
  kRate,
  kFormat,
  kPostfix,
  kDivisor,
  kInitial,
  kColour,
  kArguments,
};

constexpr std::array<const char*, kArguments> kNames{
    "n",          "total", "elapsed",    "ncols",   "prefix",       "ascii",   "unit",
    "unit_scale", "rate",  "bar_format", "postfix", "unit_divisor", "initial", "colour",
};

using Given = std::array<PyObject*, kArguments>;

bool is_absent(PyObject* object) noexcept { return object == nullptr || object == Py_None; }

// A text; empty when absent. False when it is something else, or not to be had as UTF-8.
bool read_text(PyObject* object, std::string_view& text) noexcept {
  if (is_absent(object)) return true;
  if (!PyUnicode_CheckExact(object)) return false;
  Py_ssize_t size = 0;
  const char* utf8 = PyUnicode_AsUTF8AndSize(object, &size);
  if (utf8 == nullptr) {
    PyErr_Clear();
    return false;
  }
  text = {utf8, static_cast<std::size_t>(size)};
  return true;
}

bool read_count(PyObject* object, std::optional<Count>& count) noexcept {
  if (is_absent(object)) return true;
  count = plain_count(object);
  return count.has_value();
}

// None, True, 1, or a number to multiply with.
bool read_scale(PyObject* object, Meter& meter) noexcept {
  if (is_absent(object) || object == Py_False) return true;
  if (object == Py_True) {
    meter.scaled = true;
    return true;
  }
  const auto number = plain_count(object);
  if (!number) return false;
  meter.scaled = number->number() == 1;
  if (!meter.scaled && !number->is_zero()) meter.factor = number;
  return true;
}

bool read_symbols(PyObject* object, Meter& meter) noexcept {
  if (is_absent(object) || object == Py_False) return true;
  if (object == Py_True) {
    meter.symbols = mainstay::progress::kAscii;
    return true;
  }
  std::string_view text;
  if (!read_text(object, text)) return false;
  if (!text.empty()) meter.symbols = text;
  return true;
}

// The values of a line; false for what the engine does not know. `colour` holds what the meter
// looks into.
bool read_meter(const Given& given, Meter& meter, std::string& colour) {
  std::optional<Count> n, elapsed, rate, initial, divisor, columns;
  if (!read_count(given[kN], n) || !n || !read_count(given[kTotal], meter.total) ||
      !read_count(given[kElapsed], elapsed) || !elapsed || !read_count(given[kRate], rate) ||
      !read_count(given[kInitial], initial) || !read_count(given[kDivisor], divisor) ||
      !read_count(given[kColumns], columns) || !read_text(given[kPrefix], meter.prefix) ||
      !read_text(given[kPostfix], meter.postfix) || !read_scale(given[kScale], meter) ||
      !read_symbols(given[kAscii], meter)) {
    return false;
  }
  meter.n = *n;
  meter.elapsed = elapsed->number();
  if (rate) meter.rate = rate->number();
  if (given[kInitial] == Py_None || given[kDivisor] == Py_None || given[kUnit] == Py_None) {
    return false;
  }
  if (given[kUnit] != nullptr) {
    meter.unit = {};
    if (!read_text(given[kUnit], meter.unit)) return false;
  }
  if (initial) meter.initial = *initial;
  if (divisor) meter.divisor = divisor->number();
  if (meter.divisor == 0) return false;
  if (columns) {
    if (!columns->is_whole() || columns->whole() < 0) return false;
    meter.columns = static_cast<std::size_t>(columns->whole());
  }
  std::string_view name;
  if (!read_text(given[kColour], name)) return false;
  if (!name.empty()) {
    colour = mainstay::progress::colour_sequence(name);
    if (colour.empty()) return false;
    meter.colour = colour;
  }
  return true;
}

// Puts the arguments where they belong. False when there is one that the engine does not know.
bool take(PyObject* const* args, Py_ssize_t nargs, PyObject* kwnames, State& state,
          Given& given) noexcept {
  if (nargs > static_cast<Py_ssize_t>(kArguments)) return false;
  for (Py_ssize_t at = 0; at < nargs; ++at) given[static_cast<std::size_t>(at)] = args[at];
  const Py_ssize_t named = kwnames == nullptr ? 0 : PyTuple_GET_SIZE(kwnames);
  for (Py_ssize_t at = 0; at < named; ++at) {
    PyObject* name = PyTuple_GET_ITEM(kwnames, at);
    std::size_t found = 0;
    while (found < kArguments && state.meter_names[found].get() != name) ++found;
    if (found == kArguments) {  // texts that are not interned
      for (found = 0; found < kArguments; ++found) {
        if (PyUnicode_Compare(state.meter_names[found].get(), name) == 0) break;
      }
    }
    if (found == kArguments) {
      // The number of lines is no field anyone shows.
      if (PyUnicode_CompareWithASCIIString(name, "nrows") != 0) return false;
      continue;
    }
    if (given[found] != nullptr) return false;
    given[found] = args[nargs + at];
  }
  return given[kN] != nullptr && given[kTotal] != nullptr && given[kElapsed] != nullptr;
}

std::optional<std::string> line_of(const Given& given) {
  Meter meter;
  std::string colour;
  if (!read_meter(given, meter, colour)) return std::nullopt;
  std::string_view format;
  if (!read_text(given[kFormat], format)) return std::nullopt;
  if (format.empty()) return meter_text(meter, nullptr);
  const auto layout = Layout::parse(format);
  return layout ? meter_text(meter, &*layout) : std::nullopt;
}

Ref to_text(const std::string& text) noexcept {
  return Ref::steal(PyUnicode_FromStringAndSize(text.data(), static_cast<Py_ssize_t>(text.size())));
}

// Appends `name=value`; false for what only Python can write.
bool append_value(std::string& out, PyObject* name, PyObject* value) {
  std::string_view text;
  if (is_absent(name) || !read_text(name, text)) return false;
  if (!out.empty()) out += ", ";
  out += text;
  out += '=';
  if (PyUnicode_CheckExact(value)) {
    if (!read_text(value, text)) return false;
    // Stripped of white space, which beyond ASCII is Python's to know.
    const auto is_space = [](char each) {
      return each == ' ' || (each >= '\t' && each <= '\r') || (each >= '\x1c' && each <= '\x1f');
    };
    while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
    if (!text.empty() && (text.front() < 0 || text.back() < 0)) return false;
    out += text;
    return true;
  }
  const auto number = plain_count(value);
  if (!number) return false;
  mainstay::progress::append_short(out, *number);
  return true;
}

bool append_items(std::string& out, PyObject* dict) {
  PyObject *name = nullptr, *value = nullptr;
  for (Py_ssize_t at = 0; PyDict_Next(dict, &at, &name, &value) != 0;) {
    if (!append_value(out, name, value)) return false;
  }
  return true;
}

static_assert(kArguments == kMeterArguments);

}  // namespace

bool set_up_meter_names(State& state) noexcept {
  for (std::size_t at = 0; at < kArguments; ++at) {
    state.meter_names[at] = Ref::steal(PyUnicode_InternFromString(kNames[at]));
    if (!state.meter_names[at]) return false;
  }
  return true;
}

PyObject* format_meter(PyObject* module, PyObject* const* args, Py_ssize_t nargs,
                       PyObject* kwnames) noexcept {
  auto& state = state_of<State>(module);
  try {
    Given given{};
    if (take(args, nargs, kwnames, state, given)) {
      if (const auto line = line_of(given)) return to_text(*line).release();
    }
  } catch (const std::bad_alloc&) {
    return PyErr_NoMemory();
  }
  return PyObject_Vectorcall(state.meter_text.get(), args, static_cast<std::size_t>(nargs),
                             kwnames);
}

PyObject* format_interval(PyObject* module, PyObject* seconds) noexcept {
  try {
    const auto number = plain_count(seconds);
    if (number && std::fabs(number->number()) < static_cast<double>(Count::kLargest)) {
      std::string text;
      mainstay::progress::append_interval(text, number->number());
      return to_text(text).release();
    }
  } catch (const std::bad_alloc&) {
    return PyErr_NoMemory();
  }
  return PyObject_CallOneArg(state_of<State>(module).interval_text.get(), seconds);
}

PyObject* disp_len(PyObject* module, PyObject* text) noexcept {
  std::string_view utf8;
  if (PyUnicode_CheckExact(text) && read_text(text, utf8)) {
    return PyLong_FromSize_t(mainstay::progress::display_width(utf8));
  }
  return PyObject_CallOneArg(state_of<State>(module).disp_len.get(), text);
}

PyObject* postfix_text(PyObject*, PyObject* const* args, Py_ssize_t nargs) noexcept {
  if (nargs != 2 || !PyDict_CheckExact(args[1])) {
    PyErr_SetString(PyExc_TypeError, "postfix_text() takes values and a dict of more");
    return nullptr;
  }
  try {
    std::string text;
    PyObject* more = args[1];
    const bool has_more = PyDict_GET_SIZE(more) != 0;
    if (args[0] != Py_None && !PyDict_CheckExact(args[0])) Py_RETURN_NONE;
    // Names that come twice have their place and their value in Python's dict.
    if (args[0] != Py_None && PyDict_GET_SIZE(args[0]) != 0 && has_more) Py_RETURN_NONE;
    if (args[0] != Py_None && !append_items(text, args[0])) Py_RETURN_NONE;
    if (has_more) {
      const Ref names = Ref::steal(PyDict_Keys(more));
      if (!names || PyList_Sort(names.get()) != 0) return nullptr;
      for (Py_ssize_t at = 0; at < PyList_GET_SIZE(names.get()); ++at) {
        PyObject* name = PyList_GET_ITEM(names.get(), at);
        const Ref value = Ref::share(PyDict_GetItemWithError(more, name));
        if (!value || !append_value(text, name, value.get())) {
          if (PyErr_Occurred() != nullptr) return nullptr;
          Py_RETURN_NONE;
        }
      }
    }
    return to_text(text).release();
  } catch (const std::bad_alloc&) {
    return PyErr_NoMemory();
  }
}

}  // namespace mainstay::binding::progress
