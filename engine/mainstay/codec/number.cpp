// number.cpp - scanning and writing numbers.
#include "mainstay/codec/number.hpp"

#include <algorithm>
#include <bit>
#include <cfloat>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <system_error>

#include "mainstay/codec/text.hpp"

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

// Goes over digits and adds them to a number, eight at once where there are so many.
const char* read_digits(const char* at, const char* end, std::uint64_t& number) noexcept {
  if constexpr (std::endian::native == std::endian::little) {
    while (end - at >= 8) {
      std::uint64_t word = detail::load(at);
      // 0x30 to 0x39, and no carry out of a byte when 6 is added.
      if (((word & 0xF0F0'F0F0'F0F0'F0F0U) |
           (((word + 0x0606'0606'0606'0606U) & 0xF0F0'F0F0'F0F0'F0F0U) >> 4U)) !=
          0x3333'3333'3333'3333U) {
        break;
      }
      word = (word & 0x0F0F'0F0F'0F0F'0F0FU) * 2561 >> 8U;
      word = (word & 0x00FF'00FF'00FF'00FFU) * 6553601 >> 16U;
      number = number * 100'000'000 + ((word & 0x0000'FFFF'0000'FFFFU) * 42949672960001U >> 32U);
      at += 8;
    }
  }
  for (; at != end && is_digit(*at); ++at) {
    number = number * 10 + static_cast<unsigned>(*at - '0');
  }
  return at;
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
  std::uint64_t magnitude = 0;
  if (*at == '0') {
    ++at;
    if (at != end && is_digit(*at)) return stop(NumberKind::malformed);
  } else {
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
  std::ptrdiff_t count = at - digits;
  std::ptrdiff_t power = 0;
  if (at != end && *at == '.') {
    real = true;
    const char* const fraction = ++at;
    at = read_digits(at, end, magnitude);
    if (at == fraction) return stop(NumberKind::malformed);
    count += at - fraction;
    power = fraction - at;
  }
  if (at != end && (*at == 'e' || *at == 'E')) {
    real = true;
    if (++at == end) return stop(NumberKind::malformed);
    const bool shrinks = *at == '-';
    if (*at == '+' || *at == '-') ++at;
    const char* const exponent = at;
    std::ptrdiff_t more = 0;
    for (; at != end && is_digit(*at); ++at) {
      if (more < 1000) more = more * 10 + (*at - '0');
    }
    if (at == exponent) return stop(NumberKind::malformed);
    power += shrinks ? -more : more;
  }
  if (real) {
    // Nineteen digits always fit.
    number.exact = count <= 19;
    number.magnitude = magnitude;
    number.exponent = static_cast<int>(std::max<std::ptrdiff_t>(power, -1000));
    return stop(NumberKind::real);
  }
  if (number.negative && number.magnitude > std::uint64_t{1} << 63U) fits = false;
  return stop(fits ? NumberKind::integer : NumberKind::big_integer);
}

bool detail::scale_long([[maybe_unused]] std::uint64_t magnitude, [[maybe_unused]] int exponent,
                        [[maybe_unused]] double& number) noexcept {
#if LDBL_MANT_DIG == 64 && defined(__x86_64__)
  // With 64 digits any magnitude is exact, and powers up to 10**27. Rounding twice, to 64 digits
  // and then to 53, is rounding once, unless the first comes next to the middle of two doubles.
  constexpr long double kLongPowers[] = {1e0L,  1e1L,  1e2L,  1e3L,  1e4L,  1e5L,  1e6L,
                                         1e7L,  1e8L,  1e9L,  1e10L, 1e11L, 1e12L, 1e13L,
                                         1e14L, 1e15L, 1e16L, 1e17L, 1e18L, 1e19L, 1e20L,
                                         1e21L, 1e22L, 1e23L, 1e24L, 1e25L, 1e26L, 1e27L};
  const int power = exponent < 0 ? -exponent : exponent;
  if (power <= 27) {
    const auto whole = static_cast<long double>(magnitude);
    const long double near = exponent < 0 ? whole / kLongPowers[power] : whole * kLongPowers[power];
    std::uint64_t digits = 0;
    std::memcpy(&digits, &near, sizeof digits);
    number = static_cast<double>(near);
    const std::uint64_t rest = digits & 0x7FFU;
    return rest < 0x3FF || rest > 0x401;
  }
#endif
  return false;
}

double to_double(std::string_view spelling) noexcept {
  double number = 0;
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

namespace {

// Up to three decimals and fifteen digits in all: those that read back as the same number are the
// shortest, as no two of such numbers are the same double.
char* write_few_decimals(double number, char* at) noexcept {
  constexpr double kMost = 1e11;
  if (number >= kMost) return nullptr;
  std::uint64_t scale = 1;
  for (int places = 0; places <= 3; ++places, scale *= 10) {
    const double scaled = number * static_cast<double>(scale);
    const auto whole = static_cast<std::uint64_t>(scaled);
    if (static_cast<double>(whole) != scaled) continue;
    if (scaled / static_cast<double>(scale) != number) continue;
    at = std::to_chars(at, at + kMaxIntegerText, whole / scale).ptr;
    *at++ = '.';
    std::uint64_t rest = whole % scale;
    for (std::uint64_t unit = scale / 10; unit > 1; unit /= 10) {
      *at++ = static_cast<char>('0' + rest / unit);
      rest %= unit;
    }
    *at++ = static_cast<char>('0' + rest);
    return at;
  }
  return nullptr;
}

}  // namespace

std::size_t write_double(double number, char* out) noexcept {
  char* at = out;
  if (std::signbit(number)) *at++ = '-';
  number = std::fabs(number);
  char* end = write_few_decimals(number, at);
  if (end == nullptr) {
    const bool plain = number >= 1e-5 && number < 1e16;
    end = std::to_chars(at, out + kMaxDoubleText, number,
                        plain ? std::chars_format::fixed : std::chars_format::scientific)
              .ptr;
    if (plain && std::find(at, end, '.') == end) {
      std::memcpy(end, ".0", 2);
      end += 2;
    }
    if (!plain) {
      // e+07 and e-07 are e7 and e-7.
      char* read = std::find(at, end, 'e') + 1;
      char* write = read;
      if (*read == '-') ++write;
      ++read;
      if (*read == '0') ++read;
      end = std::copy(read, end, write);
    }
  }
  return static_cast<std::size_t>(end - out);
}

}  // namespace mainstay::codec
