// line.cpp - see line.hpp.
#include "mainstay/log/line.hpp"

#include <algorithm>
#include <charconv>

namespace mainstay::log {

void Line::grow(std::size_t count) {
  const std::size_t capacity = std::max(2 * capacity_, size_ + count);
  std::unique_ptr<char[]> larger(new char[capacity]);  // not initialised, unlike make_unique
  std::memcpy(larger.get(), begin_, size_);
  outside_ = std::move(larger);
  begin_ = outside_.get();
  capacity_ = capacity;
}

void append_integer(Line& line, std::int64_t number) {
  constexpr std::size_t kMost = 20;
  char* at = line.room(kMost);
  line.took(static_cast<std::size_t>(std::to_chars(at, at + kMost, number).ptr - at));
}

void append_real(Line& line, double number) {
  constexpr std::size_t kMost = 32;
  std::array<char, kMost> text;
  const char* end =
      std::to_chars(text.data(), text.data() + kMost, number, std::chars_format::scientific).ptr;
  const char* at = text.data();
  if (*at == '-') {
    line.append('-');
    ++at;
  }
  // d.ddde+XX: the digits without the point, and the power of ten of the first one.
  const char* mark = std::find(at, end, 'e');
  std::array<char, kMost> digits;
  std::size_t count = 0;
  for (; at < mark; ++at) {
    if (*at != '.') digits[count++] = *at;
  }
  int exponent = 0;
  std::from_chars(mark + (mark[1] == '+' ? 2 : 1), end, exponent);
  const std::string_view all(digits.data(), count);

  // Python writes an exponent below 1e-04 and from 1e+16 on.
  if (exponent < -4 || exponent >= 16) {
    line.append(all[0]);
    if (count > 1) {
      line.append('.');
      line.append(all.substr(1));
    }
    line.append(exponent < 0 ? "e-" : "e+");
    const int magnitude = exponent < 0 ? -exponent : exponent;
    if (magnitude < 10) line.append('0');
    append_integer(line, magnitude);
  } else if (exponent < 0) {
    line.append("0.");
    for (int i = -1; i > exponent; --i) line.append('0');
    line.append(all);
  } else {
    const auto whole = static_cast<std::size_t>(exponent) + 1;
    line.append(all.substr(0, whole));
    for (std::size_t i = count; i < whole; ++i) line.append('0');
    line.append('.');
    if (count > whole) {
      line.append(all.substr(whole));
    } else {
      line.append('0');
    }
  }
}

}  // namespace mainstay::log
