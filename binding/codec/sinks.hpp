// sinks.hpp - what objects are encoded to: JSON, MessagePack, and plain Python objects.
//
// Each has the calls the one encoder (encode.hpp) is written in. Failing calls set an exception.
#pragma once

#include <cstring>
#include <new>
#include <string_view>
#include <vector>

#include "binding/codec/objects.hpp"
#include "binding/codec/struct.hpp"
#include "mainstay/codec/json_writer.hpp"
#include "mainstay/codec/msgpack_writer.hpp"

namespace mainstay::binding::codec {

// What the engine's writers write to: the stack at first, then a bytes object that grows.
class BytesBuffer {
 public:
  BytesBuffer() noexcept = default;
  BytesBuffer(const BytesBuffer&) = delete;
  BytesBuffer& operator=(const BytesBuffer&) = delete;
  ~BytesBuffer() { Py_XDECREF(object_); }

  char* reserve(std::size_t count) {
    if (static_cast<std::size_t>(end_ - at_) < count) [[unlikely]]
      grow(2 * view().size() + count);
    return at_;
  }
  void advance(std::size_t count) noexcept { at_ += count; }
  [[nodiscard]] std::string_view view() const noexcept {
    return {begin_, static_cast<std::size_t>(at_ - begin_)};
  }
  // The object, of what was written.
  [[nodiscard]] Ref take() noexcept {
    const Py_ssize_t size = at_ - begin_;
    if (object_ == nullptr) return Ref::steal(PyBytes_FromStringAndSize(begin_, size));
    // Shrinking cannot fail but for the object being lost.
    if (_PyBytes_Resize(&object_, size) < 0) return Ref{};
    return Ref::steal(std::exchange(object_, nullptr));
  }

 private:
  [[gnu::noinline]] void grow(std::size_t capacity) {
    const std::size_t size = view().size();
    const bool first = object_ == nullptr;
    if (first) {
      object_ = PyBytes_FromStringAndSize(nullptr, static_cast<Py_ssize_t>(capacity));
    } else {
      _PyBytes_Resize(&object_, static_cast<Py_ssize_t>(capacity));
    }
    if (object_ == nullptr) {
      PyErr_Clear();
      throw std::bad_alloc();
    }
    char* data = PyBytes_AS_STRING(object_);
    if (first) std::memcpy(data, begin_, size);
    begin_ = data;
    at_ = data + size;
    end_ = data + capacity;
  }

  PyObject* object_ = nullptr;
  char first_[1024];
  char* begin_ = first_;
  char* at_ = first_;
  char* end_ = first_ + sizeof first_;
};

// A name as it was prepared by finish_struct(): with kNameSpare bytes behind it.
[[nodiscard]] inline std::string_view prepared_name(PyObject* tuple, Py_ssize_t index) noexcept {
  PyObject* bytes = PyTuple_GET_ITEM(tuple, index);
  return {PyBytes_AS_STRING(bytes), static_cast<std::size_t>(PyBytes_GET_SIZE(bytes)) - kNameSpare};
}

// Copies more than there is, mostly, as that needs no decisions.
template <class Writer>
void copy_name(Writer& writer, std::string_view name) {
  if (name.size() > kNameSpare) return writer.raw(name);
  std::memcpy(writer.buffer().reserve(kNameSpare), name.data(), kNameSpare);
  writer.buffer().advance(name.size());
}

class JsonSink : public mainstay::codec::JsonWriter<BytesBuffer> {
 public:
  static constexpr bool kObjects = false;
  static constexpr bool kJson = true;
  using JsonWriter::JsonWriter;

  bool begin_array(std::size_t) {
    JsonWriter::begin_array();
    return true;
  }
  void between() { separate(); }
  bool item() { return true; }
  bool end_array(bool) {
    JsonWriter::end_array();
    return true;
  }
  bool begin_map(std::size_t) {
    JsonWriter::begin_map();
    return true;
  }
  bool name(PyObject* text_object) {
    std::string_view view;
    if (!utf8_of(text_object, view)) return false;
    text(view);
    colon();
    return true;
  }
  // Of a struct's field, which begins with the comma.
  bool field_name(const StructType& type, Py_ssize_t index, bool first) {
    std::string_view spelled = prepared_name(type.json_names, index);
    if (first) spelled.remove_prefix(1);
    copy_name(*this, spelled);
    return true;
  }
  bool pair() { return true; }
  bool end_map() {
    JsonWriter::end_map();
    return true;
  }
};

class MsgpackSink : public mainstay::codec::MsgpackWriter<BytesBuffer> {
 public:
  static constexpr bool kObjects = false;
  static constexpr bool kJson = false;
  using MsgpackWriter::MsgpackWriter;

  bool begin_array(std::size_t count) {
    MsgpackWriter::begin_array(count);
    return true;
  }
  void between() {}
  bool item() { return true; }
  bool end_array(bool) { return true; }
  bool begin_map(std::size_t count) {
    MsgpackWriter::begin_map(count);
    return true;
  }
  bool name(PyObject* text_object) {
    std::string_view view;
    if (!utf8_of(text_object, view)) return false;
    text(view);
    return true;
  }
  bool field_name(const StructType& type, Py_ssize_t index, bool) {
    copy_name(*this, prepared_name(type.msgpack_names, index));
    return true;
  }
  bool pair() { return true; }
  bool end_map() { return true; }
};

// Builds objects: what was put last is the result, or a part of the container that is open.
class ObjectSink {
 public:
  static constexpr bool kObjects = true;
  static constexpr bool kJson = false;

  bool put(Ref object) {
    result_ = std::move(object);
    return static_cast<bool>(result_);
  }
  bool plain_text(std::string_view value) {
    return put(Ref::steal(
        PyUnicode_FromStringAndSize(value.data(), static_cast<Py_ssize_t>(value.size()))));
  }
  [[nodiscard]] Ref take() noexcept { return std::move(result_); }

  bool begin_array(std::size_t count) { return open(list_with_room(count)); }
  void between() {}
  bool item() { return append(open_.back().get(), std::move(result_)); }
  bool end_array(bool as_tuple) {
    Ref list = close();
    return put(as_tuple ? Ref::steal(PyList_AsTuple(list.get())) : std::move(list));
  }
  bool begin_map(std::size_t) { return open(Ref::steal(PyDict_New())); }
  bool name(PyObject* text) { return open(Ref::share(text)); }
  bool field_name(const StructType& type, Py_ssize_t index, bool) {
    return name(PyTuple_GET_ITEM(type.encode_fields, index));
  }
  bool pair() {
    const Ref key = close();
    return PyDict_SetItem(open_.back().get(), key.get(), result_.get()) == 0;
  }
  bool end_map() { return put(close()); }
  // The dict that was put last, with its keys in order; left as it is when they have none.
  bool sort_result() {
    const Ref keys = Ref::steal(PyDict_Keys(result_.get()));
    Ref sorted = keys && PyList_Sort(keys.get()) == 0 ? Ref::steal(PyDict_New()) : Ref{};
    if (!sorted) return false;
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(keys.get()); ++i) {
      PyObject* key = PyList_GET_ITEM(keys.get(), i);
      const Ref value = Ref::share(PyDict_GetItemWithError(result_.get(), key));
      if (!value) {
        if (PyErr_Occurred() == nullptr) PyErr_SetObject(PyExc_KeyError, key);
        return false;
      }
      if (PyDict_SetItem(sorted.get(), key, value.get()) < 0) return false;
    }
    return put(std::move(sorted));
  }

 private:
  bool open(Ref object) {
    if (!object) return false;
    open_.push_back(std::move(object));
    return true;
  }
  Ref close() {
    Ref last = std::move(open_.back());
    open_.pop_back();
    return last;
  }

  std::vector<Ref> open_;
  Ref result_;
};

}  // namespace mainstay::binding::codec
