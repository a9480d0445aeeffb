// keys.cpp - one scalar after the other.
#include "binding/cache/keys.hpp"

#include <cmath>
#include <cstring>

#include "binding/cache/codec.hpp"
#include "binding/cache/module.hpp"

namespace mainstay::binding::cache {
namespace {

using mainstay::cache::Key;
using mainstay::cache::NumberKey;
using mainstay::cache::Tag;

enum Kind : std::uint8_t { kNumber = 1, kText, kBytes, kEncoded, kOddNumber, kOddText };

Ref scalar_object(std::uint8_t kind, bool is_float, std::string_view bytes) noexcept {
  const auto size = static_cast<Py_ssize_t>(bytes.size());
  switch (kind) {
    case kNumber:
    case kOddNumber:
      if (bytes.size() != NumberKey::kSize) break;
      if (is_float) return Ref::steal(PyFloat_FromDouble(mainstay::cache::float_of(bytes)));
      return Ref::steal(PyLong_FromLongLong(mainstay::cache::integer_of(bytes)));
    case kText:
    case kOddText: return Ref::steal(PyUnicode_DecodeUTF8(bytes.data(), size, nullptr));
    default: break;
  }
  return Ref::steal(PyBytes_FromStringAndSize(bytes.data(), size));
}

}  // namespace

bool KeyBytes::number(NumberKey key) noexcept {
  const Key made = key;
  std::memcpy(number_, made.bytes.data(), sizeof number_);
  key_ = {kNumber, made.form, {number_, sizeof number_}};
  return true;
}

// Leaves the kind 0 when the object is none.
bool KeyBytes::scalar(PyObject* object) noexcept {
  if (PyUnicode_Check(object)) {
    Py_ssize_t size = 0;
    const char* const utf8 = PyUnicode_AsUTF8AndSize(object, &size);
    if (utf8 == nullptr) return false;
    key_ = {kText, 0, {utf8, static_cast<std::size_t>(size)}};
  } else if (PyLong_Check(object)) {
    int overflow = 0;
    const long long value = PyLong_AsLongLongAndOverflow(object, &overflow);
    if (overflow != 0) {
      PyErr_SetString(PyExc_OverflowError, "Python int too large to convert to SQLite INTEGER");
      return false;
    }
    return number(NumberKey(std::int64_t{value}));
  } else if (PyFloat_Check(object)) {
    return number(NumberKey(PyFloat_AS_DOUBLE(object)));
  } else if (PyObject_CheckBuffer(object)) {
    if (PyObject_GetBuffer(object, &view_, PyBUF_SIMPLE) != 0) return false;
    key_ = {kBytes, 0, {static_cast<const char*>(view_.buf), static_cast<std::size_t>(view_.len)}};
  }
  return true;
}

bool KeyBytes::of_pair(PyObject* db_key, bool raw) noexcept {
  if (PyFloat_Check(db_key) && std::isnan(PyFloat_AS_DOUBLE(db_key))) {
    PyErr_SetString(PyExc_ValueError,
                    "cache keys cannot be NaN: it equals no key, so it could never be found again");
    return false;
  }
  if (!scalar(db_key)) return false;
  if (key_.kind == 0) {
    PyErr_Format(PyExc_TypeError, "a disk's key must be int, float, str or bytes, got %.100s",
                 Py_TYPE(db_key)->tp_name);
    return false;
  }
  if (!raw) {
    key_.kind = key_.kind == kBytes ? kEncoded : key_.kind == kNumber ? kOddNumber : kOddText;
  }
  return true;
}

bool KeyBytes::of_any(const State& state, PyObject* key, bool& is_plain) {
  is_plain = true;
  PyTypeObject* const type = Py_TYPE(key);
  if (type == &PyUnicode_Type || type == &PyFloat_Type || type == &PyBytes_Type) {
    return of_pair(key, true);
  }
  if (type == &PyLong_Type) {
    int overflow = 0;
    const long long value = PyLong_AsLongLongAndOverflow(key, &overflow);
    if (overflow == 0) return number(NumberKey(std::int64_t{value}));
  }
  switch (encode_key(state, key, encoded_)) {
    case Encoded::raised: return false;
    case Encoded::other: is_plain = false; return true;
    case Encoded::plain: break;
  }
  key_ = {kEncoded, 0, encoded_};
  return true;
}

bool KeyBytes::of_tag(PyObject* tag) noexcept {
  if (tag == nullptr || tag == Py_None) return true;
  if (!scalar(tag)) return false;
  if (key_.kind != 0) return true;
  PyErr_Format(PyExc_TypeError, "tag must be str, bytes, int, float or None, got %.100s",
               Py_TYPE(tag)->tp_name);
  return false;
}

Ref key_object(const Key& key) noexcept {
  return scalar_object(key.kind, (key.form & 0x0f) != 0, key.bytes);
}

bool is_raw(const Key& key) noexcept { return key.kind <= kBytes; }

Ref tag_object(const Tag& tag, std::uint8_t form) noexcept {
  if (tag.kind == 0) return Ref::share(Py_None);
  return scalar_object(tag.kind, (form & 0xf0) != 0, tag.bytes);
}

}  // namespace mainstay::binding::cache
