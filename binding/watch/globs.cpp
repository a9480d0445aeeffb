// globs.cpp - Globs: compiled patterns, asked about one path at a time.
//
// Letters beyond ASCII are lowered by Python, which knows them; the engine lowers the others.
#include "binding/support/errors.hpp"
#include "binding/watch/module.hpp"

namespace mainstay::binding::watch {
namespace {

struct Globs {
  engine::Globs globs;
  bool fold = false;
};

// The bytes of a text that `use(view)` gets, in lower case where that takes more than ASCII knows.
template <class Use>
bool with_bytes(PyObject* text, bool fold, Use use) {
  Ref lowered;
  if (fold && !PyUnicode_IS_ASCII(text)) {
    lowered = Ref::steal(PyObject_CallMethod(text, "lower", nullptr));
    if (!lowered) return false;
    text = lowered.get();
  }
  Py_ssize_t size = 0;
  if (const char* data = PyUnicode_AsUTF8AndSize(text, &size)) {
    return use(std::string_view(data, static_cast<std::size_t>(size)));
  }
  // Bytes that are no UTF-8 stand in a path as surrogates.
  PyErr_Clear();
  const Ref bytes = Ref::steal(PyUnicode_AsEncodedString(text, "utf-8", "surrogateescape"));
  if (!bytes) return false;
  return use(std::string_view(PyBytes_AS_STRING(bytes.get()),
                              static_cast<std::size_t>(PyBytes_GET_SIZE(bytes.get()))));
}

bool init(Globs& self, PyObject* args, PyObject* kwargs) {
  static const char* const kNames[] = {"patterns", "case_sensitive", "tail", nullptr};
  PyObject* patterns = nullptr;
  int case_sensitive = 0;
  int tail = 0;
  if (PyArg_ParseTupleAndKeywords(args, kwargs, "O!|$pp:Globs", const_cast<char**>(kNames),
                                  &PyTuple_Type, &patterns, &case_sensitive, &tail) == 0) {
    return false;
  }
  Globs made;
  made.fold = case_sensitive == 0;
  const auto dialect = tail != 0 ? engine::Dialect::tail : engine::Dialect::full;
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(patterns); ++i) {
    PyObject* each = PyTuple_GET_ITEM(patterns, i);
    if (!PyUnicode_Check(each)) {
      PyErr_Format(PyExc_TypeError, "a pattern must be a str, got %.100s", Py_TYPE(each)->tp_name);
      return false;
    }
    const bool added = with_bytes(each, made.fold, [&](std::string_view pattern) {
      const auto result = made.globs.add(pattern, dialect, made.fold);
      if (!result) raise_error(result.error());
      return result.has_value();
    });
    if (!added) return false;
  }
  self = std::move(made);
  return true;
}

Ref match(Globs& self, PyObject* path) {
  const Ref given = PyUnicode_Check(path) ? Ref::share(path) : Ref::steal(PyOS_FSPath(path));
  if (!given) return Ref{};
  if (!PyUnicode_Check(given.get())) {
    PyErr_Format(PyExc_TypeError, "a path must be a str, got %.100s; use os.fsdecode()",
                 Py_TYPE(given.get())->tp_name);
    return Ref{};
  }
  bool matches = false;
  const bool asked = with_bytes(given.get(), self.fold, [&](std::string_view text) {
    matches = self.globs.matches(text);
    return true;
  });
  if (!asked) return Ref{};
  return Ref::share(matches ? Py_True : Py_False);
}

PyMethodDef kMethods[] = {
    method<match, kShared>("match",
                           "match($self, path, /)\n--\n\nWhether one of the patterns matches."),
    {},
};

}  // namespace

bool to_bytes(PyObject* object, std::string& bytes) noexcept {
  PyObject* encoded = nullptr;
  if (PyUnicode_FSConverter(object, &encoded) == 0) return false;
  const Ref held = Ref::steal(encoded);
  try {
    bytes.assign(PyBytes_AS_STRING(encoded), static_cast<std::size_t>(PyBytes_GET_SIZE(encoded)));
  } catch (const std::bad_alloc&) {
    PyErr_NoMemory();
    return false;
  }
  return true;
}

bool add_globs_type(PyObject* module) noexcept {
  static const PyType_Slot slots[] = {{Py_tp_init, as_slot<init>()}};
  const TypeTable table{
      .name = "mainstay.watch._native.Globs",
      .doc = "Compiled patterns. May be shared by threads.",
      .methods = kMethods,
      .slots = slots,
  };
  return static_cast<bool>(add_native_type<Globs>(module, table));
}

}  // namespace mainstay::binding::watch
