// format.cpp - json.format().
#include "mainstay/codec/format.hpp"

#include "binding/codec/decoders.hpp"
#include "binding/codec/keywords.hpp"
#include "binding/codec/sinks.hpp"
#include "binding/codec/sources.hpp"

#include <algorithm>

namespace mainstay::binding::codec {

PyObject* json_format(PyObject* module, PyObject* const* args, Py_ssize_t nargs,
                      PyObject* names) noexcept {
  return guarded([&]() -> Ref {
    PyObject* indent = nullptr;
    const Keyword keywords[] = {{"indent", &indent}};
    if (!take_keywords(args, nargs, names, 1, 1, keywords)) return Ref{};
    int spaces = 2;
    if (indent != nullptr) {
      const Py_ssize_t given = PyNumber_AsSsize_t(indent, nullptr);
      if (given == -1 && PyErr_Occurred() != nullptr) return Ref{};
      constexpr Py_ssize_t kMost = 1000;
      spaces = static_cast<int>(std::clamp<Py_ssize_t>(given, -1, kMost));
    }
    const bool is_text = PyUnicode_Check(args[0]);
    Py_buffer buffer{};
    std::string_view message;
    if (is_text) {
      if (!utf8_of(args[0], message)) return Ref{};
    } else {
      if (PyObject_GetBuffer(args[0], &buffer, PyBUF_CONTIG_RO) < 0) return Ref{};
      message = {static_cast<const char*>(buffer.buf), static_cast<std::size_t>(buffer.len)};
    }
    const Context context{.state = state_of<State>(module)};
    JsonSource source(context, args[0], message);
    BytesBuffer out;
    const bool good = mainstay::codec::format_json(source.reader(), out, spaces, kSkippedDepth) &&
                      source.reader().finish();
    const auto& fault = source.reader().fault();
    if (!good && fault.what == mainstay::codec::kNameWanted) {
      PyErr_Format(context.state.DecodeError.get(), "JSON is malformed: expected '\"' (byte %zd)",
                   static_cast<Py_ssize_t>(fault.at));
    } else if (!good) {
      source.raise();
    }
    if (buffer.obj != nullptr) PyBuffer_Release(&buffer);
    if (!good) return Ref{};
    if (!is_text) return out.take();
    const std::string_view written = out.view();
    return Ref::steal(
        PyUnicode_FromStringAndSize(written.data(), static_cast<Py_ssize_t>(written.size())));
  });
}

}  // namespace mainstay::binding::codec
