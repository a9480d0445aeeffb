// patch.cpp - `apply_patch(document, patch)`: JSON Patch by the engine, from JSON text to JSON
// text.
#include "mainstay/diff/patch.hpp"

#include <string_view>

#include "binding/diff/module.hpp"
#include "binding/support/errors.hpp"
#include "mainstay/base/json.hpp"

namespace mainstay::binding::diff {

namespace {

Result<std::string> patched(std::string_view document, std::string_view patch) {
  auto value = read_json(document);
  if (!value) return value.error();
  const auto steps = read_json(patch);
  if (!steps) return steps.error();
  const auto made =
      mainstay::diff::apply_patch(std::move(*value), *steps, {.copied_nodes = 1000000});
  if (!made) return made.error();
  return write_json(*made);
}

}  // namespace

PyObject* apply_patch(PyObject*, PyObject* const* args, Py_ssize_t nargs) {
  std::string_view texts[2];
  for (Py_ssize_t i = 0; i < 2; ++i) {
    if (nargs != 2 || !PyUnicode_Check(args[i])) {
      PyErr_SetString(PyExc_TypeError, "apply_patch() takes two texts of JSON");
      return nullptr;
    }
    Py_ssize_t size = 0;
    const char* text = PyUnicode_AsUTF8AndSize(args[i], &size);
    if (text == nullptr) return nullptr;
    texts[i] = {text, static_cast<std::size_t>(size)};
  }
  try {
    const auto made = patched(texts[0], texts[1]);
    if (!made) return raise_error(PyExc_ValueError, made.error());
    return PyUnicode_FromStringAndSize(made->data(), static_cast<Py_ssize_t>(made->size()));
  } catch (const std::bad_alloc&) {
    return PyErr_NoMemory();
  }
}

}  // namespace mainstay::binding::diff
