// json.cpp - see json.hpp. The reader is a loop over the containers that are open.
#include "mainstay/base/json.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "mainstay/base/text.hpp"
#include "mainstay/base/utf8.hpp"

namespace mainstay {

namespace {

[[nodiscard]] bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

// The power of ten a number is about as large as, counting from its first digit that is not 0.
[[nodiscard]] std::int64_t order_of(std::string_view number) noexcept {
  const std::size_t mark = number.find_first_of("eE");
  std::int64_t exponent = 0;
  if (mark != std::string_view::npos) {
    const bool plus = number[mark + 1] == '+';
    const char* from = number.data() + mark + (plus ? 2 : 1);
    if (std::from_chars(from, number.data() + number.size(), exponent).ec != std::errc()) {
      exponent = number[mark + 1] == '-' ? INT64_MIN : INT64_MAX;
    }
    exponent = std::clamp(exponent, INT64_MIN / 2, INT64_MAX / 2);  // digits are added to it
  }
  const std::string_view digits = number.substr(0, mark);
  const std::size_t first = digits.find_first_of("123456789");
  if (first == std::string_view::npos) return INT64_MIN / 2;
  const auto point = static_cast<std::int64_t>(std::min(digits.find('.'), digits.size()));
  return point - static_cast<std::int64_t>(first) + exponent;
}

class Reader {
 public:
  Reader(std::string_view text, const JsonLimits& limits) : text_(text), limits_(limits) {}

  Result<Value> read() {
    if (text_.size() > limits_.bytes) {
      return Error{ErrorCode::invalid_argument,
                   "the JSON text has " + std::to_string(text_.size()) + " bytes, and " +
                       std::to_string(limits_.bytes) +
                       " are the most that is read; raise JsonLimits::bytes if it may be so long"};
    }
    Value root;
    if (!tree(root)) return error();
    skip_space();
    if (at_ < text_.size()) {
      refuse("the value ended, and then came " + shown() + "; one text holds one value");
      return error();
    }
    return root;
  }

 private:
  // An array or object that is not closed yet. Places in it move while it grows, so what is being
  // read waits in `value` and goes to its parent when it is complete.
  struct Open {
    Value value;
    std::string name;  // the name it will have in its parent
  };

  bool refuse(std::string what) {
    message_ = std::move(what);
    return false;
  }

  [[nodiscard]] Error error() const {
    std::size_t line = 1;
    std::size_t begin = 0;
    for (std::size_t i = 0; i < at_; ++i) {
      if (text_[i] == '\n') {
        ++line;
        begin = i + 1;
      }
    }
    return {ErrorCode::invalid_argument, "line " + std::to_string(line) + ", column " +
                                             std::to_string(at_ - begin + 1) + ": " + message_};
  }

  [[nodiscard]] std::string shown() const {
    if (at_ >= text_.size()) return "the end of the text";
    const auto byte = static_cast<unsigned char>(text_[at_]);
    if (byte > 0x20 && byte < 0x7F) return std::string("'") + text_[at_] + "'";
    std::array<char, 4> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), byte, 16).ptr;
    return "the byte 0x" + std::string(digits.data(), end);
  }

  void skip_space() noexcept {
    while (at_ < text_.size() &&
           (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\r' || text_[at_] == '\t')) {
      ++at_;
    }
  }

  [[nodiscard]] bool take(char c) noexcept {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  bool tree(Value& root) {
    for (;;) {
      // A value begins here.
      skip_space();
      Value value;
      const char c = at_ < text_.size() ? text_[at_] : '\0';
      if (c == '[' || c == '{') {
        if (open_.size() >= limits_.depth) {
          return refuse("arrays and objects are nested more than " + std::to_string(limits_.depth) +
                        " deep; raise JsonLimits::depth if they may be");
        }
        ++at_;
        value = c == '[' ? Value(Array()) : Value(Object());
        skip_space();
        if (!take(c == '[' ? ']' : '}')) {
          open_.push_back({std::move(value), std::move(name_)});
          if (c == '{' && !member_name()) return false;
          continue;
        }
      } else if (!scalar(value)) {
        return false;
      }
      // A value is complete; so may be some that contain it.
      for (;;) {
        if (open_.empty()) {
          root = std::move(value);
          return true;
        }
        Value& parent = open_.back().value;
        if (Array* items = parent.array()) {
          items->push_back(std::move(value));
        } else {
          (*parent.object())[name_] = std::move(value);
        }
        skip_space();
        const bool in_object = parent.object() != nullptr;
        if (take(',')) {
          if (in_object) {
            skip_space();
            if (!member_name()) return false;
          }
          break;
        }
        if (!take(in_object ? '}' : ']')) {
          return refuse(std::string("wanted ',' or '") + (in_object ? '}' : ']') + "', got " +
                        shown());
        }
        value = std::move(open_.back().value);
        name_ = std::move(open_.back().name);
        open_.pop_back();
      }
    }
  }

  bool member_name() {
    if (at_ >= text_.size() || text_[at_] != '"') {
      return refuse("wanted the name of a member in quotation marks, got " + shown());
    }
    if (!text(name_)) return false;
    skip_space();
    if (!take(':')) return refuse("wanted ':' after the name of a member, got " + shown());
    return true;
  }

  bool scalar(Value& value) {
    const char c = at_ < text_.size() ? text_[at_] : '\0';
    if (c == '"') {
      std::string out;
      if (!text(out)) return false;
      value = Value(std::move(out));
      return true;
    }
    if (c == '-' || is_digit(c)) return number(value);
    if (word("null")) return true;
    if (word("true")) {
      value = Value(true);
      return true;
    }
    if (word("false")) {
      value = Value(false);
      return true;
    }
    return refuse("wanted a value, got " + shown());
  }

  [[nodiscard]] bool word(std::string_view word) noexcept {
    if (text_.substr(at_, word.size()) != word) return false;
    at_ += word.size();
    return true;
  }

  // Moves over digits; whether there was one.
  bool digits(std::size_t& at) const noexcept {
    const std::size_t begin = at;
    while (at < text_.size() && is_digit(text_[at])) ++at;
    return at > begin;
  }

  bool number(Value& value) {
    std::size_t end = at_ + (text_[at_] == '-' ? 1 : 0);
    const std::size_t first = end;
    if (!digits(end)) return refuse("wanted a digit after '-'");
    if (text_[first] == '0' && end - first > 1) {
      return refuse("a number begins with 0 and goes on; only 0 itself and 0.5 may begin so");
    }
    bool whole = true;
    if (end < text_.size() && text_[end] == '.') {
      whole = false;
      if (!digits(++end)) return refuse("wanted a digit after the decimal point of a number");
    }
    if (end < text_.size() && (text_[end] == 'e' || text_[end] == 'E')) {
      whole = false;
      ++end;
      if (end < text_.size() && (text_[end] == '+' || text_[end] == '-')) ++end;
      if (!digits(end)) return refuse("wanted a digit in the exponent of a number");
    }
    const char* from = text_.data() + at_;
    const char* to = text_.data() + end;
    if (whole) {
      std::int64_t integer = 0;
      if (std::from_chars(from, to, integer).ec != std::errc()) {
        return refuse("the integer " + std::string(from, to) +
                      " does not fit 64 bits; write it as text or with a decimal point");
      }
      value = Value(integer);
    } else {
      double real = 0;
      if (std::from_chars(from, to, real).ec == std::errc::result_out_of_range) {
        // Too small is 0, as everywhere; too large has no value. Which of the two is not said.
        if (order_of({from, to}) > 0) {
          return refuse("the number " + std::string(from, to) + " is beyond every double");
        }
      }
      value = Value(real);
    }
    at_ = end;
    return true;
  }

  bool text(std::string& out) {
    out.clear();
    ++at_;
    for (;;) {
      const std::size_t begin = at_;
      while (at_ < text_.size()) {
        const auto c = static_cast<unsigned char>(text_[at_]);
        if (c == '"' || c == '\\' || c < 0x20) break;
        const std::size_t length = c < 0x80 ? 1 : utf8_length(text_.substr(at_));
        if (length == 0) return refuse("wanted UTF-8, got " + shown());
        at_ += length;
      }
      out.append(text_.substr(begin, at_ - begin));
      if (take('"')) return true;
      if (at_ >= text_.size()) return refuse("a text is not closed; wanted '\"'");
      if (text_[at_] != '\\') {
        return refuse("got " + shown() + " inside a text; control characters are written \\u00xx");
      }
      if (!escape(out)) return false;
    }
  }

  bool escape(std::string& out) {
    ++at_;
    const char c = at_ < text_.size() ? text_[at_] : '\0';
    switch (c) {
      case '"':
      case '\\':
      case '/': out.push_back(c); break;
      case 'b': out.push_back('\b'); break;
      case 'f': out.push_back('\f'); break;
      case 'n': out.push_back('\n'); break;
      case 'r': out.push_back('\r'); break;
      case 't': out.push_back('\t'); break;
      case 'u': return unicode_escape(out);
      default: return refuse("wanted one of \"\\/bfnrtu after '\\', got " + shown());
    }
    ++at_;
    return true;
  }

  [[nodiscard]] std::optional<std::uint32_t> four_digits() noexcept {
    std::uint32_t unit = 0;
    if (text_.size() - at_ < 5) return std::nullopt;
    const char* from = text_.data() + at_ + 1;
    if (std::from_chars(from, from + 4, unit, 16).ptr != from + 4) return std::nullopt;
    at_ += 5;
    return unit;
  }

  bool unicode_escape(std::string& out) {
    const auto unit = four_digits();
    if (!unit) return refuse("wanted four hexadecimal digits after '\\u'");
    std::uint32_t point = *unit;
    if (point >= 0xD800 && point < 0xDC00) {
      std::optional<std::uint32_t> low;
      if (text_.substr(at_, 2) == "\\u") {
        ++at_;
        low = four_digits();
      }
      if (!low || *low < 0xDC00 || *low > 0xDFFF) {
        return refuse("half of a surrogate pair; no text can hold it");
      }
      point = 0x10000 + ((point - 0xD800) << 10U) + (*low - 0xDC00);
    } else if (point >= 0xDC00 && point <= 0xDFFF) {
      return refuse("half of a surrogate pair; no text can hold it");
    }
    append_utf8(out, point);
    return true;
  }

  std::string_view text_;
  const JsonLimits& limits_;
  std::size_t at_ = 0;
  std::vector<Open> open_;
  std::string name_;  // of the value that is being read, in the innermost open object
  std::string message_;
};

class Writer {
 public:
  explicit Writer(const JsonStyle& style) : indent_(style.indent) {}

  Result<std::string> write(const Value& root) {
    const Value* value = &root;
    for (;;) {
      if (!begin(*value)) return Error{ErrorCode::invalid_argument, std::move(message_)};
      while (!open_.empty() && open_.back().next == size_of(*open_.back().value)) close();
      if (open_.empty()) return std::move(out_);
      value = next();
      if (value == nullptr) return Error{ErrorCode::invalid_argument, std::move(message_)};
    }
  }

 private:
  struct Open {
    const Value* value;
    std::size_t next;
  };

  static std::size_t size_of(const Value& value) noexcept {
    return value.array() != nullptr ? value.array()->size() : value.object()->size();
  }

  void new_line() {
    if (indent_ == 0) return;
    out_.push_back('\n');
    out_.append(indent_ * open_.size(), ' ');
  }

  void close() {
    const Open last = open_.back();
    open_.pop_back();
    if (last.next > 0) new_line();
    out_.push_back(last.value->array() != nullptr ? ']' : '}');
  }

  bool put_text(std::string_view text) {
    if (append_json_text(out_, text)) return true;
    message_ = "JSON holds UTF-8 only, got a text that is not; encode it, for example as base64";
    return false;
  }

  // The next child of the innermost open container, with what stands before it.
  const Value* next() {
    Open& last = open_.back();
    if (last.next > 0) out_.append(indent_ == 0 ? ", " : ",");
    new_line();
    const std::size_t at = last.next++;
    if (const Array* items = last.value->array()) return &(*items)[at];
    const Member& member = last.value->object()->at(at);
    if (!put_text(member.name)) return nullptr;
    out_.append(": ");
    return &member.value;
  }

  bool begin(const Value& value) {
    switch (value.kind()) {
      case Value::Kind::null: out_.append("null"); return true;
      case Value::Kind::boolean: out_.append(*value.boolean() ? "true" : "false"); return true;
      case Value::Kind::integer: out_.append(std::to_string(*value.integer())); return true;
      case Value::Kind::real: return put_real(*value.real());
      case Value::Kind::text: return put_text(*value.text());
      case Value::Kind::array: out_.push_back('['); break;
      case Value::Kind::object: out_.push_back('{'); break;
    }
    open_.push_back({&value, 0});
    return true;
  }

  bool put_real(double real) {
    if (!std::isfinite(real)) {
      message_ = "JSON has no way to write " + decimal(real) + "; write null or a text instead";
      return false;
    }
    const std::string digits = decimal(real);
    out_.append(digits);
    // 5.0 stays a real when it is read again.
    if (digits.find_first_of(".e") == std::string::npos) out_.append(".0");
    return true;
  }

  std::size_t indent_;
  std::string out_;
  std::vector<Open> open_;
  std::string message_;
};

}  // namespace

Result<Value> read_json(std::string_view text, const JsonLimits& limits) {
  return Reader(text, limits).read();
}

Result<std::string> write_json(const Value& value, const JsonStyle& style) {
  return Writer(style).write(value);
}

bool append_json_text(std::string& out, std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  out.push_back('"');
  for (std::size_t at = 0; at < text.size();) {
    const auto c = static_cast<unsigned char>(text[at]);
    const std::size_t length = c < 0x80 ? 1 : utf8_length(text.substr(at));
    if (length == 0) return false;
    switch (c) {
      case '"': out.append("\\\""); break;
      case '\\': out.append("\\\\"); break;
      case '\b': out.append("\\b"); break;
      case '\f': out.append("\\f"); break;
      case '\n': out.append("\\n"); break;
      case '\r': out.append("\\r"); break;
      case '\t': out.append("\\t"); break;
      default:
        if (c < 0x20) {
          out.append("\\u00");
          out.push_back(kDigits[c >> 4U]);
          out.push_back(kDigits[c & 15U]);
        } else {
          out.append(text.substr(at, length));
        }
    }
    at += length;
  }
  out.push_back('"');
  return true;
}

}  // namespace mainstay
