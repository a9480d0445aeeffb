// keys.hpp - keys and tags between the disk protocol (a value, raw or not) and the engine's bytes.
//
// Kinds: 1 numbers, 2 texts, 3 bytes; 4 bytes that are not raw, which are an encoded key; 5 and 6
// numbers and texts that are not raw, which only a disk of a program's own makes. Whether a number
// is an int or a float stands in the form, that of the key in its low, that of the tag in its high
// half.
#pragma once

#include <string>
#include <string_view>

#include "binding/support/python.hpp"
#include "binding/support/ref.hpp"
#include "mainstay/cache/item.hpp"

namespace mainstay::binding::cache {

struct State;

// A key or tag with the bytes it is made of; borrows from the object it was made from.
class KeyBytes {
 public:
  KeyBytes() = default;
  KeyBytes(const KeyBytes&) = delete;
  KeyBytes& operator=(const KeyBytes&) = delete;
  ~KeyBytes() {
    if (view_.obj != nullptr) PyBuffer_Release(&view_);
  }

  // As Disk.put() gives it. False with an exception set: NaN, a lone surrogate, another type.
  [[nodiscard]] bool of_pair(PyObject* db_key, bool raw) noexcept;
  // As the exact Disk would put it: what is not a raw scalar is encoded. `is_plain` false: it
  // cannot be.
  [[nodiscard]] bool of_any(const State& state, PyObject* key, bool& is_plain);
  // None is no tag.
  [[nodiscard]] bool of_tag(PyObject* tag) noexcept;

  [[nodiscard]] const mainstay::cache::Key& key() const noexcept { return key_; }
  [[nodiscard]] mainstay::cache::Tag tag() const noexcept { return {key_.kind, key_.bytes}; }
  [[nodiscard]] std::uint8_t form() const noexcept { return key_.form; }
  void set_tag_form(const KeyBytes& tag) noexcept {
    key_.form = static_cast<std::uint8_t>(key_.form | tag.key_.form << 4);
  }

 private:
  [[nodiscard]] bool number(mainstay::cache::NumberKey key) noexcept;
  [[nodiscard]] bool scalar(PyObject* object) noexcept;

  mainstay::cache::Key key_{0, 0, {}};
  char number_[mainstay::cache::NumberKey::kSize];
  std::string encoded_;
  Py_buffer view_{};
};

// What of_pair() was made from: the key, and whether it is raw.
[[nodiscard]] Ref key_object(const mainstay::cache::Key& key) noexcept;
[[nodiscard]] bool is_raw(const mainstay::cache::Key& key) noexcept;
[[nodiscard]] Ref tag_object(const mainstay::cache::Tag& tag, std::uint8_t form) noexcept;

}  // namespace mainstay::binding::cache
