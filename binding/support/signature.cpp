// signature.cpp - see signature.hpp. The order of the checks is that of the interpreter.
#include "binding/support/signature.hpp"

#include <algorithm>

#include "binding/support/ref.hpp"

namespace mainstay::binding {
namespace {

bool is_named(PyObject* name, const char* text) noexcept {
  return PyUnicode_CompareWithASCIIString(name, text) == 0;
}

bool take_named(const Signature& signature, PyObject* name, PyObject* value,
                PyObject** given) noexcept {
  const auto& parameters = signature.parameters;
  const auto found = std::find_if(parameters.begin(), parameters.end(),
                                  [name](const char* each) { return is_named(name, each); });
  const bool is_bound = signature.bound != nullptr && is_named(name, signature.bound);
  if (found == parameters.end() && !is_bound) {
    PyErr_Format(PyExc_TypeError, "%s() got an unexpected keyword argument %R", signature.name,
                 name);
    return false;
  }
  PyObject** place = is_bound ? nullptr : given + (found - parameters.begin());
  if (place == nullptr || *place != nullptr) {
    PyErr_Format(PyExc_TypeError, "%s() got multiple values for argument %R", signature.name, name);
    return false;
  }
  *place = value;
  return true;
}

bool refuse_too_many(const Signature& signature, Py_ssize_t nargs) noexcept {
  const Py_ssize_t bound = signature.bound != nullptr ? 1 : 0;
  const auto most = static_cast<Py_ssize_t>(signature.parameters.size()) + bound;
  const auto least = static_cast<Py_ssize_t>(signature.required) + bound;
  const char* were = nargs + bound == 1 ? "was" : "were";
  if (least < most) {
    PyErr_Format(PyExc_TypeError,
                 "%s() takes from %zd to %zd positional arguments but %zd %s given", signature.name,
                 least, most, nargs + bound, were);
  } else {
    PyErr_Format(PyExc_TypeError, "%s() takes %zd positional argument%s but %zd %s given",
                 signature.name, most, most == 1 ? "" : "s", nargs + bound, were);
  }
  return false;
}

// "'a'", "'a' and 'b'", "'a', 'b', and 'c'".
Ref joined(std::span<const char* const> parameters, PyObject* const* given,
           std::size_t missing) noexcept {
  Ref text;
  std::size_t before = 0;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    if (given[i] != nullptr) continue;
    if (before == missing) break;
    const char* joint = before + 1 < missing ? ", " : missing > 2 ? ", and " : " and ";
    text = Ref::steal(before == 0
                          ? PyUnicode_FromFormat("'%s'", parameters[i])
                          : PyUnicode_FromFormat("%U%s'%s'", text.get(), joint, parameters[i]));
    if (!text) return text;
    ++before;
  }
  return text;
}

bool has_all(const Signature& signature, PyObject* const* given) noexcept {
  const auto missing = static_cast<std::size_t>(
      std::count(given, given + signature.required, static_cast<PyObject*>(nullptr)));
  if (missing == 0) return true;
  const Ref names = joined(signature.parameters, given, missing);
  if (names) {
    PyErr_Format(PyExc_TypeError, "%s() missing %zu required positional argument%s: %U",
                 signature.name, missing, missing == 1 ? "" : "s", names.get());
  }
  return false;
}

void take_positional(const Signature& signature, PyObject* const* args, Py_ssize_t nargs,
                     PyObject** given) noexcept {
  std::fill_n(given, signature.parameters.size(), nullptr);
  std::copy_n(args, std::min(static_cast<std::size_t>(nargs), signature.parameters.size()), given);
}

bool fits(const Signature& signature, Py_ssize_t nargs, PyObject* const* given) noexcept {
  if (static_cast<std::size_t>(nargs) > signature.parameters.size()) {
    return refuse_too_many(signature, nargs);
  }
  return has_all(signature, given);
}

}  // namespace

bool take_arguments(const Signature& signature, PyObject* args, PyObject* kwargs,
                    PyObject** given) noexcept {
  const Py_ssize_t nargs = PyTuple_GET_SIZE(args);
  take_positional(signature, &PyTuple_GET_ITEM(args, 0), nargs, given);
  PyObject *name = nullptr, *value = nullptr;
  Py_ssize_t position = 0;
  while (kwargs != nullptr && PyDict_Next(kwargs, &position, &name, &value) != 0) {
    if (!PyUnicode_Check(name)) {
      PyErr_Format(PyExc_TypeError, "%s() keywords must be strings", signature.name);
      return false;
    }
    if (!take_named(signature, name, value, given)) return false;
  }
  return fits(signature, nargs, given);
}

bool take_arguments(const Signature& signature, PyObject* const* args, Py_ssize_t nargs,
                    PyObject* kwnames, PyObject** given) noexcept {
  take_positional(signature, args, nargs, given);
  const Py_ssize_t names = kwnames == nullptr ? 0 : PyTuple_GET_SIZE(kwnames);
  for (Py_ssize_t i = 0; i < names; ++i) {
    if (!take_named(signature, PyTuple_GET_ITEM(kwnames, i), args[nargs + i], given)) return false;
  }
  return fits(signature, nargs, given);
}

}  // namespace mainstay::binding
