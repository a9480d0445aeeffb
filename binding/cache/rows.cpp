// rows.cpp - packing and unpacking.
#include "binding/cache/rows.hpp"

#include <cstring>

#include "binding/cache/keys.hpp"

namespace mainstay::binding::cache {
namespace {

using mainstay::cache::View;

constexpr unsigned kOddMode = 15;

Ref str(std::string_view utf8) noexcept {
  return Ref::steal(
      PyUnicode_DecodeUTF8(utf8.data(), static_cast<Py_ssize_t>(utf8.size()), nullptr));
}

// "values/" and the id in hexadecimal.
Ref own_name(std::uint64_t id) noexcept {
  char name[] = "values/0000000000000000";
  for (int digit = 22; digit > 6; --digit, id >>= 4) name[digit] = "0123456789abcdef"[id & 15];
  return Ref::steal(PyUnicode_FromStringAndSize(name, 23));
}

}  // namespace

void Scalar::integer(long long number) noexcept {
  std::memcpy(number_, &number, sizeof number_);
  set(1, {number_, sizeof number_});
}

void Scalar::floating(double number) noexcept {
  std::memcpy(number_, &number, sizeof number_);
  set(2, {number_, sizeof number_});
}

bool Scalar::of(PyObject* value, unsigned mode, PyObject* filename) noexcept {
  if (value == Py_None) {
    set(0, {});
  } else if (PyLong_Check(value)) {
    int overflow = 0;
    const long long number = PyLong_AsLongLongAndOverflow(value, &overflow);
    if (overflow != 0) {
      PyErr_SetString(PyExc_OverflowError, "Python int too large to convert to SQLite INTEGER");
      return false;
    }
    integer(number);
  } else if (PyFloat_Check(value)) {
    floating(PyFloat_AS_DOUBLE(value));
  } else if (PyUnicode_Check(value)) {
    Py_ssize_t size = 0;
    const char* const utf8 = PyUnicode_AsUTF8AndSize(value, &size);
    if (utf8 == nullptr) return false;
    text({utf8, static_cast<std::size_t>(size)});
  } else if (PyBytes_Check(value)) {
    bytes({PyBytes_AS_STRING(value), static_cast<std::size_t>(PyBytes_GET_SIZE(value))});
  } else if (PyMemoryView_Check(value) || PyByteArray_Check(value)) {
    Py_buffer view;
    if (PyObject_GetBuffer(value, &view, PyBUF_SIMPLE) != 0) return false;
    joined_.assign(static_cast<const char*>(view.buf), static_cast<std::size_t>(view.len));
    PyBuffer_Release(&view);
    bytes(joined_);
  } else {
    PyErr_Format(PyExc_TypeError,
                 "a disk's value must be None, int, float, str or bytes, got %.100s",
                 Py_TYPE(value)->tp_name);
    return false;
  }
  if (mode > 255) {
    PyErr_Format(PyExc_ValueError, "a disk's mode must be 0 to 255, got %u", mode);
    return false;
  }
  std::string joined;
  if (filename != nullptr && filename != Py_None) {
    Py_ssize_t size = 0;
    const char* const name = PyUnicode_AsUTF8AndSize(filename, &size);
    if (name == nullptr) return false;
    if (size > 65535) {
      PyErr_SetString(PyExc_ValueError, "a file name has at most 65535 bytes");
      return false;
    }
    joined.push_back(static_cast<char>(size));
    joined.push_back(static_cast<char>(size >> 8));
    joined.append(name, static_cast<std::size_t>(size));
  }
  if (mode >= kOddMode) joined.push_back(static_cast<char>(mode));
  kind_ = static_cast<std::uint8_t>((kind_ & 0xf0) | (mode >= kOddMode ? kOddMode : mode));
  if (!joined.empty()) {
    joined += bytes_;
    joined_ = std::move(joined);
    bytes_ = joined_;
  }
  return true;
}

Parts parts_of(const View& item) noexcept {
  Parts parts;
  parts.bytes = item.value.bytes;
  parts.type = item.value.kind >> 4;
  parts.mode = item.value.kind & 15;
  if (item.foreign_file && parts.bytes.size() >= 2) {
    const std::size_t size = static_cast<unsigned char>(parts.bytes[0]) |
                             static_cast<std::size_t>(static_cast<unsigned char>(parts.bytes[1]))
                                 << 8;
    parts.filename = parts.bytes.substr(2, size);
    parts.bytes.remove_prefix(std::min(parts.bytes.size(), size + 2));
  }
  if (parts.mode == kOddMode && !parts.bytes.empty()) {
    parts.mode = static_cast<unsigned char>(parts.bytes[0]);
    parts.bytes.remove_prefix(1);
  }
  if ((parts.type == 1 || parts.type == 2) && parts.bytes.size() != 8) parts.type = 4;
  return parts;
}

Ref scalar_of(const Parts& parts) noexcept {
  switch (parts.type) {
    case 0: return Ref::share(Py_None);
    case 1: {
      long long number = 0;
      std::memcpy(&number, parts.bytes.data(), sizeof number);
      return Ref::steal(PyLong_FromLongLong(number));
    }
    case 2: {
      double number = 0;
      std::memcpy(&number, parts.bytes.data(), sizeof number);
      return Ref::steal(PyFloat_FromDouble(number));
    }
    case 3: return str(parts.bytes);
    default:
      return Ref::steal(PyBytes_FromStringAndSize(parts.bytes.data(),
                                                  static_cast<Py_ssize_t>(parts.bytes.size())));
  }
}

Ref dropped_name(std::string_view value) noexcept {
  View item;
  item.foreign_file = true;
  item.value.bytes = value;
  return str(parts_of(item).filename);
}

Ref names_of(const std::vector<std::string>& dropped) {
  Ref names = Ref::steal(PyList_New(0));
  if (!names) return {};
  for (const std::string& value : dropped) {
    const Ref name = dropped_name(value);
    if (!name || PyList_Append(names.get(), name.get()) != 0) return {};
  }
  return names;
}

Ref expiry_object(const View& item) noexcept {
  return item.expires ? Ref::steal(PyFloat_FromDouble(*item.expires)) : Ref::share(Py_None);
}

Ref row_of(const View& item) noexcept {
  const Parts parts = parts_of(item);
  Ref fields[] = {
      Ref::steal(PyLong_FromUnsignedLongLong(item.rank)),
      expiry_object(item),
      tag_object(item.tag, item.key.form),
      Ref::steal(PyLong_FromUnsignedLongLong(item.file.size)),
      Ref::steal(PyLong_FromLong(static_cast<long>(parts.mode))),
      item.own_file       ? own_name(item.file.id)
      : item.foreign_file ? str(parts.filename)
                          : Ref::share(Py_None),
      scalar_of(parts),
      item.own_file ? Ref::steal(PyLong_FromUnsignedLong(item.file.crc)) : Ref::share(Py_None),
  };
  Ref row = Ref::steal(PyTuple_New(8));
  if (!row) return {};
  for (Py_ssize_t i = 0; i < 8; ++i) {
    if (!fields[i]) return {};
    PyTuple_SET_ITEM(row.get(), i, fields[i].release());
  }
  return row;
}

}  // namespace mainstay::binding::cache
