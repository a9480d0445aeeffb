// number.cpp - scanning and writing numbers.
#include "mainstay/codec/number.hpp"

#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <system_error>

namespace mainstay::codec {
namespace {

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

bool equals_lower(std::string_view text, std::string_view lower) noexcept {
  if (text.size() != lower.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if ((text[i] | 0x20) != lower[i]) return false;
  }
  return true;
}

// What is exact in doubles needs no more than one operation: a whole number below 2**53 times or by
// a power of ten up to 10**22.
bool exact_double(std::string_view spelling, double& number) noexcept {
  constexpr double kPowers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
  const char* at = spelling.data();
  const char* const end = at + spelling.size();
  const bool negative = *at == '-';
  if (negative) ++at;
  std::uint64_t digits = 0;
  int count = 0;
  int exponent = 0;
  for (; at != end && is_digit(*at); ++at, ++count) {
    digits = digits * 10 + static_cast<unsigned>(*at - '0');
  }
  if (at != end && *at == '.') {
    for (++at; at != end && is_digit(*at); ++at, ++count, --exponent) {
      digits = digits * 10 + static_cast<unsigned>(*at - '0');
    }
  }
  if (at != end || count > 19 || digits > std::uint64_t{1} << 53U || exponent < -22) return false;
  number = static_cast<double>(digits) / kPowers[-exponent];
  if (negative) number = -number;
  return true;
}

}  // namespace

Number scan_number(std::string_view text) noexcept {
  Number number;
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  const char* at = begin;
  const auto stop = [&](NumberKind kind) {
    number.kind = kind;
    number.length = static_cast<std::size_t>(at - begin);
    return number;
  };
  if (*at == '-') {
    number.negative = true;
    if (++at == end) return stop(NumberKind::malformed);
  }
  const char* const digits = at;
  bool fits = true;
  if (*at == '0') {
    ++at;
    if (at != end && is_digit(*at)) return stop(NumberKind::malformed);
  } else {
    std::uint64_t magnitude = 0;
    for (; at != end && is_digit(*at); ++at) {
      const auto digit = static_cast<unsigned>(*at - '0');
      // Nineteen digits always fit.
      if (at - digits >= 19 &&
          (magnitude > (std::numeric_limits<std::uint64_t>::max() - digit) / 10)) {
        fits = false;
      }
      magnitude = magnitude * 10 + digit;
    }
    if (at == digits) return stop(NumberKind::misplaced);
    number.magnitude = magnitude;
  }
  bool real = false;
  if (at != end && *at == '.') {
    real = true;
    const char* const fraction = ++at;
    while (at != end && is_digit(*at)) ++at;
    if (at == fraction) return stop(NumberKind::malformed);
  }
  if (at != end && (*at == 'e' || *at == 'E')) {
    real = true;
    if (++at == end) return stop(NumberKind::malformed);
    if (*at == '+' || *at == '-') ++at;
    const char* const exponent = at;
    while (at != end && is_digit(*at)) ++at;
    if (at == exponent) return stop(NumberKind::malformed);
  }
  if (real) return stop(NumberKind::real);
  if (number.negative && number.magnitude > std::uint64_t{1} << 63U) fits = false;
  return stop(fits ? NumberKind::integer : NumberKind::big_integer);
}

double to_double(std::string_view spelling) noexcept {
  double number = 0;
  if (exact_double(spelling, number)) return number;
  const auto [end, problem] =
      std::from_chars(spelling.data(), spelling.data() + spelling.size(), number);
  if (problem != std::errc::result_out_of_range) return number;
  // from_chars does not say which end of the range was left. A number that is too large has more
  // digits before its point, with the exponent, than one that is too small can have.
  const bool negative = spelling.front() == '-';
  if (negative) spelling.remove_prefix(1);
  long long point = 0;  // position of the first digit that counts, relative to the point
  std::size_t at = 0;
  bool found = false;
  for (; at < spelling.size() && is_digit(spelling[at]); ++at) {
    if (found || spelling[at] != '0') {
      found = true;
      ++point;
    }
  }
  if (at < spelling.size() && spelling[at] == '.') {
    for (++at; at < spelling.size() && is_digit(spelling[at]); ++at) {
      if (!found && spelling[at] == '0') --point;
      if (spelling[at] != '0') found = true;
    }
  }
  bool shrinks = false;
  long long exponent = 0;
  if (at < spelling.size()) {
    ++at;
    if (spelling[at] == '+' || spelling[at] == '-') shrinks = spelling[at++] == '-';
    for (; at < spelling.size(); ++at) {
      if (exponent < 1'000'000'000) exponent = exponent * 10 + (spelling[at] - '0');
    }
  }
  const bool large = found && point + (shrinks ? -exponent : exponent) > 0;
  number = large ? std::numeric_limits<double>::infinity() : 0.0;
  return negative ? -number : number;
}

bool scan_nonfinite(std::string_view text, double& number) noexcept {
  const bool negative = !text.empty() && text.front() == '-';
  if (negative) text.remove_prefix(1);
  if (equals_lower(text, "nan")) {
    number = std::numeric_limits<double>::quiet_NaN();
  } else if (equals_lower(text, "inf") || equals_lower(text, "infinity")) {
    number = std::numeric_limits<double>::infinity();
  } else {
    return false;
  }
  if (negative) number = -number;
  return true;
}

std::size_t write_integer(std::uint64_t number, char* out) noexcept {
  return static_cast<std::size_t>(std::to_chars(out, out + kMaxIntegerText, number).ptr - out);
}

std::size_t write_integer(std::int64_t number, char* out) noexcept {
  return static_cast<std::size_t>(std::to_chars(out, out + kMaxIntegerText, number).ptr - out);
}

std::size_t write_double(double number, char* out) noexcept {
  char* at = out;
  if (std::signbit(number)) *at++ = '-';
  if (number == 0) {
    std::memcpy(at, "0.0", 3);
    return static_cast<std::size_t>(at + 3 - out);
  }
  // d.ddde+XX, the fewest digits that read back as the same double.
  char scientific[32];
  const char* const end = std::to_chars(scientific, scientific + sizeof scientific,
                                        std::fabs(number), std::chars_format::scientific)
                              .ptr;
  char digits[20];
  std::size_t count = 0;
  const char* read = scientific;
  for (; *read != 'e'; ++read) {
    if (*read != '.') digits[count++] = *read;
  }
  ++read;
  if (*read == '+') ++read;
  int exponent = 0;
  std::from_chars(read, end, exponent);
  const int point = exponent + 1;  // the decimal point stands after so many digits
  const auto length = static_cast<int>(count);
  if (0 < point && point <= 16) {
    for (int i = 0; i < point || i < length; ++i) {
      if (i == point) *at++ = '.';
      *at++ = i < length ? digits[i] : '0';
    }
    if (length <= point) {
      *at++ = '.';
      *at++ = '0';
    }
  } else if (-5 < point && point <= 0) {
    *at++ = '0';
    *at++ = '.';
    for (int i = point; i < 0; ++i) *at++ = '0';
    std::memcpy(at, digits, count);
    at += count;
  } else {
    *at++ = digits[0];
    if (count > 1) {
      *at++ = '.';
      std::memcpy(at, digits + 1, count - 1);
      at += count - 1;
    }
    *at++ = 'e';
    at = std::to_chars(at, at + 5, exponent).ptr;
  }
  return static_cast<std::size_t>(at - out);
}

}  // namespace mainstay::codec
