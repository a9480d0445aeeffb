// json_writer.hpp - JSON from events.
//
// Appends to a buffer: any type with `char* reserve(n)`, room for n more bytes, and
// `void advance(n)`, n of them were written; a failing reserve throws std::bad_alloc. Checks
// nothing about the order of events: who calls it nests arrays and maps properly.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "mainstay/codec/base64.hpp"
#include "mainstay/codec/number.hpp"
#include "mainstay/codec/text.hpp"

namespace mainstay::codec {

template <class Buffer>
class JsonWriter {
 public:
  explicit JsonWriter(Buffer& out) noexcept : out_(out) {}

  [[nodiscard]] Buffer& buffer() noexcept { return out_; }

  void null() { raw("null"); }
  void boolean(bool value) { raw(value ? "true" : "false"); }
  template <class Integer>
  void integer(Integer value) {
    out_.advance(write_integer(value, out_.reserve(kMaxIntegerText)));
  }
  // What is not finite becomes null.
  void real(double value) {
    if (!std::isfinite(value)) return null();
    out_.advance(write_double(value, out_.reserve(kMaxDoubleText)));
  }
  // Precondition: UTF-8.
  void text(std::string_view value) {
    char* at = out_.reserve(value.size() + 2);
    *at = '"';
    if (copy_plain(value, at + 1)) {
      at[value.size() + 1] = '"';
      out_.advance(value.size() + 2);
      return;
    }
    const std::size_t plain = plain_length(value);
    out_.advance(plain + 1);
    escaped(value.substr(plain));
    put('"');
  }
  void bytes(std::string_view value) {
    const std::size_t size = base64_text_size(value.size());
    char* at = out_.reserve(size + 2);
    *at = '"';
    write_base64(value, at + 1);
    at[size + 1] = '"';
    out_.advance(size + 2);
  }
  // ASCII that needs no escape, between quotation marks.
  void plain_text(std::string_view value) {
    char* at = out_.reserve(value.size() + 2);
    *at = '"';
    copy_bytes(at + 1, value.data(), value.size());
    at[value.size() + 1] = '"';
    out_.advance(value.size() + 2);
  }
  // JSON as it is.
  void raw(std::string_view value) {
    copy_bytes(out_.reserve(value.size()), value.data(), value.size());
    out_.advance(value.size());
  }

  void begin_array() { put('['); }
  void end_array() { put(']'); }
  void begin_map() { put('{'); }
  void end_map() { put('}'); }
  void separate() { put(','); }
  void colon() { put(':'); }

 private:
  [[gnu::always_inline]] void put(char c) {
    *out_.reserve(1) = c;
    out_.advance(1);
  }
  void escaped(std::string_view rest) {
    while (!rest.empty()) {
      out_.advance(write_escape(rest.front(), out_.reserve(6)));
      rest.remove_prefix(1);
      const std::size_t plain = plain_length(rest);
      raw(rest.substr(0, plain));
      rest.remove_prefix(plain);
    }
  }

  Buffer& out_;
};

}  // namespace mainstay::codec
