// texts.cpp - see texts.hpp.
#include "mainstay/progress/texts.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>

namespace mainstay::progress {

namespace {

void append_whole(std::string& out, std::int64_t number) {
  std::array<char, 24> digits;
  out.append(digits.data(),
             std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr);
}

// Two digits at least.
void append_clock(std::string& out, std::int64_t number) {
  if (number < 10) out += '0';
  append_whole(out, number);
}

}  // namespace

void append_double(std::string& out, double number) {
  if (std::isnan(number)) {
    out += "nan";
    return;
  }
  if (std::signbit(number)) out += '-';
  if (std::isinf(number)) {
    out += "inf";
    return;
  }
  std::array<char, 32> buffer;  // d.ddde+dd; the longest takes 24
  const char* end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), std::fabs(number),
                                  std::chars_format::scientific)
                        .ptr;
  const std::string_view text{buffer.data(), static_cast<std::size_t>(end - buffer.data())};
  const std::size_t mark = text.find('e');
  const int exponent = std::atoi(std::string(text.substr(mark + 1)).c_str());
  std::string digits{text.substr(0, 1)};
  if (mark > 2) digits += text.substr(2, mark - 2);
  if (exponent < -4 || exponent >= 16) {
    out += text.substr(0, mark);
    out += exponent < 0 ? "e-" : "e+";
    append_clock(out, std::abs(exponent));
  } else if (exponent < 0) {
    out += "0.";
    out.append(static_cast<std::size_t>(-exponent - 1), '0');
    out += digits;
  } else {
    const auto whole = static_cast<std::size_t>(exponent) + 1;
    if (digits.size() < whole) digits.append(whole - digits.size(), '0');
    out.append(digits, 0, whole);
    out += '.';
    out += digits.size() > whole ? std::string_view(digits).substr(whole) : "0";
  }
}

void append_count(std::string& out, Count count) {
  count.is_whole() ? append_whole(out, count.whole()) : append_double(out, count.number());
}

void append_fixed(std::string& out, double number, int width, int digits) {
  if (std::isnan(number)) number = std::fabs(number);  // whose sign means nothing
  std::array<char, 384> buffer;  // the largest double has 309 digits before the point
  const char* end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number,
                                  std::chars_format::fixed, digits)
                        .ptr;
  const auto length = static_cast<std::size_t>(end - buffer.data());
  if (const auto columns = static_cast<std::size_t>(width); length < columns) {
    out.append(columns - length, ' ');
  }
  out.append(buffer.data(), length);
}

void append_size(std::string& out, double number, double divisor) {
  for (const char prefix : std::string_view{"\0kMGTPEZ", 8}) {
    const double size = std::fabs(number);
    if (size < 999.5) {
      append_fixed(out, number,
                   size < 9.995   ? 1
                   : size < 99.95 ? 2
                                  : 3,
                   size < 9.995   ? 2
                   : size < 99.95 ? 1
                                  : 0);
      if (prefix != '\0') out += prefix;
      return;
    }
    number /= divisor;
  }
  append_fixed(out, number, 3, 1);
  out += 'Y';
}

void append_interval(std::string& out, double seconds) {
  if (seconds < 0) out += '-';
  const auto all = static_cast<std::int64_t>(std::fabs(seconds));
  const std::int64_t minutes = all / 60;
  if (minutes >= 60) {
    append_whole(out, minutes / 60);
    out += ':';
  }
  append_clock(out, minutes % 60);
  out += ':';
  append_clock(out, all % 60);
}

void append_short(std::string& out, Count count) {
  std::array<char, 32> buffer;
  const double number = count.number();
  const char* end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(),
                    std::isnan(number) ? std::fabs(number) : number, std::chars_format::general, 3)
          .ptr;
  std::string three(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
  // An exponent below ten has one digit.
  const std::size_t mark = three.find('e');
  if (mark != std::string::npos && three[mark + 2] == '0') three.erase(mark + 2, 1);
  const std::size_t before = out.size();
  append_count(out, count);
  if (three.size() < out.size() - before) out.replace(before, std::string::npos, three);
}

}  // namespace mainstay::progress
