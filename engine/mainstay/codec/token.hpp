// token.hpp - what a reader of either format says a value begins with.
//
// A source is asked for one token after the other: `next(token)` reads a whole scalar, or the
// beginning of an array or a map, whose parts the source's `Items` then count out. The same
// algorithms read JSON, MessagePack and, in the binding, Python objects.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace mainstay::codec {

enum class Kind : std::uint8_t {
  null,
  boolean,
  integer,      // magnitude and sign
  big_integer,  // only in JSON: `text` is its spelling
  real,
  text,
  bytes,
  array,
  map,
  extension,
};

// What is not of its kind is not set: a token is made for each value.
struct Token {
  Kind kind = Kind::null;
  bool boolean;
  bool negative;
  bool ascii;        // text: no byte is above 127
  bool exact;        // JSON: a real number is magnitude * 10 ** exponent, negative or not
  std::int8_t code;  // extension: its type
  int exponent;
  std::uint64_t magnitude;
  union {
    double real;        // MessagePack; in JSON `text` is the spelling
    std::size_t count;  // MessagePack: items of an array, pairs of a map
  };
  std::string_view text;  // text, bytes, extension; valid until the source reads on
};

// Why a source cannot read on. `what` is null while it can; then it says what was met, and `at` how
// many bytes were read.
struct Fault {
  const char* what = nullptr;
  std::size_t at = 0;
  bool bare = false;  // the input ended, or a text is not UTF-8: no place is said
};

// What comes next inside an array or a map.
enum class Step : std::uint8_t { item, end, fault };

}  // namespace mainstay::codec
