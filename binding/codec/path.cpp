// path.cpp - paths as text.
#include "binding/codec/path.hpp"

#include <cstdarg>
#include <string>
#include <vector>

#include "binding/codec/struct.hpp"
#include "binding/support/exception.hpp"

namespace mainstay::binding::codec {
namespace {

// " - at `$.a[0]`", or nothing. False with an exception set.
bool append_place(const Path* path, std::string& out) {
  if (path == nullptr) return true;
  std::vector<const Path*> levels;
  for (; path != nullptr; path = path->parent) levels.push_back(path);
  std::string part = "`$";
  std::string whole;  // parts in front of which a key stood: "`key` in `$.a`"
  for (auto at = levels.rbegin(); at != levels.rend(); ++at) {
    const Path& level = **at;
    switch (level.kind) {
      case Path::Kind::index: part += "[" + std::to_string(level.index) + "]"; break;
      case Path::Kind::any: part += "[...]"; break;
      case Path::Kind::name:
      case Path::Kind::field: {
        PyObject* name =
            level.kind == Path::Kind::name ? level.object : encode_field(level.object, level.index);
        const char* text = PyUnicode_AsUTF8(name);
        if (text == nullptr) return false;
        part += '.';
        part += text;
        break;
      }
      case Path::Kind::key:
        whole = whole.empty() ? part + "`" : part + "` in " + whole;
        part = "`key";
        break;
    }
  }
  out += " - at " + part + "`";
  if (!whole.empty()) out += " in " + whole;
  return true;
}

}  // namespace

Ref refuse(const State& state, const Path* path, const char* format, ...) {
  std::va_list arguments;
  va_start(arguments, format);
  const Ref text = Ref::steal(PyUnicode_FromFormatV(format, arguments));
  va_end(arguments);
  std::string place;
  if (!text || !append_place(path, place)) return Ref{};
  PyErr_Format(state.ValidationError.get(), "%U%s", text.get(), place.c_str());
  return Ref{};
}

Ref refuse_as_raised(const State& state, const Path* path) {
  if ((!PyErr_ExceptionMatches(PyExc_ValueError) && !PyErr_ExceptionMatches(PyExc_TypeError)) ||
      PyErr_ExceptionMatches(state.DecodeError.get())) {
    return Ref{};
  }
  const Ref cause = take_exception();
  if (!cause) return Ref{};
  refuse(state, path, "%S", cause.get());
  const Ref error = take_exception();
  if (!error) return Ref{};
  PyException_SetContext(error.get(), Ref::share(cause.get()).release());
  PyException_SetCause(error.get(), Ref::share(cause.get()).release());
  PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(error.get())), error.get());
  return Ref{};
}

}  // namespace mainstay::binding::codec
