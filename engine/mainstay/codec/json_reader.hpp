// json_reader.hpp - JSON as tokens.
//
// Reads RFC 8259 in UTF-8 from bytes that outlive it; checks each byte it passes. Does not recurse:
// who asks for the parts of arrays and objects limits their depth. One thread at a time.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "mainstay/codec/number.hpp"
#include "mainstay/codec/text.hpp"
#include "mainstay/codec/token.hpp"

namespace mainstay::codec {

// The fault of a map in which something else stands where a name has to be.
inline constexpr const char* kNameWanted = "object keys must be strings";

class JsonReader {
 public:
  // Counts out an array or a map.
  struct Items {
    bool first = true;
  };

  explicit JsonReader(std::string_view input) noexcept
      : begin_(input.data()), at_(begin_), end_(begin_ + input.size()) {}

  // False: fault() says why. A text without escapes is a part of the input, any other one is in a
  // buffer that the next text overwrites.
  [[nodiscard]] bool next(Token& token);

  [[nodiscard]] static Items enter(const Token&) noexcept { return {}; }
  // Before each item of an array.
  [[nodiscard]] Step item(Items& items) noexcept;
  // Before each pair of a map: reads its name, a text, and the colon.
  [[nodiscard]] Step key(Items& items, Token& name);

  // Instead of key(), where a certain name is likely: reads it if it stands there without escapes
  // and without white space, but for one space behind the comma. Precondition: it needs no escape.
  [[nodiscard]] bool expected_key(Items& items, std::string_view name) noexcept;

  // Reads over one value of any depth, up to `depth` levels.
  [[nodiscard]] bool skip(std::size_t depth);

  // For those that limit the depth themselves: the fault of skip(). Always false.
  bool refuse_depth() noexcept { return fail("nested too deeply"); }

  // Whether nothing but white space is left.
  [[nodiscard]] bool finish() noexcept;

  [[nodiscard]] const Fault& fault() const noexcept { return fault_; }
  [[nodiscard]] std::size_t position() const noexcept {
    return static_cast<std::size_t>(at_ - begin_);
  }
  // The text that was read last, a value or a name, as it stands in the input with its quotation
  // marks.
  [[nodiscard]] std::string_view spelling() const noexcept { return spelling_; }
  void rewind(std::size_t position) noexcept { at_ = begin_ + position; }
  [[nodiscard]] std::string_view slice(std::size_t from) const noexcept {
    return {begin_ + from, static_cast<std::size_t>(at_ - begin_) - from};
  }
  // Over white space; false at the end of the input.
  bool skip_space() noexcept;
  // Over white space to the next line; false when something else stands in this one.
  [[nodiscard]] bool skip_to_line() noexcept;
  [[nodiscard]] char peek() const noexcept { return at_ == end_ ? '\0' : *at_; }

 private:
  bool fail(const char* what) noexcept;
  bool fail_truncated() noexcept;
  bool word(std::string_view wanted) noexcept;
  [[nodiscard]] bool number(Token& token) noexcept;
  [[nodiscard]] bool text(Token& token);
  [[nodiscard]] bool long_text(Token& token, const char* from);
  [[nodiscard]] bool escape();
  [[nodiscard]] bool code_unit(unsigned& unit) noexcept;

  const char* begin_;
  const char* at_;
  const char* end_;
  Fault fault_;
  std::string scratch_;
  std::string_view spelling_;
};

// What is called for each value is here, where callers can inline it.

namespace detail {

inline bool is_space(char c) noexcept {
  return static_cast<unsigned char>(c) <= ' ' && (c == ' ' || c == '\n' || c == '\r' || c == '\t');
}

}  // namespace detail

inline bool JsonReader::fail(const char* what) noexcept {
  fault_ = {what, position(), false};
  return false;
}

inline bool JsonReader::fail_truncated() noexcept {
  fault_ = {"Input data was truncated", position(), true};
  return false;
}

inline bool JsonReader::skip_space() noexcept {
  while (at_ != end_ && detail::is_space(*at_)) ++at_;
  return at_ != end_;
}

// The first letter, which told the word, stands at at_.
inline bool JsonReader::word(std::string_view wanted) noexcept {
  ++at_;
  const std::string_view rest = wanted.substr(1);
  if (static_cast<std::size_t>(end_ - at_) < rest.size()) return fail_truncated();
  const bool same = std::string_view(at_, rest.size()) == rest;
  at_ += rest.size();
  return same || fail("invalid character");
}

inline bool JsonReader::next(Token& token) {
  if (!skip_space()) return fail_truncated();
  switch (*at_) {
    case '"': token.kind = Kind::text; return text(token);
    case '{':
      ++at_;
      token.kind = Kind::map;
      return true;
    case '[':
      ++at_;
      token.kind = Kind::array;
      return true;
    case 'n': token.kind = Kind::null; return word("null");
    case 't':
      token.kind = Kind::boolean;
      token.boolean = true;
      return word("true");
    case 'f':
      token.kind = Kind::boolean;
      token.boolean = false;
      return word("false");
    default: break;
  }
  // Most numbers are short and have no exponent.
  const char* at = at_;
  const char* const limit = end_ - at > 18 ? at + 18 : end_;
  token.negative = *at == '-';
  if (token.negative && at + 1 != limit) ++at;
  if (*at >= '1' && *at <= '9') {
    const auto digits = [&](std::uint64_t number) {
      for (; at != limit && *at >= '0' && *at <= '9'; ++at) {
        number = number * 10 + static_cast<unsigned>(*at - '0');
      }
      return number;
    };
    token.magnitude = digits(0);
    token.kind = Kind::integer;
    if (at != limit && *at == '.') {
      const char* const fraction = ++at;
      token.magnitude = digits(token.magnitude);
      token.kind = Kind::real;
      token.exact = true;
      token.exponent = static_cast<int>(fraction - at);
      if (at == fraction) return number(token);
    }
    if (at != limit && *at != '.' && (*at | 0x20) != 'e') {
      token.text = {at_, static_cast<std::size_t>(at - at_)};
      at_ = at;
      return true;
    }
  }
  return number(token);
}

inline Step JsonReader::item(Items& items) noexcept {
  if (!skip_space()) [[unlikely]] {
    fail_truncated();
    return Step::fault;
  }
  if (*at_ == ']') {
    ++at_;
    return Step::end;
  }
  if (items.first) {
    items.first = false;
    return Step::item;
  }
  if (*at_ != ',') {
    fail("expected ',' or ']'");
    return Step::fault;
  }
  ++at_;
  if (!skip_space()) {
    fail_truncated();
    return Step::fault;
  }
  if (*at_ == ']') {
    fail("trailing comma in array");
    return Step::fault;
  }
  return Step::item;
}

inline Step JsonReader::key(Items& items, Token& name) {
  const auto ready = [&] {
    if (skip_space()) return true;
    return fail_truncated();
  };
  if (!ready()) return Step::fault;
  if (*at_ == '}') {
    ++at_;
    return Step::end;
  }
  if (items.first) {
    items.first = false;
  } else {
    if (*at_ != ',') {
      fail("expected ',' or '}'");
      return Step::fault;
    }
    ++at_;
    if (!ready()) return Step::fault;
    if (*at_ == '}') {
      fail("trailing comma in object");
      return Step::fault;
    }
  }
  if (*at_ != '"') {
    fail(kNameWanted);
    return Step::fault;
  }
  name.kind = Kind::text;
  if (!text(name) || !ready()) return Step::fault;
  if (*at_ != ':') {
    fail("expected ':'");
    return Step::fault;
  }
  ++at_;
  return Step::item;
}

inline bool JsonReader::expected_key(Items& items, std::string_view name) noexcept {
  const char* at = at_;
  if (static_cast<std::size_t>(end_ - at) < name.size() + 5) return false;
  if (!items.first) {
    if (*at++ != ',') return false;
    if (*at == ' ') ++at;
  }
  if (*at++ != '"' || !same_bytes(at, name.data(), name.size())) return false;
  at += name.size();
  if (at[0] != '"' || at[1] != ':') return false;
  items.first = false;
  at_ = at + 2;
  return true;
}

inline bool JsonReader::text(Token& token) {
  const char* const from = ++at_;
  at_ += plain_ascii_length({at_, static_cast<std::size_t>(end_ - at_)});
  if (at_ == end_) return fail_truncated();
  if (*at_ != '"') return long_text(token, from);
  token.text = {from, static_cast<std::size_t>(at_ - from)};
  token.ascii = true;
  ++at_;
  spelling_ = {from - 1, static_cast<std::size_t>(at_ - from) + 1};
  return true;
}

}  // namespace mainstay::codec
