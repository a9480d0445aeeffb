// json_reader.cpp - reading JSON.
#include "mainstay/codec/json_reader.hpp"

#include <vector>

#include "mainstay/base/utf8.hpp"
#include "mainstay/codec/number.hpp"
#include "mainstay/codec/text.hpp"

namespace mainstay::codec {
namespace {

bool is_surrogate(unsigned unit) noexcept { return unit >= 0xD800 && unit < 0xE000; }

}  // namespace

bool JsonReader::skip_to_line() noexcept {
  while (at_ != end_ && detail::is_space(*at_)) {
    if (*at_++ == '\n') return true;
  }
  return at_ == end_;
}

bool JsonReader::finish() noexcept {
  if (!skip_space()) return true;
  ++at_;
  return fail("trailing characters");
}

// A number of any form.
bool JsonReader::number(Token& token) noexcept {
  const std::string_view left(at_, static_cast<std::size_t>(end_ - at_));
  const Number number = scan_number(left);
  at_ += number.length;
  switch (number.kind) {
    case NumberKind::misplaced: return fail("invalid character");
    case NumberKind::malformed: return fail("invalid number");
    case NumberKind::integer: token.kind = Kind::integer; break;
    case NumberKind::big_integer: token.kind = Kind::big_integer; break;
    case NumberKind::real: token.kind = Kind::real; break;
  }
  token.negative = number.negative;
  token.magnitude = number.magnitude;
  token.exact = number.exact;
  token.exponent = number.exponent;
  token.text = left.substr(0, number.length);
  return true;
}

// A text that is not plain ASCII to its end.
bool JsonReader::long_text(Token& token, const char* from) {
  const char* block = from;
  bool escaped = false;
  for (;;) {
    at_ += plain_length({at_, static_cast<std::size_t>(end_ - at_)});
    if (at_ == end_) return fail_truncated();
    if (*at_ == '"') break;
    if (*at_ != '\\') return fail("invalid character");
    if (!escaped) scratch_.clear();
    escaped = true;
    scratch_.append(block, at_);
    ++at_;
    if (!escape()) return false;
    block = at_;
  }
  if (escaped) {
    scratch_.append(block, at_);
    token.text = scratch_;
  } else {
    token.text = {from, static_cast<std::size_t>(at_ - from)};
  }
  token.ascii = is_ascii(token.text);
  if (!token.ascii && !is_utf8(token.text)) {
    fault_ = {"Invalid UTF-8 encoded string", position(), true};
    return false;
  }
  ++at_;
  spelling_ = {from - 1, static_cast<std::size_t>(at_ - from) + 1};
  return true;
}

bool JsonReader::escape() {
  if (at_ == end_) return fail_truncated();
  const char kind = *at_++;
  switch (kind) {
    case '"':
    case '\\':
    case '/': scratch_.push_back(kind); return true;
    case 'b': scratch_.push_back('\b'); return true;
    case 'f': scratch_.push_back('\f'); return true;
    case 'n': scratch_.push_back('\n'); return true;
    case 'r': scratch_.push_back('\r'); return true;
    case 't': scratch_.push_back('\t'); return true;
    case 'u': break;
    default: return fail("invalid escape character in string");
  }
  unsigned unit = 0;
  if (!code_unit(unit)) return false;
  if (is_surrogate(unit)) {
    if (unit >= 0xDC00) return fail("invalid utf-16 surrogate pair");
    if (end_ - at_ < 6) return fail_truncated();
    if (at_[0] != '\\' || at_[1] != 'u') {
      return fail("unexpected end of escaped utf-16 surrogate pair");
    }
    at_ += 2;
    unsigned low = 0;
    if (!code_unit(low)) return false;
    if (low < 0xDC00 || low >= 0xE000) return fail("invalid utf-16 surrogate pair");
    unit = 0x10000U + ((unit - 0xD800U) << 10U) + (low - 0xDC00U);
  }
  append_utf8(scratch_, unit);
  return true;
}

bool JsonReader::code_unit(unsigned& unit) noexcept {
  if (end_ - at_ < 4) return fail_truncated();
  unit = 0;
  for (int i = 0; i < 4; ++i) {
    const char c = *at_++;
    unsigned digit = 0;
    if (c >= '0' && c <= '9') {
      digit = static_cast<unsigned>(c - '0');
    } else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f') {
      digit = static_cast<unsigned>((c | 0x20) - 'a') + 10;
    } else {
      return fail("invalid character in unicode escape");
    }
    unit = unit << 4U | digit;
  }
  return true;
}

bool JsonReader::skip(std::size_t depth) {
  struct Level {
    bool map;
    Items items;
  };
  std::vector<Level> levels;
  Token token;
  for (;;) {
    if (!next(token)) return false;
    if (token.kind == Kind::array || token.kind == Kind::map) {
      if (levels.size() >= depth) return refuse_depth();
      levels.push_back({token.kind == Kind::map, {}});
    }
    for (;;) {
      if (levels.empty()) return true;
      Level& top = levels.back();
      const Step step = top.map ? key(top.items, token) : item(top.items);
      if (step == Step::fault) return false;
      if (step == Step::item) break;
      levels.pop_back();
    }
  }
}

}  // namespace mainstay::codec
